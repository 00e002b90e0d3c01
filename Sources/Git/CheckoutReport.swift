/// What a checkout wrote, and what it left for others to fetch.
public struct CheckoutReport: Sendable, Hashable, Codable {
    /// A file whose content is kept by Git LFS: the checkout has only the pointer to it.
    public struct LFSPointer: Sendable, Hashable, Codable {
        public let path: String
        /// The SHA-256 of the content, in hexadecimal digits.
        public let contentID: String
        /// The content's size in bytes.
        public let size: Int

        public init(path: String, contentID: String, size: Int) {
            self.path = path
            self.contentID = contentID
            self.size = size
        }
    }

    /// Another repository's commit that belongs at a path: the checkout has an empty folder there.
    public struct Submodule: Sendable, Hashable, Codable {
        public let path: String
        public let commit: ObjectID

        public init(path: String, commit: ObjectID) {
            self.path = path
            self.commit = commit
        }
    }

    /// The commit that was checked out.
    public let commit: ObjectID
    /// Files and links in the working tree.
    public var fileCount = 0
    /// The size of those files.
    public var byteCount = 0
    public var lfsPointers: [LFSPointer] = []
    public var submodules: [Submodule] = []
    /// Whether `.gitattributes` asks for another encoding of text (`working-tree-encoding`): files are laid out as they are stored.
    public var leavesOutEncodings = false

    public init(commit: ObjectID) { self.commit = commit }
}

extension CheckoutReport.LFSPointer {
    /// Reads a pointer (git-lfs's `docs/spec.md`); nil for every other file.
    init?(path: ArraySlice<UInt8>, content: UnsafeRawBufferPointer) {
        guard content.count < 1024, content.starts(with: "version https://git-lfs.github.com/spec/".utf8) else { return nil }
        var contentID: String?
        var size: Int?
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("oid sha256:") { contentID = String(line.dropFirst("oid sha256:".count)) }
            if line.hasPrefix("size ") { size = Int(line.dropFirst("size ".count)) }
        }
        guard let contentID, let size else { return nil }
        self.init(path: String(decoding: path, as: UTF8.self), contentID: contentID, size: size)
    }
}
