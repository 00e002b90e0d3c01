import Execution
import Expressions
import Foundation
import HTTPTransport
import JobServices
import Plan
import Signing
import Testing

@Suite("Artifact service", .timeLimit(.minutes(10)))
struct ArtifactServiceTests {
    private let service = "ArtifactService"

    /// Begins an upload.
    private func create(_ name: String, in scene: ServiceScene, _ more: [String: String] = [:]) async throws -> String {
        let (status, answer) = try await scene.twirp(
            service, "CreateArtifact", scene.ids(["name": name, "version": "4"]).merging(more) { $1 })
        #expect(status == 200)
        #expect(answer["ok"] == .boolean(true))
        return try #require(answer["signed_upload_url"]?.displayString)
    }

    private func finalize(
        _ name: String, size: Int, hash: String? = nil, in scene: ServiceScene
    ) async throws -> (status: Int, answer: ExpressionValue) {
        var message = scene.ids(["name": name, "size": String(size)])
        if let hash { message["hash"] = "sha256:\(hash)" }
        return try await scene.twirp(service, "FinalizeArtifact", message)
    }

    private func put(_ text: String, to address: String, _ query: String, in scene: ServiceScene) async throws -> Int {
        try await scene.send(
            "PUT", address + query, headers: [("x-ms-blob-type", "BlockBlob")], body: Array(text.utf8)
        ).status
    }

