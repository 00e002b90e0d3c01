import Diagnostics
import Testing

@testable import Workflows

struct ReusableWorkflowCheckTests {
    private static let files = [
        ".github/workflows/build.yml": """
        on:
          workflow_call:
            inputs: {target: {type: string, required: true}, count: {type: number}}
            secrets: {token: {required: true}}
        permissions: {contents: write}
        jobs: {a: {runs-on: x, steps: [{run: make}]}}
        """,
        ".github/workflows/plain.yml": "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        ".github/workflows/broken.yml": "on: workflow_call\njobs: {}\n",
        ".github/workflows/round.yml": "on: workflow_call\njobs: {a: {uses: ./.github/workflows/round.yml}}\n",
    ]

    struct Call: Sendable {
        let job: String
        /// A part of each message.
        let found: [String]
    }

    @Test(
        "a call is held to what the called file declares",
        arguments: [
            Call(job: "uses: ./.github/workflows/build.yml, with: {target: a, count: 2}, secrets: inherit", found: []),
            Call(job: "uses: ./.github/workflows/build.yml, with: {target: a}, secrets: {token: x}", found: []),
            Call(
                job: "uses: ./.github/workflows/build.yml, with: {Target: a, count: '${{ fromJSON(1) }}'}, secrets: inherit",
                found: []),
            Call(
                job: "uses: ./.github/workflows/build.yml, with: {tarjet: a, count: x}, secrets: {tokn: x}",
                found: [
                    "needs the input \"target\"", "needs the secret \"token\"", "did you mean \"target\"", "is a number",
                    "declares no secret \"tokn\"",
                ]),
            Call(
                job: "uses: ./.github/workflows/build.yml, with: {target: a}, secrets: inherit, permissions: {contents: read}",
                found: ["asks for \"contents: write\""]),
            Call(job: "uses: ./.github/workflows/none.yml", found: ["there is no file"]),
            Call(job: "uses: ./.github/workflows/plain.yml", found: ["no \"workflow_call\""]),
            Call(job: "uses: ./.github/workflows/broken.yml", found: ["line 2, column 7"]),
            Call(job: "uses: ./.github/workflows/round.yml", found: ["in a circle"]),
            Call(job: "uses: other/repository/.github/workflows/build.yml@v1", found: []),
        ])
    func aCallIsHeldToWhatIsDeclared(_ call: Call) {
        let document = WorkflowReader.read(
            text: "on: push\njobs:\n  call: {\(call.job)}\n", path: "ci.yml", callable: { Self.files[$0] })
        let errors = document.diagnostics.filter { $0.severity == .error }
        #expect(errors.count == call.found.count, "\(errors.map(\.message))")
        for part in call.found {
            #expect(errors.contains { $0.message.contains(part) }, "\(part) in \(errors.map(\.message))")
        }
    }
}
