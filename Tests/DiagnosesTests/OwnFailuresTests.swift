import Execution
import Foundation
import Plan
import Testing

@testable import AWS
@testable import Deployments
@testable import Diagnoses
@testable import Docker

/// What Slipway's own actions say when they fail, made by the types that say it: a change of their words shows here.
@Suite struct OwnFailuresTests {
    private func diagnoses(of lines: String...) -> [Diagnosis] {
        KnownFailures(rules: FailureRule.all) { _ in GivenSurroundings() }
            .diagnoses(of: SampleLog.failure(lines.joined(separator: "\n")))
    }

    private func ended(exitCode: Int32, ranOutOfMemory: Bool = false, isRunning: Bool = false) throws -> DockerError {
        let state = """
            {"Status": "exited", "Running": \(isRunning), "ExitCode": \(exitCode), "OOMKilled": \(ranOutOfMemory), "Error": ""}
            """
        let description = try JSONDecoder().decode(ContainerDescription.State.self, from: Data(state.utf8))
        return ContainerReplacement.ended(description, "replace the container app")
    }

    @Test("a container of docker-run that was killed ran out of memory; one that ended by itself has no name")
    func endedContainers() throws {
        let killed = diagnoses(of: "##[error]\(try ended(exitCode: 137))")
        #expect(killed.map(\.rule) == ["out-of-memory"])
        #expect(killed.first?.explanation.contains("SIGKILL") == true)
        let restarted = try ended(exitCode: 137, isRunning: true)
        #expect(restarted.detail == "it ended with exit code 137 and was started again")
        #expect(diagnoses(of: "##[error]\(restarted)").map(\.rule) == ["out-of-memory"])
        #expect(try ended(exitCode: 0, isRunning: true).detail == "it ended and was started again")
        let full = diagnoses(of: "##[error]\(try ended(exitCode: 137, ranOutOfMemory: true))")
        #expect(full.map(\.rule) == ["out-of-memory"])
        #expect(full.first?.explanation.contains("memory limit") == true)
        #expect(diagnoses(of: "##[error]\(try ended(exitCode: 7))") == [])
    }

    @Test("whose health check fails is told, not who runs again in its place")
    func formerContainers() {
        let former = "the former container 0cc175b9c0f1 runs again, but is not healthy: its health check fails: refused"
        let ended = DockerError(.failed, "replace the container app", "it ended with exit code 7; \(former)")
        #expect(diagnoses(of: "##[error]\(ended)") == [])
        let unhealthy = DockerError(.failed, "replace the container app", "it is not healthy after 120 s; \(former)")
        #expect(diagnoses(of: "##[error]\(unhealthy)").map(\.rule) == ["container-unhealthy"])
    }

    private func words(reason: String, code: String, exitCode: Int) throws -> String {
        let task = """
            {"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/prod/5b9d0ad7", "stoppedReason": "\(reason)", "stopCode": "\(code)",
             "containers": [{"name": "app", "exitCode": \(exitCode)}]}
            """
        return StoppedTasks.words(for: try JSONDecoder().decode(ECSTask.self, from: Data(task.utf8))).joined(separator: "\n")
    }

    @Test("a task whose container was killed ran out of memory, unless it was ECS that stopped it")
    func stoppedTasks() throws {
        let essential = "Essential container in task exited"
        let killed = diagnoses(of: try words(reason: essential, code: "EssentialContainerExited", exitCode: 137))
        #expect(killed.map(\.rule) == ["out-of-memory", "task-stopped"])
        let failed = diagnoses(of: try words(reason: essential, code: "EssentialContainerExited", exitCode: 1))
        #expect(failed.map(\.rule) == ["task-stopped"])
        let health = "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/t/1)"
        let unhealthy = diagnoses(of: try words(reason: health, code: "ServiceSchedulerInitiated", exitCode: 137))
        #expect(unhealthy.map(\.rule) == ["task-health"])
        let scaling = "Scaling activity initiated by (deployment ecs-svc/1)"
        #expect(diagnoses(of: try words(reason: scaling, code: "ServiceSchedulerInitiated", exitCode: 137)) == [])
    }

    private func refusal(_ operation: String, _ code: String?, _ message: String) -> AWSError {
        .answered(
            by: .s3, operation: operation, code: code, message: message, status: 403, requestID: "4442587FB7D0A2F9",
            source: "the environment")
    }

    @Test(
        "what S3 denies to Slipway's client is told with its action",
        arguments: [
            ("PutObject", "AccessDenied", "Access Denied", "s3:PutObject"), ("HeadObject", nil, "", "s3:GetObject"),
            ("ListObjectsV2", "AccessDenied", "Access Denied", "s3:ListBucket"),
            ("UploadPart", "AllAccessDisabled", "All access to this object has been disabled", "s3:PutObject"),
        ] as [(String, String?, String, String)])
    func deniedByS3(operation: String, code: String?, message: String, action: String) {
        let found = diagnoses(of: "##[error]\(refusal(operation, code, message))")
        #expect(found.map(\.rule) == ["s3-denied"])
        #expect(found.first?.explanation.contains(action) == true && found.first?.remedies.first?.contains(action) == true)
    }

    @Test("keys that S3 does not know, and policies that it quotes, have their own names")
    func otherRefusals() {
        let unknown = refusal(
            "PutObject", "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        #expect(diagnoses(of: "##[error]\(unknown)").map(\.rule) == ["aws-bad-credentials"])
        let quoted = refusal(
            "PutObject", "AccessDenied",
            "User: arn:aws:iam::1:user/ci is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::data/a.csv\"")
        #expect(diagnoses(of: "##[error]\(quoted)").map(\.rule) == ["iam-action-denied"])
    }

    @Test("neither credentials nor a region")
    func noAccess() throws {
        let job = try AWSConfiguration(environment: [:], sources: .job)
        let region = #expect(throws: AWSError.self) { try AWSClient(.s3, job).region() }
        #expect(diagnoses(of: "##[error]\(try #require(region))").map(\.rule) == ["aws-no-region"])
        let credentials = #expect(throws: AWSError.self) { try job.credentials.credentials(AWSPatience()) }
        #expect(diagnoses(of: "##[error]\(try #require(credentials))").map(\.rule) == ["aws-no-credentials"])
    }
}
