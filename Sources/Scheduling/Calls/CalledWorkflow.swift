internal import Expressions
internal import Plan

/// Where the file stands that a job is written in: the run's own, or that of a called workflow.
///
/// See `job.workflow_ref` and its siblings in GitHub's "Contexts reference".
struct CalledWorkflow: Equatable {
    /// `owner/repository`.
    var repository: String
    var path: String
    var ref: String
    var commit: String

    init(ofRun run: Run, in repository: String) {
        self.repository = repository
        path = run.workflowPath
        ref = run.ref
        commit = run.commit
    }

    /// The workflow that this one calls. One that begins with `./` stands beside its caller.
    func called(by call: WorkflowCallPlan) -> CalledWorkflow {
        var called = self
        called.path = call.plan.path
        called.commit = call.commit ?? commit
        guard !call.reference.hasPrefix("./"), let at = call.reference.lastIndex(of: "@") else { return called }
        called.ref = String(call.reference[call.reference.index(after: at)...])
        let file = call.reference[..<at]
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        called.repository = parts.prefix(2).joined(separator: "/")
        called.path = parts.dropFirst(2).joined(separator: "/")
        return called
    }

    /// What the `job` context says of it.
    var context: ExpressionObject {
        [
            "workflow_ref": .string("\(repository)/\(path)@\(ref)"), "workflow_sha": .string(commit),
            "workflow_repository": .string(repository), "workflow_file_path": .string(path),
        ]
    }
}
