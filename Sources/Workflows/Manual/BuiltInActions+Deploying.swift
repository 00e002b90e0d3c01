extension LanguageSupport {
    /// Those that deploy to Amazon ECS.
    static let deployingActions: [BuiltInActionEntry] = [
        BuiltInActionEntry(
            name: "aws-actions/amazon-ecr-login",
            inputs: ["http-proxy", "mask-password", "registries", "registry-type", "skip-logout", "create-repositories"]),
        BuiltInActionEntry(
            name: "aws-actions/amazon-ecs-render-task-definition",
            inputs: [
                "task-definition", "task-definition-arn", "task-definition-family", "task-definition-revision", "container-name",
                "image", "environment-variables", "env-files", "secrets", "log-configuration-log-driver",
                "log-configuration-options", "docker-labels", "command", "task-role-arn", "execution-role-arn",
            ]),
        BuiltInActionEntry(
            name: "aws-actions/amazon-ecs-deploy-task-definition",
            inputs: [
                "task-definition", "desired-count", "service", "cluster", "wait-for-service-stability", "wait-for-minutes",
                "codedeploy-appspec", "codedeploy-application", "codedeploy-deployment-group",
                "codedeploy-deployment-description", "codedeploy-deployment-config", "force-new-deployment",
                "service-managed-ebs-volume-name", "service-managed-ebs-volume", "run-task", "run-task-container-overrides",
                "run-task-security-groups", "run-task-subnets", "run-task-assign-public-IP",
                "run-task-capacity-provider-strategy", "run-task-launch-type", "run-task-started-by", "run-task-tags",
                "run-task-managed-ebs-volume-name", "run-task-managed-ebs-volume", "wait-for-task-stopped",
                "enable-ecs-managed-tags", "propagate-tags", "keep-null-value-keys", "wait-max-delay-seconds",
            ]),
        BuiltInActionEntry(
            name: "slipway/ecs-deploy",
            inputs: [
                "cluster", "service", "image", "image-definitions", "task-definition", "wait", "wait-for-minutes", "rollback",
                "force-new-deployment", "desired-count", "allow-older", "fail-on-findings", "tag",
            ]),
        BuiltInActionEntry(
            name: "slipway/ecs-run-task",
            inputs: [
                "cluster", "task-definition", "container", "image", "command", "environment", "cpu", "memory", "gpus",
                "launch-type", "capacity-provider", "subnets", "security-groups", "assign-public-ip", "platform-version", "count",
                "started-by", "wait", "wait-for-minutes",
            ]),
        BuiltInActionEntry(
            name: "slipway/ecs-rollback",
            inputs: ["cluster", "service", "task-definition", "region", "deployment", "wait-for-minutes"]),
    ]
}
