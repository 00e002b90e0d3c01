internal import Expressions
internal import FoundationEssentials
internal import Plan

extension JobWalker {
    /// The steps before the file's: the job's place, its own environment and limits, its containers and its actions. Where one of
    /// them fails, no step of the file runs.
    func setUp() throws(ExecutionError) {
        var containers = JobContainers()
        try step("Set up job") { () throws(ExecutionError) in
            describeJob()
            containers = try evaluateContainers()
            guard containers.isEmpty else { return }
            do throws(ExecutionError) { try open(containers) } catch {
                if cancellation.level == .none { lostReason = error.message }
                throw error
            }
            try prepare()
        }
        if !containers.isEmpty {
            try journal.append(
                .stepsPlanned(from: nextNumber, steps: ["Initialize containers"] + planned.map(\.plan.displayName)))
            try step("Initialize containers") { () throws(ExecutionError) in
                try open(containers)
                try prepare()
            }
        }
        guard !pres.isEmpty else { return }
        try journal.append(
            .stepsPlanned(
                from: nextNumber, steps: pres.map { "Pre \($0.plan.displayName)" } + planned.map(\.plan.displayName)))
    }

    /// One of Slipway's own steps; its failure is the job's.
    func step(_ name: String, work: () throws(ExecutionError) -> Void) throws(ExecutionError) {
        let number = nextStepNumber()
        try startStep(number, name: name)
        var end = StepEnd(outcome: .success)
        do { try work() } catch {
            log.write("##[error]\(error.message)")
            try annotate(.error, error.message, step: number)
            if cancellation.level != .none {
                end = StepEnd(outcome: .cancelled, reason: cancellation.reason)
                status = .cancelled
            } else {
                end = .failed(error.message)
                try diagnose(step: number, reason: error.message)
                noteFailure(error.message)
            }
        }
        try finishStep(number, name: name, end: end, conclusion: end.outcome)
    }

    private func describeJob() {
        let confinement = assignment.confinement.kind == .bubblewrap ? "in a bubblewrap sandbox" : "without a sandbox"
        log.write("Slipway \(SlipwayVersion.current) runs the job \"\(assignment.jobName)\" \(confinement)")
        log.write("Commit \(assignment.source.commit) of \(assignment.source.ref)")
    }

    /// What `container` and `services` are for this cell of the matrix. They may use the job's `env`, which is evaluated once more
    /// when the job's place is known. A job that names no container may have one by its label.
    private func evaluateContainers() throws(ExecutionError) -> JobContainers {
        let job = assignment.job
        var containers = JobContainers()
        if job.container != nil || job.services != nil {
            try evaluateEnvironment()
            let evaluator = evaluator()
            if let tree = job.container {
                containers.job = try ContainerSpecification(try evaluator.value(tree, in: "container"), named: "container")
            }
            if let tree = job.services { containers.services = try services(try evaluator.value(tree, in: "services")) }
        }
        if containers.job == nil, let label = assignment.engineUse.defaultContainer {
            containers.job = ContainerSpecification(label)
        }
        return containers
    }

    private func services(_ value: ExpressionValue) throws(ExecutionError) -> [JobContainers.Service] {
        switch value {
        case .null: return []
        case .object(let services):
            var list: [JobContainers.Service] = []
            for (id, value) in services.pairs {
                // A service without an image is one that this cell does not want.
                guard let container = try ContainerSpecification(value, named: "services.\(id)") else { continue }
                list.append(.init(id: id, container: container))
            }
            return list
        default: throw ExecutionError("services must be a mapping, found \(value.kindName)")
        }
    }

    func evaluateEnvironment() throws(ExecutionError) {
        stepCredentials = parts.credentials?.current
        variables = JobVariables(
            environment: parts.credentialEnvironment.merging(stepCredentials?.variables ?? [:]) { $1 })
        for (key, templates) in [("env", assignment.workflowEnvironment), ("the job's env", assignment.job.environment)] {
            for (name, value) in try evaluator().variables(templates, in: key) { variables.set(name, to: value) }
        }
    }

    /// Makes the job's place.
    private func open(_ containers: JobContainers) throws(ExecutionError) {
        let workplace = try parts.executor.open(
            assignment, containers: containers, cancellation: cancellation, log: { [log] line in log.write(line) })
        do {
            try Folder.copy(assignment.eventFile, to: workplace.folders.temporary.appending("event.json").outside)
        } catch {
            workplace.close()
            try workplace.discard()
            throw error
        }
        let folders = workplace.folders
        contexts.runner = runnerContext(folders)
        contexts.github["workspace"] = .string(folders.workspace.inside)
        contexts.github["event_path"] = .string(folders.temporary.appending("event.json").inside)
        contexts.job.merge(workplace.containerContext)
        site = JobSite(
            assignment: assignment, workplace: workplace, parts: parts, contexts: contexts, showsDebug: showsDebug,
            isInContainer: containers.job != nil, journal: journal)
        site?.memory.credentialSource = parts.credentials
    }

