internal import Expressions
internal import Plan

/// Whether this host can take a job, by the labels of its `runs-on`.
enum ExecutorLabels {
    enum Match: Equatable {
        case host
        case refused(reason: String)
    }

    private static let foreign = ["windows", "macos"]

    static func match(_ templates: [Template], in context: EvaluationContext) -> Match {
        var labels: [String] = []
        for template in templates {
            do { labels += self.labels(try template.evaluate(in: context)) } catch {
                return .refused(reason: "can't evaluate runs-on (\(template.source)): \(error.message)")
            }
        }
        for label in labels {
            let name = label.lowercased()
            if foreign.contains(where: { name == $0 || name.hasPrefix("\($0)-") }) {
                return .refused(reason: "no executor here for runs-on \"\(label)\": this host runs Linux jobs")
            }
        }
        return .host
    }

    private static func labels(_ value: ExpressionValue) -> [String] {
        switch value {
        case .array(let values): values.map(\.displayString)
        case .object(let object): labels(object["labels"] ?? .null)
        default: [value.displayString]
        }
    }
}
