internal import ArgumentParser
internal import HTTPTransport
internal import Settings

/// `--socket`, `--config`, `--url` and `--token-file`: which daemon a command talks to.
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

    @Option(
        help: ArgumentHelp(
            "The page of a daemon on another host, such as https://ci.example.org, in place of a socket. [default: SLIPWAY_URL]",
            valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "With --url: the file that holds one's token, as /account makes it. [default: SLIPWAY_TOKEN is the token]",
            valueName: "file"),
        completion: .file())
    var tokenFile: String?

    func client() throws(CommandFailure) -> DaemonClient {
        guard let server = try remote() else {
            guard tokenFile == nil else {
                throw CommandFailure(.usage, "--token-file goes with --url: on the socket the system says who asks")
            }
            return DaemonClient(socket: try socketPath())
        }
        return DaemonClient(endpoint: .server(url: server.origin), token: try token(), avoidsProxy: server.isLoopback)
    }

    /// The daemon on another host; nil: the one behind the socket is meant.
    private func remote() throws(CommandFailure) -> RemoteDaemon? {
        if let url {
            guard socket == nil, config == nil else {
                throw CommandFailure(
                    .usage, "--url and \(socket == nil ? "--config" : "--socket") name two daemons: leave one out")
            }
            return try RemoteDaemon(url, saidBy: "--url")
        }
        guard socket == nil, config == nil, let variable = Terminal.variable("SLIPWAY_URL"), !variable.isEmpty else { return nil }
        return try RemoteDaemon(variable, saidBy: "SLIPWAY_URL")
    }

    private func token() throws(CommandFailure) -> String? {
        let text: String
        if let tokenFile {
            do { text = try InputFile.text(tokenFile) } catch { throw CommandFailure(.usage, error.message) }
        } else {
            guard let variable = Terminal.variable("SLIPWAY_TOKEN"), !variable.isEmpty else { return nil }
            text = variable
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let token = words.first, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw CommandFailure(
                .usage, "\(tokenFile ?? "SLIPWAY_TOKEN") does not hold a token, which is one word, as /account shows it once")
        }
        return String(token)
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
