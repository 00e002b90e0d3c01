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

    private static func build(_ inputs: String, _ more: String = "") throws -> (remarks: [String], obstacles: Int) {
        let text = """
            on: push
            jobs:
              image:
                runs-on: ubuntu-latest
                steps:
                  - uses: docker/build-push-action@v6
                    with: {context: ., \(inputs)}\(more)
            """
        let document = WorkflowReader.read(text: text, path: "ci.yml")
        let plan = try #require(document.plan)
        let remarks = document.diagnostics.filter { $0.rule == "unsupported" }.map(\.message)
        return (remarks, plan.jobs[0].obstacles.count)
    }

    @Test(
        "a build that may never be made is no obstacle",
        arguments: [
            "on: push\njobs: {gate: {if: github.ref_type == 'tag', runs-on: x, steps: [run: a]}, b: {needs: gate, runs-on: x, steps: [BUILD]}}",
            "on: workflow_call\njobs: {b: {runs-on: x, steps: [BUILD]}}",
        ])
    func buildsLeftOut(text: String) throws {
        let build = "{uses: docker/build-push-action@v6, with: {platforms: 'linux/amd64,linux/arm64'}}"
        let document = WorkflowReader.read(text: text.replacing("BUILD", with: build), path: "ci.yml")
        #expect(document.diagnostics.contains { $0.message.contains("names 2 platforms") })
        #expect(try #require(document.plan).jobs.allSatisfy(\.obstacles.isEmpty))
    }

    @Test(
        "what a build is asked for and can't do is an obstacle where it is written out",
        arguments: [
            ("platforms: 'linux/amd64,linux/arm64'", "names 2 platforms"),
            (#"platforms: "linux/amd64\nlinux/arm64""#, "2 platforms"),
            ("outputs: 'type=local,dest=out'", "\"local\""), ("outputs: out", "\"out\""),
            ("outputs: 'type=docker,dest=a.tar'", "\"docker\""), ("build-contexts: src=../other", "\"src=../other\""),
            ("SSH: default", "is not supported"), ("call: check", "only build"),
        ])
    func refusedBuilds(inputs: String, words: String) throws {
        let found = try Self.build(inputs)
        #expect(found.remarks.count == 1 && found.remarks.first?.contains(words) == true, "\(found)")
        #expect(found.obstacles == 1)
        // It may never come to it.
        let conditional = try Self.build(inputs, "\n        if: github.ref_type == 'tag'")
        #expect(conditional.remarks.count == 1 && conditional.obstacles == 0, "\(conditional)")
    }

    @Test(
        "what a build can do, or what is not known yet, is none",
        arguments: [
            "platforms: linux/arm64", "platforms: '${{ vars.PLATFORMS }},linux/arm64'", "outputs: 'type=image,push=true'",
            "outputs: type=docker", "build-contexts: 'base=docker-image://busybox'", "call: build", "ssh: ''", "push: true",
        ])
    func acceptedBuilds(inputs: String) throws {
        let found = try Self.build(inputs)
        #expect(found.remarks.isEmpty && found.obstacles == 0, "\(found)")
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
