import Testing

struct WorkflowReaderTests {
    static let structure: [MarkedWorkflow] = [
        MarkedWorkflow("nothing", "«empty-file»"),
        MarkedWorkflow("a list at the top", "«unexpected-kind»- on\n"),
        MarkedWorkflow("neither on nor jobs", "«missing-key»«missing-key»name: x\n"),
        MarkedWorkflow("broken YAML", "on: push\njobs: [\n«yaml-syntax»"),
        MarkedWorkflow("no jobs in jobs", "on: push\njobs: «no-jobs»{}\n"),
        MarkedWorkflow(
            "misspelled keys at three levels",
            """
            «unknown-key»nam: x
            on: push
            jobs:
              a:
                «unknown-key»nedds: b
                runs-on: x
                steps: [{«unknown-key»rum: x, run: y}]
            """),
        MarkedWorkflow("a job that is text", "on: push\njobs:\n  a: «unexpected-kind»text\n"),
        MarkedWorkflow("a job with nothing", "on: push\njobs:\n  «no-steps»a: «missing-key»{name: x}\n"),
        MarkedWorkflow("no runs-on", "on: push\njobs:\n  a:\n    «missing-key»steps: [{run: x}]\n"),
        MarkedWorkflow("no steps", "on: push\njobs:\n  «no-steps»a:\n    runs-on: x\n"),
        MarkedWorkflow("empty steps", "on: push\njobs:\n  a:\n    runs-on: x\n    «no-steps»steps: []\n"),
        MarkedWorkflow(
            "an empty runs-on", "on: push\njobs:\n  a:\n    runs-on: «empty-value»''\n    steps: [{run: x}]\n"),
        .job("steps that are a mapping", "", steps: "«unexpected-kind»{run: x}"),
        .job("a step without work", "", steps: "[«step-without-work»{name: x}]"),
        .job("a step with two works", "", steps: "[{run: x, «misplaced-key»uses: a/b@v1}]"),
        .job("inputs for a script", "", steps: "[{run: x, «misplaced-key»with: {a: b}}]"),
        .job("a shell for an action", "", steps: "[{uses: ./a, «misplaced-key»shell: bash}]"),
        .job("a call beside steps", "«misplaced-key»uses: ./.github/workflows/b.yml"),
        MarkedWorkflow(
            "a call with variables",
            "on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml, «misplaced-key»env: {A: b}}\n"),
        .job("a timeout in words", "timeout-minutes: «unexpected-kind»long"),
        .job("a timeout in quotes", "timeout-minutes: «unexpected-kind»'5'"),
        .job("a boolean in words", "continue-on-error: «unexpected-kind»yes"),
        .job("variables in a list", "env: «unexpected-kind»[A]"),
        .job("a variable that is a list", "env: {A: «unexpected-kind»[b]}"),
        .job("variables that differ in case only", "env: {A: b, «duplicate-key»a: c}"),
        .job("a key that is there twice", "name: a\n«duplicate-key»name: b"),
        .job("no variables", "env:«unexpected-kind»"),
        .job("variables without value", "env: {A: , B: ~, C: 1.50, D: true}"),
        .job("a permission that is none", "permissions: {contents: «unknown-value»all}"),
        .job("a scope that is none", "permissions: {«unknown-key»content: read}"),
        .job("a scope that can't be read", "permissions: {id-token: «unknown-value»read}"),
        .job("a queue and a cancel", "concurrency: {group: a, cancel-in-progress: true, queue: «concurrency-conflict»max}"),
        .job("a queue that is none", "concurrency: {group: a, queue: «unknown-value»min}"),
        .job("a concurrency without group", "concurrency: «missing-key»{cancel-in-progress: true}"),
        .job("an environment without name", "environment: «missing-key»{url: x}"),
        .job("a container without image", "container: «missing-key»{env: {A: b}}"),
        .job("a container with an empty image", "container: {image: «empty-value»''}"),
        .job("a container that is no container", "container: ''"),
        .job("a service without image", "services: {a: {image: «empty-value»}}"),
        .job("an entrypoint for the job's container", "container: {image: a, «unknown-key»entrypoint: b}"),
        .job("an entrypoint for a service", "services: {a: {image: b, entrypoint: c, command: d e}}"),
        .job("a container from an expression", "container: ${{ vars.IMAGE }}"),
    ]

