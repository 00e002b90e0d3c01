internal import Foundation
internal import HTTPTransport

/// A real web server that gives each request the next of the answers that were put to it.
public struct AnsweringServer: Sendable {
    /// Nil closes the connection without a word.
    public struct Answer: Encodable, Sendable {
        public var status: Int
        public var headers: [String: String]
        public var body: String
        /// Bytes of the body after which it breaks off.
        public var cut: Int?

        public init(status: Int = 200, headers: [String: String] = [:], body: String = "", cut: Int? = nil) {
            self.status = status
            self.headers = headers
            self.body = body
            self.cut = cut
        }
    }

    public struct Request: Decodable, Sendable {
        public var method: String
        public var path: String
        public var body: String
        public var headers: [String: String]
    }

    private let program: PythonProgram
    public var address: String { program.line }

    public init() throws { program = try PythonProgram("answering_server.py") }

    public func put(_ answers: [Answer?]) throws {
        _ = try send("PUT", "/answers", [UInt8](try JSONEncoder().encode(answers)))
    }

    /// What was asked since answers were put last.
    public func requests() throws -> [Request] {
        try JSONDecoder().decode([Request].self, from: Data(try send("GET", "/requests", nil)))
    }

    private func send(_ method: String, _ path: String, _ body: [UInt8]?) throws -> [UInt8] {
        let exchange = try TransportExchange(TransportRequest(method, path, at: .server(url: address), body: body))
        _ = try exchange.head()
        var answer: [UInt8] = []
        while case .bytes(let bytes) = try exchange.next() { answer += bytes }
        return answer
    }
}
