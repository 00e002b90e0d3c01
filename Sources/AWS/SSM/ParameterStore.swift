extension AWSService {
    public static let ssm = AWSService(
        name: "AWS Systems Manager", identifier: "ssm", endpointPrefix: "ssm", format: .json(version: "1.1", target: "AmazonSSM"))
}

/// Parameter Store of AWS Systems Manager. Calls block, as ``AWSClient``'s.
public struct ParameterStore: Sendable {
    private let client: AWSClient
    /// What one call takes.
    private static let mostNames = 10

    public init(_ configuration: AWSConfiguration) { client = AWSClient(.ssm, configuration) }

    public struct Parameter: Sendable, Equatable, Decodable {
        public var name: String
        public var value: String
        /// `String`, `StringList` or `SecureString`.
        public var type: String
        public var version: Int?

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case value = "Value"
            case type = "Type"
            case version = "Version"
        }
    }

    private struct Request: Encodable {
        var names: [String]
        var isDecrypted = true

        enum CodingKeys: String, CodingKey {
            case names = "Names"
            case isDecrypted = "WithDecryption"
        }
    }

    private struct Answer: Decodable {
        var parameters: [Parameter]?
        var invalid: [String]?

        enum CodingKeys: String, CodingKey {
            case parameters = "Parameters"
            case invalid = "InvalidParameters"
        }
    }

    /// The values of parameters by the names that they were asked for with, decrypted. A name may be an ARN, or have `:version` or
    /// `:label` behind it.
    ///
    /// - Throws: of kind `notFound` where one is missing; it names them all.
    public func values(
        of names: [String], _ patience: AWSPatience = .endless
    ) throws(AWSError) -> [String: String] {
        var values: [String: String] = [:]
        var missing: [String] = []
        let unique = Array(Set(names)).sorted()
        for start in stride(from: 0, to: unique.count, by: Self.mostNames) {
            let some = Array(unique[start..<min(start + Self.mostNames, unique.count)])
            let answer = try client.call("GetParameters", Request(names: some), as: Answer.self, patience)
            for name in some {
                // The answer has neither the selector nor the ARN that was asked with.
                let found = answer.parameters?.first { Self.isMeant($0, by: name) }
                if let found { values[name] = found.value } else { missing.append(name) }
            }
        }
        guard missing.isEmpty else {
            throw AWSError(
                .notFound, service: AWSService.ssm.name, operation: "GetParameters",
                "there is no parameter \(missing.joined(separator: ", ")) in \(client.configuration.region ?? "the region")",
                remedy: "make it, or correct its name or the region")
        }
        return values
    }

    private static func isMeant(_ parameter: Parameter, by name: String) -> Bool {
        if parameter.name == name { return true }
        var plain = name[...]
        if plain.hasPrefix("arn:"), let start = plain.firstRange(of: ":parameter") { plain = plain[start.upperBound...] }
        if let colon = plain.lastIndex(of: ":") { plain = plain[..<colon] }
        return parameter.name == plain || "/" + parameter.name == plain || parameter.name == "/" + plain
    }
}
