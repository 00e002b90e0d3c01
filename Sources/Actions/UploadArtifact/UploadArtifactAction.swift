internal import Archives
public import Execution
internal import Expressions
internal import Plan
internal import Storage

/// `actions/upload-artifact`: packs files of the job and keeps them under a name.
///
/// Inputs and outputs as the original's; see github.com/actions/upload-artifact.
public struct UploadArtifactAction: BuiltinAction {
    public static let names = ["actions/upload-artifact"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        guard let path = invocation.input("path") else { throw ActionFailure("the input \"path\" is required") }
        let selection = try UploadSelection(
            path, in: try JobFiles(invocation), includesHidden: try invocation.flag("include-hidden-files"), log: invocation.log)
        guard !selection.files.isEmpty else { return try nothingFound(path, invocation) }
        let count = selection.files.count
        invocation.log("With the provided path, there will be \(count) file\(count == 1 ? "" : "s") uploaded")
        let isArchive = try invocation.flag("archive", default: true)
        guard isArchive || count == 1 else {
            throw ActionFailure("with \"archive: false\" a single file can be uploaded, the path matches \(count)")
        }
        let name = isArchive ? invocation.input("name") ?? "artifact" : Self.lastName(of: selection.files[0].path)
        let keeping = ArtifactKeeping(invocation)
        var order = try keeping.order(named: name)
        order.isArchive = isArchive
        let level = try invocation.number("compression-level", in: 0...9) ?? 6
        var result = try keeping.keep(selection.files, in: JobFiles(invocation), as: order, level: level)
        result.annotations = selection.annotations + result.annotations
        return result
    }

    private func nothingFound(_ path: String, _ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let message = "No files were found with the provided path: \(path). No artifacts will be uploaded."
        switch invocation.input("if-no-files-found") ?? "warn" {
        case "warn":
            invocation.log("##[warning]\(message)")
            return ActionResult(annotations: [Annotation(level: .warning, message: message)])
        case "error": throw ActionFailure(message)
        case "ignore":
            invocation.log(message)
            return ActionResult()
        case let other: throw ActionFailure("if-no-files-found must be warn, error or ignore, found \"\(other)\"")
        }
    }

    private static func lastName(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
