internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import YAML

/// JSON documents in requests and answers. Member names are in snake case; times are RFC 3339 texts, ids are texts.
enum JSONBody {
    /// - Throws: where the value can't be written, as a number that is none: a mistake of ours, which the router logs.
    static func buffer(_ value: some Encodable) throws -> ByteBuffer { try encoded(value) }

    /// - Throws: as `buffer` does.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: try encoded(value)))
    }

    private static func encoded(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    /// - Parameter members: those that the document may have: a misspelled one would be no wish at all.
    /// - Throws: 400 with the place of the mistake.
    static func decode<Value: Decodable>(
        _ type: Value.Type, members: [String], from request: WebRequest
    ) throws(WebProblem) -> Value {
        let bytes = request.body.isEmpty ? Array("{}".utf8) : request.body
        do {
            for name in try JSONDecoder().decode(MemberNames.self, from: Data(bytes)).names where !members.contains(name) {
                let advice = members.closestMatch(to: name).map { "; did you mean \"\($0)\"?" } ?? ""
                let known = members.isEmpty ? "it takes none" : "it takes \(members.joined(separator: ", "))"
                throw WebProblem(
                    .badRequest, "The request's body has the unknown member \"\(name.prefix(100))\"\(advice) (\(known))")
            }
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let problem as WebProblem {
            throw problem
        } catch let error as DecodingError {
            throw WebProblem(.badRequest, "The request's body does not fit: \(explanation(of: error))")
        } catch {
            throw WebProblem(.badRequest, "The request's body is no JSON: \(error)")
        }
    }

    private static func explanation(of error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "at its top" : "at " + path.map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case .typeMismatch(let type, let context): return "\(place(context.codingPath)) a \(type) is expected"
        case .valueNotFound(let type, let context): return "\(place(context.codingPath)) a \(type) is expected, found null"
        case .keyNotFound(let key, let context): return "\(place(context.codingPath)) \"\(key.stringValue)\" is missing"
        case .dataCorrupted(let context): return "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}

/// The names of a JSON object's members.
private struct MemberNames: Decodable {
    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let names: [String]

    init(from decoder: any Decoder) throws {
        names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue).sorted()
    }
}
