internal import Diagnostics
public import Plan
internal import YAML

/// Reads the workflows that a file calls, and those that they call, each once; checks every call against what the called file
/// declares. Rule: `reusable-workflow`; a warning of the rule `unsupported` where the called file can't run here.
///
/// One reader serves the files of one commit: what one of them called is not read again for the next.
public final class CallReader {
    /// How many workflows may call each other, the first one included, as on GitHub.
    static let levels = 10
    /// How many different workflows one file may call, directly or through others, as on GitHub.
    static let workflowLimit = 50
    /// How many jobs the plan of one file may have, as they are written. GitHub has no such limit of its own; without one, a
    /// few files that call each other twice at each level fill the memory.
    static let jobLimit = 1_000
    /// How many remarks about one called file its caller repeats.
    private static let obstacleLimit = 5

    private let source: any CalledWorkflows
    private var outcomes: [String: Outcome] = [:]
    /// The actions of the run's own commit by their folder.
    private var actions: [String: ActionDocument?] = [:]
    /// The called files that are being read, each called by the one before it.
    private var open: [String] = []

    public init(_ source: any CalledWorkflows) {
        self.source = source
    }

    /// What became of a call.
    private enum Outcome {
        case resolved(ResolvedCall)
        /// A mistake of the caller: it can't be called so.
        case refused(String)
        /// Nobody's mistake: it can't be had here and now.
        case unavailable(String)
        case notFollowed
    }

    /// The document with its calls: each resolved, or with a remark that says why not.
    public func follow(_ document: WorkflowDocument) -> WorkflowDocument {
        guard document.isAccepted else { return document }
        return follow(document, remoteReference: nil)
    }

    /// The call of a reusable workflow by a file of another language.
    ///
    /// - Parameters:
    ///   - reference: `./path` of a file of the same commit.
    ///   - arguments: in the caller's contexts. It is for the caller to compare them with the `inputs` of the answer.
    public func call(_ reference: String, arguments: [NamedTemplate]) throws(CallProblem) -> WorkflowCallPlan {
        switch outcome(of: reference, callerReference: nil) {
        case .resolved(let resolved):
            if let obstacle = resolved.document.obstacles.first {
                throw CallProblem(
                    message: "it can't run here: line \(obstacle.line), column \(obstacle.column): \(obstacle.message)")
            }
            guard let plan = resolved.document.plan, let trigger = resolved.trigger else {
                throw CallProblem(message: "it has mistakes")
            }
            return WorkflowCallPlan(
                reference: reference, commit: resolved.commit, plan: plan, arguments: arguments,
                inputs: trigger.inputs.map(\.callPlan), secrets: .inherit, outputs: trigger.outputs.map(\.template))
        case .refused(let reason), .unavailable(let reason): throw CallProblem(message: reason)
        case .notFollowed: throw CallProblem(message: "it is not a file of this repository")
        }
    }

    private func follow(_ document: WorkflowDocument, remoteReference: String?) -> WorkflowDocument {
        guard let workflow = document.workflow else { return document }
        let diagnostics = DiagnosticCollector(file: document.path)
        var document = document
        for job in workflow.jobs {
            guard let call = job.call, ActionReferenceCheck.problem(withCallOf: call.workflow.value) == nil else { continue }
            switch outcome(of: call.workflow.value, callerReference: remoteReference) {
            case .resolved(let resolved):
                if open.isEmpty, resolved.levels >= Self.levels {
                    diagnostics.error(
                        "reusable-workflow", "the calls of \"\(call.workflow.value)\" go deeper than \(Self.levels) levels",
                        at: call.workflow.range)
                }
                document.calls[job.id.value] = resolved
                CallCheck(call: call, job: job, caller: workflow, called: resolved).check(reportingTo: diagnostics)
                note(obstaclesOf: resolved, call: call, job: job, in: &document)
            case .refused(let reason):
                diagnostics.error(
                    "reusable-workflow", "\"\(call.workflow.value)\" can't be used: \(reason)", at: call.workflow.range)
            case .unavailable(let reason):
                note("\"\(call.workflow.value)\" can't be had: \(reason)", call: call, job: job, in: &document)
            case .notFollowed: continue
            }
        }
        if remoteReference == nil {
            LocalActionCheck(action: action(in:)).check(workflow, reportingTo: diagnostics)
        }
        if open.isEmpty { checkLimits(of: document, workflow, diagnostics) }
        document.add(diagnostics.diagnostics)
        return document
    }

