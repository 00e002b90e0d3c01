internal import AWS
internal import Deployments
internal import Execution

/// Looks whether the repositories of ECR are there that images are about to be pushed to: one that is missing fails the push, which
/// is known before the build.
///
/// Only what ECR says counts. Where the job has no credentials of AWS (a registry can be logged in to without), or ones that may not
/// look, the build is begun.
struct RepositoryCheck {
    private let invocation: ActionInvocation

    /// All that a check may cost.
    private static let limit = Duration.seconds(20)

    init(_ invocation: ActionInvocation) { self.invocation = invocation }

    /// - Parameters:
    ///   - names: of any registries; only those of ECR are looked for.
    ///   - subject: begins the message: "a later step pushes to".
    /// - Throws: where a repository is sure to be missing at the push.
    func check(_ names: [String], _ subject: String) throws(ActionFailure) {
        var seen: Set<String> = []
        for name in names.compactMap(ECRImageName.init) where seen.insert("\(name.registry)/\(name.repository)").inserted {
            try check(name, subject)
        }
    }

    private func check(_ name: ECRImageName, _ subject: String) throws(ActionFailure) {
        guard invocation.assignment.confinement.sharesNetwork else { return }
        let ecr = try client(for: name.region)
        do throws(AWSError) {
            guard try !ecr.hasRepository(name.repository, of: name.account) else { return }
        } catch {
            return try say(error, of: name)
        }
        let words =
            "\(subject) the repository \"\(name.repository)\" of ECR, which is not in the account \(name.account), region"
            + " \(name.region)"
        var makes: Bool?
        var doubt = ""
        do throws(AWSError) { makes = try ecr.pushMakesRepository(name.repository, in: name.account) } catch {
            guard error.reason != .cancelled else { return try say(error, of: name) }
            doubt = ": \(error)"
        }
        if makes == true {
            return invocation.log("\(words); the push makes it, by a repository creation template of the registry")
        }
        if makes == nil { doubt = " (whether a repository creation template has the push make it can't be seen\(doubt))" }
        throw ActionFailure(
            "\(words)\(doubt): nothing is built that can't be pushed. Check its name, or make it: aws ecr create-repository"
                + " --repository-name \(name.repository) --region \(name.region); or have aws-actions/amazon-ecr-login make it, with"
                + " the input \"create-repositories: \(name.repository)\"")
    }

    private func client(for region: String) throws(ActionFailure) -> ECRClient {
        var configuration = try invocation.awsConfiguration(region: region)
        configuration.retries = AWSRetryPolicy(attempts: 2)
        return ECRClient(configuration, patience: invocation.awsPatience.limited(to: Self.limit))
    }

    /// Nothing is known: the push will tell.
    private func say(_ error: AWSError, of name: ECRImageName) throws(ActionFailure) {
        if invocation.cancellation.level != .none { throw ActionFailure("cancelled: \(invocation.cancellation.reason)") }
        guard error.reason != .noCredentials else { return }
        invocation.log("##[notice]Whether ECR has the repository \(name.repository) can't be seen before the push: \(error)")
    }
}
