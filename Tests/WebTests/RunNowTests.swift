import Expressions
import Plan
import Testing

@testable import Web

@Suite struct RunNowTests {
    private static let html = ["Accept": "text/html"]
    private static let inputs = [
        DispatchInput(name: "epochs", kind: .number, defaultValue: "10"),
        DispatchInput(name: "data", kind: .choice, defaultValue: "full", options: ["small", "full"]),
        DispatchInput(name: "publish", kind: .boolean, defaultValue: "true"),
        DispatchInput(name: "place", kind: .environment, defaultValue: "staging"),
    ]

    private static func token(of answer: HTTPAnswer) throws -> String {
        String(try #require(answer.headers["set-cookie"]?.split(separator: ";").first).dropFirst("slipway-form=".count))
    }

    @Test("a form that starts nothing is shown again with what it said, and why")
    func again() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.workflows = [
                    DispatchableWorkflow(path: "other.yml", name: "Other", inputs: []),
                    DispatchableWorkflow(path: "train.yml", name: "Train", inputs: Self.inputs),
                ]
                state.failure = OperationError(.notFound, "There is no branch <nobranch>.")
            }
            let token = try Self.token(of: try await site.client.get("/repositories/app", Self.html))
            let form = "form_token=\(token)&workflow=train.yml&ref=nobranch&input.epochs=3&input.data=small&input.publish=false"
            let cookie = ["Cookie": "slipway-form=\(token)"]
            let page = try await site.client.post(
                "/repositories/app/dispatch", form: form, cookie.merging(Self.html) { $1 })
            #expect(page.status == 404)
            #expect(page.text.contains("There is no branch &lt;nobranch&gt;."))
            #expect(page.text.contains(#"<details class="menu-card" id="dispatch-1" open>"#))
            #expect(page.text.contains(#"name="ref" value="nobranch""#) && page.text.contains(#"step="any" value="3""#))
            #expect(page.text.contains("<option selected>small</option>"))
            #expect(page.text.contains(#"id="input-1-2" name="input.publish" value="true">"#))
            let program = try await site.client.post("/repositories/app/dispatch", form: form, cookie)
            #expect(program.status == 404 && program.headers["content-type"] == "application/problem+json")
        }
    }

    @Test("a rerun with other inputs asks for each as the pipeline declares it, and keeps what its field can't hold")
    func typed() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            site.operations.change { state in
                state.workflows = [DispatchableWorkflow(path: "train.yml", name: "Train", inputs: Self.inputs)]
            }
            var given = ExpressionObject()
            for (name, value) in [("epochs", "many"), ("data", "huge"), ("publish", "true"), ("place", "qa"), ("gone", "x")] {
                given[name] = .string(value)
            }
            let (run, _) = try await site.run(path: "train.yml", inputs: given, event: "workflow_dispatch")
            let page = try await site.client.get("/runs/\(run.id)", Self.html).text
            #expect(page.contains(#"<input name="input.epochs" value="many" autocomplete="off">"#))
            #expect(page.contains("<select name=\"input.data\"><option selected>huge</option><option>small</option>"))
            #expect(page.contains(#"<input type="checkbox" name="input.publish" value="true" checked>"#))
            #expect(page.contains(#"name="input.place" value="qa" autocomplete="off" list="environment-names""#))
            #expect(page.contains(#"<input name="input.gone" value="x" autocomplete="off">"#))
        }
    }

    @Test("a run that waits for a person only is not shown as running")
    func standing() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (stands, _) = try await site.run(
                title: "Ship", status: .running, conclusion: nil, jobs: [RunningSite.job("build"), RunningSite.awaitingJob()])
            let (works, _) = try await site.run(
                title: "Both", status: .running, conclusion: nil,
                jobs: [RunningSite.job("build", status: .running, conclusion: nil), RunningSite.awaitingJob()])
            #expect(
                try await site.client.get("/runs/\(stands.id)", Self.html).text.contains("announce=\"Run \(stands.id): Waiting\"")
            )
            #expect(
                try await site.client.get("/runs/\(works.id)", Self.html).text.contains("announce=\"Run \(works.id): Running\""))
            let dashboard = try await site.client.get("/", Self.html).text
            #expect(!dashboard.contains("id=\"running-\(stands.id)\"") && dashboard.contains("id=\"running-\(works.id)\""))
            #expect(dashboard.contains("Running <span class=\"count\">1</span>"))
            #expect(!dashboard.contains("<progress"))
            let list = try await site.client.get("/runs", Self.html).text
            #expect(list.contains("i-waiting\"/></svg><span class=\"unseen\">Waiting"))
        }
    }

    @Test("who comes first is told the command that this daemon answers, and after a wrong password types only that again")
    func signIn() async throws {
        let configuration = WebConfiguration(firstUserCommand: "slipway user add NAME --socket '/x y'")
        try await RunningSite.with(configuration, anonymousRole: nil) { (site: RunningSite) async throws in
            let first = try await site.client.get("/sign-in", Self.html).text
            #expect(first.contains("user add NAME --socket &#39;/x y&#39;</code>"))
            #expect(first.contains(#"maxlength="64" required autofocus>"#))
            let again = try await SignedIn.submit("anna", "a wrong password", at: site).text
            #expect(again.contains(#"name="name" value="anna""#) && again.contains(#"maxlength="1024" required autofocus>"#))
            #expect(!again.contains(#"maxlength="64" required autofocus>"#))
        }
    }

    @Test("a page about what is not there has the name of whoever asked, and their way out")
    func nothing() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .admin, at: site)
            let page = try await anna.get("/nope", at: site)
            #expect(page.status == 404 && page.text.contains("Sign out") && !page.text.contains(">Sign in<"))
            #expect(page.text.contains(#"name="form_token" value="\#(anna.formToken)""#))
            #expect(page.text.ranges(of: #"href="/users""#).count == 2)
            #expect(try await site.client.get("/nope", Self.html).text.contains(">Sign in<"))
        }
    }
}
