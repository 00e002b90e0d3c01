"""Actions of repositories, and steps beside each other, through the whole daemon."""

import subprocess

COMPOSITE = """\
name: Greet
inputs:
  who: {default: nobody}
outputs:
  greeting: {value: "${{ steps.say.outputs.text }}"}
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      run: echo "text=hello ${{ inputs.who }}" >> "$GITHUB_OUTPUT"
    - uses: ./.github/actions/keep
      with: {value: "${{ inputs.who }}"}
"""

KEEP = """\
inputs:
  value: {required: true}
runs:
  using: node16
  main: main.js
  post: post.js
"""

MAIN = """\
require('fs').appendFileSync(process.env.GITHUB_STATE, `kept=${process.env.INPUT_VALUE}\\n`)
console.log('::notice file=src/app.py,line=2::kept')
"""

POST = "console.log(`cleaned ${process.env.STATE_kept}`)\n"


def test_local_actions_nest_and_clean_up_after_the_job(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            outputs: {greeting: "${{ steps.greet.outputs.greeting }}"}
            steps:
              - uses: actions/checkout@v4
              - id: greet
                uses: ./.github/actions/greet
                with: {who: you}
              - uses: $/.github/actions/keep
                with: {value: again}
              - run: echo "${{ steps.greet.outputs.greeting }}"
          after:
            needs: job
            runs-on: ubuntu-latest
            steps: [run: "echo 'got ${{ needs.job.outputs.greeting }}'"]
        """,
        **{".github/actions/greet/action.yml": COMPOSITE, ".github/actions/keep/action.yml": KEEP,
           ".github/actions/keep/main.js": MAIN, ".github/actions/keep/post.js": POST})
    assert outcome.conclusions() == {"job": "success", "after": "success"}, outcome.log("job")
    assert [(step["number"], step["name"]) for step in outcome.job("job")["steps"]] == [
        (1, "Set up job"), (2, "Run actions/checkout@v4"), (3, "Run ./.github/actions/greet"),
        (4, "Run $/.github/actions/keep"), (5, 'Run echo "hello you"'), (6, "Post Run $/.github/actions/keep"),
        (7, "Post Run ./.github/actions/greet"), (8, "Complete job")]
    output = outcome.output("job")
    assert output.index("cleaned again") < output.index("cleaned you")
    assert "got hello you" in outcome.output("after")
    assert [annotation["message"] for annotation in outcome.annotations()] == ["kept", "kept"]


def test_an_action_that_is_not_there_fails_its_step_with_the_reason(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: ./.github/actions/missing
              - run: echo never
        """)
    assert outcome.conclusion == "failure"
    steps = list(outcome.steps().values())
    assert [step["conclusion"] for step in steps] == ["failure", "skipped"]
    assert "actions/checkout" in steps[0]["reason"]


def test_steps_beside_each_other_have_their_own_parts_of_the_log(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - id: server
                background: true
                run: |
                  echo "server up"
                  until [ -e "$RUNNER_TEMP/done" ]; do sleep 0.02; done
                  echo "server down"
              - parallel:
                  - run: for i in 1 2 3; do echo "a $i"; done
                  - run: for i in 1 2 3; do echo "b $i"; done
              - run: touch "$RUNNER_TEMP/done"
              - wait: server
        """)
    assert outcome.conclusion == "success", outcome.log()
    job = outcome.job()
    log = outcome.daemon.client.log_bytes(job["id"])

    def part(number):
        step = job["steps"][number - 1]
        assert step["number"] == number
        text = log[step["log"]["from"]:step["log"]["to"]].decode()
        return [line.split(" ", 1)[1] for line in text.splitlines() if not line.split(" ", 1)[1].startswith("\x1b")]

    assert [line for line in part(2) if line.startswith("server")] == ["server up", "server down"]
    assert [line for line in part(3) if line.startswith("a ")] == ["a 1", "a 2", "a 3"]
    assert [line for line in part(4) if line.startswith("b ")] == ["b 1", "b 2", "b 3"]
    assert not any("server" in line for line in part(3) + part(4))


def test_problems_in_the_output_become_annotations(workbench):
    outcome = workbench.execute(
        r"""
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: |
                  echo "::add-matcher::.github/lint.json"
                  echo "src/app.py:3:7: E501 line too long"
        """,
        **{".github/lint.json": r'{"problemMatcher": [{"owner": "flake8", "severity": "warning", "pattern": [{"regexp":'
           r' "^(\\S+):(\\d+):(\\d+): (\\w+) (.*)$", "file": 1, "line": 2, "column": 3, "code": 4, "message": 5}]}]}',
           "src/app.py": "print()\n"})
    assert outcome.conclusion == "success"
    found = outcome.annotations()
    assert [(note["level"], note["file"], note["line"], note["message"]) for note in found] == [
        ("warning", "src/app.py", 3, "line too long")]


def test_an_input_that_a_built_in_action_does_not_have_is_told_in_the_log(workbench):
    outcome = workbench.execute("""
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
                with: {fetch-dept: 0, Path: src}
              - run: ls src
        """)
    assert outcome.conclusion == "success"
    told = "Unexpected input(s) 'fetch-dept', valid inputs are ['repository', 'ref', "
    assert f"##[warning]{told}" in outcome.log()
    assert [note["message"][:len(told)] for note in outcome.annotations()] == [told]


def test_run_takes_actions_and_parallel_steps_from_the_working_tree(binary, tmp_path):
    project = tmp_path / "project"
    files = {
        ".github/workflows/ci.yml": """\
on: push
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - {id: greet, uses: ./.github/actions/greet, with: {who: me}}
      - parallel:
          - run: echo "one of two"
          - run: echo "two of two"
      - uses: $/.github/actions/keep
        with: {value: mine}
      - run: echo "said ${{ steps.greet.outputs.greeting }}"
""",
        ".github/actions/greet/action.yml": COMPOSITE, ".github/actions/keep/action.yml": KEEP,
        ".github/actions/keep/main.js": MAIN, ".github/actions/keep/post.js": POST}
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    subprocess.run(["git", "init", "--quiet", str(project)], check=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "x"],
        cwd=project, check=True)
    done = subprocess.run(
        [binary, "run", ".github/workflows/ci.yml"], cwd=project, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    for line in ["said hello me", "one of two", "two of two", "cleaned mine", "cleaned me"]:
        assert f"{line}\n" in done.stdout
