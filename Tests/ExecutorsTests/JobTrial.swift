import Diagnostics
import Execution
import Expressions
import Foundation
import Plan
import Processes
import Testing
import Workflows

/// Where a job of the tests runs.
typealias Place = JobAssignment.Confinement.Kind

extension Place {
    static let canSandbox = Sandbox.diagnosis().isAvailable
    /// The places of this machine.
    static let all: [Place] = canSandbox ? [.none, .bubblewrap] : [.none]
}

/// One job, written as in a pipeline file and run by a process of its own, as a worker does it.
final class JobTrial {
    let folder: String
    var assignment: JobAssignment
    var secrets: [String: String] = [:]
    private var process: SpawnedProcess?
    private var input: Int32 = -1

    /// - Parameters:
    ///   - steps: the list under `steps`.
    ///   - keys: more keys of the job.
    convenience init(_ steps: String, keys: String = "", on place: Place = .none) throws {
        try self.init(plan: try Self.plan(steps, keys: keys), on: place)
    }

    init(plan: JobPlan, on place: Place = .none) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-job-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(folder)/job", withIntermediateDirectories: true)
        assignment = JobAssignment(
            runID: 1, jobID: Int64.random(in: 1..<Int64.max), jobName: "test", job: plan,
            contexts: JobAssignment.Contexts(github: ["ref": "refs/heads/main", "sha": "c0ffee", "token": ""]),
            folder: JobFolder(path: "\(folder)/job"), eventFile: "\(folder)/event.json", workspace: "\(folder)/place",
            toolsFolder: "\(folder)/tools",
            source: .init(mirror: "\(folder)/none.git", commit: "c0ffee", ref: "refs/heads/main", originURL: ""),
            confinement: .init(kind: place), timeLimit: 120, gracePeriod: 5)
    }

    deinit {
        if input >= 0 { close(input) }
        if let process {
            process.signal(SIGKILL)
            _ = process.wait()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Runs a job to its end.
    static func report(
        _ steps: String, keys: String = "", on place: Place = .none, secrets: [String: String] = [:]
    ) throws -> JobReport {
        let trial = try JobTrial(steps, keys: keys, on: place)
        trial.secrets = secrets
        return try trial.report()
    }

    func report() throws -> JobReport {
        if process == nil { try start() }
        let outcome = process?.wait(until: .now + .seconds(120))
        try #require(outcome == .exited(0), "the job's process did not end well")
        return try JobReport(assignment.folder)
    }

    func start() throws {
        let order = "\(folder)/order.json"
        try JSONEncoder().encode(WorkerOrder(assignment: assignment, secrets: secrets)).write(to: URL(fileURLWithPath: order))
        var specification = ProcessSpecification(
            executable: try #require(Self.probe, "the probe is not built"), arguments: [order],
            environment: [("PATH", "/usr/bin:/bin")])
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        specification.standardInput = .descriptor(ends[0])
        specification.output = .descriptor(STDERR_FILENO)
        process = try SpawnedProcess.start(specification)
        close(ends[0])
        input = ends[1]
    }

    /// Asks the job to stop.
    func cancel(_ reason: String) {
        var line = reason + "\n"
        _ = line.withUTF8 { write(input, $0.baseAddress, $0.count) }
    }

    /// Waits until the job has written a text to its log.
    func awaitLog(_ text: String) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let log = try? String(contentsOfFile: assignment.folder.log, encoding: .utf8), log.contains(text) { return }
            _ = poll(nil, 0, 2)
        }
        Issue.record("the job never wrote \"\(text)\"")
    }

    private static func plan(_ steps: String, keys: String) throws -> JobPlan {
        func indented(_ text: String, by count: Int) -> String {
            text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
        }
        let text = """
            on: push
            jobs:
              test:
                runs-on: ubuntu-latest
            \(indented(keys, by: 4))
                steps:
            \(indented(steps, by: 6))
            """
        let document = WorkflowReader.read(text: text, path: "test.yml")
        return try #require(document.plan?.jobs.first, "\(document.diagnostics.map(\.message))")
    }

    /// Built beside the tests.
    private static let probe: String? = {
        for argument in CommandLine.arguments {
            guard let end = argument.firstRange(of: ".xctest"), let slash = argument[..<end.lowerBound].lastIndex(of: "/") else {
                continue
            }
            let path = String(argument[..<slash]) + "/ExecutorsProbe"
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }()
}
