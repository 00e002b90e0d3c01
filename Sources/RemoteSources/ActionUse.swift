public import Diagnostics
public import Plan

/// A `uses` of a step, with what a remark about it points at.
public struct ActionUse: Sendable, Equatable {
    /// As written.
    public var reference: String
    /// The key of the run's job that comes to it.
    public var job: String
    public var file: String
    public var position: SourcePosition

    public init(reference: String, job: String, file: String, position: SourcePosition) {
        self.reference = reference
        self.job = job
        self.file = file
        self.position = position
    }

    /// Every action that a plan's steps call, those of the workflows that it calls as well.
    public static func all(in plan: RunPlan) -> [ActionUse] {
        plan.jobs.flatMap { all(in: $0, key: $0.key, file: plan.path, repository: nil) }
    }

    /// Those of one job.
    ///
    /// - Parameter workflow: the workflow of another repository, with its ref, that the job is written in; nil: one of the
    ///   run's own.
    public static func all(in job: JobPlan, file: String, of workflow: SourceReference? = nil) -> [ActionUse] {
        all(in: job, key: job.key, file: file, repository: workflow)
    }

    private static func all(in job: JobPlan, key: String, file: String, repository: SourceReference?) -> [ActionUse] {
        var uses: [ActionUse] = []
        collect(job.steps, job: key, file: file, into: &uses)
        if let repository {
            for index in uses.indices { uses[index].reference = beside(uses[index].reference, in: repository) }
        }
        if let call = job.call {
            // A call with `./` or `$/` stays in the repository that it is written in.
            let called = call.commit == nil ? nil : SourceReference(call.reference) ?? repository
            let file = called == nil ? call.plan.path : call.reference
            uses += call.plan.jobs.flatMap { all(in: $0, key: key, file: file, repository: called) }
        }
        return uses
    }

    /// The reference, or what `$/path` stands for in a file of another repository.
    static func beside(_ reference: String, in caller: SourceReference) -> String {
        guard reference.hasPrefix("$/") else { return reference }
        let path = reference.dropFirst(2).split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        return SourceReference(repository: caller.repository, path: path, ref: caller.ref).text
    }

    private static func collect(_ steps: [StepPlan], job: String, file: String, into uses: inout [ActionUse]) {
        for step in steps {
            switch step.work {
            case .action(let call):
                uses.append(ActionUse(reference: call.reference, job: job, file: file, position: step.position))
            case .parallel(let steps): collect(steps, job: job, file: file, into: &uses)
            case .script, .commands, .wait, .waitAll, .cancel: continue
            }
        }
    }

    /// The references of an action's own steps.
    static func references(in steps: [StepPlan]) -> [String] {
        var uses: [ActionUse] = []
        collect(steps, job: "", file: "", into: &uses)
        return uses.map(\.reference)
    }
}
