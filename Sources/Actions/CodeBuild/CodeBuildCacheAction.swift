public import Execution

/// Puts back the cache of a buildspec: as `actions/cache/restore` does, but its `key` has to be that of an entry, as CodeBuild has
/// it, where GitHub also takes one that begins with it. Inputs and outputs are those of that action.
public struct CodeBuildCacheAction: BuiltinAction {
    public static let names = ["slipway/codebuild-cache"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        try CacheRestoreAction.restore(invocation, matchesExactly: true)
    }
}
