import Execution
import Plan
import Testing

/// Steps inside actions: what they see, what they hand out, and what their failures are.
struct CompositeActionTests {
    private static let greet = """
        name: Greet
        inputs:
          who:
            default: ${{ github.sha }}
          mode:
            required: true
          old:
            deprecationMessage: use who
        outputs:
          greeting:
            value: ${{ steps.say.outputs.text }}
          status:
            value: ${{ github.action_status }}
        runs:
          using: composite
          steps:
            - id: say
              shell: bash
              env:
                OWN: own
              run: |
                echo "hello ${{ inputs.who }} $OWN $OUTER $JOB [${INPUT_WHO}] ${{ github.action_repository }}@$GITHUB_ACTION_REF"
                echo "text=hi ${{ inputs.who }}" >> "$GITHUB_OUTPUT"
                echo "SET=inside" >> "$GITHUB_ENV"
                echo "OUTER=lost" >> "$GITHUB_ENV"
                cat "$GITHUB_ACTION_PATH/data/file.txt"
            - shell: bash
              run: echo "again $SET $OUTER ${{ steps.say.outputs.text }}"
        """

    private static func trial(
        _ steps: String, _ files: [String: String], folders: [String] = [""], keys: String = "", on place: Place = .none
    ) throws -> (JobTrial, ActionRepository) {
        let repository = try ActionRepository("octo/tools", files)
        let trial = try JobTrial(steps, keys: keys, on: place)
        trial.assignment.remoteActions = folders.map { repository.action($0) }
        return (trial, repository)
    }

