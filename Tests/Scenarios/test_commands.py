"""The operator's commands, over the daemon's socket."""

import json
import subprocess
import textwrap

import pytest

PIPELINE = """
    name: CI
    on: [push, workflow_dispatch]
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: for line in 1 2 3; do echo "line $line"; done
    """


@pytest.fixture(scope="module")
def outcome(workbench):
    return workbench.execute(PIPELINE)


def test_runs_and_show(workbench, outcome):
    listed = workbench.daemon.command("runs")
    assert outcome.run["id"] in listed.stdout
    assert "success" in listed.stdout
    runs = json.loads(workbench.daemon.command("runs", "--format", "json").stdout)
    runs = runs["runs"] if isinstance(runs, dict) else runs
    assert outcome.run["id"] in [str(run["id"]) for run in runs]
    shown = workbench.daemon.command("show", outcome.run["id"]).stdout
    assert "build" in shown and "CI" in shown


def test_search(workbench, outcome):
    identity = outcome.run["id"]
    assert identity in workbench.daemon.command("search", "workflow:CI", "status:success").stdout
    found = workbench.daemon.command("search", "--logs", "line 3").stdout
    assert f"run {identity}, job" in found and "line 3\n" in found
    page, seen = {"next": None}, []
    while True:
        before = ["--before", page["next"]] if page["next"] else []
        page = json.loads(workbench.daemon.command("search", "--logs", "LINE 3", "--format", "json", *before).stdout)
        seen += [job["run_id"] for job in page["jobs"]]
        if not page["next"]:
            break
    assert identity in seen
    assert "no run matches" in workbench.daemon.command("search", "branch:nowhere").stderr
    assert "status:odd" not in workbench.daemon.command("search", "status:odd").stdout
    refused = workbench.daemon.command("search", "--logs", "ab", check=False)
    assert refused.returncode != 0 and "3 to 400 characters" in refused.stderr


def test_logs(workbench, outcome):
    text = workbench.daemon.command("logs", outcome.run["id"]).stdout
    assert "line 3" in text


def test_logs_follow_a_live_job_to_its_end(workbench):
    run = workbench.begin(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: echo begun; until [ -e "$GATES/follow" ]; do sleep 0.02; done; echo ended
        """)
    job = workbench.daemon.running_job(run)
    workbench.daemon.wait_for_log(job, "\nbegun")
    follower = subprocess.Popen(
        [workbench.daemon.binary, "logs", "-f", run["id"], "--config", workbench.daemon.settings_file],
        stdout=subprocess.PIPE, text=True)
    for line in follower.stdout:
        if line.rstrip().endswith("begun"):
            workbench.open_gate("follow")
            break
    rest, _ = follower.communicate(timeout=30)
    assert "ended" in rest


def test_rerun_and_cancel(workbench, outcome):
    workbench.daemon.command("rerun", outcome.run["id"])
    workbench.daemon.wait(lambda: workbench.client.run(outcome.run["id"])["attempt"] == 2, "the second attempt")
    workbench.daemon.completed(outcome.run)
    assert workbench.daemon.command("cancel", outcome.run["id"], check=False).returncode != 0


def test_unknown_runs_have_an_exit_status_and_a_sentence(workbench):
    done = workbench.daemon.command("show", "999999", check=False)
    assert done.returncode not in (0, 2)
    assert "999999" in done.stderr


def test_without_a_daemon_the_commands_say_so(make_daemon):
    daemon = make_daemon()
    daemon.write_settings()
    done = daemon.command("runs", check=False)
    assert done.returncode != 0
    assert str(daemon.socket) in done.stderr


def test_run_executes_a_pipeline_here_and_now(workbench, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "ci.yml").write_text(
        "on: push\njobs:\n  build:\n    runs-on: x\n    steps:\n      - run: echo it runs; exit ${CODE:-0}\n")
    subprocess.run(["git", "init", "--quiet", str(project)], check=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "x"],
        cwd=project, check=True)
    done = subprocess.run(
        [workbench.daemon.binary, "run", "ci.yml"], cwd=project, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "it runs" in done.stdout


def test_run_tells_what_it_can_not_do_before_it_does_anything(workbench, tmp_path):
    (tmp_path / "ci.yml").write_text(textwrap.dedent("""
        on:
          push: {branches: [main]}
          workflow_dispatch: {inputs: {size: {type: choice, options: [small, large]}}}
        jobs:
          build: {runs-on: x, steps: [run: 'echo "it runs ${{ inputs.size }}"']}
        """))
    (tmp_path / "stages").write_text("on: push\nstages: [{name: A, actions: [{name: B, type: commands, commands: ['echo staged']}]}]\n")

    def run(*arguments, command="run", file="ci.yml"):
        return subprocess.run(
            [workbench.daemon.binary, command, file, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    for arguments, words in (
            (("--job", "biuld"), 'has no job "biuld"; it has build'), (("--event", "pussh"), 'did you mean "push"?'),
            (("--input", "size=huge"), "must be one of: small, large"), (("--input", "sise=small"), 'declares no input "sise"'),
            (("--input", "size=small", "--event", "push"), "--input is for the event workflow_dispatch")):
        done = run(*arguments)
        assert done.returncode in (1, 2) and words in done.stderr and "it runs" not in done.stdout, done.stderr
    assert "it runs small" in run("--input", "size=small").stdout
    assert 'would not start it' in run("--ref", "feature/x").stdout
    assert run("--kind", "pipeline", command="check", file="stages").returncode == 0
    assert "staged" in run("--kind", "pipeline", file="stages").stdout


def test_a_mistyped_command_is_named_with_the_one_that_was_meant(workbench):
    for arguments, words in (
            (("shw", "2"), 'no command "shw"; did you mean "show"?'), (("user", "lsit"), 'did you mean "list"?'),
            (("nothing",), '"slipway --help" lists what there is')):
        done = workbench.daemon.command(*arguments, check=False)
        assert done.returncode == 2 and words in done.stderr


def test_a_misspelled_member_of_a_request_is_no_wish_for_everything(workbench):
    answer = workbench.client.post("/api/v1/runs/1/rerun", {"faild": True})
    assert answer.status_code == 400 and 'unknown member \\"faild\\"' in answer.text


def test_doctor_looks_at_this_host(workbench):
    done = workbench.daemon.command("doctor", check=False)
    assert done.returncode in (0, 1)
    assert "bubblewrap" in (done.stdout + done.stderr).lower() or "sandbox" in (done.stdout + done.stderr).lower()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions(workbench, shell):
    assert "slipway" in workbench.daemon.command("completion", shell).stdout
