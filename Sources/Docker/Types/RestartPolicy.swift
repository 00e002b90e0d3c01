/// When the engine starts a container again that ended.
public struct RestartPolicy: Encodable, Equatable, Sendable {
    /// `no`, `always`, `unless-stopped`, `on-failure`
    public let name: String
    /// How often after failures; 0: always.
    public let most: Int

    /// - Parameter text: as `docker run --restart` takes it; nil for what it does not know.
    public init?(_ text: String) {
        let (name, count) = OptionValue.pair(text, at: ":")
        guard ["no", "always", "unless-stopped", "on-failure"].contains(name) else { return nil }
        guard count == nil || name == "on-failure" else { return nil }
        guard let most = Int(count ?? "0"), most >= 0 else { return nil }
        self.name = name
        self.most = most
    }

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case most = "MaximumRetryCount"
    }
}
