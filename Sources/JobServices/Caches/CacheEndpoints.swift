internal import Plan
internal import Storage

/// The older service of caches (`_apis/artifactcache`), which `@actions/cache` speaks to up to its version 3, and later where it takes
/// the server for one of an enterprise.
struct CacheEndpoints {
    let place: ServicePlace

    private var store: CacheStore { CacheStore(place: place) }

    /// - Parameter names: of the path behind the service's.
    func call(_ request: ServiceRequest, _ names: [Substring]) throws(ServiceRefusal) -> any ServiceCall {
        let number = names.count == 2 && names[0] == "caches" ? Int(names[1]) : nil
        switch (request.method, names.first, number) {
        case ("GET", "cache"?, nil) where names.count == 1:
            return WholeBodyCall { _ throws(ServiceRefusal) in try find(request) }
        case ("POST", "caches"?, nil) where names.count == 1:
            return WholeBodyCall { body throws(ServiceRefusal) in try reserve(body) }
        case ("PATCH", "caches"?, let number?): return try patch(number, request)
        case ("POST", "caches"?, let number?):
            return WholeBodyCall { body throws(ServiceRefusal) in try commit(number, body) }
        default:
            throw ServiceRefusal(
                status: 404, code: "bad_route", message: "the service of caches has nothing at \(request.method) \(request.path)")
        }
    }

    private struct Found: Encodable {
        var cacheKey: String
        var scope: String
        var creationTime: MessageTime
        var archiveLocation: String
    }

    private func find(_ request: ServiceRequest) throws(ServiceRefusal) -> ServiceResponse {
        let keys = (request.query["keys"] ?? "").split(separator: ",").map(String.init)
        guard let key = keys.first, let version = request.query["version"], !version.isEmpty else {
            throw .invalid("\"keys\" or \"version\" is missing")
        }
        let found = try store.find(key: key, restoreKeys: Array(keys.dropFirst()), version: version, for: request)
        guard let found else { return ServiceResponse(status: 204) }
        return ServiceResponse(
            json: Found(
                cacheKey: found.entry.key, scope: found.entry.scope.ref, creationTime: MessageTime(found.entry.createdAt),
                archiveLocation: found.address))
    }

    private struct Reserve: Decodable {
        var key: String
        var version: String
        var cacheSize: Int64?
    }

    private struct Reserved: Encodable { var cacheId: Int }

    private func reserve(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(Reserve.self, from: body)
        let room = place.caches.room
        guard message.cacheSize ?? 0 <= room else {
            throw .invalid("a cache of \(message.cacheSize ?? 0) bytes is over the limit of \(room) bytes that the settings have")
        }
        let number = try store.reserve(key: message.key, version: message.version)
        return ServiceResponse(status: 201, json: Reserved(cacheId: number))
    }

    private func patch(_ number: Int, _ request: ServiceRequest) throws(ServiceRefusal) -> any ServiceCall {
        guard let upload = place.uploads[number], upload.stored == nil, case .cache = upload.purpose else {
            throw .notFound("the cache \(number) was not reserved, or is stored already")
        }
        guard let range = ContentRange(request.headers["content-range"]) else {
            throw .invalid("Content-Range is missing, or not of the form \"bytes 0-9/*\"")
        }
        return UploadCall(try upload.begin()) { file throws(ServiceRefusal) in
            guard file.size == range.count else {
                throw .invalid("the body has \(file.size) bytes, the range \(range.count)")
            }
            try upload.keep(file, named: range.name)
            return ServiceResponse(status: 204)
        }
    }

    private struct Commit: Decodable { var size: Int64 }

    private func commit(_ number: Int, _ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(Commit.self, from: body)
        guard let upload = place.uploads[number] else { throw .notFound("the cache \(number) was not reserved") }
        if !upload.isComplete { try assemble(upload, size: message.size) }
        _ = try store.store(number, size: message.size)
        return ServiceResponse(status: 204)
    }

    private func assemble(_ upload: Upload, size: Int64) throws(ServiceRefusal) {
        let names = upload.pieceNames.sorted()
        var end: Int64 = 0
        for name in names {
            guard Int64(name) == end, let size = upload.size(ofPiece: name) else {
                throw .invalid("the upload has a gap, or overlaps, at the byte \(end)")
            }
            end += size
        }
        guard end == size else {
            throw .invalid("the pieces have \(end) bytes, not \(size): the upload is not whole")
        }
        try upload.assemble(names, isCancelled: { place.isOver })
    }
}

/// Where a piece of a file belongs.
private struct ContentRange {
    var start: Int64
    var end: Int64

    init?(_ text: String?) {
        guard let text, text.hasPrefix("bytes ") else { return nil }
        let sides = text.dropFirst(6).prefix { $0 != "/" }.split(separator: "-")
        guard sides.count == 2, let start = Int64(sides[0]), let end = Int64(sides[1]), start >= 0, end >= start,
            end < 1 << 50
        else { return nil }
        self.start = start
        self.end = end
    }

    var count: Int64 { end - start + 1 }

    /// The beginning, in digits that sort.
    var name: String {
        let digits = String(start)
        return String(repeating: "0", count: 19 - digits.count) + digits
    }
}
