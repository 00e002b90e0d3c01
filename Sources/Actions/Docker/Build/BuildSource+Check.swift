internal import Diagnoses
internal import Docker
internal import Execution

extension BuildSource {
    /// Refuses a build that would end, minutes later, at a file that is not in its context: a model that Git or an ignore file
    /// leaves out, say.
    func checkCopies(of definition: BuildDefinition, rules: IgnoreRules) throws(ActionFailure) {
        guard let text = dockerfileText else { return }
        let missing = CopySourceCheck(workspace: invocation.folders.workspace, context: folder).missing(
            dockerfile: text, target: definition.target, arguments: definition.arguments.compactMapValues { $0 }, rules: rules)
        guard !missing.isEmpty else { return }
        let name = if case .inContext(let path) = dockerfile { path } else { "Dockerfile" }
        let lines = missing.map { "\(name):\($0.line): \($0.message)" }
        throw ActionFailure("the image can't be built, and nothing was:\n" + lines.joined(separator: "\n"))
    }
}
