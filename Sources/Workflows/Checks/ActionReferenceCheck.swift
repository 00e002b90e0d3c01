internal import Diagnostics

/// `uses` of a step is `owner/repository[/path]@ref`, `$/path`, `./path` or `docker://image`; `uses` of a job is a workflow file of
/// this repository, or of another one with `@ref`. Rule: `action-reference`.
struct ActionReferenceCheck: WorkflowCheck {
    private static let folder = ".github/workflows/"

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            for case .action(let action) in job.steps.withInnerSteps.map(\.work) where !Self.isAction(action.reference.value) {
                diagnostics.error(
                    "action-reference",
                    "expected \"owner/repository@ref\", \"owner/repository/path@ref\", \"$/path\", \"./path\" or \"docker://image\", "
                        + "found \"\(action.reference.value)\"",
                    at: action.reference.range)
            }
            if let call = job.call, let problem = Self.problem(withCallOf: call.workflow.value) {
                diagnostics.error("action-reference", problem, at: call.workflow.range)
            }
        }
    }

    private static func isAction(_ reference: String) -> Bool {
        if reference.hasPrefix("./") || reference.hasPrefix(".\\") { return true }
        // An action of the file's own repository and commit: there is no other ref to name.
        if reference.hasPrefix("$/") { return reference.utf8.count > 2 && !reference.contains("@") }
        if reference.hasPrefix("docker://") { return reference.utf8.count > "docker://".utf8.count }
        // Slipway's own come with it: there is no version to choose.
        if reference.lowercased().hasPrefix("slipway/"), LanguageSupport.builtInAction(reference)?.name == reference.lowercased()
        {
            return true
        }
        let parts = reference.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return false }
        let names = parts[0].split(whereSeparator: { $0 == "/" || $0 == "\\" })
        return names.count >= 2 && !parts[0].hasPrefix("/")
    }

    /// What is wrong with the `uses` of a job; nil where nothing is.
    static func problem(withCallOf workflow: String) -> String? {
        let isLocal = workflow.hasPrefix("./")
        let parts = workflow.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if isLocal, parts.count > 1 { return "a workflow of this repository is called without \"@\(parts[1])\"" }
        if !isLocal, parts.count < 2 || parts[1].isEmpty {
            return "expected \"owner/repository/\(folder)file.yml@ref\" or \"./\(folder)file.yml\", found \"\(workflow)\""
        }
        let path = isLocal ? String(workflow.dropFirst(2)) : pathInRepository(parts[0])
        guard let path, path.hasPrefix(folder), !path.dropFirst(folder.count).contains("/") else {
            return "a workflow that is called has to stand in \"\(folder)\" itself, found \"\(workflow)\""
        }
        guard path.hasSuffix(".yml") || path.hasSuffix(".yaml") else {
            return "a workflow's file ends with \".yml\" or \".yaml\", found \"\(workflow)\""
        }
        return nil
    }

    private static func pathInRepository(_ text: String) -> String? {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return String(parts[2])
    }
}
