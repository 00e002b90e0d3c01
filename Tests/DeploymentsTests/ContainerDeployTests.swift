import Execution
import Expressions
import Foundation
import Plan
import Storage
import Testing

@testable import Deployments

/// Containers of this host that jobs replace.
@Suite(.timeLimit(.minutes(5)))
final class ContainerDeployTests {
    private let root = NSTemporaryDirectory() + "slipway-containers-\(UUID().uuidString)"
    private var log: [String] = []

    init() throws { try Folder.make(root) }
    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func job(_ run: Int64, _ commit: String, cancellation: Cancellation? = nil) throws -> DeployingJob {
        let folders = StateFolders(root: root)
        let assignment = JobAssignment(
            runID: run, jobID: run * 10, jobName: "deploy", job: JobPlan(key: "deploy"), contexts: .init(github: [:]),
            folder: JobFolder(path: "\(root)/none"), eventFile: "", workspace: root, toolsFolder: "",
            source: .init(mirror: "/nowhere", commit: commit, ref: "refs/heads/main", originURL: ""),
            confinement: .init(kind: .none),
            storage: JobStorage(
                runs: folders.runs, cache: folders.cache(of: "app"), ledger: folders.storageLedger, repository: "app",
                ref: "refs/heads/main"),
            deployments: folders.deployments)
        return try DeployingJob(assignment, cancellation: cancellation ?? Cancellation()) { _ in }
    }

    private func deploy(
        _ job: DeployingJob, undoing undoes: Int64? = nil, allowingOlder: Bool = false
    ) throws(DeploymentError) -> ContainerDeploy {
        try ContainerDeploy("app", on: "host", undoing: undoes, allowingOlder: allowingOlder, of: job) { self.log.append($0) }
    }

    private func replace(_ run: Int64, _ commit: String, allowingOlder: Bool = false) throws {
        var deploy = try deploy(job(run, commit), allowingOlder: allowingOlder)
        try deploy.begin(image: "app@\(commit)", after: nil, inputs: [:], images: [])
        try deploy.end(.succeeded, nil)
    }

    @Test("an earlier run does not put its commit over that of a later one, unless the step allows it")
    func older() throws {
        try replace(2, "bbbb2222")
        let error = #expect(throws: DeploymentError.self) { try replace(1, "aaaa1111") }
        #expect(error?.kind == .older)
        #expect(error?.message.contains("deployed to the container app: it is left as it is. To go back on purpose") == true)
        // The same commit, and a later run.
        try replace(1, "bbbb2222")
        try replace(3, "cccc3333")
        try replace(1, "aaaa1111", allowingOlder: true)
    }

    @Test("jobs that replace one container take turns, and say for whom they wait")
    func turns() async throws {
        let first = try deploy(job(1, "aaaa1111"))
        let cancellation = try Cancellation()
        let waiting = try job(2, "bbbb2222", cancellation: cancellation)
        cancellation.request(reason: "enough")
        let error = #expect(throws: DeploymentError.self) { try deploy(waiting) }
        #expect(error?.kind == .cancelled)
        #expect(log == ["waiting: run 1 (main, aaaa1111) is deploying to the container app"])
        _ = consume first
        _ = try deploy(job(2, "bbbb2222"))
    }
}
