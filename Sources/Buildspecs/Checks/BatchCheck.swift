internal import Diagnostics

/// The tasks of a batch can be told apart, depend on each other without going in circles, and have something to run.
///
/// Rules: `identifier`, `duplicate-identifier`, `unknown-dependency`, `cycle`, `task-without-phases`, `unsupported`.
struct BatchCheck: BuildspecCheck {
    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        guard let batch = buildspec.batch else { return }
        checkSystems(of: batch, reportingTo: diagnostics)
        let hasPhases = !buildspec.phases.isEmpty
        switch batch.kind {
        case .list(let tasks), .graph(let tasks):
            checkIdentifiers(of: tasks, reportingTo: diagnostics)
            checkDependencies(of: tasks, reportingTo: diagnostics)
            for task in tasks where task.buildspec == nil && !hasPhases { needPhases(at: task.range, diagnostics) }
        case .matrix(let matrix):
            checkAxes(of: matrix, reportingTo: diagnostics)
            if matrix.buildspecs.isEmpty, !hasPhases { needPhases(at: matrix.range, diagnostics) }
        case .fanOut(let fanOut):
            if !hasPhases { needPhases(at: fanOut.range, diagnostics) }
        case nil: return
        }
    }

    private func needPhases(at range: SourceRange, _ diagnostics: DiagnosticCollector) {
        diagnostics.error(
            "task-without-phases",
            "this task has nothing to run: the file has no \"phases\", and the task names no \"buildspec\"",
            at: range)
    }

    private func checkSystems(of batch: BuildspecBatch, reportingTo diagnostics: DiagnosticCollector) {
        for type in batch.environments.compactMap(\.type) where type.value.uppercased().hasPrefix("WINDOWS") {
            diagnostics.warning(
                Obstacle.rule, "\"\(type.value)\" asks for Windows, which is not supported: builds run on Linux", at: type.range)
        }
    }

    private func checkIdentifiers(of tasks: [BuildspecTask], reportingTo diagnostics: DiagnosticCollector) {
        var seen: Set<String> = []
        for identifier in tasks.compactMap(\.identifier) {
            if !identifier.value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }) {
                diagnostics.error(
                    "identifier", "expected an identifier of letters, digits, \"_\" and \"-\", found \"\(identifier.value)\"",
                    at: identifier.range)
            }
            if !seen.insert(identifier.value).inserted {
                diagnostics.error(
                    "duplicate-identifier", "there is another task \"\(identifier.value)\"", at: identifier.range)
            }
        }
    }

    private func checkDependencies(of tasks: [BuildspecTask], reportingTo diagnostics: DiagnosticCollector) {
        let known = Set(tasks.compactMap(\.identifier?.value))
        for task in tasks {
            for need in task.dependsOn where !known.contains(need.value) {
                diagnostics.error("unknown-dependency", "there is no task \"\(need.value)\" in this batch", at: need.range)
            }
        }
        var open = tasks
        while let index = open.firstIndex(where: { task in
            !task.dependsOn.contains { need in open.contains { $0.identifier?.value == need.value } }
        }) {
            open.remove(at: index)
        }
        for task in open {
            guard let identifier = task.identifier else { continue }
            diagnostics.error(
                "cycle", "the task \"\(identifier.value)\" waits for itself, through those that it depends on",
                at: identifier.range)
        }
    }

    private func checkAxes(of matrix: BuildspecMatrix, reportingTo diagnostics: DiagnosticCollector) {
        for axis in matrix.axes where ["include", "exclude", "image"].contains(axis.name.value.lowercased()) {
            diagnostics.error(
                "matrix-variable", "a variable of a matrix can't be called \"\(axis.name.value)\" here; give it another name",
                at: axis.name.range)
        }
        if matrix.axes.isEmpty, matrix.images.isEmpty, matrix.buildspecs.isEmpty {
            diagnostics.warning("empty-matrix", "this matrix has one build only: nothing in \"dynamic\" varies", at: matrix.range)
        }
    }
}
