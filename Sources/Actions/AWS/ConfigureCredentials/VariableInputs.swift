internal import Execution

extension ActionInvocation {
    /// Variables that the original takes in place of inputs that are not given, by the inputs' names in capitals.
    private static let inputVariables = [
        "AWS_REGION", "ROLE_TO_ASSUME", "WEB_IDENTITY_TOKEN_FILE", "ROLE_CHAINING", "AUDIENCE", "HTTP_PROXY",
        "MASK_AWS_ACCOUNT_ID", "ROLE_DURATION_SECONDS", "ROLE_EXTERNAL_ID", "ROLE_SESSION_NAME", "ROLE_SKIP_SESSION_TAGGING",
        "TRANSITIVE_TAG_KEYS", "INLINE_SESSION_POLICY", "MANAGED_SESSION_POLICIES", "OUTPUT_CREDENTIALS",
        "UNSET_CURRENT_CREDENTIALS", "DISABLE_RETRY", "RETRY_MAX_ATTEMPTS", "SPECIAL_CHARACTERS_WORKAROUND",
        "USE_EXISTING_CREDENTIALS", "NO_PROXY", "OVERWRITE_AWS_PROFILE",
    ]

    /// With what variables say of the inputs, unless `translate-env-variables` is false.
    func withInputsOfVariables() throws(ActionFailure) -> ActionInvocation {
        guard try flag("translate-env-variables", default: true) else { return self }
        var copy = self
        let environment = awsEnvironment
        for variable in Self.inputVariables {
            let name = String(variable.lowercased().map { $0 == "_" ? "-" : $0 })
            let isProxy = variable == "HTTP_PROXY"
            let value = isProxy ? environment["HTTPS_PROXY"].flatMap { $0.isEmpty ? nil : $0 } : nil
            guard input(name) == nil, let value = value ?? environment[variable], !value.isEmpty else { continue }
            copy.inputs[name] = value
        }
        if copy.input("aws-region") == nil { copy.inputs["aws-region"] = environment["AWS_DEFAULT_REGION"] }
        return copy
    }
}
