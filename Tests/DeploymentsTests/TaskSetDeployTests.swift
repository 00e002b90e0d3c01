import CloudRig
import Execution
import Foundation
import Plan
import Testing

@testable import Deployments

/// Deploys to services with the deployment controller EXTERNAL.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct TaskSetDeployTests {
    private let trial: DeployTrial

    init() throws { trial = try DeployTrial(CloudService.external(CloudRig.shared())) }

    /// `family:revision status` of each task set.
    private func sets() throws -> [String] {
        try trial.service.taskSets().map { set in
            let definition = (set["taskDefinition"] as? String ?? "").split(separator: "/").last ?? ""
            return "\(definition) \(set["status"] as? String ?? "")"
        }
    }

    @Test("a task set like the primary one is made, waited for, made the primary one, and the former is deleted")
    func success() throws {
        let deployment = try trial.deploy()
        #expect(deployment.status == .succeeded)
        #expect(deployment.previousTaskDefinition?.hasSuffix("/\(trial.service.family):1") == true)
        #expect(try sets() == ["\(trial.service.family):2 PRIMARY"])
        let set = try #require(try trial.service.taskSets().first)
        let network = (set["networkConfiguration"] as? [String: Any])?["awsvpcConfiguration"] as? [String: Any]
        #expect(network?["subnets"] as? [String] == ["subnet-1"] && network?["securityGroups"] as? [String] == ["sg-1"])
        #expect(set["launchType"] as? String == "FARGATE")
        #expect(trial.told.map(\.status) == [.running, .succeeded])
        #expect(trial.logHas("1 of 1 tasks running, 0 pending, steady state"), "\(trial.log)")
        #expect(trial.logHas("its task set is the primary one") && trial.logHas("the former task set"))
        // A rollback goes the same way.
        #expect(try trial.deploy(run: 2).previousTaskDefinition?.hasSuffix("/\(trial.service.family):2") == true)
    }

    @Test("one whose tasks stop is deleted with their reasons told, and the former serves as before")
    func failure() throws {
        let error = try #require(throws: DeploymentError.self) {
            try trial.deploy(["ROLLOUT": "fails", "EXIT_CODE": "3", "SAYS": "no model"])
        }
        #expect(error.message.contains("3 of its tasks stopped one after the other"), "\(error.message)")
        #expect(error.message.contains("runs \(trial.service.family):1 as before"), "\(error.message)")
        #expect(trial.logHas("container app: exit code 3") && trial.logHas("| no model"))
        #expect(trial.told.last?.status == .rolledBack)
        #expect(try sets() == ["\(trial.service.family):1 PRIMARY"])
    }

    @Test("one that is never steady, or whose job is cancelled, is deleted")
    func deadlineAndCancel() throws {
        var following = DeployTrial.following
        following.limit = 0.1
        let late = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "hangs"], following) }
        #expect(late.message.contains("was not steady after 0 seconds"), "\(late.message)")
        #expect(try sets() == ["\(trial.service.family):1 PRIMARY"])
        let cancelled = try #require(throws: DeploymentError.self) {
            try trial.deploy(["ROLLOUT": "hangs"], meanwhile: { trial.cancellation.request(reason: "cancelled by anna") })
        }
        #expect(cancelled.kind == .cancelled && cancelled.message.contains("its task set was deleted"), "\(cancelled.message)")
        #expect(trial.told.last?.status == .cancelled)
        #expect(try sets() == ["\(trial.service.family):1 PRIMARY"])
    }

    @Test("where somebody else makes another task set the primary one, that stays")
    func superseded() throws {
        let place = #""cluster":"\#(trial.service.cluster)","service":"web""#
        let error = try #require(throws: DeploymentError.self) {
            try trial.deploy(
                ["ROLLOUT": "hangs"],
                meanwhile: {
                    let rig = trial.service.rig
                    try rig.ecs(
                        "CreateTaskSet", #"{\#(place),"taskDefinition":"\#(trial.service.family):1","launchType":"FARGATE"}"#)
                    let arn = try trial.service.taskSets().last?["taskSetArn"] as? String ?? ""
                    try rig.ecs("UpdateServicePrimaryTaskSet", #"{\#(place),"primaryTaskSet":"\#(arn)"}"#)
                })
        }
        #expect(error.message.contains("was superseded"), "\(error.message)")
        #expect(trial.told.last?.status == .superseded)
        #expect(try sets() == ["\(trial.service.family):1 ACTIVE", "\(trial.service.family):1 PRIMARY"])
    }

    @Test("a service without a first task set, and one of CodeDeploy, are refused with what to do")
    func refused() throws {
        let rig = try CloudRig.shared()
        let empty = try DeployTrial(CloudService(rig, options: #""deploymentController":{"type":"EXTERNAL"}"#))
        let first = try #require(throws: DeploymentError.self) { try empty.deploy() }
        #expect(first.kind == .refused && first.message.contains("create the service's first task set"), "\(first.message)")
        let other = try DeployTrial(CloudService(rig, options: #""deploymentController":{"type":"CODE_DEPLOY"}"#))
        let second = try #require(throws: DeploymentError.self) { try other.deploy() }
        #expect(second.message.contains("has the deployment controller CODE_DEPLOY"), "\(second.message)")
        var wish = trial.wish
        wish.takesTaskSets = false
        let third = try #require(throws: DeploymentError.self) { try ServiceDeploy(wish, of: trial.job(), in: trial.cloud()) }
        #expect(third.message.contains("slipway/ecs-deploy deploys it"), "\(third.message)")
    }
}
