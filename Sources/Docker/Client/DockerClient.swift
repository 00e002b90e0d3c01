internal import Glibc
internal import Processes

/// Docker's own command line on this host.
public struct DockerClient: Sendable, Equatable {
    /// Absolute.
    public let program: String
    /// `20.10`: the first two numbers.
    public let major: Int
    public let minor: Int
    /// Whether it has `docker buildx`.
    public let hasBuildx: Bool

    private static let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    private static let patience = Duration.seconds(10)

    /// The first one that speaks to BuildKit, else the first one: a host may have Debian's beside a newer one without buildx.
    ///
    /// Nil where there is none, or none says what it is. Blocks for as long as the programs need to say it.
    public static func find() -> DockerClient? {
        var first: DockerClient?
        for folder in folders where access("\(folder)/docker", X_OK) == 0 {
            guard let client = DockerClient(at: "\(folder)/docker") else { continue }
            if client.speaksBuildKit { return client }
            first = first ?? client
        }
        return first
    }

    init?(at program: String) {
        guard let text = Self.answer(program, ["--version"]), let version = Self.version(in: text) else { return nil }
        self.program = program
        (major, minor) = version
        hasBuildx = Self.answer(program, ["buildx", "version"])?.contains("buildx") ?? false
    }

    /// Before 23.0 the command has BuildKit's client in it; since then buildx has.
    public var speaksBuildKit: Bool { hasBuildx || (major, minor) >= (18, 9) && major < 23 }

    /// Into which folders its builds look for exceptions of an ignore file.
    public var descent: ContextDescent { major >= 23 ? .everyException : .namedFolders }

    /// From `Docker version 20.10.24+dfsg1, build 297e128`.
    static func version(in text: String) -> (major: Int, minor: Int)? {
        for word in text.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: ".")
            if parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) { return (major, minor) }
        }
        return nil
    }

    private static func answer(_ program: String, _ arguments: [String]) -> String? {
        do {
            let pipe = try OutputPipe()
            var specification = ProcessSpecification(
                executable: program, arguments: arguments,
                // Nothing of anybody's configuration: what it names would be executed.
                environment: [("PATH", folders.joined(separator: ":")), ("HOME", "/nonexistent")])
            specification.output = .descriptor(pipe.writeEnd)
            specification.errors = .null
            let process = try SpawnedProcess.start(specification)
            pipe.closeWriteEnd()
            var text: [UInt8] = []
            let end = pipe.read(leader: process, grace: .zero, deadline: .now + patience) { bytes in
                if text.count < 4096 { text += Array(bytes.prefix(4096)) }
            }
            if end == .deadlinePassed { Teardown.immediate.end(process, scope: .session, draining: pipe, consume: { _ in }) }
            guard process.wait() == .exited(0) else { return nil }
            return String(decoding: text, as: UTF8.self)
        } catch {
            return nil
        }
    }
}