    @Test("a mistake in the structure is found at its place", arguments: structure)
    func structureIsChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    static let triggers: [MarkedWorkflow] = [
        .on("an event that is none", " «unknown-event»pusch"),
        .on("events that are none", " [push, «unknown-event»comit, «unknown-event»tag]"),
        .on("a filter that the event has not", "\n  pull_request:\n    «unknown-key»tags: [v1]"),
        .on("an activity that is none", " {pull_request: {types: [opened, «unknown-activity»open]}}"),
        .on("a filter and its opposite", " {push: {branches: [a], «filter-conflict»branches-ignore: [b]}}"),
        .on("a broken pattern", " {push: {branches: ['a«filter-pattern»[b']}}"),
        .on("an empty pattern", " {push: {tags: [«filter-pattern»'']}}"),
        .on("a pattern that matches nothing", " {push: {branches: [«?filter-pattern»/a]}}"),
        .on("exclusions only", " {push: {«?filter-pattern»branches: ['!a']}}"),
        .on("a schedule without list", " {schedule: «unexpected-kind»{cron: 0 0 * * *}}"),
        .on("a schedule without cron", " {schedule: [«missing-key»{timezone: Europe/Berlin}]}"),
        .on("a wrong cron", " {schedule: [{cron: «schedule»0 25 * * *}]}"),
        .on("a wrong time zone", " {schedule: [{cron: 0 2 * * *, timezone: «schedule»Berlin}]}"),
        .on("an input of an unknown type", " {workflow_dispatch: {inputs: {a: {type: «unknown-value»text}}}}"),
        .on("a choice without options", " {workflow_dispatch: {inputs: {«input»a: {type: choice}}}}"),
        .on("a wrong boolean", " {workflow_dispatch: {inputs: {a: {type: boolean, default: «input-default»maybe}}}}"),
        .on("a wrong number", " {workflow_dispatch: {inputs: {a: {type: number, default: «input-default»many}}}}"),
        .on(
            "a wrong choice",
            " {workflow_dispatch: {inputs: {a: {type: choice, options: [b], default: «input-default»c}}}}"),
        .on("options of a text", " {workflow_dispatch: {inputs: {a: {options: [«?input»b]}}}}"),
        .on("a called input without type", " {workflow_call: {inputs: {a: «missing-key»{default: x}}}}"),
        .on("a called choice", " {workflow_call: {inputs: {a: {type: «unknown-value»choice}}}}"),
        .on("a called output without value", " {workflow_call: {outputs: {a: «missing-key»{description: x}}}}"),
        .on(
            "everything that may be said",
            """

              push: {branches: [main, 'r/**'], tags: ['v[0-9]+'], paths-ignore: ['**.md']}
              pull_request:
              release: {types: published}
              workflow_run: {workflows: [ci], types: [completed], branches: [main]}
              repository_dispatch: {types: [anything]}
              schedule: [{cron: '*/5 * * * *', timezone: America/New_York}]
              workflow_dispatch: {inputs: {a: , b: {type: choice, options: [x], default: x}}}
              workflow_call:
                inputs: {c: {type: string, default: '${{ github.ref }}'}}
                secrets: {d: , e: {required: true}}
                outputs: {f: {value: '${{ jobs.a.result }}'}}
            """),
    ]

    @Test("a mistake in the triggers is found at its place", arguments: triggers)
    func triggersAreChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    private static func two(_ name: String, _ first: String, _ second: String) -> MarkedWorkflow {
        let step = "runs-on: x, steps: [{run: x}]"
        return MarkedWorkflow(name, "on: push\njobs:\n  a: {\(first), \(step)}\n  b: {\(second), \(step)}\n")
    }

