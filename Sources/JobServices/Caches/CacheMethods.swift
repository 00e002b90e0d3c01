internal import Plan

/// The service of caches that `@actions/cache` speaks to from its version 4 on, where it takes the server for GitHub's own.
struct CacheMethods {
    typealias Work = ([UInt8]) throws(ServiceRefusal) -> ServiceResponse

    let place: ServicePlace
    let request: ServiceRequest

    private var store: CacheStore { CacheStore(place: place) }

    func method(named name: String) -> Work? {
        switch name {
        case "CreateCacheEntry": { body throws(ServiceRefusal) in try create(body) }
        case "FinalizeCacheEntryUpload": { body throws(ServiceRefusal) in try finalize(body) }
        case "GetCacheEntryDownloadURL": { body throws(ServiceRefusal) in try find(body) }
        default: nil
        }
    }

    private struct Create: Decodable {
        var key: String
        var version: String
    }

    private struct Created: Encodable {
        var ok = true
        var signedUploadURL: String
        var message = ""
    }

    private func create(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(Create.self, from: body)
        let number = try store.reserve(key: message.key, version: message.version)
        return ServiceResponse(message: Created(signedUploadURL: place.uploadAddress(number, request)))
    }

    private struct Finalize: Decodable {
        var key: String
        var version: String
        /// Left out where it is 0.
        var sizeBytes: MessageInteger?
    }

    private struct Finalized: Encodable {
        var ok = true
        var entryID: MessageInteger
        var message = ""
    }

    private func finalize(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(Finalize.self, from: body)
        let found = place.uploads.last { purpose in
            if case .cache(let key, let version) = purpose { key == message.key && version == message.version } else { false }
        }
        guard let found else { throw .notFound("the cache \"\(message.key)\" was not reserved") }
        let entry = try store.store(found.number, size: message.sizeBytes?.value ?? 0)
        return ServiceResponse(message: Finalized(entryID: MessageInteger(entry.id)))
    }

    private struct Find: Decodable {
        var key: String
        var restoreKeys: [String]?
        var version: String
    }

    private struct Found: Encodable {
        var ok: Bool
        var signedDownloadURL: String
        var matchedKey: String
    }

    private func find(_ body: [UInt8]) throws(ServiceRefusal) -> ServiceResponse {
        let message = try Message.read(Find.self, from: body)
        let found = try store.find(
            key: message.key, restoreKeys: message.restoreKeys ?? [], version: message.version, for: request)
        return ServiceResponse(
            message: Found(
                ok: found != nil, signedDownloadURL: found?.address ?? "", matchedKey: found?.entry.key ?? ""))
    }
}
