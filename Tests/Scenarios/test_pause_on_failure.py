"""Jobs that stand still after a failure, and shells in them."""

import getpass
import os
import pathlib
import shutil
import signal
import tempfile

import pytest

from blackbox import processes
from blackbox.terminal import Terminal
from blackbox.webhooks import github_pull_request, send_github
from blackbox.workbench import Outcome

ME = f"{getpass.getuser()} (socket)"

BROKEN = """
    on: push
    env: {FROM_WORKFLOW: workflow}
    jobs:
      build:
        runs-on: ubuntu-latest
        timeout-minutes: 30
        steps:
          - run: |
              mkdir -p "$HOME/tools" parts
              printf '#!/bin/sh\\necho a tool of an earlier step\\n' > "$HOME/tools/a-tool"
              chmod +x "$HOME/tools/a-tool"
              echo "$HOME/tools" >> "$GITHUB_PATH"
              echo "FROM_FILE=an earlier step" >> "$GITHUB_ENV"
          - name: Break
            working-directory: parts
            env: {FROM_STEP: the step itself}
            run: |
              echo left > left-behind
              test -e "$GATES/mended"
          - name: Never
            run: echo never
          - name: Clean up
            if: always()
            run: echo "cleaning up"; ls parts
      other:
        runs-on: ubuntu-latest
        steps: [run: "true"]
    """


@pytest.fixture
def terminals():
    made = []
    yield made
    for terminal in made:
        terminal.close()


@pytest.fixture
def shell(workbench, terminals):
    """Opens shells: `shell(run, job)`."""
    def open_shell(run, *arguments, bench=workbench, size=(24, 80)):
        terminal = Terminal(
            [bench.daemon.binary, "shell", run["id"], *arguments],
            {"SLIPWAY_CONFIG": str(bench.daemon.settings_file), "TERM": "xterm"}, size)
        terminals.append(terminal)
        terminal.wait_for("shell after the step")
        return terminal

    return open_shell


def paused_job(daemon, run, seconds=30):
    def look():
        now = daemon.client.run(run["id"])
        return next((job for job in now["jobs"] if job["pause"]), None)

    return daemon.wait(look, "a pause", seconds)


def pause(bench, workflow=BROKEN):
    """A run whose job stands still in its second attempt, and that job."""
    first = bench.execute(workflow)
    run = bench.client.posted(f"/api/v1/runs/{first.run['id']}/rerun", {"jobs": "failed", "pause_on_failure": True})
    return run, paused_job(bench.daemon, run)


def resume(bench, job):
    answer = bench.client.post(f"/api/v1/jobs/{job['id']}/continue")
    assert answer.status_code == 202, answer.text


def audited(bench, action):
    return [entry for entry in bench.client.audit() if entry["action"] == action]


def test_a_rerun_stands_still_where_its_step_failed_until_somebody_lets_it_go_on(workbench):
    first = workbench.execute(BROKEN)
    assert first.conclusion == "failure" and first.job("build")["pause"] is None
    run = workbench.client.posted(
        f"/api/v1/runs/{first.run['id']}/rerun", {"jobs": "failed", "pause_on_failure": True})
    assert "pausing on failure" in run["attempt_reason"]
    job = paused_job(workbench.daemon, run)
    assert job["status"] == "running" and job["pause"]["step"] == "Break"
    steps = {step["name"]: step["conclusion"] or step["status"] for step in job["steps"]}
    assert steps["Break"] == "failure" and steps["Pause on failure"] == "running"
    assert steps["Never"] == "queued" and steps["Clean up"] == "queued"
    command = f"slipway shell {run['id']} {job['id']}"
    for page in (f"/jobs/{job['id']}", f"/runs/{run['id']}", "/"):
        workbench.daemon.wait(lambda: command in workbench.client.get(page).text, f"the command on {page}")
    assert command in workbench.daemon.command("show", run["id"]).stdout
    resume(workbench, job)
    again = workbench.outcome(run)
    assert again.conclusion == "failure"
    assert {name: step["conclusion"] for name, step in again.steps("build").items() if name in steps} == {
        **{name: "success" for name in steps if name.startswith("Run ")}, "Break": "failure", "Pause on failure": "success",
        "Never": "skipped", "Clean up": "success"}
    assert "left-behind" in again.output("build") and "never" not in again.output("build")
    assert again.job("build")["pause"] is None
    assert audited(workbench, "continue-job")[0]["subject"] == f"job {job['id']} of run {run['id']}"
    late = workbench.client.post(f"/api/v1/jobs/{job['id']}/continue")
    assert late.status_code == 409 and "does not stand still" in late.text


