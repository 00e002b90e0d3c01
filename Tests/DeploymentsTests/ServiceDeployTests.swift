import CloudRig
import Execution
import Foundation
import Plan
import Testing

@testable import Deployments

/// Deploys against moto, whose services live as `cloud_services.py` has it.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct ServiceDeployTests {
    @Test("a deploy follows its own deployment to its end, tells the service's events, and is told as it begins and ends")
    func success() throws {
        let trial = try DeployTrial()
        let deployment = try trial.deploy()
        #expect(deployment.status == .succeeded)
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):2")
        #expect(deployment.previousTaskDefinition?.hasSuffix("/\(trial.service.family):1") == true)
        #expect(trial.told.map(\.status) == [.running, .succeeded])
        #expect(trial.logHas("has reached a steady state"))
        #expect(trial.logHas("the rollout is complete"))
    }

    @Test("a circuit breaker's rollback is a failure, with the stopped tasks' exit codes and last lines")
    func circuitBreaker() throws {
        let trial = try DeployTrial(options: DeployTrial.circuitBreaker)
        let error = try #require(throws: DeploymentError.self) {
            try trial.deploy(["ROLLOUT": "fails", "EXIT_CODE": "137", "SAYS": "loading model"])
        }
        #expect(error.kind == .failed)
        #expect(error.message.contains("circuit breaker"), "\(error.message)")
        #expect(error.message.contains("goes back to \(trial.service.family):1"), "\(error.message)")
        #expect(trial.told.last?.status == .rolledBack)
        #expect(trial.logHas("container app: exit code 137: OutOfMemoryError"))
        #expect(trial.logHas("| loading model"))
    }

    @Test("a service without a circuit breaker is given up after three failed tasks, and left as it is")
    func failure() throws {
        let trial = try DeployTrial()
        let error = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "fails"], run: 7) }
        #expect(error.message.contains("3 of its tasks failed"), "\(error.message)")
        #expect(error.message.contains("\"slipway rollback 7\" puts that back"), "\(error.message)")
        #expect(trial.told.last?.status == .failed)
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):2")
    }

    @Test("what ran before is put back, and followed, where that is wanted")
    func ownRollback() throws {
        let trial = try DeployTrial()
        var following = DeployTrial.following
        following.rollsBack = true
        let error = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "fails"], following) }
        #expect(error.message.contains("it runs \(trial.service.family):1 again"), "\(error.message)")
        #expect(trial.told.last?.status == .rolledBack)
        #expect(try trial.service.taskDefinition() == "\(trial.service.family):1")
    }

    @Test("a deployment whose place somebody else's takes is told apart")
    func superseded() throws {
        let trial = try DeployTrial()
        let error = try #require(throws: DeploymentError.self) {
            try trial.deploy(["ROLLOUT": "hangs"], meanwhile: { try trial.service.update() })
        }
        #expect(error.message.contains("was superseded"), "\(error.message)")
        #expect(trial.told.last?.status == .superseded)
    }

    @Test("one that never ends is given up at its own deadline, and a cancelled job says that nobody watches any more")
    func deadlineAndCancel() throws {
        let trial = try DeployTrial()
        var following = DeployTrial.following
        following.limit = 0.1
        let late = try #require(throws: DeploymentError.self) { try trial.deploy(["ROLLOUT": "hangs"], following) }
        #expect(late.message.contains("was not complete after 0 seconds"), "\(late.message)")
        let cancelled = try #require(throws: DeploymentError.self) {
            try trial.deploy(["ROLLOUT": "hangs"], meanwhile: { trial.cancellation.request(reason: "cancelled by anna") })
        }
        #expect(cancelled.kind == .cancelled)
        #expect(cancelled.message.contains("goes on without being watched"), "\(cancelled.message)")
        #expect(trial.told.last?.status == .cancelled)
    }

    @Test("moto as it is, whose services reach their count at once, counts as complete")
    func plainService() throws {
        let rig = try CloudRig(.plain(running: 1, failedTasks: 0))
        let trial = try DeployTrial(rig: rig)
        #expect(try trial.deploy().status == .succeeded)
    }

    @Test("what is missing is named, with what to do about it")
    func missing() throws {
        let trial = try DeployTrial()
        var wish = trial.wish
        wish.service = "nosuch"
        let service = try #require(throws: DeploymentError.self) { try ServiceDeploy(wish, of: trial.job(), in: trial.cloud()) }
        #expect(
            service.message.contains("there is no service \"nosuch\" in the cluster \"\(trial.service.cluster)\" in us-east-1"))
        wish.cluster = "nosuch"
        let cluster = try #require(throws: DeploymentError.self) { try ServiceDeploy(wish, of: trial.job(), in: trial.cloud()) }
        #expect(cluster.message.contains("there is no cluster \"nosuch\" in us-east-1"), "\(cluster.message)")
    }
}

