import CloudRig
import Foundation
import Plan
import Testing

@testable import AWS
@testable import Deployments

/// Deploys to services whose deployments shift traffic.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct TrafficShiftTests {
    private func trial(_ strategy: String, more: String = "") throws -> DeployTrial {
        try DeployTrial(options: #""deploymentConfiguration":{"strategy":"\#(strategy)"\#(more)}"#)
    }

    @Test("one is followed by its stages to its end, bake time and all", arguments: ["BLUE_GREEN", "LINEAR", "CANARY"])
    func success(strategy: String) throws {
        let trial = try trial(strategy, more: #","bakeTimeInMinutes":5"#)
        let deployment = try trial.deploy()
        #expect(deployment.status == .succeeded)
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):2")
        #expect(trial.logHas("stage SCALE_UP: the new tasks start beside those that serve"))
        #expect(trial.logHas("stage BAKE_TIME: the former tasks stay for 5 minutes, for a way back"))
        #expect(trial.logHas("The service's bake times"))
        #expect(trial.logHas("the deployment is complete"))
        // The next one is followed by its own.
        #expect(try trial.deploy(run: 2, commit: "bbbb2222").status == .succeeded)
    }

    @Test("where ECS goes back by itself, the deploy has failed, and says why")
    func rolledBack() throws {
        let trial = try trial("BLUE_GREEN")
        let error = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "fails"]) }
        #expect(error.message.contains("green service revision failed to start"), "\(error.message)")
        #expect(error.message.contains("the traffic is with what ran before"), "\(error.message)")
        #expect(trial.told.last?.status == .rolledBack)
        #expect(trial.logHas("ECS goes back to what ran before"))
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):1")
    }

    @Test("one that does not end in its time is taken back by ECS where that is wanted, and else left to it")
    func late() throws {
        let trial = try trial("CANARY", more: #","canaryConfiguration":{"canaryPercent":10,"canaryBakeTimeInMinutes":0}"#)
        var following = DeployTrial.following
        following.limit = 0.1
        let left = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "hangs"], following) }
        #expect(left.message.contains("was not complete after 0 seconds; ECS goes on with it"), "\(left.message)")
        #expect(trial.told.last?.status == .failed)
        following.rollsBack = true
        following.limit = 3
        let back = try #require(throws: DeploymentError.self) {
            try trial.deploy(["ROLLOUT": "hangs"], run: 2, commit: "bbbb2222", following)
        }
        #expect(back.message.contains("not complete after 3 seconds"), "\(back.message)")
        #expect(trial.told.last?.status == .rolledBack)
        #expect(trial.logHas("ECS is asked to go back to what ran before"))
    }

    @Test("one whose tasks fail one after the other is taken back by ECS at once")
    func givenUp() throws {
        let trial = try trial("BLUE_GREEN")
        var following = DeployTrial.following
        following.rollsBack = true
        let error = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "breaks"], following) }
        #expect(error.message.contains("3 of its tasks failed one after the other"), "\(error.message)")
        #expect(trial.told.last?.status == .rolledBack)
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):1")
    }

    @Test("a strategy that Slipway does not know is refused before anything is changed")
    func unknown() throws {
        let trial = try trial("RAINBOW")
        let error = try #require(throws: DeploymentError.self) { try trial.deploy() }
        #expect(error.kind == .refused)
        #expect(error.message.contains("has the deployment strategy RAINBOW"), "\(error.message)")
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):1")
    }

    // MARK: - One look

    private func shift(_ configuration: String = "{}") throws -> TrafficShift {
        var service = try RolloutTests.service([])
        service.deploymentConfiguration = try JSONDecoder().decode(
            ECSService.DeploymentConfiguration.self, from: Data(configuration.utf8))
        return TrafficShift("arn:aws:ecs:us-east-1:1:service-deployment/prod/web/own", of: service)
    }

    private func deployment(_ members: String) throws -> ECSServiceDeployment {
        let json = #"{"serviceDeploymentArn":"arn:aws:ecs:us-east-1:1:service-deployment/prod/web/own",\#(members)}"#
        return try JSONDecoder().decode(ECSServiceDeployment.self, from: Data(json.utf8))
    }

    @Test("the bake times are those of its strategy")
    func bakeTimes() throws {
        #expect(try shift(#"{"strategy":"BLUE_GREEN","bakeTimeInMinutes":10}"#).bakeTime == 600)
        let linear = #"{"stepPercent":25,"stepBakeTimeInMinutes":2}"#
        #expect(try shift(#"{"strategy":"LINEAR","bakeTimeInMinutes":1,"linearConfiguration":\#(linear)}"#).bakeTime == 540)
        let endless = #"{"stepPercent":1,"stepBakeTimeInMinutes":9223372036854775807}"#
        #expect(try shift(#"{"strategy":"LINEAR","linearConfiguration":\#(endless)}"#).bakeTime == 600_000_000)
        #expect(try shift(#"{"strategy":"CANARY","canaryConfiguration":{"canaryBakeTimeInMinutes":3}}"#).bakeTime == 180)
    }

    @Test("a hook that waits for somebody is said once, one that took its place is told apart from one that was stopped")
    func hooksAndStops() throws {
        var shift = try shift()
        let hook = #""lifecycleHookDetails":[{"hookId":"h1","targetType":"PAUSE","status":"AWAITING_ACTION"}]"#
        let waiting = try deployment(#""status":"IN_PROGRESS",\#(hook)"#)
        #expect(
            shift.take(waiting, current: nil).lines == [
                "own: it waits at h1 until somebody lets it go on, by the console of ECS or its call ContinueServiceDeployment"
            ])
        #expect(shift.take(waiting, current: nil).lines.isEmpty)
        let stopped = try deployment(#""status":"STOPPED","statusReason":"by hand""#)
        #expect(shift.take(stopped, current: nil).verdict == .failed("it was stopped: by hand"))
        #expect(
            shift.take(stopped, current: "arn:x/other").verdict
                == .superseded("the deployment other took its place before it was done"))
        let failed = try deployment(#""status":"ROLLBACK_FAILED","statusReason":"why""#)
        #expect(
            shift.take(failed, current: nil).verdict
                == .failed("why; ECS could not go back to what ran before: look at the service"))
    }
}