def test_a_shell_is_where_the_step_was(workbench, shell):
    run, job = pause(workbench)
    terminal = shell(run, size=(33, 101))
    assert terminal.is_raw()
    assert "/slipway/workspace/parts" in terminal.say("pwd; echo end-$((1+1))", "end-2")
    assert "left" in terminal.say("cat left-behind; echo end-$((1+1))", "end-2")
    screen = terminal.say('echo "$FROM_WORKFLOW/$FROM_FILE/$FROM_STEP/$GITHUB_JOB/$CI"; echo end-$((1+1))', "end-2")
    assert "workflow/an earlier step/the step itself/build/true" in screen
    assert "a tool of an earlier step" in terminal.say("a-tool; echo end-$((1+1))", "end-2")
    terminal.say("stty size", "33 101")
    terminal.resize(44, 120)
    workbench.daemon.wait(lambda: "44 120" in terminal.say("stty size; echo end-$((1+1))", "end-2"), "the new size")
    assert "/dev/pts/" in terminal.say("tty; echo end-$((1+1))", "end-2")
    # Job control: Ctrl-Z stops what is in the foreground, Ctrl-C ends it.
    terminal.type("sleep 4710.5\n")
    workbench.daemon.wait(lambda: processes.running("sleep 4710.5"), "the command in the foreground")
    terminal.type("\x1a")
    terminal.wait_for("Stopped")
    terminal.say("fg", "sleep 4710.5")
    terminal.type("\x03")
    workbench.daemon.wait(lambda: not processes.running("sleep 4710.5"), "its end")
    terminal.say("echo status-$?-", "status-130-")
    terminal.say("exit 7", "exit")
    assert terminal.end() == 7
    assert terminal.is_as_before()
    resume(workbench, job)
    outcome = workbench.outcome(run)
    log = outcome.log("build")
    assert f"{ME}, user id" in log and "exit code 7" in log
    assert not any(line == "a tool of an earlier step" for line in outcome.output("build"))
    opened = [entry for entry in audited(workbench, "open-shell") if entry["subject"] == f"job {job['id']} of run {run['id']}"]
    closed = [entry for entry in audited(workbench, "close-shell") if entry["subject"] == f"job {job['id']} of run {run['id']}"]
    assert [entry["actor"] for entry in opened + closed] == [ME, ME]
    assert "exit code 7" in closed[0]["detail"]


def test_what_is_mended_in_the_shell_is_there_for_what_always_runs(workbench, shell):
    run, job = pause(workbench)
    terminal = shell(run, "build")
    terminal.say("touch by-hand; exit", "exit")
    assert terminal.end() == 0
    assert "goes on" in workbench.daemon.command("continue", run["id"]).stdout
    assert "by-hand" in workbench.outcome(run).output("build")


def test_a_shell_that_is_left_leaves_nothing_running(workbench, shell):
    run, job = pause(workbench)
    marks = ["4711.5", "4712.5"]
    one, two = shell(run), shell(run)
    # What leaves the session is found, too.
    one.say(f"setsid -f sleep {marks[0]}; sleep {marks[0]} & echo end-$((1+1))", "end-2")
    two.say(f"sleep {marks[1]} & echo end-$((1+1))", "end-2")
    workbench.daemon.wait(lambda: all(processes.running(f"sleep {mark}") for mark in marks), "what they started")
    one.signal(signal.SIGKILL)
    workbench.daemon.wait(lambda: not processes.running(f"sleep {marks[0]}"), "the end of what the first shell started")
    assert processes.running(f"sleep {marks[1]}")
    two.signal(signal.SIGTERM)
    assert two.end() == 128 + signal.SIGTERM
    assert two.is_as_before()
    workbench.daemon.wait(lambda: not processes.running(f"sleep {marks[1]}"), "the end of what the second shell started")
    resume(workbench, job)
    assert workbench.outcome(run).log("build").count("the connection broke") == 2


