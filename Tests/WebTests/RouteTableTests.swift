import HTTPTypes
import Testing

@testable import Web

@Suite struct RouteTableTests {
    private static let documented = RouteTable.routes.filter(\.isDocumented)

    @Test("the OpenAPI document and the route table name the same operations")
    func documentMatchesTable() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let document = try await site.client.get("/api/v1/openapi.json").json()
            var described: Set<String> = []
            for path in document["paths"]?.names ?? [] {
                for method in document["paths"]?[path]?.names ?? [] {
                    let name = document["paths"]?[path]?[method]?["operationId"]?.string ?? "?"
                    described.insert("\(method.uppercased()) \(path) \(name)")
                }
            }
            let listed = Set(
                Self.documented.map { "\($0.method.rawValue) \($0.pattern.openAPIPath) \($0.name)" })
            #expect(described == listed)
        }
    }

    @Test("every parameter in a path is described")
    func parametersAreDescribed() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let document = try await site.client.get("/api/v1/openapi.json").json()
            for route in Self.documented {
                let operation = document["paths"]?[route.pattern.openAPIPath]?[route.method.rawValue.lowercased()]
                let described = operation?["parameters"]?.elements.filter { $0["in"]?.string == "path" }
                    .compactMap { $0["name"]?.string }
                #expect(Set(described ?? []) == Set(route.pattern.names), "\(route.name)")
            }
        }
    }

    @Test("the server answers every route that is listed, with something else than 404 for the route itself or 405")
    func everyRouteAnswers() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            for route in RouteTable.routes where route.method == .get {
                let path = route.pattern.description.replacing("{id}", with: "99").replacing("{name…}", with: "app")
                    .replacing("{version}", with: "x").replacing("{file…}", with: "scripts/page.js")
                    .replacing("{status}", with: "success.svg")
                let stream = path == "/events" || path.hasSuffix("/stream")
                let answer = try await site.operatorClient.get(path)
                #expect(answer.status != 405, "\(path)")
                if answer.status == 404 { #expect(!answer.text.contains("There is nothing at"), "\(path)") }
                if stream { #expect(answer.status >= 400) }
            }
        }
    }

    @Test("no two routes have one name")
    func namesAreUnique() {
        let names = RouteTable.routes.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test("whatever changes something is not for viewers", arguments: RouteTable.routes.filter { $0.method != .get })
    func changesAreGuarded(route: Route) {
        #expect([.change, .approve, .own, .admin, .entry, .hook].contains(route.access))
    }

    @Test("a path that is not listed is 404, one with another method 405 and says which")
    func unknownRoutes() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let missing = try await site.client.get("/api/v1/nothing")
            #expect(missing.status == 404)
            #expect(missing.headers["content-type"] == "application/problem+json")
            let other = try await site.client.send("DELETE", "/api/v1/runs/1")
            #expect(other.status == 405)
            #expect(other.headers["allow"] == "GET")
        }
    }
}