    @Test("an action's steps see its inputs and the step's variables, and hand out outputs and variables", arguments: Place.all)
    func inputsAndOutputs(_ place: Place) throws {
        let (trial, repository) = try Self.trial(
            """
            - id: greet
              uses: octo/tools/greet@v1
              env:
                OUTER: outer
              with:
                Who: you
                extra: 1
            - run: echo "${{ steps.greet.outputs.greeting }} $SET [$OUTER] [${{ steps.say.outputs.text }}]"
            """,
            ["greet/action.yml": Self.greet, "greet/data/file.txt": "from the action\n"], folders: ["greet"],
            keys: "env:\n  JOB: job", on: place)
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.conclusions == [.success, .success], "\(report.log)")
        #expect(report.steps.map(\.name) == ["Run octo/tools/greet@v1", "Run echo \"hi you $SET [$OUTER] []\""])
        let log = report.steps[0].log
        #expect(log.contains("hello you own outer job [] octo/tools@v1"))
        #expect(log.contains("from the action"))
        #expect(log.contains("again inside outer hi you"))
        #expect(log.contains("##[warning]Unexpected input(s) 'extra', valid inputs are ['who', 'mode', 'old']"))
        #expect(log.contains("##[warning]the action requires the input 'mode', and the step does not give it"))
        #expect(report.output(1) == ["hi you inside [lost] []"])
    }

    @Test("an input's default is evaluated, and a deprecated one is told")
    func defaults() throws {
        let (trial, repository) = try Self.trial(
            "- id: greet\n  uses: octo/tools/greet@v1\n  with: {mode: a, old: b}\n- run: echo ${{ steps.greet.outputs.greeting }}",
            ["greet/action.yml": Self.greet, "greet/data/file.txt": ""], folders: ["greet"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.output(1) == ["hi c0ffee"])
        #expect(report.annotations.map(\.message) == ["Input 'old' has been deprecated with message: use who"])
        #expect(report.annotations.map(\.step) == [2])
    }

    @Test("a failing step fails the action; steps that ask for it still run inside, and its outputs count")
    func failure() throws {
        let (trial, repository) = try Self.trial(
            """
            - id: act
              uses: octo/tools@v1
              continue-on-error: true
            - run: echo "${{ steps.act.outcome }} ${{ steps.act.outputs.o }} ${{ job.status }}"
            """,
            [
                "action.yml": """
                outputs:
                  o:
                    value: ${{ steps.a.outputs.x }}-${{ steps.a.outcome }}-${{ steps.tolerated.conclusion }}
                runs:
                  using: composite
                  steps:
                    - {shell: bash, run: exit 5, id: tolerated, continue-on-error: true}
                    - {shell: bash, run: 'echo "x=1" >> $GITHUB_OUTPUT; exit 3', id: a}
                    - {shell: bash, run: echo not this}
                    - {shell: bash, run: 'echo "cleanup ${{ github.action_status }} ${{ job.status }}"', if: failure()}
                    - {shell: bash, run: echo always, if: always()}
                    - {shell: bash, run: echo never, if: cancelled()}
                """
            ])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.steps[0].outcome == .failure && report.steps[0].conclusion == .success, "\(report.log)")
        #expect(report.steps[0].exitCode == 3)
        let log = report.steps[0].log
        #expect(log.contains("cleanup failure success") && log.contains("always"))
        #expect(!log.contains("not this") && !log.contains("never"))
        #expect(report.output(1) == ["failure 1-failure-success success"])
    }

    @Test("conditions inside ask for the action's state, not the job's")
    func relativeStatus() throws {
        let (trial, repository) = try Self.trial(
            "- run: exit 1\n- uses: octo/tools@v1\n  if: always()",
            [
                "action.yml": """
                runs:
                  using: composite
                  steps:
                    - {shell: bash, run: 'echo "runs in a ${{ job.status }} job"'}
                    - {shell: bash, run: echo no, if: failure()}
                """
            ])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.steps[1].log.contains("runs in a failure job"))
        #expect(!report.steps[1].log.contains("no"))
        #expect(report.steps[1].conclusion == .success)
    }

    @Test("actions nest: local ones in the workspace, remote ones inside local ones, siblings by $/", arguments: Place.all)
    func nesting(_ place: Place) throws {
        let (trial, repository) = try Self.trial(
            #"""
            - run: |
                mkdir -p .github/actions/local
                cat > .github/actions/local/action.yaml <<'END'
                inputs: {level: {default: one}}
                outputs: {path: {value: "${{ '${{' }} steps.inner.outputs.path }}/${{ '${{' }} inputs.level }}"}}
                runs:
                  using: composite
                  steps:
                    - id: inner
                      uses: octo/tools/middle@v1
                      with: {level: "${{ '${{' }} inputs.level }}+two"}
                END
            - id: local
              uses: ./.github/actions/local
            - run: echo "${{ steps.local.outputs.path }}"
            """#,
            [
                "middle/action.yml": """
                inputs: {level: {}}
                outputs: {path: {value: "${{ steps.leaf.outputs.seen }}"}}
                runs:
                  using: composite
                  steps:
                    - {id: leaf, uses: $/leaf, with: {level: "${{ inputs.level }}+three"}}
                """,
                "leaf/action.yml": """
                inputs: {level: {}}
                outputs: {seen: {value: "${{ steps.s.outputs.v }}"}}
                runs:
                  using: composite
                  steps:
                    - {id: s, shell: sh, run: 'echo "v=${{ inputs.level }} at $(basename "$GITHUB_ACTION_PATH")" >> $GITHUB_OUTPUT'}
                """,
            ], folders: ["middle"], on: place)
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.finish.conclusion == .success, "\(report.log)")
        #expect(report.output(2) == ["one+two+three at leaf/one"])
    }

    @Test("an action that calls itself ends with an error, before anything runs where that is known")
    func recursion() throws {
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools@v1", ["action.yml": "runs:\n  using: composite\n  steps:\n    - uses: octo/tools@v1\n"])
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.setUp.conclusion == .failure)
        #expect(report.finish.reason?.contains("more than 10 deep") == true)
        let local = try JobTrial.report(
            """
            - run: |
                mkdir -p a
                printf 'runs:\\n  using: composite\\n  steps:\\n    - uses: ./a\\n' > a/action.yml
            - uses: ./a
            """)
        #expect(local.steps[1].conclusion == .failure)
        #expect(local.log.contains("more than 10 deep"))
    }

    @Test("secrets, needs and variables of the job are not an action's to see")
    func secrets() throws {
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools@v1\n  with: {given: '${{ secrets.TOKEN }}'}",
            [
                "action.yml": """
                inputs: {given: {}}
                runs:
                  using: composite
                  steps:
                    - {shell: bash, run: 'echo "[${{ inputs.given }}] ${{ toJSON(github.event) }} ${{ hashFiles(''none'') }}"'}
                """
            ])
        trial.secrets = ["TOKEN": "hunter2hunter2"]
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.steps[0].log.contains("[***] null "))
    }

    @Test(
        "what is no action is told with its reason",
        arguments: [
            ("./missing", "there is no action.yml, action.yaml or Dockerfile in"),
            ("./wrong", "the metadata of ./wrong can't be used"),
            ("./out", "there is no action.yml"), ("other/one@v1", "other/one@v1 was not resolved before the job started"),
        ])
    func mistakes(reference: String, problem: String) throws {
        let report = try JobTrial.report(
            """
            - run: |
                mkdir wrong && echo 'runs: {using: magic}' > wrong/action.yml
                ln -s /etc out
            - uses: \(reference)
              continue-on-error: true
            """)
        if reference.hasPrefix("./") {
            #expect(report.steps[1].outcome == .failure)
            #expect(report.steps[1].reason?.contains(problem) == true, "\(report.steps[1].reason ?? "")")
        } else {
            #expect(report.setUp.conclusion == .failure)
            #expect(report.finish.reason?.contains(problem) == true)
        }
    }

    @Test("a time limit and a cancel hold for all the steps inside together")
    func limits() throws {
        let action = """
            runs:
              using: composite
              steps:
                - {shell: bash, run: echo begun; sleep 600}
                - {shell: bash, run: echo next, if: always()}
            """
        let (trial, repository) = try Self.trial(
            "- uses: octo/tools@v1\n  timeout-minutes: 0.01\n  continue-on-error: true\n- run: echo after", ["action.yml": action]
        )
        let report = try withExtendedLifetime(repository) { try trial.report() }
        #expect(report.steps[0].outcome == .failure)
        #expect(report.steps[0].reason == "took longer than 0.01 minutes")
        #expect(!report.steps[0].log.contains("next"))
        let (cancelled, other) = try Self.trial("- uses: octo/tools@v1\n- run: echo after", ["action.yml": action])
        let end = try withExtendedLifetime(other) {
            try cancelled.start()
            try cancelled.awaitLog(" begun\n")
            cancelled.cancel("stopped by ada")
            return try cancelled.report()
        }
        #expect(end.conclusions == [.cancelled, .skipped])
    }
}