/// What is in the registry, and what is not.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct ImagePinsTests {
    @Test("an image of ECR is registered by the digest that its tag stands for; others stay as they are named")
    func pins() throws {
        let trial = try DeployTrial()
        let repository = "r\(trial.service.cluster)"
        let digest = try trial.service.rig.makeImage(in: repository, tag: "1.0")
        let registered = try trial.register(image: "\(CloudRig.registry)/\(repository):1.0")
        #expect(registered.images.map(\.digest) == [digest])
        #expect(registered.images.map(\.name) == ["\(CloudRig.registry)/\(repository):1.0"])
        #expect(try trial.service.image(of: "\(trial.service.family):2") == "\(CloudRig.registry)/\(repository)@\(digest)")
        #expect(try trial.register(image: "busybox:1").images.map(\.digest) == [nil])
    }

    /// An image whose scan, once somebody asks for it, has this result.
    private func scanned(_ trial: DeployTrial, status: String, counts: String) throws -> String {
        let repository = "r\(trial.service.cluster)"
        let digest = try trial.service.rig.makeImage(in: repository, tag: "1.0")
        let result = """
            {"imageScanFindings":{"findingSeverityCounts":{\(counts)}},"registryId":"\(CloudRig.account)",\
            "repositoryName":"\(repository)","imageId":{"imageDigest":"\(digest)"},"imageScanStatus":{"status":"\(status)"}}
            """
        try trial.service.rig.setScanResult(result)
        return "\(CloudRig.registry)/\(repository):1.0"
    }

    private static func gate(limit: Double) -> ScanGate {
        ScanGate(least: .high, pace: Pace(first: .milliseconds(5), longest: .milliseconds(20)), limit: limit)
    }

    @Test(
        "an image in which the scan found too much is not deployed, nor one whose scan does not come to its end",
        arguments: [
            ("COMPLETE", #""MEDIUM":3,"LOW":9"#, nil), ("ACTIVE", "", nil),
            (
                "COMPLETE", #""HIGH":2,"MEDIUM":3"#,
                "its scan in ECR found 2 high, 3 medium, and \"fail-on-findings\" allows none of HIGH"
            ),
            ("COMPLETE", #""CRITICAL":1"#, "found 1 critical"), ("FAILED", "", "ECR can't scan it (FAILED)"),
            ("IN_PROGRESS", "", "was not over after"),
        ] as [(String, String, String?)])
    func scans(status: String, counts: String, refusal: String?) throws {
        let trial = try DeployTrial()
        let image = try scanned(trial, status: status, counts: counts)
        let gate = Self.gate(limit: status == "IN_PROGRESS" ? 0.1 : 60)
        guard let refusal else {
            _ = try trial.register(image: image, gate: gate)
            return #expect(trial.logHas("waiting for ECR's scan of \(image)"))
        }
        let error = try #require(throws: DeploymentError.self) { try trial.register(image: image, gate: gate) }
        #expect(error.kind == .refused && error.message.contains(refusal), "\(error.message)")
        #expect(throws: (any Error).self) { try trial.service.image(of: "\(trial.service.family):2") }
    }

    @Test("an image that is not in its registry is not deployed: nothing is registered")
    func halfPushed() throws {
        let trial = try DeployTrial()
        let repository = "r\(trial.service.cluster)"
        _ = try trial.service.rig.makeImage(in: repository, tag: "1.0")
        let error = try #require(throws: DeploymentError.self) {
            try trial.register(image: "\(CloudRig.registry)/\(repository):2.0")
        }
        #expect(error.kind == .refused)
        #expect(error.message.contains("\(repository):2.0 is not in its registry: nothing was deployed"), "\(error.message)")
        #expect(throws: (any Error).self) { try trial.service.image(of: "\(trial.service.family):2") }
    }
}
