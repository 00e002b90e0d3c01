internal import Git
internal import Processes

/// What a forked process does as a fetcher. SIGALRM ends it at its deadline.
enum FetchRole {
    static let name = "fetch"

    /// Nil: it worked.
    struct Answer: Codable {
        var error: GitError?
    }

    static func run(_ descriptors: [OwnedDescriptor]) -> Never {
        ForkedExchange.serve(descriptors) { (request: FetchRequest) in
            // What lies on this machine needs no TLS, whose start takes longer than a small fetch.
            if !request.isLocal { GitLibrary.prepareAfterFork() }
            var answer = Answer()
            do throws(GitError) { try request.run() } catch { answer.error = error }
            return answer
        }
    }
}
