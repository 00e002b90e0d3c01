internal import Expressions
internal import Plan
internal import Store

extension RunMachine {
    /// Whether a failed cell stops its siblings; `fail-fast` is on unless the file says otherwise.
    func failsFast(_ job: Job) -> Bool {
        guard job.matrix != nil, let strategy = state.plan.job(job.key)?.strategy else { return false }
        guard let template = strategy.failFast else { return true }
        return (try? template.flag(in: strategyContext(of: job))) ?? true
    }

    /// The most cells of the job's matrix that may run at a time.
    func parallelLimit(of job: Job) -> Int {
        guard job.matrix != nil, let template = state.plan.job(job.key)?.strategy?.maxParallel else { return .max }
        guard case .number(let limit)? = try? template.evaluate(in: strategyContext(of: job)).asNumber, limit >= 1 else {
            return .max
        }
        // A file may ask for more than an Int holds.
        return limit < Double(MatrixExpansion.limit) ? Int(limit) : .max
    }

    var hasQueuedJobs: Bool { state.jobs.contains { $0.status == .queued } }

    /// Queued jobs that their matrix lets start, oldest first.
    var startable: [Job] {
        var running: [String: Int] = [:]
        for job in state.jobs where job.status == .running { running[job.key, default: 0] += 1 }
        var startable: [Job] = []
        for job in state.jobs where job.status == .queued {
            guard running[job.key, default: 0] < parallelLimit(of: job) else { continue }
            running[job.key, default: 0] += 1
            startable.append(job)
        }
        return startable
    }

    private func strategyContext(of job: Job) -> EvaluationContext {
        guard let plan = state.plan.job(job.key) else { return EvaluationContext(contexts: ExpressionObject()) }
        return EvaluationContext(contexts: contexts.beforeStart(of: job, plan: plan, matrix: job.matrix))
    }
}

extension ExpressionValue {
    /// A number, also where it was written as text.
    var asNumber: ExpressionValue {
        if case .string(let text) = self, let number = Double(text) { return .number(number) }
        return self
    }
}

/// The name a job is shown by: its own, or its key with the cell's values as GitHub adds them.
enum JobName {
    static func name(of plan: JobPlan, matrix: ExpressionObject?, in context: EvaluationContext) -> String {
        if let template = plan.name, let name = try? template.text(in: context) {
            guard let matrix, template.isLiteral else { return name }
            return name + suffix(matrix)
        }
        return plan.key + (matrix.map(suffix) ?? "")
    }

    private static func suffix(_ matrix: ExpressionObject) -> String {
        let values = matrix.values.flatMap(leaves).filter { !$0.isEmpty }
        return values.isEmpty ? "" : " (\(values.joined(separator: ", ")))"
    }

    private static func leaves(_ value: ExpressionValue) -> [String] {
        switch value {
        case .object(let object): object.values.flatMap(leaves)
        case .array(let values): values.flatMap(leaves)
        default: [value.displayString]
        }
    }
}

/// Whether this host can take a job, by the labels of its `runs-on`.
enum ExecutorLabels {
    enum Match: Equatable {
        case host
        case refused(reason: String)
    }

    private static let foreign = ["windows", "macos"]

    static func match(_ templates: [Template], in context: EvaluationContext) -> Match {
        var labels: [String] = []
        for template in templates {
            do { labels += self.labels(try template.evaluate(in: context)) } catch {
                return .refused(reason: "can't evaluate runs-on (\(template.source)): \(error.message)")
            }
        }
        for label in labels {
            let name = label.lowercased()
            if foreign.contains(where: { name == $0 || name.hasPrefix("\($0)-") }) {
                return .refused(reason: "no executor here for runs-on \"\(label)\": this host runs Linux jobs")
            }
        }
        return .host
    }

    private static func labels(_ value: ExpressionValue) -> [String] {
        switch value {
        case .array(let values): values.map(\.displayString)
        case .object(let object): labels(object["labels"] ?? .null)
        default: [value.displayString]
        }
    }
}

/// Says in a sentence how a run ended.
enum RunReason {
    static func reason(of jobs: [Job], conclusion: Conclusion, cancelReason: String?) -> String? {
        switch conclusion {
        case .success: return nil
        case .cancelled where cancelReason != nil: return cancelReason
        case .skipped: return "no job's condition holds"
        default: break
        }
        let culprits = jobs.filter { $0.effectiveConclusion == conclusion }
        guard let first = culprits.first else { return nil }
        let others = culprits.count > 1 ? " and \(culprits.count - 1) more" : ""
        return "job \(first.name)\(others): \(first.reason ?? conclusion.rawValue)"
    }
}
