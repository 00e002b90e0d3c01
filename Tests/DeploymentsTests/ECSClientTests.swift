import CloudRig
import Foundation
import Testing

@testable import AWS

/// Calls of ECS, each answered by moto.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct ECSClientTests {
    private let service: CloudService
    private let ecs: ECSClient

    init() throws {
        service = try CloudService(try CloudRig.shared())
        ecs = try ECSClient(AWSConfiguration(environment: service.rig.environment, sources: .job))
    }

    private struct Definition: Codable {
        struct Container: Codable {
            var name = "app"
            var image = "busybox:2"
            var memory = 64
        }

        var family: String
        var containerDefinitions = [Container()]
    }

    @Test("a task definition is registered, described by family and ARN, and deregistered")
    func taskDefinitions() throws {
        let registered = try ecs.register(taskDefinition: Definition(family: service.family))
        #expect(registered.title == "\(service.family):2")
        #expect(try ecs.taskDefinition(named: service.family, as: ECSTaskDefinition.self).arn == registered.arn)
        let whole = try ecs.taskDefinition(named: registered.arn, as: Definition.self)
        #expect(whole.containerDefinitions.first?.memory == 64)
        try ecs.deregister(taskDefinition: registered.arn)
        #expect(try ecs.taskDefinition(named: registered.arn, as: ECSTaskDefinition.self).status == "INACTIVE")
    }

    @Test("a service is described with its deployments and events, and an update begins a deployment of its own")
    func services() throws {
        #expect(try ecs.service(named: "nosuch", in: service.cluster) == nil)
        let before = try #require(try ecs.service(named: "web", in: service.cluster))
        #expect(before.title == "\(service.cluster)/web")
        #expect(before.primary?.rolloutState == .completed)
        var update = ECSServiceUpdate(cluster: service.cluster, service: "web", taskDefinition: service.family)
        update.forceNewDeployment = true
        let after = try ecs.update(update)
        #expect(after.primary?.id != before.primary?.id)
        #expect(after.primary?.rolloutState == .inProgress)
        let later = try #require(try ecs.service(named: "web", in: service.cluster))
        #expect(later.events?.first?.message.contains("has started") == true)
    }

    @Test("a missing cluster is an error with ECS's own code")
    func missingCluster() throws {
        let error = try #require(throws: AWSError.self) { try ecs.service(named: "web", in: "nosuch") }
        #expect(error.code == "ClusterNotFoundException")
    }

    @Test("a task is run, described until it has stopped, and stopped")
    func tasks() throws {
        struct Run: Encodable {
            var cluster: String
            var taskDefinition: String
            var launchType = "FARGATE"
            var count = 2
        }
        let (tasks, failures) = try ecs.run(Run(cluster: service.cluster, taskDefinition: service.family))
        #expect(tasks.count == 2)
        #expect(failures.isEmpty)
        try ecs.stop(task: tasks[0].arn, in: service.cluster, reason: "enough")
        let found = try ecs.tasks(tasks.map(\.arn), in: service.cluster)
        let stopped = try #require(found.first { $0.arn == tasks[0].arn })
        #expect(stopped.isStopped)
        #expect(stopped.stoppedReason == "enough")
        #expect(stopped.containers?.first?.exitCode == 0)
        #expect(try ecs.stoppedTasks(ofService: "web", in: service.cluster).contains { $0.arn == stopped.arn })
    }

    @Test("the stream of a container's log follows from its configuration")
    func logStream() throws {
        let definition = try ecs.taskDefinition(named: service.family, as: ECSTaskDefinition.self)
        #expect(
            definition.logStream(of: "app", task: "1a2b", region: "eu-west-1")
                == ECSLogStream(region: "us-east-1", group: "/ecs/\(service.family)", name: "ecs/app/1a2b"))
        #expect(definition.logStream(of: "other", task: "1a2b", region: "eu-west-1") == nil)
    }
}
