internal import Diagnostics
internal import Workflows

/// Names that have to be unlike: stages, the actions of a stage, namespaces, and artifacts; and that every artifact which an
/// action takes was made by one before it.
///
/// Rules: `duplicate-name`, `artifact`.
struct PipelineNames {
    /// The commit that started the pipeline.
    static let sourceArtifact = "SourceArtifact"

    let diagnostics: DiagnosticCollector

    func check(_ pipeline: Pipeline) {
        checkUnique(pipeline.stages.map(\.name), kind: "stage", place: "the pipeline")
        for stage in pipeline.stages {
            checkUnique(stage.actions.map(\.name), kind: "action", place: "the stage \"\(stage.name.value)\"")
        }
        let actions = pipeline.stages.flatMap(\.actions)
        checkUnique(actions.compactMap(\.namespace), kind: "namespace", place: "the pipeline")
        checkUnique(actions.flatMap(\.outputs), kind: "output artifact", place: "the pipeline")
        checkArtifacts(of: pipeline)
    }

    /// Case does not count: names of jobs don't differ by it either.
    private func checkUnique(_ names: [Located<String>], kind: String, place: String) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name.value.lowercased()).inserted {
            diagnostics.error("duplicate-name", "\(place) has the \(kind) \"\(name.value)\" twice", at: name.range)
        }
    }

    private func checkArtifacts(of pipeline: Pipeline) {
        var known: Set<String> = [Self.sourceArtifact]
        for stage in pipeline.stages {
            for group in stage.runOrders {
                for input in group.actions.flatMap(\.inputs) where !known.contains(input.value) {
                    diagnostics.error(
                        "artifact",
                        "no action before this one has the output artifact \"\(input.value)\"; known are: "
                            + known.sorted().joined(separator: ", "), at: input.range)
                }
                for output in group.actions.flatMap(\.outputs) {
                    check(output)
                    known.insert(output.value)
                }
            }
        }
    }

    private func check(_ output: Located<String>) {
        let isSound =
            output.value != Self.sourceArtifact
            && output.value.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
            } && (1...100).contains(output.value.utf8.count)
        guard !isSound else { return }
        diagnostics.error(
            "artifact",
            "\"\(output.value)\" is no name for an artifact: use up to 100 letters, digits, \"_\" and \"-\", and not "
                + Self.sourceArtifact, at: output.range)
    }
}