    static let graph: [MarkedWorkflow] = [
        two("a need that is none", "needs: [b, «unknown-job»c]", "name: x"),
        two("a job that needs itself", "needs: «cyclic-needs»a", "name: x"),
        two("jobs that need each other", "needs: «cyclic-needs»b", "needs: [a]"),
        two("jobs in two circles", "needs: «cyclic-needs»b", "needs: [a, b]"),
        two("needs in another case", "needs: B", "name: x"),
        MarkedWorkflow(
            "ids of jobs",
            """
            on: push
            jobs:
              «identifier»1a: {runs-on: x, steps: [{run: x}]}
              «identifier»__a: {runs-on: x, steps: [{run: x}]}
              «identifier»a b: {runs-on: x, steps: [{run: x}]}
              _a-1: {runs-on: x, steps: [{run: x}]}
            """),
        .job(
            "ids of steps", "",
            steps: "[{id: «identifier»a.b, run: x}, {id: c, run: x}, {id: «duplicate-step-id»C, run: x}]"),
    ]

    static let background: [MarkedWorkflow] = [
        .job(
            "steps in the background", "",
            steps: "[{id: a, run: x, background: true}, {id: b, uses: ./c, background: true}, {wait: a}, {wait: [a, b]}, "
                + "{wait-all: }, {wait-all: true}, {cancel: b, name: stop}, {parallel: [{run: x}, {id: d, uses: ./c}]}]"),
        .job(
            "waiting for a step that is none", "", steps: "[{id: a, run: x, background: true}, {wait: [a, «background-step»b]}]"),
        .job(
            "waiting for a step in another case", "",
            steps: "[{id: a, run: x, background: true}, {cancel: «background-step»A}]"),
        .job("waiting for a later step", "", steps: "[{wait: «background-step»a}, {id: a, run: x, background: true}]"),
        .job("waiting for itself", "", steps: "[{id: a, wait: «background-step»a}]"),
        .job("waiting for a step that is over", "", steps: "[{id: a, run: x}, {wait: «?background-step»a}]"),
        .job("waiting for nobody", "", steps: "[{wait: «empty-value»[]}]"),
        .job("not waiting for all", "", steps: "[{wait-all: «unexpected-kind»false}]"),
        .job("a condition for a wait", "", steps: "[{wait-all: , «misplaced-key»if: always()}]"),
        .job("a background that is a text", "", steps: "[{run: x, background: «unexpected-kind»maybe}]"),
        .job("a group in a group", "", steps: "[{parallel: [{«misplaced-key»parallel: [{run: x}]}]}]"),
        .job("a background in a group", "", steps: "[{parallel: [{run: x, «misplaced-key»background: true}]}]"),
        .job("an empty group", "", steps: "[{parallel: «no-steps»[]}]"),
        .job(
            "an id that a group has already", "", steps: "[{parallel: [{id: a, run: x}]}, {id: «duplicate-step-id»A, run: x}]"),
    ]

