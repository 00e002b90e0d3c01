"""The workflow language, as jobs see it."""

import json


def test_needs_outputs_and_conditions(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          first:
            runs-on: ubuntu-latest
            outputs:
              word: ${{ steps.say.outputs.word }}
              many: ${{ steps.say.outputs.many }}
            steps:
              - id: say
                run: |
                  echo "word=hello" >> "$GITHUB_OUTPUT"
                  {
                    echo 'many<<END'
                    echo one
                    echo two
                    echo END
                  } >> "$GITHUB_OUTPUT"
          second:
            needs: first
            if: needs.first.outputs.word == 'HELLO'
            runs-on: ubuntu-latest
            env:
              MANY: ${{ needs.first.outputs.many }}
            steps:
              - run: printf '%s|' "$MANY"
              - run: echo "${{ needs.first.result }}"
          third:
            needs: first
            if: needs.first.outputs.word == 'goodbye'
            runs-on: ubuntu-latest
            steps: [run: "true"]
          fourth:
            needs: [second, third]
            runs-on: ubuntu-latest
            steps: [run: "true"]
          fifth:
            needs: [second, third]
            if: always()
            runs-on: ubuntu-latest
            steps: [run: "echo '${{ join(needs.*.result, ',') }}'"]
        """)
    assert outcome.conclusions() == {
        "first": "success", "second": "success", "third": "skipped", "fourth": "skipped", "fifth": "success"}
    assert outcome.conclusion == "success"
    assert "one\ntwo|" in "\n".join(outcome.output("second"))
    assert "success,skipped" in outcome.output("fifth")


def test_a_failed_job_skips_what_needs_it(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          bad:
            runs-on: ubuntu-latest
            steps: [run: exit 1]
          dependent:
            needs: bad
            runs-on: ubuntu-latest
            steps: [run: "true"]
          on-failure:
            needs: bad
            if: failure()
            runs-on: ubuntu-latest
            steps: [run: "true"]
          tolerated:
            continue-on-error: true
            runs-on: ubuntu-latest
            steps: [run: exit 1]
          after-tolerated:
            needs: tolerated
            runs-on: ubuntu-latest
            steps: [run: "echo ${{ needs.tolerated.result }}"]
        """)
    assert outcome.conclusion == "failure"
    assert outcome.conclusions() == {
        "bad": "failure", "dependent": "skipped", "on-failure": "success", "tolerated": "failure",
        "after-tolerated": "success"}
    assert "bad" in outcome.run["reason"]


def test_a_matrix_is_expanded_in_order_with_include_and_exclude(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            name: build ${{ matrix.os }} ${{ matrix.version }}${{ matrix.extra }}
            strategy:
              matrix:
                os: [a, b]
                version: [1, 2]
                exclude: [{os: b, version: 1}]
                include: [{os: a, version: 2, extra: "+"}, {os: c, version: 9}]
            runs-on: ubuntu-latest
            steps: [run: "echo ${{ strategy.job-index }} of ${{ strategy.job-total }}"]
        """)
    assert [job["name"] for job in outcome.jobs] == ["build a 1", "build a 2+", "build b 2", "build c 9"]
    assert "1 of 4" in outcome.output("build a 2+")


def test_a_matrix_of_256_cells_runs_and_one_more_is_refused(workbench):
    axis = f"[{', '.join(map(str, range(16)))}]"
    workflow = f"""
        on: push
        jobs:
          cell:
            strategy: {{matrix: {{a: {axis}, b: {axis}}}}}
            runs-on: ubuntu-latest
            steps: [run: "true"]
        """
    outcome = workbench.execute(workflow, 240)
    assert outcome.conclusion == "success"
    assert len(outcome.jobs) == 256 and set(outcome.conclusions().values()) == {"success"}
    refused = workbench.execute(workflow.replace("a: [", "a: [16, "))
    assert refused.conclusion == "refused" and refused.jobs == []


def test_a_matrix_may_come_from_an_output(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          plan:
            runs-on: ubuntu-latest
            outputs: {list: "${{ steps.list.outputs.list }}"}
            steps: [{id: list, run: "echo 'list=[\\"x\\",\\"y\\"]' >> \\"$GITHUB_OUTPUT\\""}]
          build:
            needs: plan
            strategy: {matrix: {item: "${{ fromJSON(needs.plan.outputs.list) }}"}}
            runs-on: ubuntu-latest
            steps: [run: "echo item ${{ matrix.item }}"]
          after:
            needs: build
            runs-on: ubuntu-latest
            steps: [run: "true"]
        """)
    assert outcome.conclusions() == {"plan": "success", "build (x)": "success", "build (y)": "success", "after": "success"}


