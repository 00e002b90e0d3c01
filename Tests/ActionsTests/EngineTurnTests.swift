import Docker
import Foundation
import Synchronization
import Testing

@testable import Actions

@Suite("Turns at names of the engine", .timeLimit(.minutes(2)))
struct EngineTurnTests {
    @Test("one job at a time has a name, and no file stays of it")
    func turns() throws {
        let folder = NSTemporaryDirectory() + "slipway-turns-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let inside = Atomic(0)
        let most = Atomic(0)
        let taken = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<3 {
                guard let turn = try? EngineTurn("push", "app:1", doing: "pushing", in: folder, .endless, log: { _ in }) else {
                    continue
                }
                taken.add(1, ordering: .relaxed)
                most.max(inside.add(1, ordering: .sequentiallyConsistent).newValue, ordering: .relaxed)
                usleep(10_000)
                inside.subtract(1, ordering: .sequentiallyConsistent)
                extendLifetime(turn)
            }
        }
        #expect(taken.load(ordering: .relaxed) == 12)
        #expect(most.load(ordering: .relaxed) == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test("who loses patience is told what the other one does")
    func patience() throws {
        let folder = NSTemporaryDirectory() + "slipway-turns-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let turn = try EngineTurn("push", "app:1", doing: "pushing", in: folder, .endless) { _ in }
        var lines: [String] = []
        do {
            _ = try EngineTurn("push", "app:1", doing: "pushing", in: folder, Patience().limited(to: 0.1)) { lines.append($0) }
            Issue.record("it had the turn, too")
        } catch {
            #expect("\(error)".contains("another job was still pushing app:1"))
        }
        #expect(lines == ["Another job is pushing app:1: waiting for it"])
        // Other names are free.
        _ = try EngineTurn("push", "app:2", doing: "pushing", in: folder, .endless) { lines.append($0) }
        extendLifetime(turn)
    }
}
