internal import Execution

/// How what a job has in the engine is named and labelled, so that it is found again whoever died.
struct EngineNames: Equatable, Sendable {
    static let instanceLabel = "slipway.instance"
    static let jobLabel = "slipway.job"
    static let runLabel = "slipway.run"
    /// Of an image: instance and job in one. A build makes a layer of each label, which would all be left behind.
    static let imageLabel = "slipway.built"
    /// Of a job without a daemon: the process that it ends with.
    static let processLabel = "slipway.process"

    let instance: String
    let job: Int64
    let run: Int64

    init(instance: String, job: Int64, run: Int64) {
        self.instance = instance
        self.job = job
        self.run = run
    }

    init(_ assignment: JobAssignment) {
        self.init(instance: assignment.engineUse.instance, job: assignment.jobID, run: assignment.runID)
    }

    var labels: [String: String] {
        [Self.instanceLabel: instance, Self.jobLabel: "\(job)", Self.runLabel: "\(run)"]
    }

    var imageLabel: String { "\(instance) \(job)" }

    /// A name that no other job's object has.
    func name(_ object: String) -> String { "slipway-\(instance)-\(job)-\(object)" }

    var network: String { name("network") }
}
