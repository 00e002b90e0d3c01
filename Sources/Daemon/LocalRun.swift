internal import Buildspecs
public import Diagnostics
internal import Dispatch
internal import EngineAddresses
internal import Execution
internal import Executors
internal import Expressions
internal import Foundation
internal import Git
internal import Glibc
public import Plan
internal import Processes
internal import Scheduling
internal import Store
internal import Triggers
internal import Workflows

/// A pipeline here and now, without a daemon: `slipway run`.
public struct LocalRun: Sendable {
    /// What is to be run.
    public struct Request: Sendable {
        /// The pipeline file, and its path from `root` for the pipeline itself.
        public var text: String
        public var path: String
        /// The repository, or the folder, that the file belongs to.
        public var root: String
        public var event: String?
        public var ref: String?
        /// JSON text of the event's payload.
        public var payload: String?
        public var inputs: [String: String]
        public var secrets: [String: String]
        public var job: String?
        /// Whether jobs run without a sandbox.
        public var usesHost: Bool
        /// Where the actions of other repositories come from; nil: GitHub.
        public var actionsServer: String?
        /// Whether tags of actions that were used before are taken as they are now.
        public var updatesActions: Bool
        /// Whether the file is a buildspec; its `inputs` are variables then, and its secrets as well.
        public var isBuildspec: Bool
        /// Whether it is a pipeline of stages.
        public var isPipeline: Bool
        /// Of a buildspec, the image of the container that it runs in; nil: this machine.
        public var image: String?
        /// Asked for each job that has to be approved; nil stands for nobody who could say a word.
        public var approve: @Sendable (JobApproval, String) -> Bool?

        public init(
            text: String, path: String, root: String, event: String? = nil, ref: String? = nil, payload: String? = nil,
            inputs: [String: String] = [:], secrets: [String: String] = [:], job: String? = nil, usesHost: Bool = false,
            actionsServer: String? = nil, updatesActions: Bool = false, isBuildspec: Bool = false, isPipeline: Bool = false,
            image: String? = nil,
            approve: @escaping @Sendable (_ request: JobApproval, _ job: String) -> Bool? = { _, _ in nil }
        ) {
            self.text = text
            self.path = path
            self.root = root
            self.event = event
            self.ref = ref
            self.payload = payload
            self.inputs = inputs
            self.secrets = secrets
            self.job = job
            self.usesHost = usesHost
            self.actionsServer = actionsServer
            self.updatesActions = updatesActions
            self.isBuildspec = isBuildspec
            self.isPipeline = isPipeline
            self.image = image
            self.approve = approve
        }
    }

    /// The pipeline file has mistakes, or needs what is not supported.
    public struct Refusal: Error, Sendable {
        public var diagnostics: [Diagnostic]
    }

    private let request: Request
    private let output: @Sendable (String) -> Void
    private let engine: EngineAddress?

    /// - Parameter output: takes text for the terminal, whole lines.
    public init(_ request: Request, output: @escaping @Sendable (String) -> Void) {
        self.request = request
        self.output = output
        do throws(EngineAddressError) { engine = try Self.engine(ProcessInfo.processInfo.environment) } catch {
            engine = nil
            output("! DOCKER_HOST: \(error); jobs have no containers\n")
        }
    }

    /// Runs it to its end.
    ///
    /// - Returns: whether the run succeeded.
    /// - Throws: `Refusal`, or `DaemonError` where the event makes no sense or the place can't be made.
    public func run() async throws -> Bool {
        let sources = try LocalSources(
            server: request.actionsServer, updates: request.updatesActions,
            environment: ProcessInfo.processInfo.environment, output: output)
        let (workflow, plan) = try await read(from: sources)
        let actions = try await sources.actions(of: plan, root: request.root)
        let access = sources.access
        // Jobs block their thread until they end.
        return try await BlockingQueue(label: "slipway.run").run { () throws(any Error) in
            try run(plan, of: workflow, actions: actions, access: access)
        }
    }

    /// What is to be run; a buildspec has no workflow.
    private func read(from sources: LocalSources) async throws(Refusal) -> (Workflow?, RunPlan) {
        if request.isBuildspec {
            let root = request.root
            let document = BuildspecReader.read(text: request.text, path: request.path) { name in
                FileManager.default.contents(atPath: "\(root)/\(name)").map { String(decoding: $0, as: UTF8.self) }
            }
            let project = BuildspecProject(image: request.image, secrets: request.secrets.keys.sorted())
            guard let plan = document.plan(for: project), plan.obstacles.isEmpty else {
                throw Refusal(diagnostics: document.diagnostics)
            }
            return (nil, plan)
        }
        let document = await sources.read(request)
        guard let workflow = document.workflow, let plan = document.plan, plan.obstacles.isEmpty else {
            throw Refusal(diagnostics: document.diagnostics)
        }
        return (workflow, plan)
    }

