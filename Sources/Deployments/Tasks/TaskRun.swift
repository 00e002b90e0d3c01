public import AWS
internal import Execution
public import Expressions
public import FoundationEssentials

/// Runs tasks that end by themselves, and waits for them.
public final class TaskRun {
    /// How long and how often the tasks are looked at.
    public struct Waiting: Sendable {
        /// Seconds.
        public var limit: Double
        public var pace: Pace
        /// Whether what the tasks write to CloudWatch Logs is told while they run.
        public var tellsLog: Bool
        /// Whether tasks that still run after the limit are stopped.
        public var stopsAtLimit: Bool

        public init(limit: Double, pace: Pace = Pace(), tellsLog: Bool = true, stopsAtLimit: Bool = true) {
            self.limit = limit
            self.pace = pace
            self.tellsLog = tellsLog
            self.stopsAtLimit = stopsAtLimit
        }
    }

    private let cluster: String
    private let token: String
    private let job: DeployingJob
    private let cloud: Cloud
    /// Their ARNs.
    public private(set) var tasks: [String] = []
    private var logs: [String: [TaskLog]] = [:]
    private var states: [String: String] = [:]
    private static let stopPatience = Duration.seconds(30)
    private static let lateLogReads = 5

    /// - Parameter token: the name of this very run of tasks, among all in the account.
    public init(in cluster: String, of job: DeployingJob, cloud: Cloud, token: String = "slipway-\(UUID().uuidString)") {
        self.cluster = cluster
        self.token = token
        self.job = job
        self.cloud = cloud
    }

    /// - Parameter input: the members that `RunTask` takes.
    /// - Throws: `refused` where not all of the tasks could be started; those that were are stopped.
    public func start(_ input: ExpressionObject) throws(DeploymentError) {
        let cloud = cloud
        var input = input
        // A call that is made again since its answer was lost starts nothing twice.
        input["clientToken"] = .string(token)
        let (started, failures) = try cloud.asking { () throws(AWSError) in try cloud.ecs.run(input) }
        tasks = started.map(\.arn)
        for task in started { cloud.log("task \(task.id) was started in the cluster \"\(cluster)\"") }
        guard let failure = failures.first else {
            if tasks.isEmpty { throw DeploymentError(.unavailable, "ECS started no task and gives no reason") }
            return
        }
        stop(reason: "not all tasks could be started")
        throw DeploymentError(.refused, "ECS can't start the task: \(failure.description)\(Self.remedy(failure.reason))")
    }

    private static func remedy(_ reason: String?) -> String {
        guard let reason else { return "" }
        if reason.hasPrefix("RESOURCE:") {
            return "; the cluster's instances lack \(reason.dropFirst(9).lowercased()): add one, or ask for less"
        }
        return reason == "AGENT" ? "; the agent of the container instance is not connected" : ""
    }

    /// Waits until every task has stopped.
    ///
    /// - Returns: the tasks as they ended.
    /// - Throws: `cancelled`, once the tasks are told to stop; `failed` where the limit has passed.
    public func wait(_ waiting: Waiting) throws(DeploymentError) -> [ECSTask] {
        do throws(DeploymentError) {
            return try waitForEnd(waiting)
        } catch {
            if error.kind == .cancelled { stop(reason: "the job was cancelled") }
            throw error
        }
    }

    private func waitForEnd(_ waiting: Waiting) throws(DeploymentError) -> [ECSTask] {
        var pace = waiting.pace
        let deadline = Deadline(after: waiting.limit)
        while true {
            var hasMoved = false
            if let now = try look() {
                for task in now {
                    hasMoved = tell(of: task) || hasMoved
                    if waiting.tellsLog { hasMoved = tellLog(of: task) || hasMoved }
                }
                if now.count == tasks.count, now.allSatisfy(\.isStopped) {
                    if waiting.tellsLog { try tellLateLog() }
                    return now
                }
            }
            guard !deadline.hasPassed else {
                if waiting.stopsAtLimit { stop(reason: "its time limit has passed") }
                throw DeploymentError(
                    .failed,
                    "the task had not ended after \(Int(waiting.limit)) seconds"
                        + (waiting.stopsAtLimit ? ", and was stopped" : ""))
            }
            try job.pause(pace.next(hasMoved: hasMoved))
        }
    }

