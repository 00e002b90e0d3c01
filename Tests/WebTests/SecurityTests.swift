import Plan
import Testing

@testable import Web

@Suite struct SecurityTests {
    @Test(
        "only addresses, localhost and allowed names are hosts of ours",
        arguments: [
            ("127.0.0.1:8080", true), ("localhost", true), ("[::1]:8080", true), ("10.0.0.7", true), ("ci.localhost:1", true),
            ("ci.example.org", true), ("CI.example.org:443", true), ("evil.example.com", false), ("", false),
            ("127.0.0.1.evil.com", false), ("999.1.1.1", false), ("[::1", false),
        ])
    func hosts(host: String, isAllowed: Bool) {
        #expect(HostCheck(allowedHosts: ["ci.example.org"]).isAllowed(host) == isAllowed)
    }

    @Test("a request for another name is refused, a webhook and a probe are not")
    func rebinding() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let evil = ["Host": "evil.example.com"]
            let answer = try await site.client.get("/api/v1/runs", evil)
            #expect(answer.status == 421)
            #expect(try await site.client.get("/", evil).status == 421)
            #expect(try await site.client.get("/health", evil).status == 200)
            let hook = ["Host": "hooks.example.com", "Content-Type": "application/json"]
            #expect(try await site.client.send("POST", "/hooks/github", hook, Array("{}".utf8)).status == 202)
        }
    }

    @Test(
        "a change from another site is not done",
        arguments: [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example.com"],
            ["Origin": "null"], ["Content-Type": "text/plain"], ["Content-Type": "application/x-www-form-urlencoded"],
        ])
    func crossSite(headers: [String: String]) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            let all = ["Content-Type": "application/json"].merging(headers) { $1 }
            let answer = try await site.client.send("POST", "/api/v1/runs/\(run.id)/cancel", all, Array("{}".utf8))
            #expect([403, 415].contains(answer.status))
            #expect(site.operations.calls.isEmpty)
        }
    }

    @Test(
        "a change from the page's own origin, or from a program, is done",
        arguments: [
            ["Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"], [:],
            ["Content-Type": "application/json; charset=utf-8"],
        ])
    func sameOrigin(headers: [String: String]) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            let all = ["Content-Type": "application/json"].merging(headers) { $1 }
            let answer = try await site.client.send("POST", "/api/v1/runs/\(run.id)/cancel", all, Array("{}".utf8))
            #expect(answer.status == 202)
        }
    }

    @Test("a form needs the token of the page that it came with")
    func forms() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            let page = try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"])
            let cookie = try #require(page.headers["set-cookie"])
            #expect(cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"))
            let token = String(try #require(cookie.split(separator: ";").first).dropFirst("slipway-form=".count))
            #expect(page.text.contains(#"name="form_token" value="\#(token)""#))
            #expect(!page.text.contains(PageRenderer.tokenPlaceholder))
            let path = "/runs/\(run.id)/cancel"
            #expect(try await site.client.post(path, form: "form_token=\(token)").status == 403)
            let cookies = ["Cookie": "other=1; slipway-form=\(token)"]
            #expect(try await site.client.post(path, form: "", cookies).status == 403)
            #expect(try await site.client.post(path, form: "form_token=0\(token.dropFirst())x", cookies).status == 403)
            #expect(site.operations.calls.isEmpty)
            let done = try await site.client.post(path, form: "form_token=\(token)", cookies)
            #expect(done.status == 303)
            #expect(done.headers["location"] == "/runs/\(run.id)")
            #expect(site.operations.calls == ["cancel \(run.id) by web"])
        }
    }

    @Test("every answer tells the browser to refuse what the page does not need", arguments: ["/", "/api/v1/runs", "/nothing"])
    func headers(path: String) async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let answer = try await site.client.get(path)
            let policy = try #require(answer.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["referrer-policy"] == "same-origin")
        }
    }

    @Test("the operator socket needs no token, and acts as the user of the host who asks")
    func operatorSocket() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            #expect(try await site.client.get("/api/v1/secrets").status == 401)
            #expect(try await site.operatorClient.get("/api/v1/secrets").text.contains("TOKEN"))
            let set = try await site.operatorClient.send(
                "PUT", "/api/v1/secrets/TOKEN?repository=app", ["Content-Type": "application/json"],
                Array(#"{"value":"s3cret"}"#.utf8))
            #expect(set.status == 204)
            #expect(try await site.operatorClient.send("DELETE", "/api/v1/secrets/TOKEN").status == 204)
            #expect(try await site.operatorClient.send("POST", "/api/v1/reload").status == 200)
            #expect(
                site.operations.calls == [
                    "set TOKEN of app by \(RunningSite.socketActor)", "remove TOKEN of all by \(RunningSite.socketActor)",
                    "reload by \(RunningSite.socketActor)",
                ])
        }
    }

    @Test("a body of another type than JSON is refused on the operator socket and with a token as well")
    func contentType() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let body = Array(#"{"value":"s3cret"}"#.utf8)
            for kind in ["application/x-www-form-urlencoded", "text/plain"] {
                let answer = try await site.operatorClient.send("PUT", "/api/v1/secrets/TOKEN", ["Content-Type": kind], body)
                #expect(answer.status == 415 && answer.text.contains("it came with \(kind)"), "\(answer.text)")
            }
            #expect(try await site.operatorClient.send("PUT", "/api/v1/secrets/TOKEN", [:], body).status == 415)
            let json = ["Content-Type": "application/json; charset=utf-8"]
            #expect(try await site.operatorClient.send("PUT", "/api/v1/secrets/TOKEN", json, body).status == 204)
            // Without a body there is nothing to be misread.
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            #expect(try await site.operatorClient.send("POST", "/api/v1/reload", form, []).status == 200)
        }
    }

    @Test("a body above the limit is refused before it is read")
    func bodyLimit() async throws {
        try await RunningSite.with(WebConfiguration(webhookBodyLimit: 2000, bodyLimit: 1000)) {
            (site: RunningSite) async throws in
            let body = [UInt8](repeating: 97, count: 1500)
            let json = ["Content-Type": "application/json"]
            #expect(try await site.client.send("POST", "/api/v1/runs/1/rerun", json, body).status == 413)
            #expect(try await site.client.send("POST", "/hooks/github", json, body).status == 202)
            #expect(try await site.client.send("POST", "/hooks/github", json, body + body).status == 413)
        }
    }
}
