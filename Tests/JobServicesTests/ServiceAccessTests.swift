import Expressions
import Foundation
import HTTPTransport
import JobServices
import Testing

@Suite("Access to a job's services", .timeLimit(.minutes(10)))
struct ServiceAccessTests {
    @Test("without the job's own token nothing is answered")
    func tokens() async throws {
        let scene = try ServiceScene()
        let other = try ServiceScene(run: 2)
        #expect(scene.token != other.token)
        for token in ["", "x", other.token, scene.token + "x"] {
            let answer = try await scene.twirp("ArtifactService", "ListArtifacts", scene.ids(), token: token)
            #expect(answer.status == 401)
            #expect(try await scene.send("GET", "/_apis/artifactcache/cache?keys=a&version=b", token: token).status == 401)
        }
    }

    @Test("the address of a file is good for what it was given for, and for nothing else")
    func signatures() async throws {
        let scene = try ServiceScene()
        let created = try await scene.twirp("ArtifactService", "CreateArtifact", scene.ids(["name": "a", "version": "4"]))
        let address = try #require(created.answer["signed_upload_url"]?.displayString)
        #expect(try await scene.send("GET", address).status == 403)
        #expect(try await scene.send("PUT", address + "0", body: [1]).status == 403)
        #expect(try await scene.send("PUT", address.replacing("/uploads/1", with: "/uploads/2"), body: [1]).status == 403)
        #expect(try await scene.send("PUT", "/slipway/uploads/1", body: [1]).status == 403)
        #expect(try await scene.send("GET", "/slipway/files/artifact-1").status == 403)
        #expect(try await scene.send("PUT", address, body: [1]).status == 201)
    }

    @Test("the token tells run, job and caches as clients read them")
    func claims() throws {
        let scene = try ServiceScene()
        let parts = scene.token.split(separator: ".")
        #expect(parts.count == 3)
        var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        let bytes = try #require(Data(base64Encoded: text))
        let claims = try ExpressionValue(json: String(decoding: bytes, as: UTF8.self))
        #expect(claims["scp"]?.displayString == "Actions.Results:1:10")
        #expect(claims["ac"]?.displayString.contains("refs/heads/main") == true)
        guard case .number(let end)? = claims["exp"] else {
            Issue.record("the token does not say when it ends")
            return
        }
        #expect(end > Date().timeIntervalSince1970)
    }

    @Test("what is no call of these services is refused with its reason")
    func unknown() async throws {
        let scene = try ServiceScene()
        #expect(try await scene.send("GET", "/").status == 404)
        #expect(try await scene.twirp("ArtifactService", "Explode", [:]).status == 404)
        #expect(try await scene.twirp("Other", "ListArtifacts", [:]).status == 404)
        let binary = try await scene.send(
            "POST", "/twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry",
            headers: [("Content-Type", "application/protobuf")], body: [1, 2])
        #expect(binary.status == 415)
        let text = try await scene.send(
            "POST", "/twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry",
            headers: [("Content-Type", "application/json")], body: Array("no".utf8))
        #expect(text.status == 400)
        let long = try await scene.send(
            "POST", "/twirp/github.actions.results.api.v1.CacheService/CreateCacheEntry",
            headers: [("Content-Type", "application/json")], body: [UInt8](repeating: 32, count: 2 << 20))
        #expect(long.status == 413)
    }

    @Test("after the job nothing is answered any more")
    func stopped() async throws {
        let scene = try ServiceScene()
        #expect(try await scene.twirp("ArtifactService", "ListArtifacts", scene.ids()).status == 200)
        scene.services.stop()
        await #expect(throws: (any Error).self) {
            try await scene.twirp("ArtifactService", "ListArtifacts", scene.ids())
        }
    }
}
