extension FailureRule {
    static let taskImagePull = FailureRule(
        name: "task-image-pull", title: "A task can't pull its image",
        signs: "`CannotPullContainerError`, `unable to pull secrets or registry auth`",
        remedy: "no such tag, no way to the registry from the subnet, or an execution role without the actions of a pull",
        // What they advise is for the job, not for the task.
        certainty: .certain, hides: ["registry-forbidden", "image-unavailable"],
        examples: [
            Example(
                log: """
                    CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
                    123456789012.dkr.ecr.us-east-1.amazonaws.com/app:latest: not found
                    """, says: "does not have"),
            // Accounts, tags and digests have any digits.
            Example(
                log: """
                    CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
                    123403456789.dkr.ecr.us-east-1.amazonaws.com/app:403e1f7: not found
                    """, says: "does not have"),
            Example(
                log: """
                    CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref \
                    123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:4031: unexpected status from HEAD request to \
                    https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/app/manifests/sha256:4031: 403 Forbidden
                    """, says: "may not pull"),
            Example(
                log: """
                    CannotPullContainerError: Error response from daemon: pull access denied for \
                    123456789012.dkr.ecr.us-east-1.amazonaws.com/app, repository does not exist or may require 'docker login'
                    """, says: "may not see it"),
            Example(
                log: """
                    CannotPullContainerError: failed to copy: httpReadSeeker: failed open: unexpected end of app@sha256:4031
                    """, says: "could not get"),
            Example(
                log: """
                    ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to \
                    retrieve ecr registry auth: RequestError: send request failed: dial tcp 10.0.0.4:443: i/o timeout
                    """, says: "no way"),
        ],
        find: { step in
            guard let line = step.transcript.last(with: "cannotpullcontainererror", "unable to pull secrets or registry auth")
            else {
                return nil
            }
            let text = line.text.lowercased()
            if ["timeout", "timed out", "connection refused", "deadline exceeded"].contains(where: text.contains) {
                return Finding(
                    explanation: "The task's subnet has no way to the registry.",
                    remedies: [
                        "In a public subnet, give the task a public address: assignPublicIp=ENABLED.",
                        "In a private one: a NAT gateway, or endpoints for ecr.api, ecr.dkr, logs and S3.",
                        "Let its security group reach port 443 outside.",
                    ], line: line)
            }
            if text.contains("not found") || text.contains("manifest unknown") {
                return Finding(
                    explanation: "The registry does not have the image that the task definition names.",
                    remedies: [
                        "Check that exactly this tag was pushed: aws ecr list-images --repository-name NAME",
                        "Deploy by digest, which slipway/ecs-deploy does: what was not pushed can't be deployed then.",
                    ], line: line)
            }
            if text.contains("repository does not exist") {
                return Finding(
                    explanation: "The registry has no such repository, or the task's execution role may not see it.",
                    remedies: [
                        "Check the image's name: its account, its region, its repository.",
                        "Attach AmazonECSTaskExecutionRolePolicy to the role that executionRoleArn names.",
                    ], line: line)
            }
            if denials.contains(where: text.contains) {
                return Finding(
                    explanation: "The task's execution role may not pull the image. It needs \(ECRActions.pull).",
                    remedies: ["Attach AmazonECSTaskExecutionRolePolicy to the role that executionRoleArn names."], line: line)
            }
            return Finding(
                explanation: "The task could not get its image.",
                remedies: [
                    "Check the image's name in the task definition, its execution role, and the subnet's way to the registry."
                ], line: line)
        })

    /// A bare 403 is none: accounts, tags and digests hold it as well.
    private static let denials = [
        "accessdenied", "not authorized", "403 forbidden", "status: 403", "status code: 403", "no basic auth",
    ]
}
