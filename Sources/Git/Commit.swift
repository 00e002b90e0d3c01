/// A commit, decoded.
public struct Commit: Sendable, Hashable, Codable {
    /// Who wrote or committed something, and when, as the commit says it. Anybody can write anything here: it is for
    /// display, never for trust.
    public struct Signature: Sendable, Hashable, Codable {
        public let name: String
        public let email: String
        /// Seconds since 1970, UTC.
        public let time: Int64
        /// Minutes east of UTC at the writer's place.
        public let offsetMinutes: Int

        public init(name: String, email: String, time: Int64, offsetMinutes: Int) {
            self.name = name
            self.email = email
            self.time = time
            self.offsetMinutes = offsetMinutes
        }
    }

    public let id: ObjectID
    /// The whole message, without Git's leading empty lines.
    public let message: String
    public let author: Signature
    public let committer: Signature
    /// The tree of its files.
    public let tree: ObjectID
    /// None for a first commit, several for a merge.
    public let parents: [ObjectID]

    /// When it was committed, in seconds since 1970.
    public var time: Int64 { committer.time }

    /// The first line of the message.
    public var title: String { message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "" }
}
