import Expressions
import Testing

@testable import Triggers

struct WebhookForgeTests {
    private static let body = Array(#"{"ref":"refs/heads/main"}"#.utf8)
    /// HMAC-SHA256 of the body with the keys "s3cret" and "other", computed by another program.
    private static let signature = "232a5e067b6a5aa567ed5a1d21a0dffaf6ef0eeecb6bd9bcf43b3d5ef3fc4f43"
    private static let otherSignature = "e7ba312e20ec395563b9cb23ed2fe18a1ac2e1d405146683c8be234f0768a219"

    struct Attempt: Sendable {
        var forge: String
        var headers: [String: String]
        var isAccepted: Bool

        init(_ forge: String, _ headers: [String: String], _ isAccepted: Bool) {
            self.forge = forge
            self.headers = headers
            self.isAccepted = isAccepted
        }
    }

    @Test(
        "a delivery is taken only with the secret's signature or token, in the header and form of its forge",
        arguments: [
            Attempt("github", ["x-hub-signature-256": "sha256=\(signature)"], true),
            Attempt("github", ["x-hub-signature-256": "sha256=\(signature.uppercased())"], true),
            Attempt("github", ["x-hub-signature-256": "sha256=\(otherSignature)"], false),
            Attempt("github", ["x-hub-signature-256": signature], false),
            Attempt("github", ["x-hub-signature-256": "sha256=\(signature.dropLast())"], false),
            Attempt("github", ["x-hub-signature-256": "sha256=\(signature)00"], false),
            Attempt("github", ["x-hub-signature-256": "sha256="], false), Attempt("github", [:], false),
            // The old SHA-1 header, another forge's header and another forge's token are none.
            Attempt("github", ["x-hub-signature": "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"], false),
            Attempt("github", ["x-gitea-signature": signature], false), Attempt("github", ["x-gitlab-token": "s3cret"], false),
            Attempt("gitlab", ["x-gitlab-token": "s3cret"], true), Attempt("gitlab", ["x-gitlab-token": "s3cre"], false),
            Attempt("gitlab", ["x-gitlab-token": "S3CRET"], false), Attempt("gitlab", ["x-gitlab-token": ""], false),
            Attempt("gitlab", [:], false), Attempt("gitlab", ["x-hub-signature-256": "sha256=\(signature)"], false),
            Attempt("gitea", ["x-gitea-signature": signature], true), Attempt("gitea", ["x-forgejo-signature": signature], true),
            Attempt("gitea", ["x-hub-signature-256": "sha256=\(signature)"], true),
            Attempt("gitea", ["x-gitea-signature": otherSignature], false),
            Attempt("gitea", ["x-gitea-signature": "sha256=\(signature)"], false), Attempt("gitea", [:], false),
            // A wrong signature is not made good by a right one in another header.
            Attempt("gitea", ["x-gitea-signature": otherSignature, "x-hub-signature-256": "sha256=\(signature)"], false),
        ])
    func authentication(_ attempt: Attempt) throws {
        let forge = try #require(WebhookForge(rawValue: attempt.forge))
        #expect(forge.authenticates(headers: attempt.headers, body: Self.body, secret: "s3cret") == attempt.isAccepted)
    }

    @Test("a changed body has another signature")
    func changedBody() {
        let headers = ["x-hub-signature-256": "sha256=\(Self.signature)"]
        #expect(!WebhookForge.github.authenticates(headers: headers, body: Self.body + [32], secret: "s3cret"))
    }

    @Test("a delivery without an id is known by its body")
    func deliveryID() {
        #expect(WebhookForge.github.deliveryID(headers: ["x-github-delivery": "7"], body: Self.body) == "7")
        #expect(WebhookForge.gitea.deliveryID(headers: ["x-forgejo-delivery": "8"], body: Self.body) == "8")
        let byBody = WebhookForge.gitlab.deliveryID(headers: [:], body: Self.body)
        #expect(byBody.hasPrefix("sha256:") && byBody != WebhookForge.gitlab.deliveryID(headers: [:], body: []))
    }

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

    private static let old = String(repeating: "a", count: 40)
    private static let new = String(repeating: "b", count: 40)
    private static let zero = String(repeating: "0", count: 40)

    private static func githubPush(before: String, after: String) -> String {
        """
        {"ref": "refs/heads/main", "before": "\(before)", "after": "\(after)", "deleted": false, "pusher": {"name": "p"},
         "repository": {"full_name": "ada/app"}, "sender": {"login": "ada"}}
        """
    }

    private static func githubPull(head: String?, action: String) -> String {
        """
        {"action": "\(action)", "number": 7, "sender": {"login": "ada"}, "pull_request": {
          "head": {"ref": "topic", "sha": "\(new)", "repo": \(head.map { "{\"full_name\": \"\($0)\"}" } ?? "null")},
          "base": {"ref": "main", "sha": "\(old)", "repo": {"full_name": "ada/app"}}}}
        """
    }

    private static func pull(
        _ activity: String, isFromFork: Bool = false, events: [String] = ["pull_request", "pull_request_target"]
    ) -> WebhookMessage {
        .pullRequest(
            .init(
                events: events, number: 7, activity: activity, headCommit: new, headBranch: "topic", baseBranch: "main",
                isFromFork: isFromFork,
                actor: "ada"))
    }

    private static func mergeRequest(_ attributes: String) -> String {
        """
        {"object_kind": "merge_request", "user": {"username": "ada"}, "object_attributes": {"iid": 7, "source_branch": "topic",
         "target_branch": "main", "source_project_id": 1, "target_project_id": 1, "last_commit": {"id": "\(new)"}, \(attributes)}}
        """
    }

    @Test(
        "payloads of all forges are read into one shape",
        arguments: [
            Reading(
                "github", "push", githubPush(before: old, after: new),
                .push(.init(ref: "refs/heads/main", before: old, after: new, actor: "ada"))),
            Reading(
                "gitea", "push", githubPush(before: zero, after: new),
                .push(.init(ref: "refs/heads/main", before: nil, after: new, actor: "ada"))),
            Reading(
                "github", "push", githubPush(before: old, after: zero),
                .push(.init(ref: "refs/heads/main", before: old, after: nil, actor: "ada"))),
            Reading("github", "push", "{}", .ignored(reason: "a push without a ref")),
            Reading("github", "pull_request", githubPull(head: "ada/app", action: "opened"), pull("opened")),
            Reading("gitea", "pull_request", githubPull(head: "ada/app", action: "synchronized"), pull("synchronize")),
            Reading("github", "pull_request", githubPull(head: "eve/app", action: "opened"), pull("opened", isFromFork: true)),
            // The fork may be deleted by now.
            Reading("github", "pull_request", githubPull(head: nil, action: "opened"), pull("opened", isFromFork: true)),
            Reading("github", "pull_request", #"{"number": 7}"#, .ignored(reason: "a pull request without head and base")),
            Reading(
                "github", "workflow_dispatch",
                #"{"workflow": "ci.yml", "ref": "main", "inputs": {"n": 1, "on": true}, "sender": {"login": "ada"}}"#,
                .workflowDispatch(workflow: "ci.yml", ref: "main", inputs: ["n": "1", "on": "true"], actor: "ada")),
            Reading(
                "github", "repository_dispatch", #"{"action": "nightly", "sender": {"login": "ada"}}"#,
                .repositoryDispatch(activity: "nightly", actor: "ada")),
            Reading("github", "ping", "{}", .ping),
            Reading("github", "star", "{}", .ignored(reason: "the event \"star\" starts nothing here")),
            Reading(
                "gitlab", "Push Hook",
                #"{"object_kind": "push", "ref": "refs/heads/main", "before": "\#(old)", "after": "\#(new)", "user_username": "ada"}"#,
                .push(.init(ref: "refs/heads/main", before: old, after: new, actor: "ada"))),
            Reading(
                "gitlab", "Tag Push Hook",
                #"{"object_kind": "tag_push", "ref": "refs/tags/v1", "before": "\#(zero)", "after": "\#(new)", "user_username": "ada"}"#,
                .push(.init(ref: "refs/tags/v1", before: nil, after: new, actor: "ada"))),
            Reading("gitlab", "Merge Request Hook", mergeRequest(#""action": "open""#), pull("opened")),
            Reading("gitlab", "Merge Request Hook", mergeRequest(#""action": "update", "oldrev": "x""#), pull("synchronize")),
            Reading("gitlab", "Merge Request Hook", mergeRequest(#""action": "update""#), pull("edited")),
            Reading("gitlab", "Merge Request Hook", mergeRequest(#""action": "merge""#), pull("closed")),
            Reading(
                "gitlab", "Merge Request Hook", mergeRequest(#""action": "open", "source_project_id": 2"#),
                pull("opened", isFromFork: true)),
            Reading(
                "gitlab", "Note Hook", #"{"object_kind": "note"}"#, .ignored(reason: "a comment on a thing starts nothing here")),
        ])
    func reading(_ reading: Reading) throws {
        let forge = try #require(WebhookForge(rawValue: reading.forge))
        #expect(forge.message(event: reading.event, payload: try ExpressionValue(json: reading.payload)) == reading.message)
    }
}
