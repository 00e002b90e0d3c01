import Execution
import Expressions
import Foundation
import HTTPTransport
import JobServices
import Plan
import Testing

@Suite("Cache services", .timeLimit(.minutes(10)))
struct CacheServiceTests {
    private let service = "CacheService"
    private let version = String(repeating: "a", count: 64)

    private func save(_ key: String, _ text: String, in scene: ServiceScene) async throws {
        let (status, answer) = try await scene.twirp(service, "CreateCacheEntry", ["key": key, "version": version])
        #expect(status == 200)
        let address = try #require(answer["signed_upload_url"]?.displayString)
        let put = try await scene.send("PUT", address, headers: [("x-ms-blob-type", "BlockBlob")], body: Array(text.utf8))
        #expect(put.status == 201)
        let done = try await scene.twirp(
            service, "FinalizeCacheEntryUpload", ["key": key, "version": version, "size_bytes": String(text.utf8.count)])
        #expect(done.status == 200)
        #expect(done.answer["ok"] == .boolean(true))
    }

    private func restore(_ key: String, _ restoreKeys: [String] = [], in scene: ServiceScene) async throws -> (String, String)? {
        let keys = restoreKeys.map { "\"\($0)\"" }.joined(separator: ", ")
        let response = try await scene.send(
            "POST", "/twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL",
            headers: [("Content-Type", "application/json")],
            body: Array(#"{"key": "\#(key)", "version": "\#(version)", "restore_keys": [\#(keys)]}"#.utf8))
        #expect(response.status == 200)
        let answer = try scene.object(response)
        guard answer["ok"] == .boolean(true) else { return nil }
        let address = try #require(answer["signed_download_url"]?.displayString)
        let file = try await scene.send("GET", address)
        return (try #require(answer["matched_key"]?.displayString), file.text)
    }

    @Test("an entry is found by its key and by a prefix, and its key is given once")
    func entries() async throws {
        let scene = try ServiceScene()
        #expect(try await restore("pip-1", in: scene) == nil)
        try await save("pip-1", "packages", in: scene)
        for keys in [["pip-1"], ["pip-2", "pip-"]] {
            let found = try await restore(keys[0], Array(keys.dropFirst()), in: scene)
            #expect(found?.0 == "pip-1" && found?.1 == "packages")
        }
        #expect(try await restore("npm", in: scene) == nil)
        let again = try await scene.twirp(service, "CreateCacheEntry", ["key": "pip-1", "version": version])
        #expect(again.status == 409)
    }

    @Test("what a stranger's run cached is not there for others")
    func trust() async throws {
        let stranger = try ServiceScene(isUntrusted: true)
        try await save("pip-1", "poisoned", in: stranger)
        #expect(try await restore("pip-1", in: stranger) != nil)
        let trusted = try ServiceScene(run: 2, root: stranger.root)
        #expect(try await restore("pip-1", in: trusted) == nil)
        trusted.services.stop()
    }

    @Test("the older service stores pieces by their ranges, and answers with an address")
    func older() async throws {
        let scene = try ServiceScene()
        let base = "/_apis/artifactcache"
        let missing = try await scene.send("GET", "\(base)/cache?keys=npm-1%2Cnpm-&version=\(version)")
        #expect(missing.status == 204)
        let reserve = Array(#"{"key": "npm-1", "version": "\#(version)", "cacheSize": 10}"#.utf8)
        let reserved = try await scene.send(
            "POST", "\(base)/caches", headers: [("Content-Type", "application/json")], body: reserve)
        #expect(reserved.status == 201)
        let id = try #require(try scene.object(reserved)["cacheId"]?.displayString)
        for (range, text) in [("5-9", "world"), ("0-4", "hello")] {
            let piece = try await scene.send(
                "PATCH", "\(base)/caches/\(id)", headers: [("Content-Range", "bytes \(range)/*")], body: Array(text.utf8))
            #expect(piece.status == 204)
        }
        let short = try await scene.send("POST", "\(base)/caches/\(id)", body: Array(#"{"size": 9}"#.utf8))
        #expect(short.status == 400)
        // The second one is that of a client that got no answer.
        for _ in 1...2 {
            let commit = try await scene.send("POST", "\(base)/caches/\(id)", body: Array(#"{"size": 10}"#.utf8))
            #expect(commit.status == 204)
        }
        let found = try await scene.send("GET", "\(base)/cache?keys=npm-2%2Cnpm-&version=\(version)")
        let entry = try scene.object(found)
        #expect(entry["cacheKey"]?.displayString == "npm-1")
        let address = try #require(entry["archiveLocation"]?.displayString)
        let file = try await scene.send("GET", address)
        #expect(file.text == "helloworld")
        let again = try await scene.send("POST", "\(base)/caches", body: reserve)
        #expect(again.status == 409)
    }

    @Test("pieces with a gap, and a size that is not theirs, are refused")
    func gaps() async throws {
        let scene = try ServiceScene()
        let base = "/_apis/artifactcache"
        let reserve = Array(#"{"key": "k", "version": "v"}"#.utf8)
        let reserved = try await scene.send("POST", "\(base)/caches", body: reserve)
        let id = try #require(try scene.object(reserved)["cacheId"]?.displayString)
        let short = try await scene.send(
            "PATCH", "\(base)/caches/\(id)", headers: [("Content-Range", "bytes 0-9/*")], body: Array("123".utf8))
        #expect(short.status == 400)
        let late = try await scene.send(
            "PATCH", "\(base)/caches/\(id)", headers: [("Content-Range", "bytes 3-5/*")], body: Array("456".utf8))
        #expect(late.status == 204)
        let commit = try await scene.send("POST", "\(base)/caches/\(id)", body: Array(#"{"size": 3}"#.utf8))
        #expect(commit.status == 400)
        #expect(try scene.changes().isEmpty)
    }
}
