import Testing
import Web

@testable import slipway

struct RunOutlineTests {
    private static func run(_ members: String = "", jobs: String = "") throws -> RunRepresentation {
        let body = #"""
            {"id":"7","number":1,"repository":"app","workflow":"CI","workflow_path":"ci.yml","title":"t","event":"push",
             "ref":"refs/heads/main","branch":"main","commit":"abc","actor":"ada","attempt":1,"status":"completed",
             "conclusion":"refused","created_at":"2026-01-02T03:04:05.000Z"\#(members),"jobs":[\#(jobs)]}
            """#
        return try DaemonClient.decode(RunRepresentation.self, from: Array(body.utf8))
    }

    private static func job(_ members: String = "") -> String {
        #"""
        {"id":"3","run_id":"7","key":"build","name":"build (a)","attempt":1,"needs":[],"status":"completed","conclusion":"success",
         "created_at":"2026-01-02T03:04:05.000Z","steps":[]\#(members)}
        """#
    }

    @Test("annotations stand with their place, level, title and job")
    func annotations() throws {
        let body = #"{"job":"3","level":"warning","message":"careful","title":"Lint","file":"a.py","line":3,"column":null}"#
        let annotation = try DaemonClient.decode(AnnotationRepresentation.self, from: Array(body.utf8))
        let outline = RunOutline(run: try Self.run(jobs: Self.job()), annotations: [annotation])
        #expect(outline.text.contains("\nAnnotations\n  a.py:3: warning: Lint: careful (build (a))\n"), "\(outline.text)")
    }

    @Test("a run that waits for a person says so beside its status")
    func waiting() throws {
        let cell = StatusText.cell(status: "running", conclusion: nil, turn: "approval")
        #expect(cell.text == "○ running, waits for approval")
        #expect(StatusText.cell(status: "running", conclusion: nil, turn: "pause").text == "○ running, stands still")
        #expect(try Self.run(#","waiting_for":"approval""#).waitingFor == "approval")
        #expect(try Self.run().waitingFor == nil)
    }

    @Test("a run that changed nothing that can be put back says what there is in place of a rollback")
    func rollback() throws {
        let plain = RunRollback.nothing(in: try Self.run())
        #expect(plain.status == .rejected)
        #expect(plain.message.contains("run 7 changed no service of ECS and no container"))
        #expect(plain.message.hasSuffix("\"slipway runs --repository app --branch main\" lists them"))
        let deployed = RunRollback.nothing(
            in: try Self.run(jobs: Self.job(#","environment":{"name":"production","url":null,"not_before":null}"#)))
        #expect(deployed.message.contains("\"slipway environments --repository app production\" lists what was there before"))
        #expect(deployed.message.contains("slipway rollback production --repository app --reason TEXT"))
    }
}
