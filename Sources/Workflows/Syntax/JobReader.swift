internal import Diagnostics
internal import Expressions
internal import YAML

/// Reads one entry of `jobs`.
struct JobReader {
    let context: SyntaxContext

    private static let path = "jobs.<job_id>"
    private static let sharedKeys = ["name", "needs", "if", "permissions", "concurrency", "strategy"]
    /// The keys of a job with steps.
    private static let stepKeys = [
        "runs-on", "environment", "env", "defaults", "outputs", "timeout-minutes", "cancel-timeout-minutes",
        "continue-on-error", "container", "services", "steps", "snapshot",
    ]
    /// The keys of a job that calls a workflow.
    private static let callKeys = ["uses", "with", "secrets"]

    func read(_ entry: YAMLEntry) -> WorkflowJob? {
        let node = entry.value
        let label = "the job \"\(entry.name)\""
        // A job with both kinds of keys is taken for one with steps; `uses` and the like are then out of place.
        let isCall = node["uses"] != nil && node["steps"] == nil && node["runs-on"] == nil
        let keys = Self.sharedKeys + Self.stepKeys + Self.callKeys
        guard let reader = context.mapping(node, path: Self.path, context: label, keys: keys) else { return nil }
        reportMisplaced(isCall ? Self.stepKeys : Self.callKeys, in: reader, isCall: isCall)
        var job = WorkflowJob(id: Located(entry.name, range: entry.key.range), range: node.range)
        readShared(reader, into: &job)
        if isCall {
            readCall(reader, into: &job)
        } else {
            readRunning(reader, into: &job)
        }
        return job
    }

    private func reportMisplaced(_ keys: [String], in reader: MappingReader, isCall: Bool) {
        for entry in reader.entries where keys.contains(entry.name) {
            let message =
                isCall
                ? "\"\(entry.name)\" is not allowed in a job that calls a workflow by \"uses\""
                : "\"\(entry.name)\" is not allowed in a job with \"runs-on\" and \"steps\""
            context.diagnostics.error("misplaced-key", message, at: entry.key.range)
        }
    }

    private func readShared(_ reader: MappingReader, into job: inout WorkflowJob) {
        let parts = PartReader(context: context)
        job.name = context.text(reader.value("name"), at: .jobName)
        if let needs = reader.value("needs") { job.needs = context.plainList(needs, key: "\(Self.path).needs") }
        job.condition = context.condition(reader.value("if"), at: .jobCondition)
        job.permissions = parts.permissions(reader.value("permissions"))
        job.concurrency = parts.concurrency(
            reader.value("concurrency"), path: "\(Self.path).concurrency", at: .jobConcurrency)
        if let strategy = reader.value("strategy") { job.strategy = StrategyReader(context: context).read(strategy) }
    }

    // MARK: Jobs with steps

    private func readRunning(_ reader: MappingReader, into job: inout WorkflowJob) {
        if let runsOn = reader.required("runs-on") { job.runsOn = readRunsOn(runsOn) }
        job.deployment = readDeployment(reader.value("environment"))
        job.environment = context.variables(reader.value("env"), at: .jobEnvironment, context: "\"env\"")
        let parts = PartReader(context: context)
        job.defaults = parts.defaults(reader.value("defaults"), path: "\(Self.path).defaults", at: .jobDefaults)
        job.outputs = context.namedTexts(reader.value("outputs"), at: .jobOutput, context: "\"outputs\"")
        job.timeoutMinutes = context.number(reader.value("timeout-minutes"), at: .jobTimeout)
        _ = context.number(reader.value("cancel-timeout-minutes"), at: .jobTimeout)
        job.continueOnError = context.boolean(reader.value("continue-on-error"), at: .jobContinueOnError)
        let containers = ContainerReader(context: context)
        job.container = containers.container(reader.value("container"))
        job.services = containers.services(reader.value("services"))
        readSnapshot(reader.value("snapshot"))
        readSteps(reader, into: &job)
    }

