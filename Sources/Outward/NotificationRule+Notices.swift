internal import Notices
internal import Plan
internal import Store
internal import Workflows

extension NotificationRule {
    /// Why the rule tells of an occurrence; nil where it doesn't.
    func occasion(of report: OccurrenceReport) -> Occasion? {
        guard filter.includes(report.run) else { return nil }
        switch report.occurrence.kind {
        case .runCompleted:
            return Self.ends(report).first(where: occasions.contains)
        case .approvalRequested:
            return occasions.contains(.approval) ? .approval : nil
        case .deploymentCompleted:
            guard occasions.contains(.deployment), let deployment = report.deployment else { return nil }
            let places = ["\(deployment.cluster)/\(deployment.service)", report.job?.environment?.name].compactMap { $0 }
            guard places.contains(where: environments.includes) else { return nil }
            return .deployment
        case .environmentCompleted:
            // What its job changed of services is told by them.
            guard occasions.contains(.deployment), let environment = report.environment, !report.changesServices,
                environments.includes(environment.environment)
            else { return nil }
            return .deployment
        default: return nil
        }
    }

    /// What the end of a run may be told as, the most telling first.
    private static func ends(_ report: OccurrenceReport) -> [Occasion] {
        guard let conclusion = report.occurrence.conclusion else { return [.always] }
        if conclusion.isFailure { return [.failure, .always] }
        guard conclusion == .success else { return [.always] }
        return report.previousConclusion?.isFailure ?? false ? [.recovery, .success, .always] : [.success, .always]
    }
}

extension Notice {
    /// What people are told of an occurrence.
    init(_ report: OccurrenceReport, as occasion: NotificationRule.Occasion, pageURL: String) {
        let (run, occurrence) = (report.run, report.occurrence)
        let ref = GitReference(run.ref).shortName
        let place = "\(run.workflow) #\(run.number) of \(run.repository) (\(ref) at \(run.commit.prefix(7)))"
        let url = "\(pageURL)/runs/\(run.id)"
        var status = occurrence.conclusion.map(\.result) ?? "waiting"
        var title = "\(run.workflow) of \(run.repository): \(occurrence.conclusion?.spoken ?? status)"
        var lines = ["\(place): \(occurrence.conclusion?.spoken ?? status)"]
        switch occasion {
        case .recovery:
            title = "\(run.workflow) of \(run.repository) works again"
            lines = ["\(place) works again"]
        case .approval:
            let job = report.job?.name ?? "a job"
            title = "\(run.workflow) of \(run.repository): \(job) waits for an approval"
            lines = ["\(place): the job \(job) waits to be approved by \(report.job?.approval?.audience ?? "an operator")"]
            lines += [report.job?.approval?.message, report.job?.approval?.link].compactMap { $0 }
        case .deployment:
            let service =
                report.deployment.map { "\($0.cluster)/\($0.service)" }
                ?? report.environment.map { "the environment \($0.environment)" } ?? ""
            let outcome = Deployment.Status(rawValue: occurrence.status) ?? .lost
            status = [.succeeded, .begun].contains(outcome) ? "success" : outcome == .cancelled ? "cancelled" : "failure"
            let spoken = occurrence.status.replacing("_", with: " ")
            title = "Deployment of \(run.repository) to \(service): \(spoken)"
            lines = ["\(place): the deployment to \(service) \(spoken)"]
        case .failure, .success, .always: break
        }
        if let reason = occurrence.reason, occasion != .approval { lines.append(reason) }
        if occurrence.attempt > 1, let reason = run.attemptReason { lines.append("attempt \(occurrence.attempt): \(reason)") }
        self.init(
            status: status, title: title, message: (lines + [url]).joined(separator: "\n"), repository: run.repository,
            workflow: run.workflow, ref: ref, commit: run.commit, actor: run.actor, runID: "\(run.id)",
            runNumber: "\(run.number)", job: report.job?.name ?? "", url: url)
    }
}

extension Conclusion {
    fileprivate var spoken: String { rawValue.replacing("_", with: " ") }
}