def test_a_run_that_is_started_by_hand_may_pause_at_once(workbench):
    workbench.daemon.wait_until_seen()
    commit = workbench.push(BROKEN.replace("on: push", "on: workflow_dispatch"))
    workbench.daemon.command("poll", workbench.repository.name)
    workbench.daemon.wait(
        lambda: commit in workbench.client.get(f"/api/v1/repositories/{workbench.repository.name}/triggers").text, "the push")
    workbench.daemon.command("trigger", workbench.repository.name, "--workflow", "ci.yml", "--pause-on-failure")
    run = workbench.daemon.run_of(commit)
    job = paused_job(workbench.daemon, run)
    resume(workbench, job)
    assert workbench.outcome(run).conclusion == "failure"


def test_a_cancel_ends_the_pause_and_the_shells(workbench, shell):
    run, job = pause(workbench)
    terminal = shell(run)
    workbench.client.cancel(run["id"])
    outcome = workbench.outcome(run)
    assert outcome.job("build")["conclusion"] == "cancelled"
    assert outcome.steps("build")["Clean up"]["conclusion"] == "success"
    assert terminal.end() == 1
    assert "the job was cancelled" in terminal.screen and terminal.is_as_before()


def test_a_pause_outlives_the_daemon_and_so_do_the_shells(workbench, shell):
    run, job = pause(workbench)
    terminal = shell(run)
    terminal.say("here=$((40+2)); echo end-$((1+1))", "end-2")
    workbench.daemon.restart()
    terminal.say("echo still-$here", "still-42")
    again = paused_job(workbench.daemon, run)
    assert again["pause"] == job["pause"]
    other = shell(run)
    other.say("echo other-$((1+1))", "other-2")
    resume(workbench, job)
    outcome = workbench.outcome(run)
    assert outcome.steps("build")["Clean up"]["conclusion"] == "success"
    assert terminal.end() == 1 and other.end() == 1
    assert "let the job go on" in other.screen


def test_a_worker_that_dies_ends_the_pause(workbench, shell):
    run, job = pause(workbench)
    terminal = shell(run)
    processes.kill(workbench.daemon.worker(run, job))
    outcome = workbench.outcome(run)
    assert outcome.job("build")["conclusion"] == "lost" and outcome.job("build")["pause"] is None
    assert terminal.end() == 1 and terminal.is_as_before()
    closed = [entry for entry in audited(workbench, "close-shell") if entry["subject"] == f"job {job['id']} of run {run['id']}"]
    assert len(closed) == 1 and "worker died" in closed[0]["detail"]


def test_more_shells_than_a_job_may_have_are_refused(workbench, shell, terminals):
    run, job = pause(workbench)
    for _ in range(8):
        shell(run)
    more = Terminal([workbench.daemon.binary, "shell", run["id"]], {"SLIPWAY_CONFIG": str(workbench.daemon.settings_file)})
    terminals.append(more)
    assert more.end() == 1 and "has 8 shells already" in more.screen
    terminals[0].say("exit", "exit")
    terminals[0].end()
    shell(run)
    resume(workbench, job)
    assert workbench.outcome(run).steps("build")["Clean up"]["conclusion"] == "success"


def test_the_code_of_strangers_does_not_pause(make_daemon, repository):
    daemon = make_daemon()
    daemon.watch(repository, pull_requests="all", webhook_secret="secret")
    daemon.start()
    daemon.wait_until_seen()
    repository.push_commit({"README.md": "app"})
    repository.git("checkout", "--quiet", "-b", "topic")
    head = repository.commit({".github/workflows/ci.yml": BROKEN.replace("on: push", "on: pull_request")})
    repository.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head")
    answer = send_github(daemon, github_pull_request(repository, head, fork="eve/app"), "secret", event="pull_request")
    assert answer.ok, answer.text
    run = daemon.result_of(head)
    refused = daemon.command("rerun", run["id"], "--pause-on-failure", check=False)
    assert refused.returncode == 1 and "stranger's code" in refused.stderr


def test_a_pause_that_nobody_ends_is_over_by_itself(make_daemon, repository, terminals):
    daemon = make_daemon(pause_on_failure={"limit": "3s"})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    workflow = BROKEN.replace("timeout-minutes: 30", "timeout-minutes: 0.05")
    commit = repository.push_workflow(workflow)
    first = daemon.result_of(commit)
    run = daemon.client.posted(f"/api/v1/runs/{first['id']}/rerun", {"jobs": "failed", "pause_on_failure": True})
    paused_job(daemon, run)
    outcome = Outcome(daemon, daemon.completed(run))
    # Its own three seconds were not touched by those of the pause.
    assert outcome.job("build")["conclusion"] == "failure"
    assert outcome.steps("build")["Clean up"]["conclusion"] == "success"
    assert "Nobody let the job go on in time" in outcome.log("build")


