import Accounts
import Diagnostics
import Expressions
import HTTPTypes
import Plan
import Store
import Testing

@testable import Web

/// What the document says of answers is what the server sends.
@Suite struct OpenAPITests {
    @Test("every JSON answer to a read has exactly the members that the document describes")
    func answers() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let document = OpenAPIDocument(try await site.client.get("/api/v1/openapi.json").json())
            let paths = try await Self.filled(site)
            for route in RouteTable.routes where route.isDocumented && route.method == .get {
                guard route.name != "getOpenAPI", let schema = document.answer(to: route) else { continue }
                let path = try #require(paths[route.name], "\(route.name) is tried nowhere")
                let answer = try await site.operatorClient.get(path)
                #expect(answer.status == 200, "\(path): \(answer.text)")
                let mistakes = document.mistakes(in: try answer.json(), against: schema, at: route.name)
                #expect(mistakes.isEmpty, "\(mistakes)")
            }
        }
    }

    /// A site that has something of everything, and where to find it.
    private static func filled(_ site: RunningSite) async throws -> [String: String] {
        let step = Step(
            jobID: 0, number: 1, name: "Test", status: .completed, conclusion: .failure, outcome: .failure, exitCode: 1,
            logFrom: 0, logTo: 2)
        let job = try await site.logged(RunningSite.line("found"), steps: [step])
        let diagnostic = Diagnostic(rule: "x", message: "y", file: "ci.yml", range: SourceRange(line: 1, column: 1))
        _ = try await site.run(conclusion: .refused, inputs: ["a": "b"], diagnostics: [diagnostic])
        _ = try await site.run(status: .running, conclusion: nil, jobs: [RunningSite.awaitingJob()])
        let annotation = Annotation(level: .error, message: "m", title: "t", file: "f", line: 1, column: 2, step: 1)
        let diagnosis = Diagnosis(
            step: 1, rule: "no-space", title: "t", explanation: "e", findings: ["f"], remedies: ["r"],
            evidence: .init(text: "found", offset: 0))
        let offset = try await site.store.progressOffset(ofJob: job.id)
        _ = try await site.store.apply(
            JobProgress(
                jobID: job.id, from: offset, to: offset + 1, annotations: [annotation], diagnoses: [diagnosis],
                deployments: [RunningSite.deployment(9, of: job)], gates: [RunningSite.gate()]))
        var deploying = job
        deploying.environment = JobEnvironment(name: "production", url: "https://app")
        _ = try await site.store.apply([.updateJob(deploying)])
        let root = Actor(name: "root", role: .admin)
        _ = try await site.accounts.addUser(named: "anna", password: nil, role: .admin, teams: ["qa"], by: root)
        _ = try await site.accounts.createToken(named: "t", ofUser: "anna", scopes: [.run], lifetime: 60, by: root)
        try await site.store.audit(AuditEntry(at: RunningSite.moment, actor: "a", action: "b", subject: "c"))
        try await site.keep(artifacts: [site.artifact(7, of: job)], caches: [site.cache(3)], job: job)
        let message = OutboxMessage(
            target: "webhook chatops", lane: "l", event: "run.completed", delivery: "d", runID: job.runID, repository: "app",
            content: "{}", createdAt: RunningSite.moment, dueAt: RunningSite.moment, expiresAt: RunningSite.moment)
        try await site.store.post([NewOutboxMessage(message, replacesOlder: false)], upTo: 0)
        let (tests, coverage) = RunningSite.reports
        let next = try await site.store.progressOffset(ofJob: job.id)
        _ = try await site.store.apply(JobProgress(jobID: job.id, from: next, to: next + 1, reports: [tests, coverage]))
        site.operations.change { state in
            state.reports = [1: RunningSite.testContent, 2: RunningSite.coverageContent]
            state.contents = ArtifactContents(files: [.init(name: "a", size: 1), .init(name: "b", size: nil)], isCut: false)
            state.workflows = [DispatchableWorkflow(path: "t.yml", name: "T", inputs: [DispatchInput(name: "i")])]
            state.outward = [
                OutwardDescription(
                    kind: .webhook, name: "chatops", target: "webhook chatops", problem: "p", isUnauthorized: true,
                    failingSince: "2026-11-21T17:00:00Z")
            ]
            state.checks = [HealthReport.Check(name: "store", level: .ok, detail: "fine")]
        }
        return [
            "getHealth": "/health", "listRepositories": "/api/v1/repositories", "getRepository": "/api/v1/repositories/app",
            "listTriggers": "/api/v1/repositories/app/triggers", "listWorkflows": "/api/v1/repositories/app/workflows",
            "listRuns": "/api/v1/runs", "getRun": "/api/v1/runs/\(job.runID)",
            "listAnnotations": "/api/v1/runs/\(job.runID)/annotations", "getJob": "/api/v1/jobs/\(job.id)",
            "searchLog": "/api/v1/jobs/\(job.id)/log/search?q=found", "listAudit": "/api/v1/audit",
            "listSecrets": "/api/v1/secrets", "listActions": "/api/v1/actions", "listUsers": "/api/v1/users",
            "listTokens": "/api/v1/tokens?user=anna",
            "listDeployments": "/api/v1/runs/\(job.runID)/deployments",
            "listReports": "/api/v1/runs/\(job.runID)/reports", "getReport": "/api/v1/reports/1",
            "getTrend": "/api/v1/reports/2/trend", "listArtifacts": "/api/v1/runs/\(job.runID)/artifacts",
            "getArtifact": "/api/v1/artifacts/7", "listApprovals": "/api/v1/approvals",
            "listOutward": "/api/v1/outward", "listDeliveries": "/api/v1/webhooks/chatops/deliveries",
            "listCaches": "/api/v1/repositories/app/caches", "listEnvironments": "/api/v1/environments",
            "listEnvironmentDeployments": "/api/v1/repositories/app/environments/production/deployments",
            "listGates": "/api/v1/runs/\(job.runID)/gates",
            "listMetrics": "/api/v1/repositories/app/metrics",
            "searchRuns": "/api/v1/search/runs?q=a", "searchLogs": "/api/v1/search/logs?q=aaa",
            "compareRuns": "/api/v1/compare?left=\(job.runID)&right=\(job.runID)",
        ]
    }

    @Test("what an operator's reload answers is described, too")
    func reload() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let document = OpenAPIDocument(try await site.client.get("/api/v1/openapi.json").json())
            let route = try #require(RouteTable.routes.first { $0.name == "reloadSettings" })
            let schema = try #require(document.answer(to: route))
            let answer = try await site.operatorClient.send("POST", "/api/v1/reload")
            #expect(try answer.json()["restart_required"] == .array([.string("web.listen")]))
            #expect(document.mistakes(in: try answer.json(), against: schema, at: "reload") == [])
        }
    }
}

