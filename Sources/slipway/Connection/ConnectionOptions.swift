internal import ArgumentParser
internal import Settings

/// `--socket` and `--config`: which daemon a command talks to.
struct ConnectionOptions: ParsableArguments {
    static let defaultSocket = "/run/slipway/slipway.sock"

    @Option(
        help: ArgumentHelp(
            "The daemon's operator socket. [default: SLIPWAY_SOCKET, else \"socket\" of the settings]", valueName: "path"),
        completion: .file())
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "The settings file. [default: SLIPWAY_CONFIG, else \(RunnerSettings.defaultPath)]", valueName: "file"),
        completion: .file())
    var config: String?

    func client() throws(CommandFailure) -> DaemonClient {
        DaemonClient(socket: try socketPath())
    }

    /// The settings are only read for their socket, and only where nothing nearer says it: an operator need not be able
    /// to read the file, nor must it be without mistakes.
    func socketPath() throws(CommandFailure) -> String {
        if let socket { return socket }
        if let path = Terminal.variable("SLIPWAY_SOCKET"), !path.isEmpty { return path }
        let path = settingsPath
        let text: String
        do {
            text = try InputFile.text(path)
        } catch {
            // Who names a file means that one, and not whatever daemon there is else.
            if config != nil { throw CommandFailure(.usage, "\(error.message), or name the daemon's socket with --socket") }
            if isSettingsPathGiven { Self.note("SLIPWAY_CONFIG: \(error.message)") }
            return Self.defaultSocket
        }
        if let known = RunnerSettings.parse(text, path: path).socket { return known }
        Self.note("\(path) can't be read as YAML")
        return Self.defaultSocket
    }

    private static func note(_ problem: String) {
        Terminal.report("slipway: \(problem); trying the usual socket \(defaultSocket) (--socket names another)")
    }

    var settingsPath: String {
        let variable = Terminal.variable("SLIPWAY_CONFIG").map { ["SLIPWAY_CONFIG": $0] } ?? [:]
        return RunnerSettings.path(argument: config, environment: variable)
    }

    private var isSettingsPathGiven: Bool { settingsPath != RunnerSettings.defaultPath || config != nil }
}
