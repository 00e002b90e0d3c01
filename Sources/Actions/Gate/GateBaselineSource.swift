internal import Execution
internal import FoundationEssentials
internal import Gates
internal import Glibc
internal import Plan

/// Gets the metrics that a gate compares with.
struct GateBaselineSource {
    /// Seconds that the daemon has to answer. A restart of it takes some.
    static let patience = 300.0

    let invocation: ActionInvocation
    let inputs: GateInputs
    /// Of the gate.
    let number: Int
    /// Seconds.
    let patience: Double

    struct Found {
        var baseline: GateBaseline?
        var metrics: MetricTable?
        /// What is to be said where there is none.
        var note: String?
        /// Whether there should be one.
        var isMissed = false
        /// Of a file that can't be read.
        var problem: MetricProblem?

        static func nothing(_ note: String?) -> Found { Found(note: note) }
    }

    /// Why the daemon's answer is not there.
    private struct Unanswered: Error {
        let message: String
    }

    /// - Throws: where the job is stopped. A file that can't be read, and a daemon that does not answer, fail the conditions on the
    ///   baseline, and leave what was measured.
    func find(_ files: GateFiles) throws(ActionFailure) -> Found {
        switch inputs.baseline {
        case .none: return .nothing(inputs.usesBaseline ? "The gate has no baseline (baseline: none)" : nil)
        case .file(let path):
            var table = MetricTable()
            do throws(MetricProblem) { try files.read(path, into: &table) } catch {
                return Found(note: "The baseline can't be read: \(error.description)", isMissed: true, problem: error)
            }
            return Found(baseline: GateBaseline(words: "the file \(path)"), metrics: table)
        case .asked(let source):
            guard invocation.assignment.isFollowed == true else {
                let remark =
                    "There is no daemon here, which would know the baseline: give the gate one by \"baseline: file:PATH\""
                return .nothing(inputs.usesBaseline ? remark : nil)
            }
            let answer: BaselineAnswer
            switch try ask(source) {
            case .success(let told): answer = told
            case .failure(let reason):
                return Found(note: inputs.usesBaseline ? "There is no baseline: \(reason.message)" : nil, isMissed: true)
            }
            if let baseline = answer.baseline {
                return Found(baseline: baseline, metrics: MetricTable(answer.metrics))
            }
            var found = Found.nothing(inputs.usesBaseline ? answer.note.map { "There is no baseline: \($0)" } : nil)
            found.isMissed = answer.absence != .notYet
            return found
        }
    }

    private func ask(_ source: BaselineRequest.Source) throws(ActionFailure) -> Result<BaselineAnswer, Unanswered> {
        // By the name under which the store has it.
        invocation.askForBaseline(BaselineRequest(number: number, gate: invocation.masked(inputs.name), source: source))
        let path = invocation.assignment.folder.baseline(number: number)
        let start = Date()
        var isTold = false
        while true {
            if Folder.exists(path) { return read(path) }
            guard !invocation.isCancelled else { throw ActionFailure("stopped while it waited for its baseline") }
            let waited = Date().timeIntervalSince(start)
            if waited > 5, !isTold {
                isTold = true
                invocation.log("Waiting for the daemon to tell the baseline…")
            }
            guard waited < patience else {
                return .failure(
                    Unanswered(
                        message: "the daemon did not tell it within \(Int(patience)) seconds: see that it runs, and rerun the job"
                    ))
            }
            usleep(waited < 1 ? 10_000 : 100_000)
        }
    }

    private func read(_ path: String) -> Result<BaselineAnswer, Unanswered> {
        do {
            let text = try Folder.read(path, limit: 4 << 20)
            return .success(try JSONDecoder().decode(BaselineAnswer.self, from: Data(text.utf8)))
        } catch {
            return .failure(Unanswered(message: "what the daemon told of it can't be read: \(error)"))
        }
    }
}