    private func run(
        _ plan: RunPlan, of workflow: Workflow?, actions: [String: [JobAssignment.RemoteAction]], access: SourceAccess
    ) throws -> Bool {
        let source = LocalSource(root: request.root)
        let event = try self.event(for: workflow, source: source)
        try checkJob(in: plan)
        let state = runState(plan, event: event)
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cancellation = try Cancellation()
        let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        signal(SIGINT, SIG_IGN)
        interrupt.setEventHandler { cancellation.request(reason: "interrupted at the terminal") }
        interrupt.activate()
        defer { interrupt.cancel() }
        var run = SequentialRun(
            state: state, facts: RepositoryFacts(fullName: source.fullName, serverURL: source.serverURL))
        while true {
            while let start = run.next(at: Date()) {
                var assignment = assignment(for: start, in: StateFolders(root: folder), source: source)
                // A job of a called workflow has those of the job that calls.
                assignment.remoteActions = JobKey.parts(start.job.key).first.flatMap { actions[String($0)] } ?? []
                assignment.sources = access
                run.end(try self.run(start, as: assignment, in: StateFolders(root: folder), cancellation: cancellation))
                if cancellation.level != .none { run.cancel(reason: cancellation.reason, at: Date()) }
            }
            guard let job = run.awaiting else { break }
            run.answer(job, answer(for: job))
        }
        report(run)
        return run.run.conclusion == .success
    }

    /// Whoever is at the terminal decides.
    private func answer(for job: Job) -> JobApproval.Answer {
        let word = job.approval.flatMap { request.approve($0, job.name) }
        return JobApproval.Answer(
            verdict: word == true ? .approved : .rejected, actor: NSUserName(),
            comment: word == nil ? "nobody is at the terminal to approve it; --approve does" : nil, date: Date())
    }

    // MARK: - One job

