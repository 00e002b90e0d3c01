"""The exit statuses that docs/cli.md promises: 0 done or yes, 1 refused, failed, no or not there, 2 wrong usage or an unreadable
file, 3 no daemon."""

import os
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
          - run: echo kept > kept.txt
          - uses: actions/upload-artifact@v4
            with: {name: kept, path: kept.txt}
    """

BROKEN = "on: push\njobs: {build: {runs-on: x, steps: [{rum: x}, {run: 'echo ${{ nope.x }}'}]}}\n"


@pytest.fixture(scope="module")
def place(workbench, tmp_path_factory):
    """A folder with files to name, and runs: one that succeeded, one that was refused."""
    folder = tmp_path_factory.mktemp("files")
    for name, text in {"good.yml": PIPELINE, "bad.yml": BROKEN, "buildspec.yml": "version: 0.2\nphases: {}\n"}.items():
        (folder / name).write_text(textwrap.dedent(text))
    (folder / "action.yml").write_text("name: a\nruns: {using: composite, steps: []}\n")
    (folder / "plain.conf").write_text(f"state: {folder}/state\n")
    (folder / "broken.conf").write_text(f"state: {folder}/state\nlisten: x\n")
    (folder / "list.json").write_text("[]")
    refused = workbench.execute(BROKEN).run["id"]
    good = workbench.execute(PIPELINE).run["id"]
    return {"folder": folder, "good": good, "refused": refused}


# Status, then the command line; {good} and {refused} are runs, {folder} is where the files are.
WITH_A_DAEMON = [
    (0, "runs"), (0, "runs --repository app"), (1, "runs --repository ap"), (2, "runs --limit 0"), (2, "runs --status odd"),
    (2, "runs --before x"), (0, "search CI"), (0, "search foo:bar"), (2, "search --logs ab"), (2, "search"),
    (0, "show {good}"), (0, "show {refused}"), (1, "show 99999"), (2, "show x"), (1, "show {good} --attempt 9"),
    (0, "logs {good}"), (1, "logs {refused}"), (1, "logs 99999"), (2, "logs"), (2, "logs x"), (0, "logs {good}/build"),
    (1, "logs {good}/none"), (1, "logs {good}/build --step 99"), (2, "logs {good} --step 1"),
    (0, "trigger app --workflow CI"), (1, "trigger app --workflow none"), (1, "trigger ap --workflow CI"),
    (1, "trigger app --workflow CI --ref none"), (2, "trigger app"), (2, "trigger app --workflow CI --input x"),
    (0, "trigger app --workflow CI --wait"),
    (0, "rerun {good} --wait"), (1, "rerun 99999"), (1, "rerun {good} --job none"), (2, "rerun {good} --failed --job build"),
    (1, "cancel {good}"), (1, "cancel 99999"), (2, "cancel x"),
    (2, "shell {good}"), (1, "continue {good}"), (2, "continue x"),
    (1, "rollback {good}"), (1, "rollback 99999"), (2, "rollback production"), (2, "rollback {good} --to 3"),
    (1, "rollback production --repository app --reason x"), (2, "rollback production --repository app"),
    (0, "environments"), (0, "environments --repository app"), (1, "environments --repository ap"),
    (1, "environments --repository app none"), (2, "environments none"),
    (0, "approvals"), (1, "approve {good}"), (1, "reject 99999"), (1, "override {good} --reason x"), (2, "override {good}"),
    (0, "metrics app"), (1, "metrics ap"), (1, "metrics app --gate none"), (0, "compare {good} {good}"), (1, "compare {good} 99999"),
    (2, "compare {good}"),
    (0, "artifact list {good}"), (1, "artifact list 99999"), (0, "artifact download {good} --into {folder}/out"),
    (1, "artifact download {good} none --into {folder}/out"),
    (0, "cache list app"), (1, "cache list ap"), (2, "cache delete app"), (1, "cache delete app 99999"),
    (0, "action list"), (1, "action update none/none"), (2, "action update"),
    (0, "poll app"), (1, "poll ap"), (0, "webhook list"), (1, "webhook list none"), (1, "webhook redeliver 99999"),
    (0, "secret list"), (1, "secret remove NONE"), (2, "secret remove X --environment e"), (2, "secret set X --environment e"),
    (1, "secret set X --repository ap --file {folder}/good.yml"), (0, "secret set X --file {folder}/good.yml"),
    (2, "secret set X --file {folder}/none"),
    (0, "user list"), (1, "user disable none"), (2, "user set-role none king"), (2, "token create t --expires soon"),
    (1, "token revoke 99999"), (0, "reload"),
]

WITHOUT_A_DAEMON = [
    (0, "check {folder}/good.yml"), (1, "check {folder}/bad.yml"), (2, "check {folder}/none.yml"), (2, "check --kind nothing x"),
    (0, "plan {folder}/good.yml"), (1, "plan {folder}/bad.yml"), (2, "plan {folder}/none.yml"), (2, "plan {folder}/action.yml"),
    (2, "plan {folder}/good.yml --event nothing"), (2, "plan {folder}/good.yml --structure --event push"),
    (0, "eval 1"), (1, "eval nope.x"), (2, "eval 1 --context {folder}/none"), (2, "eval 1 --context {folder}/list.json"), (2, "eval"),
    (2, "run {folder}/none.yml"), (1, "run {folder}/bad.yml"), (2, "run {folder}/good.yml --input x"),
    (0, "serve --check --config {folder}/plain.conf"), (1, "serve --check --config {folder}/broken.conf"),
    (2, "serve --check --config {folder}/none"), (2, "serve --config {folder}/none"), (1, "serve --config {folder}/broken.conf"),
    (0, "debug filter --kind ref --pattern main -- main"), (1, "debug filter --kind ref --pattern a[ --"),
    (1, "debug cron -- nothing"), (2, "debug mask --secrets {folder}/none"),
    (2, "debug nothing"), (0, "completion bash"), (2, "completion nothing"), (0, "--version"), (0, "help"), (0, "help show"),
    (2, "nothing"), (2, "show 1 --nothing"),
    (3, "runs"), (3, "show 1"), (3, "reload"), (3, "secret list"), (1, "doctor --config {folder}/plain.conf"),
]


def check(statuses, place, run):
    wrong = []
    for status, line in statuses:
        arguments = [part.format(**place) for part in line.split()]
        done = run(arguments)
        if done.returncode != status:
            wrong.append(f"{line}: {done.returncode} instead of {status}: {done.stderr.strip()[:300]}")
        # Who is told no or "wrong" is told why, on standard error or, where the answer is a document, on standard output.
        elif status and not (done.stderr.strip() or done.stdout.strip()):
            wrong.append(f"{line}: {status} without a word")
    assert not wrong, "\n".join(wrong)


def test_commands_that_ask_the_daemon(workbench, place):
    check(WITH_A_DAEMON, place, lambda arguments: workbench.daemon.command(*arguments, check=False))


def test_commands_without_a_daemon(binary, place, tmp_path):
    environment = {**os.environ, "SLIPWAY_CONFIG": str(place["folder"] / "none"), "SLIPWAY_SOCKET": str(tmp_path / "none.sock")}

    def run(arguments):
        return subprocess.run(
            [binary, *arguments], capture_output=True, text=True, timeout=60, env=environment, stdin=subprocess.DEVNULL)

    check(WITHOUT_A_DAEMON, place, run)


def test_a_refused_run_says_why_in_place_of_a_log(workbench, place):
    done = workbench.daemon.command("logs", place["refused"], check=False)
    assert "was refused, so it has no log: " in done.stderr
    assert "unknown key" in done.stderr and "no context is called" in done.stderr
