internal import Expressions

/// The variables that every step finds: `CI`, `GITHUB_*` and `RUNNER_*`.
///
/// See "Default environment variables" in GitHub's manual.
struct DefaultVariables {
    /// Members of the `github` context that become `GITHUB_<NAME>` as they are.
    private static let mirrored = [
        "action", "action_path", "action_ref", "action_repository", "actor", "actor_id", "api_url", "base_ref", "event_name",
        "event_path", "graphql_url", "head_ref", "job", "ref", "ref_name", "ref_protected", "ref_type", "repository",
        "repository_id", "repository_owner", "repository_owner_id", "retention_days", "run_attempt", "run_id", "run_number",
        "server_url", "sha", "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
    ]

    static func variables(github: ExpressionObject, runner: ExpressionObject) -> [String: String] {
        var variables = ["CI": "true", "GITHUB_ACTIONS": "true"]
        for name in mirrored {
            if let value = github[name] { variables["GITHUB_\(name.uppercased())"] = value.displayString }
        }
        for (name, value) in runner.pairs where name != "debug" {
            variables["RUNNER_\(name.uppercased())"] = value.displayString
        }
        if case .string("1")? = runner["debug"] { variables["RUNNER_DEBUG"] = "1" }
        return variables
    }
}
