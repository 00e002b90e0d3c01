/// `limits`: what a job may use before it is stopped or cut. What is cut says so.
public struct LimitSettings: Sendable, Equatable {
    /// The time of a job that sets no `timeout-minutes`.
    public var jobTimeout: Duration
    /// How long what a job started may go on after TERM, until KILL.
    public var terminationGrace: Duration
    /// How long a worker may go on once its job has to be over, until it is killed.
    public var workerGrace: Duration
    /// How long one fetch from a repository may take.
    public var fetchTimeout: Duration
    /// Bytes of log that one step may write; the rest is dropped.
    public var stepLog: Int
    /// Bytes of one step's summary.
    public var stepSummary: Int
    /// Bytes of one step's `GITHUB_OUTPUT`, `GITHUB_ENV` or `GITHUB_PATH` file.
    public var output: Int

    init(reading reader: SettingsReader) {
        jobTimeout = reader.duration("job_timeout", default: .seconds(6 * 3600), atLeast: .seconds(1))
        terminationGrace = reader.duration("termination_grace", default: .seconds(10))
        workerGrace = reader.duration("worker_grace", default: .seconds(60), atLeast: .seconds(1))
        fetchTimeout = reader.duration("fetch_timeout", default: .seconds(600), atLeast: .seconds(1))
        stepLog = reader.byteSize("step_log", default: 1 << 30, atLeast: 1 << 10)
        stepSummary = reader.byteSize("step_summary", default: 1 << 20)
        output = reader.byteSize("output", default: 1 << 20)
    }
}
