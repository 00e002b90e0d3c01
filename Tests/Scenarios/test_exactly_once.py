"""Fifty pushes, fifty runs: however they are told, and whatever happens to the daemon meanwhile."""

import collections

import pytest
import requests

from blackbox.repository import GitOverHTTP, GitRepository
from blackbox.webhooks import github_push, send_github

SECRET = "hook"
PUSHES = 50
KILLED_AFTER = (11, 23, 38)

PIPELINE = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: "true"
    """


def deliver(daemon, repository, before, after):
    """A forge tries again where nobody answers."""
    payload = github_push(repository, before, after)
    delivery = f"delivery-{after}"

    def is_taken():
        try:
            return send_github(daemon, payload, SECRET, delivery=delivery, name="app").ok
        except requests.RequestException:
            if daemon.process.poll() is not None:
                daemon.start()
            return False

    daemon.wait(is_taken, "a webhook that is taken")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("is_killed", [False, True], ids=["undisturbed", "killed"])
@pytest.mark.parametrize("way", ["poll", "webhook", "both"])
def test_each_of_fifty_pushes_yields_exactly_one_run(make_daemon, tmp_path, way, is_killed):
    repository = GitRepository(tmp_path / "app")
    before = repository.push_workflow(PIPELINE)
    daemon = make_daemon()
    with GitOverHTTP(tmp_path) as server:
        repository.url = server.url(repository)
        poll = "off" if way == "webhook" else "200ms"
        daemon.watch(repository, poll=poll, webhook_secret=SECRET)
        daemon.start()
        daemon.wait_until_seen()

        commits = []
        for number in range(PUSHES):
            after = repository.push_commit({"file": f"{number}\n"})
            commits.append(after)
            if way != "poll":
                deliver(daemon, repository, before, after)
            if is_killed and number in KILLED_AFTER:
                daemon.restart()
            before = after

        wanted = set(commits)

        def is_complete():
            runs = daemon.runs()
            return wanted <= {run["commit"] for run in runs} and all(run["status"] == "completed" for run in runs)

        daemon.wait(is_complete, "the end of every run", 180)
        if is_killed:
            daemon.restart()
            daemon.wait_until_seen()
        counts = collections.Counter(run["commit"] for run in daemon.runs())
        assert counts == collections.Counter(commits)
        assert {run["conclusion"] for run in daemon.runs()} == {"success"}