def test_a_step_in_the_background_after_the_pause_has_what_is_left_of_the_jobs_time(make_daemon, repository):
    daemon = make_daemon(pause_on_failure={"limit": "10m"})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    workflow = BROKEN.replace("timeout-minutes: 30", "timeout-minutes: 0.2").replace(
        'run: echo "cleaning up"; ls parts', "background: true\n            run: exec sleep 500")
    first = daemon.result_of(repository.push_workflow(workflow), 60)
    run = daemon.client.posted(f"/api/v1/runs/{first['id']}/rerun", {"jobs": "failed", "pause_on_failure": True})
    job = paused_job(daemon, run)
    assert daemon.client.post(f"/api/v1/jobs/{job['id']}/continue").status_code == 202
    # The ten minutes of the pause are not its time.
    outcome = Outcome(daemon, daemon.completed(run, 60))
    assert outcome.steps("build")["Clean up"]["conclusion"] == "cancelled"


def test_only_those_who_may_have_jobs_pause(make_daemon, repository, terminals):
    daemon = make_daemon(pause_on_failure={"role": "admin"})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    first = daemon.result_of(repository.push_workflow(BROKEN))
    path = f"/api/v1/runs/{first['id']}/rerun"
    # On the network everybody is an operator here, on the socket this user an admin.
    refused = daemon.client.post(path, {"jobs": "failed", "pause_on_failure": True})
    assert refused.status_code == 403 and "pause_on_failure.role" in refused.text
    daemon.command("rerun", first["id"], "--failed", "--pause-on-failure")
    job = paused_job(daemon, first)
    there = daemon.client.post(f"/api/v1/jobs/{job['id']}/shell", {})
    assert there.status_code == 409 and "on the daemon's host" in there.text
    daemon.settings["web"]["anonymous_role"] = "viewer"
    daemon.settings["pause_on_failure"]["role"] = "none"
    daemon.write_settings()
    daemon.restart()
    assert daemon.client.post(f"/api/v1/jobs/{job['id']}/continue").status_code == 401
    shell = daemon.command("rerun", first["id"], "--pause-on-failure", check=False)
    assert shell.returncode == 1 and "pause_on_failure.role of the settings is none" in shell.stderr
    assert daemon.command("continue", first["id"]).returncode == 0
    assert daemon.completed(first)["conclusion"] == "failure"


PROTECTED = """
    on: workflow_dispatch
    jobs:
      plain:
        runs-on: ubuntu-latest
        steps: [run: "false"]
      deploy:
        runs-on: ubuntu-latest
        environment: production
        steps: [run: "false"]
    """


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user of the host")
def test_an_operator_has_no_shell_in_a_job_that_others_have_to_approve(make_daemon, repository, terminals, binary):
    place = pathlib.Path(tempfile.mkdtemp(prefix="slipway-operators-"))
    place.chmod(0o711)
    command = place / "slipway"
    shutil.copy(binary, command)
    daemon = make_daemon(socket=str(place / "slipway.sock"))
    daemon.watch(repository, environments={"production": {"approvers": [getpass.getuser()]}})
    daemon.start()
    daemon.wait_until_seen()
    commit = repository.push_workflow(PROTECTED)
    daemon.wait(lambda: commit in daemon.client.get("/api/v1/repositories/app/triggers").text, "the push")
    daemon.command("trigger", "app", "--workflow", "ci.yml", "--pause-on-failure")
    run = daemon.run_of(commit)
    daemon.wait(lambda: daemon.command("approve", run["id"], "deploy", check=False).returncode == 0, "the request for an approval")
    daemon.wait(lambda: all(job["pause"] for job in daemon.client.run(run["id"])["jobs"]), "the pauses")

    def as_nobody(job):
        # A member of the socket's group.
        arguments = ["/usr/bin/setpriv", "--reuid=65534", f"--regid={os.getegid()}", "--clear-groups", command, "shell"]
        terminals.append(Terminal([*arguments, "--socket", place / "slipway.sock", run["id"], job]))
        return terminals[-1]

    allowed, refused = as_nobody("plain"), as_nobody("deploy")
    allowed.wait_for("shell after the step")
    allowed.say("exit", "exit")
    assert allowed.end() == 0
    assert refused.end() == 1 and "had to be approved" in refused.screen
    actions = {entry["action"]: entry for entry in daemon.client.audit() if entry["actor"] == "nobody (socket)"}
    assert set(actions) == {"open-shell", "close-shell", "refuse-shell"}
    assert actions["open-shell"]["detail"] == "user id 65534"
    mine = Terminal([binary, "shell", run["id"], "deploy"], {"SLIPWAY_CONFIG": str(daemon.settings_file)})
    terminals.append(mine)
    mine.wait_for("shell after the step")
    shutil.rmtree(place)


