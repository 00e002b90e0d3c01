internal import Expressions
internal import Scheduling
internal import Settings

extension RepositoryFacts {
    init(_ repository: RepositorySettings) {
        self.init(
            fullName: repository.forge.repository, serverURL: repository.forge.serverURL ?? "",
            apiURL: repository.forge.apiURL ?? "", graphQLURL: repository.forge.graphQLURL ?? "",
            variables: repository.variableContext)
    }
}

extension RepositorySettings {
    /// `vars`.
    var variableContext: ExpressionObject {
        ExpressionObject(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
}
