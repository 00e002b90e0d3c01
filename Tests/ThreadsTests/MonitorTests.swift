import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct MonitorTests {
    @Test("who waits goes on once the condition holds, each change is seen, and none is lost")
    func turns() throws {
        let count = Monitor(0)
        let threads = try (0..<8).map { _ in
            try BlockingThread.start {
                for _ in 0..<1000 { count.change { $0 += 1 } }
            }
        }
        count.wait(until: { $0 == 8000 }, then: { $0 = -1 })
        for thread in threads { thread.join() }
        #expect(count.read { $0 } == -1)
    }

    @Test("a thread has the stack of a process's first one")
    func stack() throws {
        @Sendable func depth(_ rest: Int) -> Int {
            withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { bytes in
                bytes[0] = UInt8(truncatingIfNeeded: rest)
                return rest == 0 ? 0 : 1 + depth(rest - 1)
            }
        }
        let reached = Monitor(0)
        try BlockingThread.start { reached.change { $0 = depth(100) } }.join()
        #expect(reached.read { $0 } == 100)
    }
}
