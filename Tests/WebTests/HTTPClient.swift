import Dispatch
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A client that shows exactly what the server sends. One connection per request; every read has a deadline.
struct HTTPClient: Sendable {
    enum Address: Sendable {
        case port(Int)
        case socket(String)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let address: Address

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await send("GET", path, headers)
    }

    func post(_ path: String, json: String) async throws -> HTTPAnswer {
        try await send("POST", path, ["Content-Type": "application/json"], Array(json.utf8))
    }

    func post(_ path: String, form: String, _ headers: [String: String] = [:]) async throws -> HTTPAnswer {
        let type = ["Content-Type": "application/x-www-form-urlencoded"]
        return try await send("POST", path, type.merging(headers) { $1 }, Array(form.utf8))
    }

    func send(
        _ method: String, _ path: String, _ headers: [String: String] = [:], _ body: [UInt8] = []
    ) async throws -> HTTPAnswer {
        let connection = try await open(method, path, headers, body)
        var bytes: [UInt8] = []
        while let more = try await connection.read() { bytes += more }
        return try HTTPAnswer(bytes: bytes)
    }

    /// The connection of an answer that stays open.
    func events(_ path: String, _ headers: [String: String] = [:]) async throws -> EventReader {
        EventReader(connection: try await open("GET", path, headers, []))
    }

    func open(
        _ method: String, _ path: String, _ headers: [String: String], _ body: [UInt8]
    ) async throws -> HTTPConnection {
        var fields = ["Host": "localhost", "Connection": "close"].merging(headers) { $1 }
        if !body.isEmpty || method == "POST" || method == "PUT" { fields["Content-Length"] = String(body.count) }
        let head = "\(method) \(path) HTTP/1.1\r\n" + fields.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
        let connection = try await HTTPConnection.to(address)
        try await connection.write(Array(head.utf8) + body)
        return connection
    }
}

/// A socket. Its blocking calls run on a queue of their own, never on the threads that the server needs.
final class HTTPConnection: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "client")

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func to(_ address: HTTPClient.Address) async throws -> HTTPConnection {
        try await run(on: DispatchQueue(label: "connect")) { HTTPConnection(descriptor: try connected(address)) }
    }

    func write(_ bytes: [UInt8]) async throws {
        let descriptor = descriptor
        try await Self.run(on: queue) {
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw HTTPClient.Failure(description: "write: \(String(cString: strerror(errno)))") }
                done += count
            }
        }
    }

    /// Nil at the end.
    func read() async throws -> [UInt8]? {
        let descriptor = descriptor
        return try await Self.run(on: queue) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw HTTPClient.Failure(description: "read: \(String(cString: strerror(errno)))") }
            return count == 0 ? nil : Array(buffer[..<count])
        }
    }

    private static func connected(_ address: HTTPClient.Address) throws -> Int32 {
        let family: Int32 = if case .port = address { AF_INET } else { AF_UNIX }
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let result: Int32
        switch address {
        case .port(let port):
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = UInt16(port).bigEndian
            target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            result = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .socket(let path):
            var target = sockaddr_un()
            target.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path.utf8) }
            result = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw HTTPClient.Failure(description: "connect: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func run<Value: Sendable>(
        on queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

/// A whole answer.
struct HTTPAnswer: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    init(bytes: [UInt8]) throws {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw HTTPClient.Failure(description: "no head: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        (status, headers) = Self.head(String(decoding: bytes[..<end.lowerBound], as: UTF8.self))
        let rest = Array(bytes[end.upperBound...])
        body = headers["transfer-encoding"] == "chunked" ? ChunkDecoder().decodeAll(rest) : rest
    }

    static func head(_ text: String) -> (Int, [String: String]) {
        let lines = text.split(separator: "\r\n")
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let pairs = lines.dropFirst().map { line in
            let halves = line.split(separator: ":", maxSplits: 1)
            return (halves[0].lowercased(), halves.count > 1 ? String(halves[1].drop { $0 == " " }) : "")
        }
        return (status, Dictionary(pairs, uniquingKeysWith: { "\($0)\n\($1)" }))
    }

    func json() throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(body)) }
}

/// Takes the chunks of a body apart.
struct ChunkDecoder {
    private var pending: [UInt8] = []

    mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
        pending += bytes
        var output: [UInt8] = []
        while let line = pending.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: pending[..<line.lowerBound], as: UTF8.self), radix: 16),
            pending.count >= line.upperBound + size + 2
        {
            output += pending[line.upperBound..<(line.upperBound + size)]
            pending.removeFirst(line.upperBound + size + 2)
        }
        return output
    }

    func decodeAll(_ bytes: [UInt8]) -> [UInt8] {
        var decoder = self
        return decoder.decode(bytes)
    }
}

/// Any JSON, to be looked into.
enum JSONValue: Decodable, Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.keys.sorted()
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
