internal import Plan
internal import Store

/// A job's request for an approval as the pages show it: with the form while it waits, then with the answer.
enum ApprovalValues {
    /// - Parameters:
    ///   - canOverride: whether the job's gate may be overridden now.
    ///   - isUnanswerable: whether no user of Slipway may answer, or override it.
    static func values(of job: Job, canOverride: Bool = false, isUnanswerable: Bool = false) -> PageValues {
        guard let approval = job.approval else { return ["hasApproval": false] }
        let answer = approval.answer
        return [
            "hasApproval": true, "answers": PageBlank.answers(to: approval),
            "earlier": (approval.earlier ?? []).map(earlierValues),
            "canOverride": canOverride && job.isOverridable,
            "isUnanswerable": isUnanswerable, "isInvestigation": approval.kind == .investigation,
            "jobID": job.id, "runID": job.runID, "jobName": job.name,
            "isPending": job.awaitsApproval, "message": Filled(approval.message),
            // Whatever the pipeline's author wrote must not become a script's address.
            "link": Filled(approval.link.flatMap { isWebAddress($0) ? $0 : nil }),
            "plainLink": Filled(approval.link.flatMap { isWebAddress($0) ? nil : $0 }),
            "audience": approval.audience, "environment": Filled(approval.environment), "since": HTMLText.time(approval.since),
            "until": HTMLText.time(approval.until),
            "verdict": verdict(answer, approval.kind), "isAnswered": answer != nil, "actor": Filled(answer?.actor),
            "comment": Filled(answer?.comment), "answered": HTMLText.time(answer?.date),
            "longest": ApprovalEndpoints.longestComment,
        ]
    }

    /// What was asked before, and what was said.
    private static func earlierValues(_ request: JobApproval) -> PageValues {
        [
            "verdict": verdict(request.answer, request.kind), "actor": Filled(request.answer?.actor),
            "comment": Filled(request.answer?.comment), "answered": HTMLText.time(request.answer?.date),
            "environment": Filled(request.environment), "message": Filled(request.message),
        ]
    }

    private static func verdict(_ answer: JobApproval.Answer?, _ kind: JobApproval.Kind) -> String {
        switch answer?.verdict {
        case .approved where kind == .override: "Overridden"
        case .approved: "Approved"
        case .rejected: "Rejected"
        case .timedOut: "Nobody answered in time"
        case nil: ""
        }
    }

    private static func isWebAddress(_ text: String) -> Bool {
        text.lowercased().hasPrefix("https://") || text.lowercased().hasPrefix("http://")
    }
}

extension WebSite {
    /// Those of the jobs whose request for an approval no user of Slipway may answer, and those whose gate none may override.
    func unanswerable(_ jobs: [Job]) async throws -> Set<Int64> {
        let waiting = jobs.filter { $0.awaitsApproval || $0.isOverridable }
        guard !waiting.isEmpty else { return [] }
        let people = try await store.users().filter { !$0.isDisabled }.map { user in
            Actor(name: user.name, role: user.role, teams: user.teams)
        }
        return Set(waiting.filter { !($0.approval?.isAnswerable(by: people) ?? true) }.map(\.id))
    }
}