    @Test("blocks that come in any order become the artifact that their list says, and its bytes come back")
    func blocks() async throws {
        let scene = try ServiceScene()
        let address = try await create("model", in: scene)
        for (name, text) in [("Mg==", "world"), ("MQ==", "hello "), ("MQ==", "HELLO "), ("Mw==", "never")] {
            #expect(try await put(text, to: address, "&comp=block&blockid=\(name)", in: scene) == 201)
        }
        let list = "<BlockList><Latest>MQ==</Latest><Latest>Mg==</Latest></BlockList>"
        let digest = SHA256.hexadecimal("HELLO world")
        // Each a second time, as a client does that got no answer.
        for _ in 1...2 { #expect(try await put(list, to: address, "&comp=blocklist", in: scene) == 201) }
        let (status, done) = try await finalize("model", size: 11, hash: digest, in: scene)
        #expect(status == 200)
        let id = try #require(done["artifact_id"]?.displayString)
        let (_, repeated) = try await finalize("model", size: 11, hash: digest, in: scene)
        #expect(repeated["artifact_id"]?.displayString == id)

        let (_, listed) = try await scene.twirp(service, "ListArtifacts", scene.ids(["id_filter": id]))
        let artifact = try #require(listed["artifacts"]?[0])
        #expect(artifact["name"]?.displayString == "model")
        #expect(artifact["size"]?.displayString == "11")
        #expect(artifact["digest"]?.displayString == "sha256:\(digest)")
        #expect(artifact["workflow_run_backend_id"]?.displayString == "1")

        let (_, signed) = try await scene.twirp(service, "GetSignedArtifactURL", scene.ids(["name": "model"]))
        let download = try #require(signed["signed_url"]?.displayString)
        let whole = try await scene.send("GET", download)
        #expect(whole.text == "HELLO world")
        #expect(whole.header("Content-Type") == "application/zip")
        let part = try await scene.send("GET", download, headers: [("Range", "bytes=6-8")])
        #expect(part.status == 206)
        #expect(part.text == "wor")
        #expect(part.header("Content-Range") == "bytes 6-8/11")
        let head = try await scene.send("HEAD", download)
        #expect(head.header("Content-Length") == "11")
        #expect(try await scene.send("GET", download, headers: [("Range", "bytes=11-")]).status == 416)

        guard case .artifactStored(let stored)? = try scene.changes().first else {
            Issue.record("the journal says nothing")
            return
        }
        #expect(String(stored.id) == id)
        #expect(stored.digest == digest)
    }

    @Test("a name is given once in a run, until the artifact is deleted")
    func names() async throws {
        let scene = try ServiceScene()
        let address = try await create("report", in: scene)
        #expect(try await put("one", to: address, "", in: scene) == 201)
        #expect(try await finalize("report", size: 3, in: scene).status == 200)
        let again = try await scene.twirp(service, "CreateArtifact", scene.ids(["name": "report", "version": "4"]))
        #expect(again.status == 409)
        #expect(again.answer["code"]?.displayString == "already_exists")
        #expect(again.answer["msg"]?.displayString.contains("report") == true)
        #expect(try await scene.twirp(service, "DeleteArtifact", scene.ids(["name": "report"])).status == 200)
        #expect(try await scene.twirp(service, "DeleteArtifact", scene.ids(["name": "report"])).status == 404)
        _ = try await create("report", in: scene)
    }

    @Test("an upload that is not whole, or not what the client sent, is refused and stores nothing")
    func damage() async throws {
        let scene = try ServiceScene()
        let address = try await create("data", in: scene)
        #expect(try await finalize("data", size: 0, in: scene).status == 400)
        #expect(try await put("12345", to: address, "", in: scene) == 201)
        #expect(try await finalize("data", size: 6, in: scene).status == 400)
        #expect(try await finalize("data", size: 5, hash: String(repeating: "0", count: 64), in: scene).status == 400)
        #expect(try await put("<BlockList><Latest>YQ==</Latest></BlockList>", to: address, "&comp=blocklist", in: scene) == 400)
        #expect(try scene.changes().isEmpty)
        let (_, listed) = try await scene.twirp(service, "ListArtifacts", scene.ids())
        #expect(listed["artifacts"] == .array([]))
    }

    @Test("more than the settings allow is refused, whole or in blocks")
    func limits() async throws {
        let scene = try ServiceScene(limits: .init(artifactBytes: 10))
        let address = try await create("large", in: scene)
        #expect(try await put("12345678901", to: address, "", in: scene) == 413)
        #expect(try await put("123456", to: address, "&comp=block&blockid=YQ==", in: scene) == 201)
        #expect(try await put("123456", to: address, "&comp=block&blockid=Yg==", in: scene) == 413)
    }

    @Test("a name that is no artifact's, another run and another job are refused")
    func strangers() async throws {
        let scene = try ServiceScene()
        let bad = try await scene.twirp(service, "CreateArtifact", scene.ids(["name": "a/b", "version": "4"]))
        #expect(bad.status == 400)
        let other = try await scene.twirp(
            service, "ListArtifacts", ["workflow_run_backend_id": "2", "workflow_job_run_backend_id": "10"])
        #expect(other.status == 403)
        let job = try await scene.twirp(
            service, "CreateArtifact",
            ["workflow_run_backend_id": "1", "workflow_job_run_backend_id": "11", "name": "a", "version": "4"])
        #expect(job.status == 403)
    }

    @Test("a file that is no zip keeps its name, and old ones go when the client says")
    func kinds() async throws {
        let scene = try ServiceScene()
        let expiry = Date().addingTimeInterval(3 * 86_400).formatted(Date.ISO8601FormatStyle())
        let address = try await create("metrics.json", in: scene, ["mime_type": "application/json", "expires_at": expiry])
        #expect(try await put("{}", to: address, "", in: scene) == 201)
        #expect(try await finalize("metrics.json", size: 2, in: scene).status == 200)
        guard case .artifactStored(let stored)? = try scene.changes().first else {
            Issue.record("the journal says nothing")
            return
        }
        #expect(!stored.isArchive)
        #expect(abs(stored.expiresAt.timeIntervalSince(stored.createdAt) - 3 * 86_400) < 1)
        let (_, signed) = try await scene.twirp(service, "GetSignedArtifactURL", scene.ids(["name": "metrics.json"]))
        let signedURL = try #require(signed["signed_url"]?.displayString)
        let download = try await scene.send("GET", signedURL)
        #expect(download.header("Content-Disposition") == "attachment; filename*=UTF-8''metrics.json")
        #expect(download.header("Content-Type") == "application/octet-stream")
    }
}
