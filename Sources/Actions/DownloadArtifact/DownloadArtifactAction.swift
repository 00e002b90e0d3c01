public import Execution
internal import Expressions
internal import Plan

/// `actions/download-artifact`: puts the contents of stored artifacts into the job's folders.
///
/// Inputs and outputs as the original's; see github.com/actions/download-artifact. `github-token` has nothing to do here:
/// other runs of the same repository are read without one.
public struct DownloadArtifactAction: BuiltinAction {
    public static let names = ["actions/download-artifact"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let files = try JobFiles(invocation)
        let path = files.absolute(invocation.input("path") ?? files.workspace)
        let mergesAll = try invocation.flag("merge-multiple")
        var unpacking = ArtifactUnpacking(invocation: invocation, files: files)
        unpacking.leavesPacked = try invocation.flag("skip-decompress")
        if let text = invocation.input("digest-mismatch") {
            guard let mismatch = ArtifactUnpacking.Mismatch(rawValue: text) else {
                throw ActionFailure("digest-mismatch must be error, warn, info or ignore, found \"\(text)\"")
            }
            unpacking.mismatch = mismatch
        }
        let selection = try ArtifactSelection(invocation)
        invocation.log("Preparing to download \(selection.artifacts.count) artifact(s)")
        for artifact in selection.artifacts {
            invocation.log("- \(artifact.name) (ID: \(artifact.id), Size: \(artifact.size), SHA-256: \(artifact.digest))")
        }
        for artifact in selection.artifacts {
            try unpacking.unpack(artifact, into: selection.isSingle || mergesAll ? path : "\(path)/\(artifact.name)")
        }
        invocation.log("Total of \(selection.artifacts.count) artifact(s) downloaded")
        return ActionResult(outputs: ["download-path": .string(path)], annotations: selection.annotations)
    }
}