/// As much of JSON Schema as the document uses.
struct OpenAPIDocument {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    /// The schema of a good answer in JSON; nil for an operation that has none.
    func answer(to route: Route) -> JSONValue? {
        let operation = root["paths"]?[route.pattern.openAPIPath]?[route.method.rawValue.lowercased()]
        for status in ["200", "201", "202"] {
            if let schema = operation?["responses"]?[status]?["content"]?["application/json"]?["schema"] { return schema }
        }
        return nil
    }

    /// What of a value does not fit: wrong types, members that are missing or not described.
    func mistakes(in value: JSONValue, against schema: JSONValue, at place: String) -> [String] {
        let schema = resolved(schema)
        if let choices = schema["oneOf"]?.elements {
            let all = choices.map { self.mistakes(in: value, against: $0, at: place) }
            return all.contains([]) ? [] : all.flatMap { $0 }
        }
        var mistakes: [String] = []
        let types = schema["type"]?.string.map { [$0] } ?? schema["type"]?.elements.compactMap(\.string) ?? []
        if !types.isEmpty, !types.contains(where: { Self.fits(value, $0) }) {
            mistakes.append("\(place) is no \(types): \(value)")
        }
        if let allowed = schema["enum"]?.elements, !allowed.contains(value) {
            mistakes.append("\(place) is none of the words: \(value)")
        }
        switch value {
        case .array(let elements):
            guard let items = schema["items"] else { return mistakes + ["\(place) has no items described"] }
            for (index, element) in elements.enumerated() {
                mistakes += self.mistakes(in: element, against: items, at: "\(place)[\(index)]")
            }
        case .object(let members):
            let required = schema["required"]?.elements.compactMap(\.string) ?? []
            mistakes += required.filter { members[$0] == nil }.map { "\(place).\($0) is missing" }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                guard let described = schema["properties"]?[name] else {
                    mistakes.append("\(place).\(name) is not described")
                    continue
                }
                mistakes += self.mistakes(in: member, against: described, at: "\(place).\(name)")
            }
        default: break
        }
        return mistakes
    }

    private func resolved(_ schema: JSONValue) -> JSONValue {
        guard let reference = schema["$ref"]?.string else { return schema }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? .null }
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.boolean, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            true
        case (.number(let number), "integer"): number == number.rounded()
        default: false
        }
    }
}
