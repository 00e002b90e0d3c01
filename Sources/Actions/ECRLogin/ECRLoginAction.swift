internal import AWS
internal import Deployments
internal import Docker
public import Execution
internal import Expressions

/// `aws-actions/amazon-ecr-login`: has the job's later steps be logged in to registries of ECR, until the job's end.
///
/// Inputs and outputs as the original's; see github.com/aws-actions/amazon-ecr-login. Slipway's own input `create-repositories` makes
/// those that are missing. The login is in the job's own
/// `DOCKER_CONFIG`, never in the host's.
public struct ECRLoginAction: BuiltinAction {
    public static let names = ["aws-actions/amazon-ecr-login"]
    public static let hasPost = true
    private static let registriesState = "registries"

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let logins = try Self.logins(invocation)
        let masks = try invocation.flag("mask-password", default: true)
        let skipsLogout = try invocation.flag("skip-logout")
        try Self.makeRepositories(invocation)
        try invocation.checkDeploys(registry: logins.count == 1 ? logins[0].registry : nil)
        let configuration = try JobRegistryLogins(invocation)
        var outputs = ExpressionObject()
        if logins.count == 1 { outputs["registry"] = .string(logins[0].registry) }
        for login in logins {
            // In the log it is hidden in any case: there it is of no use to anybody.
            invocation.mask(login.password)
            try configuration.add(
                RegistryCredentials(username: login.username, password: login.password), for: login.registry)
            invocation.log("Logged in to \(login.registry)")
            let suffix = String(login.registry.map { $0.isLetter || $0.isNumber ? $0 : "_" })
            outputs["docker_username_\(suffix)"] = .string(login.username)
            outputs["docker_password_\(suffix)"] = .string(login.password)
        }
        if !masks { invocation.log("The password is hidden in the log also with \"mask-password: false\"; the outputs hold it") }
        let registries = skipsLogout ? "" : logins.map(\.registry).joined(separator: ",")
        return ActionResult(outputs: outputs, state: [Self.registriesState: registries])
    }

    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let registries = (invocation.state[Self.registriesState] ?? "").split(separator: ",").map(String.init)
        guard !registries.isEmpty else { return ActionResult() }
        let configuration = try JobRegistryLogins(invocation)
        for registry in registries where try configuration.remove(registry) { invocation.log("Logged out of \(registry)") }
        return ActionResult()
    }

    /// An addition of Slipway's: without a repository the push fails, after the build.
    private static func makeRepositories(_ invocation: ActionInvocation) throws(ActionFailure) {
        for name in DeployTaskDefinitionAction.Order.list(invocation, "create-repositories") {
            let ecr = try client(invocation)
            do throws(AWSError) {
                if try ecr.makeRepository(name) { invocation.log("Made the repository \(name)") }
            } catch {
                throw ActionFailure("can't make the repository \(name): \(error)")
            }
        }
    }

    private static func client(_ invocation: ActionInvocation) throws(ActionFailure) -> ECRClient {
        var configuration = try invocation.awsConfiguration()
        if let url = invocation.input("http-proxy") { configuration.proxy = AWSProxy(url: url) }
        return ECRClient(configuration, patience: invocation.awsPatience)
    }

    private static func logins(_ invocation: ActionInvocation) throws(ActionFailure) -> [ECRLogin] {
        let type = (invocation.input("registry-type") ?? "private").lowercased()
        guard ["private", "public"].contains(type) else {
            throw ActionFailure("the input \"registry-type\" must be private or public, found \"\(type)\"")
        }
        let accounts = DeployTaskDefinitionAction.Order.list(invocation, "registries")
        for account in accounts where account.utf8.count != 12 || !account.utf8.allSatisfy({ (48...57).contains($0) }) {
            throw ActionFailure("the input \"registries\" must be ids of AWS accounts, 12 digits each, found \"\(account)\"")
        }
        let ecr = try client(invocation)
        do throws(AWSError) { return try type == "public" ? [ecr.publicLogin()] : ecr.logins(to: accounts) } catch {
            throw ActionFailure("can't log in to ECR: \(error)")
        }
    }
}
