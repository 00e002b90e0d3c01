/// Task sets: the deployments of services that something else than ECS itself deploys.
extension ECSClient {
    private struct DescribeInput: Encodable {
        var cluster: String
        var service: String
    }

    private struct DescribeAnswer<TaskSet: Decodable>: Decodable {
        var taskSets: [TaskSet]?
    }

    private struct PrimaryInput: Encodable {
        var cluster: String
        var service: String
        var primaryTaskSet: String
    }

    private struct DeleteInput: Encodable {
        var cluster: String
        var service: String
        var taskSet: String
        var force: Bool
    }

    private struct TaskSetAnswer: Decodable {
        var taskSet: ECSTaskSet
    }

    /// All task sets of a service.
    ///
    /// - Parameter type: what is to be known of each: `ECSTaskSet`, or a type that keeps each member.
    public func taskSets<TaskSet: Decodable>(
        ofService service: String, in cluster: String, as type: TaskSet.Type = ECSTaskSet.self
    ) throws(AWSError) -> [TaskSet] {
        let answer: DescribeAnswer<TaskSet> = try call("DescribeTaskSets", DescribeInput(cluster: cluster, service: service))
        return answer.taskSets ?? []
    }

    /// - Parameter input: the members that `CreateTaskSet` takes. With a `clientToken` the call may be made again.
    public func createTaskSet(_ input: some Encodable) throws(AWSError) -> ECSTaskSet {
        try call("CreateTaskSet", input, as: TaskSetAnswer.self).taskSet
    }

    /// Has the service take a task set for what it runs; the others stay as they are.
    public func makePrimary(taskSet arn: String, ofService service: String, in cluster: String) throws(AWSError) {
        let _: TaskSetAnswer = try call(
            "UpdateServicePrimaryTaskSet", PrimaryInput(cluster: cluster, service: service, primaryTaskSet: arn))
    }

    /// Stops the tasks of a task set, and forgets it. One that is gone is no error.
    public func delete(taskSet arn: String, ofService service: String, in cluster: String) throws(AWSError) {
        do throws(AWSError) {
            let _: TaskSetAnswer = try call(
                "DeleteTaskSet", DeleteInput(cluster: cluster, service: service, taskSet: arn, force: true))
        } catch  where error.code == "TaskSetNotFoundException" {}
    }
}
