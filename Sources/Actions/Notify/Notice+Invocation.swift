internal import Execution
internal import Expressions
internal import Notices

extension Notice {
    init(_ invocation: ActionInvocation) throws(ActionFailure) {
        let assignment = invocation.assignment
        func github(_ key: String) -> String { assignment.contexts.github[key]?.displayString ?? "" }
        let status = try Self.status(invocation)
        let (repository, workflow, number, commit) = (
            github("repository"), github("workflow"), github("run_number"), github("sha")
        )
        let ref = github("ref_name").isEmpty ? github("ref") : github("ref_name")
        let page = assignment.storage?.pageURL ?? ""
        let url = page.isEmpty ? "" : "\(page)/runs/\(assignment.runID)"
        let place = [ref, String(commit.prefix(7))].filter { !$0.isEmpty }.joined(separator: " at ")
        let usual = "\(workflow) #\(number) of \(repository)\(place.isEmpty ? "" : " (\(place))"): \(status)"
        self.init(
            status: status, title: invocation.input("title") ?? "\(workflow) of \(repository): \(status)",
            message: invocation.input("message") ?? ([usual, url].filter { !$0.isEmpty }.joined(separator: "\n")),
            repository: repository, workflow: workflow, ref: ref, commit: commit, actor: github("actor"),
            runID: String(assignment.runID), runNumber: number, job: assignment.jobName, url: url)
    }

    private static func status(_ invocation: ActionInvocation) throws(ActionFailure) -> String {
        guard let given = invocation.input("status") else { return invocation.jobSucceeded ? "success" : "failure" }
        let known = ["success", "failure", "cancelled", "skipped"]
        guard known.contains(given) else {
            throw ActionFailure("the input \"status\" must be one of \(known.joined(separator: ", ")), found \"\(given)\"")
        }
        return given
    }
}
