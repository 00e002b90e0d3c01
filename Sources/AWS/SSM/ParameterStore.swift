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
        for some in Self.calls(for: Set(names).sorted()) {
            let answer = try client.call("GetParameters", Request(names: some), as: Answer.self, patience)
            for name in some {
                let found = answer.parameters?.first { Self.plain($0.name) == Self.plain(name) }
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

    /// The names by the calls that ask for them. No call has two versions of one parameter: its answers are found by the name alone,
    /// since what else they say of how they were asked for differs between the forms of a name.
    private static func calls(for names: [String]) -> [[String]] {
        var calls: [[String]] = []
        for name in names {
            let fitting = calls.firstIndex { call in
                call.count < mostNames && !call.contains { plain($0) == plain(name) }
            }
            if let fitting { calls[fitting].append(name) } else { calls.append([name]) }
        }
        return calls
    }

    /// A parameter's own name, of an ARN or a name with or without `:version` or `:label`; without the slash that ARNs always have.
    private static func plain(_ name: String) -> Substring {
        var plain = name[...]
        if plain.hasPrefix("arn:"), let start = plain.firstRange(of: ":parameter") { plain = plain[start.upperBound...] }
        if let colon = plain.lastIndex(of: ":") { plain = plain[..<colon] }
        return plain.hasPrefix("/") ? plain.dropFirst() : plain
    }
}
