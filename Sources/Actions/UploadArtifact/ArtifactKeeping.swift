internal import Archives
internal import Execution
internal import Expressions
internal import Plan
internal import Storage

/// Packs files and stores them as an artifact, as `upload-artifact` and its `merge` do.
struct ArtifactKeeping {
    let invocation: ActionInvocation

    init(_ invocation: ActionInvocation) { self.invocation = invocation }

    /// What the inputs that both actions have say of the artifact.
    func order(named name: String) throws(ActionFailure) -> RunArtifacts.Order {
        var days = try invocation.number("retention-days", in: 0...36_500)
        if days == 0 { days = nil }
        let artifacts = try invocation.artifacts()
        if let wanted = days, wanted > artifacts.longestRetention {
            invocation.log(
                "Retention days can't be more than the settings allow (artifacts.days): \(artifacts.longestRetention) are taken")
        }
        let order = RunArtifacts.Order(
            name: name, retentionDays: days, overwrites: try invocation.flag("overwrite"))
        try storing { () throws(StorageError) in try artifacts.check(order) }
        return order
    }

    /// - Parameters:
    ///   - files: absolute paths, as the job knows them, with their names in the artifact.
    ///   - keepsLinks: whether a symbolic link is kept as one; else what it leads to.
    func keep(
        _ files: [(path: String, name: String)], in job: JobFiles, as order: RunArtifacts.Order, level: Int,
        keepsLinks: Bool = false
    ) throws(ActionFailure) -> ActionResult {
        let artifacts = try invocation.artifacts()
        let incoming = try storing { () throws(StorageError) in try artifacts.begin() }
        var annotations: [Annotation] = []
        func remark(_ name: String) {
            let message = "\(name) changed while it was uploaded"
            invocation.log("##[warning]\(message)")
            annotations.append(Annotation(level: .warning, message: message))
        }
        let cancellation = invocation.cancellation
        let isCancelled = { cancellation.level != .none }
        let digest = try archiving { () throws(ArchiveError) in
            if order.isArchive {
                let writer = try ArchiveWriter(.zip(level: level), to: incoming.output, isCancelled: isCancelled)
                for file in files {
                    if keepsLinks, let target = try job.map.link(at: file.path) {
                        try writer.add(linkTo: target, as: file.name)
                    } else if try !writer.add(job.map.open(reading: file.path), as: file.name) {
                        remark(file.name)
                    }
                }
                try writer.finish()
            } else {
                for file in files { try incoming.output.append(job.map.open(reading: file.path), isCancelled: isCancelled) }
            }
            return try incoming.output.finish()
        }
        let stored = try storing { () throws(StorageError) in
            try artifacts.store(incoming, digest: digest, as: order)
        }
        return result(stored, annotations: annotations)
    }

    private func result(_ stored: RunArtifacts.Stored, annotations: [Annotation]) -> ActionResult {
        let artifact = stored.artifact
        let url = (invocation.assignment.storage?.pageURL).flatMap { $0.isEmpty ? nil : $0 }
            .map { "\($0)/artifacts/\(artifact.id)" }
        invocation.log(
            "Artifact \(artifact.name) has been successfully uploaded! Final size is \(artifact.size) bytes. Artifact ID is"
                + " \(artifact.id)")
        invocation.log("SHA256 digest of uploaded artifact is \(artifact.digest)")
        if let url { invocation.log("Artifact download URL: \(url)") }
        return ActionResult(
            outputs: [
                "artifact-id": .string(String(artifact.id)), "artifact-url": .string(url ?? ""),
                "artifact-digest": .string(artifact.digest),
            ], annotations: annotations, storage: stored.changes)
    }
}
