public import Execution

/// Where a build's `parameter-store` and `secrets-manager` come from.
///
/// Contract: called on the job's main thread, before the first phase; blocks. What it gives is hidden in the log.
public protocol BuildSecrets: Sendable {
    /// Parameters of the Parameter Store, decrypted.
    ///
    /// - Returns: the values by the names that were asked for, all of them.
    /// - Throws: `ActionFailure` that names those that can't be had, and why.
    func parameters(_ names: [String], for invocation: ActionInvocation) throws(ActionFailure) -> [String: String]

    /// The text of a secret of Secrets Manager.
    func secret(_ wish: SecretWish, for invocation: ActionInvocation) throws(ActionFailure) -> String
}

/// A secret of Secrets Manager, and which version of it; nil: the current one.
public struct SecretWish: Sendable, Hashable {
    public var id: String
    public var stage: String?
    public var version: String?

    public init(id: String, stage: String? = nil, version: String? = nil) {
        self.id = id
        self.stage = stage
        self.version = version
    }
}
