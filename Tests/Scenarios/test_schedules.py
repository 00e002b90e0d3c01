"""Cron schedules of a whole daemon, by the real clock: one test waits for a full minute, the others ride along."""

import calendar
import sqlite3
import time

import pytest

PIPELINE = """
    on:
      schedule:
        - cron: "* * * * *"
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: echo "by ${{ github.event.schedule }}, $GITHUB_EVENT_NAME"
    """

OTHER = """
    on: push
    jobs: {build: {runs-on: ubuntu-latest, steps: [{run: "true"}]}}
    """


@pytest.fixture
def scheduled(make_daemon, repository):
    """Two daemons that have made a tick of their own, one for each policy about missed ones."""
    repository.push_commit({".github/workflows/minutely.yml": PIPELINE, ".github/workflows/ci.yml": OTHER})
    daemons = []
    for policy in ("skip", "once"):
        daemon = make_daemon(schedules={"missed": policy}).watch(repository)
        daemon.start()
        daemon.wait_until_seen()
        daemons.append(daemon)
    for daemon in daemons:
        daemon.wait(daemon.runs, "the tick", 90)
    return daemons


def rewind(daemon, minutes):
    """Makes the last tick one of some time ago, as if the daemon had been down since."""
    with sqlite3.connect(daemon.state / "slipway.db") as database:
        database.execute("UPDATE schedule_ticks SET due_at = due_at - ?", [60 * minutes])
    database.close()


def ticks(daemon):
    with sqlite3.connect(f"file:{daemon.state / 'slipway.db'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT outcome, count(*) FROM schedule_ticks GROUP BY outcome").fetchall()
    database.close()
    return dict(rows)


def away_from_a_tick():
    """Waits until the last tick is so long over that a restart is no excuse, and the next one not about to come."""
    while not 32 < time.time() % 60 < 45:
        time.sleep(0.2)


def test_a_tick_runs_its_own_pipeline_and_missed_ones_follow_the_policy(scheduled, repository):
    for daemon in scheduled:
        [run] = daemon.runs()
        found = daemon.completed(run)
        assert (found["event"], found["conclusion"], found["actor"]) == ("schedule", "success", "schedule")
        assert (found["commit"], found["branch"]) == (repository.head(), "main")
        assert "by * * * * *, schedule" in daemon.client.log(found["jobs"][0]["id"])
        created = calendar.timegm(time.strptime(found["created_at"][:19], "%Y-%m-%dT%H:%M:%S"))
        assert created % 60 < 10, "a tick comes at the full minute"
        assert ticks(daemon) == {"fired": 1}

    skip, once = scheduled
    for daemon in scheduled:
        assert daemon.stop() == 0
        rewind(daemon, 10)
    away_from_a_tick()
    for daemon in scheduled:
        daemon.start()
    [made_good, _] = once.wait(lambda: len(once.runs()) == 2 and once.runs(), "the run for the missed ticks", 20)
    assert once.completed(made_good)["event"] == "schedule"
    assert ticks(once)["fired"] == 2

    def note(daemon):
        return next((
            found for found in daemon.client.triggers("app") if found["event"] == "schedule" and not found["runs"]), None)

    for daemon in scheduled:
        reason = daemon.wait(lambda: note(daemon), "the note about missed ticks")["reason"]
        assert "minutely.yml was due" in reason and "times from" in reason, reason
    assert ticks(skip)["missed"] == ticks(once)["missed"] + 1 >= 10
    assert ticks(skip)["fired"] == 1, "none of the missed ones is made good"


def test_a_last_tick_that_cannot_be_read_is_reported_and_asked_for_again(daemon, repository):
    def rename(old, new):
        with sqlite3.connect(daemon.state / "slipway.db") as database:
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")
        database.close()

    def complaints():
        return daemon.messages.read_text(errors="replace").count("can't read when .github/workflows/yearly.yml ran last")

    yearly = PIPELINE.replace("* * * * *", "0 0 1 1 *")
    repository.push_commit({".github/workflows/yearly.yml": yearly, ".github/workflows/ci.yml": OTHER})
    daemon.watch(repository).start()
    daemon.wait_until_seen()
    daemon.kill()
    rename("schedule_ticks", "away")
    daemon.start()
    daemon.wait(lambda: complaints() > 0, "the complaint")
    assert "no such table" in daemon.messages.read_text(errors="replace")
    rename("away", "schedule_ticks")
    # Events go on all the while, and once it can be read nothing is said any more.
    daemon.result_of(repository.push_commit({"a.txt": "1"}))
    told = complaints()
    daemon.result_of(repository.push_commit({"a.txt": "2"}))
    assert complaints() == told
