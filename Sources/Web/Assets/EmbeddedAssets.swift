internal import CWebAssets
internal import LogText
internal import NIOCore
internal import Signing

/// The files of the page, compiled into the binary: it runs from anywhere, and no file can be missing.
struct EmbeddedAssets: Sendable {
    struct File: Sendable {
        let contentType: String
        let bytes: ByteBuffer
    }

    /// Changes with any of the files, and is part of their addresses, so that a browser may keep them for ever.
    let version: String
    private let files: [String: File]

    init() {
        var files: [String: File] = [:]
        var count = 0
        let table = slipway_web_assets(&count)
        for entry in UnsafeBufferPointer(start: table, count: count) {
            let name = String(cString: entry.name)
            let bytes = UnsafeRawBufferPointer(start: entry.bytes, count: entry.size)
            files[name] = File(contentType: Self.contentType(of: name), bytes: ByteBuffer(bytes: bytes))
        }
        // The colours of logs belong to what renders them.
        files["styles/ansi.css"] = File(
            contentType: "text/css; charset=utf-8", bytes: ByteBuffer(string: ANSIPalette.styleSheet))
        version = Self.version(of: files)
        self.files = files
    }

    /// - Parameter name: the path below the folder of assets: `scripts/log.js`.
    func file(_ name: String) -> File? { files[name] }

    func text(_ name: String) -> String? { files[name].map { String(buffer: $0.bytes) } }

    /// The files of a folder, by name.
    func names(in folder: String) -> [String] { files.keys.filter { $0.hasPrefix(folder + "/") }.sorted() }

    private static func version(of files: [String: File]) -> String {
        let hash = SHA256()
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            hash.update(Array(name.utf8))
            hash.update(Array(file.bytes.readableBytesView))
        }
        return String(hash.finishHexadecimal().prefix(12))
    }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json": "application/json"
        default: "text/plain; charset=utf-8"
        }
    }
}
