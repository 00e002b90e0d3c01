internal import Expressions
internal import FoundationEssentials
internal import Glibc
internal import Plan
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
        key = try Self.key(in: keyFile)
    }

    private static func key(in path: String) throws(DaemonError) -> [UInt8] {
        if access(path, F_OK) == 0 {
            guard let data = FileManager.default.contents(atPath: path),
                let key = Hexadecimal.bytes(String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }),
                key.count == AuthenticatedEncryption.keyLength
            else {
                throw DaemonError(
                    "\(path) holds no key of \(AuthenticatedEncryption.keyLength) bytes in hexadecimal: restore it from a backup, "
                        + "or remove it together with the secrets that it sealed")
            }
            return key
        }
        do {
            let key = try RandomBytes.make(count: AuthenticatedEncryption.keyLength)
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw DaemonError("can't make the key file \(path): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            try Pipes.write(Array((Hexadecimal.text(key) + "\n").utf8), to: descriptor)
            return key
        } catch let error as DaemonError {
            throw error
        } catch {
            throw DaemonError("can't make the key file \(path): \(error)")
        }
    }

    func set(_ name: String, scope: String, value: String, actor: String, at now: Date) async throws {
        let sealed = try AuthenticatedEncryption.seal(
            Array(value.utf8), key: key, associated: Array("\(scope)/\(name.uppercased())".utf8))
        try await store.setSecret(
            SealedSecret(scope: scope, name: name.uppercased(), sealed: sealed, updatedAt: now, updatedBy: actor))
    }

    /// The secrets that a job's plan names; all that its repository may use where it takes `secrets` as a whole.
    func values(
        for repository: String, namedBy plan: JobPlan, environment: [NamedTemplate]
    ) async throws -> [String: String] {
        let named = SecretUse(plan: plan, environment: environment)
        guard named.usesAny else { return [:] }
        var values: [String: String] = [:]
        // A repository's own secret goes before one for all.
        for secret in try await store.secrets(usableBy: repository).sorted(by: { $0.scope.count < $1.scope.count }) {
            guard named.uses(secret.name) else { continue }
            let text = try AuthenticatedEncryption.open(
                secret.sealed, key: key, associated: Array("\(secret.scope)/\(secret.name.uppercased())".utf8))
            values[secret.name.uppercased()] = String(decoding: text, as: UTF8.self)
        }
        return values
    }
}

/// Which secrets a job can reach: those that its expressions name, found without running anything.
struct SecretUse {
    private var names: Set<String> = ["ACTIONS_STEP_DEBUG"]
    private var usesAll = false

    init(plan: JobPlan, environment: [NamedTemplate]) {
        var expressions = environment.flatMap(\.value.expressions) + plan.condition.expressions.map(\.expression)
        expressions += plan.environment.flatMap(\.value.expressions) + plan.outputs.flatMap(\.value.expressions)
        expressions += [plan.defaults.shell, plan.defaults.workingDirectory, plan.continueOnError, plan.timeoutMinutes]
            .flatMap { $0?.expressions ?? [] }
        for step in plan.steps { expressions += Self.expressions(of: step) }
        for expression in expressions {
            for use in expression.references.uses(of: "secrets") {
                if let name = use.literalPath.first { names.insert(name.uppercased()) } else { usesAll = true }
            }
        }
    }

    var usesAny: Bool { usesAll || !names.isEmpty }
    func uses(_ name: String) -> Bool { usesAll || names.contains(name.uppercased()) }

    private static func expressions(of step: StepPlan) -> [Expressions.Expression] {
        var expressions = step.condition.expressions.map(\.expression) + step.environment.flatMap(\.value.expressions)
        expressions += [step.name, step.continueOnError, step.timeoutMinutes].flatMap { $0?.expressions ?? [] }
        switch step.work {
        case .script(let script):
            expressions += script.text.expressions
            expressions += [script.shell, script.workingDirectory].flatMap { $0?.expressions ?? [] }
        case .action(let call):
            expressions += call.inputs.flatMap(\.value.expressions)
        case .parallel(let steps):
            for step in steps { expressions += Self.expressions(of: step) }
        case .wait, .waitAll, .cancel: break
        }
        return expressions
    }
}
