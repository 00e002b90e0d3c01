internal import Diagnostics
internal import YAML

/// Filters of branches, tags and paths: sound patterns, and no filter beside its own `-ignore`.
///
/// Rules: `filter-pattern` (a warning where the pattern is sound but matches nothing), `filter-conflict`.
struct FilterCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for trigger in workflow.triggers {
            for filter in trigger.filters { check(filter, diagnostics) }
            let pairs = [
                (trigger.branches, trigger.branchesIgnore), (trigger.tags, trigger.tagsIgnore),
                (trigger.paths, trigger.pathsIgnore),
            ]
            for case (let filter?, let ignore?) in pairs {
                diagnostics.error(
                    "filter-conflict",
                    "\"\(filter.key.value)\" and \"\(ignore.key.value)\" exclude each other; use one of them, with \"!\" in front "
                        + "of what is to be left out",
                    at: max(filter.key.range.start, ignore.key.range.start) == filter.key.range.start
                        ? filter.key.range : ignore.key.range)
            }
        }
    }

    private func check(_ filter: WorkflowFilter, _ diagnostics: DiagnosticCollector) {
        for (pattern, node) in zip(filter.list.patterns, filter.nodes) {
            for flaw in pattern.flaws {
                let message = "\(flaw.message), in the pattern \"\(pattern.source)\""
                let length = pattern.source.unicodeScalars.count
                let range = length == 0 ? node.pointer : node.range(ofScalarOffsets: flaw.offset..<flaw.offset + 1)
                switch flaw.weight {
                case .malformed: diagnostics.error("filter-pattern", message, at: range)
                case .futile: diagnostics.warning("filter-pattern", message, at: range)
                }
            }
        }
        let isIgnore = filter.key.value.hasSuffix("-ignore")
        if !isIgnore, !filter.list.patterns.isEmpty, filter.list.patterns.allSatisfy(\.isNegative) {
            diagnostics.warning(
                "filter-pattern", "\"\(filter.key.value)\" only leaves out and so matches nothing; add a pattern without \"!\"",
                at: filter.key.range)
        }
    }
}
