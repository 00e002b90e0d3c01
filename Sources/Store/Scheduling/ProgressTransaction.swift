internal import FoundationEssentials
internal import GRDB
internal import Plan

/// Applies stretches of journals, each once: only where the store's offset is where the stretch begins.
///
/// The offset and what the stretch says are one transaction, so a process that is killed anywhere has applied all of it
/// or none, and the one after it reads on from the right byte.
struct ProgressTransaction {
    private let database: Database
    private(set) var changes: [StoreChange] = []

    init(_ database: Database) { self.database = database }

    /// - Returns: whether it was applied; not so where the job is gone or its journal was read further, or less far.
    mutating func apply(_ progress: JobProgress) throws -> Bool {
        guard
            let place = try JobsTable.place(ofJob: progress.jobID, database), place.journalOffset == progress.from
        else { return false }
        for var step in progress.steps {
            step.jobID = progress.jobID
            try StepsTable.upsert(step, database)
        }
        for annotation in progress.annotations {
            try AnnotationsTable.insert(annotation, job: progress.jobID, database)
        }
        for diagnosis in progress.diagnoses {
            try DiagnosesTable.insert(diagnosis, job: progress.jobID, database)
        }
        for report in progress.reports { try ReportsTable.insert(report, job: progress.jobID, database) }
        for gate in progress.gates { try GatesTable.insert(gate, job: progress.jobID, database) }
        for change in progress.storage { try apply(change, place) }
        for deployment in progress.deployments { try apply(deployment, place) }
        for shell in progress.shells { try AuditTable.insert(AuditEntry(shell, job: progress.jobID, run: place.runID), database) }
        try JobsTable.advance(progress, database)
        if let pause = progress.pause { try apply(pause, place, job: progress.jobID) }
        if let wait = progress.wait {
            try JobsTable.setWait(wait, ofJob: progress.jobID, database)
            changes.append(
                StoreChange(kind: .jobs, runID: place.runID, repository: place.repository, jobIDs: [progress.jobID]))
        }
        let change = StoreChange(
            kind: .progress, runID: place.runID, repository: place.repository, jobIDs: [progress.jobID])
        changes.append(change)
        if progress.summaryChanged {
            changes.append(
                StoreChange(kind: .summary, runID: change.runID, repository: change.repository, jobIDs: change.jobIDs))
        }
        return true
    }

    private mutating func apply(_ change: JobProgress.PauseChange, _ place: JobsTable.Place, job: Int64) throws {
        switch change {
        case .began(let pause): try JobsTable.setPause(pause, ofJob: job, database)
        case .ended: try JobsTable.setPause(nil, ofJob: job, database)
        }
        changes.append(StoreChange(kind: .jobs, runID: place.runID, repository: place.repository, jobIDs: [job]))
    }

    private mutating func apply(_ deployment: Deployment, _ place: JobsTable.Place) throws {
        var deployment = deployment
        // The journal is the worker's word about its own run, whatever else it says.
        deployment.runID = place.runID
        deployment.repository = place.repository
        try DeploymentsTable.upsert(deployment, database)
        changes.append(StoreChange(kind: .deployments, runID: place.runID, repository: place.repository))
    }

    private mutating func apply(_ change: StorageChange, _ place: JobsTable.Place) throws {
        switch change {
        case .artifactStored(var artifact):
            // The journal is the worker's word about its own run, whatever else it says.
            artifact.runID = place.runID
            try ArtifactsTable.insert(artifact, database)
        case .artifactRemoved(let id, let date):
            guard let stored = try ArtifactsTable.artifact(id, database), stored.artifact.runID == place.runID else { return }
            try ArtifactsTable.markRemoved(id, at: date, database)
        case .cacheStored(var entry):
            entry.repository = place.repository
            try CachesTable.upsert(entry, database)
        case .cacheUsed(let id, let date): try CachesTable.setUsed(id, at: date, database)
        case .cacheRemoved(let id):
            guard let entry = try CachesTable.entry(id, database), entry.repository == place.repository else { return }
            try CachesTable.remove(id, database)
        }
        switch change {
        case .artifactStored, .artifactRemoved:
            changes.append(StoreChange(kind: .artifacts, runID: place.runID, repository: place.repository))
        case .cacheStored, .cacheUsed, .cacheRemoved:
            changes.append(StoreChange(kind: .caches, repository: place.repository))
        }
    }
}

extension AuditEntry {
    /// That somebody opened a shell in a job, or that it ended.
    init(_ shell: ShellUse, job: Int64, run: Int64) {
        let subject = "job \(job) of run \(run)"
        guard let end = shell.end else {
            self.init(
                at: shell.startedAt, actor: shell.actor, action: "open-shell", subject: subject, detail: "user id \(shell.userID)"
            )
            return
        }
        let seconds = Int(max(0, end.at.timeIntervalSince(shell.startedAt)).rounded())
        self.init(
            at: end.at, actor: shell.actor, action: "close-shell", subject: subject,
            detail: "user id \(shell.userID), after \(seconds) seconds: \(end.reason)")
    }
}
