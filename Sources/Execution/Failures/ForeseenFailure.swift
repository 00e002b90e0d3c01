/// A failure that commands are going to have as things stand.
public struct ForeseenFailure: Equatable, Sendable {
    public var title: String
    /// What is wrong, where, and what to do.
    public var message: String

    public init(title: String, message: String) {
        self.title = title
        self.message = message
    }
}

/// Where a shell text runs, and with what.
public struct ShellPlace: Sendable {
    /// The variables of the step's last process.
    public var environment: [String: String]
    /// As commands see it.
    public var workingDirectory: String

    public init(environment: [String: String], workingDirectory: String) {
        self.environment = environment
        self.workingDirectory = workingDirectory
    }
}
