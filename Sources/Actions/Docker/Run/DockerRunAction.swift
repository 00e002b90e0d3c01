internal import Docker
public import Execution
internal import Expressions

/// `slipway/docker-run`: runs an image on this host as a container that stays, in place of the one that had its name. Where the
/// new one does not become healthy, the former one runs again, and the step fails.
public struct DockerRunAction: BuiltinAction {
    public static let names = ["slipway/docker-run"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let inputs = try DockerRunInputs(invocation)
        let access = try ActionEngine(invocation, for: Self.names[0])
        try access.demandPrivilege(for: "the step", as: "replaces a container of this host that outlives the job")
        // Jobs that replace the same container do it one after the other, in the order of their runs. What runs without a daemon has
        // no such order, and waits for the name alone.
        let record = try ContainerRecord(inputs, access.engine, invocation)
        defer { extendLifetime(record) }
        let turn = try EngineTurn(
            "docker-run", inputs.name, doing: "replacing", in: invocation.assignment.toolsFolder, access.patience,
            log: invocation.log)
        defer { extendLifetime(turn) }
        let image = try provide(inputs, access, invocation)
        var definition = inputs.definition
        definition.labels["slipway.deployed-by"] = invocation.assignment.contexts.github["repository"]?.displayString ?? ""
        definition.labels["slipway.deployed-run"] = "\(invocation.assignment.runID)"
        definition.labels["slipway.deployed-commit"] = invocation.assignment.source.commit
        let result = try replace(definition, inputs, image, access, invocation, record)
        return ActionResult(outputs: [
            "container-id": .string(result.container), "image-id": .string(image.id),
            "digest": .string(image.digest(of: inputs.image)), "replaced": .string(result.former ?? ""),
            "replaced-image": .string(result.formerImage ?? ""),
        ])
    }

    private func provide(
        _ inputs: DockerRunInputs, _ access: ActionEngine, _ invocation: ActionInvocation
    ) throws(ActionFailure) -> ImageDescription {
        let name = inputs.image.description
        let isHere = try asking { () throws(DockerError) in try access.engine.image(name) } != nil
        if inputs.pull == .always || (inputs.pull == .missing && !isHere) {
            let credentials = try JobRegistryLogins(invocation).credentials(for: inputs.image.registry)
            invocation.log("Pulling \(name)")
            try asking { () throws(DockerError) in
                try access.engine.pull(
                    inputs.image, credentials: credentials, patience: access.patience, report: invocation.log)
            }
        }
        guard let image = try asking({ () throws(DockerError) in try access.engine.image(name) }) else {
            throw ActionFailure("the image \(name) is not on this host, and \"pull: never\" is set")
        }
        return image
    }

    private func replace(
        _ definition: ContainerDefinition, _ inputs: DockerRunInputs, _ image: ImageDescription, _ access: ActionEngine,
        _ invocation: ActionInvocation, _ record: ContainerRecord?
    ) throws(ActionFailure) -> ContainerReplacement.Result {
        var replacement = ContainerReplacement(
            inputs.name, engine: access.engine, patience: access.patience, log: invocation.log)
        replacement.limit = inputs.healthLimit
        replacement.gracePeriod = inputs.stopSeconds
        let hasCheck = !definition.healthCheckIsOff && (definition.healthCheck != nil || image.hasHealthCheck)
        let proof = hasCheck ? ContainerReplacement.Proof.healthCheck : .running(seconds: inputs.stableSeconds)
        // What goes on record as the container of before has to be the one that served.
        try asking { () throws(DockerError) in try replacement.mend() }
        let former = try asking { () throws(DockerError) in try access.engine.container(named: inputs.name)?.id }
        var record = record
        try record?.begin(inputs, image)
        do throws(DockerError) {
            let result = try replacement.run(definition, proof: proof)
            record?.succeed()
            return result
        } catch {
            record?.fail(error, former: former)
            throw ActionFailure("\(error)")
        }
    }
}
