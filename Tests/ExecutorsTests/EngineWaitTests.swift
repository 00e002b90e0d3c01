import Docker
import EngineAddresses
import Execution
import Expressions
import Foundation
import Plan
import Processes
import Testing

@testable import Executors

/// An engine that takes connections and never says a word.
@Suite("Engine wait", .timeLimit(.minutes(1)))
struct EngineWaitTests {
    @Test(
        "where an action's services listen is asked of the engine only until a cancel, or the step's time is over",
        arguments: [true, false])
    func listening(isCancelled: Bool) throws {
        let folder = NSTemporaryDirectory() + "slipway-engine-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/engine.sock"
        let silent = try UnixSocketListener(path: path)
        let assignment = JobAssignment(
            runID: 1, jobID: 7, jobName: "test", job: JobPlan(key: "test"), contexts: .init(github: [:]),
            folder: JobFolder(path: folder), eventFile: "", workspace: "\(folder)/7", toolsFolder: "",
            source: .init(mirror: "", commit: "", ref: "", originURL: ""), confinement: .init(kind: .none),
            engineUse: EngineUse(instance: "abc", permission: .containers))
        let engine = try JobEngine(
            assignment, place: JobPlace(assignment, tools: ""), address: EngineAddress(socket: path))
        let cancellation = try Cancellation()
        if isCancelled { cancellation.request(reason: "enough") }
        #expect(throws: ExecutionError.self) {
            try engine.listen(Patience(cancellation, isCancelled ? nil : Deadline(after: 0.2)))
        }
        withExtendedLifetime(silent) {}
    }
}
