internal import Git
internal import Plan

extension DeployingJob {
    /// - Parameter subject: the service or container, as it is told.
    /// - Throws: `older` where the job's commit must not take the place of what was deployed last.
    func checkOrder(after history: ServiceHistory, of subject: String) throws(DeploymentError) {
        guard let last = history.current, !isAgain(after: last, history) else { return }
        let candidate = CommitOrder.Candidate(repository: repository, commit: commit, runID: runID)
        if let objection = CommitOrder(mirror: mirror).objection(to: candidate, after: last, service: subject) {
            throw DeploymentError(.older, objection)
        }
    }

    /// Whether the last deployment is a rollback that undid what this very run had deployed, and the job was made after that:
    /// somebody wants it once more.
    private func isAgain(after last: Deployment, _ history: ServiceHistory) -> Bool {
        guard let undone = last.undoes, jobID > last.jobID else { return false }
        return history.earlier.contains { $0.id == undone && $0.runID == runID }
    }
}

/// Whether a deploy would put an older commit over a newer one.
struct CommitOrder {
    /// What is about to be deployed.
    struct Candidate {
        var repository: String
        var commit: String
        var runID: Int64
    }

    /// The bare mirror of the candidate's repository.
    let mirror: String

    /// Why the candidate must not take the place of what is there; nil where it may.
    func objection(to candidate: Candidate, after last: Deployment, service: String) -> String? {
        guard last.repository != candidate.repository || last.commit != candidate.commit else { return nil }
        let new = String(candidate.commit.prefix(8))
        let there = last.commit.isEmpty ? "what run \(last.runID)" : "\(last.commit.prefix(8)), which run \(last.runID)"
        let isOlder: Bool
        let relation: String
        if let known = isAncestry(candidate, last) {
            isOlder = known == .older
            relation = "commit \(new) is older than \(there) deployed to \(service)"
        } else {
            // Branches that went their own ways, other repositories, commits that are gone.
            isOlder = candidate.runID < last.runID
            relation =
                "run \(candidate.runID) with commit \(new) was there before \(there) deployed to \(service)"
        }
        guard isOlder else { return nil }
        return "\(relation): it is left as it is. To go back on purpose, roll the newer deployment back"
            + " (\"slipway rollback \(last.runID)\", or the button on its page)"
    }

    private enum Relation { case older, newer }

    /// Nil where history doesn't tell.
    private func isAncestry(_ candidate: Candidate, _ last: Deployment) -> Relation? {
        guard last.repository == candidate.repository, let new = ObjectID(candidate.commit), let old = ObjectID(last.commit)
        else { return nil }
        do throws(GitError) {
            let mirror = try Mirror.open(existing: mirror)
            if try mirror.isAncestor(old, of: new) { return .newer }
            return try mirror.isAncestor(new, of: old) ? .older : nil
        } catch {
            // A mirror that can't be read doesn't tell either: the order of the runs does.
            return nil
        }
    }
}
