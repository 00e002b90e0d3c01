internal import ArgumentParser
internal import Daemon
internal import Diagnostics
internal import Foundation
internal import Glibc
internal import Settings

/// `slipway serve`: the daemon.
struct DaemonServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Watches repositories, runs their pipelines and serves the page.",
        discussion: """
            Runs until SIGTERM or SIGINT; jobs that are running go on, and the next start takes them up. SIGHUP reads the settings \
            again.
            """)

    @Option(name: .shortAndLong, help: "The settings. Default: $SLIPWAY_CONFIG, then /etc/slipway/runner.conf.")
    var config: String?

    @Flag(help: "Only check the settings: exit status 0 if the daemon would start with them.")
    var check = false

    /// Said below mistakes in the settings.
    static let manual = "Every key is explained in runner.conf.example (installed as /usr/share/doc/slipway/runner.conf.example)."

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let path = RunnerSettings.path(argument: config, environment: environment)
        guard access(path, R_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw CommandFailure(.usage, "cannot read \(path): \(reason); runner.conf.example is a file to start from")
        }
        if check { return try checkSettings(at: path, environment: environment) }
        do {
            try await SlipwayDaemon(settingsPath: path, environment: environment).serve()
        } catch {
            throw CommandFailure(.rejected, error.message)
        }
    }

    private func checkSettings(at path: String, environment: [String: String]) throws {
        let loaded = RunnerSettings.load(path: path, environment: environment)
        if !loaded.diagnostics.isEmpty {
            Terminal.report(DiagnosticRenderer(sources: [loaded.path: loaded.source]).render(loaded.diagnostics))
        }
        guard loaded.settings != nil else {
            Terminal.report(Self.manual)
            throw CommandFailure.answeredNo
        }
        Terminal.write(line: "\(path): fine")
    }
}
