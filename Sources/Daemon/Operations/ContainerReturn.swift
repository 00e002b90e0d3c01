internal import Expressions
internal import Plan

/// The step that makes a container again as an earlier deployment made it.
///
/// What the deployment recorded of its inputs is taken as it was. An input that may have held a secret was not recorded: it is taken as
/// the job's own step for that container has it written, and evaluated anew.
struct ContainerReturn {
    static let action = "slipway/docker-run"

    private let deployment: Deployment
    private let image: String
    private let inputs: [String: String?]
    /// The step of the job that made the container; nil where the job does not name it in so many words.
    private let written: StepPlan?

    /// - Parameters:
    ///   - deployment: what is undone.
    ///   - image: what the container is to have.
    ///   - steps: of the job whose credentials are used.
    init(_ deployment: Deployment, to image: String, inputs: [String: String?], among steps: [StepPlan]) {
        self.deployment = deployment
        self.image = image
        self.inputs = inputs
        let makers = steps.filter { Self.call(of: $0) != nil }
        // Of several whose names are computed nobody can say which it was, and each has secrets of its own.
        let computed = makers.filter { Self.template("name", of: $0)?.isLiteral == false }
        written =
            makers.last { Self.template("name", of: $0)?.literalText == deployment.service }
            ?? (computed.count == 1 ? computed[0] : nil)
    }

    private static func call(of step: StepPlan) -> ActionCall? {
        guard case .action(let call) = step.work, call.actionName == action else { return nil }
        return call
    }

    private static func template(_ input: String, of step: StepPlan) -> Template? {
        call(of: step)?.inputs.last { $0.name.lowercased() == input }?.value
    }

    /// The inputs that nobody knows any more: they were not recorded, and the job has no step that has them.
    var missing: [String] {
        inputs.filter { name, value in value == nil && written.flatMap { Self.template(name, of: $0) } == nil }.keys.sorted()
    }

    func step(titled title: String) -> StepPlan {
        var call = ActionCall(reference: Self.action)
        for (name, value) in inputs.sorted(by: { $0.key < $1.key }) {
            let template = value.map { Template(literal: $0) } ?? written.flatMap { Self.template(name, of: $0) }
            if let template { call.inputs.append(NamedTemplate(name: name, value: template)) }
        }
        // Where the image is still on the host, nobody has to have it elsewhere.
        for (name, value) in [("image", image), ("pull", "missing"), ("deployment", "\(deployment.id)")] {
            call.inputs.append(NamedTemplate(name: name, value: Template(literal: value)))
        }
        return StepPlan(name: Template(literal: title), environment: written?.environment ?? [], work: .action(call))
    }
}
