internal import Execution

extension ActionInvocation {
    /// Refuses what the job's own commands could not do either: an action runs in the worker, whose network is the host's.
    ///
    /// - Parameter purpose: what the action would do there, for the message.
    func requireNetwork(to purpose: String) throws(ActionFailure) {
        guard !assignment.confinement.sharesNetwork else { return }
        throw ActionFailure(
            "can't \(purpose): the job has no network, and its actions have none either (sandbox_options.network of the "
                + "settings; jobs of forks never have one)")
    }
}
