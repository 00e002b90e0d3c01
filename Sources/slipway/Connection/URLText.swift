internal import PercentCoding
internal import Web

/// Parts of a URL.
enum URLText {
    /// A path with the fields that have a value: `/api/v1/runs?limit=5`.
    static func path(_ path: String, query: [(name: String, value: String?)] = []) -> String {
        let fields = query.compactMap { field in field.value.map { "\(field.name)=\(PercentEncoding.encoded($0))" } }
        return fields.isEmpty ? path : "\(path)?\(fields.joined(separator: "&"))"
    }

    /// A repository's name in a path.
    static func repository(_ name: String) -> String { RepositoryPath.encoded(name) }
}