    private func readSteps(_ reader: MappingReader, into job: inout WorkflowJob) {
        let steps = reader.value("steps")
        if steps == nil || steps?.elements?.isEmpty == true {
            context.diagnostics.error(
                "no-steps", "the job \"\(job.id.value)\" has no steps, and calls no workflow by \"uses\"",
                at: reader.key("steps")?.range ?? job.id.range)
        }
        guard let steps else { return }
        guard let elements = steps.elements else {
            context.diagnostics.reportKind(of: steps, expected: "a sequence of steps", context: "\"steps\"")
            return
        }
        let reader = StepReader(context: context)
        job.steps = elements.compactMap(reader.read)
    }

    private func readRunsOn(_ node: YAMLNode) -> WorkflowRunsOn {
        var runsOn = WorkflowRunsOn()
        guard node.entries != nil else {
            runsOn.labels = context.textList(node, at: .runsOn)
            return runsOn
        }
        let path = "\(Self.path).runs-on"
        let reader = context.mapping(node, path: path, context: "\"runs-on\"", keys: ["group", "labels"])
        runsOn.group = context.text(reader?.value("group"), at: .runsOn, isEmptyAllowed: false)
        if let group = runsOn.group, group.isLiteral, !Self.isGroup(group.source) {
            context.diagnostics.error(
                "runner-group",
                "expected a group's name, alone or after \"organization/\" or \"enterprise/\", found \"\(group.source)\"",
                at: group.range)
        }
        if let labels = reader?.value("labels") { runsOn.labels = context.textList(labels, at: .runsOn) }
        return runsOn
    }

    private static func isGroup(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let owners = ["organization", "org", "enterprise", "ent"]
        return parts.count == 1 || (parts.count == 2 && owners.contains(parts[0].lowercased()) && !parts[1].isEmpty)
    }

    private func readDeployment(_ node: YAMLNode?) -> WorkflowDeployment? {
        guard let node else { return nil }
        if node.scalar != nil {
            return context.text(node, at: .deployment).map { WorkflowDeployment(name: $0) }
        }
        let path = "\(Self.path).environment"
        let keys = ["name", "url", "deployment"]
        guard let reader = context.mapping(node, path: path, context: "\"environment\"", keys: keys) else { return nil }
        let url = context.text(reader.value("url"), at: .deploymentURL)
        guard let name = context.text(reader.required("name"), at: .deployment) else { return nil }
        let makesDeployment = context.boolean(reader.value("deployment"), at: .deployment)
        return WorkflowDeployment(name: name, url: url, makesDeployment: makesDeployment)
    }

    private func readSnapshot(_ node: YAMLNode?) {
        guard let node else { return }
        let path = "\(Self.path).snapshot"
        if node.scalar != nil {
            _ = context.plain(node, key: path)
            return
        }
        let keys = ["image-name", "if", "version"]
        guard let reader = context.mapping(node, path: path, context: "\"snapshot\"", keys: keys) else { return }
        _ = context.plain(reader.required("image-name"), key: "\(path).image-name")
        _ = context.plain(reader.value("version"), key: "\(path).version")
        _ = context.condition(reader.value("if"), at: .snapshotCondition)
    }

    // MARK: Jobs that call a workflow

    private func readCall(_ reader: MappingReader, into job: inout WorkflowJob) {
        guard let workflow = context.plain(reader.value("uses"), key: "\(Self.path).uses") else { return }
        var call = WorkflowCall(workflow: workflow)
        call.inputs = context.namedTexts(reader.value("with"), at: .callInput, context: "\"with\"")
        if let secrets = reader.value("secrets") {
            if secrets.string == "inherit" {
                call.secrets = .inherit
            } else if secrets.entries == nil {
                context.diagnostics.reportKind(of: secrets, expected: "\"inherit\" or a mapping", context: "\"secrets\"")
            } else {
                call.secrets = .named(context.namedTexts(secrets, at: .callSecret, context: "\"secrets\""))
            }
        }
        job.call = call
    }
}
