extension FailureRule {
    static let repositoryMissing = FailureRule(
        name: "repository-missing", title: "The repository does not exist in the registry",
        signs: "`name unknown: The repository … does not exist`, `RepositoryNotFoundException`",
        remedy: "create it, or correct name, region and account: they must be those of the repository",
        certainty: .exact, hides: ["task-image-pull"],
        examples: [
            Example(
                log: """
                    name unknown: The repository with name 'fraud-detecton' does not exist in the registry with id '123456789012'
                    """, says: "fraud-detecton"),
            Example(
                log: """
                    An error occurred (RepositoryNotFoundException) when calling the DescribeImages operation: The repository with name \
                    'app' does not exist in the registry with id '123456789012'
                    """, says: "123456789012"),
        ],
        find: { step in
            guard let line = step.transcript.last(with: "name unknown: the repository", "repositorynotfoundexception"),
                let name = line.text.after("epository with name ")?.quoted
            else { return nil }
            let account = line.text.after("registry with id ")?.quoted
            return Finding(
                explanation:
                    "ECR has no repository \"\(name)\"\(account.map { " in the account \($0)" } ?? "") in the region that was asked.",
                remedies: [
                    "Create it: aws ecr create-repository --repository-name \(name)",
                    "Check the spelling, and that region and account in the image's name are those of the repository.",
                ], line: line)
        })
}
