"""Workflows that assert inside themselves, each on the host and in a container: what fails there fails the run."""

import textwrap

import pytest

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workbench(container_workbench, tools_image):
    return container_workbench


@pytest.fixture(params=["host", "container"])
def place(request):
    """What a job has that runs there."""
    return "" if request.param == "host" else "container: tools:test"


def execute(workbench, place, jobs, **files):
    jobs = textwrap.indent(textwrap.dedent(jobs).replace("PLACE", place), "  ")
    outcome = workbench.execute(f"on: push\nenv: {{LEVEL: workflow}}\njobs:\n{jobs}", seconds=120, **files)
    assert outcome.conclusion == "success", "\n".join(
        outcome.log(job["name"]) for job in outcome.jobs if job["conclusion"] not in ("success", "skipped"))
    return outcome


def test_environment_files(workbench, place):
    execute(workbench, place, r"""
        write:
          runs-on: ubuntu-latest
          PLACE
          env: {LEVEL: job}
          outputs:
            one: ${{ steps.write.outputs.one }}
            lines: ${{ steps.write.outputs.lines }}
          steps:
            - run: test "$LEVEL" = job && test "$STEP" = step && test "${{ env.LEVEL }}" = job
              env: {STEP: step}
            - run: test "$LEVEL" = step
              env: {LEVEL: step}
            - id: write
              run: |
                echo "one=1" >> "$GITHUB_OUTPUT"
                printf 'lines<<END\na=b\n\nlast\nEND\n' >> "$GITHUB_OUTPUT"
                echo "LATER=after all" >> "$GITHUB_ENV"
                printf 'BLOCK<<EOT\nfirst\nsecond\nEOT\n' >> "$GITHUB_ENV"
                for name in one two; do
                  mkdir "$RUNNER_TEMP/$name"
                  printf '#!/bin/sh\necho %s\n' "$name" > "$RUNNER_TEMP/$name/which-one"
                  chmod +x "$RUNNER_TEMP/$name/which-one"
                  echo "$RUNNER_TEMP/$name" >> "$GITHUB_PATH"
                done
                test -z "$LATER"
                echo "# Done" >> "$GITHUB_STEP_SUMMARY"
            - run: |
                test "$LATER" = "after all" && test "${{ env.LATER }}" = "after all"
                test "$(echo "$BLOCK" | wc -l)" -eq 2
                test "$(which-one)" = two
            - run: test ! -s "$GITHUB_OUTPUT" && test ! -s "$GITHUB_ENV" && test ! -s "$GITHUB_STEP_SUMMARY"
        read:
          needs: write
          runs-on: ubuntu-latest
          PLACE
          env:
            LINES: ${{ needs.write.outputs.lines }}
          steps:
            - run: |
                test "${{ needs.write.outputs.one }}" = 1 && test "${{ needs.write.result }}" = success
                test "$(printf '%s\n' "$LINES" | wc -l)" -eq 3
                test "$(printf '%s\n' "$LINES" | head -n 1)" = "a=b"
        """)


def test_matrices_and_outputs(workbench, place):
    outcome = execute(workbench, place, r"""
        plan:
          runs-on: ubuntu-latest
          PLACE
          outputs: {seeds: "${{ steps.list.outputs.seeds }}"}
          steps:
            - id: list
              run: echo 'seeds=[1, 2]' >> "$GITHUB_OUTPUT"
        cell:
          needs: plan
          runs-on: ubuntu-latest
          PLACE
          strategy:
            max-parallel: 2
            matrix:
              model: [tree, forest]
              seed: ${{ fromJSON(needs.plan.outputs.seeds) }}
              exclude: [{model: tree, seed: 2}]
              include: [{model: forest, seed: 2, depth: 8}, {model: linear, seed: 0}]
          steps:
            - run: test "${{ strategy.job-total }}" = 4
            - if: matrix.depth
              run: test "${{ matrix.model }}${{ matrix.seed }}" = forest2 && test "${{ matrix.depth }}" = 8
            - if: matrix.model == 'tree'
              run: test "${{ matrix.seed }}" = 1
        """)
    assert len(outcome.jobs) == 5


