internal import ArgumentParser
internal import Execution
internal import Glibc
internal import Processes
internal import Web

/// `slipway shell`: a shell where a paused job stands.
struct JobShell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Open a shell in a job that stands still after a failure.",
        discussion: """
            In the job's sandbox or container, with the variables and the folder of the step that failed; so also with its \
            secrets, which nothing hides here. Who opened it is on record. The exit status is the shell's.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var argument: PausedJobArgument

    private struct Wish: Encodable {
        let columns: UInt16
        let rows: UInt16
        let terminal: String
    }

    func run() async throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw CommandFailure(.usage, "a shell needs a terminal: standard input and output are to be one")
        }
        let client = try connection.client()
        let job = try await argument.find(client)
        let size = RawTerminal.size(of: STDOUT_FILENO) ?? (80, 24)
        let body = try await client.send(
            "POST", "/api/v1/jobs/\(job.id)/shell",
            body: Wish(columns: size.columns, rows: size.rows, terminal: Terminal.variable("TERM") ?? "dumb"))
        let ticket = try DaemonClient.decode(ShellTicket.self, from: body)
        var session = TerminalSession(try Self.connect(ticket))
        let until = job.pause.map { LocalTime.text($0.until) } ?? ""
        let code = try session.run { greeting in
            "shell \(greeting); the job stands still until \(until), \"slipway continue \(job.runId) \(job.id)\" lets it go on"
        }
        // Whatever it is, it is the command's own.
        fflush(nil)
        _exit(code)
    }

    private static func connect(_ ticket: ShellTicket) throws(CommandFailure) -> OwnedDescriptor {
        let answer: (bytes: [UInt8], descriptor: OwnedDescriptor?)?
        do throws(ProcessError) {
            let door = try UnixSocket.connect(to: ticket.socket)
            try door.write(Array("\(ticket.ticket)\n".utf8))
            answer = try door.receive(atMost: 4096, until: .now + .seconds(15))
        } catch {
            throw CommandFailure(.unreachable, "\(error)")
        }
        guard let answer else {
            throw CommandFailure(.unreachable, "the daemon does not hand the shell over; see its log (journalctl -u slipway)")
        }
        if let connection = answer.descriptor { return connection }
        let reason = String(decoding: answer.bytes, as: UTF8.self)
        throw CommandFailure(.rejected, reason.isEmpty ? "the daemon broke the connection off" : reason)
    }
}
