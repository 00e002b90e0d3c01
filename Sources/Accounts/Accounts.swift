public import FoundationEssentials
public import Plan
internal import Signing
public import Store
internal import Synchronization

/// Who may come in: users, their sessions in browsers, and their tokens.
///
/// Whoever asks has proved to be who they are, or learns nothing: an unknown name and a wrong password take the same time and have
/// the same answer. What is stored opens nothing by itself: of passwords a scrypt key, of sessions and tokens a digest.
public final class Accounts: Sendable {
    /// How long who signed in stays so.
    public struct SessionPolicy: Sendable, Equatable {
        /// Seconds without a request.
        public var idle: Double
        /// Seconds in all.
        public var lifetime: Double

        public init(idle: Double = 7 * 86_400, lifetime: Double = 30 * 86_400) {
            self.idle = idle
            self.lifetime = lifetime
        }
    }

    struct Limits {
        /// By the network that tries come from, and by the user whose name they use. The second is wide: it is against guesses from
        /// many networks, and nobody is to be locked out by others' tries.
        var networks = AttemptLimiter(burst: 10, interval: .seconds(60))
        var users = AttemptLimiter(burst: 100, interval: .seconds(10))
        /// Records of refusals: nobody may fill the audit trail.
        var records = AttemptLimiter(burst: 100, interval: .seconds(60), capacity: 1)
        var unrecorded = 0
    }

    /// Seconds after which a use is noted anew.
    static let useGrain = 300.0

    public let policy: SessionPolicy
    /// The provider that signs people in besides passwords; nil: there is none. Users of another one are kept out.
    let issuer: String?
    let store: Store
    let now: @Sendable () -> Date
    let clock: @Sendable () -> SuspendingClock.Instant
    let report: @Sendable (String) -> Void
    let passwords = PasswordQueue()
    let limits = Mutex(Limits())

    /// - Parameters:
    ///   - issuer: the provider that signs people in besides passwords.
    ///   - now: by which sessions and tokens end.
    ///   - clock: by which tries to sign in are bounded.
    ///   - report: told what goes wrong beside a request.
    public init(
        store: Store, policy: SessionPolicy = SessionPolicy(), issuer: String? = nil, now: @escaping @Sendable () -> Date,
        clock: @escaping @Sendable () -> SuspendingClock.Instant = { .now }, report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.policy = policy
        self.issuer = issuer
        self.now = now
        self.clock = clock
        self.report = report
    }

    /// Whether anybody can sign in at all.
    public func hasUsers() async throws(AccountsError) -> Bool {
        do throws(StoreError) { return try await store.hasUsers() } catch { throw AccountsError(error) }
    }

    /// Whether who vouches for the user still does so for us.
    func isVouchedFor(_ user: StoredUser) -> Bool { user.identity == nil || user.identity?.issuer == issuer }

    func audit(_ actor: String, _ action: String, _ subject: String, _ detail: String = "") async {
        do {
            try await store.audit(AuditEntry(at: now(), actor: actor, action: action, subject: subject, detail: detail))
        } catch {
            report("can't write the audit record \(action) \(subject): \(error)")
        }
    }

    /// Records that somebody unknown was not let in, as far as there is room for such records.
    func auditRefusal(_ subject: String, _ detail: String) async {
        let unrecorded = limits.withLock { limits -> Int? in
            guard limits.records.take("refusals", at: clock()) == nil else {
                limits.unrecorded += 1
                return nil
            }
            defer { limits.unrecorded = 0 }
            return limits.unrecorded
        }
        guard let unrecorded else { return }
        let more = unrecorded > 0 ? "; \(unrecorded) refusals before were not recorded" : ""
        await audit("web", "refuse-sign-in", subject, detail + more)
    }

    static func digest(_ secret: String) -> [UInt8] { SHA256.digest(Array(secret.utf8)) }

    /// 256 bits that nobody can guess.
    static func freshSecret() throws(AccountsError) -> String {
        do throws(SigningError) { return try RandomBytes.hexadecimal(count: 32) } catch {
            throw AccountsError(.unavailable, "\(error)")
        }
    }
}

extension StoredUser {
    /// Who they are when they signed in.
    public var actor: Actor { Actor(name: name, role: role, teams: teams) }
}
