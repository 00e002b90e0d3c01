internal import Diagnostics
internal import Plan

/// Which variables the texts of a pipeline may name, and how its plan reaches them.
///
/// Actions of one stage are jobs of one plan, and find each other as `needs`. A variable of another stage is handed on: the stage
/// that has it exports it as an output of its call, the stage that wants it takes it as an input.
struct VariableScope {
    static let source = "SourceVariables"
    static let execution = "codepipeline"
    static let pipeline = "variables"
    /// Namespaces that no action may have.
    static let reserved: Set<String> = [source, execution, pipeline]

    static let sourceVariables: [String: String] = [
        "RepositoryName": "github.event.repository.name",
        "CommitUrl": "format('{0}/{1}/commit/{2}', github.server_url, github.repository, github.sha)",
        "CommitId": "github.sha", "BranchName": "github.ref_name", "FullRepositoryName": "github.repository",
        // On a developer's machine only a payload tells of the commit.
        "CommitMessage": "(github.source.message || github.event.head_commit.message)",
        "AuthorId": "(github.source.author || github.actor)",
    ]
    /// Whether a variable may hold what somebody wrote who may not push: a commit that was merged keeps its author and message.
    static func isStrangersText(_ reference: VariableReference) -> Bool {
        reference.namespace == source && ["CommitMessage", "AuthorId"].contains(reference.name)
    }

    static let executionVariables: [String: String] = ["PipelineExecutionId": "github.run_id"]

    /// An action with a namespace.
    struct Origin {
        var stage: Int
        var stageName: String
        var action: String
        /// Nil where they are not known before the action runs.
        var variables: [String]?
    }

    /// The pipeline's own variables with their defaults.
    let defaults: [String: String]
    private(set) var origins: [String: Origin] = [:]
    /// Of each stage the variables that it takes from outside, by `VariableReference.key`.
    private(set) var imports: [Int: [String: VariableReference]] = [:]

    init(defaults: [String: String]) { self.defaults = defaults }

    mutating func add(_ namespace: String, _ origin: Origin) { origins[namespace] = origin }

    /// The expression that yields a variable within an action.
    ///
    /// - Throws: why there is no such variable, in a sentence.
    mutating func expression(for reference: VariableReference, inStage stage: Int) throws(Missing) -> String {
        switch reference.namespace {
        case Self.source: return try known(reference, in: Self.sourceVariables)
        case Self.execution: return try known(reference, in: Self.executionVariables)
        case Self.pipeline:
            guard defaults[reference.name] != nil else {
                throw Missing(
                    "the pipeline has no variable \"\(reference.name)\"\(Self.list(defaults.keys, word: "; its variables are: "))"
                )
            }
        default:
            guard let origin = origins[reference.namespace] else {
                let all = Array(origins.keys) + Array(Self.reserved)
                throw Missing(
                    "no action before this one has the namespace \"\(reference.namespace)\"\(Self.list(all, word: "; known are: "))"
                )
            }
            if let variables = origin.variables, !variables.contains(reference.name) {
                throw Missing(
                    "the action \"\(origin.action)\" has no variable \"\(reference.name)\""
                        + (variables.isEmpty ? ": it has none" : Self.list(variables, word: "; it has: ")))
            }
            if origin.stage == stage { return "needs['\(origin.action)'].outputs['\(reference.name)']" }
        }
        imports[stage, default: [:]][reference.key] = reference
        return "inputs['\(reference.key)']"
    }

    /// The expression by which the call of a stage is given a variable.
    func argument(for reference: VariableReference) -> String {
        if reference.namespace == Self.pipeline {
            let fallback = (defaults[reference.name] ?? "").replacing("'", with: "''")
            return "inputs['\(reference.name)'] || '\(fallback)'"
        }
        return "needs['\(origins[reference.namespace]?.stageName ?? "")'].outputs['\(reference.key)']"
    }

    /// The variables that a stage has to hand to later ones, in the order of their keys.
    func exports(ofStage stage: Int) -> [(reference: VariableReference, action: String)] {
        var found: [String: (VariableReference, String)] = [:]
        for wanted in imports.values {
            for (key, reference) in wanted {
                guard let origin = origins[reference.namespace], origin.stage == stage else { continue }
                found[key] = (reference, origin.action)
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    struct Missing: Error {
        var message: String

        init(_ message: String) { self.message = message }
    }

    private func known(_ reference: VariableReference, in table: [String: String]) throws(Missing) -> String {
        if let expression = table[reference.name] { return expression }
        throw Missing(
            "\(reference.namespace) has no variable \"\(reference.name)\"\(Self.list(table.keys, word: "; it has: "))")
    }

    private static func list(_ names: some Sequence<String>, word: String) -> String {
        let names = names.sorted()
        return names.isEmpty ? "" : word + names.joined(separator: ", ")
    }
}
