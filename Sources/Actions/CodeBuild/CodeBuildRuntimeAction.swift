public import Execution
internal import Expressions

/// A runtime of a buildspec's `runtime-versions`, besides Python and Node: has the build find the version of it that is installed.
///
/// Inputs: `runtime` (`android`, `dotnet`, `golang`, `java`, `php` or `ruby`) and `version`, as a buildspec writes it: `corretto21`,
/// `1.22`, `8.x`, `latest`. Outputs: `version`, `path`. Nothing is downloaded.
public struct CodeBuildRuntimeAction: BuiltinAction {
    public static let names = ["slipway/codebuild-runtime"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let name = try invocation.required("runtime")
        guard let runtime = HostRuntime.all[name] else {
            throw ActionFailure("the input \"runtime\" must be one of \(HostRuntime.all.keys.sorted()), found \"\(name)\"")
        }
        let wanted = try invocation.required("version")
        guard let wish = RuntimeVersion(wish: wanted) else {
            throw ActionFailure(
                "the version \"\(wanted)\" of \(name) is none that a buildspec has: expected such as 1.22, 8.x, corretto21 or latest"
            )
        }
        let installed = try runtime.installed(invocation)
        guard let found = installed.filter({ wish.takes($0.version) }).max(by: { $0.version < $1.version }) else {
            throw ActionFailure(Self.missing(name, wanted, installed))
        }
        invocation.log("Selecting \(name) \(found.version) of \(found.program) for \"\(wanted)\"")
        if let newest = installed.filter({ $0.program == found.program }).map(\.version).max(), found.version < newest {
            invocation.warn(
                "\(found.program) uses \(newest) by itself, and \(found.version) where a project's global.json asks for it")
        }
        var result = ActionResult()
        result.outputs["version"] = .string(found.version.description)
        result.outputs["path"] = .string(found.program)
        result.pathEntries = try pathEntries(found, runtime, invocation)
        result.environment = runtime.variables(found)
        return result
    }

    private static func missing(_ name: String, _ wanted: String, _ installed: [HostRuntime.Installed]) -> String {
        var shown: [String] = []
        for one in installed where !shown.contains("\(one.version) (\(one.program))") {
            shown.append("\(one.version) (\(one.program))")
        }
        let what =
            shown.isEmpty
            ? "no \(name) is installed here, and \"runtime-versions\" asks for \(wanted)"
            : "\"runtime-versions\" asks for \(name) \(wanted); installed here is \(shown.joined(separator: ", "))"
        return "\(what): install it on this host, have the file ask for what is there (or for latest), or give the build an image"
            + " that has it (\"image\" of the buildspec in the settings)"
    }

    /// Folders with programs of all kinds: in front of PATH they would hide what steps before put there.
    private static let commonFolders: Set<String> = ["/bin", "/usr/bin", "/usr/local/bin"]

    /// A program that goes by a version's name, such as `php8.2`, is found by its own through a link; so is one of many in a folder.
    private func pathEntries(
        _ found: HostRuntime.Installed, _ runtime: HostRuntime, _ invocation: ActionInvocation
    ) throws(ActionFailure) -> [String] {
        guard let name = runtime.program else { return [] }
        guard let slash = found.program.lastIndex(of: "/") else { return [] }
        let home = String(found.program[..<slash])
        if found.program[found.program.index(after: slash)...] == name, !Self.commonFolders.contains(home) { return [home] }
        let folder = "\(invocation.folders.temporary.inside)/codebuild-runtimes/\(name)"
        let script = "mkdir -p \"$1\" && ln -sfn \"$2\" \"$1/$3\""
        guard try JobCommand(invocation).answer(["sh", "-c", script, "sh", folder, found.program, name]) != nil else {
            throw ActionFailure("can't make \(folder), in which \(found.program) is to be found as \(name)")
        }
        return [folder]
    }
}
