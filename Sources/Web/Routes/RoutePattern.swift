internal import PercentCoding

/// A route's path: literal parts, `{name}` for one part, and at most one `{name…}` for one or more parts, which is how
/// a repository's name may hold slashes.
///
/// `/api/v1/repositories/{name…}/dispatch` matches `/api/v1/repositories/team/app/dispatch`.
struct RoutePattern: Sendable, Equatable, CustomStringConvertible {
    enum Part: Sendable, Equatable {
        case literal(String)
        case one(String)
        case many(String)
    }

    let description: String
    let parts: [Part]
    /// Where the `{name…}` is.
    private let wideIndex: Int?

    init(_ text: String) {
        description = text
        parts = text.split(separator: "/").map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("…") ? .many(String(name.dropLast())) : .one(String(name))
        }
        wideIndex = parts.firstIndex { part in
            if case .many = part { true } else { false }
        }
    }

    /// As an OpenAPI document writes it: there a parameter that spans slashes looks like any other.
    var openAPIPath: String {
        String(description.filter { $0 != "…" })
    }

    var names: [String] {
        parts.compactMap { part in
            switch part {
            case .literal: nil
            case .one(let name), .many(let name): name
            }
        }
    }

    /// The parameters by name where the path matches. Parts are split before they are decoded, so that an encoded
    /// slash stays inside its part.
    func match(_ path: [Substring]) -> [String: String]? {
        guard let wideIndex else {
            guard path.count == parts.count else { return nil }
            return match(parts[...], path[...])
        }
        let tail = parts.count - wideIndex - 1
        guard path.count >= parts.count else { return nil }
        let wideEnd = path.count - tail
        guard var found = match(parts[..<wideIndex], path[..<wideIndex]),
            let end = match(parts[(wideIndex + 1)...], path[wideEnd...]),
            case .many(let name) = parts[wideIndex]
        else { return nil }
        found.merge(end) { first, _ in first }
        found[name] = path[wideIndex..<wideEnd].map { PercentEncoding.decoded($0) }.joined(separator: "/")
        return found
    }

    private func match(_ parts: ArraySlice<Part>, _ path: ArraySlice<Substring>) -> [String: String]? {
        var found: [String: String] = [:]
        for (part, text) in zip(parts, path) {
            switch part {
            case .literal(let literal):
                guard literal == text else { return nil }
            case .one(let name), .many(let name):
                found[name] = PercentEncoding.decoded(text)
            }
        }
        return found
    }
}
