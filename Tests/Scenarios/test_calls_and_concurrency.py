"""Reusable workflows, concurrency groups, and pipelines that follow others."""

import textwrap

import pytest

from blackbox import processes
from blackbox.webhooks import send_github

CALLED = ".github/workflows/called.yml"


def pipeline(text):
    return textwrap.dedent(text)


# Calls

TYPED_CALL = pipeline("""
    name: Called
    on:
      workflow_call:
        inputs:
          mode: {type: string, required: true}
          count: {type: number, default: 3}
          loud: {type: boolean}
        secrets:
          mine: {required: false}
        outputs:
          answer:
            value: ${{ jobs.make.outputs.word }}-${{ inputs.mode }}
    env:
      LEVEL: called
    jobs:
      make:
        runs-on: ubuntu-latest
        outputs:
          word: ${{ steps.say.outputs.word }}
        steps:
          - id: say
            run: |
              echo "mode=${{ inputs.mode }} count=${{ inputs.count == 3 }} loud=${{ inputs.loud == false }}"
              echo "level=$LEVEL caller=$CALLER job=${{ github.job }} workflow=${{ github.workflow }}"
              echo "file=${{ job.workflow_file_path }}"
              echo "mine=${{ secrets.mine }} other=[${{ secrets.OTHER }}]"
              echo "word=made" >> "$GITHUB_OUTPUT"
      check:
        needs: make
        runs-on: ubuntu-latest
        steps: [run: 'echo "checked ${{ needs.make.outputs.word }}"']
    """)


def test_a_called_workflow_gets_inputs_and_secrets_and_gives_outputs(workbench):
    workbench.daemon.command("secret", "set", "TOKEN", "--repository", "app", stdin="tok3n-value")
    workbench.daemon.command("secret", "set", "OTHER", "--repository", "app", stdin="other-value")
    outcome = workbench.execute(
        """
        name: Caller
        on: push
        env:
          CALLER: seen
        jobs:
          first:
            runs-on: ubuntu-latest
            outputs: {mode: "${{ steps.m.outputs.mode }}"}
            steps: [{id: m, run: 'echo "mode=fast" >> "$GITHUB_OUTPUT"'}]
          call:
            needs: first
            uses: ./.github/workflows/called.yml
            with: {mode: "${{ needs.first.outputs.mode }}"}
            secrets: {mine: "${{ secrets.TOKEN }}"}
          after:
            needs: call
            runs-on: ubuntu-latest
            steps: [run: 'echo "answer ${{ needs.call.outputs.answer }} ${{ needs.call.result }}"']
        """, **{CALLED: TYPED_CALL})
    assert outcome.conclusion == "success", outcome.run["reason"]
    assert list(outcome.conclusions()) == ["first", "call", "call / make", "call / check", "after"]
    output = outcome.output("call / make")
    assert "mode=fast count=true loud=true" in output
    # The caller's variables are its own; the github context is the caller's.
    assert "level=called caller= job=make workflow=Caller" in output
    assert f"file={CALLED}" in output
    assert "mine=*** other=[]" in output
    assert "checked made" in outcome.output("call / check")
    assert "answer made-fast success" in outcome.output("after")


