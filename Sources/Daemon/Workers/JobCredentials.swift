internal import AWS
internal import Execution
internal import Foundation
internal import Git
internal import Plan
internal import Scheduling
internal import Settings
internal import Synchronization

/// Has the credentials for AWS made that a job gets: those of a role, for a while, with a session that names run and job.
///
/// They are in the worker's memory and in the environment of the job's steps, and nowhere on the disk. The daemon's own
/// credentials, with which the role is assumed, never leave the daemon.
final class JobCredentials: Sendable {
    /// What an ask for a role may take: a job waits for it.
    private static let patience = Duration.seconds(60)

    /// What the daemon finds its own credentials by.
    private struct Source: Hashable {
        var profile: String?
        var region: String?
        var endpoint: String?
    }

    private let environment: [String: String]
    /// Kept, so that the daemon's own credentials are not looked for before each job.
    private let configurations = Mutex<[Source: AWSConfiguration]>([:])

    /// - Parameter environment: the daemon's own.
    init(environment: [String: String]) { self.environment = environment }

    /// The variables of a job, and what of them the log hides.
    struct Handed: Sendable, Equatable {
        var variables: [String: String] = [:]
        var masks: [String] = []
        /// When the credentials among them end.
        var end: Date?
    }

    /// - Throws: `LaunchError` that says which setting or right is missing.
    func hand(toJob id: Int64, of run: Run, for event: Event, _ settings: AWSSettings) async throws(LaunchError) -> Handed {
        guard !event.isUntrusted else { return Handed() }
        var handed = Handed()
        if let region = settings.region {
            handed.variables = ["AWS_REGION": region, "AWS_DEFAULT_REGION": region]
        }
        if let endpoint = settings.endpoint { handed.variables["AWS_ENDPOINT_URL"] = endpoint }
        guard case .arn(let role) = settings.role else { return handed }
        let credentials = try await session(of: role, forJob: id, of: run, settings).credentials
        handed.variables["AWS_ACCESS_KEY_ID"] = credentials.accessKeyID
        handed.variables["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey
        handed.variables["AWS_SESSION_TOKEN"] = credentials.sessionToken
        handed.end = credentials.expiration
        handed.masks = [credentials.accessKeyID, credentials.secretAccessKey] + [credentials.sessionToken].compactMap { $0 }
        return handed
    }

    private func session(
        of role: String, forJob id: Int64, of run: Run, _ settings: AWSSettings
    ) async throws(LaunchError) -> SecurityTokens.Session {
        var request = SecurityTokens.RoleRequest(
            role: role,
            sessionName: SecurityTokens.sessionName("run\(run.id)-job\(id)-\(run.repository)"),
            duration: Int(settings.sessionDuration.seconds))
        request.externalID = settings.externalID
        request.policyARNs = settings.managedPolicies
        if let file = settings.sessionPolicy { request.policy = try policy(file) }
        let source = Source(profile: settings.profile, region: settings.region, endpoint: settings.endpoint)
        let wanted = request
        let result = await BlockingQueue(label: "slipway.aws").run { [self] () -> Result<SecurityTokens.Session, AWSError> in
            do throws(AWSError) {
                return .success(
                    try SecurityTokens(try configuration(source)).assume(
                        wanted, source: "the repository's role \(role)", AWSPatience().limited(to: Self.patience)))
            } catch {
                return .failure(error)
            }
        }
        do { return try result.get() } catch {
            throw LaunchError(
                "the job's role \(role) can't be assumed: \(error); see aws in the settings",
                conclusion: error.isTransient ? .lost : .failure)
        }
    }

    private func policy(_ file: String) throws(LaunchError) -> String {
        do { return try Folder.read(file, limit: 64 << 10) } catch {
            throw LaunchError("the policy of the job's role can't be read: \(error.message)", conclusion: .failure)
        }
    }

    private func configuration(_ source: Source) throws(AWSError) -> AWSConfiguration {
        if let kept = configurations.withLock({ $0[source] }) { return kept }
        var configuration = try AWSConfiguration(environment: environment, profile: source.profile)
        if let region = source.region { configuration.region = region }
        if let endpoint = source.endpoint { configuration.endpoints = AWSEndpoints(everywhere: endpoint) }
        configurations.withLock { $0[source] = configuration }
        return configuration
    }
}
