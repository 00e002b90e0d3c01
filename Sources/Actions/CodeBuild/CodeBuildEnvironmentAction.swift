public import Execution
internal import Expressions
internal import FoundationEssentials

/// The beginning of every build of a buildspec: its variables, its secrets, and the programs that CodeBuild has in its images.
///
/// Inputs: `project` (its name), `buildspec` (the file), `image`, `batch-identifier`, `parameter-store` (JSON: parameters by the
/// names of variables), `secrets-manager` (JSON: `id`, `key`, `stage` and `version` by the names of variables), `reserved`: names of
/// variables that stay as they are, one a line; `git-credential-helper` (whether git gets credentials), `git-token`
/// (for the host of the repository).
public struct CodeBuildEnvironmentAction: BuiltinAction {
    public static let names = ["slipway/codebuild-environment"]

    private let secrets: any BuildSecrets

    public init(secrets: any BuildSecrets) { self.secrets = secrets }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        var result = ActionResult()
        result.pathEntries = [try install(invocation)]
        let secret = try secretValues(invocation)
        for value in secret.values where !value.isEmpty { invocation.mask(value) }
        result.environment = secret.merging(CodeBuildVariables(invocation: invocation, now: Date()).all) { $1 }
        if try invocation.flag("git-credential-helper") {
            let helper = GitCredentialHelper(
                invocation: invocation, program: "\(result.pathEntries[0])/\(GitCredentialHelper.name)")
            result.environment.merge(helper.variables) { $1 }
            invocation.log(helper.remark)
        }
        for (name, _) in secret.sorted(by: { $0.key < $1.key }) { invocation.log("\(name) is set, its value is hidden") }
        return result
    }

    /// Puts the programs where the build's shell finds them.
    private func install(_ invocation: ActionInvocation) throws(ActionFailure) -> String {
        let place = invocation.folders.temporary.appending("codebuild")
        do {
            try Folder.make(place.outside)
            for (name, script) in CodeBuildTools.scripts { try Folder.write(script, to: "\(place.outside)/\(name)", mode: 0o755) }
        } catch {
            throw ActionFailure(error.message)
        }
        return place.inside
    }

    // MARK: Secrets

    private func secretValues(_ invocation: ActionInvocation) throws(ActionFailure) -> [String: String] {
        let kept = reserved(invocation)
        var values: [String: String] = [:]
        let parameters = try object("parameter-store", invocation).filter { !kept.contains($0.key) }
        if !parameters.isEmpty {
            let found = try secrets.parameters(Set(parameters.map(\.value.displayString)).sorted(), for: invocation)
            for (name, parameter) in parameters {
                guard let value = found[parameter.displayString] else {
                    throw ActionFailure(
                        "the Parameter Store has no parameter \"\(parameter.displayString)\", which \(name) asks for")
                }
                values[name] = value
            }
        }
        var texts: [SecretWish: String] = [:]
        for (name, secret) in try object("secrets-manager", invocation) where !kept.contains(name) {
            let wish = SecretWish(
                id: secret["id"]?.displayString ?? "", stage: secret["stage"]?.displayString,
                version: secret["version"]?.displayString)
            if texts[wish] == nil { texts[wish] = try secrets.secret(wish, for: invocation) }
            values[name] = try Self.part(secret["key"]?.displayString, of: texts[wish] ?? "", wish: wish, for: name)
        }
        return values
    }

    /// The names of variables that the project, or whoever started the build, set: those go before the file's.
    private func reserved(_ invocation: ActionInvocation) -> Set<String> {
        Set(invocation.lines("reserved") + invocation.assignment.contexts.inputs.keys)
    }

    private func object(
        _ input: String, _ invocation: ActionInvocation
    ) throws(ActionFailure) -> [(key: String, value: ExpressionValue)] {
        guard let text = invocation.input(input) else { return [] }
        do { return try ExpressionObject(json: text).pairs } catch {
            throw ActionFailure("the input \"\(input)\" is no JSON: \(error.message)")
        }
    }

    /// A member of a secret that is JSON; else the whole text.
    private static func part(
        _ key: String?, of text: String, wish: SecretWish, for name: String
    ) throws(ActionFailure) -> String {
        guard let key else { return text }
        guard let object = try? ExpressionObject(json: text) else {
            throw ActionFailure("the secret \"\(wish.id)\" is no JSON object, but \(name) asks for its key \"\(key)\"")
        }
        guard let value = object.pairs.first(where: { $0.key == key })?.value else {
            throw ActionFailure("the secret \"\(wish.id)\" has no key \"\(key)\", which \(name) asks for")
        }
        return value.isPrimitive ? value.displayString : value.jsonText()
    }
}