def test_calls_in_a_matrix_and_in_calls_end_as_their_jobs_do(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          call:
            strategy:
              fail-fast: false
              matrix: {n: [1, 2]}
            uses: ./.github/workflows/called.yml
            with: {n: "${{ matrix.n }}"}
          report:
            needs: call
            if: failure()
            runs-on: ubuntu-latest
            steps: [run: 'echo "call ended as ${{ needs.call.result }}"']
        """,
        **{
            CALLED: pipeline("""
                on:
                  workflow_call:
                    inputs:
                      n: {type: number}
                jobs:
                  inner:
                    uses: ./.github/workflows/inner.yml
                    with: {n: "${{ inputs.n }}"}
                """),
            ".github/workflows/inner.yml": pipeline("""
                on:
                  workflow_call:
                    inputs:
                      n: {type: number}
                jobs:
                  test:
                    runs-on: ubuntu-latest
                    steps: [run: "test ${{ inputs.n }} = 1"]
                """),
        })
    conclusions = outcome.conclusions()
    assert conclusions["call (1) / inner / test"] == "success"
    assert conclusions["call (2) / inner / test"] == "failure"
    assert conclusions["call (1)"] == "success" and conclusions["call (2)"] == "failure"
    assert "call ended as failure" in outcome.output("report")
    assert outcome.conclusion == "failure"
    assert "call (2) / inner / test" in outcome.run["reason"]

    # A rerun of what failed goes on inside the call and takes the rest over.
    workbench.client.rerun(outcome.run["id"], "failed")

    def is_over():
        now = workbench.client.run(outcome.run["id"])
        return now["status"] == "completed" and now["attempt"] == 2

    workbench.daemon.wait(is_over, "the end of the second attempt", 60)
    again = workbench.outcome(outcome.run)
    assert again.job("call (1) / inner / test")["reused_from"] == outcome.job("call (1) / inner / test")["id"]
    assert again.job("call (2) / inner / test")["reused_from"] is None


def test_a_call_goes_on_after_the_daemon_was_killed(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          call: {uses: ./.github/workflows/called.yml}
          after: {needs: call, runs-on: ubuntu-latest, steps: [run: "echo after"]}
        """,
        **{CALLED: pipeline("""
            on: workflow_call
            jobs:
              one: {runs-on: ubuntu-latest, steps: [run: 'until [ -e "$GATES/restarted" ]; do sleep 0.05; done']}
              two: {needs: one, runs-on: ubuntu-latest, steps: [run: "echo two"]}
            """)})
    workbench.daemon.running_job(run, "call / one")
    workbench.daemon.restart()
    workbench.open_gate("restarted")
    outcome = workbench.outcome(run)
    assert outcome.conclusions() == {"call": "success", "call / one": "success", "call / two": "success", "after": "success"}


# Concurrency groups

GATED = """
    on: push
    concurrency: {{group: "g-${{{{ github.ref }}}}", cancel-in-progress: {cancel}, queue: {queue}}}
    jobs:
      build:
        runs-on: ubuntu-latest
        steps: [run: 'until [ -e "$GATES/{gate}" ]; do sleep 0.05; done']
    """


def waiting(workbench, run):
    def look():
        now = workbench.client.run(run["id"])
        return now if now["status"] == "waiting" else None

    return workbench.daemon.wait(look, f"run {run['id']} to wait")


def test_runs_of_a_group_run_one_after_the_other_and_the_newest_waits(workbench):
    text = GATED.format(cancel="false", queue="single", gate="single")
    first = workbench.begin(text)
    workbench.daemon.running_job(first)
    second = workbench.begin(text)
    assert waiting(workbench, second)["reason"].endswith(f"run {first['id']} (.github/workflows/ci.yml) is in it")
    third = workbench.begin(text)
    displaced = workbench.outcome(second)
    assert displaced.conclusion == "cancelled"
    assert f"run {third['id']}" in displaced.run["reason"]
    assert waiting(workbench, third)
    # Who waits for whom is known after a crash, too.
    workbench.daemon.restart()
    workbench.open_gate("single")
    assert workbench.outcome(first).conclusion == "success"
    assert workbench.outcome(third).conclusion == "success"


def test_cancel_in_progress_stops_the_older_run(workbench):
    text = GATED.format(cancel="true", queue="single", gate="cancelling")
    first = workbench.begin(text)
    workbench.daemon.running_job(first)
    second = workbench.begin(text)
    cancelled = workbench.outcome(first)
    assert cancelled.conclusion == "cancelled"
    assert f"run {second['id']}" in cancelled.run["reason"]
    workbench.open_gate("cancelling")
    assert workbench.outcome(second).conclusion == "success"


def test_a_queue_of_any_length_keeps_every_run(workbench):
    text = GATED.format(cancel="false", queue="max", gate="queue")
    runs = [workbench.begin(text) for _ in range(3)]
    for run in runs[1:]:
        waiting(workbench, run)
    workbench.open_gate("queue")
    ends = [workbench.outcome(run) for run in runs]
    assert [end.conclusion for end in ends] == ["success"] * 3
    spans = [(end.job()["started_at"], end.job()["finished_at"]) for end in ends]
    assert all(earlier[1] <= later[0] for earlier, later in zip(spans, spans[1:]))


