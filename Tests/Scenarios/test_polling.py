"""What the poller makes of a repository's branches and tags."""

import contextlib
import socket
import time

from blackbox.repository import GitOverHTTP, GitRepository

ON_EVERYTHING = """
    name: CI
    on: [push, delete, create]
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: echo "built $GITHUB_REF at $GITHUB_SHA"
    """


def test_a_push_runs_the_pipeline_and_the_page_shows_it(slipway, repository):
    commit = repository.push_workflow(ON_EVERYTHING)
    run = slipway.result_of(commit)

    assert run["conclusion"] == "success"
    assert (run["repository"], run["workflow"], run["event"]) == ("app", "CI", "push")
    assert (run["ref"], run["branch"], run["attempt"]) == ("refs/heads/main", "main", 1)
    assert run["created_at"] <= run["started_at"] <= run["finished_at"]
    [job] = run["jobs"]
    assert job["conclusion"] == "success"
    assert [step["number"] for step in job["steps"]] == [1, 2]
    assert f"built refs/heads/main at {commit}" in slipway.client.log(job["id"])
    for path in ("/", "/runs", f"/runs/{run['id']}", f"/jobs/{job['id']}", "/repositories/app"):
        page = slipway.client.get(path)
        assert page.status_code == 200, path
        assert "text/html" in page.headers["Content-Type"]
    assert "Change the pipeline" in slipway.client.get("/repositories").text


def test_what_was_there_before_the_first_look_starts_nothing(daemon, repository):
    repository.push_workflow(ON_EVERYTHING)
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    later = repository.push_commit()
    daemon.result_of(later)
    assert [run["commit"] for run in daemon.runs()] == [later]


def test_several_pushes_between_two_looks_each_get_their_run(daemon, repository):
    daemon.watch(repository, poll="off")
    daemon.start()
    daemon.wait_until_seen()
    # A new branch is one push, however many commits it brings.
    first = repository.push_workflow(ON_EVERYTHING)
    daemon.client.posted("/api/v1/repositories/app/poll")
    daemon.result_of(first)
    later = [repository.push_commit({"file": f"{number}\n"}) for number in range(5)]
    daemon.client.posted("/api/v1/repositories/app/poll")
    for commit in later:
        assert daemon.result_of(commit)["conclusion"] == "success"
    # The newest run first: they were started in the order of the commits.
    assert [run["commit"] for run in daemon.runs()] == [*reversed(later), first]


def test_with_commits_last_only_the_newest_of_several_commits_runs(daemon, repository):
    first = repository.push_workflow(ON_EVERYTHING)
    daemon.watch(repository, poll="off", commits="last")
    daemon.start()
    daemon.wait_until_seen()
    for number in range(3):
        last = repository.push_commit({"file": f"{number}\n"})
    daemon.client.posted("/api/v1/repositories/app/poll")
    daemon.result_of(last)
    assert [run["commit"] for run in daemon.runs()] == [last]
    assert first != last


def test_a_new_branch_a_moved_one_and_a_tag_each_run(slipway, repository):
    main = repository.push_workflow(ON_EVERYTHING)
    slipway.result_of(main)
    repository.git("checkout", "--quiet", "-b", "feature/x")
    feature = repository.push_commit({"file": "x\n"})
    run = slipway.result_of(feature)
    assert (run["ref"], run["branch"]) == ("refs/heads/feature/x", "feature/x")

    moved = repository.push_commit({"file": "y\n"})
    assert slipway.result_of(moved)["ref"] == "refs/heads/feature/x"

    repository.git("tag", "v1.0")
    repository.push("v1.0")
    run = slipway.wait(
        lambda: next((run for run in slipway.runs() if run["ref"] == "refs/tags/v1.0"), None), "the tag's run")
    assert run["commit"] == moved
    assert run["branch"] is None


def test_a_force_push_runs_the_commit_that_the_branch_shows_now(slipway, repository):
    base = repository.push_workflow(ON_EVERYTHING)
    slipway.result_of(base)
    left = repository.push_commit({"file": "left\n"})
    slipway.result_of(left)
    repository.git("reset", "--quiet", "--hard", base)
    right = repository.commit({"file": "right\n"})
    repository.push("HEAD:main", force=True)
    assert slipway.result_of(right)["conclusion"] == "success"
    assert sorted(run["commit"] for run in slipway.runs()) == sorted([base, left, right])


def test_a_deleted_branch_is_forgotten_and_may_come_again(slipway, repository):
    slipway.result_of(repository.push_workflow(ON_EVERYTHING))
    repository.git("checkout", "--quiet", "-b", "short-lived")
    commit = repository.push_commit({"file": "x\n"})
    slipway.result_of(commit)
    repository.push(":short-lived")

    first_look = slipway.client.remote("app")["checked_at"]
    slipway.wait(lambda: slipway.client.remote("app")["checked_at"] > first_look, "the look that misses the branch")
    another = repository.commit({"file": "again\n"})
    repository.push("HEAD:short-lived")
    assert slipway.result_of(another)["branch"] == "short-lived"


