internal import AWS
internal import Docker
public import Execution
internal import Plan

/// `docker/login-action`: has the job be logged in to image registries, in its own `DOCKER_CONFIG`.
///
/// Inputs as the original's; see github.com/docker/login-action. The engine tries the credentials at the registry. For registries of
/// Amazon ECR a token is asked for, with access keys that are given as name and password, or with the job's own credentials.
public struct LoginAction: BuiltinAction {
    public static let names = ["docker/login-action"]
    public static let hasPost = true
    private static let registriesState = "registries"

    /// A login as the registry takes it.
    private struct Login {
        var registry: String
        var credentials: RegistryCredentials
    }

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let orders = try LoginOrder.all(invocation)
        let logsOut = try invocation.flag("logout", default: true)
        for order in orders { order.password.map(invocation.mask) }
        let configuration = try JobRegistryLogins(invocation)
        var registries: [String] = []
        for order in orders {
            if let scope = order.scope {
                invocation.log(
                    "##[warning]The login to \(order.registry) is kept for all of it, not for the scope \(scope) alone")
            }
            for login in try Self.logins(order, invocation) {
                try configuration.add(try verified(login, invocation), for: login.registry)
                registries.append(login.registry)
            }
        }
        invocation.log("Login Succeeded!")
        return ActionResult(state: logsOut ? [Self.registriesState: registries.joined(separator: ",")] : [:])
    }

    /// Whoever has no engine has steps that use the login elsewhere.
    private func verified(_ login: Login, _ invocation: ActionInvocation) throws(ActionFailure) -> RegistryCredentials {
        guard invocation.assignment.engine != nil else {
            invocation.log("There is no Docker Engine that could try the login to \(login.registry): it is taken as it is")
            return login.credentials
        }
        let access = try ActionEngine(invocation, for: Self.names[0])
        invocation.log("Logging in to \(login.registry)...")
        return try asking { () throws(DockerError) in
            try access.engine.logIn(to: login.registry, login.credentials, patience: access.patience)
        }
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let registries = (invocation.state[Self.registriesState] ?? "").split(separator: ",").map(String.init)
        for registry in registries where try JobRegistryLogins(invocation).remove(registry) {
            invocation.log("Removing login credentials for \(registry)")
        }
        return ActionResult()
    }

    private static func logins(_ order: LoginOrder, _ invocation: ActionInvocation) throws(ActionFailure) -> [Login] {
        // A token that was asked for elsewhere is a password like any other.
        if isAmazons(order), order.username != "AWS" { return try amazonLogins(order, invocation) }
        guard let username = order.username, let password = order.password else {
            throw ActionFailure(
                "Username and password required: \"username\" or \"password\" is missing or empty for \(order.registry)")
        }
        return [Login(registry: order.registry, credentials: RegistryCredentials(username: username, password: password))]
    }

    // MARK: - Amazon ECR

    private static func isAmazons(_ order: LoginOrder) -> Bool {
        switch order.ecr {
        case "true": true
        case "false": false
        default: isPublic(order) || place(of: order) != nil
        }
    }

    private static func isPublic(_ order: LoginOrder) -> Bool {
        ["public.ecr.aws", "ecr-public.aws.com"].contains { order.registry.contains($0) }
    }

    private static func place(of order: LoginOrder) -> (account: String, region: String)? {
        ECRImageName.place(of: String(order.registry.prefix { $0 != "/" }))
    }

    /// Those of the registry's account, and of those that `AWS_ACCOUNT_IDS` names.
    private static func amazonLogins(_ order: LoginOrder, _ invocation: ActionInvocation) throws(ActionFailure) -> [Login] {
        let place = place(of: order)
        var configuration = try invocation.awsConfiguration(region: place?.region)
        if let key = order.username, let secret = order.password {
            configuration = configuration.with(
                GivenCredentials(
                    AWSCredentials(accessKeyID: key, secretAccessKey: secret, source: "the login's username and password")))
        }
        let ecr = ECRClient(configuration, patience: invocation.awsPatience)
        var accounts = place.map { [$0.account] } ?? []
        let others = invocation.awsEnvironment["AWS_ACCOUNT_IDS"] ?? ""
        for account in others.split(separator: ",").map({ InputList.trimmed(String($0)) })
        where place != nil && !account.isEmpty && !accounts.contains(account) {
            accounts.append(account)
        }
        invocation.log("Asking Amazon ECR for a login to \(order.registry)")
        let found = try invocation.inAWS { () throws(AWSError) in
            isPublic(order) ? [try ecr.publicLogin()] : try ecr.logins(to: accounts)
        }
        return found.map { login in
            invocation.mask(login.password)
            return Login(
                registry: login.registry, credentials: RegistryCredentials(username: login.username, password: login.password))
        }
    }
}
