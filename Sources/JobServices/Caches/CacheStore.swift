internal import Plan
internal import Storage

/// What both services of caches do, whatever they call it.
struct CacheStore {
    let place: ServicePlace

    /// An entry, and the address of its file.
    struct Found {
        var entry: CacheEntry
        var address: String
    }

    /// - Throws: also where the job's scope has the key already.
    /// - Returns: the number of the upload.
    func reserve(key: String, version: String) throws(ServiceRefusal) -> Int {
        let caches = place.caches
        try storing { () throws(StorageError) in try RunCaches.check(key) }
        guard !version.isEmpty else { throw .invalid("the version is empty") }
        guard !caches.exists(key: key, version: version) else {
            throw ServiceRefusal(
                status: 409, code: "already_exists",
                message: "the cache \"\(key)\" exists already for \(caches.ownScope.ref) in this version")
        }
        let upload = Upload(.cache(key: key, version: version), room: caches.room) { () throws(StorageError) in
            try caches.begin()
        }
        return place.uploads.add(upload)
    }

    /// Stores what was uploaded, once: later calls get what the first one stored.
    ///
    /// - Parameter size: what the client says it has.
    func store(_ number: Int, size: Int64) throws(ServiceRefusal) -> CacheEntry {
        guard let upload = place.uploads[number], case .cache(let key, let version) = upload.purpose else {
            throw .notFound("the cache \(number) was not reserved")
        }
        if case .cache(let entry)? = upload.stored { return entry }
        let content = try upload.content()
        guard content.file.size == size else {
            throw .invalid("the cache \"\(key)\" has \(content.file.size) bytes, not \(size): the upload is not whole")
        }
        let stored = try content.file.store { file throws(StorageError) in
            try place.caches.store(file, digest: content.digest, key: key, version: version)
        }
        upload.end(as: .cache(stored.entry))
        try place.tell(stored.changes)
        return stored.entry
    }

    /// - Returns: nil where there is none that the job may read.
    func find(
        key: String, restoreKeys: [String], version: String, for request: ServiceRequest
    ) throws(ServiceRefusal) -> Found? {
        let found = try storing { () throws(StorageError) in
            try place.caches.find(key: key, restoreKeys: restoreKeys, version: version)
        }
        guard let entry = found else { return nil }
        let file = try storing { () throws(StorageError) in try place.caches.open(entry, isCancelled: { place.isOver }) }
        try place.tell([place.caches.use(of: entry)])
        let name = "cache-\(entry.id)"
        place.downloads.add(
            .init(
                file: file, size: entry.size, digest: entry.digest, contentType: "application/octet-stream", fileName: name),
            named: name)
        return Found(entry: entry, address: place.downloadAddress(name, request))
    }
}
