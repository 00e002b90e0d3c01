internal import Diagnostics
internal import YAML

/// Reads `env`.
struct EnvironmentReader {
    let context: SpecContext

    func read(_ node: YAMLNode?) -> BuildspecEnvironment {
        var environment = BuildspecEnvironment()
        guard let reader = context.mapping(node, path: "env", context: "\"env\"") else { return environment }
        environment.shell = context.text(reader, "shell")
        environment.variables = context.variables(reader, "variables", context: "\"env.variables\"")
        environment.parameterStore = context.variables(reader, "parameter-store", context: "\"env.parameter-store\"")
        environment.secretsManager = context.variables(reader, "secrets-manager", context: "\"env.secrets-manager\"").map {
            .init(name: $0.name, reference: $0.value)
        }
        environment.exportedVariables = context.list(reader, "exported-variables", takesOne: true)
        environment.gitCredentialHelper = context.flag(reader, "git-credential-helper")
        return environment
    }
}
