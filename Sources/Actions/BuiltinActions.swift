public import Execution
internal import Workflows

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
            CodeBuildEnvironmentAction(secrets: secrets), CodeBuildRuntimeAction(), CodeBuildArtifactAction(),
            CodeBuildCacheAction(),
            LoginAction(), SetupBuildxAction(), SetupQemuAction(), BuildPushAction(), MetadataAction(), DockerRunAction(),
            ConfigureCredentialsAction(), S3SyncAction(), NotifyAction(),
        ]
    }

    /// The inputs that an action has, as its original has them; nil for one of Slipway's inside.
    ///
    /// - Parameter name: in lower case, without a version.
    public static func inputs(of name: String) -> [String]? { LanguageSupport.builtInAction(name)?.inputs }
}
