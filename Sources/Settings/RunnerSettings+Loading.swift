public import Diagnostics
internal import YAML

/// A settings file that was read: the settings, unless a mistake refuses them, and all that is to be said about it.
public struct LoadedSettings: Sendable {
    /// Nil where `diagnostics` contains an error.
    public let settings: RunnerSettings?
    public let diagnostics: [Diagnostic]
    /// The file's text, to show the lines of the diagnostics.
    public let source: String
    /// The file as the diagnostics name it.
    public let path: String
    /// The operator's socket, also where other settings have mistakes; nil where the file can't be read as YAML.
    public var socket: String?
}

extension RunnerSettings {
    /// Where the settings are unless the command line or `SLIPWAY_CONFIG` says otherwise.
    public static let defaultPath = "/etc/slipway/runner.conf"

    /// The settings file to read: the one that was asked for, else `SLIPWAY_CONFIG`, else the default.
    public static func path(argument: String?, environment: [String: String]) -> String {
        if let argument { return argument }
        if let path = environment["SLIPWAY_CONFIG"], !path.isEmpty { return path }
        return defaultPath
    }

    /// Reads and checks a settings file, and that the files and variables which it names are there.
    ///
    /// - Parameter environment: the daemon's. Of it, `SLIPWAY_STATE` replaces the key `state`; besides, only what the
    ///   file names with `env:` is looked at.
    public static func load(path: String, environment: [String: String]) -> LoadedSettings {
        let bytes: [UInt8]
        do {
            bytes = try SettingsHost.read(path, limit: YAMLLimits.standard.bytes)
        } catch {
            let diagnostic = Diagnostic(
                rule: "unreadable-file", message: "\(error.message); runner.conf.example is a file to start from", file: path,
                range: SourceRange(line: 1, column: 1))
            return LoadedSettings(settings: nil, diagnostics: [diagnostic], source: "", path: path)
        }
        let host = SettingsHost(
            folder: SettingsHost.join(SettingsHost.absolute(path), ".."), environment: environment,
            processors: SettingsHost.processorCount, checks: true,
            isFileOpen: (SettingsHost.permissions(path) ?? 0) & 0o004 != 0, source: String(decoding: bytes, as: UTF8.self))
        return read(YAMLDocument.parse(bytes: bytes, file: path), path, host)
    }

    /// Reads settings from a text.
    ///
    /// - Parameters:
    ///   - path: the file's name for diagnostics; relative paths in the settings start from its folder.
    ///   - checkingHost: whether the files, variables and time zones that the settings name have to be there.
    public static func parse(
        _ text: String, path: String = defaultPath, environment: [String: String] = [:], checkingHost: Bool = false
    ) -> LoadedSettings {
        let host = SettingsHost(
            folder: SettingsHost.join(SettingsHost.absolute(path), ".."), environment: environment,
            processors: SettingsHost.processorCount, checks: checkingHost, isFileOpen: false, source: text)
        return read(YAMLDocument.parse(text, file: path), path, host)
    }

    private static func read(_ document: YAMLDocument, _ path: String, _ host: SettingsHost) -> LoadedSettings {
        let diagnostics = DiagnosticCollector(file: path)
        diagnostics.append(contentsOf: document.diagnostics)
        var settings: RunnerSettings?
        if document.root != nil || !diagnostics.containsError {
            settings = RunnerSettings(
                reading: SettingsReader(document.root, path: "", host: host, diagnostics: diagnostics))
        }
        return LoadedSettings(
            settings: diagnostics.containsError ? nil : settings, diagnostics: diagnostics.diagnostics.inFileOrder,
            source: host.source, path: path, socket: settings?.socket)
    }
}
