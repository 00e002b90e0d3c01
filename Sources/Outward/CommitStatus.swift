internal import FoundationEssentials
internal import Plan
internal import Signing
internal import Store

/// What a forge shows beside a commit, before it is put into that forge's words.
struct CommitStatus: Codable, Equatable {
    enum State: String, Codable {
        case pending
        case running
        case success
        case failure
        /// Nothing is said about the code: lost, refused.
        case error
        case cancelled
        case skipped
        case timedOut = "timed_out"
    }

    /// What the forges take of a description.
    static let longestDescription = 140
    /// In bytes.
    private static let longestContext = 250

    var commit: String
    /// The branch or the tag; nil where the ref is neither.
    var ref: String?
    var context: String
    var state: State
    var description: String
    var url: String
    /// What tells the run's attempt, and its job, from others on this host.
    var externalID: String

    /// Nil where a forge has nothing to show: a rollback, or what is not about a run or a job.
    init?(_ report: OccurrenceReport, _ forge: ForgeTarget, pageURL: String) {
        let (occurrence, run) = (report.occurrence, report.run)
        guard run.event != Event.rollback, run.commit.count == 40 || run.commit.count == 64 else { return nil }
        commit = run.commit
        let reference = GitReference(run.ref)
        ref = reference.branch ?? reference.tag
        let event = run.event.hasPrefix("pull_request") ? " (\(run.event))" : ""
        let mark = StatusMark(context: forge.context, pageURL: pageURL)
        var words = [run.workflow]
        switch occurrence.kind {
        case .runQueued, .runStarted, .runCompleted:
            url = mark.address(ofRun: run.id)
            externalID = "run-\(run.id)-attempt-\(occurrence.attempt)"
        case .jobStarted, .jobCompleted:
            guard forge.tellsJobs, let job = report.job else { return nil }
            words.append(job.name)
            url = mark.address(ofJob: job.id)
            externalID = "run-\(run.id)-job-\(job.id)"
        case .approvalRequested, .approvalAnswered, .deploymentStarted, .deploymentCompleted, .environmentStarted,
            .environmentCompleted:
            return nil
        }
        context = Self.bounded(mark.name(of: words) + event)
        state = Self.state(occurrence)
        let text = Self.description(report, state)
        description = Self.shortened(forge.kind == .github ? text.withoutLargeScalars : text)
    }

    /// What the forges take; names that are longer stay apart by a digest at their end.
    private static func bounded(_ context: String) -> String {
        guard context.utf8.count > longestContext else { return context }
        return context.prefix(40) + "… " + SHA256.hexadecimal(context).prefix(12)
    }

    private static func state(_ occurrence: Occurrence) -> State {
        switch occurrence.kind {
        case .runQueued: return .pending
        case .runStarted, .jobStarted: return .running
        default: break
        }
        switch occurrence.conclusion {
        case .success: return .success
        case .failure: return .failure
        case .timedOut: return .timedOut
        case .cancelled: return .cancelled
        case .skipped: return .skipped
        case .lost, .refused, nil: return .error
        }
    }

    private static func description(_ report: OccurrenceReport, _ state: State) -> String {
        let occurrence = report.occurrence
        let attempt = occurrence.attempt > 1 ? " (attempt \(occurrence.attempt))" : ""
        let text =
            switch state {
            case .pending: "Waits to start\(attempt)"
            case .running: "Runs\(attempt)"
            case .success: "Succeeded\(duration(report))\(attempt)"
            case .failure: "Failed\(attempt)" + reason(occurrence)
            case .timedOut: "Took too long\(attempt)" + reason(occurrence)
            case .cancelled: "Cancelled\(attempt)" + reason(occurrence)
            case .skipped: "Skipped" + reason(occurrence)
            case .error:
                (occurrence.conclusion == .refused ? "Refused" : "Lost: no verdict about the code") + attempt + reason(occurrence)
            }
        return text
    }

    private static func reason(_ occurrence: Occurrence) -> String {
        occurrence.reason.map { ": \($0.split(whereSeparator: \.isNewline).joined(separator: " "))" } ?? ""
    }

    private static func duration(_ report: OccurrenceReport) -> String {
        let start = report.occurrence.jobID == nil ? report.run.startedAt : report.job?.startedAt
        guard let start else { return "" }
        let seconds = max(0, Int(report.occurrence.date.timeIntervalSince(start)))
        let text =
            seconds < 60
            ? "\(seconds) s"
            : seconds < 3600 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds / 60 % 60) min"
        return " in \(text)"
    }

    /// The forges count scalars, not what a reader takes for one character.
    private static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return scalars.count <= longestDescription ? text : String(scalars.prefix(longestDescription - 1)) + "…"
    }
}

extension String {
    /// Without emoji and other scalars of four bytes: GitHub refuses a status whose description has one.
    fileprivate var withoutLargeScalars: String {
        let kept = String(String.UnicodeScalarView(unicodeScalars.filter { $0.value <= 0xFFFF && $0.value != 0xFE0F }))
        return kept == self ? self : kept.split(separator: " ").joined(separator: " ")
    }
}
