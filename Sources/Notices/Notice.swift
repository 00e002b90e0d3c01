internal import FoundationEssentials

/// What is told.
public struct Notice: Codable, Equatable, Sendable {
    /// `success`, `failure`, `cancelled`, `skipped`, or `waiting` for a request.
    public var status: String
    public var title: String
    public var message: String
    public var repository: String
    public var workflow: String
    public var ref: String
    public var commit: String
    public var actor: String
    public var runID: String
    public var runNumber: String
    /// The job's name; empty where the notice is about a run.
    public var job: String
    /// The run's page; empty where it has none.
    public var url: String

    enum CodingKeys: String, CodingKey {
        case status, title, message, repository, workflow, ref, commit, actor
        case runID = "run_id"
        case runNumber = "run_number"
        case job, url
    }

    public init(
        status: String, title: String, message: String, repository: String, workflow: String, ref: String, commit: String,
        actor: String, runID: String, runNumber: String, job: String = "", url: String
    ) {
        self.status = status
        self.title = title
        self.message = message
        self.repository = repository
        self.workflow = workflow
        self.ref = ref
        self.commit = commit
        self.actor = actor
        self.runID = runID
        self.runNumber = runNumber
        self.job = job
        self.url = url
    }

    /// What others parse: keys in a fixed order.
    static func json(_ value: some Encodable) throws(NoticeError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return [UInt8](try encoder.encode(value)) } catch {
            throw NoticeError("the message can't be written: \(error)", kind: .refused)
        }
    }
}
