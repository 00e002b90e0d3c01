internal import Execution
internal import Expressions
internal import FoundationEssentials

/// What is told.
struct Notice: Encodable {
    /// `success`, `failure` or `cancelled`.
    let status: String
    let title: String
    let message: String
    let repository: String
    let workflow: String
    let ref: String
    let commit: String
    let actor: String
    let runID: String
    let runNumber: String
    let job: String
    /// The run's page; empty where it has none.
    let url: String

    enum CodingKeys: String, CodingKey {
        case status, title, message, repository, workflow, ref, commit, actor
        case runID = "run_id"
        case runNumber = "run_number"
        case job, url
    }

    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        let assignment = invocation.assignment
        func github(_ key: String) -> String { assignment.contexts.github[key]?.displayString ?? "" }
        status = try Self.status(invocation)
        repository = github("repository")
        workflow = github("workflow")
        ref = github("ref_name").isEmpty ? github("ref") : github("ref_name")
        commit = github("sha")
        actor = github("actor")
        runID = String(assignment.runID)
        runNumber = github("run_number")
        job = assignment.jobName
        let page = assignment.storage?.pageURL ?? ""
        url = page.isEmpty ? "" : "\(page)/runs/\(assignment.runID)"
        title = invocation.input("title") ?? "\(workflow) of \(repository): \(status)"
        let place = [ref, String(commit.prefix(7))].filter { !$0.isEmpty }.joined(separator: " at ")
        let usual = "\(workflow) #\(runNumber) of \(repository)\(place.isEmpty ? "" : " (\(place))"): \(status)"
        message = invocation.input("message") ?? ([usual, url].filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    private static func status(_ invocation: ActionInvocation) throws(ActionFailure) -> String {
        guard let given = invocation.input("status") else { return invocation.jobSucceeded ? "success" : "failure" }
        let known = ["success", "failure", "cancelled", "skipped"]
        guard known.contains(given) else {
            throw ActionFailure("the input \"status\" must be one of \(known.joined(separator: ", ")), found \"\(given)\"")
        }
        return given
    }

    func json() throws(ActionFailure) -> [UInt8] { try Self.json(self) }

    static func json(_ value: some Encodable) throws(ActionFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return [UInt8](try encoder.encode(value)) } catch { throw ActionFailure("the message can't be written: \(error)") }
    }
}