    private func checkLimits(of document: WorkflowDocument, _ workflow: Workflow, _ diagnostics: DiagnosticCollector) {
        guard let first = workflow.jobs.compactMap(\.call).first else { return }
        var called: Set<String> = []
        document.collectCalled(into: &called)
        if called.count > Self.workflowLimit {
            diagnostics.error(
                "reusable-workflow", "\(called.count) different workflows are called, at most \(Self.workflowLimit) are allowed",
                at: first.workflow.range)
        }
        if document.jobCount(upTo: Self.jobLimit) > Self.jobLimit {
            diagnostics.error(
                "reusable-workflow", "with the workflows that are called there are more than \(Self.jobLimit) jobs",
                at: first.workflow.range)
        }
    }

    // MARK: The called file

    private func outcome(of reference: String, callerReference: String?) -> Outcome {
        let key = "\(reference) in \(callerReference ?? "")"
        if let known = outcomes[key] { return known }
        let remote = reference.hasPrefix("./") ? callerReference.map { Self.reference($0, path: reference) } : reference
        let file = remote ?? reference
        if open.contains(file) { return .refused("it calls itself, directly or through others: \(circle(to: file))") }
        guard open.count <= Self.workflowLimit else { return .refused("calls go deeper than \(Self.levels) levels") }
        open.append(file)
        defer { open.removeLast() }
        let outcome = read(reference, callerReference: callerReference, remoteReference: remote)
        // Also where the file is in a circle or leads into one: so it is, whoever calls it.
        outcomes[key] = outcome
        return outcome
    }

    private func read(_ reference: String, callerReference: String?, remoteReference: String?) -> Outcome {
        let file: (text: String, path: String, commit: String?)
        do {
            file = try source.text(of: reference, callerReference: callerReference)
        } catch {
            switch error {
            case .missing(let reason): return .refused(reason)
            case .unavailable(let reason): return .unavailable(reason)
            case .notFollowed: return .notFollowed
            }
        }
        let document = WorkflowReader.read(text: file.text, path: file.path)
        if let problem = Self.problem(with: document) { return .refused(problem) }
        guard document.workflow?.trigger("workflow_call") != nil else {
            return .refused("it can't be called: its \"on\" has no \"workflow_call\"")
        }
        let followed = follow(document, remoteReference: remoteReference)
        if let problem = Self.problem(with: followed) { return .refused(problem) }
        return .resolved(ResolvedCall(document: followed, commit: file.commit, remoteReference: remoteReference))
    }

    private static func problem(with document: WorkflowDocument) -> String? {
        document.diagnostics.first { $0.severity == .error }
            .map { "it has mistakes: line \($0.line), column \($0.column): \($0.message)" }
    }

    /// A file beside another one of a remote repository, at the same ref.
    private static func reference(_ caller: String, path: String) -> String {
        let ref = caller.lastIndex(of: "@").map { caller[$0...] } ?? ""
        let repository = caller.split(separator: "/").prefix(2).joined(separator: "/")
        return "\(repository)/\(path.dropFirst(2))\(ref)"
    }

    private func circle(to file: String) -> String {
        let part = open.drop { $0 != file }
        return (part + [file]).map { "\"\($0)\"" }.joined(separator: " calls ")
    }

    private func action(in folder: String) -> ActionDocument? {
        if let known = actions[folder] { return known }
        var document: ActionDocument?
        for name in ActionReader.fileNames where document == nil {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            document = source.file(at: path).map { ActionReader.read(text: $0, path: path) }
        }
        actions[folder] = document
        return document
    }

    // MARK: What keeps a call from running here

    private func note(
        obstaclesOf resolved: ResolvedCall, call: WorkflowCall, job: WorkflowJob, in document: inout WorkflowDocument
    ) {
        let obstacles = resolved.document.obstacles
        for obstacle in obstacles.prefix(Self.obstacleLimit) {
            let place = obstacle.file == resolved.document.path ? "" : "\(obstacle.file), "
            note(
                "\"\(call.workflow.value)\" can't run here: \(place)line \(obstacle.line), column \(obstacle.column): "
                    + obstacle.message, call: call, job: job, in: &document)
        }
        if obstacles.count > Self.obstacleLimit {
            note(
                "\"\(call.workflow.value)\" has \(obstacles.count - Self.obstacleLimit) more places that can't run here",
                call: call,
                job: job, in: &document)
        }
    }

    private func note(_ message: String, call: WorkflowCall, job: WorkflowJob, in document: inout WorkflowDocument) {
        let diagnostic = Diagnostic(
            severity: .warning, rule: "unsupported", message: message, file: document.path, range: call.workflow.range)
        document.callObstacles[job.id.value, default: []].append(diagnostic)
        document.add([diagnostic])
    }
}
