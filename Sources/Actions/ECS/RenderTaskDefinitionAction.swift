internal import AWS
internal import Deployments
public import Execution
internal import Expressions
internal import FoundationEssentials

/// `aws-actions/amazon-ecs-render-task-definition`: puts an image, and what else is given, into a task definition, and writes it to
/// a new file.
///
/// Inputs and outputs as the original's; see github.com/aws-actions/amazon-ecs-render-task-definition.
public struct RenderTaskDefinitionAction: BuiltinAction {
    public static let names = ["aws-actions/amazon-ecs-render-task-definition"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let container = try invocation.required("container-name")
        let changes = try Self.changes(invocation)
        var document = try Self.document(invocation)
        try deploying { () throws(DeploymentError) in try document.apply(changes, to: container) }
        let name = "task-definition-\(UUID().uuidString.lowercased()).json"
        let place = invocation.folders.temporary.appending(name)
        do throws(ExecutionError) { try Folder.write(document.text + "\n", to: place.outside) } catch {
            throw ActionFailure(error.message)
        }
        invocation.log("The container \"\(container)\" has the image \(changes.image ?? "") in \(place.inside)")
        return ActionResult(outputs: ["task-definition": .string(place.inside)])
    }

    /// From a file, or from ECS, where an ARN or a family is given.
    private static func document(_ invocation: ActionInvocation) throws(ActionFailure) -> TaskDefinitionDocument {
        if let path = invocation.input("task-definition") {
            let text = try invocation.file(path, for: "task definition")
            return try deploying { () throws(DeploymentError) in try TaskDefinitionDocument(json: text, name: path) }
        }
        let family = invocation.input("task-definition-family")
        let revision = invocation.input("task-definition-revision")
        let named = family.map { name in revision.map { "\(name):\($0)" } ?? name }
        guard let name = invocation.input("task-definition-arn") ?? named else {
            throw ActionFailure(
                "give the task definition: a file as \"task-definition\", or what ECS has as \"task-definition-arn\" or"
                    + " \"task-definition-family\"")
        }
        let cloud = try invocation.cloud()
        return try deploying { () throws(DeploymentError) in try cloud.taskDefinition(named: name) }
    }

    private static func changes(_ invocation: ActionInvocation) throws(ActionFailure) -> TaskDefinitionChanges {
        var changes = TaskDefinitionChanges(image: try invocation.required("image"))
        func pairs(_ input: String, _ what: String) throws(ActionFailure) -> [(name: String, value: String)] {
            try deploying { () throws(DeploymentError) in
                try TaskDefinitionChanges.pairs(invocation.input(input) ?? "", of: what)
            }
        }
        changes.environment = try pairs("environment-variables", "environment variable")
        changes.secrets = try pairs("secrets", "secret")
        changes.logOptions = try pairs("log-configuration-options", "log option")
        changes.labels = try pairs("docker-labels", "Docker label")
        changes.logDriver = invocation.input("log-configuration-log-driver")
        changes.environmentFiles = invocation.lines("env-files")
        changes.command = (invocation.input("command") ?? "").split { $0 == " " || $0 == "\n" }.map(String.init)
        return changes
    }
}