def test_a_push_that_triggers_nothing_leaves_a_record_that_says_why(slipway, repository):
    commit = repository.push_workflow(
        """
        on:
          push:
            branches: [release]
        jobs:
          build:
            runs-on: ubuntu-latest
            steps: [run: "true"]
        """)

    def record():
        return next((found for found in slipway.client.triggers("app") if found["commit"] == commit), None)

    found = slipway.wait(record, "the record of the push")
    assert found["runs"] == []
    [skipped] = found["skipped"]
    assert skipped["path"] == ".github/workflows/ci.yml"
    assert "branch" in skipped["reason"]
    assert slipway.runs() == []


def test_branches_that_the_settings_leave_out_are_not_looked_at(daemon, repository):
    daemon.watch(repository, branches=["main", "release/**"])
    daemon.start()
    daemon.wait_until_seen()
    main = repository.push_workflow(ON_EVERYTHING)
    daemon.result_of(main)
    repository.git("checkout", "--quiet", "-b", "private")
    repository.push_commit({"file": "x\n"})
    repository.git("checkout", "--quiet", "-b", "release/1")
    release = repository.push_commit({"file": "y\n"})
    daemon.result_of(release)
    assert {run["branch"] for run in daemon.runs()} == {"main", "release/1"}


def test_pipelines_of_the_slipway_folder_run_too(slipway, repository):
    commit = repository.push_workflow(ON_EVERYTHING, path=".slipway/nightly.yaml")
    assert slipway.result_of(commit)["workflow_path"] == ".slipway/nightly.yaml"


def test_a_remote_that_is_down_is_shown_asked_ever_less_often_and_taken_up_again(daemon, tmp_path):
    repository = GitRepository(tmp_path / "app")
    with GitOverHTTP(tmp_path) as server:
        repository.url = server.url(repository)
        daemon.watch(repository)
        daemon.start()
        daemon.wait_until_seen()
        server.fail()
        commit = repository.push_workflow(ON_EVERYTHING)

        def failures():
            remote = daemon.client.remote("app")
            return remote if remote["reachable"] is False else None

        remote = daemon.wait(failures, "the outage on the API")
        assert "503" in remote["error"] or "failed" in remote["error"]
        assert remote["unreachable_since"] is not None
        assert "unreachable" in daemon.client.get("/repositories").text.lower()
        assert daemon.client.health()["status"] == "degraded"

        def delay():
            from datetime import datetime

            now = daemon.client.remote("app")
            ends = [datetime.fromisoformat(now[key].replace("Z", "+00:00")) for key in ("checked_at", "next_try_at")]
            return (ends[1] - ends[0]).total_seconds() >= 1

        daemon.wait(delay, "a delay that has grown to five times the interval")
        assert daemon.runs() == []
        server.recover()
        assert daemon.result_of(commit)["conclusion"] == "success"
        assert daemon.client.remote("app")["error"] is None


def test_why_what_was_there_at_the_first_look_did_not_run_is_said(daemon, repository):
    repository.push_workflow(ON_EVERYTHING)
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    [note] = daemon.client.triggers("app")
    assert (note["event"], note["commit"], note["runs"]) == ("first_look", repository.head(), [])
    assert "started nothing" in note["reason"]
    assert "started nothing" in daemon.client.get("/repositories/app").text
    # Once: a restart is no first look.
    daemon.restart()
    daemon.wait_until_seen()
    assert len(daemon.client.triggers("app")) == 1


def test_remotes_that_hang_hold_up_neither_the_start_nor_each_other_nor_the_page(daemon, repository):
    with contextlib.ExitStack() as servers:
        for number in range(8):
            # Takes connections, and says nothing.
            server = servers.enter_context(socket.create_server(("127.0.0.1", 0), backlog=50))
            daemon.settings["repositories"].append({
                "name": f"mute-{number}", "url": f"http://127.0.0.1:{server.getsockname()[1]}/app.git", "poll": "200ms"})
        daemon.watch(repository)
        begun = time.monotonic()
        daemon.start()
        assert time.monotonic() - begun < 25, "the start waits for each of them"
        daemon.wait_until_seen("app")
        assert daemon.result_of(repository.push_workflow(ON_EVERYTHING))["conclusion"] == "success"
        begun = time.monotonic()
        assert daemon.client.get("/").status_code == 200
        assert time.monotonic() - begun < 5
        assert daemon.stop() == 0
