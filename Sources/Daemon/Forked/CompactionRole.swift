internal import Git
internal import Glibc
internal import Processes

/// What a forked process does to keep a mirror fast: puts its many small packs into one, with what time nobody else wants.
enum CompactionRole {
    static let name = "compact"

    struct Request: Codable {
        var mirrorPath: String
    }

    /// Without an error, it worked or there was nothing to do.
    struct Answer: Codable {
        var error: GitError?
    }

    static func run(_ descriptors: [OwnedDescriptor]) -> Never {
        // Should it be refused, compacting is no less right.
        _ = nice(15)
        ForkedExchange.serve(descriptors) { (request: Request) in
            var answer = Answer()
            do throws(GitError) { try Mirror.open(existing: request.mirrorPath).compact() } catch { answer.error = error }
            return answer
        }
    }
}
