import AWS
import Foundation
import Notices
import Plan
import PythonRig
import Store
import Testing

@testable import Outward

/// Values with everything filled in that a test does not care about.
enum Example {
    static let date = Date(timeIntervalSince1970: 1_795_280_400)
    static let commit = String(repeating: "a1", count: 20)

    static func report(
        _ kind: Occurrence.Kind, _ conclusion: Conclusion? = nil, reason: String? = nil, event: String = "push",
        ref: String = "refs/heads/main", previous: Conclusion? = nil, attempt: Int = 1
    ) -> OccurrenceReport {
        let run = Run(
            id: 7, number: 3, repository: "app", workflow: "CI", workflowPath: ".github/workflows/ci.yml", title: "A change",
            event: event, ref: ref, commit: commit, actor: "ada", attempt: attempt, status: .completed, conclusion: conclusion,
            createdAt: date, startedAt: date)
        let isOfJob = [.jobStarted, .jobCompleted, .approvalRequested].contains(kind)
        let job = Job(id: 9, runID: 7, key: "build", name: "build", createdAt: date)
        return OccurrenceReport(
            occurrence: Occurrence(
                id: 1, kind: kind, runID: 7, jobID: isOfJob ? 9 : nil, attempt: attempt, status: "completed",
                conclusion: conclusion, reason: reason, date: date.addingTimeInterval(80)),
            run: run, job: isOfJob ? job : nil, previousConclusion: previous)
    }

    static func forge(_ kind: ForgeTarget.Kind, _ url: String, tellsJobs: Bool = false) -> ForgeTarget {
        ForgeTarget(
            kind: kind, apiURL: url, repository: "team/app", token: OutwardSecret { () throws(NoticeError) in "t0ken" },
            context: "slipway", tellsJobs: tellsJobs)
    }

    static func status(_ report: OccurrenceReport) throws -> CommitStatus {
        try #require(CommitStatus(report, forge(.github, "http://x", tellsJobs: true), pageURL: "https://ci.example.org"))
    }
}

@Suite struct CommitStatusTests {
    @Test("a status says what happened in at most 140 characters")
    func description() throws {
        #expect(try Example.status(Example.report(.runQueued)).description == "Waits to start")
        let green = try Example.status(Example.report(.runCompleted, .success, attempt: 2))
        #expect(green.description == "Succeeded in 1 min 20 s (attempt 2)")
        let long = try Example.status(
            Example.report(.runCompleted, .failure, reason: String(repeating: "very\nlong ", count: 40)))
        #expect(long.description.count == 140 && long.description.hasSuffix("…") && !long.description.contains("\n"))
    }

    @Test("GitHub takes no scalar of four bytes in a description, and each forge counts scalars")
    func emoji() throws {
        let report = Example.report(.runCompleted, .failure, reason: "job build: step 2 (🧪 Test ⚠️ é): exit code 1")
        #expect(try Example.status(report).description == "Failed: job build: step 2 ( Test ⚠ é): exit code 1")
        let gitlab = try #require(CommitStatus(report, Example.forge(.gitlab, "http://x"), pageURL: "https://ci.example.org"))
        #expect(gitlab.description.contains("🧪"))
        let marks = try Example.status(
            Example.report(.runCompleted, .failure, reason: String(repeating: "e\u{301}", count: 100)))
        #expect(marks.description.unicodeScalars.count == 140)
    }

    @Test("a context tells workflows, jobs and pull requests apart, and links to what it is about")
    func context() throws {
        let run = try Example.status(Example.report(.runCompleted, .success))
        #expect((run.context, run.url) == ("slipway / CI", "https://ci.example.org/runs/7"))
        let job = try Example.status(Example.report(.jobCompleted, .failure))
        #expect((job.context, job.url) == ("slipway / CI / build", "https://ci.example.org/jobs/9"))
        let request = try Example.status(Example.report(.runCompleted, .success, event: "pull_request", ref: "refs/pull/4/merge"))
        #expect(request.context == "slipway / CI (pull_request)" && request.ref == nil)
    }

    @Test("names that no forge takes are cut, and stay two where they are two")
    func longContext() throws {
        var contexts: [String] = []
        for end in ["a", "b"] {
            var report = Example.report(.runCompleted, .success)
            report.run.workflow = String(repeating: "long ", count: 80) + end
            contexts.append(try Example.status(report).context)
        }
        #expect(contexts[0] != contexts[1] && contexts.allSatisfy { $0.utf8.count <= 250 && $0.hasPrefix("slipway / long") })
    }

    @Test("a rollback says nothing about a commit, and jobs only where they are asked for")
    func nothing() {
        let forge = Example.forge(.github, "http://x")
        #expect(CommitStatus(Example.report(.runCompleted, .success, event: "rollback"), forge, pageURL: "") == nil)
        #expect(CommitStatus(Example.report(.jobCompleted, .success), forge, pageURL: "") == nil)
        #expect(CommitStatus(Example.report(.approvalRequested), forge, pageURL: "") == nil)
    }

