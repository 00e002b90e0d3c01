internal import Execution
internal import FoundationEssentials
internal import Git
internal import Plan
internal import RemoteSources
internal import Scheduling
internal import WakeUps

/// Has the actions of other repositories that a job calls on this host before its worker starts.
///
/// They were resolved when the run was planned, so this is a look into the lock and the mirrors. Only what could not be fetched
/// then is fetched now.
struct RemoteActions: Sendable {
    enum Outcome: Sendable {
        case ready([JobAssignment.RemoteAction])
        /// Something is wrong with an action.
        case unusable(String)
        /// A server did not answer for so long that it was given up.
        case unreachable(String)
        case cancelled
    }

    let surveyor: ActionSurveyor
    let folders: StateFolders

    /// Seconds between tries, the last one over and over; and for how long.
    private static let delays = [1.0, 2, 5, 10, 20, 30]
    private static let patience = Duration.seconds(900)

    /// Whether anything of the job has to be looked up.
    func isNeeded(for start: JobStart) -> Bool { surveyor.isNeeded(for: Self.uses(of: start)) }

    /// - Parameters:
    ///   - isCancelled: asked whenever `cancelled` is signalled.
    ///   - cancelled: what may end the wait for a server that does not answer.
    ///   - waits: told once why it takes long.
    func prepare(
        _ start: JobStart, isCancelled: @Sendable () -> Bool, cancelled: WakeUp, waits: @Sendable (String) async -> Void
    ) async -> Outcome {
        let uses = Self.uses(of: start)
        let files = ObjectID(start.run.commit).map { commit in
            ActionSurveyor.Files.tree(.init(mirror: folders.mirror(of: start.run.repository), commit: commit))
        }
        let end = ContinuousClock.now + Self.patience
        var tries = 0
        while !Task.isCancelled {
            let session = await surveyor.resolver.session(followsBranches: false)
            let survey = await surveyor.survey(uses, of: start.run.repository, files: files ?? .none, in: session)
            if let problem = survey.problems.first(where: { !$0.error.isTransient }) { return .unusable(problem.message) }
            guard let problem = survey.problems.first else {
                return .ready(survey.actions.map(JobAssignment.RemoteAction.init) + Self.beside(start, uses, survey))
            }
            if tries == 0 { await waits(problem.message) }
            if ContinuousClock.now >= end { return .unreachable(problem.message) }
            await cancelled.wait(atMost: .seconds(Self.delays[min(tries, Self.delays.count - 1)]))
            if isCancelled() { return .cancelled }
            tries += 1
        }
        return .cancelled
    }

    /// The actions that a workflow of another repository calls as ones of its own (`$/path`), under that name.
    private static func beside(
        _ start: JobStart, _ uses: [ActionUse], _ survey: ActionSurvey
    ) -> [JobAssignment.RemoteAction] {
        guard let job = start.jobPlan else { return [] }
        let written = Dictionary(
            zip(ActionUse.all(in: job, file: start.plan.path).map(\.reference), uses.map(\.reference)),
            uniquingKeysWith: { first, _ in first })
        return written.filter { $0.key != $0.value }.sorted { $0.key < $1.key }.compactMap { name, reference in
            var action = survey.actions.first { $0.reference == reference }.map(JobAssignment.RemoteAction.init)
            action?.reference = name
            return action
        }
    }

    private static func uses(of start: JobStart) -> [ActionUse] {
        guard let job = start.jobPlan else { return [] }
        // The workflow of another repository that the job is written in, through however many calls.
        let workflow = start.calls.reduce(SourceReference?.none) { caller, called in
            called.call.commit == nil ? nil : SourceReference(called.call.reference) ?? caller
        }
        return ActionUse.all(in: job, file: start.plan.path, of: workflow)
    }
}

extension JobAssignment.RemoteAction {
    init(_ action: ActionSurvey.Action) {
        self.init(
            reference: action.reference, repository: action.source.reference.repository.text,
            folder: action.source.reference.path, ref: action.source.reference.ref, commit: action.source.commit.description,
            mirror: action.source.mirror, warning: action.source.warning)
    }
}
