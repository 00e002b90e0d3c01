/// Something that the settings name cannot be used: what, and what to do about it. Never holds a secret.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
