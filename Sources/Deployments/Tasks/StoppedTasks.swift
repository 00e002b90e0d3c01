internal import AWS

/// Tells of tasks that stopped: why, with which exit codes, and what they said last.
final class StoppedTasks {
    private let cloud: Cloud
    private let cluster: String
    private var told: Set<String> = []
    private var definitions: [String: ECSTaskDefinition] = [:]
    /// Tasks of which everything is told; of more, that there are.
    private static let most = 5
    private static let lastLines = 20

    init(_ cloud: Cloud, cluster: String) {
        self.cloud = cloud
        self.cluster = cluster
    }

    /// Tells of the tasks of a deployment that stopped since it was asked last.
    ///
    /// - Parameter isMine: which tasks are meant.
    /// - Returns: how many of them are known to have stopped, told now or before.
    @discardableResult
    func tell(ofService service: String, where isMine: (ECSTask) -> Bool) throws(AWSError) -> Int {
        for task in try cloud.ecs.stoppedTasks(ofService: service, in: cluster) where isMine(task) && task.isStopped {
            tell(of: task)
        }
        return told.count
    }

    /// Tells of one task; once.
    func tell(of task: ECSTask) {
        guard told.insert(task.arn).inserted else { return }
        guard told.count <= Self.most else {
            if told.count == Self.most + 1 { cloud.log("more tasks stopped; ECS's console has them") }
            return
        }
        for line in Self.words(for: task) { cloud.log(line) }
        guard let definition = definition(of: task) else { return }
        for container in task.containers ?? [] where container.exitCode != 0 || task.containers?.count == 1 {
            tellLog(of: container.name, task, definition)
        }
    }

    static func words(for task: ECSTask) -> [String] {
        let code = task.stopCode.map { " (\($0))" } ?? ""
        var lines = ["task \(task.id) stopped: \(task.stoppedReason ?? "ECS gives no reason")\(code)"]
        for container in task.containers ?? [] {
            let end = container.exitCode.map { "exit code \($0)" } ?? "it never ran"
            let reason = container.reason.map { ": \($0)" } ?? ""
            lines.append("  container \(container.name): \(end)\(reason)")
        }
        return lines
    }

    private func tellLog(of container: String, _ task: ECSTask, _ definition: ECSTaskDefinition) {
        guard let stream = definition.logStream(of: container, task: task.id, region: cloud.ecs.region) else { return }
        do throws(AWSError) {
            let lines = try cloud.lastLines(of: stream, count: Self.lastLines)
            guard !lines.isEmpty else { return cloud.log("  \(stream.group) has nothing of it") }
            cloud.log("  its last lines in \(stream.group), \(stream.name):")
            for line in lines { cloud.log("  | \(line)") }
        } catch {
            // The deploy is not to fail for want of a permission to read logs.
            cloud.log("  its log in \(stream.group) can't be read: \(error)")
        }
    }

    private func definition(of task: ECSTask) -> ECSTaskDefinition? {
        guard let arn = task.taskDefinitionARN else { return nil }
        if let known = definitions[arn] { return known }
        let found = try? cloud.ecs.taskDefinition(named: arn, as: ECSTaskDefinition.self)
        definitions[arn] = found
        return found
    }
}
