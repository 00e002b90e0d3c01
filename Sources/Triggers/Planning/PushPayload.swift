internal import Expressions
internal import FoundationEssentials
internal import Git

/// What a workflow finds as `github.event` of a push that no forge told us about, in the shape of GitHub's push payload.
///
/// See "Webhook events and payloads: push" in GitHub's manual.
struct PushPayload {
    let repository: WatchedRepository
    let ref: String
    let before: String?
    let commit: Commit
    let isForced: Bool

    var value: ExpressionValue {
        let zero = String(repeating: "0", count: 40)
        let head = Self.description(of: commit)
        return [
            "ref": .string(ref), "before": .string(before ?? zero), "after": .string(commit.id.description),
            "created": .boolean(before == nil), "deleted": false, "forced": .boolean(isForced),
            "head_commit": head, "commits": [head],
            "repository": Self.description(of: repository),
            "pusher": ["name": .string(commit.committer.name), "email": .string(commit.committer.email)],
            "sender": ["login": .string(commit.committer.name)],
        ]
    }

    static func description(of repository: WatchedRepository) -> ExpressionValue {
        let owner = repository.fullName.split(separator: "/").first.map(String.init) ?? repository.fullName
        return [
            "name": .string(repository.fullName.split(separator: "/").last.map(String.init) ?? repository.name),
            "full_name": .string(repository.fullName), "owner": ["login": .string(owner), "name": .string(owner)],
            "clone_url": .string(repository.address.description),
        ]
    }

    static func description(of commit: Commit) -> ExpressionValue {
        func person(_ signature: Commit.Signature) -> ExpressionValue {
            ["name": .string(signature.name), "email": .string(signature.email)]
        }
        let time = Date(timeIntervalSince1970: Double(commit.time)).formatted(.iso8601)
        return [
            "id": .string(commit.id.description), "tree_id": .string(commit.tree.description),
            "message": .string(commit.message), "timestamp": .string(time), "author": person(commit.author),
            "committer": person(commit.committer),
        ]
    }
}
