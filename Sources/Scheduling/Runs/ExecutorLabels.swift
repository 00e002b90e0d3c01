public import Execution
internal import Expressions
internal import Plan

/// What a label of `runs-on` stands for.
public enum ExecutorTarget: Equatable, Sendable {
    /// This host, as the settings of its sandbox say.
    case host
    /// A container on this host.
    case container(EngineUse.DefaultContainer)
}

/// Where a job runs, by the labels of its `runs-on`.
struct ExecutorLabels {
    enum Match: Equatable {
        case target(ExecutorTarget)
        case refused(reason: String)
    }

    /// As `RepositoryFacts` has them.
    let targets: [String: ExecutorTarget]

    private static let foreign = ["windows", "macos"]

    /// A label that the settings name decides; other labels beside it only describe the same machine.
    func match(_ templates: [Template], in context: EvaluationContext) -> Match {
        var labels: [String] = []
        for template in templates {
            do { labels += Self.labels(try template.evaluate(in: context)) } catch {
                return .refused(reason: "can't evaluate runs-on (\(template.source)): \(error.message)")
            }
        }
        var chosen: (label: String, target: ExecutorTarget)?
        for label in labels {
            guard let target = target(of: label) else {
                if Self.isForeign(label) {
                    return .refused(
                        reason: """
                            no executor here for runs-on "\(label)": this host runs Linux jobs; "labels" of the settings maps \
                            others
                            """
                    )
                }
                continue
            }
            if let chosen, chosen.target != target {
                return .refused(
                    reason: "the labels \"\(chosen.label)\" and \"\(label)\" of runs-on stand for different executors")
            }
            chosen = (label, target)
        }
        return .target(chosen?.target ?? .host)
    }

    /// A label as it is named goes before a pattern, and of two patterns the longer one.
    private func target(of label: String) -> ExecutorTarget? {
        let name = label.lowercased()
        if let target = targets[name] { return target }
        let patterns = targets.keys.filter { $0.contains("*") }.sorted { ($0.count, $1) > ($1.count, $0) }
        return patterns.first { Self.matches(name[...], $0[...]) }.flatMap { targets[$0] }
    }

    private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
        let head = pattern[..<star]
        guard name.hasPrefix(head) else { return false }
        let rest = pattern[pattern.index(after: star)...]
        var name = name.dropFirst(head.count)
        while true {
            if matches(name, rest) { return true }
            guard !name.isEmpty else { return false }
            name = name.dropFirst()
        }
    }

    private static func isForeign(_ label: String) -> Bool {
        let name = label.lowercased()
        return foreign.contains { name == $0 || name.hasPrefix("\($0)-") }
    }

    private static func labels(_ value: ExpressionValue) -> [String] {
        switch value {
        case .array(let values): values.map(\.displayString)
        case .object(let object): labels(object["labels"] ?? .null)
        default: [value.displayString]
        }
    }
}
