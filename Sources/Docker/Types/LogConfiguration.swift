/// Where the engine keeps what a container prints.
public struct LogConfiguration: Encodable, Equatable, Sendable {
    public var driver: String
    public var options: [String: String]

    public init(driver: String, options: [String: String] = [:]) {
        self.driver = driver
        self.options = options
    }

    private enum CodingKeys: String, CodingKey {
        case driver = "Type"
        case options = "Config"
    }
}
