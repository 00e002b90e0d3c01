internal import Docker
public import Execution
internal import Expressions

/// `docker/setup-buildx-action`: says which builder the job's images are built with.
///
/// Inputs and outputs as the original's; see github.com/docker/setup-buildx-action. No builder is made: the engine's own is used,
/// with BuildKit where this host can, and its layers stay for the next build.
public struct SetupBuildxAction: BuiltinAction {
    public static let names = ["docker/setup-buildx-action"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let access = try ActionEngine(invocation, for: Self.names[0])
        for name in ["driver", "driver-opts", "endpoint", "append", "buildkitd-config", "buildkitd-config-inline", "config"] {
            guard let value = invocation.input(name), !(name == "driver" && ["docker", "docker-container"].contains(value)) else {
                continue
            }
            invocation.log("##[warning]The input \"\(name)\" has no effect: images are built by the Docker Engine of this host")
        }
        let platform = try asking { () throws(DockerError) in try access.engine.platform(patience: access.patience) }
        let builder = ImageBuilder.choose(
            engine: access.engine, wishes: BuilderWishes(), environment: invocation.commandEnvironment)
        invocation.log("Builder: \(builder.described); platform: \(platform)")
        let node: ExpressionValue = [
            "name": "default", "endpoint": "default", "status": "running", "platforms": .string(platform),
        ]
        return ActionResult(outputs: [
            "name": "default", "driver": "docker", "platforms": .string(platform),
            "nodes": .string(ExpressionValue.array([node]).jsonText()), "endpoint": "default", "status": "running", "flags": "",
        ])
    }
}

/// `docker/setup-qemu-action`: says which platforms this host can run.
///
/// The original has a privileged container change the host's kernel for every job; that is an operator's to do, once.
public struct SetupQemuAction: BuiltinAction {
    public static let names = ["docker/setup-qemu-action"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let access = try ActionEngine(invocation, for: Self.names[0])
        let own = try asking { () throws(DockerError) in try access.engine.platform(patience: access.patience) }
        let platforms = [own] + ForeignPlatforms.registered().filter { $0 != own }
        invocation.log("Platforms of this host: \(platforms.joined(separator: ", "))")
        let wanted = InputList.values(invocation.input("platforms"), commaSeparates: true).filter { $0 != "all" }
        let missing = wanted.filter { name in !platforms.contains { $0 == name || $0 == "linux/\(name)" } }
        if !missing.isEmpty {
            invocation.log(
                "##[warning]This host does not run \(missing.joined(separator: ", ")): an operator installs emulators once, with"
                    + " the packages qemu-user-static and binfmt-support")
        }
        return ActionResult(outputs: ["platforms": .string(platforms.joined(separator: ","))])
    }
}