def test_fail_fast_cancels_the_other_cells(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            strategy: {matrix: {n: [bad, long]}}
            runs-on: ubuntu-latest
            steps:
              - if: matrix.n == 'bad'
                run: until [ -e "$GATES/long-runs" ]; do sleep 0.02; done; exit 1
              - if: matrix.n == 'long'
                run: touch "$GATES/long-runs"; sleep 1000
        """)
    assert outcome.conclusion == "failure"
    assert outcome.conclusions() == {"build (bad)": "failure", "build (long)": "cancelled"}


def test_without_fail_fast_every_cell_ends_for_itself(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            strategy: {fail-fast: false, matrix: {n: [1, 2, 3]}}
            runs-on: ubuntu-latest
            steps: [run: "exit ${{ matrix.n == 1 && 1 || 0 }}"]
        """)
    assert outcome.conclusions() == {"build (1)": "failure", "build (2)": "success", "build (3)": "success"}


def test_max_parallel_holds(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            strategy: {max-parallel: 2, matrix: {n: [1, 2, 3, 4, 5]}}
            runs-on: ubuntu-latest
            steps:
              - run: |
                  mkdir -p "$GATES/parallel"; touch "$GATES/parallel/${{ matrix.n }}"
                  ls "$GATES/parallel" | wc -l | sed 's/^/at a time: /'
                  sleep 0.2
                  rm "$GATES/parallel/${{ matrix.n }}"
        """)
    found = [int(line.split(": ")[1]) for job in outcome.jobs for line in outcome.output(job["name"]) if "at a time" in line]
    assert len(found) == 5
    assert max(found) <= 2


def test_environment_path_and_output_files(workbench):
    outcome = workbench.execute(
        """
        on: push
        env: {LEVEL: workflow, KEPT: yes-it-is}
        jobs:
          build:
            runs-on: ubuntu-latest
            env: {LEVEL: job}
            steps:
              - run: echo "level $LEVEL kept $KEPT"
              - run: echo "level $LEVEL"
                env: {LEVEL: step}
              - run: |
                  echo "LATER=from a file" >> "$GITHUB_ENV"
                  printf 'LINES<<EOT\\na\\nb\\nEOT\\n' >> "$GITHUB_ENV"
                  mkdir bin; printf '#!/bin/sh\\necho my own tool\\n' > bin/mytool; chmod +x bin/mytool
                  echo "$PWD/bin" >> "$GITHUB_PATH"
                  echo "not yet: ${LATER:-nothing}"
              - run: |
                  echo "now: $LATER / ${{ env.LATER }}"
                  printf '%s;' $LINES; echo
                  mytool
              - id: out
                run: |
                  echo "a=1" >> "$GITHUB_OUTPUT"
                  echo "b={\\"deep\\":[1,2]}" >> "$GITHUB_OUTPUT"
              - run: echo "a ${{ steps.out.outputs.a }} b ${{ fromJSON(steps.out.outputs.b).deep[1] }}"
        """)
    output = outcome.output()
    for line in (
        "level job kept yes-it-is", "level step", "not yet: nothing", "now: from a file / from a file", "a;b;",
        "my own tool", "a 1 b 2",
    ):
        assert line in output, line


def test_a_malformed_command_file_fails_the_step_and_dangerous_variables_are_refused(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          malformed:
            runs-on: ubuntu-latest
            steps: [{name: Step, run: 'echo no-equals-sign >> "$GITHUB_ENV"'}]
          dangerous:
            runs-on: ubuntu-latest
            steps: [{name: Step, run: 'echo NODE_OPTIONS=--inspect >> "$GITHUB_ENV"'}]
        """)
    assert outcome.conclusions() == {"malformed": "failure", "dangerous": "failure"}
    assert "NODE_OPTIONS" in outcome.log("dangerous")


