internal import FoundationEssentials
internal import Plan
internal import Store
internal import Web

/// Secrets of repositories, of their environments, and of all.
extension DaemonOperations {
    func secrets() async throws(OperationError) -> [SecretDescription] {
        do {
            return try await store.secrets().map { secret in
                let scope = SecretScope(text: secret.scope)
                return SecretDescription(
                    name: secret.name, repository: scope.repository, environment: scope.environment,
                    updatedAt: secret.updatedAt.formatted(.iso8601))
            }
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
    }

    func setSecret(named name: String, scope: SecretScope, value: String, actor: Actor) async throws(OperationError) {
        try check(secret: name, scope)
        do {
            try await vault.set(name, scope: scope.text, value: value, actor: actor.name, at: now())
        } catch {
            throw OperationError(.unavailable, "can't store the secret \(name): \(error)")
        }
        await audit(actor, "set-secret", Self.title(name, scope))
    }

    private func check(secret name: String, _ scope: SecretScope) throws(OperationError) {
        let isName = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        }
        guard isName, let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            !name.uppercased().hasPrefix("GITHUB_")
        else {
            throw OperationError(
                .invalid,
                "\"\(name)\" is no name for a secret: use letters, digits and _, not a digit first, and not GITHUB_ in front")
        }
        if let repository = scope.repository { _ = try watcher(of: repository) }
        guard scope.environment?.utf8.count ?? 0 <= 255 else {
            throw OperationError(.invalid, "the name of an environment has at most 255 bytes")
        }
    }

    func removeSecret(named name: String, scope: SecretScope, actor: Actor) async throws(OperationError) {
        let isRemoved: Bool
        do { isRemoved = try await store.removeSecret(name, scope: scope.text) } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        guard isRemoved else { throw OperationError(.notFound, "there is no secret \(name)") }
        await audit(actor, "remove-secret", Self.title(name, scope))
    }

    private static func title(_ name: String, _ scope: SecretScope) -> String {
        let parts = [scope.repository, scope.environment].compactMap { $0 } + [name]
        return "secret \(parts.joined(separator: "/"))"
    }
}
