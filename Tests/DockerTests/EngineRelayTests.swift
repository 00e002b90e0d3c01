import EngineAddresses
import Foundation
import Glibc
import Testing

@testable import Docker

/// A job's own socket before an engine behind a port; TLS and real engines are in the scenarios.
@Suite("Engine relay") struct EngineRelayTests {
    /// Of one test's own.
    private let folder: String

    init() throws {
        folder = "/tmp/slipway-relay-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// A server that reads one connection to its end, and answers with how many bytes came.
    private func counter() throws -> (address: EngineAddress, thread: Thread) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, pointer, &length) == 0
            }
        }
        try #require(isListening)
        let thread = Thread {
            let connection = accept(listener, nil, nil)
            let count = Self.readToEnd(connection).count
            _ = "counted \(count)".withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            close(connection)
            close(listener)
        }
        thread.start()
        return (try EngineAddress("tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"), thread)
    }

    private static func readToEnd(_ descriptor: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return all }
            all += piece[..<count]
        }
    }

    private func connect(to path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isConnected)
        return descriptor
    }

    @Test(
        "what is sent gets through whole, also its end, and the answer comes back",
        arguments: ["", "/" + String(repeating: "a", count: 90)])
    func passesOn(below: String) throws {
        defer { try? FileManager.default.removeItem(atPath: self.folder) }
        let folder = folder + below
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let server = try counter()
        let relay = try EngineRelay(to: server.address, in: folder)
        #expect(relay.path.utf8.count <= 107)
        let client = try connect(to: relay.path)
        defer { close(client) }
        let bytes = [UInt8](repeating: 7, count: 3_000_000)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { send(client, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
            try #require(count > 0)
            sent += count
        }
        shutdown(client, Int32(SHUT_WR))
        #expect(String(decoding: Self.readToEnd(client), as: UTF8.self) == "counted 3000000")
        relay.close()
        #expect(!FileManager.default.fileExists(atPath: relay.path))
    }

    @Test("an engine that is not there is told in its own way")
    func absent() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let relay = try EngineRelay(to: try EngineAddress("tcp://127.0.0.1:1"), in: folder)
        defer { relay.close() }
        let client = try connect(to: relay.path)
        defer { close(client) }
        let answer = String(decoding: Self.readToEnd(client), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("\"message\":\"can't reach the engine"), "\(answer)")
    }

    @Test("what is connected ends with the relay")
    func ends() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try counter()
        let relay = try EngineRelay(to: server.address, in: folder)
        let client = try connect(to: relay.path)
        defer { close(client) }
        relay.close()
        // Where the engine was not reached yet, that is told before the end.
        let rest = String(decoding: Self.readToEnd(client), as: UTF8.self)
        #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 503 "), "\(rest)")
    }
}
