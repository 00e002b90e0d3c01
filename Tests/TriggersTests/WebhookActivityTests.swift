import Expressions
import Testing

@testable import Triggers

/// Webhooks beside pushes, pull requests and dispatches.
struct WebhookActivityTests {
    struct Reading: Sendable {
        var forge: String
        var event: String
        var payload: String
        var message: WebhookMessage

        init(_ forge: String, _ event: String, _ payload: String, _ message: WebhookMessage) {
            self.forge = forge
            self.event = event
            self.payload = payload
            self.message = message
        }
    }

    private static let commit = String(repeating: "c", count: 40)

    private static func activity(
        _ event: String, _ activity: String?, _ place: WebhookMessage.Activity.Place = .defaultBranch
    ) -> WebhookMessage {
        .activity(.init(event: event, activity: activity, place: place, actor: "ada"))
    }

    /// A payload of GitHub's shape.
    private static func payload(_ members: String) -> String { #"{"sender": {"login": "ada"}, \#(members)}"# }

    private static func gitlab(_ kind: String, _ members: String) -> String {
        #"{"object_kind": "\#(kind)", "user": {"username": "ada"}, \#(members)}"#
    }

    private static let review = #"""
        "pull_request": {"number": 7, "head": {"ref": "topic", "sha": "\#(commit)", "repo": {"full_name": "eve/app"}},
          "base": {"ref": "main", "repo": {"full_name": "ada/app"}}}
        """#

    private static let reviewMessage = WebhookMessage.pullRequest(
        .init(
            events: ["pull_request_review"], number: 7, activity: "submitted", headCommit: commit, headBranch: "topic",
            baseBranch: "main", isFromFork: true, actor: "ada"))

    @Test(
        "what a forge tells is an event of the workflow language, at the place that the language gives it",
        arguments: [
            Reading("github", "issues", payload(#""action": "labeled""#), activity("issues", "labeled")),
            Reading("github", "issue_comment", payload(#""action": "created""#), activity("issue_comment", "created")),
            Reading("github", "watch", payload(#""action": "started""#), activity("watch", "started")),
            Reading("github", "check_run", payload(#""action": "completed""#), activity("check_run", "completed")),
            // These have no activity types, whatever their payload says.
            Reading("github", "fork", payload(#""action": "x""#), activity("fork", nil)),
            Reading("github", "status", payload(#""state": "success""#), activity("status", nil)),
            Reading("github", "delete", payload(#""ref": "old", "ref_type": "branch""#), activity("delete", nil)),
            Reading(
                "github", "create", payload(#""ref": "topic", "ref_type": "branch""#),
                activity("create", nil, .ref("refs/heads/topic"))),
            Reading(
                "github", "create", payload(#""ref": "v1", "ref_type": "tag""#), activity("create", nil, .ref("refs/tags/v1"))),
            Reading(
                "github", "release", payload(#""action": "published", "release": {"tag_name": "v1", "draft": false}"#),
                activity("release", "published", .ref("refs/tags/v1"))),
            Reading(
                "github", "release", payload(#""action": "created", "release": {"tag_name": "v1", "draft": true}"#),
                .ignored(reason: "a draft of a release starts nothing")),
            Reading(
                "github", "deployment", payload(#""action": "created", "deployment": {"sha": "\#(commit)", "ref": "topic"}"#),
                activity("deployment", nil, .commit(commit, name: "topic"))),
            Reading(
                "github", "deployment_status", payload(#""deployment": {"sha": "\#(commit)", "ref": "\#(commit)"}"#),
                activity("deployment_status", nil, .commit(commit, name: commit))),
            Reading(
                "github", "merge_group",
                payload(
                    #""action": "checks_requested", "merge_group": {"head_ref": "refs/heads/q", "head_sha": "\#(commit)", "base_ref": "refs/heads/main"}"#
                ),
                activity(
                    "merge_group", "checks_requested", .mergeGroup(ref: "refs/heads/q", commit: commit, base: "refs/heads/main"))),
            Reading(
                "github", "registry_package",
                payload(
                    #""action": "published", "registry_package": {"package_version": {"target_oid": "\#(commit)", "target_commitish": "main"}}"#
                ), activity("registry_package", "published", .commit(commit, name: "main"))),
            Reading(
                "github", "registry_package", payload(#""action": "published", "registry_package": {}"#),
                activity("registry_package", "published")),
            Reading("github", "pull_request_review", payload(#""action": "submitted", \#(review)"#), reviewMessage),
            // GitHub's own runs are none of ours.
            Reading(
                "github", "workflow_run", payload(#""action": "completed""#),
                .ignored(reason: "the event \"workflow_run\" starts nothing here")),
            Reading("gitea", "issues", payload(#""action": "label_updated""#), activity("issues", "labeled")),
            Reading("gitea", "pull_request_approved", payload(#""action": "reviewed", \#(review)"#), reviewMessage),
            Reading(
                "gitea", "release", payload(#""action": "updated", "release": {"tag_name": "v1"}"#),
                activity("release", "edited", .ref("refs/tags/v1"))),
            Reading("gitea", "wiki", payload(#""action": "edited""#), activity("gollum", nil)),
            Reading("gitea", "package", payload(#""action": "created""#), activity("registry_package", "published")),
            Reading(
                "gitea", "repository", payload(#""action": "created""#),
                .ignored(reason: "the event \"repository\" starts nothing here")),
            Reading(
                "gitlab", "Issue Hook", gitlab("issue", #""object_attributes": {"action": "open"}"#), activity("issues", "opened")
            ),
            Reading(
                "gitlab", "Note Hook",
                gitlab("note", #""object_attributes": {"noteable_type": "MergeRequest", "action": "create"}"#),
                activity("issue_comment", "created")),
            Reading(
                "gitlab", "Note Hook", gitlab("note", #""object_attributes": {"noteable_type": "Commit"}"#),
                .ignored(reason: "a comment on a commit starts nothing here")),
            Reading(
                "gitlab", "Release Hook", gitlab("release", #""tag": "v1", "action": "create""#),
                activity("release", "published", .ref("refs/tags/v1"))),
            Reading(
                "gitlab", "Wiki Page Hook", gitlab("wiki_page", #""object_attributes": {"action": "update"}"#),
                activity("gollum", nil)),
            Reading(
                "gitlab", "Pipeline Hook", gitlab("pipeline", #""x": 1"#),
                .ignored(reason: "the event \"pipeline\" starts nothing here")),
        ])
    func reading(_ reading: Reading) throws {
        let forge = try #require(WebhookForge(rawValue: reading.forge))
        #expect(forge.message(event: reading.event, payload: try ExpressionValue(json: reading.payload)) == reading.message)
    }
}
