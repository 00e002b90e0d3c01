internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// What is asked of a context is something that it has. GitHub takes what is missing for an empty text, so this is a warning.
/// Rule: `unknown-reference`.
struct ContextPropertyCheck: WorkflowCheck {
    private static let properties: [String: [String]] = [
        "github": [
            "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id", "api_url",
            "artifacts", "artifacts_list", "base_ref", "env", "event", "event_name", "event_path", "graphql_url", "head_ref",
            "job", "output", "path", "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id",
            "repository_owner", "repository_owner_id", "repository_visibility", "repositoryUrl", "retention_days",
            "run_attempt", "run_id", "run_number", "secret_source", "server_url", "sha", "state", "step_summary", "token",
            "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
        ],
        "runner": ["name", "os", "arch", "temp", "tool_cache", "workspace", "debug", "environment"],
        "job": [
            "status", "container", "services", "check_run_id", "workflow_ref", "workflow_sha", "workflow_repository",
            "workflow_file_path",
        ],
        "strategy": ["fail-fast", "job-index", "job-total", "max-parallel"],
    ]
    /// Of each step or job in these contexts.
    private static let members: [String: [String]] = [
        "steps": ["outputs", "outcome", "conclusion"], "needs": ["outputs", "result"], "jobs": ["outputs", "result"],
    ]

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        let jobs = Dictionary(
            workflow.jobs.map { ($0.id.value.lowercased(), JobNames($0)) }, uniquingKeysWith: { first, _ in first })
        for expression in workflow.expressions {
            for use in expression.references.contexts {
                let job = expression.job.flatMap { jobs[$0.lowercased()] }
                guard expression.place.contexts.contains(use.name.lowercased()),
                    let problem = problem(with: use, job: job, jobs: jobs)
                else { continue }
                diagnostics.warning("unknown-reference", problem, at: expression.range(of: use.name, at: use.offset))
            }
        }
    }

    /// The names that a job gives to others.
    private struct JobNames {
        /// Nil where they are those of a called workflow.
        let outputs: [String]?
        /// The values of its matrix; nil where they are not known before the run, empty without a matrix.
        let matrix: [String]?

        init(_ job: WorkflowJob) {
            outputs = job.call == nil ? job.outputs.map(\.name.value) : nil
            matrix = job.isAction ? nil : job.strategy.map(Self.matrix) ?? []
        }

        private static func matrix(of strategy: WorkflowStrategy) -> [String]? {
            guard strategy.expression == nil else { return nil }
            guard let matrix = strategy.matrix else { return [] }
            guard case .object(let members) = matrix.tree else { return nil }
            var names: [String] = []
            for member in members {
                switch member.name.lowercased() {
                case "exclude": continue
                case "include":
                    guard case .array(let additions) = member.value else { return nil }
                    for addition in additions {
                        guard case .object(let values) = addition else { return nil }
                        names += values.map(\.name)
                    }
                default: names.append(member.name)
                }
            }
            return names
        }
    }

    private func problem(with use: ExpressionReferences.ContextUse, job: JobNames?, jobs: [String: JobNames]) -> String? {
        let context = use.name.lowercased()
        let path = use.literalPath
        guard let first = path.first else { return nil }
        if let known = Self.properties[context] {
            return missing(first, of: known, in: "\"\(use.name)\"")
        }
        if context == "matrix" {
            guard let names = job?.matrix else { return nil }
            return names.isEmpty
                ? "\"\(use.name).\(first)\" is empty: the job has no matrix" : missing(first, of: names, in: "the matrix")
        }
        guard let known = Self.members[context], path.count > 1 else { return nil }
        if let problem = missing(path[1], of: known, in: "\"\(use.name).\(first)\"") { return problem }
        guard context != "steps", path[1].lowercased() == "outputs", path.count > 2,
            let outputs = jobs[first.lowercased()]?.outputs
        else { return nil }
        return missing(path[2], of: outputs, in: "the outputs of the job \"\(first)\"")
    }

    private func missing(_ name: String, of known: [String], in what: String) -> String? {
        guard !known.contains(where: { $0.lowercased() == name.lowercased() }) else { return nil }
        let advice = KnownNames(known).meant(by: name).map { "; did you mean \"\($0)\"?" } ?? "; it is empty here"
        return "there is no \"\(name)\" in \(what)\(advice)"
    }
}
