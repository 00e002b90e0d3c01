internal import Diagnostics
internal import Expressions
internal import Plan
internal import Workflows
internal import YAML

/// Makes templates of the texts of one action, and notes which variables they take.
struct TextLowering {
    let stage: Int
    var scope: VariableScope
    let diagnostics: DiagnosticCollector

    mutating func template(_ text: PipelineText) -> Template {
        var source = ""
        for part in text.parts {
            switch part {
            case .text(let literal): source += Template(literal: literal).source
            case .variable(let reference):
                do throws(VariableScope.Missing) {
                    source += "${{ \(try scope.expression(for: reference, inStage: stage)) }}"
                } catch {
                    diagnostics.error("variable", error.message, at: text.range(of: reference))
                }
            }
        }
        do { return try Template(parsing: source) } catch {
            diagnostics.error("variable", error.message, at: text.node.pointer)
            return Template(literal: "")
        }
    }

    /// The same for a text that a shell reads. Rule: `untrusted-text`, a warning, as for the scripts of workflows.
    mutating func script(_ text: PipelineText) -> Template {
        for reference in text.references where VariableScope.isStrangersText(reference) {
            diagnostics.warning(
                "untrusted-text",
                "\"#{\(reference.namespace).\(reference.name)}\" may be a stranger's text and becomes part of the command; pass it "
                    + "through \"environment\" instead",
                at: text.range(of: reference))
        }
        return template(text)
    }

    mutating func template(_ text: PipelineText?) -> Template? { text.map { template($0) } }

    mutating func named(_ texts: [(name: Located<String>, value: PipelineText)]) -> [NamedTemplate] {
        texts.map { NamedTemplate(name: $0.name.value, value: template($0.value)) }
    }
}
