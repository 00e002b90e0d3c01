internal import Plan
internal import Store

/// Wakes the viewers of one job's log: by its file while it is written, by the store before there is one and at its end.
struct LogGrowth {
    let jobID: Int64
    let folders: StateFolders
    let store: Store
    let watch: FolderWatch

    func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Ended by the stream's end, which its reader causes.
        let task = Task {
            var watching: FolderWatch.Watching?
            defer { watching?.end() }
            guard let job = try? await store.job(jobID) else { return continuation.finish() }
            let changes = store.changes.subscribe(run: job.runID)
            continuation.yield()
            func watchFolder() async {
                guard watching == nil, let job = try? await store.job(jobID), job.startedAt != nil else { return }
                watching = watch.watch(folders.job(jobID, ofRun: job.runID).path) { continuation.yield() }
            }
            await watchFolder()
            continuation.yield()
            for await change in changes where change.jobIDs.contains(jobID) || change.kind == .missed || change.kind == .run {
                await watchFolder()
                continuation.yield()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}
