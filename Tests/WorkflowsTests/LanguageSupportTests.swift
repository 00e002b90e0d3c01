import Diagnostics
import Plan
import Testing

@testable import Workflows

struct LanguageSupportTests {
    private static let file = """
        on: [push, release]
        permissions: read-all
        concurrency: one
        jobs:
          plain:
            runs-on: ubuntu-latest
            environment: {name: production}
            steps: [{uses: Actions/Checkout@v4}, {run: make}]
          foreign:
            runs-on: [self-hosted, windows-2022]
            container: busybox
            steps: [{uses: actions/cache@v4}, {run: dir, shell: cmd}, {run: x, background: true}]
          call:
            uses: ./.github/workflows/other.yml
        """

    @Test("what is not done yet is a warning at its place, and an obstacle of its job")
    func whatIsNotDoneIsAnObstacle() throws {
        let document = WorkflowReader.read(text: Self.file, path: "ci.yml")
        #expect(document.isAccepted)
        let remarks = document.diagnostics.filter { $0.rule != "unpinned-action" }.map { "\($0.line):\($0.column) \($0.rule)" }
        #expect(
            remarks == [
                "1:12 ignored", "2:1 ignored", "3:1 ignored", "7:5 ignored", "10:28 unsupported", "11:5 unsupported",
                "12:20 unsupported", "12:57 unsupported", "12:72 unsupported", "14:5 unsupported",
            ])
        #expect(document.diagnostics.allSatisfy { $0.severity == .warning })
        let plan = try #require(document.plan)
        #expect(plan.jobs.map(\.obstacles.count) == [0, 5, 2])
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
