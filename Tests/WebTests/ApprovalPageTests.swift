import Accounts
import FoundationEssentials
import Plan
import Testing

@testable import Web

@Suite struct ApprovalPageTests {
    /// The token of the forms of a page, and the cookie that goes with it.
    private static func token(of site: RunningSite, at path: String) async throws -> (page: String, token: String) {
        let page = try await site.client.get(path, ["Accept": "text/html"])
        let cookie = try #require(page.headers["set-cookie"])
        return (page.text, String(try #require(cookie.split(separator: ";").first).dropFirst("slipway-form=".count)))
    }

    @Test("a run's page shows what waits, who may answer and until when, with a form for the answer")
    func form() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(status: .running, conclusion: nil, jobs: [RunningSite.awaitingJob()])
            let (page, token) = try await Self.token(of: site, at: "/runs/\(run.id)")
            #expect(page.contains("release waits for an approval"))
            #expect(page.contains("Look at &lt;staging&gt; first") && !page.contains("<staging>"))
            #expect(page.contains(#"<a href="https://staging.example.org/" rel="noreferrer">"#))
            #expect(page.contains("To be approved by an operator") && page.contains("2026-01-02 04:04:05 UTC"))
            let path = "/runs/\(run.id)/approval"
            let cookies = ["Cookie": "slipway-form=\(token)"]
            let form = "job=\(jobs[0].id)&answer=approve&comment=looks+%0A+good"
            #expect(try await site.client.post(path, form: form, cookies).status == 403)
            #expect(try await site.client.post(path, form: "form_token=\(token)&job=1&answer=perhaps", cookies).status == 400)
            #expect(site.operations.calls.isEmpty)
            let done = try await site.client.post(path, form: "form_token=\(token)&\(form)", cookies)
            #expect(done.status == 303 && done.headers["location"] == "/runs/\(run.id)")
            #expect(site.operations.calls == ["approve \(run.id) job=\(jobs[0].id) comment=looks good by web"])
        }
    }

