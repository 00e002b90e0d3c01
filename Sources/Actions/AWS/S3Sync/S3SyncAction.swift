internal import AWS
public import Execution
internal import Expressions

/// `slipway/s3-sync`: brings a folder of the job and a prefix of a bucket of S3 to the same, in either direction.
///
/// Decides as `aws s3 sync` does: an item is copied where it is missing, has another size, or is newer at its source. With
/// `compare: etag` its content decides, which suits a checkout, whose files are all new.
public struct S3SyncAction: BuiltinAction {
    public static let names = ["slipway/s3-sync"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let inputs = try S3SyncInputs(invocation)
        let configuration = try invocation.awsConfiguration(region: inputs.region)
        let bucket = S3Bucket(inputs.place.bucket, configuration, addressing: inputs.addressing)
        let tree = LocalTree(files: try JobFiles(invocation), folder: inputs.folder)
        let sync = S3Sync(inputs: inputs, bucket: bucket, tree: tree, invocation: invocation)
        let done = try sync.run()
        invocation.log(done.summary)
        return ActionResult(
            outputs: [
                "copied": .string(String(done.copied)), "deleted": .string(String(done.deleted)),
                "unchanged": .string(String(done.unchanged)), "bytes": .string(String(done.bytes)),
            ])
    }
}

/// The inputs, checked.
struct S3SyncInputs {
    let direction: SyncPlan.Direction
    let place: S3Place
    /// Absolute, as the job knows it.
    let folder: String
    let comparison: SyncPlan.Comparison
    let deletes: Bool
    let isDry: Bool
    let filter: SyncFilter
    let attributes: S3Bucket.Attributes
    let region: String?
    let addressing: S3Bucket.Addressing

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        guard let source = invocation.input("source") else { throw ActionFailure("the input \"source\" is required") }
        guard let destination = invocation.input("destination") else {
            throw ActionFailure("the input \"destination\" is required")
        }
        let files = try JobFiles(invocation)
        switch (try S3Place(source), try S3Place(destination)) {
        case (nil, let place?):
            (direction, self.place, folder) = (.upload, place, files.absolute(source))
        case (let place?, nil):
            (direction, self.place, folder) = (.download, place, files.absolute(destination))
        default:
            throw ActionFailure("one of source and destination must be a folder of the job, the other s3://BUCKET/PREFIX")
        }
        let comparison = invocation.input("compare") ?? SyncPlan.Comparison.time.rawValue
        guard let comparison = SyncPlan.Comparison(rawValue: comparison) else {
            let known = SyncPlan.Comparison.allCases.map(\.rawValue).joined(separator: ", ")
            throw ActionFailure("the input \"compare\" must be one of \(known), found \"\(comparison)\"")
        }
        self.comparison = comparison
        deletes = try invocation.flag("delete")
        isDry = try invocation.flag("dry-run")
        filter = SyncFilter(excluding: invocation.lines("exclude"), including: invocation.lines("include"))
        region = invocation.input("aws-region")
        addressing = try invocation.flag("path-style") ? .path : .automatic
        var attributes = S3Bucket.Attributes()
        attributes.contentType = invocation.input("content-type")
        attributes.cacheControl = invocation.input("cache-control")
        attributes.acl = invocation.input("acl")
        attributes.encryption = invocation.input("sse")
        attributes.encryptionKey = invocation.input("sse-kms-key-id")
        attributes.storageClass = invocation.input("storage-class")
        self.attributes = attributes
    }
}
