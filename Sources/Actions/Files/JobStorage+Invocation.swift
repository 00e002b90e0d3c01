internal import Archives
public import Execution
internal import FoundationEssentials
internal import Git
public import Storage

extension RunArtifacts {
    /// Nil where the job can have no artifacts.
    public init?(_ assignment: JobAssignment) {
        guard let storage = assignment.storage else { return nil }
        self.init(
            storage, runID: assignment.runID, jobID: assignment.jobID, incoming: IncomingFiles(assignment), now: { Date() })
    }
}

extension RunCaches {
    /// Nil where the job can have no caches.
    public init?(_ assignment: JobAssignment) {
        guard let storage = assignment.storage else { return nil }
        let mirror = assignment.source.mirror
        self.init(
            storage, runID: assignment.runID, incoming: IncomingFiles(assignment),
            defaultBranch: { try? Mirror.open(existing: mirror).headBranch() }, now: { Date() })
    }
}

extension IncomingFiles {
    fileprivate init(_ assignment: JobAssignment) { self.init(folder: "\(assignment.workspace)/incoming") }
}

extension ActionInvocation {
    func artifacts() throws(ActionFailure) -> RunArtifacts {
        guard let artifacts = RunArtifacts(assignment) else { throw ActionFailure("there is no place for artifacts here") }
        return artifacts
    }

    func caches() throws(ActionFailure) -> RunCaches {
        guard let caches = RunCaches(assignment) else { throw ActionFailure("there is no place for caches here") }
        return caches
    }
}

/// Does something with stored files; what goes wrong there is the action's failure.
func storing<Value>(_ body: () throws(StorageError) -> Value) throws(ActionFailure) -> Value {
    do throws(StorageError) { return try body() } catch { throw ActionFailure(error.message) }
}

/// Packs or unpacks; what goes wrong there is the action's failure.
func archiving<Value>(_ body: () throws(ArchiveError) -> Value) throws(ActionFailure) -> Value {
    do throws(ArchiveError) { return try body() } catch { throw ActionFailure(error.message) }
}
