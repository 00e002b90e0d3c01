internal import FoundationEssentials
internal import Plan
internal import Scheduling
internal import Settings
internal import Signing
internal import Store

/// The secrets of jobs: sealed in the store by a key that lies in a file of its own, opened only for jobs that name them.
struct SecretVault: Sendable {
    private let store: Store
    private let key: [UInt8]

    /// Reads the key, and makes one where there is none yet.
    ///
    /// - Throws: `DaemonError` where the file can't be read or made, or holds no key.
    init(store: Store, keyFile: String) throws(DaemonError) {
        self.store = store
        key = try SecretKeyFile(path: keyFile).key()
    }

    func set(_ name: String, scope: String, value: String, actor: String, at now: Date) async throws {
        let sealed = try AuthenticatedEncryption.seal(
            Array(value.utf8), key: key, associated: Array("\(scope)/\(name.uppercased())".utf8))
        try await store.setSecret(
            SealedSecret(scope: scope, name: name.uppercased(), sealed: sealed, updatedAt: now, updatedBy: actor))
    }

    /// The secrets that reach a job: those that it names, through the calls that lead to it.
    ///
    /// - Throws: `LaunchError` where a call's own expressions can't be evaluated.
    func secrets(for start: JobStart) async throws -> HandedSecrets {
        let handover = SecretHandover(start)
        let needed = handover.needed
        var opened: [String: String] = [:]
        // A repository's own secret goes before one for all.
        for secret in try await store.secrets(usableBy: start.run.repository).sorted(by: { $0.scope.count < $1.scope.count })
        where needed.contains(secret.name) {
            opened[secret.name.uppercased()] = try text(of: secret)
        }
        return try handover.hand(opened, environment: try await secretsOfEnvironment(for: start, handover.neededOfEnvironment))
    }

    /// The secrets of the job's environment. The job has passed its protection by now, or it would not be started.
    private func secretsOfEnvironment(for start: JobStart, _ needed: SecretNames) async throws -> [String: String] {
        guard let environment = start.job.environment else { return [:] }
        let scope = SecretScope(repository: start.run.repository, environment: environment.name)
        var opened: [String: String] = [:]
        for secret in try await store.secrets(scope: scope.text) where needed.contains(secret.name) {
            opened[secret.name.uppercased()] = try text(of: secret)
        }
        return opened
    }

    private func text(of secret: SealedSecret) throws -> String {
        let text = try AuthenticatedEncryption.open(
            secret.sealed, key: key, associated: Array("\(secret.scope)/\(secret.name.uppercased())".utf8))
        return String(decoding: text, as: UTF8.self)
    }
}
