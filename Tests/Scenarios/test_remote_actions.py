"""Actions and workflows of other repositories: fetched from a Git server, locked, and told of when they move."""

import contextlib
import json
import socket

import pytest

from blackbox.repository import GitOverHTTP, GitRepository

NODE = {
    "action.yml": """\
        name: Say
        inputs: {word: {default: nothing}}
        outputs: {said: {description: what was said}}
        runs: {using: node20, main: index.js, post: after.js}
        """,
    "index.js": """\
        const fs = require("fs");
        const word = process.env.INPUT_WORD;
        console.log(`node says ${word}`);
        fs.appendFileSync(process.env.GITHUB_OUTPUT, `said=${word}\\n`);
        """,
    "after.js": 'console.log("after all");\n',
}

COMPOSITE = {
    "greet/action.yml": """\
        name: Greet
        inputs: {who: {required: true}}
        outputs: {words: {value: "${{ steps.say.outputs.said }}"}}
        runs:
          using: composite
          steps:
            - run: cat "$GITHUB_ACTION_PATH/words.txt"
              shell: bash
            - id: say
              uses: team/say@v1
              with: {word: "hello ${{ inputs.who }}"}
        """,
    "greet/words.txt": "the composite's own file\n",
}


class Forge:
    """A Git server whose repositories are found by owner and name."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "repositories").mkdir(parents=True)
        self.server = GitOverHTTP(folder / "repositories")
        self.url = f"http://127.0.0.1:{self.server.port}"

    def add(self, name, files, tag=None):
        repository = GitRepository(self.folder / name.replace("/", "-"), name)
        link = self.folder / "repositories" / f"{name}.git"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(repository.bare)
        repository.push_commit(files)
        if tag:
            self.tag(repository, tag)
        return repository

    @staticmethod
    def tag(repository, name):
        repository.git("tag", "--force", name)
        repository.push(name, force=True)
        return repository.head()


@pytest.fixture
def forge(tmp_path):
    forge = Forge(tmp_path / "forge")
    yield forge
    forge.server.stop()


@pytest.fixture
def slipway(make_daemon, repository, forge):
    daemon = make_daemon(actions={"server": forge.url, "check": "0s"})
    daemon.watch(repository)
    daemon.start()
    return daemon.wait_until_seen()


def workflow(*steps):
    lines = "\n".join(f"      - {step}" for step in steps)
    return f"on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{lines}\n"


def log_of(daemon, run):
    return "\n".join(daemon.client.log(job["id"]) for job in run["jobs"])


def locked(daemon, name="team/say"):
    found = daemon.client.fetched("/api/v1/actions", params={"repository": name})["actions"]
    return {entry["reference"]: entry for entry in found}


def test_a_composite_and_a_node_action_run(slipway, repository, forge):
    say = forge.add("team/say", NODE, tag="v1")
    forge.add("team/tools", COMPOSITE)
    run = slipway.result_of(repository.push_workflow(workflow(
        "{id: greet, uses: team/tools/greet@main, with: {who: Ada}}",
        "run: test \"${{ steps.greet.outputs.words }}\" = \"hello Ada\"")))
    text = log_of(slipway, run)
    assert run["conclusion"] == "success", text
    assert "the composite's own file" in text
    assert "node says hello Ada" in text
    assert "after all" in text
    assert locked(slipway)["v1"]["commit"] == say.head()
    assert locked(slipway, "team/tools")["main"]["kind"] == "branch"


def test_a_remote_action_inside_a_local_one_runs(slipway, repository, forge):
    forge.add("team/say", NODE, tag="v1")
    run = slipway.result_of(repository.push_workflow(
        workflow("uses: actions/checkout@v4", "uses: ./.github/actions/mine"),
        **{".github/actions/mine/action.yml": """\
            name: Mine
            runs:
              using: composite
              steps:
                - {uses: team/say@v1, with: {word: inside}}
            """}))
    assert run["conclusion"] == "success", log_of(slipway, run)
    assert "node says inside" in log_of(slipway, run)


def test_a_tag_that_moves_is_told_of_and_not_followed(slipway, repository, forge):
    say = forge.add("team/say", NODE, tag="v1")
    steps = workflow("{uses: team/say@v1, with: {word: once}}")
    assert slipway.result_of(repository.push_workflow(steps))["conclusion"] == "success"
    first = locked(slipway)["v1"]["commit"]

    def moved():
        listed = json.loads(slipway.command("action", "list", "--moved", "--format", "json").stdout)
        return [entry["reference"] for entry in listed["actions"]]

    assert moved() == []
    say.push_commit({"index.js": 'console.log("node has changed");\n'})
    second = forge.tag(say, "v1")
    # This run has the tag looked at, which it does not wait for.
    assert slipway.result_of(repository.push_workflow(steps, again="1"))["conclusion"] == "success"
    slipway.wait(lambda: locked(slipway)["v1"]["moved"], "the look at the tag")
    run = slipway.result_of(repository.push_workflow(steps, again="2"))
    assert "node says once" in log_of(slipway, run)
    assert "node has changed" not in log_of(slipway, run)
    warnings = [found["message"] for found in slipway.client.annotations(run["id"]) if found["level"] == "warning"]
    assert any(first in text and second in text and "slipway action update team/say@v1" in text for text in warnings), warnings

    assert moved() == ["v1"]
    listed = slipway.command("action", "list", "--moved").stdout
    assert "team/say@v1" in listed and f"moved to {second[:12]}" in listed
    assert slipway.command("action", "update", "team/say@v1").stdout == f"team/say@v1 {first[:12]} → {second[:12]}\n"
    assert any(entry["action"] == "update-action" for entry in slipway.client.audit())
    run = slipway.result_of(repository.push_workflow(steps, again="3"))
    assert "node has changed" in log_of(slipway, run)
    assert "nothing of team/none is locked" in slipway.command("action", "update", "team/none", check=False).stderr


def test_what_is_locked_and_here_needs_no_server(slipway, repository, forge):
    forge.add("team/say", NODE, tag="v1")
    steps = workflow("{uses: team/say@v1, with: {word: still}}")
    assert slipway.result_of(repository.push_workflow(steps))["conclusion"] == "success"
    forge.server.fail()
    slipway.restart()
    run = slipway.result_of(repository.push_workflow(steps, again="1"))
    assert run["conclusion"] == "success", log_of(slipway, run)
    assert "node says still" in log_of(slipway, run)


def test_a_job_waits_for_a_server_that_is_down(slipway, repository, forge):
    forge.add("team/say", NODE, tag="v1")
    forge.server.fail()
    run = slipway.run_of(repository.push_workflow(workflow("{uses: team/say@v1, with: {word: late}}")))
    waiting = slipway.wait(lambda: slipway.client.annotations(run["id"]), "the reason why it waits")
    assert "tried again" in waiting[0]["message"] and waiting[0]["level"] == "warning"
    assert any(found["rule"] == "unreachable-action" and found["line"] == 6 for found in slipway.client.run(run["id"])["diagnostics"])
    assert waiting[0]["message"].count("tried again") == 1, waiting
    job = slipway.client.run(run["id"])["jobs"][0]
    assert job["reason"] == waiting[0]["message"] and "the job starts once it can be had" in job["reason"].lower()
    assert "the job starts once it can be had" in slipway.command("show", run["id"]).stdout.lower()
    assert "the job starts once it can be had" in slipway.client.get(
        f"/runs/{run['id']}", headers={"Accept": "text/html"}).text.lower()
    forge.server.recover()
    run = slipway.completed(run)
    assert run["conclusion"] == "success", log_of(slipway, run)
    assert run["jobs"][0]["reason"] is None


def test_a_job_that_waits_for_a_server_can_be_cancelled(slipway, repository, forge):
    forge.add("team/say", NODE, tag="v1")
    forge.server.fail()
    run = slipway.run_of(repository.push_workflow(workflow("uses: team/say@v1")))
    slipway.wait(lambda: slipway.client.annotations(run["id"]), "the reason why it waits")
    slipway.client.cancel(run["id"])
    assert slipway.completed(run)["conclusion"] == "cancelled"


@pytest.mark.parametrize("step, part", [
    ("uses: team/say@v9", "neither a tag nor a branch \"v9\""),
    ("uses: team/none@v1", "can't be had"),
    ("uses: team/say/no/folder@v1", "neither an action.yml nor a Dockerfile in the folder no/folder"),
    ("uses: other/say@v1", "actions.allow"),
    ("uses: ./.github/actions/mine", "used by ./.github/actions/mine"),
])
def test_what_can_not_work_is_said_with_its_line_before_anything_runs(make_daemon, repository, forge, step, part):
    forge.add("team/say", NODE, tag="v1")
    daemon = make_daemon(actions={"server": forge.url, "allow": ["team/*"]})
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    run = daemon.result_of(repository.push_workflow(
        workflow("run: echo executed", step),
        **{".github/actions/mine/action.yml": """\
            name: Mine
            runs: {using: composite, steps: [{uses: team/missing@v1}]}
            """}))
    assert run["conclusion"] == "refused"
    assert run["jobs"] == []
    assert any(found["line"] == 7 and part in found["message"] for found in run["diagnostics"]), run["diagnostics"]


def test_a_workflow_of_another_repository_is_called(slipway, repository, forge):
    forge.add("team/say", NODE, tag="v1")
    ci = forge.add("team/ci", {
        ".github/workflows/build.yml": """\
            on:
              workflow_call:
                inputs: {word: {type: string, required: true}}
            jobs:
              nested:
                uses: ./.github/workflows/inner.yml
                with: {word: "${{ inputs.word }}"}
            """,
        ".github/workflows/inner.yml": """\
            on:
              workflow_call:
                inputs: {word: {type: string}}
            jobs:
              say:
                runs-on: ubuntu-latest
                steps:
                  - {uses: team/say@v1, with: {word: "called with ${{ inputs.word }}"}}
                  - uses: $/own
            """,
        "own/action.yml": """\
            name: Own
            runs: {using: composite, steps: [{run: echo "own of the called", shell: bash}]}
            """,
    }, tag="v1")
    run = slipway.result_of(repository.push_workflow(
        "on: push\njobs:\n  call:\n    uses: team/ci/.github/workflows/build.yml@v1\n    with: {word: joy}\n"))
    text = log_of(slipway, run)
    assert run["conclusion"] == "success", (run, text)
    assert "node says called with joy" in text
    assert "own of the called" in text
    assert locked(slipway, "team/ci")["v1"]["commit"] == ci.head()
    commit = repository.push_workflow("on: push\njobs:\n  call:\n    uses: team/ci/.github/workflows/none.yml@v1\n")
    run = slipway.result_of(commit)
    assert run["conclusion"] == "refused"
    assert any(found["line"] == 4 and "none.yml" in found["message"] for found in run["diagnostics"]), run["diagnostics"]


def test_a_push_waits_for_the_server_of_a_workflow_that_it_calls(slipway, repository, forge):
    forge.add("team/ci", {".github/workflows/build.yml": """\
        on: workflow_call
        jobs: {build: {runs-on: x, steps: [run: echo built]}}
        """}, tag="v1")
    forge.server.fail()
    commit = repository.push_workflow("on: push\njobs:\n  call:\n    uses: team/ci/.github/workflows/build.yml@v1\n")
    slipway.wait(lambda: "fetching the workflows" in slipway.messages.read_text(), "the first try")
    assert slipway.runs() == []
    forge.server.recover()
    assert slipway.result_of(commit)["conclusion"] == "success"


@contextlib.contextmanager
def silent_server():
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_server_that_hangs_holds_up_neither_others_nor_the_daemons_end(make_daemon, repository, tmp_path):
    other = GitRepository(tmp_path / "other")
    with silent_server() as url:
        daemon = make_daemon(actions={"server": url})
        daemon.watch(repository).watch(other)
        daemon.start()
        daemon.wait_until_seen()
        repository.push_workflow(workflow("uses: team/say@v1"))
        assert daemon.result_of(other.push_workflow(workflow("run: echo free")))["conclusion"] == "success"
        assert daemon.runs(repository=repository.name) == []
        assert daemon.stop() == 0


def test_other_repositories_are_checked_out(make_daemon, repository, forge, tmp_path):
    data = forge.add("team/data", {"data.txt": "one\n"}, tag="v1")
    data.push_commit({"data.txt": "two\n"})
    secret = GitRepository(tmp_path / "secret", "team/secret")
    secret.push_commit({"secret.txt": "hidden\n"})
    forge_settings = {"actions": {"server": forge.url}}
    daemon = make_daemon(**forge_settings)
    daemon.watch(repository).watch(secret)
    daemon.start()
    daemon.wait_until_seen()
    checkouts = workflow(
        "uses: actions/checkout@v4",
        "{uses: actions/checkout@v4, with: {repository: team/data, path: new}}",
        "{uses: actions/checkout@v4, with: {repository: team/data, ref: v1, path: old}}",
        "run: test \"$(cat new/data.txt old/data.txt | tr '\\n' ' ')\" = 'two one '",
        "{uses: actions/checkout@v4, with: {repository: team/secret, path: secret}}")
    run = daemon.result_of(repository.push_workflow(checkouts))
    assert run["conclusion"] == "failure"
    messages = [found["message"] for found in daemon.client.annotations(run["id"])]
    assert len(messages) == 1 and "shared_with" in messages[0], messages

    daemon.settings["repositories"][1]["shared_with"] = [repository.name]
    daemon.write_settings()
    daemon.command("reload")
    run = daemon.result_of(repository.push_workflow(checkouts, again="1"))
    assert run["conclusion"] == "success", log_of(daemon, run)


def test_a_private_repository_is_checked_out_with_a_token(make_daemon, repository, tmp_path):
    token = "tk-8fe-very-secret"
    (tmp_path / "private" / "team").mkdir(parents=True)
    private = GitRepository(tmp_path / "somewhere", "team/private")
    private.push_commit({"file.txt": "private words\n"})
    (tmp_path / "private" / "team" / "private.git").symlink_to(private.bare)
    with GitOverHTTP(tmp_path / "private", token=token) as server:
        daemon = make_daemon(actions={"server": f"http://127.0.0.1:{server.port}"})
        daemon.watch(repository)
        daemon.start()
        daemon.wait_until_seen()
        daemon.command("secret", "set", "PAT", stdin=token)
        run = daemon.result_of(repository.push_workflow(workflow(
            "{id: without, continue-on-error: true, uses: actions/checkout@v4, with: {repository: team/private, path: a}}",
            "run: test ${{ steps.without.outcome }} = failure",
            "{uses: actions/checkout@v4, with: {repository: team/private, path: b, token: '${{ secrets.PAT }}'}}",
            "run: grep private b/file.txt && ! grep -r tk-8fe b/.git")))
        text = log_of(daemon, run)
        assert run["conclusion"] == "success", text
        assert "Give the step a token" in text
        assert token not in text


def test_a_run_without_a_daemon_fetches_and_locks_as_well(make_daemon, forge, tmp_path):
    say = forge.add("team/say", NODE, tag="v1")
    forge.add("team/ci", {".github/workflows/build.yml": """\
        on: workflow_call
        jobs: {build: {runs-on: x, steps: [{uses: team/say@v1, with: {word: from afar}}]}}
        """}, tag="v1")
    daemon = make_daemon()
    daemon.environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    file = tmp_path / "project" / ".github" / "workflows" / "ci.yml"
    file.parent.mkdir(parents=True)
    action = tmp_path / "project" / "mine" / "action.yml"
    action.parent.mkdir()
    action.write_text("name: Mine\nruns: {using: composite, steps: [{uses: team/say@v1, with: {word: here}}]}\n")
    file.write_text(
        workflow("uses: actions/checkout@v4", "uses: ./mine")
        + "  call:\n    uses: team/ci/.github/workflows/build.yml@v1\n")
    done = daemon.command("run", file, "--actions-server", forge.url, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "node says here" in done.stdout and "node says from afar" in done.stdout
    say.push_commit({"index.js": 'console.log("node has changed");\n'})
    forge.tag(say, "v1")
    assert "node has changed" not in daemon.command("run", file, "--actions-server", forge.url).stdout
    forge.server.fail()
    assert "node says here" in daemon.command("run", file, "--actions-server", forge.url).stdout
    forge.server.recover()
    assert "node has changed" in daemon.command("run", file, "--actions-server", forge.url, "--update-actions").stdout
    file.write_text(workflow("uses: team/none@v1"))
    refused = daemon.command("run", file, "--actions-server", forge.url, check=False)
    assert refused.returncode == 1
    assert "ci.yml:6" in refused.stderr and "team/none" in refused.stderr
