import Testing
import Workflows

@testable import Pipelines

/// Every mistake is told with its place.
@Suite struct PipelineMistakesTests {
    @Test("mistakes are collected, each with line, column and what was expected")
    func many() {
        let fixture = PipelineFixture(
            """
            on: {push: {branches: [main]}}
            execution-mode: FIFO
            stagse: []
            stages:
              - name: Build it
                actions:
                  - {name: A, type: bulid}
                  - {name: B, type: source}
                  - {name: C, type: commands, commands: [a], cluster: x, run-order: 0}
                  - {name: C, type: approval, timeout-in-minutes: 1}
              - name: Deploy
                on-failure: UNDO
                actions: []
            """)
        #expect(
            fixture.remarks == [
                "2:17 unknown-value: expected one of: SUPERSEDED, QUEUED, PARALLEL; found \"FIFO\"",
                "3:1 unknown-key: unknown key \"stagse\" in a pipeline; expected one of: name, on, execution-mode, variables, "
                    + "stages",
                "5:11 name: \"Build it\" is no name for a stage: use up to 100 letters, digits, \".\", \"@\", \"-\" and \"_\"",
                "7:25 unknown-value: expected one of: build, test, commands, workflow, approval, deploy-ecs; found \"bulid\"; "
                    + "did you mean \"build\"?",
                "8:25 source-action: the source is the commit that started the pipeline: leave the action out, and limit it by "
                    + "\"on\"; its variables are #{SourceVariables.…}, its artifact is SourceArtifact",
                "9:50 unknown-key: unknown key \"cluster\" in an action; expected one of: name, type, run-order, namespace, "
                    + "commands, image, environment, output-variables, files, runs-on, timeout-in-minutes, input-artifacts, "
                    + "output-artifacts, deployment-environment",
                "9:73 out-of-range: expected an integer from 1 to 999, found 0",
                "10:16 duplicate-name: the stage \"Build it\" has the action \"C\" twice",
                "10:55 out-of-range: expected an integer from 5 to 86400, found 1",
                "12:17 unknown-value: expected one of: RETRY, ROLLBACK, FAIL; found \"UNDO\"",
                "13:14 no-actions: the stage \"Deploy\" has no action; expected at least one",
            ])
        #expect(fixture.document.plan == nil && !fixture.document.isAccepted)
    }

    @Test("a commit's message within a command is warned of, within a variable it is not")
    func strangersText() {
        let fixture = PipelineFixture(
            """
            on: {push: {branches: [main]}}
            stages:
              - name: Build
                actions:
                  - name: Tell
                    type: commands
                    environment: {MESSAGE: "#{SourceVariables.CommitMessage}"}
                    commands:
                      - echo "$MESSAGE" "#{SourceVariables.CommitId}"
                      - echo "#{SourceVariables.CommitMessage}"
            """)
        #expect(
            fixture.remarks == [
                "10:19 untrusted-text: \"#{SourceVariables.CommitMessage}\" may be a stranger's text and becomes part of the "
                    + "command; pass it through \"environment\" instead"
            ])
        #expect(fixture.document.isAccepted)
    }

    @Test(
        "variables have to be there when they are asked for",
        arguments: [
            (
                "#{Build.IMAGE_TAG}",
                "no action before this one has the namespace \"Build\"; known are: B, SourceVariables, codepipeline, variables"
            ),
            ("#{B.TAG}", "the action \"Image\" has no variable \"TAG\"; it has: IMAGE_TAG"),
            (
                "#{SourceVariables.Branch}",
                "SourceVariables has no variable \"Branch\"; it has: AuthorId, BranchName, CommitId, CommitMessage, CommitUrl, "
                    + "FullRepositoryName, RepositoryName"
            ),
            ("#{variables.X}", "the pipeline has no variable \"X\"; its variables are: REGION"),
            (
                "#{Late.x}",
                "no action before this one has the namespace \"Late\"; known are: B, SourceVariables, codepipeline, variables"
            ),
            ("#{oops", "expected a variable as in #{Namespace.Name}"), ("#{oops}", "expected a variable as in #{Namespace.Name}"),
        ])
    func variables(text: String, message: String) {
        let fixture = PipelineFixture(
            """
            on: push
            variables: {REGION: x}
            stages:
              - name: Build
                actions:
                  - {name: Image, type: commands, commands: [make], output-variables: [IMAGE_TAG], namespace: B}
              - name: Release
                actions:
                  - name: Approve
                    type: approval
                    message: "Release \(text)?"
                  - {name: Other, type: approval, namespace: Late}
            """)
        #expect(fixture.remarks == ["11:27 variable: \(message)"])
    }

    @Test(
        "files and artifacts that an action refers to have to be there, and be sound",
        arguments: [
            (
                "type: workflow, workflow: .github/workflows/gone.yml",
                "reusable-workflow: \".github/workflows/gone.yml\" can't be used: there is no file "
                    + "\".github/workflows/gone.yml\" in this repository"
            ),
            (
                "type: workflow, workflow: .github/workflows/check.yml, with: {targets: x, target: y}",
                "reusable-workflow: .github/workflows/check.yml declares no input \"targets\": it declares target, loud"
            ),
            (
                "type: workflow, workflow: .github/workflows/check.yml",
                "reusable-workflow: .github/workflows/check.yml needs the input \"target\": give it in \"with\""
            ),
            (
                "type: deploy-ecs, cluster: c, service: s, input-artifacts: [Images]",
                "artifact: no action before this one has the output artifact \"Images\"; known are: SourceArtifact"
            ),
            (
                "type: deploy-ecs, cluster: c, service: s",
                "artifact: an action deploy-ecs takes one input artifact, that with the image definitions; found 0"
            ),
            (
                "type: deploy-ecs, cluster: c, input-artifacts: [SourceArtifact]",
                "missing-key: an action needs the key \"service\""
            ),
            ("type: commands, commands: []", "no-commands: \"commands\" is empty; expected at least one"),
            (
                "type: commands, commands: [make], output-variables: [a-b]",
                "variable: \"a-b\" is no name for a variable of the shell: use letters, digits and \"_\""
            ),
        ])
    func references(action: String, remark: String) throws {
        let fixture = PipelineFixture("on: push\nstages:\n- name: S\n  actions:\n  - {name: A, \(action)}\n")
        let found = try #require(fixture.remarks.first)
        #expect(fixture.remarks.count == 1 && found.hasPrefix("5:") && found.hasSuffix(" \(remark)"), "\(fixture.remarks)")
    }

    @Test("a variable in a text without quotes is a comment to YAML, and told")
    func comments() {
        let fixture = PipelineFixture(
            """
            on: push # on every #{Push.x}
            # like #{A.b}
            variables: {TAG: x}
            stages:
            - name: S # the #{first}
              actions:
              - name: A
                type: commands
                commands:
                  - echo #{variables.TAG}
                  - "echo #{variables.TAG}"
                  - |
                    echo "a #{variables.TAG}"
                    echo #{variables.TAG}
              - {name: B, type: approval, message: Deploy #{variables.TAG}
                }
            """)
        #expect(
            fixture.remarks == [
                "10:14 variable: the text ends here: \" #\" begins a comment; put the text in quotes",
                "15:47 variable: the text ends here: \" #\" begins a comment; put the text in quotes",
            ])
    }

    @Test("a file without \"on\" says so, one that is empty too")
    func starts() {
        #expect(
            PipelineFixture("stages: [{name: A, actions: [{name: a, type: approval}]}]").remarks
                == ["1:1 missing-key: a pipeline needs the key \"on\""])
        #expect(PipelineFixture("").remarks == ["1:1 empty-file: the file is empty; expected a pipeline"])
    }
}
