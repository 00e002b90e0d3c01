internal import Deployments
internal import Execution
internal import Expressions

extension DeployTaskDefinitionAction {
    /// What the inputs ask for.
    struct Order {
        let document: TaskDefinitionDocument
        let cluster: String
        /// Nil where nothing but the task definition is wanted.
        let service: ServiceDeploy.Wish?
        /// The members of `RunTask`; nil where no task is to be run.
        let task: ExpressionObject?
        let waits: Bool
        let waitsForTask: Bool
        let minutes: Int
        /// Between two looks; nil: ever longer, up to the usual.
        let longestPause: Duration?
        let keptKeys: Set<String>

        init(_ invocation: ActionInvocation) throws(ActionFailure) {
            let path = try invocation.required("task-definition")
            let text = try invocation.file(path, for: "task definition")
            document = try deploying { () throws(DeploymentError) in try TaskDefinitionDocument(json: text, name: path) }
            cluster = invocation.input("cluster") ?? "default"
            waits = try invocation.flag("wait-for-service-stability")
            waitsForTask = try invocation.flag("wait-for-task-stopped")
            minutes = min(try invocation.number("wait-for-minutes", in: 1...100_000) ?? 30, longestWait)
            longestPause = try invocation.number("wait-max-delay-seconds", in: 1...21_600).map { .seconds($0) }
            keptKeys = Set(Self.list(invocation, "keep-null-value-keys"))
            let managedTags =
                try invocation.input("enable-ecs-managed-tags") == nil ? nil : invocation.flag("enable-ecs-managed-tags")
            if let name = invocation.input("service") {
                var wish = ServiceDeploy.Wish(cluster: cluster, service: name)
                wish.forcesNewDeployment = try invocation.flag("force-new-deployment")
                wish.desiredCount = try invocation.number("desired-count", in: 0...100_000)
                wish.enablesManagedTags = managedTags
                wish.propagateTags = invocation.input("propagate-tags")
                wish.takesTaskSets = false
                wish.volumes = try Self.volumes(invocation, "service-managed-ebs-volume")
                service = wish
            } else {
                service = nil
            }
            task = try invocation.flag("run-task") ? Self.task(invocation, cluster, managedTags) : nil
        }

        private static func task(
            _ invocation: ActionInvocation, _ cluster: String, _ managedTags: Bool?
        ) throws(ActionFailure) -> ExpressionObject {
            var input: ExpressionObject = [
                "cluster": .string(cluster), "startedBy": .string(invocation.input("run-task-started-by") ?? "GitHub-Actions"),
            ]
            let overrides = try json(invocation, "run-task-container-overrides")
            if let overrides { input["overrides"] = ["containerOverrides": overrides] }
            if let strategy = try json(invocation, "run-task-capacity-provider-strategy"), strategy != .array([]) {
                input["capacityProviderStrategy"] = strategy
            } else {
                input["launchType"] = .string(invocation.input("run-task-launch-type") ?? "FARGATE")
            }
            input["networkConfiguration"] = network(
                subnets: list(invocation, "run-task-subnets"), groups: list(invocation, "run-task-security-groups"),
                publicIP: invocation.input("run-task-assign-public-ip"))
            if let managedTags { input["enableECSManagedTags"] = .boolean(managedTags) }
            if let tags = try json(invocation, "run-task-tags"), tags != .array([]) { input["tags"] = tags }
            input["volumeConfigurations"] = try volumes(invocation, "run-task-managed-ebs-volume")
            return input
        }

        /// Nil where neither is given.
        static func network(subnets: [String], groups: [String], publicIP: String?) -> ExpressionValue? {
            guard !subnets.isEmpty || !groups.isEmpty else { return nil }
            var configuration = ExpressionObject()
            if !subnets.isEmpty { configuration["subnets"] = .array(subnets.map { .string($0) }) }
            if !groups.isEmpty { configuration["securityGroups"] = .array(groups.map { .string($0) }) }
            configuration["assignPublicIp"] = .string(publicIP ?? "DISABLED")
            return ["awsvpcConfiguration": .object(configuration)]
        }

        /// A volume that is configured at launch: its name, and its settings as JSON.
        private static func volumes(_ invocation: ActionInvocation, _ input: String) throws(ActionFailure) -> ExpressionValue? {
            guard let name = invocation.input("\(input)-name") else { return nil }
            guard let settings = try json(invocation, input) else {
                invocation.warn("\"\(input)-name\" is given without \"\(input)\": no volume is configured")
                return nil
            }
            guard settings["roleArn"] != nil else {
                throw ActionFailure("\"\(input)\" must have a \"roleArn\", by which ECS makes the volume")
            }
            return [["name": .string(name), "managedEBSVolume": settings]]
        }

        static func json(_ invocation: ActionInvocation, _ name: String) throws(ActionFailure) -> ExpressionValue? {
            guard let text = invocation.input(name) else { return nil }
            do throws(ExpressionError) { return try ExpressionValue(json: text) } catch {
                throw ActionFailure("the input \"\(name)\" is not JSON: \(error.message)")
            }
        }

        /// One that is separated by commas.
        static func list(_ invocation: ActionInvocation, _ name: String) -> [String] {
            (invocation.input(name) ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
        }
    }
}
