public import Execution

/// The actions that are part of Slipway.
public enum BuiltinActions {
    /// - Parameter fetcher: for checkouts of other repositories.
    public static func all(fetcher: any CheckoutFetcher) -> [any BuiltinAction] {
        [
            CheckoutAction(fetcher: fetcher), UploadArtifactAction(), MergeArtifactsAction(), DownloadArtifactAction(),
            CacheAction(),
            CacheRestoreAction(), CacheSaveAction(), SetupPythonAction(), SetupNodeAction(),
            RenderTaskDefinitionAction(), DeployTaskDefinitionAction(), ECSDeployAction(), ECSRunTaskAction(),
            ECSRollbackAction(),
            TestReportAction(),
        ]
    }
}
