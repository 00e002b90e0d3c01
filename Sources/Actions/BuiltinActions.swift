public import Execution

/// The actions that are part of Slipway.
public enum BuiltinActions {
    /// - Parameters:
    ///   - fetcher: for checkouts of other repositories.
    ///   - secrets: for what buildspecs ask of the Parameter Store and of Secrets Manager.
    public static func all(
        fetcher: any CheckoutFetcher, secrets: any BuildSecrets = AWSBuildSecrets()
    ) -> [any BuiltinAction] {
        [
            CheckoutAction(fetcher: fetcher), UploadArtifactAction(), MergeArtifactsAction(), DownloadArtifactAction(),
            CacheAction(),
            CacheRestoreAction(), CacheSaveAction(), SetupPythonAction(), SetupNodeAction(),
            ECRLoginAction(),
            RenderTaskDefinitionAction(), DeployTaskDefinitionAction(), ECSDeployAction(), ECSRunTaskAction(),
            ECSRollbackAction(),
            TestReportAction(), GateAction(),
            CodeBuildEnvironmentAction(secrets: secrets), CodeBuildArtifactAction(), CodeBuildCacheAction(),
            LoginAction(), SetupBuildxAction(), SetupQemuAction(), BuildPushAction(), MetadataAction(), DockerRunAction(),
            ConfigureCredentialsAction(), S3SyncAction(), NotifyAction(),
        ]
    }
}
