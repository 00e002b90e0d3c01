internal import Diagnostics
internal import Execution
internal import Foundation
internal import Git
internal import Pipelines
internal import Plan
internal import RemoteSources
internal import Workflows

/// What `slipway run` uses of other repositories: mirrors in the user's cache, and a lock in a file beside them.
struct LocalSources {
    private let surveyor: ActionSurveyor
    private let cache: String
    private let server: String
    /// Of the user, whose own `git` and `ssh` trust them.
    private let knownHosts: String

    /// - Parameters:
    ///   - server: as `actions.server` of the settings; nil: GitHub.
    ///   - updates: whether tags are taken as they are now, and locked so.
    ///   - output: takes lines about what is fetched.
    init(
        server: String?, updates: Bool, environment: [String: String], output: @escaping @Sendable (String) -> Void
    ) throws(DaemonError) {
        let server = server ?? "https://github.com"
        self.server = server
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.cache"
        cache = "\(caches)/slipway"
        do { try Folder.make("\(cache)/actions", mode: 0o700) } catch { throw DaemonError(error.message) }
        let knownHosts = "\(home)/.ssh/known_hosts"
        self.knownHosts = knownHosts
        let rules = SourceRules(
            directory: SourceDirectory(server: server), knownHosts: KnownHosts(knownHosts), followsTags: updates,
            checkInterval: nil)
        surveyor = ActionSurveyor(
            resolver: SourceResolver(
                folder: "\(cache)/actions", rules: { rules }, lock: LockFile(path: "\(cache)/actions/lock.json"),
                fetcher: TellingFetcher(fetcher: SpawnedFetcher(), output: output), now: { Date() },
                // A tag is looked at only where its commit is not here, so nothing is ever put off.
                background: { _ in }, report: { output("\($0)\n") }),
            isBuiltIn: { JobParts.builtinNames.contains($0) })
    }

    /// Reads a pipeline file with everything that it calls.
    func read(_ request: LocalRun.Request) async -> WorkflowDocument {
        let workflows = RemoteWorkflows(
            resolver: surveyor.resolver, repository: "", session: await surveyor.resolver.session(followsBranches: true))
        var document: WorkflowDocument
        repeat {
            let calls = FolderCalledWorkflows(root: request.root, others: workflows)
            document =
                request.isPipeline
                ? PipelineReader.read(text: request.text, path: request.path, files: calls)
                : WorkflowReader.read(text: request.text, path: request.path, calls: calls)
        } while await workflows.fetchWanted()
        return document
    }

    /// The actions that the jobs of a plan call, by the job's key.
    ///
    /// - Throws: `LocalRun.Refusal` where one can't be had.
    func actions(of plan: RunPlan, root: String) async throws(LocalRun.Refusal) -> [String: [JobAssignment.RemoteAction]] {
        let session = await surveyor.resolver.session(followsBranches: true)
        var actions: [String: [JobAssignment.RemoteAction]] = [:]
        var problems: [Diagnostic] = []
        for (key, uses) in Dictionary(grouping: ActionUse.all(in: plan), by: \.job) where surveyor.isNeeded(for: uses) {
            let survey = await surveyor.survey(uses, of: "", files: .folder(root), in: session)
            actions[key] = survey.actions.map(JobAssignment.RemoteAction.init)
            problems += survey.diagnostics(isTriedAgain: false)
        }
        if !problems.isEmpty { throw LocalRun.Refusal(diagnostics: problems.inFileOrder) }
        return actions
    }

    /// What jobs may check out besides the repository itself: whatever the server shows everybody.
    var access: SourceAccess {
        SourceAccess(
            directory: SourceDirectory(server: server), folder: "\(cache)/checkouts", knownHosts: knownHosts)
    }
}

/// Says what it fetches: a person is waiting for it.
private struct TellingFetcher: MirrorFetcher {
    let fetcher: SpawnedFetcher
    let output: @Sendable (String) -> Void

    func fetch(_ request: FetchRequest) async throws(GitError) {
        output("Fetching \(request.address)\n")
        try await fetcher.fetch(request)
    }
}

/// The workflows in a developer's folder, and those of other repositories.
private struct FolderCalledWorkflows: CalledWorkflows {
    let root: String
    let others: RemoteWorkflows

    func text(
        of reference: String, callerReference: String?
    ) throws(CalledWorkflowFailure) -> (text: String, path: String, commit: String?) {
        guard callerReference == nil, reference.hasPrefix("./") || reference.hasPrefix("$/") else {
            return try others.text(of: reference, callerReference: callerReference)
        }
        return try LocalCalledWorkflows { path in try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }
            .text(of: "./\(reference.dropFirst(2))", callerReference: nil)
    }

    func file(at path: String) -> String? { try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }
}
