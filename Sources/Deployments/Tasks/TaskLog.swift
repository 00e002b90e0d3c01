internal import AWS

/// Follows what one container of a task writes to CloudWatch Logs.
final class TaskLog {
    private let cloud: Cloud
    private let log: LogStream
    /// In front of each line, where several containers write.
    private let prefix: String
    private var position: String?
    private var hasTold = false

    init(_ cloud: Cloud, _ stream: ECSLogStream, prefix: String) {
        self.cloud = cloud
        log = cloud.log(at: stream)
        self.prefix = prefix
    }

    /// Tells the lines that are new.
    ///
    /// - Returns: whether there were any.
    func tell() -> Bool {
        do throws(AWSError) {
            let page = try log.events(after: position, cloud.patience)
            position = page.position
            for line in page.events.flatMap(\.lines) { cloud.log(prefix + line) }
            return !page.events.isEmpty
        } catch {
            // The task's end counts, not its log.
            if error.reason != .cancelled, !hasTold {
                hasTold = true
                cloud.log("the task's log in \(log.group) can't be read: \(error)")
            }
            return false
        }
    }
}

extension LogStream.Event {
    /// An event may hold several.
    var lines: [String] { message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init) }
}
