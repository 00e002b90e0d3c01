"""Workers that don't do what they have to: they are killed from outside, with all that they started."""

import signal

import pytest

from blackbox import processes

PIPELINE = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - name: Long
            run: echo ready; setsid sleep 76543.25 & sleep 76543.5
          - name: Clean up
            if: always()
            run: echo cleaned up
    """


@pytest.fixture(params=["bubblewrap", "none"])
def impatient(request, make_daemon, repository):
    """A daemon that gives a worker a second."""
    daemon = make_daemon(sandbox=request.param, limits={"termination_grace": "1s", "worker_grace": "1s"})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    return daemon


def started(daemon, repository):
    run = daemon.run_of(repository.push_workflow(PIPELINE))
    job = daemon.running_job(run)
    daemon.wait_for_log(job, "\nready")
    daemon.wait(lambda: len(processes.running("sleep 76543")) >= 2, "the job's commands")
    return run, job


def stop_workers(daemon, run, job):
    """Stops the job's own processes as a hung disk would: they take no signal but KILL. Commands of the job go on."""
    lock = daemon.state / "runs" / run["id"] / "jobs" / job["id"] / "lock"
    found = [pid for pid in processes.holding(lock) if pid != daemon.process.pid]
    # The one that runs the steps, not the one that guards it.
    worker = max(found)
    processes.kill(worker, signal.SIGSTOP)
    return worker


def test_a_worker_that_does_not_hear_of_a_second_cancel_is_killed_with_all_it_started(impatient, repository):
    run, job = started(impatient, repository)
    stop_workers(impatient, run, job)
    impatient.client.cancel(run["id"])
    impatient.client.cancel(run["id"])
    found = impatient.completed(run)
    assert found["conclusion"] == "cancelled", found
    assert "its worker did not answer and was killed" in found["jobs"][0]["reason"], found["jobs"][0]
    steps = {step["name"]: step["conclusion"] for step in found["jobs"][0]["steps"]}
    assert (steps["Long"], steps["Clean up"]) == ("cancelled", "skipped"), steps
    impatient.wait(lambda: not processes.running("sleep 76543"), "the end of all that the job started")
    impatient.wait(
        lambda: not (impatient.state / "workspaces" / job["id"]).exists(), "the removal of the workspace")
    assert "its worker is killed" in impatient.messages.read_text()


def test_a_daemon_that_was_restarted_kills_it_as_well(impatient, repository):
    run, job = started(impatient, repository)
    stop_workers(impatient, run, job)
    impatient.client.cancel(run["id"])
    impatient.restart()
    impatient.client.cancel(run["id"])
    found = impatient.completed(run)
    assert found["conclusion"] == "cancelled", found
    impatient.wait(lambda: not processes.running("sleep 76543"), "the end of all that the job started")


def test_a_worker_that_listens_is_not_killed(impatient, repository):
    run, job = started(impatient, repository)
    impatient.client.cancel(run["id"])
    impatient.client.cancel(run["id"])
    found = impatient.completed(run)
    assert found["conclusion"] == "cancelled", found
    assert "was killed" not in (found["jobs"][0]["reason"] or ""), found["jobs"][0]
