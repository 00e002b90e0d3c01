import Diagnostics
import Plan
import Testing

@testable import Workflows

struct LanguageSupportTests {
    private static let file = """
        on: [push, image_version]
        permissions: read-all
        concurrency: one
        jobs:
          plain:
            runs-on: ubuntu-latest
            environment: {name: production}
            cancel-timeout-minutes: 3
            steps: [{uses: Actions/Checkout@v4}, {run: make}]
          foreign:
            runs-on: [self-hosted, windows-2022]
            snapshot: my-image
            steps: [{run: dir, shell: cmd}, {run: ls, shell: pwsh}]
        """

    @Test("what has no effect is a warning at its place, what can't run is an obstacle of its job")
    func whatIsNotDoneIsAnObstacle() throws {
        let document = WorkflowReader.read(text: Self.file, path: "ci.yml")
        #expect(document.isAccepted)
        let remarks = document.diagnostics.map { "\($0.line):\($0.column) \($0.rule)" }
        #expect(
            remarks == [
                "1:12 ignored", "2:1 ignored", "8:5 ignored", "11:28 unsupported", "12:5 unsupported",
                "13:31 unsupported",
            ])
        #expect(document.diagnostics.allSatisfy { $0.severity == .warning })
        let plan = try #require(document.plan)
        #expect(plan.jobs.map(\.obstacles.count) == [0, 2])
        #expect(plan.notices == document.diagnostics)
    }

    @Test("every key is listed once")
    func everyKeyIsListedOnce() {
        let keys = LanguageSupport.table.map(\.key)
        #expect(Set(keys).count == keys.count)
    }

    @Test("what has no effect and what is refused comes with a reason")
    func everyRestrictionHasAReason() {
        for entry in LanguageSupport.table {
            switch entry.status {
            case .supported: continue
            case .ignored(let reason), .unsupported(let reason): #expect(reason.count > 20, "\(entry.key)")
            }
        }
    }
}
