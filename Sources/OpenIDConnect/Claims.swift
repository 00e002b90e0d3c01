internal import FoundationEssentials

/// What the provider says of somebody: any JSON.
enum ClaimValue: Decodable, Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([ClaimValue])
    case claims([String: ClaimValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([ClaimValue].self) {
            self = .list(value)
        } else {
            self = .claims(try container.decode([String: ClaimValue].self))
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// A text, or the texts of a list.
    var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .list(let values): values.compactMap(\.text)
        case .null, .boolean, .number, .claims: []
        }
    }
}

/// The members of one JSON object.
struct Claims: Sendable, Equatable {
    var values: [String: ClaimValue]

    init(_ values: [String: ClaimValue]) { self.values = values }

    /// Nil for bytes that are no JSON object.
    init?(json: [UInt8]) {
        guard case .claims(let values)? = try? JSONDecoder().decode(ClaimValue.self, from: Data(json)) else { return nil }
        self.values = values
    }

    /// A claim by its name, which may have dots in it; else by the way to it: `realm_access.roles`. What is null is not there.
    subscript(name: String) -> ClaimValue? {
        if let value = values[name] { return value == .null ? nil : value }
        var found = ClaimValue.claims(values)
        for part in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard case .claims(let members) = found, let next = members[String(part)] else { return nil }
            found = next
        }
        return found == .null ? nil : found
    }

    /// With others where there are none of that name.
    func adding(_ others: Claims) -> Claims {
        Claims(values.merging(others.values) { mine, other in mine == .null ? other : mine })
    }
}