def test_jobs_of_one_group_do_not_overlap(workbench):
    outcome = workbench.execute("""
        on: push
        jobs:
          deploy:
            strategy:
              matrix: {n: [1, 2, 3]}
            concurrency: {group: Deploy, queue: max}
            runs-on: ubuntu-latest
            steps:
              - run: mkdir "$GATES/deploying" && sleep 0.2 && rmdir "$GATES/deploying"
        """)
    assert set(outcome.conclusions().values()) == {"success"}


# Following runs

def test_a_pipeline_follows_another(slipway, repository):
    repository.push_workflow(
        """
        name: CI
        on: push
        jobs: {build: {runs-on: ubuntu-latest, steps: [run: exit 3]}}
        """,
        **{".github/workflows/after.yml": pipeline("""
            name: After
            on:
              workflow_run: {workflows: [CI], types: [completed]}
            jobs:
              tell:
                if: github.event.workflow_run.conclusion == 'failure'
                runs-on: ubuntu-latest
                steps: [run: 'echo "run ${{ github.event.workflow_run.id }} of ${{ github.event.workflow_run.name }}"']
            """)})
    followed = slipway.wait(lambda: next(iter(slipway.runs(workflow=".github/workflows/ci.yml")), None), "the run")
    after = slipway.wait(lambda: next(iter(slipway.runs(workflow=".github/workflows/after.yml")), None), "the run that follows")
    done = slipway.completed(after)
    assert (done["event"], done["conclusion"], done["ref"]) == ("workflow_run", "success", "refs/heads/main")
    assert f"run {followed['id']} of CI" in slipway.client.log(done["jobs"][0]["id"])


# Other events

@pytest.mark.parametrize("event, payload, on", [
    ("issues", {"action": "opened", "issue": {"title": "it's broken"}}, "{issues: {types: [opened]}}"),
    ("release", {"action": "published", "release": {"tag_name": "v1"}}, "release"),
])
def test_an_event_of_the_forge_starts_what_names_it(make_daemon, repository, event, payload, on):
    daemon = make_daemon().watch(repository, webhook_secret="s3cret")
    commit = repository.push_workflow(f"""
        on: {on}
        jobs: {{build: {{runs-on: ubuntu-latest, steps: [run: 'echo "$GITHUB_EVENT_NAME ${{{{ github.event.action }}}}"']}}}}
        """)
    repository.git("push", "--quiet", "origin", "HEAD:refs/tags/v1")
    daemon.start()
    daemon.wait_until_seen()
    answer = send_github(daemon, {**payload, "sender": {"login": "ada"}}, "s3cret", event=event, name="app")
    assert answer.status_code == 202, answer.text
    run = daemon.result_of(commit, event=event)
    assert run["conclusion"] == "success"
    assert f"{event} {payload['action']}" in daemon.client.log(run["jobs"][0]["id"])


# Lost jobs

def test_a_job_whose_worker_dies_is_tried_again_where_the_settings_say_so(make_daemon, repository, tmp_path):
    marker = tmp_path / "shared"
    marker.mkdir()
    daemon = make_daemon(
        retry_lost=1, sandbox_options={"read_write": [str(marker)]}, environment={"SHARED": str(marker)}).watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    run = daemon.run_of(repository.push_workflow("""
        on: push
        jobs:
          shaky:
            runs-on: ubuntu-latest
            steps: [run: 'if mkdir "$SHARED/first"; then sleep 1000; else echo "second try"; fi']
          after: {needs: shaky, runs-on: ubuntu-latest, steps: [run: "true"]}
        """))
    job = daemon.running_job(run, "shaky")
    daemon.wait(lambda: (marker / "first").exists(), "the first try's step")
    processes.kill(daemon.worker(run, job))
    done = daemon.completed(run)
    assert done["conclusion"] == "success"
    [shaky] = [found for found in done["jobs"] if found["name"] == "shaky"]
    assert shaky["id"] != job["id"]
    assert "second try" in daemon.client.log(shaky["id"])
    # The first try is not forgotten.
    assert daemon.client.fetched(f"/api/v1/jobs/{job['id']}")["conclusion"] == "lost"
    assert any(f"job {job['id']} was lost" in found["message"] for found in daemon.client.annotations(run["id"]))
