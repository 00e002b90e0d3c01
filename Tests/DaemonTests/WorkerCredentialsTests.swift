import Execution
import Foundation
import Synchronization
import Testing

@testable import Daemon

/// Newer credentials for a job that runs, as its worker asks for them.
struct WorkerCredentialsTests {
    private static let old = HandedCredentials(accessKeyID: "ONE", secretAccessKey: "s1", sessionToken: "t1", end: Date() + 60)
    private static let new = HandedCredentials(accessKeyID: "TWO", secretAccessKey: "s2", sessionToken: "t2", end: Date() + 3600)

    /// What the worker asked, and hid.
    private final class Record: Sendable {
        let asked = Mutex<[Int]>([])
        let masked = Mutex<[String]>([])
        let isOver = Mutex(false)
    }

    private static func credentials(_ record: Record, patience: Double = 30) -> WorkerCredentials {
        WorkerCredentials(
            old, patience: patience, ask: { number in record.asked.withLock { $0.append(number) } },
            mask: { text in record.masked.withLock { $0.append(text) } })
    }

    @Test("what the daemon answers is hidden and given to all who wait")
    func answered() async throws {
        let record = Record()
        let credentials = Self.credentials(record)
        defer { record.isOver.withLock { $0 = true } }
        let found = try await withThrowingTaskGroup(of: HandedCredentials.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await withCheckedThrowingContinuation { done in
                        Thread.detachNewThread { done.resume(with: Result { try credentials.renew { true } }) }
                    }
                }
            }
            // Who comes when the answer is there already asks once more.
            Thread.detachNewThread {
                for count in 1...2 {
                    while record.asked.withLock({ $0.count < count }) {
                        if record.isOver.withLock({ $0 }) { return }
                        usleep(1000)
                    }
                    credentials.take(CredentialAnswer(credentials: Self.new))
                }
            }
            var found: [HandedCredentials] = []
            for try await one in group { found.append(one) }
            return found
        }
        #expect(found == [Self.new, Self.new] && credentials.current == Self.new)
        #expect(record.masked.withLock { Array($0.prefix(3)) } == ["TWO", "s2", "t2"])
    }

    @Test("a refusal, a daemon that says nothing and a wait that nobody wants end with a sentence")
    func refused() throws {
        let record = Record()
        let credentials = WorkerCredentials(
            Self.old,
            ask: { number in record.asked.withLock { $0.append(number) } }, mask: { _ in })
        Thread.detachNewThread {
            while record.asked.withLock({ $0.isEmpty }) { usleep(1000) }
            credentials.take(CredentialAnswer(refusal: "the settings give no role any more"))
        }
        let refusal = #expect(throws: ExecutionError.self) { try credentials.renew { true } }
        #expect(refusal?.message == "the settings give no role any more")
        #expect(credentials.current == Self.old)
        let silence = #expect(throws: ExecutionError.self) { try Self.credentials(record, patience: 0.05).renew { true } }
        #expect(silence?.message.contains("see that it runs") == true)
        #expect(throws: ExecutionError.self) { try Self.credentials(record).renew { false } }
    }
}
