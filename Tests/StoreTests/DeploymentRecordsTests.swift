import Foundation
import Plan
import Testing

@testable import Store

extension Example {
    static func deployment(_ id: Int64, of job: Job, status: Deployment.Status = .running) -> Deployment {
        Deployment(
            id: id, runID: job.runID, jobID: job.id, repository: "app", commit: "c", region: "us-east-1", cluster: "prod",
            service: "web", serviceARN: "arn", previousTaskDefinition: "app:1", taskDefinition: "app:2",
            images: [.init(container: "app", name: "r/app:1", digest: "sha256:1")], undoes: nil, status: status, startedAt: date)
    }
}

@Suite struct DeploymentRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    private func apply(_ deployments: Deployment..., to job: Job) async throws {
        let offset = try await store.progressOffset(ofJob: job.id)
        #expect(try await store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, deployments: deployments)))
    }

    @Test("a deployment is known from its beginning, and keeps what it began with when its end is told")
    func life() async throws {
        let job = try await store.addRun().jobs[0]
        let begun = Example.deployment(4, of: job)
        try await apply(begun, to: job)
        #expect(try await store.deployments(ofRun: job.runID) == [begun])
        let ended = begun.ended(.failed, "three tasks failed", at: Example.date.addingTimeInterval(60))
        try await apply(ended, to: job)
        #expect(try await store.deployment(4) == ended)
    }

    @Test("a container's inputs are kept, and who gave it an image before is found")
    func containers() async throws {
        let job = try await store.addRun().jobs[0]
        var first = Example.deployment(4, of: job, status: .succeeded)
        first.inputs = ["name": "web", "env": nil]
        var second = Example.deployment(5, of: job, status: .failed)
        second.inputs = ["name": "web"]
        try await apply(first, second, to: job)
        #expect(try await store.deployment(4)?.inputs == ["name": "web", "env": nil])
        #expect(try await store.deployment(of: "app:2", ofService: "arn", before: 9) == first)
        #expect(try await store.deployment(of: "app:2", ofService: "arn", before: 4) == nil)
    }

    @Test("a job's word counts for its own run only, whatever it says")
    func foreignRun() async throws {
        let (job, other) = (try await store.addRun().jobs[0], try await store.addRun().jobs[0])
        try await apply(Example.deployment(4, of: job), to: other)
        #expect(try await store.deployments(ofRun: job.runID) == [])
        #expect(try await store.deployment(4)?.runID == other.runID)
    }

    @Test("the newest deployment of a service is the one that began last, whichever run made it")
    func newest() async throws {
        let (job, other) = (try await store.addRun().jobs[0], try await store.addRun().jobs[0])
        try await apply(Example.deployment(5, of: job), to: job)
        try await apply(Example.deployment(7, of: other), to: other)
        try await apply(Example.deployment(6, of: job), to: job)
        #expect(try await store.newestDeployment(ofService: "arn")?.id == 7)
        #expect(try await store.newestDeployment(ofService: "another") == nil)
    }
}
