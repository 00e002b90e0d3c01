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
        try JobsTable.advance(progress, database)
        let change = StoreChange(
            kind: .progress, runID: place.runID, repository: place.repository, jobIDs: [progress.jobID])
        changes.append(change)
        if progress.summaryChanged {
            changes.append(
                StoreChange(kind: .summary, runID: change.runID, repository: change.repository, jobIDs: change.jobIDs))
        }
        return true
    }
}
