"""What dies, and what must happen then."""

import os

import pytest

from blackbox import processes
from blackbox.client import TIME_STAMP

GATED = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        outputs:
          answer: ${{ steps.second.outputs.answer }}
        steps:
          - uses: actions/checkout@v4
          - name: First
            run: |
              for line in $(seq 1 1500); do echo "line $line of the first step"; done
              touch "$GATE/first"
              until [ -e "$GATE/go" ]; do sleep 0.02; done
              for line in $(seq 1501 4000); do echo "line $line of the first step"; done
              echo "::warning::nearly done"
          - name: Second
            id: second
            run: |
              touch "$GATE/second"
              until [ -e "$GATE/go-on" ]; do sleep 0.02; done
              printf 'without an end'
              echo "answer=42" >> "$GITHUB_OUTPUT"
              echo "| a | b |" >> "$GITHUB_STEP_SUMMARY"
      after:
        needs: build
        runs-on: ubuntu-latest
        steps:
          - run: echo "the answer is ${{ needs.build.outputs.answer }}"
    """


@pytest.fixture
def gated(make_daemon, tmp_path):
    """Makes daemons whose jobs have a folder of their own for waiting: `daemon.gate`."""
    def make(repository):
        daemon = make_daemon()
        daemon.gate = daemon.folder / "gate"
        daemon.gate.mkdir()
        daemon.settings["sandbox_options"] = {"read_write": [str(daemon.gate)]}
        daemon.settings["environment"] = {"GATE": str(daemon.gate)}
        daemon.watch(repository)
        daemon.start()
        daemon.wait_until_seen()
        return daemon

    return make


def open_gates(daemon, *names):
    for name in names:
        (daemon.gate / name).touch()


def logs(daemon, run):
    """The log of every job, byte for byte but for the time stamps."""
    def bare(job):
        return [line[TIME_STAMP:] for line in daemon.client.log_bytes(job["id"]).split(b"\n")]

    return {job["name"]: bare(job) for job in run["jobs"]}


def shape(run):
    """What of a run must not depend on who lived when."""
    def step(found):
        return (found["number"], found["name"], found["status"], found["conclusion"], found["exit_code"], found["log"])

    return (
        run["conclusion"], run["reason"],
        [(job["name"], job["conclusion"], [step(found) for found in job["steps"]]) for job in run["jobs"]])


@pytest.mark.parametrize("when", ["while the job goes on", "before the job goes on", "twice"])
def test_a_job_outlives_the_daemon_and_its_log_is_whole(gated, repository, when):
    undisturbed, disturbed = gated(repository), gated(repository)
    open_gates(undisturbed, "go", "go-on")
    commit = repository.push_workflow(GATED)
    wanted = undisturbed.result_of(commit)
    assert wanted["conclusion"] == "success"

    disturbed.wait((disturbed.gate / "first").exists, "the first step")
    run = disturbed.run_of(commit)
    disturbed.kill()
    if when == "before the job goes on":
        disturbed.start()
        open_gates(disturbed, "go")
    elif when == "while the job goes on":
        open_gates(disturbed, "go")
        disturbed.wait((disturbed.gate / "second").exists, "the second step")
        disturbed.start()
    else:
        disturbed.start()
        open_gates(disturbed, "go")
        disturbed.wait((disturbed.gate / "second").exists, "the second step")
        disturbed.restart()
    open_gates(disturbed, "go-on")
    found = disturbed.completed(run)

    assert logs(disturbed, found) == logs(undisturbed, wanted)
    assert shape(found) == shape(wanted)
    assert [note["message"] for note in disturbed.client.annotations(run["id"])] == ["nearly done"]
    assert "the answer is 42" in disturbed.client.log(found["jobs"][1]["id"])


def test_a_job_that_ends_while_the_daemon_is_away_is_taken_up(gated, repository):
    daemon = gated(repository)
    commit = repository.push_workflow(GATED)
    daemon.wait((daemon.gate / "first").exists, "the first step")
    run = daemon.run_of(commit)
    worker = daemon.worker(run, daemon.running_job(run))
    daemon.kill()
    open_gates(daemon, "go", "go-on")
    daemon.wait(lambda: not processes.is_running(worker), "the worker's end")
    daemon.start()
    assert daemon.completed(run)["conclusion"] == "success"


def test_the_daemon_ends_on_TERM_and_its_jobs_go_on(gated, repository):
    daemon = gated(repository)
    commit = repository.push_workflow(GATED)
    daemon.wait((daemon.gate / "first").exists, "the first step")
    assert daemon.stop() == 0
    daemon.start()
    open_gates(daemon, "go", "go-on")
    assert daemon.result_of(commit)["conclusion"] == "success"


def test_a_worker_that_is_killed_takes_its_job_with_it_and_the_job_is_lost(gated, repository):
    daemon = gated(repository)
    mark = f"{os.getpid()}{id(daemon)}"
    commit = repository.push_workflow(
        f"""
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  setsid sleep 3{mark} &
                  (sleep 4{mark} & )
                  touch "$GATE/started"
                  sleep 5{mark}
          after:
            needs: build
            runs-on: ubuntu-latest
            steps: [run: "true"]
        """)
    daemon.wait((daemon.gate / "started").exists, "the step")
    run = daemon.run_of(commit)
    job = daemon.running_job(run)
    daemon.wait(lambda: len(processes.running(f"sleep 5{mark}")) > 0, "the step's command")
    processes.kill(daemon.worker(run, job))
    found = daemon.completed(run)

    assert found["conclusion"] == "lost"
    assert [job["conclusion"] for job in found["jobs"]] == ["lost", "skipped"]
    assert found["jobs"][0]["reason"]
    daemon.wait(lambda: not processes.running(mark), "the end of all that the job started")


def test_a_worker_that_dies_while_the_daemon_is_away_is_lost_too(gated, repository):
    daemon = gated(repository)
    commit = repository.push_workflow(GATED)
    daemon.wait((daemon.gate / "first").exists, "the first step")
    run = daemon.run_of(commit)
    worker = daemon.worker(run, daemon.running_job(run))
    daemon.kill()
    processes.kill(worker)
    daemon.wait(lambda: not processes.is_running(worker), "the worker's end")
    daemon.start()
    found = daemon.completed(run)
    assert [job["conclusion"] for job in found["jobs"]] == ["lost", "skipped"]


def test_a_queued_job_starts_after_a_crash(gated, repository):
    daemon = gated(repository)
    daemon.settings["capacity"] = 1
    daemon.restart()
    first = repository.push_workflow(GATED)
    daemon.wait((daemon.gate / "first").exists, "the first step")
    second = repository.push_commit()
    queued = daemon.run_of(second)
    daemon.kill()
    open_gates(daemon, "go", "go-on")
    daemon.start()
    assert daemon.result_of(first)["conclusion"] == "success"
    assert daemon.completed(queued)["conclusion"] == "success"
