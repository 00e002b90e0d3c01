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
        let names = try invocation.required("container-name").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let changes = try Self.changes(invocation)
        var document = try Self.document(invocation)
        try deploying { () throws(DeploymentError) in
            for name in names where !name.isEmpty { try document.apply(changes, to: name) }
        }
        for (input, member) in [("task-role-arn", "taskRoleArn"), ("execution-role-arn", "executionRoleArn")] {
            guard let role = invocation.input(input) else { continue }
            guard role.wholeMatch(of: /arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@\/-]+/) != nil else {
                throw ActionFailure(
                    "the input \"\(input)\" is no ARN of a role: expected arn:aws:iam::123456789012:role/NAME, found \"\(role)\"")
            }
            document.set(member, to: role)
        }
        let name = "task-definition-\(UUID().uuidString.lowercased()).json"
        let place = invocation.folders.temporary.appending(name)
        do throws(ExecutionError) { try Folder.write(document.text + "\n", to: place.outside) } catch {
            throw ActionFailure(error.message)
        }
        let shown = names.map { "\"\($0)\"" }.joined(separator: " and ")
        invocation.log("The container \(shown) has the image \(changes.image ?? "") in \(place.inside)")
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
        changes.command = try command(invocation.input("command") ?? "")
        return changes
    }

    /// A JSON list of words, or words between blanks.
    private static func command(_ text: String) throws(ActionFailure) -> [String] {
        guard text.first(where: { !$0.isWhitespace }) == "[" else {
            return text.split { $0 == " " || $0 == "\n" }.map(String.init)
        }
        guard case .array(let words)? = try? ExpressionValue(json: text) else {
            throw ActionFailure("the input \"command\" begins as a JSON list and is none: \(text)")
        }
        return words.map(\.displayString)
    }
}