    private func runnerContext(_ folders: WorkplaceFolders) -> ExpressionObject {
        var runner: ExpressionObject = [
            "name": .string(runnerName), "os": "Linux", "arch": .string(Self.architecture), "environment": "self-hosted",
            "temp": .string(folders.temporary.inside), "tool_cache": .string(folders.tools.inside),
            "workspace": .string(Self.parent(of: folders.workspace.inside)),
        ]
        if showsDebug { runner["debug"] = "1" }
        return runner
    }

    private func prepare() throws(ExecutionError) {
        try evaluateEnvironment()
        if let minutes = try evaluator().minutes(assignment.job.timeoutMinutes) {
            jobLimit = .job(after: min(minutes * 60, JobAssignment.longestTime))
            warnOfCredentials(lasting: minutes * 60)
        }
        try prepareActions()
        try checkUsers()
        try lookAhead()
        isSetUp = true
    }

    /// Has what is known to fail later fail now.
    private func lookAhead() throws(ExecutionError) {
        guard let site, let preflight = parts.preflight else { return }
        let environment = variables.environment
        let below = site.workplace.environment.merging(assignment.environment) { $1 }
        let invocation = ActionInvocation(
            inputs: [:], environment: environment, commandEnvironment: below.merging(environment) { $1 }, assignment: assignment,
            workplace: site.workplace, cancellation: try Cancellation(following: cancellation, until: jobLimit),
            masked: { [log] in log.masked($0) }, log: { [log] line in log.write(line) }, mask: { [log] in log.addMask($0) })
        do { try preflight.check(invocation) } catch { throw ExecutionError(error.message) }
    }

    /// Says when the job's credentials end, where it may run longer than they last by its own limit.
    private func warnOfCredentials(lasting seconds: Double) {
        guard let end = parts.credentials?.current.end, now() + seconds > end else { return }
        log.write(
            "The job may run longer (timeout-minutes) than its AWS credentials last, which end at \(end.formatted(.iso8601)). "
                + "Steps that begin later have newer ones; for a command that runs beyond that, raise aws.session_duration of the "
                + "settings, at most to the role's maximum session duration")
    }

    /// Lays out the remote actions that the job's steps call, and notes which of them have a `pre`. Those of the workspace are not
    /// there yet.
    private func prepareActions() throws(ExecutionError) {
        guard let site else { return }
        let guardian = try Cancellation(following: cancellation, until: jobLimit)
        do {
            try site.catalog.prepare(in: site.workplace.folders, cancellation: guardian, log: { [log] line in log.write(line) })
        } catch {
            throw ExecutionError(error.message)
        }
        for step in planned {
            guard case .action(let call) = step.plan.work else { continue }
            let prepared = PreparedCall(
                plan: step.plan, reference: call.reference, path: step.path, actionName: step.actionName)
            if let stage = try preStage(of: prepared, calledBy: nil, site: site, cancellation: guardian) { pres.append(stage) }
        }
    }

    /// A `uses` that is looked at before anything runs.
    private struct PreparedCall {
        var plan: StepPlan
        var reference: String
        var path: CallPath
        var actionName: String
    }

    /// Nil for what has no `pre`.
    private func preStage(
        of call: PreparedCall, calledBy caller: FoundAction?, site: JobSite, cancellation: Cancellation
    ) throws(ExecutionError) -> ActionStage? {
        guard !call.reference.hasPrefix("./"), !call.reference.hasPrefix("../") else { return nil }
        let action: ResolvedAction
        do { action = try site.resolve(call.reference, calledBy: caller, cancellation: cancellation) } catch {
            throw ExecutionError("\(call.plan.displayName): \(error.message)")
        }
        guard let found = action.found else { return nil }
        if let warning = found.warning {
            log.write("##[warning]\(warning)")
            try annotate(.warning, warning)
        }
        var stage = ActionStage(path: call.path, plan: call.plan, actionName: call.actionName, action: action)
        guard case .composite(let steps) = found.plan.work else { return action.hasPre ? stage : nil }
        guard call.path.count < StepExecution.deepestAction else {
            throw ExecutionError(
                "\(call.reference) is an action in an action, more than \(StepExecution.deepestAction) deep: does it call itself?"
            )
        }
        let names = StepScope.actionNames(of: steps)
        for (index, step) in steps.enumerated() {
            guard case .action(let inner) = step.work else { continue }
            let child = PreparedCall(
                plan: step, reference: inner.reference, path: call.path + [index], actionName: names[index])
            if let child = try preStage(of: child, calledBy: found, site: site, cancellation: cancellation) {
                stage.children.append(child)
            }
        }
        return stage.children.isEmpty ? nil : stage
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    private static var architecture: String {
        #if arch(arm64)
            "ARM64"
        #else
            "X64"
        #endif
    }
}
