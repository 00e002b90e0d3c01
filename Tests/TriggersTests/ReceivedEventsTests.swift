import Expressions
import Testing
import Workflows

@testable import Triggers

struct ReceivedEventsTests {
    /// Whatever an event's payload is about is in it.
    private static let payload = """
        {
          "action": "completed", "ref": "refs/heads/main", "workflow": "ci.yml", "number": 7,
          "pull_request": {"number": 7, "head": {"sha": "\(commit)", "ref": "topic"}, "base": {"ref": "main"}},
          "release": {"tag_name": "v1"}, "deployment": {"sha": "\(commit)"},
          "merge_group": {"head_ref": "refs/heads/queue", "head_sha": "\(commit)"}
        }
        """
    private static let commit = String(repeating: "c", count: 40)
    /// These come from no forge.
    private static let ownEvents = ["schedule", "workflow_call", "workflow_run"]

    @Test(
        "an event is ignored by checks where no webhook brings it, and only there",
        arguments: EventCatalog.names.filter { !ownEvents.contains($0) })
    func whatIsSaidOfEventsIsTrue(event: String) throws {
        let name = event == "pull_request_target" ? "pull_request" : event
        let message = WebhookForge.githubMessage(event: name, payload: try ExpressionValue(json: Self.payload))
        var isReceived = true
        if case .ignored = message { isReceived = false }
        #expect(isReceived == (LanguageSupport.status(of: "on.\(event)") == .supported), "\(message)")
    }
}
