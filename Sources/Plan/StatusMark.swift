/// By what a status or a check that Slipway sets on a commit is known as its own, wherever it is seen again: how it is named, and
/// where it leads.
public struct StatusMark: Sendable, Hashable {
    private static let separator = " / "

    /// What comes before the workflow's name.
    public var context: String
    /// The address of the page, without a slash at its end.
    public var pageURL: String

    public init(context: String, pageURL: String) {
        self.context = context
        self.pageURL = pageURL
    }

    /// The name of a status about the workflow, and the job, with these names.
    public func name(of words: [String]) -> String { ([context] + words).joined(separator: Self.separator) }

    public func address(ofRun id: Int64) -> String { "\(pageURL)/runs/\(id)" }

    public func address(ofJob id: Int64) -> String { "\(pageURL)/jobs/\(id)" }

    /// Whether what bears this name, or leads to this address, was set by Slipway. Either will do: a long name may have been cut,
    /// and the page may have been elsewhere then.
    public func isOn(name: String?, address: String?) -> Bool {
        if let name, name.hasPrefix(context + Self.separator) { return true }
        guard let address else { return false }
        return ["runs", "jobs"].contains { address.hasPrefix("\(pageURL)/\($0)/") }
    }
}
