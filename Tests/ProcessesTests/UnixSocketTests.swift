import Glibc
import Processes
import Testing

struct UnixSocketTests {
    @Test("bytes go both ways, and the end arrives", arguments: [0, 150])
    func exchange(extraLength: Int) throws {
        let folder = Trial.temporaryFolder() + "/" + String(repeating: "d", count: extraLength)
        if extraLength > 0 { mkdir(folder, 0o700) }
        let listener = try UnixSocketListener(path: folder + "/control")
        let client = try UnixSocket.connect(to: folder + "/control")
        let server = try #require(try listener.accept(until: .now + .seconds(10)))
        try client.write(Array("cancel\n".utf8))
        #expect(try server.read(atMost: 100) == Array("cancel\n".utf8))
        try server.write([1, 2])
        #expect(try client.read(atMost: 1) == [1] && client.read(atMost: 9) == [2])
        #expect(try server.peer().pid == getpid())
        client.close()
        #expect(try server.read(atMost: 100) == [])
    }

    @Test("nobody connecting, nothing coming, and nobody listening are told apart")
    func absence() throws {
        let path = Trial.temporaryFolder() + "/control"
        #expect(throws: ProcessError.self) { try UnixSocket.connect(to: path) }
        let listener = try UnixSocketListener(path: path)
        #expect(try listener.accept(until: .now) == nil)
        let client = try UnixSocket.connect(to: path)
        #expect(try client.read(atMost: 1, until: .now) == nil)
        listener.close()
        #expect(access(path, F_OK) != 0)
    }

    @Test("a file that a dead owner left is replaced, and only the owner may connect")
    func leftOver() throws {
        let path = Trial.temporaryFolder() + "/control"
        Trial.write("", to: path)
        let listener = try UnixSocketListener(path: path)
        #expect(try Trial.run("stat -c %a \(path)").output == "600\n")
        _ = try UnixSocket.connect(to: path)
        listener.close()
    }

    @Test("writing to a peer that is gone is an error and not a signal")
    func brokenPipe() throws {
        let path = Trial.temporaryFolder() + "/control"
        let listener = try UnixSocketListener(path: path)
        let client = try UnixSocket.connect(to: path)
        try #require(try listener.accept()).close()
        #expect(throws: ProcessError.self) { try client.write([UInt8](repeating: 0, count: 1 << 20)) }
    }
}
