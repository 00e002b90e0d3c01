internal import Diagnoses
internal import Docker

/// What a build asks of its builder.
struct BuilderWishes: Equatable {
    /// What only BuildKit has, as it is named in the workflow or the Dockerfile; empty: either builder will do.
    var buildKitOnly: [String] = []
    /// What only `docker buildx` has.
    var buildxOnly: [String] = []

    /// What a Dockerfile has that the classic builder does not know.
    mutating func read(dockerfile: String) {
        for instruction in DockerfileInstruction.all(of: dockerfile) {
            for text in instruction.options {
                let option = text.prefix { $0 != "=" }
                if Self.options[instruction.name]?.contains(String(option)) == true { want("\(instruction.name) \(option)") }
            }
            if instruction.hasHereDocument { want("\(instruction.name) with a here-document") }
        }
    }

    private mutating func want(_ what: String) { if !buildKitOnly.contains(what) { buildKitOnly.append(what) } }

    private static let options: [String: Set<String>] = [
        "RUN": ["--mount", "--network", "--security", "--device"],
        "COPY": ["--link", "--chmod", "--parents", "--exclude"],
        "ADD": ["--link", "--chmod", "--checksum", "--keep-git-dir", "--exclude", "--unpack"],
    ]
}

/// The builder that makes a job's images: BuildKit where the engine offers it and Docker's command line is on this host, which
/// speaks its protocol, else the engine's classic one.
enum ImageBuilder {
    case classic(reason: String)
    case buildKit(DockerClient)

    static func choose(engine: DockerEngine, wishes: BuilderWishes, environment: [String: String]) -> ImageBuilder {
        if environment["DOCKER_BUILDKIT"] == "0" { return .classic(reason: "DOCKER_BUILDKIT is 0") }
        guard engine.offersBuildKit else { return .classic(reason: "the engine has no BuildKit") }
        guard let client = DockerClient.find() else {
            return .classic(reason: "there is no docker command on this host, through which BuildKit is spoken")
        }
        guard client.speaksBuildKit else {
            return .classic(reason: "the docker command of this host lacks buildx: install docker-buildx")
        }
        guard wishes.buildxOnly.isEmpty || client.hasBuildx else {
            return .classic(reason: "\(wishes.buildxOnly.joined(separator: ", ")) needs docker buildx: install docker-buildx")
        }
        return .buildKit(client)
    }

    var described: String {
        switch self {
        case .classic(let reason): "the engine's classic builder (\(reason))"
        case .buildKit(let client):
            "BuildKit (docker \(client.major).\(client.minor)\(client.hasBuildx ? " with buildx" : ""))"
        }
    }

    /// As its own client looks for exceptions of an ignore file.
    var descent: ContextDescent {
        if case .buildKit(let client) = self { return client.descent }
        return .namedFolders
    }
}
