import Diagnostics
import Plan
import Workflows

@testable import Pipelines

/// A repository's files, and its pipeline read.
struct PipelineFixture {
    static let path = ".slipway/pipeline.yml"

    static let buildspec = """
        version: 0.2
        env:
          variables: {STAGE: test}
          exported-variables: [IMAGE_TAG]
        phases:
          build:
            commands:
              - make
        artifacts:
          files: [imagedefinitions.json]
        """

    static let reusable = """
        on:
          workflow_call:
            inputs:
              target: {type: string, required: true}
              loud: {type: boolean}
            outputs:
              score: {value: "${{ jobs.check.outputs.score }}"}
        jobs:
          check:
            runs-on: ubuntu-latest
            outputs: {score: "${{ steps.s.outputs.score }}"}
            steps: [{id: s, run: "echo score=1 >> $GITHUB_OUTPUT"}]
        """

    static let files = [
        "buildspec.yml": buildspec, ".github/workflows/check.yml": reusable,
        "runtimes.yml": "version: 0.2\nphases:\n  install:\n    runtime-versions: {python: 3.11}\n  build: {commands: [make]}\n",
        "broken.yml": "version: 0.2\nphases:\n  biuld: {commands: [make]}\n  build: {commands: make}\n",
        "batch.yml": "version: 0.2\nbatch: {build-list: [{identifier: a, buildspec: both.yml}]}\n",
        "both.yml": "version: 0.2\nbatch: {build-fanout: {parallelism: 2}}\nphases: {build: {commands: [make]}}\n",
    ]

    let document: WorkflowDocument

    init(_ text: String, path: String = Self.path) {
        document = PipelineReader.read(text: text, path: path, files: LocalCalledWorkflows { Self.files[$0] })
    }

    /// `line:column rule: message` of each.
    var remarks: [String] { document.diagnostics.map { "\($0.line):\($0.column) \($0.rule): \($0.message)" } }

    func job(_ key: String) -> JobPlan? { document.plan?.job(key) }
}
