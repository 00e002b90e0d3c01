internal import Foundation
internal import Git
internal import Glibc
internal import Processes

/// A process of this program that does one fetch: what a worker, or a command on a developer's machine, starts, which have no
/// fork server. The request comes from standard input, what came of it goes to standard output.
public enum FetchProcess {
    /// The command line's word for it.
    public static let command = "fetch-mirror"

    public static func run() -> Never {
        let input = OwnedDescriptor(STDIN_FILENO)
        guard let bytes = try? input.readToEnd(), let request = try? JSONDecoder().decode(FetchRequest.self, from: Data(bytes))
        else { exit(2) }
        var answer = FetchRole.Answer()
        do { try request.run() } catch { answer.error = error }
        guard let bytes = try? JSONEncoder().encode(answer) else { exit(2) }
        exit((try? OwnedDescriptor(STDOUT_FILENO).write([UInt8](bytes))) == nil ? 2 : 0)
    }
}
