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
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("\"message\":\"can't reach the Docker Engine"), "\(answer)")
        #expect(!answer.contains("127.0.0.1"), "\(answer)")
    }

    /// Speaks TLS over its standard input, reads nothing until a file is there, and then prints what came.
    private static let slowServer = """
        import os, socket, ssl, subprocess, sys, time
        folder = sys.argv[1]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/server-key.pem", "-out",
                        folder + "/ca.pem", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/ca.pem", folder + "/server-key.pem")
        print("ready", flush=True)
        client = context.wrap_socket(socket.socket(fileno=0), server_side=True, suppress_ragged_eofs=False)
        while not os.path.exists(folder + "/go"):
            time.sleep(0.01)
        count = 0
        while piece := client.recv(65536):
            count += len(piece)
        print("the end after", count, flush=True)
        """

    private static func line(from pipe: Pipe) -> String {
        var text = ""
        while !text.hasSuffix("\n"), case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
        }
        return text.trimmingCharacters(in: .newlines)
    }

    @Test("the end of what is sent is told over TLS, too, where the connection is full just then", .timeLimit(.minutes(1)))
    func endOfFull() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var pair: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
        _ = fcntl(pair[0], F_SETFD, FD_CLOEXEC)
        let server = Process()
        let output = Pipe()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        server.arguments = ["-c", Self.slowServer, folder]
        server.standardInput = FileHandle(fileDescriptor: pair[1], closeOnDealloc: false)
        server.standardOutput = output
        try server.run()
        close(pair[1])
        defer { server.terminate() }
        #expect(Self.line(from: output) == "ready")
        let address = try EngineAddress("tcp://127.0.0.1:1", certificates: folder)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let patience = RelayPatience(ended: ends[0], until: .now + .seconds(20))
        let engine = try RelayEnd(over: pair[0], to: "127.0.0.1", address.transportCertificates, patience, "test")
        let bytes = [UInt8](repeating: 7, count: 16 << 10)
        #expect(bytes.withUnsafeBytes { engine.write($0) } == .moved(bytes.count))
        // The kernel has it all, and has no room for more from here on.
        var least: Int32 = 1
        setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &least, socklen_t(MemoryLayout<Int32>.size))
        #expect(engine.finishWriting() == .notNow)
        #expect(engine.finishWriting() == .notNow)
        try Data().write(to: URL(fileURLWithPath: "\(folder)/go"))
        try #require(patience.wait(for: pair[0], Int16(POLLOUT)))
        #expect(engine.finishWriting() == .end)
        #expect(Self.line(from: output) == "the end after 16384")
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
