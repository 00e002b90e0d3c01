public import Execution
internal import Expressions
internal import Plan

/// `actions/cache`: puts back files that an earlier run kept, and keeps them after a job that succeeded.
///
/// Inputs and outputs as the original's; see github.com/actions/cache. `upload-chunk-size` and `enableCrossOsArchive` have
/// nothing to do here: nothing is uploaded, and every runner is a Linux machine.
public struct CacheAction: BuiltinAction {
    public static let names = ["actions/cache"]
    public static let hasPost = true
    private static let keyState = "key"
    private static let matchedState = "matched-key"

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        var result = try CacheRestoreAction.restore(invocation)
        result.state = [Self.keyState: invocation.input("key") ?? ""]
        if case .string(let matched)? = result.outputs["cache-matched-key"] { result.state[Self.matchedState] = matched }
        return result
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let savesAlways = try invocation.flag("save-always")
        guard invocation.jobSucceeded || savesAlways else {
            invocation.log("The job did not succeed: no cache is saved")
            return ActionResult()
        }
        guard let key = invocation.state[Self.keyState], !key.isEmpty else {
            invocation.log("The step ended before it knew its key: no cache is saved")
            return ActionResult()
        }
        if let matched = invocation.state[Self.matchedState], matched.lowercased() == key.lowercased() {
            invocation.log("Cache hit occurred on the primary key \(key), not saving cache.")
            return ActionResult()
        }
        let saved = try JobCache(invocation, paths: invocation.lines("path")).save(key: key)
        return ActionResult(annotations: saved.annotations, storage: saved.storage)
    }
}

/// `actions/cache/restore`: only puts back.
public struct CacheRestoreAction: BuiltinAction {
    public static let names = ["actions/cache/restore"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult { try Self.restore(invocation) }

    /// - Parameter matchesExactly: whether `key` itself has to be found, and not one that begins with it.
    static func restore(
        _ invocation: ActionInvocation, matchesExactly: Bool = false
    ) throws(ActionFailure) -> ActionResult {
        guard let key = invocation.input("key") else { throw ActionFailure("the input \"key\" is required") }
        let paths = invocation.lines("path")
        guard !paths.isEmpty else { throw ActionFailure("the input \"path\" is required") }
        let restoreKeys = invocation.lines("restore-keys")
        let looksOnly = try invocation.flag("lookup-only")
        let restored = try JobCache(invocation, paths: paths).restore(
            key: key, matchesExactly: matchesExactly, restoreKeys: restoreKeys, looksOnly: looksOnly)
        guard let found = restored.key else {
            if try invocation.flag("fail-on-cache-miss") {
                throw ActionFailure(
                    "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: \(key)")
            }
            invocation.log("Cache not found for input keys: \(([key] + restoreKeys).joined(separator: ", "))")
            // `cache-hit` is empty where nothing was found.
            return ActionResult(outputs: ["cache-primary-key": .string(key)], annotations: restored.annotations)
        }
        invocation.log(looksOnly ? "Cache found and can be restored from key: \(found)" : "Cache restored from key: \(found)")
        return ActionResult(
            outputs: [
                "cache-primary-key": .string(key), "cache-hit": .string(restored.isExact ? "true" : "false"),
                "cache-matched-key": .string(found),
            ], annotations: restored.annotations, storage: restored.storage)
    }
}

/// `actions/cache/save`: only keeps.
public struct CacheSaveAction: BuiltinAction {
    public static let names = ["actions/cache/save"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        guard let key = invocation.input("key") else { throw ActionFailure("the input \"key\" is required") }
        let paths = invocation.lines("path")
        guard !paths.isEmpty else { throw ActionFailure("the input \"path\" is required") }
        let saved = try JobCache(invocation, paths: paths).save(key: key)
        return ActionResult(annotations: saved.annotations, storage: saved.storage)
    }
}
