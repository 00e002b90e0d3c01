internal import Docker
internal import Execution

/// The inputs of `docker/build-push-action`, checked.
struct BuildInputs {
    var definition = BuildDefinition()
    var options = BuildKitOptions()
    var wishes = BuilderWishes()
    var tags: [ImageReference] = []
    var pushes = false
    var loads = false
    /// What has no effect here, and why.
    private(set) var remarks: [String] = []

    private let invocation: ActionInvocation

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        self.invocation = invocation
        pushes = try invocation.flag("push")
        loads = try invocation.flag("load")
        try readNames()
        try readDefinition()
        try readOutputs()
        try readCaches()
        try readSecrets()
        try readRest()
        if pushes, tags.isEmpty { throw ActionFailure("tag is needed when pushing to registry: the input \"tags\" is empty") }
    }

    private func list(_ name: String, commaSeparates: Bool = false) -> [String] {
        InputList.values(invocation.inputs[name], commaSeparates: commaSeparates)
    }

    private func pairs(_ name: String) throws(ActionFailure) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for line in list(name) {
            guard let pair = InputList.pair(line), !pair.name.isEmpty else {
                throw ActionFailure(
                    "the input \"\(name)\" holds lines such as name=value, found \"\(line.prefix { $0 != "=" })\"")
            }
            pairs.append(pair)
        }
        return pairs
    }

    private mutating func ignore(_ name: String, because reason: String) {
        if invocation.input(name) != nil { remarks.append("The input \"\(name)\" has no effect: \(reason)") }
    }

    // MARK: - The image

    private mutating func readNames() throws(ActionFailure) {
        for text in list("tags", commaSeparates: true) {
            guard let tag = ImageReference(text), tag.digest == nil else {
                throw ActionFailure("the input \"tags\" has \"\(text)\", which is no name of an image such as registry/name:tag")
            }
            if !tags.contains(tag) { tags.append(tag) }
        }
        for (name, value) in try pairs("labels") { definition.labels[name] = value }
    }

    private mutating func readDefinition() throws(ActionFailure) {
        for line in list("build-args") {
            // A name alone takes its value from the environment, as Docker's command line does it.
            if let pair = InputList.pair(line) {
                definition.arguments[pair.name] = .some(pair.value)
            } else if let value = invocation.commandEnvironment[line] {
                definition.arguments[line] = .some(value)
            }
        }
        definition.target = invocation.input("target")
        definition.usesCache = try !invocation.flag("no-cache")
        // What others' credentials brought to this host is not for a run that may only have what it gets itself.
        definition.pullsBases = try invocation.flag("pull") || invocation.assignment.engineUse.pull == .own
        definition.network = invocation.input("network")
        definition.cgroupParent = invocation.input("cgroup-parent")
        definition.extraHosts = list("add-hosts", commaSeparates: true)
        if let text = invocation.input("shm-size") {
            guard let bytes = OptionValue.bytes(text) else {
                throw ActionFailure("the input \"shm-size\" must be a size such as 64m, found \"\(text)\"")
            }
            definition.sharedMemory = bytes
        }
        let platforms = list("platforms", commaSeparates: true)
        guard platforms.count <= 1 else {
            throw ActionFailure(
                "the input \"platforms\" names \(platforms.count) platforms; one is built at a time here: use a job's matrix")
        }
        definition.platform = platforms.first
        for text in list("ulimit") {
            let (name, bounds) = OptionValue.pair(text, at: "=")
            let (soft, hard) = OptionValue.pair(bounds ?? "", at: ":")
            guard let soft = Int64(soft), let hard = Int64(hard ?? "\(soft)") else {
                throw ActionFailure("the input \"ulimit\" holds lines such as nofile=1024:4096, found \"\(text)\"")
            }
            definition.limits.append(ProcessLimit(name: name, soft: soft, hard: hard))
        }
    }

    // MARK: - Where it goes

    private mutating func readOutputs() throws(ActionFailure) {
        for line in list("outputs") {
            let fields = Dictionary(InputList.fields(line).compactMap(InputList.pair).map { ($0.name, $0.value) }) { $1 }
            switch fields["type"] {
            case "registry": pushes = true
            case "image": if fields["push"] == "true" { pushes = true }
            case "docker" where fields["dest"] == nil: loads = true
            case let type:
                throw ActionFailure(
                    "the input \"outputs\" asks for \"\(type ?? line)\"; supported are type=image, type=registry and type=docker:"
                        + " copy files out of an image with a step that runs it")
            }
            if let name = fields["name"] {
                for text in name.split(separator: ",") {
                    guard let tag = ImageReference(String(text)) else {
                        throw ActionFailure("the input \"outputs\" has \"\(text)\", which is no name of an image")
                    }
                    if !tags.contains(tag) { tags.append(tag) }
                }
            }
        }
    }

    // MARK: - Caches

    private mutating func readCaches() throws(ActionFailure) {
        for line in list("cache-from") {
            let fields = Dictionary(InputList.fields(line).compactMap(InputList.pair).map { ($0.name, $0.value) }) { $1 }
            switch fields["type"] {
            case nil, "registry":
                let name = fields["ref"] ?? line
                guard let image = ImageReference(name) else {
                    throw ActionFailure("the input \"cache-from\" has \"\(name)\", which is no name of an image")
                }
                definition.cacheSources.append(image.description)
            case let type?: remarks.append("cache-from with type=\(type) is left out: \(Self.ownCache)")
            }
        }
        for line in list("cache-to") {
            let fields = Dictionary(InputList.fields(line).compactMap(InputList.pair).map { ($0.name, $0.value) }) { $1 }
            guard fields["type"] == "inline" else {
                remarks.append("cache-to with \(fields["type"].map { "type=\($0)" } ?? line) is left out: \(Self.ownCache)")
                continue
            }
            // What the classic builder makes can be taken up as it is.
            definition.arguments["BUILDKIT_INLINE_CACHE"] = .some("1")
        }
    }

    private static let ownCache = "the engine of this host keeps the layers of its builds itself"

    // MARK: - Secrets

    private mutating func readSecrets() throws(ActionFailure) {
        for line in list("secrets") {
            guard let pair = InputList.pair(line), !pair.name.isEmpty, !pair.value.isEmpty else {
                throw ActionFailure(
                    "the input \"secrets\" holds lines such as id=value; a value of several lines, or one that begins with a quote,"
                        + " needs the whole in quotes, and each quote in it twice")
            }
            // Without its quotes it is another text than what the job knows as a secret. Others are as secret as they were: "prod"
            // is not to be hidden in all that follows.
            if invocation.inputs["secrets"]?.contains(pair.value) == false { invocation.mask(pair.value) }
            try addSecret(pair.name, Array(pair.value.utf8))
        }
        for (id, variable) in try pairs("secret-envs") {
            guard let value = invocation.commandEnvironment[variable] else {
                throw ActionFailure("the input \"secret-envs\" names \(variable), which is not set")
            }
            try addSecret(id, Array(value.utf8))
        }
        let files = try JobFiles(invocation)
        for (id, path) in try pairs("secret-files") {
            guard let text = try files.text(path, limit: Self.longestSecret) else {
                throw ActionFailure("the input \"secret-files\" names \(path), which is not there")
            }
            try addSecret(id, Array(text.utf8))
        }
    }

    /// As BuildKit has it.
    private static let longestSecret = 500 << 10

    private mutating func addSecret(_ id: String, _ content: [UInt8]) throws(ActionFailure) {
        guard !id.contains(","), !id.contains("\""), content.count <= Self.longestSecret else {
            throw ActionFailure(
                "a secret's id has no comma and no quote, and its value at most \(Self.longestSecret) bytes: \(id)")
        }
        options.secrets.append((id, content))
        wishes.buildKitOnly = ["a secret"]
    }

    // MARK: - The rest

    private mutating func readRest() throws(ActionFailure) {
        options.stagesWithoutCache = list("no-cache-filters", commaSeparates: true)
        options.entitlements = list("allow", commaSeparates: true)
        for line in list("build-contexts") {
            guard let pair = InputList.pair(line), pair.value.hasPrefix("docker-image://") else {
                throw ActionFailure(
                    "the input \"build-contexts\" has \"\(line)\"; supported are images: name=docker-image://image")
            }
            options.contexts.append(line)
        }
        if options.needsBuildx { wishes.buildxOnly = ["no-cache-filters, allow and build-contexts"] }
        if let call = invocation.input("call"), call != "build" {
            throw ActionFailure("the input \"call\" asks for \"\(call)\"; only build is supported")
        }
        if !list("ssh").isEmpty {
            throw ActionFailure("the input \"ssh\" is not supported: no key of this host is lent to a build; hand over a secret")
        }
        ignore("annotations", because: "the engine keeps none of an image; labels are kept")
        for name in ["attests", "provenance", "sbom"] where !["false", nil].contains(invocation.input(name)) {
            ignore(name, because: "the engine's images hold no attestations")
        }
        if let builder = invocation.input("builder"), builder != "default" {
            ignore("builder", because: "images are built by the Docker Engine of this host")
        }
    }
}
