public import Plan

/// Tells from what a failed step left why it failed, and of commands what is sure to make them fail.
///
/// Contract: `diagnoses` is called on the thread of a step that has failed and is not tolerated, before its end is told and while
/// the job's place still is there. It returns within seconds, and may be called by several threads at once. A failure that it
/// does not know has no diagnosis: nothing is guessed. `foreseen` is called on the thread of a step whose shell text is about to run.
public protocol FailureAnalysis: Sendable {
    /// - Returns: the likeliest first.
    func diagnoses(of failure: StepFailure) -> [Diagnosis]
    /// - Returns: in the order in which the commands would come to them; nothing that the commands themselves might mend.
    ///
    /// - Parameter place: where the text runs; nil where that can't be had. It is asked only where it matters, since it may take a process.
    func foreseen(in text: String, folders: WorkplaceFolders, place: () -> ShellPlace?) -> [ForeseenFailure]
}

/// What is known of a step that failed.
public struct StepFailure: Sendable {
    /// The journal's number.
    public var step: Int
    public var exitCode: Int32?
    public var reason: String?
    /// Masked already.
    public var log: LogExcerpt
    public var assignment: JobAssignment
    /// Nil where the job's place could not be made.
    public var folders: WorkplaceFolders?

    public init(
        step: Int, exitCode: Int32? = nil, reason: String? = nil, log: LogExcerpt, assignment: JobAssignment,
        folders: WorkplaceFolders? = nil
    ) {
        self.step = step
        self.exitCode = exitCode
        self.reason = reason
        self.log = log
        self.assignment = assignment
        self.folders = folders
    }
}

/// The first and the last bytes of a step's part of the log: what can be looked at of a log of any size.
public struct LogExcerpt: Equatable, Sendable {
    /// A stretch without gaps.
    public struct Part: Equatable, Sendable {
        /// Of its first byte, from the step's first byte on.
        public var offset: Int64
        public var bytes: [UInt8]

        public init(offset: Int64, bytes: [UInt8]) {
            self.offset = offset
            self.bytes = bytes
        }
    }

    public static let headLimit: Int64 = 64 << 10
    public static let tailLimit: Int64 = 256 << 10

    /// In order; the second one, if any, may begin within a line.
    public var parts: [Part]

    public init(parts: [Part]) { self.parts = parts }

    /// Reads what belongs to it.
    ///
    /// - Parameters:
    ///   - range: offsets from the step's first byte on.
    ///   - read: takes such an offset, and a count.
    init(of range: Range<Int64>, read: (Int64, Int) -> [UInt8]) {
        let start = range.lowerBound
        guard range.count > Self.headLimit + Self.tailLimit else {
            parts = range.isEmpty ? [] : [Part(offset: start, bytes: read(start, range.count))]
            return
        }
        let tail = range.upperBound - Self.tailLimit
        parts = [
            Part(offset: start, bytes: read(start, Int(Self.headLimit))),
            Part(offset: tail, bytes: read(tail, Int(Self.tailLimit))),
        ]
    }
}
