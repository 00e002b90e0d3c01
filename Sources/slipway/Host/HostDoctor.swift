internal import ArgumentParser
internal import FoundationEssentials
internal import Settings

/// `slipway doctor`: whether this host has what the daemon needs, and how to mend what is missing.
struct HostDoctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check this host: settings, sandbox, programs, disk, daemon.",
        discussion: "Exit status 1 if something fails; warnings are none. Run it as the daemon's user.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOption

    private struct Answer: Encodable {
        let checks: [HostFinding]
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let loaded = RunnerSettings.load(path: connection.settingsPath, environment: environment)
        let socket =
            connection.socket ?? environment["SLIPWAY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
            ?? loaded.socket ?? ConnectionOptions.defaultSocket
        let findings = await HostExamination(loaded: loaded, client: DaemonClient(socket: socket)).findings()
        switch output.format {
        case .json: try Self.writeJSON(findings)
        case .text: Terminal.write(findings.map(\.text).joined())
        }
        if findings.contains(where: { $0.level == .fail }) { throw CommandFailure.answeredNo }
    }

    private static func writeJSON(_ findings: [HostFinding]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Terminal.write(bytes: Array(try encoder.encode(Answer(checks: findings))) + [UInt8(ascii: "\n")])
    }
}