def test_the_status_of_steps_and_jobs(workbench, place):
    outcome = execute(workbench, place, r"""
        steps:
          runs-on: ubuntu-latest
          PLACE
          steps:
            - id: shaky
              continue-on-error: true
              run: exit 3
            - run: test "${{ steps.shaky.outcome }}-${{ steps.shaky.conclusion }}" = failure-success
            - if: failure()
              run: exit 1
            - id: skipped
              if: ${{ false }}
              run: exit 1
            - run: test "${{ steps.skipped.outcome }}" = skipped && test "${{ job.status }}" = success
            - id: late
              continue-on-error: true
              timeout-minutes: 0.02
              run: sleep 1000
            - run: test "${{ steps.late.outcome }}" = failure
        fails:
          continue-on-error: true
          runs-on: ubuntu-latest
          PLACE
          steps:
            - run: exit 1
            - run: touch never
            - if: failure()
              run: test ! -e never && test "${{ job.status }}" = failure && echo "reached the end"
        after:
          needs: fails
          if: ${{ !cancelled() }}
          runs-on: ubuntu-latest
          PLACE
          steps:
            - run: test "${{ needs.fails.result }}" = success
        """)
    assert "reached the end" in outcome.output("fails")


def test_shells_and_folders(workbench, place):
    execute(workbench, place, r"""
        shells:
          runs-on: ubuntu-latest
          PLACE
          defaults: {run: {working-directory: sub}}
          steps:
            - run: mkdir -p sub/deeper
              working-directory: .
            - run: test "$(basename "$PWD")" = sub
            - shell: bash
              working-directory: sub/deeper
              run: test -n "$BASH_VERSION" && test "$(basename "$PWD")" = deeper && [[ -o pipefail ]]
            - shell: sh
              run: test "$0" != bash; false | true
            - id: pipe
              shell: bash
              continue-on-error: true
              run: false | true; echo never
            - id: plain
              run: false | true
            - shell: node {0}
              run: |
                const assert = require('assert')
                assert.strictEqual(process.cwd().split('/').pop(), 'sub')
                assert.strictEqual("${{ steps.pipe.outcome }}", 'failure')
            - shell: bash -c 'cat {0} > copied; . ./copied' shell
              run: test -s copied
            - run: test -z "$(cat)"
            - run: |
                test "${{ steps.plain.outcome }}" = success
                test "$GITHUB_WORKSPACE" = "$(dirname "$PWD")" && test -w "$RUNNER_TEMP" && test -w "$HOME"
                test "${{ runner.os }}" = Linux && test "${{ github.workspace }}" = "$GITHUB_WORKSPACE"
                test "${{ runner.temp }}" = "$RUNNER_TEMP" && test -s "$GITHUB_EVENT_PATH"
        """)


def test_masks_and_log_commands(workbench, place):
    workbench.daemon.command("secret", "set", "PASSPHRASE", stdin="open sesame")
    outcome = execute(workbench, place, r"""
        masks:
          runs-on: ubuntu-latest
          PLACE
          outputs:
            told: ${{ steps.tell.outputs.told }}
            plain: ${{ steps.tell.outputs.plain }}
          steps:
            - id: tell
              env: {PASSPHRASE: "${{ secrets.PASSPHRASE }}"}
              run: |
                test "$PASSPHRASE" = "open sesame"
                echo "it is $PASSPHRASE"
                echo "::add-mask::hush-hush"
                echo "and hush-hush"
                echo "told=hush-hush too" >> "$GITHUB_OUTPUT"
                echo "plain=told" >> "$GITHUB_OUTPUT"
                echo "::stop-commands::pause"; echo "::warning::as it is"; echo "::pause::"
                echo "::notice title=Loud::with hush-hush"
        after:
          needs: masks
          runs-on: ubuntu-latest
          PLACE
          steps:
            - run: test -z "${{ needs.masks.outputs.told }}" && test "${{ needs.masks.outputs.plain }}" = told
        """)
    output = "\n".join(outcome.output("masks"))
    for line in ("it is ***", "and ***", "::warning::as it is"):
        assert line in output
    # The echo of the script came before its mask.
    assert "sesame" not in outcome.log("masks") and "hush-hush" not in output
    assert ("Loud", "with ***") in [(note["title"], note["message"]) for note in outcome.annotations()]


