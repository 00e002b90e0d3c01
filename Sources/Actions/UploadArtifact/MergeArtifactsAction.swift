internal import Archives
public import Execution
internal import Plan
internal import Storage

/// `actions/upload-artifact/merge`: makes one artifact of several.
///
/// Inputs and outputs as the original's; see github.com/actions/upload-artifact, folder `merge`.
public struct MergeArtifactsAction: BuiltinAction {
    public static let names = ["actions/upload-artifact/merge"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let files = try JobFiles(invocation)
        let stored = try invocation.artifacts()
        let pattern = NamePattern(invocation.input("pattern") ?? "*")
        let artifacts = try storing { () throws(StorageError) in try stored.artifacts() }.filter { pattern.matches($0.name) }
        guard !artifacts.isEmpty else {
            throw ActionFailure("No artifacts found matching pattern '\(invocation.input("pattern") ?? "*")'")
        }
        let keeping = ArtifactKeeping(invocation)
        let order = try keeping.order(named: invocation.input("name") ?? "merged-artifacts")
        let isSeparate = try invocation.flag("separate-directories")
        let folder = "\(invocation.folders.temporary.inside)/merge-\(artifacts.map(\.id).max() ?? 0)"
        let unpacking = ArtifactUnpacking(invocation: invocation, files: files)
        for artifact in artifacts {
            invocation.log("Merging \(artifact.name)")
            try unpacking.unpack(artifact, into: isSeparate ? "\(folder)/\(artifact.name)" : folder)
        }
        let selection = try UploadSelection(
            folder, in: files, includesHidden: try invocation.flag("include-hidden-files"), log: invocation.log)
        let level = try invocation.number("compression-level", in: 0...9) ?? 6
        var result = try keeping.keep(selection.files, in: files, as: order, level: level)
        result.annotations = selection.annotations + result.annotations
        if try invocation.flag("delete-merged") {
            for artifact in artifacts where artifact.name != order.name {
                result.storage.append(try storing { () throws(StorageError) in try stored.remove(artifact) })
            }
        }
        return result
    }
}
