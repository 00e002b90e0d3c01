internal import Diagnostics

/// Variables have names that a shell can see, once each, and none that CodeBuild keeps for itself.
///
/// Rules: `variable-name`, `reserved-name`, `duplicate-variable`, `exported-variable`.
struct VariableCheck: BuildspecCheck {
    func check(_ buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        let environment = buildspec.environment
        let names =
            environment.variables.map(\.name) + environment.parameterStore.map(\.name) + environment.secretsManager.map(\.name)
        var seen: Set<String> = []
        for name in names {
            check(name, reportingTo: diagnostics)
            if !seen.insert(name.value).inserted {
                diagnostics.warning(
                    "duplicate-variable",
                    "\"\(name.value)\" is set twice in \"env\"; the secret goes before the parameter, and that"
                        + " before the text", at: name.range)
            }
        }
        for task in buildspec.batch?.environments ?? [] {
            for variable in task.variables { check(variable.name, reportingTo: diagnostics) }
        }
        for name in environment.exportedVariables where !Self.isName(name.value) || name.value.hasPrefix("AWS_") {
            diagnostics.warning(
                "exported-variable",
                "\"\(name.value)\" can't be exported: "
                    + (name.value.hasPrefix("AWS_") ? "its name begins with AWS_" : "it is no name of a variable"), at: name.range
            )
        }
    }

    private func check(_ name: Placed<String>, reportingTo diagnostics: DiagnosticCollector) {
        if !Self.isName(name.value) {
            diagnostics.warning(
                "variable-name",
                "no shell can see a variable called \"\(name.value)\"; expected letters, digits and \"_\", no digit first",
                at: name.range)
        } else if name.value.hasPrefix("CODEBUILD_") {
            diagnostics.warning(
                "reserved-name", "names that begin with CODEBUILD_ are kept for the build's own variables: \"\(name.value)\"",
                at: name.range)
        }
    }

    /// Whether a shell takes it for the name of a variable.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
    }
}

extension BuildspecBatch {
    /// The `env` of each of its tasks.
    var environments: [BuildspecTaskEnvironment] {
        switch kind {
        case .list(let tasks), .graph(let tasks): tasks.map(\.environment)
        case .matrix(let matrix): [matrix.environment]
        case .fanOut, nil: []
        }
    }
}
