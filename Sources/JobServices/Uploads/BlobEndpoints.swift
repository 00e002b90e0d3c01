internal import FoundationEssentials
internal import Glibc

/// The part of Azure's Blob protocol that clients of artifacts and caches speak: Put Blob, Put Block and Put Block List to the address
/// of an upload, Get Blob and Get Blob Properties, also of ranges, from that of a stored file.
///
/// An address has three names, as clients take an address by number apart: account, container and blob.
struct BlobEndpoints {
    let place: ServicePlace

    private static let account = "slipway"
    private static let longestList = 8 << 20

    static func uploadPath(_ number: Int) -> String { "/\(account)/uploads/\(number)" }
    static func downloadPath(_ name: String) -> String { "/\(account)/files/\(name)" }

    /// Whether a path is one of these.
    static func answers(_ path: String) -> Bool { path.hasPrefix("/\(account)/") }

    func call(_ request: ServiceRequest) throws(ServiceRefusal) -> any ServiceCall {
        let isUpload = request.method == "PUT"
        guard place.key.accepts(signature: request.query["sig"] ?? "", for: isUpload ? .upload : .download, of: request.path)
        else { throw .unsigned }
        let names = request.names
        guard names.count == 3 else { throw .notFound("there is nothing at \(request.path)") }
        switch (request.method, names[1]) {
        case ("PUT", "uploads"):
            guard let number = Int(names[2]), let upload = place.uploads[number], upload.stored == nil else {
                throw .notFound("the upload \(names[2]) is over")
            }
            return try put(request, upload)
        case ("GET", "files"), ("HEAD", "files"):
            let response = try place.downloads.response(
                for: String(names[2]), range: ByteRange(request.headers["x-ms-range"] ?? request.headers["range"]))
            return WholeBodyCall { _ in response }
        default:
            throw ServiceRefusal(status: 405, code: "bad_route", message: "\(request.method) \(request.path) is not known here")
        }
    }

    private func put(_ request: ServiceRequest, _ upload: Upload) throws(ServiceRefusal) -> any ServiceCall {
        switch request.query["comp"] {
        case nil:
            let kind = request.headers["x-ms-blob-type"] ?? "BlockBlob"
            guard kind.lowercased() == "blockblob" else {
                throw .invalid("an upload must be a block blob, found \"\(kind)\"")
            }
            return UploadCall(try upload.begin()) { file throws(ServiceRefusal) in
                try upload.complete(file)
                return Self.created
            }
        case "block"?:
            guard let name = request.query["blockid"], !name.isEmpty else { throw .invalid("the block has no id") }
            return UploadCall(try upload.begin()) { file throws(ServiceRefusal) in
                try upload.keep(file, named: name)
                return Self.created
            }
        case "blocklist"?:
            return WholeBodyCall(limit: Self.longestList) { body throws(ServiceRefusal) in
                try upload.assemble(BlockList.names(in: String(decoding: body, as: UTF8.self)), isCancelled: { place.isOver })
                return Self.created
            }
        case let other?: throw .invalid("\"comp=\(other)\" is not known here")
        }
    }

    private static var created: ServiceResponse {
        var response = ServiceResponse(status: 201)
        response.headers = headers
        return response
    }

    /// What clients of the protocol expect in every answer.
    static let headers = [(name: "x-ms-version", value: "2021-12-02"), (name: "x-ms-request-server-encrypted", value: "false")]
}
