internal import FoundationEssentials
internal import Plan
internal import Store

extension Scheduler {
    /// Whether a job may deploy now that its turn has come: an older commit is not put over a newer one that the same job has
    /// deployed in the meantime, unless somebody asked for it.
    ///
    /// What is compared is a job with itself, in a newer run of its workflow for the same ref: other jobs of the environment may
    /// deploy something else, and other refs have no order.
    ///
    /// - Throws: as the job's end, `cancelled`.
    func checkDeployOrder(of start: JobStart) async throws(LaunchError) {
        guard start.job.claims.contains(where: { $0.deployTurn == .inOrder }) else { return }
        let newer: EnvironmentDeployment?
        do { newer = try await store.newerDeployment(than: start.job, of: start.run) } catch {
            throw LaunchError("can't look what is deployed to \(start.job.environment?.name ?? "its environment"): \(error)")
        }
        guard let newer else { return }
        throw LaunchError(
            "run \(newer.runID), which is newer, has deployed \(newer.commit.prefix(8)) to the environment "
                + "\(newer.environment): it is left as it is. To deploy \(start.run.commit.prefix(8)) all the same, rerun the job",
            conclusion: .cancelled)
    }
}
