public import Diagnostics
public import YAML

/// `on` of a file in another language, which starts as workflows do: read and checked by the same rules.
public enum TriggerSection {
    /// A value that whoever starts the file by hand may give: a text with a default.
    public struct Variable: Sendable {
        public let name: Located<String>
        public let description: String?
        /// The node of the default; a scalar.
        public let defaultValue: YAMLNode

        public init(name: Located<String>, description: String? = nil, defaultValue: YAMLNode) {
            self.name = name
            self.description = description
            self.defaultValue = defaultValue
        }
    }

    /// - Parameters:
    ///   - node: the value of `on`; nil where there is none: the file is started by hand only.
    ///   - variables: what a start by hand takes, beside the inputs of `on.workflow_dispatch`.
    /// - Returns: a workflow that has nothing but its name and what triggers it. It can always be started by hand.
    public static func read(
        _ node: YAMLNode?, key: YAMLNode?, path: String, name: Located<String>?, variables: [Variable],
        reportingTo diagnostics: DiagnosticCollector
    ) -> Workflow {
        let context = SyntaxContext(diagnostics: diagnostics)
        var workflow = Workflow(path: path)
        workflow.name = name
        if let node {
            TriggerReader(context: context).read(node, keyRange: key?.range ?? node.pointer, into: &workflow)
        }
        for trigger in workflow.triggers where trigger.event.value == "workflow_call" {
            diagnostics.error(
                "unknown-event", "only a workflow can be called: leave \"workflow_call\" out", at: trigger.event.range)
        }
        if workflow.trigger("workflow_dispatch") == nil {
            let range = key?.range ?? SourceRange(line: 1, column: 1)
            workflow.triggers.append(WorkflowTrigger(event: Located("workflow_dispatch", range: range)))
        }
        if let index = workflow.triggers.firstIndex(where: { $0.event.value == "workflow_dispatch" }) {
            workflow.triggers[index].inputs += variables.map { variable in
                var input = WorkflowInput(name: variable.name)
                input.description = variable.description
                input.defaultText = context.text(
                    variable.defaultValue, at: .literal("variables.\(variable.name.value)"))
                return input
            }
        }
        if let patterns = workflow.trigger("push")?.branches?.list.patterns, patterns.count == 1 {
            workflow.sourceBranch = patterns[0].literal
        }
        let checks: [any WorkflowCheck] = [ActivityTypeCheck(), FilterCheck(), ScheduleCheck(), InputCheck()]
        for check in checks { check.check(workflow, reportingTo: diagnostics) }
        return workflow
    }
}