    @Test("each end has a word on each forge", arguments: Conclusion.allCases)
    func words(conclusion: Conclusion) throws {
        let state = try Example.status(Example.report(.runCompleted, conclusion)).state
        #expect(["success", "failure", "error"].contains(state.github))
        #expect(["success", "failed", "canceled"].contains(state.gitlab))
        #expect(state.check.status == "completed" && state.check.conclusion != nil)
        #expect((state.github == "success") == (conclusion == .success || conclusion == .skipped))
    }
}

@Suite(.enabled(if: PythonProgram.isAvailable))
struct ForgeReporterTests {
    private func report(_ kind: ForgeTarget.Kind, _ server: AnsweringServer, path: String = "") throws {
        let status = try Example.status(Example.report(.runCompleted, .cancelled, reason: "cancelled by ada"))
        try ForgeReporter(target: Example.forge(kind, server.address + path), patience: .endless).report(status)
    }

    private func body(_ request: AnsweringServer.Request) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: Data(request.body.utf8))
    }

    @Test("GitHub is told by its statuses")
    func github() throws {
        let server = try AnsweringServer()
        try server.put([.init(status: 201)])
        try report(.github, server, path: "/api/v3")
        let request = try #require(try server.requests().first)
        #expect((request.method, request.path) == ("POST", "/api/v3/repos/team/app/statuses/\(Example.commit)"))
        #expect(request.headers["authorization"] == "Bearer t0ken")
        #expect(
            try body(request) == [
                "state": "error", "context": "slipway / CI", "description": "Cancelled: cancelled by ada",
                "target_url": "https://ci.example.org/runs/7",
            ])
    }

    @Test("GitLab is told with the project's whole path in one part, and that it is told the same again is no failure")
    func gitlab() throws {
        let server = try AnsweringServer()
        try server.put([
            .init(status: 201), .init(status: 400, body: #"{"message":"Cannot transition status via :run from :running"}"#),
            .init(status: 400, body: #"{"message":"ref is invalid"}"#),
        ])
        try report(.gitlab, server, path: "/api/v4")
        try report(.gitlab, server, path: "/api/v4")
        let refused = #expect(throws: NoticeError.self) { try report(.gitlab, server) }
        #expect(refused?.kind == .refused)
        let request = try #require(try server.requests().first)
        #expect(request.path == "/api/v4/projects/team%2Fapp/statuses/\(Example.commit)")
        #expect(request.headers["private-token"] == "t0ken")
        #expect(try body(request)["state"] == "canceled")
        #expect(try body(request)["ref"] == "main")
    }

    @Test("Gitea is told at its own path with its own header")
    func gitea() throws {
        let server = try AnsweringServer()
        try server.put([.init(status: 201)])
        try report(.gitea, server, path: "/api/v1")
        let request = try #require(try server.requests().first)
        #expect(request.path == "/api/v1/repos/team/app/statuses/\(Example.commit)")
        #expect(request.headers["authorization"] == "token t0ken")
    }

    @Test("a check run of the same run is changed, and another one made where there is none")
    func checks() throws {
        let server = try AnsweringServer()
        try server.put([
            .init(body: #"{"check_runs":[]}"#), .init(status: 201),
            .init(body: #"{"check_runs":[{"id":5,"external_id":"run-7-attempt-1"}]}"#), .init(),
        ])
        try report(.githubChecks, server)
        try report(.githubChecks, server)
        let requests = try server.requests()
        #expect(requests.map(\.method) == ["GET", "POST", "GET", "PATCH"])
        #expect(requests.last?.path == "/repos/team/app/check-runs/5")
        #expect(requests[0].path.contains("check_name=slipway%20%2F%20CI&filter=latest"))
    }

    @Test(
        "what a forge answers decides whether it is asked again",
        arguments: [
            (AnsweringServer.Answer(status: 401), NoticeError.Kind.unauthorized), (.init(status: 404), .unauthorized),
            (.init(status: 403), .unauthorized), (.init(status: 422), .refused), (.init(status: 502), .mayPass(after: nil)),
            (.init(status: 429, headers: ["Retry-After": "7"]), .mayPass(after: .seconds(7))),
            (.init(status: 403, headers: ["x-ratelimit-remaining": "0"]), .mayPass(after: nil)),
        ])
    func refusals(answer: AnsweringServer.Answer, kind: NoticeError.Kind) throws {
        let server = try AnsweringServer()
        try server.put([answer])
        let error = #expect(throws: NoticeError.self) { try report(.github, server) }
        #expect(error?.kind == kind)
        #expect(error?.message.contains("t0ken") == false)
    }
}
