internal import Glibc
internal import Markdown
internal import Processes

/// What a forked process does as a renderer of Markdown, which strangers may have written. SIGALRM ends it at its deadline.
enum MarkdownRole {
    static let name = "markdown"
    /// Seconds: a text of a megabyte needs some hundredths of one.
    static let deadline = 2.0
    private static let memoryLimit: rlim_t = 512 << 20
    private static let answerLimit = 4 << 20

    struct Request: Codable {
        var text: String
    }

    /// As the author wished it: to be sanitised. Nil where it is too long.
    struct Answer: Codable {
        var html: String?
    }

    static func run(_ descriptors: [OwnedDescriptor]) -> Never {
        var limit = rlimit(rlim_cur: memoryLimit, rlim_max: memoryLimit)
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
        ForkedExchange.serve(descriptors) { (request: Request) in
            let html = MarkdownRenderer.unsafeHTML(of: request.text)
            return Answer(html: html.utf8.count <= answerLimit ? html : nil)
        }
    }
}
