import Foundation
import Plan
import Synchronization
import Testing

@testable import Web

/// Requests that a page makes by itself.
@Suite struct UnattendedTests {
    /// The clock by which sessions end.
    private final class Clock: Sendable {
        private let moment = Mutex(Date())

        var now: Date { moment.withLock { $0 } }
        func advance(days: Double) { moment.withLock { $0 += days * 86_400 } }
    }

    /// Whether somebody who signed in is still signed in after eight days of requests, a day between them.
    private func staysSignedIn(_ headers: [String: String]) async throws -> Bool {
        let clock = Clock()
        let answer = Mutex(0)
        try await RunningSite.with(anonymousRole: nil, now: { clock.now }) { (site: RunningSite) async throws in
            let ada = try await SignedIn.user("ada", .viewer, at: site)
            for day in 1...8 {
                clock.advance(days: 1)
                let status = try await site.client.get("/api/v1/runs", ["Cookie": ada.cookie].merging(headers) { $1 }).status
                // A week without a use ends a session.
                if day <= 6 { #expect(status == 200) }
                answer.withLock { $0 = status }
            }
        }
        return answer.withLock { $0 } == 200
    }

    @Test("requests that the page makes by itself keep nobody signed in, as those of people do")
    func sessions() async throws {
        #expect(try await staysSignedIn([:]))
        #expect(try await !staysSignedIn(["Slipway-Unattended": "true"]))
    }
}
