internal import Docker
internal import Execution
internal import Plan

extension JobEngine {
    /// How often a pull is tried whose failure may pass, and the seconds before the next try, as on GitHub.
    private static let pullPauses = [2.0, 8.0]

    /// Has the image on this host: as it is there, or pulled.
    func provide(
        _ image: String, credentials: RegistryCredentials? = nil, engine: DockerEngine, patience: Patience,
        log: (String) -> Void
    ) throws(ExecutionError) {
        guard let reference = ImageReference(image) else {
            throw ExecutionError("\"\(image)\" is no image's name: write name, name:tag or registry/name:tag")
        }
        let use = assignment.engineUse
        let isHere = try engineCall { () throws(DockerError) in try engine.image(reference.description) } != nil
        // What the settings name for a label is there for every job.
        let isGiven = use.pull == .missing || (use.pull == .own && image == use.defaultContainer?.image)
        if isHere, isGiven { return log("The image \(image) is on this host.") }
        log("Pulling the image \(image)")
        do { try pull(reference, credentials: credentials, engine: engine, patience: patience, log: log) } catch {
            guard isHere, use.pull != .own, error.reason == .imageUnavailable else { throw ExecutionError(error) }
            log("##[warning]\(error); the image that is on this host is taken")
        }
    }

    private func pull(
        _ image: ImageReference, credentials: RegistryCredentials?, engine: DockerEngine, patience: Patience,
        log: (String) -> Void
    ) throws(DockerError) {
        for pause in Self.pullPauses {
            do { return try engine.pull(image, credentials: credentials, patience: patience, report: log) } catch {
                guard error.isTransient, patience.wait(seconds: pause) else { throw error }
                log("##[warning]\(error); trying it again")
            }
        }
        try engine.pull(image, credentials: credentials, patience: patience, report: log)
    }

    /// Builds an image for a step.
    ///
    /// - Parameters:
    ///   - context: a folder in one of the job's own, or of an action.
    ///   - dockerfile: a path below it.
    /// - Returns: the image's name.
    func build(
        context: String, dockerfile: String, engine: DockerEngine, patience: Patience, output: (String) -> Void
    ) throws(ExecutionError) -> String {
        guard dockerfile.hasPrefix(context + "/") else {
            throw ExecutionError(
                "the Dockerfile \(dockerfile) does not lie in the folder that its image is built from, \(context)")
        }
        let tag = "\(names.name(nextStepName("image"))):latest"
        let definition = BuildDefinition(
            tags: [tag], labels: [EngineNames.imageLabel: names.imageLabel],
            pullsBases: assignment.engineUse.pull == .own)
        // What a job can write to has to stay inside its folders, whatever links it put there.
        let root = context.hasPrefix(place.root + "/") ? place.root : context
        let logins = try logins()
        _ = try engineCall { () throws(DockerError) in
            try engine.build(
                definition,
                context: BuildContext(
                    context, within: root, dockerfile: .inContext(String(dockerfile.dropFirst(context.count + 1)))),
                logins: logins, patience: patience, output: output)
        }
        return tag
    }

    /// The logins that earlier steps made, by an action or with the `docker` command.
    func logins() throws(ExecutionError) -> RegistryLogins {
        let home = assignment.job.container == nil && assignment.engineUse.defaultContainer == nil ? assignment.homeFolder : nil
        return try engineCall { () throws(DockerError) in try RegistryLogins.read(".docker", in: home ?? place.home) }
    }
}
