internal import Archives
internal import Execution
internal import Plan
internal import Storage

/// Puts an artifact's contents into a folder of the job.
struct ArtifactUnpacking {
    /// What happens where the stored file is not what was stored.
    enum Mismatch: String {
        case error
        case warn
        case info
        case ignore
    }

    let invocation: ActionInvocation
    let files: JobFiles
    var mismatch = Mismatch.error
    /// Whether a zip is left as it is.
    var leavesPacked = false

    /// - Parameter path: absolute, as the job knows it; made where it is missing.
    func unpack(_ artifact: Artifact, into path: String) throws(ActionFailure) {
        let file = try open(artifact)
        let cancellation = invocation.cancellation
        let isCancelled = { cancellation.level != .none }
        try archiving { () throws(ArchiveError) in
            let folder = try files.map.folder(making: path)
            guard artifact.isArchive, !leavesPacked else {
                return try folder.copy(file, as: artifact.fileName, isCancelled: isCancelled)
            }
            var unpacking = Unpacking(links: .staying, keepsTimes: false, isCancelled: isCancelled)
            let reader = try ArchiveReader(file, path: "the artifact \"\(artifact.name)\"")
            let report = try unpacking.unpack(reader, into: folder)
            invocation.log("Artifact \(artifact.name): \(report.fileCount) files, \(report.byteCount) bytes into \(path)")
        }
    }

    private func open(_ artifact: Artifact) throws(ActionFailure) -> OpenFile {
        let stored = try invocation.artifacts()
        do throws(StorageError) { return try stored.open(artifact, isCancelled: { invocation.isCancelled }) } catch {
            guard error.kind == .damaged, mismatch != .error else { throw ActionFailure(error.message) }
            switch mismatch {
            case .warn: invocation.log("##[warning]\(error.message)")
            case .info: invocation.log(error.message)
            case .ignore, .error: break
            }
            return try storing { () throws(StorageError) in try stored.shelf.open(artifact) }
        }
    }
}
