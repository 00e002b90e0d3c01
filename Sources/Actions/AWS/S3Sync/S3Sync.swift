internal import AWS
internal import Execution
internal import FoundationEssentials
internal import Processes
internal import Synchronization

/// One sync: both sides listed, compared, and made the same.
struct S3Sync {
    let inputs: S3SyncInputs
    let bucket: S3Bucket
    let tree: LocalTree
    let invocation: ActionInvocation

    struct Done {
        var copied = 0
        var deleted = 0
        var unchanged = 0
        var bytes: Int64 = 0
        var isDry = false

        var summary: String {
            "\(isDry ? "Would copy" : "Copied") \(copied) (\(bytes) bytes), \(isDry ? "delete" : "deleted") \(deleted), "
                + "\(unchanged) unchanged"
        }
    }

    func run() throws(ActionFailure) -> Done {
        let local = try localItems()
        let remote = try remoteItems()
        let (source, destination) = inputs.direction == .upload ? (local, remote) : (remote, local)
        let plan = try SyncPlan(
            inputs.direction, source: source, destination: destination, comparison: inputs.comparison, deletes: inputs.deletes
        ) { item, etag throws(ActionFailure) in
            let file = try tree.open(item.path)
            return try invocation.inAWS { () throws(AWSError) in try S3Bucket.etag(of: file, like: etag) }
        }
        var done = Done(unchanged: plan.unchanged, isDry: inputs.isDry)
        let copies = CopyList(plan.copies)
        try copy(copies)
        done.copied = copies.copied
        done.bytes = copies.bytes
        try delete(plan.deletions)
        done.deleted = plan.deletions.count
        return done
    }

    // MARK: - Both sides

    private func localItems() throws(ActionFailure) -> [SyncItem] {
        guard let (items, leftOut) = try tree.items() else {
            // A folder that is missing is no reason to empty the bucket.
            guard inputs.direction == .download else { throw ActionFailure("there is no folder \(tree.folder)") }
            return []
        }
        for reason in leftOut { invocation.log("##[warning]left out: \(reason)") }
        return items.filter { inputs.filter.takes($0.path) }
    }

    private func remoteItems() throws(ActionFailure) -> [SyncItem] {
        let prefix = inputs.place.prefix
        let objects = try invocation.inAWS { () throws(AWSError) in
            try bucket.objects(prefix: prefix, invocation.awsPatience)
        }
        return objects.compactMap { object in
            let path = String(object.key.dropFirst(prefix.count))
            // What the console makes for an empty folder is no file.
            guard !path.isEmpty, !path.hasSuffix("/"), inputs.filter.takes(path) else { return nil }
            return SyncItem(path: path, size: object.size, modified: object.modified, etag: object.etag)
        }
    }

    // MARK: - Steps

    /// Copies several files at once. One that fails keeps the others from nothing, and the sync from going on to deletions.
    private func copy(_ list: CopyList) throws(ActionFailure) {
        guard list.threads > 0 else { return }
        let telling = Mutex(())
        // Threads only call what holds no state of its own (a bucket, folders that are held open), but for the log, which has
        // the lock; this thread, whose values they are, does nothing until all of them have ended.
        nonisolated(unsafe) let sync = self
        ThreadCrew.run(list.threads) {
            while !sync.invocation.isCancelled, let item = list.next() {
                do throws(ActionFailure) {
                    let line = try sync.copy(item)
                    list.done(item)
                    telling.withLock { _ in sync.invocation.log(line) }
                } catch {
                    list.failed(error)
                    telling.withLock { _ in sync.invocation.log("##[error]\(item.path): \(error.message)") }
                }
            }
        }
        try list.check()
        if invocation.isCancelled { throw ActionFailure("cancelled: \(invocation.cancellation.reason)") }
    }

    /// - Returns: what to tell of it.
    private func copy(_ item: SyncItem) throws(ActionFailure) -> String {
        let key = inputs.place.prefix + item.path
        let (from, to) = ("\(tree.folder)/\(item.path)", "s3://\(bucket.name)/\(key)")
        guard !inputs.isDry else {
            return inputs.direction == .upload ? "(dryrun) upload: \(from) to \(to)" : "(dryrun) download: \(to) to \(from)"
        }
        switch inputs.direction {
        case .upload:
            var attributes = inputs.attributes
            if attributes.contentType == nil { attributes.contentType = ContentType.guessed(of: item.path) }
            let (file, known) = (try tree.open(item.path), attributes)
            try invocation.inAWS { () throws(AWSError) in
                _ = try bucket.upload(key, file, known, invocation.awsPatience)
            }
            return "upload: \(from) to \(to)"
        case .download:
            try tree.write(item.path, modified: item.modified) { file throws(ActionFailure) in
                try invocation.inAWS { () throws(AWSError) in
                    _ = try bucket.download(key, invocation.awsPatience) { bytes throws(AWSError) in try file.write(bytes) }
                }
            }
            return "download: \(to) to \(from)"
        }
    }

    private func delete(_ paths: [String]) throws(ActionFailure) {
        let isUpload = inputs.direction == .upload
        for path in paths {
            let shown = isUpload ? "s3://\(bucket.name)/\(inputs.place.prefix)\(path)" : "\(tree.folder)/\(path)"
            if !inputs.isDry, !isUpload { try tree.remove(path) }
            invocation.log("\(inputs.isDry ? "(dryrun) " : "")delete: \(shown)")
        }
        guard isUpload, !inputs.isDry, !paths.isEmpty else { return }
        try invocation.inAWS { () throws(AWSError) in
            try bucket.delete(paths.map { inputs.place.prefix + $0 }, invocation.awsPatience)
        }
    }
}

/// What browsers are told of a file by its name.
enum ContentType {
    private static let byExtension = [
        "css": "text/css", "csv": "text/csv", "gif": "image/gif", "gz": "application/gzip", "htm": "text/html",
        "html": "text/html", "ico": "image/vnd.microsoft.icon", "jpeg": "image/jpeg", "jpg": "image/jpeg",
        "js": "text/javascript", "json": "application/json", "map": "application/json", "md": "text/markdown",
        "mjs": "text/javascript", "mp4": "video/mp4", "pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml",
        "tar": "application/x-tar", "txt": "text/plain", "wasm": "application/wasm", "webmanifest": "application/manifest+json",
        "webp": "image/webp", "woff": "font/woff", "woff2": "font/woff2", "xml": "text/xml", "yaml": "application/yaml",
        "yml": "application/yaml", "zip": "application/zip",
    ]

    /// Nil where the name says nothing; S3 then has a type for any bytes.
    static func guessed(of path: String) -> String? {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        return byExtension[name[name.index(after: dot)...].lowercased()]
    }
}
