extension FailureRule {
    static let ecsObjectMissing = FailureRule(
        name: "ecs-not-found", title: "ECS does not have what the deployment names",
        signs:
            "`ClusterNotFoundException`, `ServiceNotFoundException`, `Unable to describe task definition`, `there is no cluster`, `there is no service`",
        remedy: "correct the name, the region or the account; create it once",
        certainty: .exact,
        examples: [
            Example(
                log: "An error occurred (ClusterNotFoundException) when calling the UpdateService operation: Cluster not found.",
                exitCode: 254, says: "cluster"),
            Example(
                log: "An error occurred (ServiceNotFoundException) when calling the UpdateService operation: Service not found.",
                exitCode: 254, says: "service"),
            Example(
                log: """
                    ##[error]there is no cluster "prod" in us-east-1: check its name, the region, and that the credentials are of the \
                    right account
                    """, says: "no cluster"),
            Example(
                log: """
                    ##[error]there is no service "wbe" in the cluster "prod" in us-east-1: check both names and the region, or create \
                    the service first
                    """, says: "no service"),
        ],
        find: { step in
            let text = step.transcript
            let kinds = [
                ("clusternotfoundexception", "cluster", "aws ecs list-clusters"),
                ("servicenotfoundexception", "service", "aws ecs list-services --cluster CLUSTER"),
                ("servicenotactiveexception", "active service", "aws ecs list-services --cluster CLUSTER"),
                ("there is no cluster \"", "cluster", "aws ecs list-clusters"),
                ("there is no service \"", "service", "aws ecs list-services --cluster CLUSTER"),
                ("unable to describe task definition", "task definition", "aws ecs list-task-definition-families"),
            ]
            for (sign, kind, command) in kinds {
                guard let line = text.last(with: sign) else { continue }
                return Finding(
                    explanation: "ECS has no \(kind) of this name in the region and account of the job's credentials.",
                    remedies: [
                        "See which there are: \(command)", "Check region and account of the credentials, and the spelling.",
                    ], line: line)
            }
            return nil
        })
}
