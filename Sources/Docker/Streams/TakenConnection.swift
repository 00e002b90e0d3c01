internal import Glibc
internal import Processes

/// A connection to the engine that, after one call, no longer speaks HTTP: the engine hands it over to a command ("Attach to a
/// container" in the manual of its API calls that hijacking).
struct TakenConnection {
    private let socket: String
    /// How long the engine may take to hand it over, and of what size its answer may be.
    private static let limit = Duration.seconds(30)
    private static let mostBytes = 64 << 10

    init(to socket: String) { self.socket = socket }

    /// - Parameter version: the API's.
    /// - Returns: the connection, of which the answer's head has been read and nothing else.
    func take(_ request: EngineRequest, version: String) throws(DockerError) -> OwnedDescriptor {
        let connection: UnixSocket
        do throws(ProcessError) {
            connection = try UnixSocket.connect(to: socket)
            var text = "\(request.method) \(request.target(version: version)) HTTP/1.1\r\nHost: docker\r\n"
            text += "Connection: Upgrade\r\nUpgrade: tcp\r\n"
            for (name, value) in request.headers { text += "\(name): \(value)\r\n" }
            text += "Content-Length: \(request.body?.count ?? 0)\r\n\r\n"
            try connection.write(Array(text.utf8) + (request.body ?? []))
        } catch {
            throw DockerError(.noDaemon, request.action, "\(error)")
        }
        let head = try self.head(connection, request)
        let words = head.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else {
            throw DockerError(.failed, request.action, "the engine's answer is not HTTP")
        }
        guard status == 101 || status == 200 else {
            let body = (try? connection.read(atMost: Self.mostBytes, until: .now + .seconds(1))) ?? []
            throw DockerEngine.failure(request.action, status: status, body: body)
        }
        return OwnedDescriptor(connection.release())
    }

    /// Byte by byte, so that nothing of what follows is taken.
    private func head(_ connection: UnixSocket, _ request: EngineRequest) throws(DockerError) -> String {
        var head: [UInt8] = []
        let deadline = SuspendingClock.now + Self.limit
        while !head.ends(with: [13, 10, 13, 10]) {
            let next: [UInt8]?
            do throws(ProcessError) { next = try connection.read(atMost: 1, until: deadline) } catch {
                throw DockerError(.failed, request.action, "\(error)")
            }
            guard let next else { throw DockerError(.failed, request.action, "the engine did not answer in time") }
            guard !next.isEmpty, head.count < Self.mostBytes else {
                throw DockerError(.noDaemon, request.action, "the engine broke the connection off")
            }
            head += next
        }
        return String(decoding: head, as: UTF8.self)
    }
}

extension Array<UInt8> {
    fileprivate func ends(with end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }
}
