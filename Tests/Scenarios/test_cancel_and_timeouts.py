"""Stopping what runs: on an operator's wish, and when time is over."""

import pytest

from blackbox import processes


def test_a_cancel_is_TERM_then_always_steps_run(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - name: Long
                run: |
                  trap 'echo asked to end; exit 0' TERM
                  echo ready
                  while true; do sleep 0.05; done
              - name: Ordinary
                run: echo ordinary
              - name: Clean up
                if: always()
                run: echo "cleaned up, the job is ${{ job.status }}"
              - name: On cancel
                if: cancelled()
                run: echo on cancel
              - name: On failure
                if: failure()
                run: echo on failure
          after:
            needs: build
            runs-on: ubuntu-latest
            steps: [run: "true"]
          report:
            needs: build
            if: always()
            runs-on: ubuntu-latest
            steps: [run: "echo result is ${{ needs.build.result }}"]
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "\nready")
    workbench.client.cancel(run["id"])
    outcome = workbench.outcome(run)

    assert outcome.conclusion == "cancelled"
    assert outcome.conclusions() == {"build": "cancelled", "after": "cancelled", "report": "success"}
    steps = outcome.steps("build")
    assert {name: step["conclusion"] for name, step in steps.items()} == {
        "Long": "cancelled", "Ordinary": "skipped", "Clean up": "success", "On cancel": "success", "On failure": "skipped"}
    assert "asked to end" in outcome.output("build")
    assert "cleaned up, the job is cancelled" in outcome.output("build")
    assert "result is cancelled" in outcome.output("report")


def test_what_ignores_TERM_is_killed_with_everything_it_started(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  trap '' TERM
                  setsid bash -c "trap '' TERM; while true; do sleep 87654.25; done" &
                  sleep 0.1
                  echo ready
                  while true; do sleep 87654.5; done
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "\nready")
    workbench.daemon.wait(lambda: len(processes.running("sleep 87654")) >= 2, "the job's commands")
    workbench.client.cancel(run["id"])
    assert workbench.outcome(run).conclusion == "cancelled"
    workbench.daemon.wait(lambda: not processes.running("87654"), "the end of all that the job started")


def test_a_second_cancel_stops_always_steps_too(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - name: Long
                run: echo ready; sleep 1000
              - name: Endless
                if: always()
                run: echo cleaning; sleep 1000
              - name: Last
                if: always()
                run: echo last
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "\nready")
    workbench.client.cancel(run["id"])
    workbench.daemon.wait_for_log(job, "\ncleaning")
    workbench.client.cancel(run["id"])
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "cancelled"
    assert outcome.steps()["Last"]["conclusion"] == "skipped"


def test_a_run_that_waits_is_cancelled_at_once(workbench):
    blocker = workbench.begin(
        """
        on: push
        jobs:
          block:
            strategy: {matrix: {n: [1, 2, 3, 4]}}
            runs-on: ubuntu-latest
            steps: [run: 'until [ -e "$GATES/cancel-waiting" ]; do sleep 0.05; done']
        """)
    for number in range(1, 5):
        workbench.daemon.running_job(blocker, f"block ({number})")
    queued = workbench.begin(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps: [run: "true"]
        """)
    assert workbench.client.run(queued["id"])["status"] == "queued"
    workbench.client.cancel(queued["id"])
    assert workbench.outcome(queued).conclusion == "cancelled"
    workbench.open_gate("cancel-waiting")
    assert workbench.outcome(blocker).conclusion == "success"


def test_a_completed_run_cannot_be_cancelled(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs: {build: {runs-on: x, steps: [run: "true"]}}
        """)
    answer = workbench.client.post(f"/api/v1/runs/{outcome.run['id']}/cancel")
    assert answer.status_code == 409
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("tolerated", [False, True])
def test_a_step_that_takes_too_long_fails(workbench, tolerated):
    outcome = workbench.execute(
        f"""
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - name: Slow
                timeout-minutes: 0.02
                continue-on-error: {str(tolerated).lower()}
                run: echo begun; sleep 1000
              - name: Next
                run: echo next
        """)
    assert outcome.conclusion == ("success" if tolerated else "failure")
    slow = outcome.steps()["Slow"]
    assert slow["outcome"] == "failure"
    assert "0.02 minutes" in slow["reason"]
    assert outcome.steps()["Next"]["conclusion"] == ("success" if tolerated else "skipped")


def test_a_job_that_takes_too_long_is_timed_out(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            timeout-minutes: 0.02
            steps:
              - name: Slow
                run: sleep 1000
              - name: Next
                run: echo next
              - name: Always
                if: always()
                run: echo always
        """)
    assert outcome.conclusion == "timed_out"
    assert {name: step["conclusion"] for name, step in outcome.steps().items()} == {
        "Slow": "cancelled", "Next": "skipped", "Always": "success"}


def test_a_job_that_names_its_time_may_have_more_than_the_others(make_daemon, repository):
    daemon = make_daemon(limits={"job_timeout": "2s", "termination_grace": "1s"})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    run = daemon.result_of(repository.push_workflow(
        """
        on: push
        jobs:
          patient:
            runs-on: ubuntu-latest
            timeout-minutes: ${{ github.event_name == 'push' && 5 || 1 }}
            steps: [run: sleep 4]
          other:
            runs-on: ubuntu-latest
            steps: [run: sleep 1000]
        """))
    assert {job["name"]: job["conclusion"] for job in run["jobs"]} == {"patient": "success", "other": "timed_out"}


def test_exit_codes_and_signals_are_told_apart(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          code:
            runs-on: ubuntu-latest
            steps: [{name: Step, run: exit 7}]
          signal:
            runs-on: ubuntu-latest
            steps: [{name: Step, run: kill -SEGV $$}]
          inside:
            runs-on: ubuntu-latest
            steps: [{name: Step, run: "bash -c 'kill -KILL $$'; exit $?"}]
        """)
    steps = {name: outcome.steps(name)["Step"] for name in ("code", "signal", "inside")}
    assert (steps["code"]["exit_code"], steps["code"]["reason"]) == (7, "exit code 7")
    assert "SEGV" in steps["signal"]["reason"]
    assert steps["inside"]["exit_code"] == 137
    assert {step["conclusion"] for step in steps.values()} == {"failure"}


def test_output_in_the_background_does_not_keep_a_step_open(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - name: Leaves something behind
                run: |
                  (while true; do echo still here; sleep 0.2; done) &
                  echo done
              - name: Next
                run: echo next
        """)
    assert outcome.conclusion == "success"
    assert "next" in outcome.output()
