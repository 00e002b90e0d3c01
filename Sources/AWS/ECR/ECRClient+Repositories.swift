extension ECRClient {
    private struct RepositoryInput: Encodable {
        var registryId: String?
        var repositoryName: String
    }

    private struct RepositoriesInput: Encodable {
        var registryId: String?
        var repositoryNames: [String]
    }

    private struct RepositoriesAnswer: Decodable {
        struct Repository: Decodable {
            var repositoryUri: String?
        }

        var repositories: [Repository]?
    }

    private struct CreationAnswer: Decodable {
        var repository: RepositoriesAnswer.Repository?
    }

    /// Whether there is a repository of that name.
    ///
    /// - Parameter account: whose registry is meant; nil: that of the credentials.
    public func hasRepository(_ name: String, of account: String? = nil) throws(AWSError) -> Bool {
        do throws(AWSError) {
            let answer: RepositoriesAnswer = try call(
                "DescribeRepositories", RepositoriesInput(registryId: account, repositoryNames: [name]))
            return answer.repositories?.isEmpty == false
        } catch  where error.code == "RepositoryNotFoundException" {
            return false
        }
    }

    /// Makes a repository where there is none of that name.
    ///
    /// - Returns: whether it was made.
    public func makeRepository(_ name: String) throws(AWSError) -> Bool {
        if try hasRepository(name) { return false }
        do throws(AWSError) {
            let _: CreationAnswer = try call("CreateRepository", RepositoryInput(repositoryName: name))
            return true
        } catch  where error.code == "RepositoryAlreadyExistsException" {
            // Another job was quicker.
            return false
        }
    }

    private struct TemplatesInput: Encodable {
        var nextToken: String?
    }

    private struct TemplatesAnswer: Decodable {
        struct Template: Decodable {
            var prefix: String?
            var appliedFor: [String]?
        }

        var registryId: String?
        var repositoryCreationTemplates: [Template]?
        var nextToken: String?
    }

    /// Whether a push itself makes a repository of that name: where a repository creation template of the registry says so.
    ///
    /// - Returns: nil where the registry is another account's than that of the credentials: ECR does not tell of those.
    public func pushMakesRepository(_ name: String, in account: String) throws(AWSError) -> Bool? {
        var token: String?
        repeat {
            let answer: TemplatesAnswer = try call("DescribeRepositoryCreationTemplates", TemplatesInput(nextToken: token))
            if let registry = answer.registryId, registry != account { return nil }
            let templates = answer.repositoryCreationTemplates ?? []
            let makes = templates.contains { template in
                guard let prefix = template.prefix, template.appliedFor?.contains("CREATE_ON_PUSH") == true else { return false }
                return prefix == "ROOT" || name.hasPrefix(prefix.hasSuffix("/") ? prefix : prefix + "/")
            }
            if makes { return true }
            token = answer.nextToken
        } while token?.isEmpty == false
        return false
    }
}
