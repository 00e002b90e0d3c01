/// What is in a stored artifact.
public struct ArtifactContents: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        /// Its path in the archive, as the archive says; shown, and never used as a path.
        public var name: String
        /// Nil where the archive does not say it beforehand.
        public var size: Int64?

        public init(name: String, size: Int64?) {
            self.name = name
            self.size = size
        }
    }

    public var files: [File]
    /// Whether there are more files than these.
    public var isCut: Bool

    public init(files: [File], isCut: Bool) {
        self.files = files
        self.isCut = isCut
    }
}
