extension FailureRule {
    static let iamActionDenied = FailureRule(
        name: "iam-action-denied", title: "AWS denies an action",
        signs: "`is not authorized to perform: ACTION on resource: …`",
        remedy: "the action that is missing is named, with the statement to add to the policy",
        certainty: .exact, hides: ["registry-forbidden", "s3-denied"],
        examples: [
            Example(
                log: """
                    An error occurred (AccessDeniedException) when calling the GetAuthorizationToken operation: User: \
                    arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no \
                    identity-based policy allows the ecr:GetAuthorizationToken action
                    """, exitCode: 254, says: "ecr:GetAuthorizationToken"),
            Example(
                log: """
                    denied: User: arn:aws:sts::123456789012:assumed-role/build/x is not authorized to perform: ecr:InitiateLayerUpload on \
                    resource: arn:aws:ecr:us-east-1:123456789012:repository/app because no identity-based policy allows it
                    """, says: "ecr:InitiateLayerUpload"),
            Example(
                log: """
                    An error occurred (AccessDeniedException) when calling the RegisterTaskDefinition operation: User: \
                    arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: \
                    arn:aws:iam::123456789012:role/ecsTaskExecutionRole
                    """, exitCode: 254, says: "iam:PassRole"),
        ],
        find: { step in
            guard let line = step.transcript.last(with: "not authorized to perform"),
                let action = line.text.after("authorized to perform: ")?.word, action.contains(":")
            else { return nil }
            let who =
                line.text.between("User: ", " is not authorized").map { "\"\($0)\"" }
                ?? "the user or role of the job's credentials"
            let resource = line.text.after("on resource: ")?.word
            let isForbidden = line.text.contains("explicit deny")
            var remedies: [String] = []
            if isForbidden {
                remedies = [
                    "A policy denies it outright, which no other can allow: look for the statement with \"Effect\": \"Deny\"."
                ]
            } else {
                remedies = [
                    "Add to its policy: {\"Effect\": \"Allow\", \"Action\": \"\(action)\", \"Resource\": \"\(resource ?? "*")\"}"
                ]
            }
            switch action {
            case "ecr:GetAuthorizationToken":
                remedies.append(
                    "A push needs all of \(ECRActions.push); the managed policy AmazonEC2ContainerRegistryPowerUser has them.")
            case let action where action.hasPrefix("ecr:"):
                remedies.append("A push needs all of \(ECRActions.push).")
            case "iam:PassRole":
                remedies.append(
                    "Whoever registers a task definition hands its roles over: allow iam:PassRole on both of its roles.")
            default: break
            }
            return Finding(
                explanation: "\(who) may not do \(action)\(resource.map { $0 == "*" ? "" : " on \($0)" } ?? "").",
                remedies: remedies,
                line: line)
        })
}
