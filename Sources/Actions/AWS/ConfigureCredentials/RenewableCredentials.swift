internal import AWS
internal import Execution
internal import FoundationEssentials
internal import Synchronization

/// Credentials of a role that a step assumed, for Slipway's own actions after it: a wait may be longer than they last.
///
/// What the job's commands find in variables stays as it was: variables of a process that runs can't be changed.
final class RenewableCredentials: AWSCredentialProvider {
    typealias Renewal = @Sendable (AWSPatience) throws(AWSError) -> AWSCredentials

    /// Seconds before the end from which on new ones are asked for.
    fileprivate static let margin = 300.0
    private struct Kept {
        var credentials: AWSCredentials
        /// The service said so, whatever the clock says.
        var isRefused = false
    }

    private let kept: Mutex<Kept>
    private let renewal: Renewal
    private let now: @Sendable () -> Date
    private let remedy: String
    private static let usualRemedy =
        "let them last longer by \"role-duration-seconds\" of aws-actions/configure-aws-credentials, at most the role's maximum session "
        + "duration, or run that action again shortly before this step"

    init(
        _ credentials: AWSCredentials, now: @escaping @Sendable () -> Date, remedy: String = RenewableCredentials.usualRemedy,
        renewal: @escaping Renewal
    ) {
        self.remedy = remedy
        kept = Mutex(Kept(credentials: credentials))
        self.renewal = renewal
        self.now = now
    }

    func credentials(_ patience: AWSPatience) throws(AWSError) -> AWSCredentials {
        let old = kept.withLock { $0 }
        let rest = old.credentials.expiration?.timeIntervalSince(now()) ?? .infinity
        if !old.isRefused, rest > Self.margin { return old.credentials }
        do throws(AWSError) {
            let new = try renewal(patience)
            kept.withLock { $0 = Kept(credentials: new) }
            return new
        } catch {
            if !old.isRefused, rest > 0, error.reason != .cancelled { return old.credentials }
            guard error.reason != .cancelled else { throw error }
            let end = old.credentials.expirationText.map { " at \($0)" } ?? ""
            throw AWSError(
                .expiredCredentials,
                "the credentials from \(old.credentials.source) expired\(end), and could not be had again: \(error)",
                remedy: remedy)
        }
    }

    func forget(_ credentials: AWSCredentials) -> Bool {
        kept.withLock { kept in
            guard kept.credentials == credentials, !kept.isRefused else { return false }
            kept.isRefused = true
            return true
        }
    }
}

extension RenewableCredentials {
    /// Those that the daemon gives to the job, and gives again.
    fileprivate convenience init(_ credentials: AWSCredentials, source: any JobCredentialSource) {
        let last = Mutex(credentials)
        self.init(
            credentials, now: { Date() },
            remedy: "let them last longer by aws.session_duration of the settings, at most the role's maximum session duration"
        ) { (patience) throws(AWSError) in
            // Another step may have had them renewed already.
            let newest = AWSCredentials(source.current)
            let isNews = last.withLock { last in
                defer { last = newest }
                return last != newest
            }
            if isNews, (newest.expiration ?? .distantFuture) > Date() + Self.margin { return newest }
            do throws(ExecutionError) {
                let given = AWSCredentials(try source.renew { patience.wait(.milliseconds(1)) == .elapsed })
                last.withLock { $0 = given }
                return given
            } catch {
                let isEnded = patience.wait(.milliseconds(1)) == .interrupted
                throw AWSError(isEnded ? .cancelled : .local, error.message)
            }
        }
    }
}

extension AWSCredentials {
    fileprivate init(_ handed: HandedCredentials) {
        self.init(
            accessKeyID: handed.accessKeyID, secretAccessKey: handed.secretAccessKey, sessionToken: handed.sessionToken,
            expiration: handed.end, source: "the job's role")
    }
}

extension ActionInvocation {
    private static func memoryName(_ accessKeyID: String) -> String { "aws credentials \(accessKeyID)" }

    /// Has actions after this one renew credentials that they find by this key.
    func remember(_ credentials: RenewableCredentials, of accessKeyID: String) {
        memory.set(Self.memoryName(accessKeyID), to: credentials)
    }

    /// Nil where nobody in this job knows how to have them again.
    func renewableCredentials(of accessKeyID: String?) -> RenewableCredentials? {
        guard let accessKeyID else { return nil }
        if let known: RenewableCredentials = memory.value(Self.memoryName(accessKeyID)) { return known }
        guard let source = memory.credentialSource, source.current.accessKeyID == accessKeyID else { return nil }
        let given = RenewableCredentials(AWSCredentials(source.current), source: source)
        remember(given, of: accessKeyID)
        return given
    }
}
