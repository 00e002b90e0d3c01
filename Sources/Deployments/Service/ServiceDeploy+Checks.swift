internal import AWS
internal import Plan

/// What others may have done to the service, of which the record of this host says nothing.
extension ServiceDeploy {
    /// A step back undoes one deployment, and nothing that somebody did by AWS' console or command line since.
    func checkUndone(_ id: Int64, _ history: ServiceHistory) throws(DeploymentError) {
        let known = ([history.current].compactMap { $0 } + history.earlier).first { $0.id == id }
        guard deployment == nil, let known, let running = service.primary?.taskDefinition ?? service.currentTaskDefinition,
            // A deployment that failed may have left what was there before.
            running != known.taskDefinition, running != known.previousTaskDefinition
        else { return }
        throw DeploymentError(
            .older,
            "\(service.title) runs \(ECSService.lastName(of: running)), which somebody deployed past Slipway after run \(known.runID): the"
                + " service is left as it is. Deploy what it should run by a run, or change it where that was done")
    }

    /// A count beyond its bounds is one that the service's own scaling would take back at once.
    func checkScaling() throws(DeploymentError) {
        guard let count = wish.desiredCount else { return }
        let target: ScalableTargets.Target?
        do throws(AWSError) { target = try cloud.scaling(of: service) } catch {
            if error.reason == .cancelled { throw DeploymentError(.cancelled, "\(error)") }
            // The deploy is not to fail for want of a permission to look.
            return cloud.log("whether \(service.title) scales by itself can't be had: \(error)")
        }
        guard let target else { return }
        guard (target.minimum...max(target.minimum, target.maximum)).contains(count) else {
            throw DeploymentError(
                .refused,
                "\(service.title) scales by itself between \(target.minimum) and \(target.maximum) tasks, which would undo a desired count of"
                    + " \(count): give one in between, leave it out, or change the bounds first")
        }
        cloud.log(
            "##[warning]\(service.title) scales by itself between \(target.minimum) and \(target.maximum) tasks: the desired count of"
                + " \(count) holds until it does")
    }
}