    @Test("a mistake in steps about other steps is found at its place", arguments: background)
    func backgroundStepsAreChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    @Test("a mistake in ids and needs is found at its place", arguments: graph)
    func graphIsChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    static let expressions: [MarkedWorkflow] = [
        .job("an expression that is not closed", "", steps: "[{run: \"echo «expression-syntax»${{ a\"}]"),
        .job(
            "two broken expressions in a text, and one besides",
            "",
            steps:
                "[{run: 'echo ${{ a «expression-syntax»+ 1 }} ${{ «expression-syntax»ende(1) }} ${{ «unknown-context»nope.x }}'}]"
        ),
        .job("a wrong operator", "", steps: "[{run: 'echo ${{ github.ref «expression-syntax»+ 1 }}'}]"),
        .job("a function that is none", "", steps: "[{run: 'echo ${{ «expression-syntax»ende(1) }}'}]"),
        .job("a context that is none", "", steps: "[{run: 'echo ${{ «unknown-context»gitub.ref }}'}]"),
        .job(
            "in a block, at its place", "",
            steps: "\n      - run: |\n          make\n\n          echo ${{ github.ref }} ${{ «unknown-context»gitub.ref }}"),
        .job("a condition without braces", "if: «unknown-context»gitub.ref == 'x'"),
        .job("steps before the job", "name: ${{ «context-availability»steps.a.outcome }}"),
        .job("secrets in a condition", "", steps: "[{if: «context-availability»secrets.A, run: x}]"),
        .job("the matrix in a job's condition", "if: «context-availability»matrix.a"),
        .job("variables in the job's variables", "env: {A: '${{ «context-availability»env.B }}'}"),
        .job("status outside a condition", "", steps: "[{run: 'x ${{ «function-availability»failure() }}'}]"),
        .job("files before the job", "name: ${{ «function-availability»hashFiles('a') }}"),
        .job("an expression in an id", "", steps: "[{id: «expression-not-allowed»\"${{ 1 }}\", run: x}]"),
        .job("an expression as a step's shell", "", steps: "[{run: x, shell: «expression-not-allowed»\"${{ 1 }}\"}]"),
        .job("text beside braces", "if: «?constant-condition»${{ github.ref }} == 'x'"),
        .job("an unknown step", "", steps: "[{if: «?unknown-reference»steps.a.outcome, run: x}]"),
        .job("an unknown need", "if: «?unknown-reference»needs.a.result"),
        .job("a stranger's text", "", steps: "[{run: 'x ${{ «?untrusted-text»github.head_ref }}'}]"),
        .job(
            "a stranger's text in a list", "",
            steps: "[{run: 'x ${{ join(«?untrusted-text»github.event.commits.*.message) }}'}]"),
        .job("an old log command", "", steps: "[{run: 'echo \"«?deprecated-command»::set-output name=a::b\"'}]"),
        .job("whole values from expressions", "env: ${{ fromJSON('{}') }}\nstrategy: ${{ fromJSON('{}') }}"),
        .job("a lone condition in braces", "if: ${{ !cancelled() && github.ref == 'x' }}"),
    ]

    @Test("a mistake in an expression is found at its place", arguments: expressions)
    func expressionsAreChecked(_ workflow: MarkedWorkflow) { workflow.check() }

    private static func list(_ count: Int) -> String { "[\((1...count).map(String.init).joined(separator: ", "))]" }

    static let parts: [MarkedWorkflow] = [
        .job("a shell that is none", "", steps: "[{run: x, shell: «unknown-shell»fish}]"),
        .job("a shell of one's own", "", steps: "[{run: x, shell: 'perl {0}'}]"),
        .job("a default shell that is none", "defaults: {run: {shell: «unknown-shell»fish}}"),
        .job("an action without version", "", steps: "[{uses: «action-reference»a/b}]"),
        .job("an action of the own repository with a version", "", steps: "[{uses: «action-reference»$/a@v1}]"),
        .job(
            "actions of every kind", "",
            steps: "[{uses: ./tools/a}, {uses: 'docker://busybox'}, {uses: «?unpinned-action»a/b/c@main}, {uses: $/d}]"),
        MarkedWorkflow("a called file elsewhere", "on: push\njobs:\n  a: {uses: «action-reference»./b.yml}\n"),
        MarkedWorkflow(
            "a called file without version", "on: push\njobs:\n  a: {uses: «action-reference»o/r/.github/workflows/b.yml}\n"),
        .job("an axis without values", "strategy: {matrix: {a: «matrix»[]}}"),
        .job("an axis that is no list", "strategy: {matrix: {a: «unexpected-kind»x}}"),
        .job("an exclusion of no axis", "strategy: {matrix: {a: [1], exclude: [{«matrix»b: 1}]}}"),
        .job("an addition that is no mapping", "strategy: {matrix: {include: [«unexpected-kind»x]}}"),
        .job("too many jobs", "strategy: {«matrix»matrix: {a: \(list(17)), b: \(list(16))}}"),
        .job("as many jobs as there may be", "strategy: {matrix: {a: \(list(16)), b: \(list(16))}}"),
        .job("a matrix of values yet unknown", "strategy: {matrix: {a: '${{ fromJSON(vars.A) }}', exclude: [{a: 1}]}}"),
    ]

    @Test("a mistake in shells, actions and matrices is found at its place", arguments: parts)
    func partsAreChecked(_ workflow: MarkedWorkflow) { workflow.check() }
}