def test_log_commands(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  echo "::group::Some lines"
                  echo inside
                  echo "::endgroup::"
                  echo "::error file=a.py,line=3,col=7,title=Broken::does not%0Awork"
                  echo "::warning::careful"
                  echo "::notice title=Hint::by the way"
                  echo "::debug::not shown"
                  echo "::stop-commands::halt-1234"
                  echo "::error::this is plain text"
                  echo "::halt-1234::"
                  echo "::add-mask::hush-hush"
                  echo "and it is hush-hush"
                  echo "::set-env name=EVIL::yes"
              - run: echo "evil is ${EVIL:-unset}"
              - run: echo "### Title" >> "$GITHUB_STEP_SUMMARY"; echo "second hush-hush" >> "$GITHUB_STEP_SUMMARY"
        """)
    output = outcome.output()
    assert outcome.conclusion == "success"
    assert "::error::this is plain text" in output
    assert "and it is ***" in output
    assert "evil is unset" in output
    assert not any("not shown" in line for line in output)
    assert "##[group]Some lines" in output
    # The echo of a script is no command.
    assert "hush-hush" not in "\n".join(output)
    notes = {(note["level"], note["title"], note["message"]) for note in outcome.annotations()}
    assert {("error", "Broken", "does not\nwork"), ("warning", None, "careful"), ("notice", "Hint", "by the way")} <= notes
    [broken] = [note for note in outcome.annotations() if note["title"] == "Broken"]
    assert (broken["file"], broken["line"], broken["column"]) == ("a.py", 3, 7)
    page = workbench.client.get(f"/runs/{outcome.run['id']}").text
    assert "### Title" in page or "<h3>Title" in page or "Title" in page
    assert "second ***" in page


def test_a_secret_is_never_in_a_log_in_any_of_its_forms(workbench):
    secret = "Tr0ub4dor&3 <zürich>"
    workbench.daemon.command("secret", "set", "PASSWORD", stdin=secret)
    workbench.daemon.command("secret", "set", "PEM", stdin="-----BEGIN-----\nMIIabcdefgh\nzz9plural\n-----END-----\n")
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            env:
              PASSWORD: ${{ secrets.PASSWORD }}
              PEM: ${{ secrets.PEM }}
            steps:
              - run: |
                  echo "plain $PASSWORD"
                  printf '%s' "$PASSWORD" | base64 -w0; echo
                  python3 -c 'import os, json, urllib.parse; p = os.environ["PASSWORD"]; print(json.dumps(p)); print(urllib.parse.quote(p))'
                  printf '%s' "$PASSWORD" | fold -w 7 | tr -d '\\n'; echo
                  for letter in $(seq 1 3); do printf 'x%s' "$PASSWORD"; done; echo
                  echo "$PEM"
                  echo "length ${#PASSWORD}"
        """)
    assert outcome.conclusion == "success"
    log = workbench.client.log_bytes(outcome.job()["id"]).decode()
    import base64
    import urllib.parse

    for form in (
        secret, base64.b64encode(secret.encode()).decode(), urllib.parse.quote(secret), "MIIabcdefgh", "zz9plural",
    ):
        assert form not in log, form
    assert "plain ***" in log
    assert f"length {len(secret)}" in log
    plan = workbench.daemon.state / "runs" / outcome.run["id"]
    for file in plan.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file
    listed = workbench.daemon.command("secret", "list").stdout
    assert "PASSWORD" in listed and secret not in listed
    assert secret.encode() not in (workbench.daemon.state / "slipway.db").read_bytes()