    private func run(
        _ start: JobStart, as assignment: JobAssignment, in folders: StateFolders, cancellation: Cancellation
    ) throws -> JobEnd {
        output("\n── \(start.job.name)\n")
        try Folder.make(assignment.folder.path)
        try Folder.write(start.event.payload.jsonText(pretty: true), to: assignment.eventFile)
        let given = Dictionary(request.secrets.map { ($0.key.uppercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        let secrets: HandedSecrets
        do { secrets = try SecretHandover(start).hand(given) } catch {
            var finish = JournalRecord.JobFinish.lost(reason: error.message, at: Date())
            finish.conclusion = error.conclusion
            return JobEnd(jobID: start.job.id, finish: finish)
        }
        let journal = try JournalWriter(path: assignment.folder.journal)
        let log = try JobLog(
            path: assignment.folder.log, secrets: secrets.values.values + secrets.masks, limit: .max,
            echo: { [output] bytes in output(Self.withoutTimes(String(decoding: bytes, as: UTF8.self))) })
        let parts = JobParts(executor: JobExecutor(tools: folders.tools), for: assignment, journal: journal)
        defer { explain(assignment.folder) }
        let walker = JobWalker(
            assignment: assignment, secrets: secrets.values, parts: parts, log: log, journal: journal,
            cancellation: cancellation, runnerName: "local", now: { Date() })
        defer { try? walker.workplace?.discard() }
        return JobEnd(jobID: start.job.id, finish: try walker.run())
    }

    /// Says what is known of the failures of a job's steps.
    private func explain(_ folder: JobFolder) {
        let records = (try? JournalReader(path: folder.journal).records(from: 0))?.records ?? []
        for case .diagnosis(let diagnosis) in records {
            output("\n✗ \(diagnosis.title)\n  \(diagnosis.explanation)\n")
            if let evidence = diagnosis.evidence { output("  > \(evidence.text)\n") }
            for finding in diagnosis.findings { output("  \(finding)\n") }
            for remedy in diagnosis.remedies { output("  → \(remedy)\n") }
        }
    }

    private func assignment(for start: JobStart, in folders: StateFolders, source: LocalSource) -> JobAssignment {
        JobAssignment(
            runID: start.run.id, jobID: start.job.id, jobName: start.job.name,
            job: start.jobPlan ?? JobPlan(key: start.job.key), workflowEnvironment: start.plan.environment,
            contexts: start.contexts, folder: folders.job(start.job.id, ofRun: start.run.id),
            eventFile: folders.event(ofRun: start.run.id), workspace: folders.workspace(ofJob: start.job.id),
            toolsFolder: folders.tools,
            source: .init(
                mirror: source.repository ?? "", commit: start.run.commit, ref: start.run.ref, originURL: source.originURL,
                workingTree: request.root),
            confinement: .init(kind: request.usesHost ? .none : .bubblewrap), engine: engine,
            engineUse: EngineUse(
                instance: folders.instance, permission: request.usesHost ? .privileged : .containers,
                defaultContainer: start.container),
            storage: JobStorage(local: start, folders: folders, environment: ProcessInfo.processInfo.environment),
            deployments: folders.deployments)
    }

    /// The engine that Docker's own client would use; nil where its socket is not there.
    private static func engine(_ environment: [String: String]) throws(EngineAddressError) -> EngineAddress? {
        let address = try EngineAddress(environment: environment) ?? EngineAddress(socket: "/var/run/docker.sock")
        guard let socket = address.socket else { return address }
        return FileManager.default.fileExists(atPath: socket) ? address : nil
    }

    /// A line of the log without its time stamp, for a person who watches.
    private static func withoutTimes(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            if line.isEmpty { return line }
            let rest = line.dropFirst(29)
            if rest.hasPrefix("##[group]") { return "▸ " + rest.dropFirst(9) }
            return rest.hasPrefix("##[endgroup]") ? "" : rest
        }.joined(separator: "\n")
    }

    // MARK: - The run

    private func event(for workflow: Workflow?, source: LocalSource) throws -> Event {
        var payload = ExpressionValue.object(ExpressionObject())
        if let text = request.payload {
            do { payload = try ExpressionValue(json: text) } catch {
                throw DaemonError("the payload is no JSON: \(error.message)")
            }
        }
        var given = request.inputs
        if case .object(let object)? = payload["inputs"] {
            for (name, value) in object.pairs where given[name] == nil { given[name] = value.displayString }
        }
        let first = workflow?.trigger("push") != nil ? "push" : workflow?.triggers.first?.event.value
        let usual = !request.inputs.isEmpty && workflow?.isDispatchable == true ? "workflow_dispatch" : first
        let name = request.event ?? usual ?? "push"
        if !request.inputs.isEmpty, workflow != nil, name != "workflow_dispatch" {
            throw DaemonError("--input is for the event workflow_dispatch, and this is \(name) of \(request.path)")
        }
        var (inputs, problems) = DispatchInputs.resolve(
            given: workflow == nil ? [:] : given, declared: workflow?.dispatchInputs ?? [])
        if workflow == nil {
            inputs = ExpressionObject(given.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }, keyMatching: .exact)
        }
        if name == "workflow_dispatch", let problem = problems.first {
            throw DaemonError(problem.message)
        }
        let reference = request.ref.map(GitReference.init(operatorInput:)) ?? GitReference(source.ref)
        let pull = payload["pull_request"]
        let event = Event(
            repository: source.fullName, name: name, source: .operator, ref: reference.fullName, commit: source.commit,
            baseBranch: pull?["base"]?["ref"]?.displayString, headBranch: pull?["head"]?["ref"]?.displayString,
            actor: NSUserName(), payload: payload, inputs: inputs, receivedAt: Date())
        if case .decided(.skipped(let reason))? = workflow?.evaluation(of: event) {
            output("! \(name) to \(reference.shortName) would not start it: \(reason)\n")
        }
        return event
    }

    private func checkJob(in plan: RunPlan) throws(DaemonError) {
        let keys = plan.jobs.map(\.key)
        guard let job = request.job, !keys.contains(job) else { return }
        throw DaemonError("\(request.path) has no job \"\(job)\"; it has \(keys.joined(separator: ", "))")
    }

    private func runState(_ plan: RunPlan, event: Event) -> RunState {
        var plan = plan
        if let key = request.job {
            // A job alone: what it needs is taken for granted.
            plan.jobs = plan.jobs.filter { $0.key == key }
            for index in plan.jobs.indices { plan.jobs[index].needs = [] }
        }
        let run = Run(
            id: 1, number: 1, repository: event.repository, workflow: plan.name, workflowPath: plan.path, title: plan.name,
            event: event.name, ref: event.ref, commit: event.commit, actor: event.actor, createdAt: event.receivedAt)
        var jobs = plan.makeJobs(ofRun: run.id, at: event.receivedAt)
        for index in jobs.indices { jobs[index].id = Int64(index + 1) }
        return RunState(run: run, plan: plan, event: event, jobs: jobs)
    }

    private func report(_ run: SequentialRun) {
        var lines = "\n"
        for job in run.jobs {
            let mark = job.conclusion == .success ? "✓" : job.conclusion == .skipped ? "–" : "✗"
            lines += "\(mark) \(job.name): \(job.conclusion?.rawValue ?? "unknown")\(job.reason.map { ", \($0)" } ?? "")\n"
        }
        output(lines + "\(run.run.workflow): \(run.run.conclusion?.rawValue ?? "unknown")\n")
    }

    private func temporaryFolder() throws(DaemonError) -> String {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/slipway-run-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DaemonError("can't make a folder in \(parent): \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The repository that a local run is about, or a stand-in where the folder is none.
struct LocalSource {
    var repository: String?
    var commit = String(repeating: "0", count: 40)
    var ref = "refs/heads/main"
    var originURL = ""
    var fullName: String
    var serverURL = ""

    init(root: String) {
        let name = root.split(separator: "/").last.map(String.init) ?? "local"
        fullName = "local/\(name)"
        guard let mirror = try? Mirror.open(existing: root), let head = try? mirror.resolve("HEAD") else { return }
        repository = root
        commit = head.description
        if let branch = try? mirror.headBranch() { ref = branch }
        originURL = root
    }
}
