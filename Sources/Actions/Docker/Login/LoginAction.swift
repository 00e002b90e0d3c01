internal import Docker
public import Execution
internal import Plan

/// `docker/login-action`: has the job be logged in to an image registry, in its own `DOCKER_CONFIG`.
///
/// Inputs as the original's; see github.com/docker/login-action. The engine tries the credentials at the registry.
public struct LoginAction: BuiltinAction {
    public static let names = ["docker/login-action"]
    public static let hasPost = true
    private static let registryState = "registry"
    private static let hub = "docker.io"

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        guard invocation.input("registry-auth") == nil else {
            throw ActionFailure("the input \"registry-auth\" is not supported: write a step for each registry")
        }
        let registry = Self.host(of: invocation.input("registry") ?? Self.hub)
        let credentials = try Self.credentials(invocation, for: registry)
        let logins = try JobRegistryLogins(invocation)
        try logins.add(try verified(credentials, for: registry, invocation), for: registry)
        invocation.log("Login Succeeded!")
        return ActionResult(state: try invocation.flag("logout", default: true) ? [Self.registryState: registry] : [:])
    }

    /// Whoever has no engine has steps that use the login elsewhere.
    private func verified(
        _ credentials: RegistryCredentials, for registry: String, _ invocation: ActionInvocation
    ) throws(ActionFailure) -> RegistryCredentials {
        guard invocation.assignment.engine != nil else {
            invocation.log("There is no Docker Engine that could try the login: it is taken as it is")
            return credentials
        }
        let access = try ActionEngine(invocation, for: Self.names[0])
        invocation.log("Logging in to \(registry)...")
        return try asking { () throws(DockerError) in
            try access.engine.logIn(to: registry, credentials, patience: access.patience)
        }
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        guard let registry = invocation.state[Self.registryState] else { return ActionResult() }
        if try JobRegistryLogins(invocation).remove(registry) { invocation.log("Removing login credentials for \(registry)") }
        return ActionResult()
    }

    private static func host(of registry: String) -> String {
        var text = registry[...]
        if let scheme = text.firstRange(of: "://") { text = text[scheme.upperBound...] }
        while text.last == "/" { text.removeLast() }
        return String(text)
    }

    private static func credentials(
        _ invocation: ActionInvocation, for registry: String
    ) throws(ActionFailure) -> RegistryCredentials {
        guard let username = invocation.input("username"), let password = invocation.input("password") else {
            throw ActionFailure("Username and password required: the inputs \"username\" and \"password\" are missing or empty")
        }
        if try isAmazons(registry, invocation), username != "AWS" {
            throw ActionFailure(
                "\(registry) takes no access keys: let aws-actions/configure-aws-credentials and"
                    + " aws-actions/amazon-ecr-login log in to it, or give the username AWS with a token of ECR as the password")
        }
        return RegistryCredentials(username: username, password: password)
    }

    private static func isAmazons(_ registry: String, _ invocation: ActionInvocation) throws(ActionFailure) -> Bool {
        switch invocation.input("ecr") ?? "auto" {
        case "auto":
            return registry == "public.ecr.aws"
                || (registry.contains(".dkr.ecr") && registry.split(separator: ".").contains("amazonaws"))
        case "true": return true
        case "false": return false
        case let text: throw ActionFailure("the input \"ecr\" must be auto, true or false, found \"\(text)\"")
        }
    }
}