def test_a_shell_after_a_buildspec_has_what_its_commands_left(make_daemon, repository, terminals):
    daemon = make_daemon()
    daemon.watch(repository, buildspecs=["buildspec.yml"])
    daemon.start()
    daemon.wait_until_seen()
    spec = """
        version: 0.2
        phases:
          build:
            commands:
              - mkdir parts && cd parts
              - export STAGE="left by a command"
              - "false"
          post_build:
            commands: [echo afterwards]
        """
    first = daemon.result_of(repository.push_commit({"buildspec.yml": spec}))
    run = daemon.client.posted(f"/api/v1/runs/{first['id']}/rerun", {"jobs": "all", "pause_on_failure": True})
    job = paused_job(daemon, run)
    terminal = Terminal([daemon.binary, "shell", run["id"]], {"SLIPWAY_CONFIG": str(daemon.settings_file)})
    terminals.append(terminal)
    terminal.wait_for("shell after the step")
    assert "/slipway/workspace/parts" in terminal.say("pwd; echo end-$((1+1))", "end-2")
    assert "left by a command" in terminal.say('echo "$STAGE"; echo end-$((1+1))', "end-2")
    assert daemon.client.post(f"/api/v1/jobs/{job['id']}/continue").status_code == 202
    assert "afterwards" in Outcome(daemon, daemon.completed(run)).output()


def test_what_does_not_stand_still_has_no_shell(workbench, terminals):
    outcome = workbench.execute("on: push\njobs: {build: {runs-on: x, steps: [run: 'true']}}\n")
    terminal = Terminal(
        [workbench.daemon.binary, "shell", outcome.run["id"]], {"SLIPWAY_CONFIG": str(workbench.daemon.settings_file)})
    terminals.append(terminal)
    assert terminal.end() == 1
    assert "no job of run" in terminal.screen and "--pause-on-failure" in terminal.screen
    without = workbench.daemon.command("shell", outcome.run["id"], check=False)
    assert without.returncode == 2 and "needs a terminal" in without.stderr


def test_a_shell_in_a_container_is_in_the_container(container_workbench, nothing_left, shell):
    run, job = pause(
        container_workbench,
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            container: {image: "busybox:test", options: --hostname box}
            steps:
              - name: Break
                env: {FROM_STEP: inside}
                run: echo left > left-behind; false
              - if: always()
                run: ls
        """)
    terminal = shell(run, bench=container_workbench, size=(31, 99))
    assert "left" in terminal.say("cat left-behind; echo end-$((1+1))", "end-2")
    assert "box/inside" in terminal.say('echo "$(hostname)/$FROM_STEP"; echo end-$((1+1))', "end-2")
    terminal.say("stty size", "31 99")
    terminal.type("sleep 4714.5\n")
    container_workbench.daemon.wait(lambda: processes.running("sleep 4714.5"), "the command in the foreground")
    terminal.type("\x03")
    container_workbench.daemon.wait(lambda: not processes.running("sleep 4714.5"), "its end")
    terminal.say("touch by-hand; exit 5", "exit 5")
    assert terminal.end() == 5 and terminal.is_as_before()
    left = shell(run, bench=container_workbench)
    left.say("sleep 4713.5 & echo end-$((1+1))", "end-2")
    left.signal(signal.SIGKILL)
    container_workbench.daemon.wait(lambda: not processes.running("sleep 4713.5"), "the end of what the shell started")
    resume(container_workbench, job)
    outcome = container_workbench.outcome(run)
    assert "by-hand" in outcome.output("build")
