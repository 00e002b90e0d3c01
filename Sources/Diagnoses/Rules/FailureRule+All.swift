extension FailureRule {
    /// In the order of the manual.
    static let all: [FailureRule] = [
        // The host
        noSpace, sharedMemory, outOfMemory, gpuMemory, gpuMissing, portInUse, commandMissing, notExecutable, nameResolution,
        serviceUnreachable,
        // Docker
        dockerUnreachable, containerNameInUse, copySourceMissing, dockerfileMissing, wrongArchitecture, containerUnhealthy,
        // Registries
        noRegistryCredentials, registryLoginExpired, registryForbidden, repositoryMissing, imageTagMissing, imageUnavailable,
        pullLimit,
        // AWS
        iamActionDenied, s3Denied, bucketMissing, awsNoCredentials, awsBadCredentials, awsNoRegion, ecsObjectMissing,
        // Tasks of ECS
        taskImagePull, taskLogGroup, taskHealth, taskCapacity, taskStopped,
        // Git
        pushRejected, gitRepositoryMissing,
        // Programs
        fileMissing, moduleMissing, pipNoVersion, pipConflict, pipExternallyManaged, buildToolsMissing, npmConflict, npmLock,
        httpsOnHTTP,
    ]
}