OUTER = """\
inputs: {word: {required: true}, fail: {default: "no"}}
outputs: {said: {value: "${{ steps.inner.outputs.said }}"}, state: {value: "${{ steps.bad.outcome }}"}}
runs:
  using: composite
  steps:
    - id: inner
      uses: ./.github/actions/inner
      with: {word: "${{ inputs.word }}!"}
    - id: bad
      if: inputs.fail == 'yes'
      continue-on-error: true
      shell: bash
      run: exit 9
    - shell: bash
      run: |
        test "$LEVEL" = workflow
        test -e "$GITHUB_ACTION_PATH/action.yml"
        echo "FROM_OUTER=set" >> "$GITHUB_ENV"
    - if: always()
      uses: ./.github/actions/script
      with: {word: nested}
"""

INNER = """\
inputs: {word: {}}
outputs: {said: {value: "${{ steps.say.outputs.said }}"}}
runs:
  using: composite
  steps:
    - {id: say, shell: sh, run: 'echo "said=${{ inputs.word }}" >> "$GITHUB_OUTPUT"'}
"""

SCRIPT = "inputs: {word: {}}\nruns: {using: node20, main: main.js, post: post.js, post-if: success()}\n"

MAIN = """\
const fs = require('fs')
fs.appendFileSync(process.env.GITHUB_STATE, `word=${process.env.INPUT_WORD}\\n`)
fs.appendFileSync(process.env.GITHUB_ENV, `SEEN_${process.env.INPUT_WORD.toUpperCase()}=yes\\n`)
"""

POST = """\
if (!process.env.STATE_word) process.exit(1)
console.log(`cleaned up ${process.env.STATE_word}`)
"""


def test_composite_nested_and_javascript_actions(workbench, place):
    outcome = execute(workbench, place, r"""
        actions:
          runs-on: ubuntu-latest
          PLACE
          steps:
            - uses: actions/checkout@v4
            - id: outer
              uses: ./.github/actions/outer
              with: {word: hello, fail: "yes"}
            - run: |
                test "${{ steps.outer.outputs.said }}" = "hello!" && test "${{ steps.outer.outputs.state }}" = failure
                test "$FROM_OUTER" = set && test "$SEEN_NESTED" = yes
                test -z "${{ steps.inner.outputs.said }}"
            - uses: ./.github/actions/script
              with: {word: last}
            - run: test "$SEEN_LAST" = yes
        """, **{
            ".github/actions/outer/action.yml": OUTER, ".github/actions/inner/action.yml": INNER,
            ".github/actions/script/action.yml": SCRIPT, ".github/actions/script/main.js": MAIN,
            ".github/actions/script/post.js": POST})
    output = outcome.output()
    assert output.index("cleaned up last") < output.index("cleaned up nested")


def test_services_and_containers(workbench, place, nothing_left):
    execute(workbench, place, r"""
        services:
          runs-on: ubuntu-latest
          PLACE
          services:
            web:
              image: busybox:test
              entrypoint: sh
              command: -c 'echo served > /var/www/index.html; exec httpd -f -h /var/www'
              options: --health-cmd "wget -q -O - http://127.0.0.1/" --health-interval 200ms --health-retries 50
              ports: [80]
          steps:
            - uses: docker://busybox:test
              with: {entrypoint: /bin/sh, args: -c "fetch web > served.txt"}
            - run: test "$(cat served.txt)" = served
            - run: test -n "${{ job.services.web.id }}" && test -n "${{ job.services.web.ports['80'] }}"
        """)
