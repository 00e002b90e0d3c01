public import EngineAddresses
internal import FoundationEssentials
internal import Glibc
internal import Processes

/// What BuildKit can do and the classic builder can't.
public struct BuildKitOptions: Sendable {
    /// What `RUN --mount=type=secret` finds, by its id. Never written to a disk.
    public var secrets: [(id: String, content: [UInt8])] = []
    /// As `docker buildx build` takes them.
    public var cacheTargets: [String] = []
    /// Images that stand for others, or for stages: `name=docker-image://…`.
    public var contexts: [String] = []
    /// Stages whose layers are not taken up.
    public var stagesWithoutCache: [String] = []
    /// `network.host`, `security.insecure`
    public var entitlements: [String] = []

    public init() {}

    /// Whether all of it needs `docker buildx`.
    public var needsBuildx: Bool {
        !cacheTargets.isEmpty || !contexts.isEmpty || !stagesWithoutCache.isEmpty || !entitlements.isEmpty
    }
}

/// Builds images with BuildKit, through Docker's own command line: what BuildKit asks of a client while it builds (credentials,
/// secrets) it does in a protocol of its own, which is that program's.
///
/// The program gets the context as we send it to the classic builder, and nothing of a job's files or configuration: it is not
/// confined as the job is, and what a configuration names would be executed.
public struct BuildKitClient: Sendable {
    private let client: DockerClient
    private let engine: EngineAddress
    private let scratch: String

    /// - Parameter scratch: a folder that is made for the time of a build and is nobody else's.
    public init(_ client: DockerClient, engine: EngineAddress, scratch: String) {
        self.client = client
        self.engine = engine
        self.scratch = scratch
    }

    /// - Parameter output: takes what the build prints, line by line.
    /// - Returns: the image's id.
    /// - Throws: `DockerError`, with `buildFailed` where an instruction failed or the Dockerfile has a mistake.
    public func build(
        _ definition: BuildDefinition, _ options: BuildKitOptions = BuildKitOptions(), context: BuildContext,
        logins: RegistryLogins = RegistryLogins(), patience: Patience = .endless, output: @escaping (String) -> Void
    ) throws(DockerError) -> String {
        let action = "build the image from \(context.dockerfilePath)"
        guard context.hasDockerfile else {
            throw DockerError(.buildFailed, action, "there is no such file in its context")
        }
        try makeScratch(logins, action)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let secrets = try SecretFiles(options.secrets.map(\.content), action)
        var specification = ProcessSpecification(
            executable: client.program, arguments: arguments(definition, options, context),
            environment: environment, workingDirectory: scratch)
        specification.inheritedDescriptors = secrets.descriptors
        var printed = PrintedLines(output)
        let outcome = try FedProcess(specification, action: action).run(feeding: context, patience: patience) { printed.take($0) }
        printed.finish()
        guard outcome == .exited(0) else {
            throw DockerError(.buildFailed, action, printed.problem ?? "the docker command failed without a word")
        }
        guard let data = FileManager.default.contents(atPath: "\(scratch)/image"), !data.isEmpty else {
            throw DockerError(.buildFailed, action, "BuildKit reports no image")
        }
        return String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
    }

    private func makeScratch(_ logins: RegistryLogins, _ action: String) throws(DockerError) {
        struct Entry: Encodable {
            var auth: String?
            var identitytoken: String?
        }
        let auths = logins.stored.mapValues { credentials in
            let pair = "\(credentials.username):\(credentials.password)"
            return credentials.identityToken.map { Entry(auth: nil, identitytoken: $0) }
                ?? Entry(auth: Data(pair.utf8).base64EncodedString(), identitytoken: nil)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try JSONEncoder().encode(["auths": auths]).write(to: URL(filePath: "\(scratch)/config.json"))
        } catch {
            throw DockerError(.failed, action, "its folder \(scratch) can't be made: \(error)")
        }
    }

    // MARK: - The command

    /// Nothing of a job is in it: the program is not confined, and variables say what it loads (`LD_PRELOAD`), trusts and sends where.
    private var environment: [(name: String, value: String)] {
        var variables = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": scratch, "TMPDIR": scratch,
            "DOCKER_CONFIG": scratch, "DOCKER_HOST": engine.text, "DOCKER_BUILDKIT": "1",
            "BUILDKIT_PROGRESS": "plain", "BUILDX_BUILDER": "default", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
        ]
        if let folder = engine.certificates {
            variables["DOCKER_TLS_VERIFY"] = "1"
            variables["DOCKER_CERT_PATH"] = folder
        }
        return variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    private func arguments(
        _ definition: BuildDefinition, _ options: BuildKitOptions, _ context: BuildContext
    ) -> [String] {
        var arguments = ["build", "--progress", "plain", "--iidfile", "\(scratch)/image", "--file", context.dockerfilePath]
        func add(_ option: String, _ values: [String]) { for value in values { arguments += [option, value] } }
        add("--tag", definition.tags)
        add("--label", definition.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        add(
            "--build-arg",
            definition.arguments.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "")" })
        add("--target", [definition.target].compactMap { $0 })
        add("--cache-from", definition.cacheSources)
        add("--platform", [definition.platform].compactMap { $0 })
        add("--network", [definition.network].compactMap { $0 })
        add("--add-host", definition.extraHosts)
        add("--shm-size", [definition.sharedMemory].compactMap { $0.map(String.init) })
        add("--ulimit", definition.limits.map { "\($0.name)=\($0.soft):\($0.hard)" })
        add("--cgroup-parent", [definition.cgroupParent].compactMap { $0 })
        if definition.pullsBases { arguments.append("--pull") }
        if !definition.usesCache { arguments.append("--no-cache") }
        add("--cache-to", options.cacheTargets)
        add("--build-context", options.contexts)
        add("--no-cache-filter", options.stagesWithoutCache)
        add("--allow", options.entitlements)
        add("--secret", options.secrets.enumerated().map { "id=\($1.id),src=/dev/fd/\($0 + 3)" })
        return arguments + ["-"]
    }
}

/// Contents that a process reads by descriptors; in memory, and without names.
private final class SecretFiles {
    private(set) var descriptors: [Int32] = []

    init(_ contents: [[UInt8]], _ action: String) throws(DockerError) {
        for content in contents {
            var name = Array("/dev/shm/slipway-XXXXXX".utf8CString)
            let descriptor = mkstemp(&name)
            guard descriptor >= 0 else { throw DockerError(.failed, action, "no memory for a secret in /dev/shm") }
            unlink(name)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            descriptors.append(descriptor)
            guard write(descriptor, content, content.count) == content.count, lseek(descriptor, 0, SEEK_SET) == 0 else {
                throw DockerError(.failed, action, "no memory for a secret in /dev/shm")
            }
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}

/// Output in lines, and what of it explains a failure.
private struct PrintedLines {
    private let output: (String) -> Void
    private var rest: [UInt8] = []
    private(set) var problem: String?

    init(_ output: @escaping (String) -> Void) { self.output = output }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        rest += Array(bytes)
        guard let end = rest.lastIndex(of: 10) else { return }
        for line in rest[..<end].split(separator: 10, omittingEmptySubsequences: false) { hand(line) }
        rest.removeSubrange(...end)
    }

    mutating func finish() {
        if !rest.isEmpty { hand(rest[...]) }
        rest = []
    }

    private mutating func hand(_ line: ArraySlice<UInt8>) {
        let text = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        if !text.allSatisfy(\.isWhitespace) { problem = text }
        output(text)
    }
}
