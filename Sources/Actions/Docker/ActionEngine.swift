internal import Docker
internal import Execution

/// The Docker Engine, as far as the settings let a job's actions use it.
struct ActionEngine {
    let engine: DockerEngine
    /// As long as the step may take.
    let patience: Patience
    private let action: String
    private let permission: EngineUse.Permission

    /// - Parameter action: who asks, for messages.
    init(_ invocation: ActionInvocation, for action: String) throws(ActionFailure) {
        guard let address = invocation.assignment.engine else {
            throw ActionFailure(
                "\(action) needs a Docker Engine, and the settings give this job none: install Docker, set docker.socket to where"
                    + " its engine listens, and see \"docker\" of the repository")
        }
        self.action = action
        permission = invocation.assignment.engineUse.permission
        let patience = Patience(
            until: invocation.deadline.map { .now + .seconds($0.remaining) }, descriptor: invocation.cancellation.descriptor)
        self.patience = patience
        engine = try asking { () throws(DockerError) in try DockerEngine(at: address, patience: patience) }
    }

    func allows(_ wanted: EngineUse.Permission) -> Bool { permission >= wanted }

    /// - Parameter what: as it stands in the workflow; `why` says what it would reach.
    func demandPrivilege(for what: String, as why: String) throws(ActionFailure) {
        guard !allows(.privileged) else { return }
        throw ActionFailure(
            "\(action): \(what) \(why), and the settings do not let this repository's jobs do that; \"docker: privileged\" of the"
                + " repository does")
    }
}
