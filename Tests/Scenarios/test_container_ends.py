"""However a job in a container ends, nothing of it is left: neither in the engine nor on the disk."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import textwrap

import pytest

from blackbox import processes
from blackbox.daemon import Daemon
from blackbox.repository import GitOverHTTP, GitRepository
from blackbox.waiting import wait_for

NOBODY = 65534

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workbench(container_workbench):
    return container_workbench


def test_a_cancel_ends_the_commands_and_lets_always_run_in_the_container(workbench, nothing_left):
    run = workbench.begin(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            container: busybox:test
            steps:
              - run: (setsid sleep 7654 &); echo waiting; sleep 7654
              - run: "echo left: $(ps | grep -c '[s]leep 7654')"
                if: always()
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "waiting")
    workbench.client.cancel(run["id"])
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "cancelled"
    assert "left: 0" in outcome.output(), outcome.log()
    assert not processes.running("sleep 7654")


def waiting_job(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            container: {image: busybox:test, volumes: ["data:/data"]}
            services: {other: {image: "busybox:test", command: tail -f /dev/null}}
            steps: [run: "echo waiting; until [ -e go ]; do sleep 0.1; done; echo gone on"]
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "waiting")
    return run, job


def test_a_killed_worker_leaves_nothing_in_the_engine(workbench, engine, nothing_left):
    run, job = waiting_job(workbench)
    assert len(engine.leftovers()) == 4
    processes.kill(workbench.daemon.worker(run, job))
    assert workbench.outcome(run).conclusion == "lost"


def test_what_a_crash_of_everything_left_is_removed_at_the_next_start(workbench, engine, nothing_left):
    run, job = waiting_job(workbench)
    worker = workbench.daemon.worker(run, job)
    workbench.daemon.kill()
    processes.kill(worker)
    assert len(engine.leftovers()) == 4
    workbench.daemon.start()
    assert workbench.outcome(run).conclusion == "lost"


def test_a_container_job_outlives_the_daemon(workbench, nothing_left):
    run, job = waiting_job(workbench)
    workbench.daemon.restart()
    (workbench.daemon.state / "workspaces" / str(job["id"]) / "workspace" / "go").touch()
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success"
    assert "gone on" in outcome.output()


@pytest.fixture
def open_folder():
    """A folder that every user may enter."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slipway-unprivileged-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def workspaces(daemon):
    """Those of jobs; workers that wait for one have some, too."""
    return [entry.name for entry in (daemon.state / "workspaces").iterdir() if entry.name.isdigit()]


def owned_by_others(folder):
    return [str(path) for path in folder.rglob("*") if path.lstat().st_uid != NOBODY]


def test_an_unprivileged_daemon_keeps_no_files_that_it_can_t_remove(binary, engine, open_folder, nothing_left):
    """Also those that an image without any programs made, and those of a worker that was killed."""
    repository = GitRepository(open_folder / "app")
    engine.socket.chmod(0o666)
    engine.folder.chmod(0o755)
    with GitOverHTTP(open_folder) as server:
        (open_folder / "home").mkdir()
        daemon = Daemon(binary, open_folder / "home" / "daemon", {"docker": {"socket": str(engine.socket)}})
        for path in (open_folder / "home").rglob("*"):
            os.chown(path, NOBODY, NOBODY)
        os.chown(open_folder / "home", NOBODY, NOBODY)
        daemon.user = NOBODY
        repository.url = server.url(repository)
        daemon.watch(repository)
        daemon.settings["sandbox"] = "none"
        daemon.start()
        try:
            daemon.wait_until_seen()
            commit = repository.push_workflow(
                """
                on: push
                jobs:
                  container:
                    runs-on: ubuntu-latest
                    container: busybox:test
                    steps:
                      - uses: actions/checkout@v4
                      - run: |
                          mkdir -p a/b; touch a/b/c ~/d; chmod 700 a; ln -s /etc/passwd link; id -u
                      - uses: actions/upload-artifact@v4
                        with: {name: private, path: a}
                      - uses: actions/checkout@v4
                      - run: test ! -e a && test -e /github/home/d
                  bare:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: docker://bare:test
                        with: {entrypoint: touch, args: made-by-root}
                      - run: test -O made-by-root
                  user:
                    runs-on: ubuntu-latest
                    container: nobody:test
                    steps:
                      - uses: actions/checkout@v4
                      - run: id -u; touch new; echo x >> .github/workflows/ci.yml; echo A=b >> "$GITHUB_ENV"; mkdir ~/.cache
                      - run: test "$A" = b
                """)
            run = daemon.result_of(commit)
            logs = {job["name"]: daemon.client.log(job["id"]) for job in run["jobs"]}
            assert {job["name"]: job["conclusion"] for job in run["jobs"]} == dict.fromkeys(logs, "success"), logs
            daemon.wait(lambda: not workspaces(daemon), "the removal of the jobs' workspaces")
            assert owned_by_others(daemon.state) == []

            lost = repository.push_workflow(
                """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    container: busybox:test
                    steps: [run: "mkdir -m 700 private; touch private/x; echo waiting; sleep 1000"]
                """)
            run = daemon.run_of(lost)
            job = daemon.running_job(run)
            daemon.wait_for_log(job, "waiting")
            processes.kill(daemon.worker(run, job))
            assert daemon.completed(run)["conclusion"] == "lost"
            daemon.wait(lambda: not workspaces(daemon), "the removal of the lost job's workspace")
        finally:
            daemon.dispose()


def test_a_run_without_a_daemon_cleans_up_after_one_that_was_killed(binary, engine, tmp_path, nothing_left):
    folder = tmp_path / "app"
    folder.mkdir()
    environment = {**os.environ, "DOCKER_HOST": f"unix://{engine.socket}"}

    def begin(text):
        (folder / "ci.yml").write_text(textwrap.dedent(text))
        return subprocess.Popen(
            [binary, "run", "ci.yml"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def workflow(script):
        return f"""
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                container: busybox:test
                steps: [run: {script}]
            """

    first = begin(workflow("sleep 1000"))
    wait_for(lambda: len(engine.leftovers()) >= 2, "the first run's container", 60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert engine.leftovers()
    second = begin(workflow("echo \"from $FROM_IMAGE\""))
    output, _ = second.communicate(timeout=120)
    assert second.returncode == 0 and "from yes" in output, output
