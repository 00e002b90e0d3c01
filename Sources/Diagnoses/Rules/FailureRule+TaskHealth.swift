extension FailureRule {
    static let taskHealth = FailureRule(
        name: "task-health", title: "The tasks do not pass their health checks",
        signs:
            "`failed ELB health checks`, `failed container health checks`, `is unhealthy in (target-group …)`, a circuit breaker's rollback",
        remedy: "the port, the path and the answer that the check expects, and a grace period for programs that load a model",
        certainty: .certain, hides: ["container-unhealthy"],
        examples: [
            Example(
                log: """
                    (service web) (port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/t/1) due \
                    to (reason Health checks failed with these codes: [404])
                    """, says: "404"),
            Example(log: "Task failed container health checks", says: "own health check"),
        ],
        find: { step in
            let text = step.transcript
            let advice = [
                "Let the program listen on 0.0.0.0 and on containerPort of the task definition.",
                "Give it time to load its model: health-check-grace-period-seconds of the service, startPeriod of the container's check.",
                "Let the security group of the tasks admit the load balancer at that port.",
            ]
            if let line = text.last(
                with: "failed elb health checks", "is unhealthy in (target-group", "health checks failed with")
            {
                let codes = line.text.between("these codes: [", "]").map { ": it answers with \($0)" } ?? ""
                return Finding(
                    explanation: "The load balancer's health check of the tasks fails\(codes).",
                    remedies: ["Let the check ask a path that answers 200, /health say (health-check-path of the target group)."]
                        + advice,
                    line: line)
            }
            if let line = text.last(with: "failed container health checks") {
                return Finding(
                    explanation: "The container's own health check, which the task definition sets, fails.",
                    remedies: ["The check runs in the container: the image must have its command (slim images have no curl)."]
                        + advice,
                    line: line)
            }
            guard let line = text.last(with: "deployment circuit breaker", "tasks failed to start") else { return nil }
            return Finding(
                explanation: "The new tasks did not become healthy, so ECS ended the deployment.",
                remedies: ["Look at the reason and the last lines of the stopped tasks."] + advice, line: line)
        })
}
