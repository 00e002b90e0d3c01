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

    mutating func template(_ text: PipelineText?) -> Template? { text.map { template($0) } }

    mutating func named(_ texts: [(name: Located<String>, value: PipelineText)]) -> [NamedTemplate] {
        texts.map { NamedTemplate(name: $0.name.value, value: template($0.value)) }
    }
}
