internal import Expressions
internal import Plan

extension JobWalker {
    /// Ends the job: its containers, its outputs and its conclusion.
    func finish() throws(ExecutionError) -> JournalRecord.JobFinish {
        // Closing the place may take its time.
        try journal.flush()
        if let site {
            site.shells.end { [log] in log.append($0) }
            log.endOutput()
            defer { site.shells.awaitEnd() }
            if site.workplace.containerContext.isEmpty {
                site.workplace.close()
            } else {
                try step("Stop containers") { () throws(ExecutionError) in site.workplace.close() }
            }
        }
        // Nobody is left to call them, and the job's end is the journal's last word.
        parts.services?.stop()
        let outputs = assignment.job.outputs.isEmpty ? ExpressionObject() : try evaluateOutputs()
        let environmentURL = try assignment.job.deployment?.url.flatMap { template throws(ExecutionError) in
            try evaluateURL(template)
        }
        let conclusion = self.conclusion
        var finish = JournalRecord.JobFinish(
            conclusion: conclusion, reason: reason(of: conclusion).map(log.masked), outputs: outputs,
            continuesOnError: continuesOnError(), at: now(), logSize: log.size, environmentURL: environmentURL)
        finish.review = conclusion == .failure ? review : nil
        try journal.append(.jobFinished(finish))
        return finish
    }

    /// The job's outputs, in a step of their own that says what became of each.
    private func evaluateOutputs() throws(ExecutionError) -> ExpressionObject {
        var outputs = ExpressionObject()
        try step("Complete job") { () throws(ExecutionError) in
            var failure: ExecutionError?
            for output in assignment.job.outputs {
                do throws(ExecutionError) {
                    let value = try evaluator().text(output.value, in: "the job's outputs")
                    if value.isEmpty { continue }
                    guard !log.masks(value) else {
                        let warning = "the output \"\(output.name)\" is left out since it may hold a secret"
                        log.write("##[warning]\(warning)")
                        try annotate(.warning, warning)
                        continue
                    }
                    outputs[output.name] = .string(value)
                    log.write("Output \(output.name) is set")
                } catch {
                    failure = failure ?? ExecutionError("the output \"\(output.name)\": \(error.message)")
                }
            }
            if let failure { throw failure }
        }
        return outputs
    }

    /// The address of what was deployed: what is wrong with it makes no deployment a bad one.
    private func evaluateURL(_ template: Template) throws(ExecutionError) -> String? {
        let value: String
        do throws(ExecutionError) { value = try evaluator().text(template, in: "environment.url") } catch {
            try annotate(.warning, "the url of the environment can't be shown: \(error.message)")
            return nil
        }
        guard !value.isEmpty else { return nil }
        guard !log.masks(value) else {
            try annotate(.warning, "the url of the environment is left out since it may hold a secret")
            return nil
        }
        return value
    }

    /// Only where nothing but gates failed the job: what else failed nobody can approve.
    private var review: GateReview? {
        guard failureCount == reviews.count else { return nil }
        guard var review = GateReview.merging(reviews) else { return nil }
        review.message = log.masked(review.message)
        return review
    }

    private var conclusion: Conclusion {
        if lostReason != nil { return .lost }
        return switch status {
        case .success: .success
        case .failure: .failure
        case .cancelled: timedOut ? .timedOut : .cancelled
        }
    }

    private func reason(of conclusion: Conclusion) -> String? {
        switch conclusion {
        case .lost: lostReason
        case .cancelled: cancellation.reason
        case .timedOut: "the job took longer than its limit"
        case .failure: firstFailure
        default: nil
        }
    }

    private func continuesOnError() -> Bool {
        guard let template = assignment.job.continueOnError else { return false }
        return (try? evaluator().flag(template, in: "continue-on-error")) ?? false
    }
}
