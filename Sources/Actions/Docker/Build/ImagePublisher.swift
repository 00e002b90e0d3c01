internal import Docker
internal import Execution

/// Sends a built image to registries under its names, and leaves the names of this host's images as they were.
struct ImagePublisher {
    let invocation: ActionInvocation
    let access: ActionEngine
    let logins: JobRegistryLogins
    /// The image's id.
    let image: String

    /// How often a push is tried whose failure may pass, and the seconds before the next try.
    private static let pauses = [2.0, 8.0]

    /// - Parameter keepsNames: whether the image stays on this host under its names.
    /// - Returns: the digest under which a registry has the image, by its name.
    func push(_ names: [ImageReference], keepsNames: Bool) throws(ActionFailure) -> [String: String] {
        var digests: [String: String] = [:]
        // The engine removes an image with its last name: until all names are pushed it has one that nobody else uses.
        let own = keepsNames ? nil : ImageReference("slipway-push:\(image.suffix(12))-\(UInt64.random(in: 0 ... .max))")
        if let own { try asking { () throws(DockerError) in try access.engine.tagImage(image, as: own) } }
        defer { if let own { restore(own, to: nil) } }
        for name in names {
            invocation.log("##[group]Pushing \(name)")
            defer { invocation.log("##[endgroup]") }
            digests[name.description] = try pushInTurn(name, keepsName: keepsNames)
        }
        return digests
    }

    /// The engine pushes what has the name by then: as long as this takes, no other job of this host may give it to its own image.
    private func pushInTurn(_ name: ImageReference, keepsName: Bool) throws(ActionFailure) -> String {
        let turn = try EngineTurn(
            "push", name.description, doing: "pushing", in: invocation.assignment.toolsFolder, access.patience,
            log: invocation.log)
        defer { extendLifetime(turn) }
        let former = try asking { () throws(DockerError) in try access.engine.image(name.description)?.id }
        try asking { () throws(DockerError) in try access.engine.tagImage(image, as: name) }
        defer { if !keepsName { restore(name, to: former) } }
        let credentials = try logins.credentials(for: name.registry)
        let digest = try push(name, credentials)
        try verify(digest, of: name, credentials)
        invocation.log("Pushed \(name)@\(digest)")
        return digest
    }

    private func push(_ name: ImageReference, _ credentials: RegistryCredentials?) throws(ActionFailure) -> String {
        for pause in Self.pauses {
            do throws(DockerError) {
                return try access.engine.push(name, credentials: credentials, patience: access.patience, report: invocation.log)
            } catch {
                guard error.isTransient, access.patience.wait(seconds: pause) else { throw ActionFailure("\(error)") }
                invocation.log("##[warning]\(error); trying it again")
            }
        }
        return try asking { () throws(DockerError) in
            try access.engine.push(name, credentials: credentials, patience: access.patience, report: invocation.log)
        }
    }

    /// A registry that took an image has to show it, and it has to be this one: others than jobs name images too.
    private func verify(
        _ digest: String, of name: ImageReference, _ credentials: RegistryCredentials?
    ) throws(ActionFailure) {
        guard let pinned = ImageReference("\(name.name)@\(digest)") else {
            throw ActionFailure("the engine reports \"\(digest)\" as the digest of \(name), which is none")
        }
        let pushed = try asking { () throws(DockerError) in try access.engine.image(pinned.description)?.id }
        guard pushed == nil || pushed == image else {
            throw ActionFailure(
                "\(name) was given to another image while it was pushed, and its registry has that one now: push it again")
        }
        let found = try asking { () throws(DockerError) in
            try access.engine.registryDigest(of: pinned, credentials: credentials, patience: access.patience)
        }
        guard found == digest else {
            throw ActionFailure(
                "\(name) was pushed as \(digest), and its registry has no such image: nothing may be deployed from it")
        }
    }

    /// Others' jobs may know the name.
    private func restore(_ name: ImageReference, to former: String?) {
        do throws(DockerError) {
            guard former != image else { return }
            if let former {
                guard let name = ImageReference(name.description) else { return }
                try access.engine.tagImage(former, as: name)
            } else {
                try access.engine.removeImage(name.description, keepsLayers: true)
            }
        } catch {
            invocation.log("##[warning]\(error)")
        }
    }
}
