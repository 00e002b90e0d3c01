internal import PercentCoding

/// The fields of a query string or of a form sent as `application/x-www-form-urlencoded`, in their order.
struct FormFields: Sendable, Equatable {
    let pairs: [(name: String, value: String)]

    init(encoded text: String) {
        pairs = text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                PercentEncoding.decoded(halves[0], plusIsSpace: true),
                halves.count > 1 ? PercentEncoding.decoded(halves[1], plusIsSpace: true) : ""
            )
        }
    }

    /// The last value given for a name.
    subscript(name: String) -> String? { pairs.last { $0.name == name }?.value }

    /// The value where there is one that is not empty: an empty form field means "not given".
    func filled(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    static func == (left: FormFields, right: FormFields) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
    }
}
