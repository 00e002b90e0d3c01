internal import Accounts
internal import Execution
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Processes
internal import Settings
internal import Store

/// Reclaims what is due: old runs with their folders, workspaces that no worker uses, artifacts and caches, the packs of many
/// small fetches, and space in the store.
struct Janitor: Sendable {
    let store: Store
    let folders: StateFolders
    let settings: CurrentSettings
    let forkServer: ForkServerClient
    let containers: ContainerJanitor
    let storage: StorageKeeper
    let accounts: Accounts
    let now: @Sendable () -> Date
    let report: @Sendable (String) -> Void

    private static let interval = Duration.seconds(3600)
    private static let compactionLimit = Duration.seconds(1800)
    /// Seconds for which the mirror of a repository that a job checked out is kept after its last use.
    private static let mirrorAge = 30 * 86_400.0
    /// Removing a workspace of many files takes its time, which no task of the daemon is to wait for.
    private static let disk = BlockingQueue(label: "slipway.janitor")

    func run() async {
        while !Task.isCancelled {
            await removeOldRuns()
            await removeAbandonedWorkspaces()
            await storage.tidy()
            do { try await accounts.tidy() } catch { report("can't remove old sessions: \(error)") }
            await removeUnusedMirrors()
            await compactMirrors()
            await reclaimSpace()
            store.releaseMemory()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Days.
    private static let forEver = 36_500

    private func removeOldRuns() async {
        let retention = settings.value.retention
        func days(_ age: Duration?, else other: Int) -> Int { age.map { Int($0.seconds / 86_400) } ?? other }
        let policy = RetentionPolicy(
            days: days(retention.age, else: retention.runs == nil ? Self.forEver : 0), newestRuns: retention.runs ?? 0,
            auditDays: days(retention.audit, else: Self.forEver))
        do {
            while !Task.isCancelled {
                let ids = try await store.prune(keeping: policy, now: now())
                guard !ids.isEmpty else { return }
                for id in ids where Folder.exists(folders.run(id)) { try await remove(folders.run(id)) }
                try await store.confirmRemoval(ofRuns: ids)
            }
        } catch {
            report("can't remove old runs: \(error)")
        }
    }

    /// A worker removes its workspace itself; what is left is from one that was killed, or was kept on purpose.
    private func removeAbandonedWorkspaces() async {
        let keepFor = settings.value.workspaces.keepFor.seconds
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: folders.workspaces) {
                guard let id = Int64(name) else { continue }
                let job = try await store.job(id)
                if let job {
                    guard job.status == .completed else { continue }
                    let age = now().timeIntervalSince(job.finishedAt ?? job.createdAt)
                    let isLocked = try FileLock.isLocked(folders.job(id, ofRun: job.runID).lock)
                    if isLocked || (age < keepFor && settings.value.workspaces.keep != .never) { continue }
                }
                // One that can't be removed must not keep the others.
                do { try await removeWorkspace(of: id) } catch {
                    report("can't remove \(folders.workspace(ofJob: id)): \(error)")
                }
            }
        } catch {
            report("can't remove abandoned workspaces: \(error)")
        }
    }

    /// What a job's containers left there may belong to other users.
    private func removeWorkspace(of id: Int64) async throws {
        let path = folders.workspace(ofJob: id)
        do { try await remove(path) } catch {
            await containers.takeOver(path, ofJob: id)
            try await remove(path)
        }
    }

    private func remove(_ path: String) async throws {
        try await Self.disk.run { () throws(ExecutionError) in try Folder.remove(path) }
    }

    /// Of repositories that jobs checked out and no longer do: the next checkout makes them again. Those of actions stay, since
    /// what is locked has to be had without their servers.
    private func removeUnusedMirrors() async {
        let mirrors = SourceMirrors(folder: folders.checkouts)
        let oldest = now().addingTimeInterval(-Self.mirrorAge)
        for path in await Self.disk.run({ () throws(Never) in mirrors.unused(since: oldest) }) where !Task.isCancelled {
            do { try await remove(path) } catch { report("can't remove \(path): \(error)") }
        }
    }

    /// Each in a process of its own, which does nothing where a mirror has few packs.
    private func compactMirrors() async {
        let others = [folders.actions, folders.checkouts].map(SourceMirrors.init)
        let found = await Self.disk.run { () throws(Never) in others.flatMap { $0.all() } }
        let watched = settings.value.repositories.map { folders.mirror(of: $0.name) }
        for path in watched + found where !Task.isCancelled {
            guard Mirror.exists(at: path) else { continue }
            do {
                let answer = try await forkServer.exchange(
                    role: CompactionRole.name, request: CompactionRole.Request(mirrorPath: path),
                    deadline: Self.compactionLimit, as: CompactionRole.Answer.self)
                if let error = answer?.error { throw error }
            } catch {
                report("can't compact the mirror \(path): \(error)")
            }
        }
    }

    private func reclaimSpace() async {
        do { while try await store.reclaimSpace(), !Task.isCancelled {} } catch {
            report("can't give the store's free space back: \(error)")
        }
    }
}
