public import Execution
internal import Expressions
internal import Plan

/// `actions/setup-python`: has the job find a version of Python that is installed, in a virtual environment of its own.
///
/// Inputs, outputs and variables as the original's; see github.com/actions/setup-python. Nothing is downloaded: a version comes
/// from the host's `PATH` or the folder for tools. `check-latest` and `token` have nothing to do here.
public struct SetupPythonAction: BuiltinAction {
    public static let names = ["actions/setup-python"]
    public static let hasPost = true

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let files = try JobFiles(invocation)
        let request = try PythonRequest(invocation, files: files)
        let architecture = invocation.input("architecture").map { $0.lowercased() }
        var result = ActionResult()
        let wishes = request.wishes.isEmpty ? [nil] : request.wishes.map { $0 }
        for wish in wishes {
            let python = try PythonFinder(invocation).find(wish, architecture: architecture)
            let environment = try PythonEnvironment(of: python, for: invocation)
            invocation.log("Successfully set up CPython (\(python.version)) of \(python.program) in \(environment.folder)")
            result.outputs["python-version"] = .string(python.version.description)
            result.outputs["python-path"] = .string(environment.program)
            // The last one that is named is found first.
            result.pathEntries = ["\(environment.folder)/bin"] + result.pathEntries
            result.environment = Self.variables(of: python, in: environment, invocation)
        }
        try install(invocation, &result)
        try restoreCache(invocation, files, &result)
        if try !invocation.flag("update-environment", default: true) {
            result.pathEntries = []
            result.environment = [:]
        }
        return result
    }

    private static func variables(
        of python: PythonFinder.Python, in environment: PythonEnvironment, _ invocation: ActionInvocation
    ) -> [String: String] {
        var variables = ["PKG_CONFIG_PATH": "\(python.prefix)/lib/pkgconfig"]
        for name in ["pythonLocation", "Python_ROOT_DIR", "Python2_ROOT_DIR", "Python3_ROOT_DIR"] {
            variables[name] = environment.folder
        }
        if python.isTool {
            let before = invocation.commandEnvironment["LD_LIBRARY_PATH"].flatMap { $0.isEmpty ? nil : ":\($0)" } ?? ""
            variables["LD_LIBRARY_PATH"] = "\(python.prefix)/lib\(before)"
        }
        return variables
    }

    /// `pip-version` and `pip-install`.
    private func install(_ invocation: ActionInvocation, _ result: inout ActionResult) throws(ActionFailure) {
        var command = JobCommand(invocation)
        command.pathEntries = result.pathEntries
        command.variables = result.environment
        if let version = invocation.input("pip-version") {
            try command.perform(["python", "-m", "pip", "install", "--disable-pip-version-check", "pip==\(version)"])
        }
        if let packages = invocation.input("pip-install") {
            try command.perform(["python", "-m", "pip", "install"] + ShellCommand.split(packages))
        }
    }

    // MARK: Cache

    private func restoreCache(
        _ invocation: ActionInvocation, _ files: JobFiles, _ result: inout ActionResult
    ) throws(ActionFailure) {
        guard let manager = invocation.input("cache") else { return }
        var command = JobCommand(invocation)
        command.pathEntries = result.pathEntries
        let cache = try PythonPackages(
            manager: manager, version: result.outputs["python-version"]?.displayString ?? "", command: command, files: files)
        let restored = try JobCache(invocation, paths: cache.paths).restore(key: cache.key, restoreKeys: cache.restoreKeys)
        invocation.log(restored.key.map { "Cache restored from key: \($0)" } ?? "\(manager) cache is not found")
        result.outputs["cache-hit"] = .string(restored.isExact ? "true" : "false")
        result.annotations += restored.annotations
        result.storage += restored.storage
        result.state = PackageCacheState(key: cache.key, isExact: restored.isExact, paths: cache.paths).state
        if manager == "poetry", let program = result.outputs["python-path"]?.displayString { try cache.usePython(program) }
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        try PackageCacheState(invocation.state)?.save(invocation) ?? ActionResult()
    }
}
