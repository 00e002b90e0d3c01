public import Execution
internal import Expressions
internal import Plan

/// `actions/setup-node`: has the job find a version of Node that is installed, with a place for global packages of its own.
///
/// Inputs, outputs and variables as the original's; see github.com/actions/setup-node. Nothing is downloaded: a version comes
/// from the host's `PATH` or the folder for tools. `check-latest`, `token` and `mirror` have nothing to do here.
public struct SetupNodeAction: BuiltinAction {
    public static let names = ["actions/setup-node"]
    public static let hasPost = true

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let files = try JobFiles(invocation)
        var result = ActionResult()
        let node = try find(invocation, files)
        let folder = try node.place(for: invocation)
        invocation.log("node: v\(node.version) (\(node.programs))")
        result.outputs["node-version"] = .string("v\(node.version)")
        result.pathEntries = ["\(folder)/bin"]
        result.environment["NPM_CONFIG_PREFIX"] = folder
        if let url = invocation.input("registry-url") {
            result.environment.merge(try NodeRegistry(invocation: invocation, files: files, url: url).write()) { $1 }
        }
        try restoreCache(invocation, files, &result)
        return result
    }

    private func find(_ invocation: ActionInvocation, _ files: JobFiles) throws(ActionFailure) -> NodeInstallation {
        let request = try NodeRequest(invocation, files: files)
        let architecture = invocation.input("architecture").map { $0.lowercased() }
        let all = try NodeInstallation.all(for: invocation, architecture: architecture)
        if let best = request?.best(of: all) ?? (request == nil ? all.first : nil) { return best }
        let place = ToolFolder(tools: invocation.folders.tools, name: "node").place(
            of: "<version>", architecture: architecture ?? ToolFolder.architecture)
        throw ActionFailure(
            "Node \(request.map { "\($0.text) " } ?? "")\(architecture.map { "for \($0) " } ?? "")is not installed here. "
                + (all.isEmpty
                    ? "There is none at all: "
                    : "There is \(all.map { "\($0.version) (\($0.programs))" }.joined(separator: ", ")): ")
                + "install it on the host, or put it in \(place), with bin/node in it, as runners of GitHub have it")
    }

    private func restoreCache(
        _ invocation: ActionInvocation, _ files: JobFiles, _ result: inout ActionResult
    ) throws(ActionFailure) {
        var manager = invocation.input("cache")
        if manager == nil, try invocation.flag("package-manager-cache", default: true), try NodePackages.usesNPM(files) {
            manager = "npm"
        }
        guard let manager else { return }
        var command = JobCommand(invocation)
        command.pathEntries = result.pathEntries
        command.variables = result.environment
        let cache = try NodePackages(manager: manager, command: command, files: files)
        let restored = try JobCache(invocation, paths: cache.paths).restore(key: cache.key)
        invocation.log(restored.key.map { "Cache restored from key: \($0)" } ?? "\(manager) cache is not found")
        result.outputs["cache-hit"] = .string(restored.isExact ? "true" : "false")
        result.annotations += restored.annotations
        result.storage += restored.storage
        result.state = PackageCacheState(key: cache.key, isExact: restored.isExact, paths: cache.paths).state
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        try PackageCacheState(invocation.state)?.save(invocation) ?? ActionResult()
    }
}
