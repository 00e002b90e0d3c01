import Synchronization
import Testing

@testable import Web

@Suite struct HookEndpointsTests {
    @Test(
        "a delivery is passed on byte for byte with its headers",
        arguments: [
            ("/hooks/github", "github", nil), ("/hooks/gitlab/team/app", "gitlab", "team/app"),
            ("/hooks/gitea/app", "gitea", "app"),
            ("/hooks/forgejo", "gitea", nil),
        ])
    func delivery(path: String, forge: String, name: String?) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let body: [UInt8] = Array(#"{"ref": "refs/heads/main"}"#.utf8) + [0, 255, 10]
            let answer = try await site.client.send(
                "POST", path, ["X-GitHub-Delivery": "d-1", "X-Hub-Signature-256": "sha256=00"], body)
            #expect(answer.status == 202)
            #expect(try answer.json()["delivery"] == .string("d-1"))
            let received = try #require(site.operations.state.withLock { $0.webhooks.first })
            #expect(received.forge == forge)
            #expect(received.repositoryName == name)
            #expect(received.body == body)
            #expect(received.headers["x-hub-signature-256"] == "sha256=00")
        }
    }

    @Test("an unknown forge is 404, a wrong signature what the daemon says")
    func refusals() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            #expect(try await site.client.send("POST", "/hooks/sourceforge").status == 404)
            site.operations.change { $0.failure = OperationError(.unauthenticated, "The signature does not match.") }
            let answer = try await site.client.send("POST", "/hooks/github")
            #expect(answer.status == 401)
            #expect(try answer.json()["detail"] == .string("The signature does not match."))
        }
    }
}
