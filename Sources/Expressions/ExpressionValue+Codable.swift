/// Plain JSON in both directions: an object is a JSON object.
///
/// Foundation's `JSONEncoder` and `JSONDecoder` do not keep the order of an object's keys, and this can't change that. Where
/// the order matters after a round trip, store `jsonText()` and read it with `init(json:)`, or wrap the property in
/// `JSONTextCoded`.
extension ExpressionValue: Codable {
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: ObjectKey.self) {
            self = .object(try ExpressionObject(from: container))
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [ExpressionValue] = []
            while !container.isAtEnd { elements.append(try container.decode(ExpressionValue.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            try object.encode(to: encoder)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        default:
            var container = encoder.singleValueContainer()
            try encodePrimitive(into: &container)
        }
    }

    private func encodePrimitive(into container: inout any SingleValueEncodingContainer) throws {
        switch self {
        case .boolean(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .number(let value) where !value.isFinite: try container.encode(NumberText.display(value))
        case .number(let value):
            // A whole number is written without a fraction, whatever the encoder does with floating point.
            if let whole = Int64(exactly: value), value.magnitude < 1e15 {
                try container.encode(whole)
            } else {
                try container.encode(value)
            }
        default: try container.encodeNil()
        }
    }
}

extension ExpressionObject: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(from: decoder.container(keyedBy: ObjectKey.self))
    }

    fileprivate init(from container: KeyedDecodingContainer<ObjectKey>) throws {
        self.init()
        // Sorted, since Foundation gives them in another order each time.
        for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
            self[key.stringValue] = try container.decode(ExpressionValue.self, forKey: key)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: ObjectKey.self)
        for (key, value) in pairs { try container.encode(value, forKey: ObjectKey(stringValue: key)) }
    }
}

private struct ObjectKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
