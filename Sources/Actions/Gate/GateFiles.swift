internal import Archives
internal import Execution
internal import Gates

/// The files of metrics of a job.
struct GateFiles {
    static let mostFiles = 200

    private let files: JobFiles
    private let inputs: GateInputs

    init(_ invocation: ActionInvocation, _ inputs: GateInputs) throws(ActionFailure) {
        files = try JobFiles(invocation)
        self.inputs = inputs
    }

    /// Reads all that the gate's patterns name, each file once.
    ///
    /// - Returns: what can't be read of it.
    func readAll(into table: inout MetricTable) throws(ActionFailure) -> [MetricProblem] {
        var problems: [MetricProblem] = []
        var seen: Set<String> = []
        for pattern in inputs.patterns where !pattern.hasPrefix("!") {
            let excluded = inputs.patterns.filter { $0.hasPrefix("!") }
            let found = try files.search(([pattern] + excluded).joined(separator: "\n"), .init()).found.filter { !$0.isFolder }
            if found.isEmpty {
                problems.append(
                    MetricProblem(
                        "there is no such file in \(files.workspace): the evaluation did not write it, or wrote it elsewhere",
                        file: pattern))
            }
            for path in found.map(\.path) where seen.insert(path).inserted {
                guard seen.count <= Self.mostFiles else {
                    problems.append(MetricProblem("these are more than \(Self.mostFiles) files", file: pattern))
                    return problems
                }
                do throws(MetricProblem) { try read(path, into: &table) } catch { problems.append(error) }
            }
        }
        return problems
    }

    func read(_ path: String, into table: inout MetricTable) throws(MetricProblem) {
        let shown = path.hasPrefix(files.workspace + "/") ? String(path.dropFirst(files.workspace.count + 1)) : path
        let bytes: [UInt8]?
        do throws(ArchiveError) { bytes = try files.map.bytes(of: files.absolute(path), limit: MetricReader.largestFile) } catch {
            throw MetricProblem(error.message, file: shown)
        }
        guard let bytes else { throw MetricProblem("there is no such file", file: shown) }
        try MetricReader.read(bytes, file: shown, format: inputs.format, within: inputs.within, into: &table)
    }
}
