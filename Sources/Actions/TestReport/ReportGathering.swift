internal import Archives
public import Execution
internal import Expressions
internal import FoundationEssentials
public import Plan
internal import Reports

/// Reads the files that a report is made of, and keeps what they say in the job's folder.
///
/// A file with a mistake costs the report nothing but that file: it is told by an annotation with its line. That tests failed is no
/// failure of the step: whoever ran them has said so.
public struct ReportGathering {
    /// Files of one report, and mistakes that are told of them.
    private static let mostFiles = 5000
    private static let mostProblems = 20

    private let plan: ReportPlan

    public init(_ plan: ReportPlan) { self.plan = plan }

    /// - Throws: `ActionFailure` where a pattern is none, or the job's folder can't be written.
    public func gather(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let paths = try paths(invocation)
        guard !paths.isEmpty else { return nothingFound(invocation) }
        var builder = ReportBuilder(plan.format, masked: invocation.masked)
        var result = ActionResult()
        let files = try JobFiles(invocation)
        var readCount = 0
        for path in paths.prefix(Self.mostFiles) {
            if invocation.isCancelled { return result }
            let shown = Self.shown(path, in: invocation)
            do throws(ReportProblem) {
                try read(path, of: files, into: &builder)
                readCount += 1
            } catch {
                note(error, of: shown, in: &result, invocation)
            }
        }
        if paths.count > Self.mostFiles {
            warn("of \(paths.count) files the first \(Self.mostFiles) were read", &result, invocation)
        }
        guard readCount > 0 else { return result }
        let report = try keep(&builder, invocation)
        result.reports = [report]
        result.outputs = report.outputs
        let count = readCount == 1 ? "1 file" : "\(readCount) files"
        invocation.log("The report \"\(report.name)\" of \(count): \(report.sentence)")
        return result
    }

    // MARK: - Files

    private func paths(_ invocation: ActionInvocation) throws(ActionFailure) -> [String] {
        let files = try JobFiles(invocation)
        let base = plan.baseDirectory.map { files.absolute($0) } ?? files.workspace
        let patterns = plan.files.map {
            $0.hasPrefix("/") || $0.hasPrefix("~") ? $0 : $0.hasPrefix("!") ? "!\(base)/\($0.dropFirst())" : "\(base)/\($0)"
        }
        return try files.search(patterns.joined(separator: "\n"), .init()).found.filter { !$0.isFolder }.map(\.path)
    }

    private func read(_ path: String, of files: JobFiles, into builder: inout ReportBuilder) throws(ReportProblem) {
        guard !plan.format.isJSON else {
            let text: String?
            do throws(ArchiveError) { text = try files.map.text(of: path, limit: ReportReader.longestJSON) } catch {
                throw ReportProblem(error.message)
            }
            guard let text else { throw ReportProblem("it is gone") }
            return try ReportReader.read(Array(text.utf8), into: &builder)
        }
        let file: OpenFile
        do throws(ArchiveError) { file = try files.map.open(reading: path) } catch { throw ReportProblem(error.message) }
        try ReportReader.read(descriptor: file.descriptor, into: &builder)
        withExtendedLifetime(file) {}
    }

    private static func shown(_ path: String, in invocation: ActionInvocation) -> String {
        let prefix = invocation.folders.workspace.inside + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.utf8.count)) : path
    }

    private func keep(_ builder: inout ReportBuilder, _ invocation: ActionInvocation) throws(ActionFailure) -> Report {
        let folder = invocation.assignment.folder
        let number = ReportShelf.nextNumber(in: folder)
        let (report, content) = builder.finish(
            number: number, name: plan.displayName, at: Date(), shown: { Self.shown($0, in: invocation) })
        do throws(ExecutionError) { try ReportShelf.write(content, number: number, in: folder) } catch {
            throw ActionFailure(error.message)
        }
        return report
    }

    // MARK: - Remarks

    private func nothingFound(_ invocation: ActionInvocation) -> ActionResult {
        var result = ActionResult()
        warn(
            "No files were found for the report \"\(plan.displayName)\": \(plan.files.joined(separator: ", "))", &result,
            invocation)
        return result
    }

    private func warn(_ message: String, _ result: inout ActionResult, _ invocation: ActionInvocation) {
        invocation.log("##[warning]\(message)")
        result.annotations.append(Annotation(level: .warning, message: message))
    }

    private func note(
        _ problem: ReportProblem, of file: String, in result: inout ActionResult, _ invocation: ActionInvocation
    ) {
        let place = problem.line.map { "\(file):\($0)" } ?? file
        invocation.log("##[error]\(place): \(problem.message)")
        guard result.annotations.count < Self.mostProblems else { return }
        result.annotations.append(
            Annotation(
                level: .error, message: "the report can't be read: \(problem.message)", title: plan.displayName, file: file,
                line: problem.line))
    }
}

extension Report {
    fileprivate var outputs: ExpressionObject {
        var outputs = ExpressionObject()
        if let tests {
            outputs["total"] = .string(String(tests.total))
            outputs["passed"] = .string(String(tests.passed))
            outputs["failed"] = .string(String(tests.bad))
            outputs["skipped"] = .string(String(tests.skipped))
        }
        if let rate = coverage?.lineRate { outputs["line-rate"] = .string(PercentText.text(rate)) }
        return outputs
    }

    fileprivate var sentence: String {
        if let tests {
            return "\(tests.total) tests, \(tests.passed) passed, \(tests.bad) failed, \(tests.skipped) skipped"
        }
        guard let coverage, let rate = coverage.lineRate else { return "no line of code" }
        let branches = coverage.branchRate.map { ", \(PercentText.text($0)) % of \(coverage.branches) branches" } ?? ""
        return "\(PercentText.text(rate)) % of \(coverage.lines) lines\(branches)"
    }
}
