internal import ArgumentParser
internal import Glibc
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
    /// to read the file.
    func socketPath() throws(CommandFailure) -> String {
        if let socket { return socket }
        if let path = Terminal.variable("SLIPWAY_SOCKET"), !path.isEmpty { return path }
        let path = settingsPath
        guard isSettingsPathGiven || access(path, R_OK) == 0 else { return Self.defaultSocket }
        let loaded = RunnerSettings.parse(try InputFile.text(path), path: path)
        if let settings = loaded.settings { return settings.socket }
        guard isSettingsPathGiven else { return Self.defaultSocket }
        throw CommandFailure(
            .usage, "\(path) has mistakes, so the socket is not known; see \"slipway doctor\", or name it with --socket")
    }

    var settingsPath: String {
        let variable = Terminal.variable("SLIPWAY_CONFIG").map { ["SLIPWAY_CONFIG": $0] } ?? [:]
        return RunnerSettings.path(argument: config, environment: variable)
    }

    private var isSettingsPathGiven: Bool { settingsPath != RunnerSettings.defaultPath || config != nil }
}