    /// Nil where ECS can't be asked just now.
    private func look() throws(DeploymentError) -> [ECSTask]? {
        do throws(AWSError) { return try cloud.ecs.tasks(tasks, in: cluster) } catch {
            if error.reason == .cancelled || job.isCancelled { throw DeploymentError(.cancelled, job.cancellation.reason) }
            guard error.isTransient else { throw DeploymentError(.unavailable, "\(error)") }
            cloud.log("ECS can't be asked how it goes, which is tried again: \(error)")
            return nil
        }
    }

    /// Tells what state a task is in, where it is another than before.
    private func tell(of task: ECSTask) -> Bool {
        guard let state = task.lastStatus, states[task.arn] != state else { return false }
        states[task.arn] = state
        cloud.log("task \(task.id): \(state)")
        return true
    }

    // MARK: - Log

    private func tellLog(of task: ECSTask) -> Bool {
        if logs[task.arn] == nil { logs[task.arn] = makeLogs(of: task) }
        var hasTold = false
        for log in logs[task.arn] ?? [] { hasTold = log.tell() || hasTold }
        return hasTold
    }

    private func makeLogs(of task: ECSTask) -> [TaskLog] {
        guard let arn = task.taskDefinitionARN,
            let definition = try? cloud.ecs.taskDefinition(named: arn, as: ECSTaskDefinition.self)
        else { return [] }
        let containers = task.containers ?? []
        return containers.compactMap { container in
            let parts = [tasks.count > 1 ? String(task.id.prefix(8)) : nil, containers.count > 1 ? container.name : nil]
            let prefix = parts.compactMap { $0 }.map { "\($0): " }.joined()
            return definition.logStream(of: container.name, task: task.id, region: cloud.ecs.region)
                .map { TaskLog(cloud, $0, prefix: prefix) }
        }
    }

    /// What was written last arrives a moment after the task's end.
    private func tellLateLog() throws(DeploymentError) {
        for _ in 0..<Self.lateLogReads {
            try job.pause(.milliseconds(700))
            var hasTold = false
            for log in logs.values.joined() { hasTold = log.tell() || hasTold }
            if !hasTold { return }
        }
    }

    // MARK: - Stopping

    /// Tells ECS to stop the tasks, also in a job that was told to stop.
    private func stop(reason: String) {
        guard !tasks.isEmpty else { return }
        for task in tasks {
            do {
                let cloud = try self.cloud.afterCancel(Self.stopPatience)
                try cloud.ecs.stop(task: task, in: cluster, reason: "Slipway: \(reason)")
                cloud.log("task \(ECSService.lastName(of: task)) was told to stop: \(reason)")
            } catch {
                cloud.log("##[warning]task \(ECSService.lastName(of: task)) could not be told to stop and may run on: \(error)")
            }
        }
    }

    // MARK: - How it ended

    /// The exit code of tasks that have ended: the first that is not 0; nil where a container never ran.
    ///
    /// - Parameter names: the containers that count; nil: all.
    public static func exitCode(of tasks: [ECSTask], containers names: Set<String>? = nil) -> Int32? {
        let codes = tasks.flatMap { $0.containers ?? [] }.filter { names?.contains($0.name) ?? true }.map(\.exitCode)
        guard !codes.isEmpty, !codes.contains(where: { $0 == nil }) else { return nil }
        return codes.compactMap { $0 }.first { $0 != 0 }.map { Int32(clamping: $0) } ?? 0
    }

    /// Why tasks stopped, a line each.
    public static func words(for tasks: [ECSTask]) -> [String] { tasks.flatMap { StoppedTasks.words(for: $0) } }
}
