internal import Execution
internal import Expressions
internal import FoundationEssentials

/// The `CODEBUILD_*` variables of a build, as far as they have a meaning here.
///
/// See "Environment variables in build environments" in CodeBuild's manual. There is no account and no key of AWS that a build
/// belongs to, so `CODEBUILD_BUILD_ARN`, `CODEBUILD_PROJECT_ARN` and `CODEBUILD_KMS_KEY_ID` are missing;
/// `CODEBUILD_BUILD_SUCCEEDING` is the shell's.
struct CodeBuildVariables {
    let invocation: ActionInvocation
    let now: Date

    private var github: ExpressionObject { invocation.assignment.contexts.github }

    var all: [String: String] {
        let assignment = invocation.assignment
        let project = (invocation.input("project") ?? "build").map { $0.isLetter || $0.isNumber || "_-".contains($0) ? $0 : "-" }
        var variables = [
            "CODEBUILD_CI": "true",
            "CODEBUILD_BUILD_ID": "\(String(project)):\(assignment.runID)-\(assignment.jobID)",
            "CODEBUILD_BUILD_NUMBER": text("run_number"),
            "CODEBUILD_INITIATOR": pipeline.map { "codepipeline/\($0)" } ?? text("actor"),
            "CODEBUILD_LOG_PATH": "\(assignment.runID)/\(assignment.jobID)",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": assignment.source.commit,
            "CODEBUILD_SOURCE_VERSION": sourceVersion,
            "CODEBUILD_SOURCE_REPO_URL": text("repositoryUrl").isEmpty ? assignment.source.originURL : text("repositoryUrl"),
            "CODEBUILD_SRC_DIR": invocation.folders.workspace.inside,
            "CODEBUILD_START_TIME": "\(Int64(now.timeIntervalSince1970 * 1000))",
        ]
        if let image = invocation.input("image") { variables["CODEBUILD_BUILD_IMAGE"] = image }
        if let identifier = invocation.input("batch-identifier") { variables["CODEBUILD_BATCH_BUILD_IDENTIFIER"] = identifier }
        if let page = assignment.storage?.pageURL, !page.isEmpty {
            variables["CODEBUILD_PUBLIC_BUILD_URL"] = "\(page)/runs/\(assignment.runID)"
        }
        for line in (invocation.input("secondary-sources") ?? "").split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            variables[String(parts[0])] = "\(invocation.folders.workspace.inside)/\(parts[1])"
        }
        // What starts a pipeline is no webhook of the build's.
        return pipeline == nil ? variables.merging(webhook) { $1 } : variables
    }

    /// The pipeline of stages that the build is an action of.
    private var pipeline: String? { invocation.input("pipeline") }

    private var isPullRequest: Bool { text("event_name").hasPrefix("pull_request") }
    private var event: ExpressionValue { github["event"] ?? .null }
    private var pullRequest: String? { (event["pull_request"]?["number"] ?? event["number"])?.displayString }

    private var sourceVersion: String {
        if isPullRequest, let pullRequest { return "pr/\(pullRequest)" }
        return text("event_name") == "push" ? invocation.assignment.source.commit : text("ref_name")
    }

    /// Of builds that a push or a pull request started.
    private var webhook: [String: String] {
        let ref = invocation.assignment.source.ref
        var variables: [String: String] = [:]
        if isPullRequest, let pullRequest {
            variables["CODEBUILD_WEBHOOK_TRIGGER"] = "pr/\(pullRequest)"
            variables["CODEBUILD_WEBHOOK_HEAD_REF"] = "refs/heads/\(text("head_ref"))"
            variables["CODEBUILD_WEBHOOK_BASE_REF"] = "refs/heads/\(text("base_ref"))"
            variables["CODEBUILD_WEBHOOK_EVENT"] = pullRequestEvent
        } else if text("event_name") == "push" {
            variables["CODEBUILD_WEBHOOK_TRIGGER"] = "\(text("ref_type"))/\(text("ref_name"))"
            variables["CODEBUILD_WEBHOOK_HEAD_REF"] = ref
            variables["CODEBUILD_WEBHOOK_EVENT"] = "PUSH"
            if case .string(let before)? = event["before"] { variables["CODEBUILD_WEBHOOK_PREV_COMMIT"] = before }
        } else {
            return [:]
        }
        if let sender = event["sender"]?["id"], sender != .null {
            variables["CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID"] = sender.displayString
        }
        return variables
    }

    private var pullRequestEvent: String {
        switch event["action"]?.displayString {
        case "opened": "PULL_REQUEST_CREATED"
        case "reopened": "PULL_REQUEST_REOPENED"
        case "closed": event["pull_request"]?["merged"] == true ? "PULL_REQUEST_MERGED" : "PULL_REQUEST_CLOSED"
        default: "PULL_REQUEST_UPDATED"
        }
    }

    private func text(_ key: String) -> String { github[key]?.displayString ?? "" }
}
