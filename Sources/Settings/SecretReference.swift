/// A secret in the settings: written there, or where it is to be found. Prints as its form, never as its value.
public enum SecretReference: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    case literal(String)
    /// `env:NAME`: a variable of the daemon's environment.
    case environment(String)
    /// `file:PATH`: a file's content without the line end at its end. The path is absolute.
    case file(String)

    /// - Parameter folder: what a relative path starts from.
    init(_ text: String, folder: String) throws(SettingsError) {
        if text.hasPrefix("env:") {
            let name = String(text.dropFirst(4))
            guard SettingsReader.isVariableName(name) else {
                throw SettingsError("expected the name of an environment variable after \"env:\", found \"\(name)\"")
            }
            self = .environment(name)
        } else if text.hasPrefix("file:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty else { throw SettingsError("expected a path after \"file:\"") }
            self = .file(path.hasPrefix("/") ? path : SettingsHost.join(folder, path))
        } else {
            guard !text.isEmpty else { throw SettingsError("a secret cannot be empty") }
            self = .literal(text)
        }
    }

    /// The secret itself, looked up now; an empty one is an error.
    ///
    /// - Parameter environment: the daemon's.
    public func resolve(environment: [String: String]) throws(SettingsError) -> String {
        switch self {
        case .literal(let text): return text
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw SettingsError("the environment variable \(name) is not set, or empty; set it for the daemon")
            }
            return value
        case .file(let path):
            var bytes = try SettingsHost.read(path, limit: 64 << 10)[...]
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            guard !bytes.isEmpty else { throw SettingsError("\(path) is empty; write the secret into it") }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SettingsError("\(path) is not a text in UTF-8")
            }
            return text
        }
    }

    public var description: String {
        switch self {
        case .literal: "a literal"
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }

    public var debugDescription: String { description }
}

extension SecretReference: CustomReflectable {
    /// Keeps `dump` and test failures from showing a literal.
    public var customMirror: Mirror { Mirror(self, children: ["form": description]) }
}