    @Test("only those who may answer have the form, on the page and on what follows it")
    func named() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .operator, at: site)
            let bob = try await SignedIn.user("bob", .operator, at: site)
            let (run, jobs) = try await site.run(
                status: .running, conclusion: nil, jobs: [RunningSite.awaitingJob(approvers: ["anna"])])
            for path in ["/", "/runs/\(run.id)", "/jobs/\(jobs[0].id)"] {
                let (hers, his) = (try await anna.get(path, at: site).text, try await bob.get(path, at: site).text)
                #expect(hers.contains("approval-pending answers-yes\"") && !hers.contains("answers-no"), "\(path)")
                #expect(
                    his.contains("approval-pending answers-no\"") && his.contains("You are not the one to answer."), "\(path)")
                #expect(!hers.contains("@@") && !his.contains("@@"), "\(path)")
            }
        }
    }

    @Test("a part of a page is the same text each time, and says to each what they may")
    func blanks() {
        let approval = JobApproval(
            approvers: ["anna"], since: RunningSite.moment, until: RunningSite.moment, excludedAskers: ["bob"])
        let html = "<p>\(PageBlank.answers(to: approval))</p>\(PageBlank.answers(to: approval))"
        #expect(html == "<p>\(PageBlank.answers(to: approval))</p>\(PageBlank.answers(to: approval))")
        let (anna, bob) = (
            Actor(name: "anna", role: .operator, proof: .signIn), Actor(name: "bob", role: .admin, proof: .signIn)
        )
        #expect(PagePart.joined(PagePart.parts(of: html), for: anna) == "<p>yes</p>yes")
        #expect(PagePart.joined(PagePart.parts(of: html), for: bob) == "<p>no</p>no")
        #expect(PagePart.joined(PagePart.parts(of: "nothing asked"), for: bob) == "nothing asked")
    }

    @Test("an answer is shown with who gave it, and there is no form any more")
    func answered() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.awaitingJob()
            (job.status, job.conclusion) = (.completed, .failure)
            job.approval?.answer = .init(verdict: .rejected, actor: "web", comment: "not <b>now</b>", date: RunningSite.moment)
            let (run, jobs) = try await site.run(conclusion: .failure, jobs: [job])
            for path in ["/runs/\(run.id)", "/jobs/\(jobs[0].id)"] {
                let page = try await site.client.get(path, ["Accept": "text/html"]).text
                #expect(page.contains("Rejected by web") && page.contains("not &lt;b&gt;now&lt;/b&gt;"), "\(path)")
                #expect(!page.contains("/approval\""), "\(path)")
            }
        }
    }

    @Test("a request that no user may answer says so, and one that somebody of the team may does not")
    func unanswerable() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.awaitingJob()
            job.approval?.approvers = ["zoe", "release-managers"]
            let words = "No user of Slipway may answer this"
            let root = Actor(name: "root", role: .admin, proof: .socket)
            _ = try await site.accounts.addUser(named: "zoe", password: nil, role: .viewer, teams: [], by: root)
            let (first, _) = try await site.run(status: .running, conclusion: nil, jobs: [job])
            #expect(try await site.client.get("/runs/\(first.id)", ["Accept": "text/html"]).text.contains(words))
            _ = try await site.accounts.addUser(
                named: "anna", password: nil, role: .operator, teams: ["release-managers"], by: root)
            let (second, _) = try await site.run(status: .running, conclusion: nil, jobs: [job])
            #expect(try await !site.client.get("/runs/\(second.id)", ["Accept": "text/html"]).text.contains(words))
        }
    }

    @Test("a gate that no user may override says so, beside the form for who comes later")
    func unanswerableOverride() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.job(conclusion: .failure)
            job.approval = JobApproval(kind: .override, approvers: ["anna"], since: RunningSite.moment, until: .distantFuture)
            job.approval?.otherApprovers = [["bert"]]
            let words = "No user of Slipway may override this"
            let root = Actor(name: "root", role: .admin, proof: .socket)
            for name in ["anna", "bert"] {
                _ = try await site.accounts.addUser(named: name, password: nil, role: .operator, teams: [], by: root)
            }
            let (first, _) = try await site.run(conclusion: .failure, jobs: [job])
            #expect(try await site.client.get("/runs/\(first.id)", ["Accept": "text/html"]).text.contains(words))
            job.approval?.otherApprovers = [["bert", "anna"]]
            let (second, _) = try await site.run(conclusion: .failure, jobs: [job])
            #expect(try await !site.client.get("/runs/\(second.id)", ["Accept": "text/html"]).text.contains(words))
        }
    }

    @Test("the API calls a request withdrawn that nobody can answer any more, and gives no time to what does not wait")
    func withdrawn() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.awaitingJob()
            (job.status, job.conclusion) = (.completed, .cancelled)
            let (_, cancelled) = try await site.run(conclusion: .cancelled, jobs: [job])
            let asked = try await site.client.get("/api/v1/jobs/\(cancelled[0].id)").json()["approval"]
            #expect(asked?["state"]?.string == "withdrawn" && asked?["until"]?.string == "2026-01-02T04:04:05.500Z")
            var gated = RunningSite.job(conclusion: .failure)
            gated.approval = JobApproval(kind: .override, since: RunningSite.moment, until: .distantFuture)
            let (run, jobs) = try await site.run(conclusion: .failure, jobs: [gated])
            let open = try await site.client.get("/api/v1/jobs/\(jobs[0].id)").json()["approval"]
            #expect(open?["state"]?.string == "pending" && open?["until"] == .null)
            _ = try await site.rerun(run, reason: "rerun by anna", jobs: [RunningSite.job()])
            for path in ["/api/v1/jobs/\(jobs[0].id)", "/api/v1/runs/\(run.id)?attempt=1"] {
                let answer = try await site.client.get(path).json()
                let closed = (answer["jobs"]?[0] ?? answer)["approval"]
                #expect(closed?["state"]?.string == "withdrawn", "\(path)")
            }
        }
    }

    @Test("a link that is no web address is shown, and leads nowhere")
    func strangeLink() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            var job = RunningSite.awaitingJob()
            job.approval?.link = "javascript:alert(1)"
            let (run, _) = try await site.run(status: .running, conclusion: nil, jobs: [job])
            let page = try await site.client.get("/runs/\(run.id)", ["Accept": "text/html"]).text
            #expect(page.contains("javascript:alert(1)") && !page.contains("href=\"javascript"))
        }
    }

    @Test("the API takes answers and lists what waits")
    func interface() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (run, jobs) = try await site.run(
                status: .running, conclusion: nil, jobs: [RunningSite.awaitingJob(approvers: ["anna"])])
            let pending = try #require(try await site.client.get("/api/v1/approvals").json()["approvals"]?[0])
            #expect(pending["job_id"]?.string == "\(jobs[0].id)" && pending["run_id"]?.string == "\(run.id)")
            #expect(pending["approval"]?["state"]?.string == "pending")
            #expect(pending["approval"]?["approvers"]?.elements == [.string("anna")])
            let path = "/api/v1/runs/\(run.id)"
            #expect(try await site.client.post("\(path)/approve", json: "{}").status == 200)
            let rejected = try await site.operatorClient.post(
                "\(path)/reject", json: #"{"job":"\#(jobs[0].id)","comment":"no"}"#)
            let answered = try rejected.json()
            #expect(rejected.status == 200 && answered["id"]?.string == "\(run.id)")
            #expect(try await site.client.post("\(path)/approve", json: #"{"job":"x"}"#).status == 400)
            let long = String(repeating: "x", count: 1001)
            #expect(try await site.client.post("\(path)/approve", json: #"{"comment":"\#(long)"}"#).status == 400)
            #expect(
                site.operations.calls == [
                    "approve \(run.id) job=- comment=- by web",
                    "reject \(run.id) job=\(jobs[0].id) comment=no by \(RunningSite.socketActor)",
                ])
        }
    }
}