def test_continue_on_error_tells_outcome_and_conclusion_apart(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - id: shaky
                name: Shaky
                continue-on-error: true
                run: exit 3
              - run: echo "outcome ${{ steps.shaky.outcome }} conclusion ${{ steps.shaky.conclusion }}"
              - if: failure()
                name: Never
                run: echo never
        """)
    assert outcome.conclusion == "success"
    shaky = outcome.steps()["Shaky"]
    assert (shaky["outcome"], shaky["conclusion"], shaky["exit_code"]) == ("failure", "success", 3)
    assert "outcome failure conclusion success" in outcome.output()
    assert outcome.steps()["Never"]["conclusion"] == "skipped"


def test_shells_and_working_directories(workbench):
    outcome = workbench.execute(
        """
        on: push
        defaults: {run: {working-directory: sub}}
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - {name: Default, run: "false | true; echo default goes on in $(basename $PWD)"}
              - {name: Bash, shell: bash, continue-on-error: true, run: "false | true; echo bash goes on"}
              - {name: Sh, shell: sh, run: "echo sh is ${BASH_VERSION:-no bash}"}
              - {name: Python, shell: python, run: "import os; print('python in', os.path.basename(os.getcwd()))"}
              - name: Custom
                shell: perl -w {0}
                working-directory: sub/deeper
                run: use Cwd; print "perl in " . getcwd() . "\\n";
              - {name: Input, run: "cat; echo no input"}
              - {name: Absent, working-directory: nowhere, continue-on-error: true, run: "true"}
        """, **{"sub/deeper/file": "x\n"})
    output = outcome.output()
    steps = outcome.steps()
    assert "default goes on in sub" in output
    assert steps["Bash"]["outcome"] == "failure"
    assert "bash goes on" not in output
    assert "sh is no bash" in output
    assert "python in sub" in output
    assert any(line.startswith("perl in /") and line.endswith("/sub/deeper") for line in output)
    assert "no input" in output
    assert steps["Absent"]["outcome"] == "failure"


def test_the_variables_that_every_job_has(workbench):
    outcome = workbench.execute(
        """
        name: Facts
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - id: facts
                run: |
                  env | grep -E '^(GITHUB|RUNNER)_|^CI=' | sort
                  python3 -c 'import json, os; print("payload", json.load(open(os.environ["GITHUB_EVENT_PATH"]))["ref"])'
                  test "$GITHUB_WORKSPACE" = "$PWD"
                  test -w "$RUNNER_TEMP"
                  test "$(git rev-parse HEAD)" = "$GITHUB_SHA"
        """)
    assert outcome.conclusion == "success", outcome.log()
    found = dict(line.split("=", 1) for line in outcome.output() if "=" in line and line.split("=")[0].isupper())
    assert found["CI"] == "true"
    assert found["GITHUB_ACTIONS"] == "true"
    assert found["GITHUB_REF"] == "refs/heads/main"
    assert (found["GITHUB_REF_NAME"], found["GITHUB_REF_TYPE"]) == ("main", "branch")
    assert found["GITHUB_SHA"] == outcome.run["commit"]
    assert found["GITHUB_EVENT_NAME"] == "push"
    assert found["GITHUB_WORKFLOW"] == "Facts"
    assert found["GITHUB_JOB"] == "build"
    assert found["GITHUB_RUN_ID"] == outcome.run["id"]
    assert found["GITHUB_RUN_ATTEMPT"] == "1"
    assert found["RUNNER_OS"] == "Linux"
    assert "GITHUB_TOKEN" not in found
    assert "payload refs/heads/main" in outcome.output()


def test_the_expression_language_in_a_job(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: |
                  echo '${{ toJSON(fromJSON('{"a":[1,null,true]}')) }}'
                  echo '${{ format('{0}-{1}', github.event_name, github.ref_name) }}'
                  echo 'hash ${{ hashFiles('**/lock.txt') }}'
                  echo 'contains ${{ contains(fromJSON('["x","y"]'), 'Y') }} ${{ startsWith('Hello', 'he') }}'
                  echo 'commit ${{ github.sha }} ${{ github.event.head_commit.id == github.sha }}'
        """, **{"lock.txt": "pinned\n"})
    text = "\n".join(outcome.output())
    assert "push-main" in text
    assert "contains true true" in text
    import hashlib

    inner = hashlib.sha256(b"pinned\n").digest()
    assert f"hash {hashlib.sha256(inner).hexdigest()}" in text
    assert json.loads(text[text.index("{"):text.index("}") + 1]) == {"a": [1, None, True]}


def test_path_filters_and_checkout_of_the_whole_history(workbench):
    workflow = """
        on: {push: {paths: ["src/**"]}}
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
                with: {fetch-depth: 0, path: there}
              - run: |
                  git -C there log --oneline | wc -l | sed 's/^/commits: /'
                  cat there/src/file
        """
    commit = workbench.push(workflow, **{"src/file": "one\n"})
    run = workbench.daemon.result_of(commit)
    assert run["conclusion"] == "success"
    workbench.repository.push_commit({"docs/file": "x\n"})
    relevant = workbench.repository.push_commit({"src/file": "two\n"})
    outcome = workbench.outcome(workbench.daemon.run_of(relevant))
    assert "two" in outcome.output()
    [count] = [int(line.split(": ")[1]) for line in outcome.output() if line.startswith("commits: ")]
    assert count == int(workbench.repository.git("rev-list", "--count", "HEAD"))
    between = workbench.repository.git("rev-parse", "HEAD~1")
    assert between not in [run["commit"] for run in workbench.daemon.runs()]


def test_a_label_that_no_executor_has_refuses_its_cell_only(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            strategy: {fail-fast: false, matrix: {on: [ubuntu-latest, windows-latest]}}
            runs-on: ${{ matrix.on }}
            steps: [run: "true"]
        """)
    assert outcome.conclusions() == {"build (ubuntu-latest)": "success", "build (windows-latest)": "refused"}
    assert "windows-latest" in outcome.job("build (windows-latest)")["reason"]
