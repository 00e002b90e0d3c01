internal import Execution
internal import Expressions
internal import Scheduling
internal import Settings

extension RepositoryFacts {
    init(_ repository: RepositorySettings, labels: [String: LabelTarget], lostRetries: Int) {
        self.init(
            fullName: repository.forge.repository, serverURL: repository.forge.serverURL ?? "",
            apiURL: repository.forge.apiURL ?? "", graphQLURL: repository.forge.graphQLURL ?? "",
            variables: repository.variableContext, labels: labels.mapValues(ExecutorTarget.init),
            lostRetries: lostRetries, environments: repository.environments.map(EnvironmentProtection.init))
    }
}

extension EnvironmentProtection {
    init(_ settings: EnvironmentSettings) {
        self.init(
            name: settings.name, approvers: settings.approvers, preventsSelfReview: settings.preventsSelfReview,
            approvalTimeout: settings.approvalTimeout.seconds, wait: settings.wait.seconds, branches: settings.branches,
            tags: settings.tags,
            variables: ExpressionObject(settings.variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            hasExclusiveLock: settings.hasExclusiveLock)
    }
}

extension ExecutorTarget {
    init(_ target: LabelTarget) {
        self =
            switch target {
            case .host: .host
            case .image(let image, let options): .container(.init(image: image, options: options))
            }
    }
}

extension RepositorySettings {
    /// `vars`.
    var variableContext: ExpressionObject {
        ExpressionObject(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
}
