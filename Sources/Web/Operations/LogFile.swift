/// Where a job's log is, and whether it still grows.
public struct LogFile: Sendable {
    /// The file; it may not exist yet. Appended only, whole lines, never rewritten.
    public var path: String
    /// False once every byte of the log is in the file and the job's end is in the store. Cheap: asked after each growth.
    public var isLive: @Sendable () async -> Bool

    public init(path: String, isLive: @escaping @Sendable () async -> Bool) {
        self.path = path
        self.isLive = isLive
    }
}
