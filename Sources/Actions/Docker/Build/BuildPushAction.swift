internal import Docker
public import Execution
internal import Expressions
internal import Plan

/// `docker/build-push-action`: builds an image, and sends it to its registries.
///
/// Inputs and outputs as the original's; see github.com/docker/build-push-action. The Docker Engine of this host builds, with
/// BuildKit where that can be had. Under its names the image stays on this host with `load` only, which other repositories' jobs
/// would see.
public struct BuildPushAction: BuiltinAction {
    public static let names = ["docker/build-push-action"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        var inputs = try BuildInputs(invocation)
        let access = try ActionEngine(invocation, for: Self.names[0])
        try Self.checkRights(&inputs, access)
        if inputs.pushes { try invocation.checkBeforeBuild(pushing: inputs.tags.map(\.description)) }
        let scratch = "\(invocation.assignment.workspace)/build-\(UInt64.random(in: 0 ... .max))"
        let source = try BuildSource(invocation, scratch: "\(scratch)-context")
        defer { source.discard() }
        if let text = source.dockerfileText { inputs.wishes.read(dockerfile: text) }
        let builder = try Self.builder(for: inputs, access, invocation)
        for remark in inputs.remarks { invocation.log("##[warning]\(remark)") }
        let logins = JobBuildLogins(logins: try JobRegistryLogins(invocation), dockerfile: source.dockerfileText)
        let image = try build(inputs, by: builder, source, try logins.read(), access, invocation, scratch: "\(scratch)-client")
        let digests = try publish(image, inputs, access, invocation)
        return Self.result(image: image, digests: digests, inputs: inputs)
    }

    /// What reaches further than the job.
    private static func checkRights(_ inputs: inout BuildInputs, _ access: ActionEngine) throws(ActionFailure) {
        switch inputs.definition.network {
        case nil, "", "none", "default", "bridge": break
        case "host": try access.demandPrivilege(for: "network: host", as: "reaches what listens on this host alone")
        case let name?: try access.demandPrivilege(for: "network: \(name)", as: "reaches the containers of others")
        }
        if inputs.definition.cgroupParent != nil {
            try access.demandPrivilege(for: "cgroup-parent", as: "chooses what limits the build")
        }
        if !inputs.options.entitlements.isEmpty {
            try access.demandPrivilege(for: "allow", as: "gives instructions rights on this host")
        }
        if inputs.loads {
            try access.demandPrivilege(for: "load", as: "leaves a name on this host that other repositories' jobs see")
        }
        // As the original's standard builder does it, where nothing else is asked for.
        if !inputs.pushes, !inputs.tags.isEmpty, access.allows(.privileged) { inputs.loads = true }
    }

    private static func builder(
        for inputs: BuildInputs, _ access: ActionEngine, _ invocation: ActionInvocation
    ) throws(ActionFailure) -> ImageBuilder {
        let builder = ImageBuilder.choose(
            engine: access.engine, wishes: inputs.wishes, environment: invocation.commandEnvironment)
        let needs = inputs.wishes.buildKitOnly + inputs.wishes.buildxOnly
        if case .classic(let reason) = builder, !needs.isEmpty {
            throw ActionFailure("\(needs.joined(separator: ", ")) needs BuildKit, which this build can't have: \(reason)")
        }
        invocation.log("Building with \(builder.described)")
        return builder
    }

    private func build(
        _ inputs: BuildInputs, by builder: ImageBuilder, _ source: BuildSource, _ logins: RegistryLogins, _ access: ActionEngine,
        _ invocation: ActionInvocation, scratch: String
    ) throws(ActionFailure) -> String {
        let context = try source.context(builder.descent)
        try source.checkCopies(of: inputs.definition, rules: context.rules)
        invocation.log("##[group]Building the image")
        defer { invocation.log("##[endgroup]") }
        let image: String
        switch builder {
        case .buildKit(let client):
            image = try asking { () throws(DockerError) in
                try BuildKitClient(client, engine: access.engine.address, scratch: scratch).build(
                    inputs.definition, inputs.options, context: context, logins: logins, patience: access.patience,
                    output: invocation.log)
            }
        case .classic:
            try pullCaches(inputs.definition.cacheSources, logins, access, invocation)
            var lines = LineBuffer(invocation.log)
            image = try asking { () throws(DockerError) in
                try access.engine.build(
                    inputs.definition, context: context, logins: logins, patience: access.patience, output: { lines.take($0) })
            }
            lines.finish()
        }
        let megabytes = (context.sentBytes + 500_000) / 1_000_000
        invocation.log("Image: \(image) (context of \(megabytes) MB)")
        return image
    }

    /// The classic builder takes layers up only from images that are on this host.
    private func pullCaches(
        _ names: [String], _ logins: RegistryLogins, _ access: ActionEngine, _ invocation: ActionInvocation
    ) throws(ActionFailure) {
        for name in names {
            guard let image = ImageReference(name) else { continue }
            do throws(DockerError) {
                try access.engine.pull(
                    image, credentials: logins.credentials(for: image.registry), patience: access.patience, report: invocation.log
                )
            } catch {
                guard error.reason == .imageUnavailable else { throw ActionFailure("\(error)") }
                invocation.log("cache-from: \(image) can't be had, and nothing is taken up from it: \(error.detail)")
            }
        }
    }

    private func publish(
        _ image: String, _ inputs: BuildInputs, _ access: ActionEngine, _ invocation: ActionInvocation
    ) throws(ActionFailure) -> [String: String] {
        if inputs.loads {
            for tag in inputs.tags {
                try asking { () throws(DockerError) in try access.engine.tagImage(image, as: tag) }
                invocation.log("On this host as \(tag)")
            }
        }
        guard inputs.pushes else {
            if !inputs.loads, !inputs.tags.isEmpty {
                invocation.log("The image has no name on this host and is in no registry: neither load nor push is set")
            }
            return [:]
        }
        let publisher = ImagePublisher(
            invocation: invocation, access: access, logins: try JobRegistryLogins(invocation), image: image)
        return try publisher.push(inputs.tags, keepsNames: inputs.loads)
    }

    private static func result(image: String, digests: [String: String], inputs: BuildInputs) -> ActionResult {
        // Of equal names, registries give equal digests; of several registries, the first tag's counts, as in the original.
        let digest = inputs.tags.first.flatMap { digests[$0.description] } ?? ""
        var metadata: ExpressionObject = ["containerimage.config.digest": .string(image)]
        if !digest.isEmpty { metadata["containerimage.digest"] = .string(digest) }
        if !inputs.tags.isEmpty {
            metadata["image.name"] = .string(inputs.tags.map(\.description).joined(separator: ","))
        }
        return ActionResult(
            outputs: [
                "imageid": .string(image), "digest": .string(digest), "metadata": .string(metadata.jsonText(pretty: true)),
            ],
            annotations: digests.sorted { $0.key < $1.key }.map { .pushedImage("\($0.key)@\($0.value)") })
    }
}

/// Text that comes in pieces, as lines of a log.
struct LineBuffer {
    private let log: (String) -> Void
    private var rest = ""

    init(_ log: @escaping (String) -> Void) { self.log = log }

    mutating func take(_ text: String) {
        rest += text
        guard let end = rest.lastIndex(where: \.isNewline) else { return }
        for line in rest[..<end].split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { log(String(line)) }
        rest = String(rest[rest.index(after: end)...])
    }

    mutating func finish() {
        if !rest.isEmpty { log(rest) }
        rest = ""
    }
}
