internal import Diagnostics
internal import YAML

/// Reads `env`, and `environment_variables`, which was its name in version 0.1.
struct EnvironmentReader {
    let context: SpecContext

    func read(_ root: MappingReader, version: Buildspec.Version?) -> BuildspecEnvironment {
        var environment = BuildspecEnvironment()
        environment.variables = plainTexts(root, version: version)
        guard let reader = context.mapping(root.value("env"), path: "env", context: "\"env\"") else { return environment }
        environment.shell = context.text(reader, "shell")
        environment.variables += context.variables(reader, "variables", context: "\"env.variables\"")
        environment.parameterStore = context.variables(reader, "parameter-store", context: "\"env.parameter-store\"")
        environment.secretsManager = context.variables(reader, "secrets-manager", context: "\"env.secrets-manager\"").map {
            .init(name: $0.name, reference: $0.value)
        }
        environment.exportedVariables = context.list(reader, "exported-variables", takesOne: true)
        environment.gitCredentialHelper = context.flag(reader, "git-credential-helper")
        return environment
    }

    /// `environment_variables.plaintext`: what `env.variables` is since version 0.2, which knows the old names no more.
    private func plainTexts(_ root: MappingReader, version: Buildspec.Version?) -> [BuildspecEnvironment.Variable] {
        let key = "environment_variables"
        if version == .oneShell, let old = root.key(key) {
            context.diagnostics.warning(
                "ignored",
                "\"\(key)\" is ignored: it is version 0.1's; since version 0.2 \"plaintext\" of it is"
                    + " \"variables\" of \"env\"", at: old.range)
            return []
        }
        let reader = context.mapping(root.value(key), path: key, context: "\"\(key)\"")
        return context.variables(reader, "plaintext", context: "\"\(key).plaintext\"")
    }
}
