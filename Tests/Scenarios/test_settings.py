"""Settings: refused with their lines, reloaded without touching what runs."""

import subprocess

import pytest

from blackbox.repository import GitRepository

PIPELINE = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: |
              echo ready
              until [ -e "$GATE/go" ]; do sleep 0.05; done
    """


@pytest.mark.parametrize("line, text", [
    (2, "web:\n  listne: 127.0.0.1:1"), (1, "capacity: many"), (1, "sandbox: firejail"),
    (3, "repositories:\n  - name: x\n    poll: soon\n    url: /x"), (1, "state: [a]"), (2, "web: {}\nweb: {}"),
    (1, "capacity: 0"), (2, "repositories:\n  - url: /x"),
])
def test_a_wrong_setting_keeps_the_daemon_from_starting_and_names_its_line(daemon, line, text):
    daemon.settings_file.write_text(text + "\n")
    for arguments in (["serve", "--check"], ["serve"]):
        done = subprocess.run(
            [daemon.binary, *arguments, "--config", daemon.settings_file], capture_output=True, text=True, timeout=30)
        assert done.returncode != 0
        assert f"runner.conf:{line}:" in done.stdout + done.stderr, done


def test_all_mistakes_are_told_at_once(daemon):
    daemon.settings_file.write_text("capacity: x\nsandbox: y\nnonsense: z\n")
    done = subprocess.run(
        [daemon.binary, "serve", "--check", "--config", daemon.settings_file], capture_output=True, text=True, timeout=30)
    for line in (1, 2, 3):
        assert f"runner.conf:{line}:" in done.stdout + done.stderr


def test_a_missing_settings_file_is_said(daemon):
    done = subprocess.run(
        [daemon.binary, "serve", "--config", daemon.folder / "nothing.conf"], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "nothing.conf" in done.stderr + done.stdout


def test_the_old_key_that_opened_the_page_is_told_its_successor(daemon):
    daemon.settings["web"]["allow_unauthenticated"] = True
    daemon.write_settings()
    done = subprocess.run(
        [daemon.binary, "serve", "--config", daemon.settings_file], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "anonymous_role: operator" in done.stderr + done.stdout


@pytest.fixture
def gated(daemon, repository):
    daemon.gate = daemon.folder / "gate"
    daemon.gate.mkdir()
    daemon.settings["sandbox_options"] = {"read_write": [str(daemon.gate)]}
    daemon.settings["environment"] = {"GATE": str(daemon.gate)}
    daemon.settings["capacity"] = 1
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    return daemon


def test_a_reload_takes_new_repositories_and_leaves_running_jobs_alone(gated, repository, tmp_path):
    run = gated.run_of(repository.push_workflow(PIPELINE))
    worker = gated.worker(run, gated.running_job(run))
    other = GitRepository(tmp_path / "other")
    gated.watch(other)
    gated.settings["capacity"] = 2
    gated.write_settings()
    gated.reload()
    gated.wait(lambda: {"app", "other"} <= {one["name"] for one in gated.client.repositories()}, "the new repository")
    gated.wait_until_seen()
    second = gated.run_of(other.push_workflow(PIPELINE))
    gated.running_job(second)
    assert gated.worker(run, gated.running_job(run)) == worker
    (gated.gate / "go").touch()
    assert gated.completed(run)["conclusion"] == "success"
    assert gated.completed(second)["conclusion"] == "success"


def test_a_reload_of_wrong_settings_changes_nothing(gated):
    gated.write_settings("capacity: nonsense\n")
    gated.reload()
    gated.wait(lambda: "runner.conf:1:" in gated.messages.read_text(), "the complaint")
    assert [one["name"] for one in gated.client.repositories()] == ["app"]
    assert gated.client.health()["capacity"] == 1


def test_no_more_jobs_run_than_there_is_capacity_for(gated, repository):
    first = gated.run_of(repository.push_workflow(PIPELINE))
    gated.running_job(first)
    second = gated.run_of(repository.push_commit())
    assert gated.client.health()["running_jobs"] == 1
    waiting = gated.client.run(second["id"])
    assert waiting["status"] == "queued"
    gated.wait(
        lambda: "capacity" in (gated.client.run(second["id"])["reason"] or "")
        or "capacity" in (gated.client.run(second["id"])["jobs"][0]["reason"] or ""), "the reason why it waits")
    (gated.gate / "go").touch()
    assert gated.completed(first)["conclusion"] == "success"
    assert gated.completed(second)["conclusion"] == "success"
    one, two = gated.client.run(first["id"]), gated.client.run(second["id"])
    assert one["jobs"][0]["finished_at"] <= two["jobs"][0]["started_at"]


def test_a_queued_job_does_not_start_once_its_repository_left_the_settings(gated, repository, tmp_path):
    keeper = GitRepository(tmp_path / "keeper")
    gated.watch(keeper)
    gated.write_settings()
    gated.reload()
    gated.wait(lambda: len(gated.client.repositories()) == 2, "the new repository")
    gated.wait_until_seen("keeper")
    # Commits of the same second and content are the same in both.
    running = gated.run_of(keeper.push_workflow(PIPELINE), repository="keeper")
    gated.running_job(running)
    queued = gated.run_of(repository.push_workflow(PIPELINE), repository="app")
    gated.settings["repositories"] = [one for one in gated.settings["repositories"] if one["name"] == "keeper"]
    gated.write_settings()
    gated.reload()
    gated.wait(lambda: len(gated.client.repositories()) == 1, "the repository's leave")
    (gated.gate / "go").touch()
    assert gated.completed(running)["conclusion"] == "success"
    ended = gated.completed(queued)
    assert ended["conclusion"] == "failure"
    assert "the repository app is not in the settings any more" in gated.client.run(queued["id"])["jobs"][0]["reason"]


def test_only_one_daemon_has_a_state_folder(gated):
    done = subprocess.run(
        [gated.binary, "serve", "--config", gated.settings_file], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert gated.client.health()


def test_a_reload_compares_with_what_is_in_force(daemon):
    """A key that needs a restart, changed and changed back, needs none; changed, it needs one at each reload."""
    first = dict(daemon.settings)

    def reloaded(**settings):
        daemon.settings = {**first, **settings}
        daemon.write_settings()
        return daemon.command("reload").stdout.partition("only after a restart: ")[2].strip()

    daemon.start()
    assert reloaded(shutdown={"grace": "7s"}) == "shutdown.grace"
    assert reloaded(shutdown={"grace": "7s"}, capacity=3) == "shutdown.grace"
    assert reloaded(capacity=3) == ""
    assert reloaded(shutdown={"grace": "7s"}) == "shutdown.grace"
