internal import Execution
internal import Foundation
internal import Plan
internal import Processes

/// The worker of a job that stands still after a failure, as far as it is asked for something. Blocks for seconds at most.
struct PausedWorker: Sendable {
    /// Where it listens.
    let control: String

    private static let patience = Duration.seconds(5)

    init(of job: Job, in folders: StateFolders) { control = folders.job(job.id, ofRun: job.runID).control }

    /// Lets the job go on.
    ///
    /// - Returns: false where it does not stand still, or nobody answers.
    func resume(by actor: String) throws(ProcessError) -> Bool {
        let connection = try UnixSocket.connect(to: control)
        try connection.write(Array("continue \(Self.line(actor))\n".utf8))
        let answer = try connection.read(atMost: 16, until: .now + Self.patience)
        return answer.map { String(decoding: $0, as: UTF8.self) } == "ok\n"
    }

    /// Asks for a shell.
    ///
    /// - Returns: the connection, over which the worker says all else.
    func openShell(_ request: ShellRequest) throws -> UnixSocket {
        let text = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let connection = try UnixSocket.connect(to: control)
        try connection.write(Array("shell \(text)\n".utf8))
        return connection
    }

    private static func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}
