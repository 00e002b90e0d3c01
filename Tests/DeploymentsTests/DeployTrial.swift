import AWS
import CloudRig
import Execution
import Expressions
import Foundation
import Plan
import Storage

@testable import Deployments

/// A host with its record of deployments, and jobs on it that deploy.
final class DeployTrial {
    let root = NSTemporaryDirectory() + "slipway-deploys-\(UUID().uuidString)"
    let service: CloudService
    let cancellation: Cancellation
    var log: [String] = []
    var told: [Deployment] = []
    var mirror = "/nowhere"
    /// Quick, since moto's services go one stage further at each look.
    static let following = ServiceDeploy.Following(
        limit: 20, pace: Pace(first: .milliseconds(5), longest: .milliseconds(20)))

    convenience init(rig: CloudRig? = nil, options: String = "") throws {
        try self.init(CloudService(rig ?? CloudRig.shared(), options: options))
    }

    init(_ service: CloudService) throws {
        self.service = service
        cancellation = try Cancellation()
        try Folder.make(root)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static let circuitBreaker = #""deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":true}}"#

    func cloud() throws -> Cloud {
        let configuration = try AWSConfiguration(environment: service.rig.environment, sources: .job)
        return try Cloud(configuration, patience: AWSPatience(descriptor: cancellation.descriptor)) { self.log.append($0) }
    }

    /// - Parameter number: the job's id; nil: one that goes with the run.
    func job(run: Int64 = 1, commit: String = "aaaa1111", number: Int64? = nil) throws -> DeployingJob {
        let folders = StateFolders(root: root)
        let assignment = JobAssignment(
            runID: run, jobID: number ?? run * 10, jobName: "deploy", job: JobPlan(key: "deploy"), contexts: .init(github: [:]),
            folder: JobFolder(path: "\(root)/none"), eventFile: "", workspace: root, toolsFolder: "",
            source: .init(mirror: mirror, commit: commit, ref: "refs/heads/main", originURL: ""), confinement: .init(kind: .none),
            storage: JobStorage(
                runs: folders.runs, cache: folders.cache(of: "app"), ledger: folders.storageLedger, repository: "app",
                ref: "refs/heads/main"),
            deployments: folders.deployments)
        return try DeployingJob(assignment, cancellation: cancellation) { self.told.append($0) }
    }

    var wish: ServiceDeploy.Wish { ServiceDeploy.Wish(cluster: service.cluster, service: service.name) }

    func register(
        _ environment: [String: String] = [:], image: String = "busybox:2", gate: ScanGate? = nil
    ) throws -> RegisteredTaskDefinition {
        let document = try TaskDefinitionDocument(json: service.definition(image: image, environment), name: "t.json")
        return try cloud().register(document, gate: gate)
    }

    /// A whole deploy of a task definition whose tasks do this.
    @discardableResult
    func deploy(
        _ environment: [String: String] = [:], run: Int64 = 1, commit: String = "aaaa1111",
        _ following: ServiceDeploy.Following = following, meanwhile: () throws -> Void = {}
    ) throws -> Deployment {
        let deploy = try ServiceDeploy(wish, of: job(run: run, commit: commit), in: cloud())
        let registered = try register(environment)
        _ = try deploy.update(to: registered.arn, images: registered.images)
        try meanwhile()
        return try deploy.follow(following)
    }

    func logHas(_ text: String) -> Bool { log.contains { $0.contains(text) } }
}
