internal import Archives
internal import FoundationEssentials
internal import Storage

/// What a call is answered with.
struct ServiceResponse: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// Part of a stored file.
        case file(OpenFile, offset: Int64, count: Int64)
    }

    var status: Int
    var headers: [(name: String, value: String)] = []
    var body = Body.bytes([])

    init(status: Int) { self.status = status }

    init(status: Int = 200, json value: some Encodable) {
        self.init(status: status, JSONEncoder(), value)
    }

    /// A message of a service whose fields have names with underscores.
    init(message: some Encodable) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        self.init(status: 200, encoder, message)
    }

    private init(status: Int, _ encoder: JSONEncoder, _ value: some Encodable) {
        self.status = status
        headers = [("Content-Type", "application/json; charset=utf-8")]
        // Our own types, which have nothing that JSON can't hold.
        body = .bytes((try? encoder.encode(value)).map { [UInt8]($0) } ?? [])
    }

    var length: Int64 {
        switch body {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let count): count
        }
    }
}

/// Why a call is refused.
///
/// Clients of both kinds of services show `message`: "msg" is the Twirp protocol's name for it, "message" that of the older
/// service of caches.
struct ServiceRefusal: Error {
    var status: Int
    var code: String
    var message: String

    static func malformed(_ message: String) -> ServiceRefusal {
        ServiceRefusal(status: 400, code: "malformed", message: message)
    }

    static func invalid(_ message: String) -> ServiceRefusal {
        ServiceRefusal(status: 400, code: "invalid_argument", message: message)
    }

    static func notFound(_ message: String) -> ServiceRefusal {
        ServiceRefusal(status: 404, code: "not_found", message: message)
    }

    static let unauthenticated = ServiceRefusal(
        status: 401, code: "unauthenticated", message: "the token is not that of a job that runs here")

    static let unsigned = ServiceRefusal(
        status: 403, code: "permission_denied", message: "the address has no signature, or not the one that was given for it")

    init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    init(_ error: StorageError) {
        message = error.message
        (status, code) =
            switch error.kind {
            case .exists: (409, "already_exists")
            case .missing: (404, "not_found")
            case .forbidden: (403, "permission_denied")
            case .invalid: (400, "invalid_argument")
            // 413 and not 507: clients try again after what begins with a 5.
            case .full: (413, "resource_exhausted")
            case .damaged: (422, "data_loss")
            case .cancelled: (409, "canceled")
            case .system: (500, "internal")
            }
    }

    private struct Text: Encodable {
        var code: String
        var msg: String
        var message: String
    }

    var response: ServiceResponse {
        ServiceResponse(status: status, json: Text(code: code, msg: message, message: message))
    }
}

/// Does something with stored files; what goes wrong there refuses the call.
func storing<Value>(_ body: () throws(StorageError) -> Value) throws(ServiceRefusal) -> Value {
    do throws(StorageError) { return try body() } catch { throw ServiceRefusal(error) }
}

/// Writes a file; what goes wrong there refuses the call.
func archiving<Value>(_ body: () throws(ArchiveError) -> Value) throws(ServiceRefusal) -> Value {
    do throws(ArchiveError) { return try body() } catch { throw ServiceRefusal(StorageError(error)) }
}

/// What is still to be sent of a file.
struct FilePart: Sendable {
    var file: OpenFile
    var offset: Int64
    var count: Int64
}
