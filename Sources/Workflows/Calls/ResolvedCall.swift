internal import Diagnostics

/// A workflow that a job calls, as it was read.
public struct ResolvedCall: Sendable {
    /// The called file, accepted, with the calls in it.
    public let document: WorkflowDocument
    /// Of another repository: what its reference was resolved to.
    public let commit: String?
    /// The called file with its repository and ref, where that is another one than the run's.
    let remoteReference: String?
    /// How many workflows call each other from this one on, itself included.
    let levels: Int

    init(document: WorkflowDocument, commit: String?, remoteReference: String?) {
        self.document = document
        self.commit = commit
        self.remoteReference = remoteReference
        levels = 1 + (document.calls.values.map(\.levels).max() ?? 0)
    }

    /// What tells the called file from others.
    var key: String { remoteReference ?? document.path }
    /// The `workflow_call` of the called file.
    var trigger: WorkflowTrigger? { document.workflow?.trigger("workflow_call") }
}

// Files that call each other twice at each level are few, but the calls between them are countless: nothing here follows one
// call twice, or counts further than it has to.
extension WorkflowDocument {
    /// The jobs as they are written, with those of the workflows that they call, counted up to a bound.
    func jobCount(upTo bound: Int) -> Int {
        var count = 0
        for job in workflow?.jobs ?? [] where count <= bound {
            count += 1 + (calls[job.id.value]?.document.jobCount(upTo: bound - count) ?? 0)
        }
        return count
    }

    /// Adds every workflow that is called, directly or through others, by its key.
    func collectCalled(into keys: inout Set<String>) {
        for call in calls.values where keys.insert(call.key).inserted { call.document.collectCalled(into: &keys) }
    }

    /// What keeps its jobs from running on this version, as far as it is known without the calls that were not read.
    var obstacles: [Diagnostic] {
        guard let workflow else { return [] }
        let own = workflow.remarks.filter { $0.blockedJob != nil }.map(\.diagnostic)
        return own + workflow.jobs.flatMap { callObstacles[$0.id.value] ?? [] }
    }

    mutating func add(_ found: [Diagnostic]) {
        if !found.isEmpty { diagnostics = (diagnostics + found).inFileOrder }
    }
}
