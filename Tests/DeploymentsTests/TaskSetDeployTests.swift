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

    private func desiredCount() throws -> Int? {
        let text = try trial.service.rig.ecs("DescribeServices", #"{"cluster":"\#(trial.service.cluster)","services":["web"]}"#)
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return (answer?["services"] as? [[String: Any]])?.first?["desiredCount"] as? Int
    }

    private func deploy(
        count: Int, _ environment: [String: String] = [:], run: Int64 = 1, meanwhile: () throws -> Void = {}
    ) throws {
        var wish = trial.wish
        wish.desiredCount = count
        let deploy = try ServiceDeploy(wish, of: trial.job(run: run), in: trial.cloud())
        let registered = try trial.register(environment)
        _ = try deploy.update(to: registered.arn, images: registered.images)
        try meanwhile()
        _ = try deploy.follow(DeployTrial.following)
    }

    @Test("a higher desired count counts before the new task set is steady, a lower one once it is the primary one")
    func counts() throws {
        var meanwhile: [Int?] = []
        try deploy(count: 3, meanwhile: { meanwhile.append(try desiredCount()) })
        #expect(try desiredCount() == 3)
        try deploy(count: 2, run: 2, meanwhile: { meanwhile.append(try desiredCount()) })
        #expect(meanwhile == [3, 3])
        #expect(try desiredCount() == 2)
        #expect(trial.logHas("is 2 now, and was 3"), "\(trial.log)")
        #expect(try traces().isEmpty)
    }

    @Test("a deploy that fails leaves the desired count of before, unless somebody else has changed it")
    func countsAfterFailure() throws {
        let raised = try #require(throws: DeploymentError.self) { try deploy(count: 4, ["ROLLOUT": "fails"]) }
        #expect(raised.message.contains("its desired count is 1 again"), "\(raised.message)")
        #expect(try desiredCount() == 1)
        #expect(throws: DeploymentError.self) { try deploy(count: 0, ["ROLLOUT": "fails"]) }
        #expect(try desiredCount() == 1)
        #expect(throws: DeploymentError.self) {
            try deploy(
                count: 4, ["ROLLOUT": "fails"],
                meanwhile: {
                    try trial.service.rig.ecs(
                        "UpdateService", #"{"cluster":"\#(trial.service.cluster)","service":"web","desiredCount":2}"#)
                })
        }
        #expect(try desiredCount() == 2)
        #expect(try sets() == ["\(trial.service.family):1 PRIMARY"])
    }

    @Test("a task set whose answer was lost is found and goes on; of a cancelled job it is deleted")
    func lostAnswer() throws {
        #expect(try trial.deploy(["ANSWER": "lost"]).status == .succeeded)
        #expect(trial.logHas("ECS made the task set although its answer was lost"), "\(trial.log)")
        #expect(try sets() == ["\(trial.service.family):2 PRIMARY"])
        let deploy = try ServiceDeploy(trial.wish, of: trial.job(run: 2), in: trial.cloud())
        let registered = try trial.register(["ANSWER": "lost"])
        let service = trial.service
        let stopper = Thread { [cancellation = trial.cancellation] in
            while (try? service.taskSets().count) == 1 { usleep(10_000) }
            cancellation.request(reason: "cancelled by anna")
        }
        stopper.start()
        let error = try #require(throws: DeploymentError.self) {
            _ = try deploy.update(to: registered.arn, images: registered.images)
        }
        #expect(error.kind == .cancelled && error.message.contains("its task set was deleted"), "\(error.message)")
        #expect(trial.told.last?.status == .cancelled)
        #expect(try sets() == ["\(trial.service.family):2 PRIMARY"])
        #expect(try traces().isEmpty)
    }

    @Test("what a deploy left that was cut off, the next one ends")
    func cutOff() throws {
        var wish = trial.wish
        wish.desiredCount = 3
        do {
            let deploy = try ServiceDeploy(wish, of: trial.job(), in: trial.cloud())
            let registered = try trial.register(["ROLLOUT": "hangs"])
            _ = try deploy.update(to: registered.arn, images: registered.images)
            // As a worker that is killed: its turn ends, and nothing else.
        }
        #expect(try sets().count == 2)
        #expect(try desiredCount() == 3)
        try trial.deploy(run: 2)
        #expect(try sets() == ["\(trial.service.family):3 PRIMARY"])
        #expect(try desiredCount() == 1)
        #expect(trial.logHas("which run 1 left when it was cut off, is being deleted"), "\(trial.log)")
        #expect(trial.logHas("is 1 again, which run 1 had raised to 3"), "\(trial.log)")
        #expect(try traces().isEmpty)
    }

    private func traces() throws -> [TaskSetTrace] {
        let folders = StateFolders(root: trial.root)
        let names = try FileManager.default.contentsOfDirectory(atPath: folders.deployments)
        return try TaskSetTrace.all(in: "\(folders.deployments)/\(names.first ?? "")")
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
