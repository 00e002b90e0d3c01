internal import Execution
internal import FoundationEssentials
internal import Gates
internal import Glibc
internal import Plan

/// Gets the metrics that a gate compares with.
struct GateBaselineSource {
    /// How long the daemon has to answer. A restart of it takes seconds.
    private static let patience = 300.0

    let invocation: ActionInvocation
    let inputs: GateInputs
    /// Of the gate.
    let number: Int

    struct Found {
        var baseline: GateBaseline?
        var metrics: MetricTable?
        /// What is to be said where there is none.
        var note: String?
        /// Whether there should be one.
        var isMissed = false

        static func nothing(_ note: String?) -> Found { Found(note: note) }
    }

    /// - Throws: `MetricProblem` where it is a file that can't be read; `ActionFailure` where the daemon does not answer.
    func find(_ files: GateFiles) throws(ActionFailure) -> Found {
        switch inputs.baseline {
        case .none: return .nothing(inputs.usesBaseline ? "The gate has no baseline (baseline: none)" : nil)
        case .file(let path):
            var table = MetricTable()
            do throws(MetricProblem) { try files.read(path, into: &table) } catch {
                throw ActionFailure("the baseline can't be read: \(error.description)")
            }
            return Found(baseline: GateBaseline(words: "the file \(path)"), metrics: table)
        case .asked(let source):
            guard invocation.assignment.isFollowed == true else {
                let remark =
                    "There is no daemon here, which would know the baseline: give the gate one by \"baseline: file:PATH\""
                return .nothing(inputs.usesBaseline ? remark : nil)
            }
            let answer = try ask(source)
            if let baseline = answer.baseline {
                return Found(baseline: baseline, metrics: MetricTable(answer.metrics))
            }
            var found = Found.nothing(inputs.usesBaseline ? answer.note.map { "There is no baseline: \($0)" } : nil)
            found.isMissed = answer.absence != .notYet
            return found
        }
    }

    private func ask(_ source: BaselineRequest.Source) throws(ActionFailure) -> BaselineAnswer {
        // By the name under which the store has it.
        invocation.askForBaseline(BaselineRequest(number: number, gate: invocation.masked(inputs.name), source: source))
        let path = invocation.assignment.folder.baseline(number: number)
        let start = Date()
        var isTold = false
        while true {
            if Folder.exists(path) { return try read(path) }
            guard !invocation.isCancelled else { throw ActionFailure("stopped while it waited for its baseline") }
            let waited = Date().timeIntervalSince(start)
            if waited > 5, !isTold {
                isTold = true
                invocation.log("Waiting for the daemon to tell the baseline…")
            }
            guard waited < Self.patience else {
                throw ActionFailure(
                    "the daemon did not tell the baseline within \(Int(Self.patience)) seconds: see that it runs, and rerun the job"
                )
            }
            usleep(waited < 1 ? 10_000 : 100_000)
        }
    }

    private func read(_ path: String) throws(ActionFailure) -> BaselineAnswer {
        do {
            return try JSONDecoder().decode(BaselineAnswer.self, from: Data(try Folder.read(path, limit: 4 << 20).utf8))
        } catch {
            throw ActionFailure("can't read the baseline that the daemon told: \(error)")
        }
    }
}
