internal import Diagnostics

/// References of `secrets-manager` name a secret, and one version of it at most. Rule: `secret-reference`.
struct SecretReferenceCheck: BuildspecCheck {
    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        for secret in buildspec.environment.secretsManager {
            do throws(SecretReference.Mistake) {
                _ = try SecretReference(secret.reference.value)
            } catch {
                diagnostics.error("secret-reference", error.message, at: secret.reference.range)
            }
        }
        for parameter in buildspec.environment.parameterStore where parameter.value.value.isEmpty {
            diagnostics.error(
                "empty-value", "\"\(parameter.name.value)\" names no parameter of the Parameter Store", at: parameter.name.range)
        }
    }
}
