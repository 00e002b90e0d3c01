"""Webhooks of the forges."""

import hashlib
import hmac

import pytest

from blackbox.webhooks import (
    github_push, gitlab_push, send_gitea, send_github, send_gitlab,
)

SECRET = "s3cret-of-the-hook"

PIPELINE = """
    on: [push, workflow_dispatch, repository_dispatch]
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: echo "by $GITHUB_ACTOR"
    """


@pytest.fixture
def hooked(daemon, repository):
    """A daemon that only looks at the repository when it is told to."""
    daemon.watch(repository, poll="off", webhook_secret=SECRET)
    daemon.start()
    daemon.wait_until_seen()
    return daemon


def pushed(repository):
    before = repository.git("rev-parse", "--verify", "--quiet", "HEAD", check=False) or None
    return before, repository.push_workflow(PIPELINE)


def test_a_signed_push_runs_once(hooked, repository):
    before, after = pushed(repository)
    answer = send_github(hooked, github_push(repository, before, after), SECRET)
    assert answer.status_code == 202, answer.text
    run = hooked.result_of(after)
    assert (run["conclusion"], run["actor"]) == ("success", "ada")
    assert [found["source"] for found in hooked.client.triggers("app") if found["commit"] == after] == ["webhook"]


def test_the_name_in_the_address_goes_before_the_payload(hooked, repository):
    before, after = pushed(repository)
    payload = github_push(repository, before, after, url="https://elsewhere.example.org/octo/app.git")
    # An address that nobody knows has no secret either: which ones there are is not told to strangers.
    assert send_github(hooked, payload, SECRET).status_code == 401
    assert send_github(hooked, payload, SECRET, name="app").status_code == 202
    hooked.result_of(after)


def test_a_delivery_that_comes_again_is_dealt_with_once(hooked, repository):
    before, after = pushed(repository)
    payload = github_push(repository, before, after)
    first = send_github(hooked, payload, SECRET, delivery="4b825dc6-0000-0000-0000-000000000001")
    hooked.result_of(after)
    second = send_github(hooked, payload, SECRET, delivery="4b825dc6-0000-0000-0000-000000000001")
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json()["message"].startswith("received before: event "), second.text
    third = send_github(hooked, payload, SECRET)
    assert third.ok
    hooked.wait(
        lambda: sum(found["repeats"] for found in hooked.client.triggers("app")) >= 1, "the record of the repeat")
    assert [run["commit"] for run in hooked.runs()] == [after]


def test_ping_is_answered_and_starts_nothing(hooked, repository):
    payload = {"zen": "Keep it logically awesome.", "hook_id": 1, **github_push(repository, None, "0" * 40)}
    assert send_github(hooked, payload, SECRET, event="ping").status_code == 200
    assert hooked.runs() == []


@pytest.mark.parametrize("signature", ["sha256=" + "0" * 64, "sha256=zz", "sha1=0000", "sha256="])
def test_a_wrong_signature_is_refused_and_recorded(hooked, repository, signature):
    before, after = pushed(repository)
    answer = send_github(hooked, github_push(repository, before, after), SECRET, signature=signature)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    entries = hooked.client.audit()
    assert any("webhook" in entry["action"] for entry in entries), entries
    assert hooked.runs() == []


def test_a_flood_of_refused_webhooks_does_not_fill_the_audit_trail(hooked, repository):
    before, after = pushed(repository)
    payload = github_push(repository, before, after)
    for _ in range(50):
        assert send_github(hooked, payload, "wrong").status_code == 401
        assert send_github(hooked, payload, "wrong", name="no/such").status_code == 401
    entries = [entry for entry in hooked.client.audit() if entry["action"] == "refuse-webhook"]
    assert len(entries) == 1, entries
    assert "127.0.0.1" in entries[0]["detail"]
    # What was only counted is told at the latest when the daemon stops.
    assert hooked.stop() == 0
    hooked.start()
    entries = [entry for entry in hooked.client.audit() if entry["action"] == "refuse-webhook"]
    assert len(entries) == 2, entries
    assert "99 more" in entries[0]["detail"], entries


def test_a_repository_without_a_secret_takes_no_webhook(daemon, repository):
    daemon.watch(repository, poll="off")
    daemon.start()
    daemon.wait_until_seen()
    before, after = pushed(repository)
    assert send_github(daemon, github_push(repository, before, after), "").status_code in (401, 403)
    assert daemon.runs() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"ref": 1}', b"\xff\xfe", b'{"repository": {"clone_url": 7}}'])
def test_a_payload_that_makes_no_sense_starts_nothing_and_harms_nothing(hooked, body):
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    answer = hooked.client.request(
        "POST", "/hooks/github/app", data=body,
        headers={
            "X-GitHub-Event": "push", "X-GitHub-Delivery": "x", "X-Hub-Signature-256": f"sha256={digest}",
            "Content-Type": "application/json"})
    assert answer.status_code < 500, answer.text
    hooked.wait(
        lambda: "\nslipway_pending_deliveries 0\n" in hooked.client.get("/metrics").text, "the end of the delivery")
    assert hooked.runs() == []
    assert hooked.client.health()["status"] == "ok"


def test_a_body_over_the_limit_is_refused(make_daemon, repository):
    daemon = make_daemon()
    daemon.settings["web"]["body_limit"] = "64KiB"
    daemon.watch(repository, poll="off", webhook_secret=SECRET)
    daemon.start()
    answer = send_github(daemon, {"padding": "x" * 100_000}, SECRET, name="app")
    assert answer.status_code == 413


def test_gitea(hooked, repository):
    before, after = pushed(repository)
    payload = github_push(repository, before, after)
    assert send_gitea(hooked, payload, "wrong").status_code == 401
    assert send_gitea(hooked, payload, SECRET).status_code == 202
    assert hooked.result_of(after)["conclusion"] == "success"


def test_gitlab(hooked, repository):
    before, after = pushed(repository)
    payload = gitlab_push(repository, before, after)
    assert send_gitlab(hooked, payload, "wrong").status_code == 401
    assert send_gitlab(hooked, payload, SECRET).status_code == 202
    run = hooked.result_of(after)
    assert (run["conclusion"], run["actor"]) == ("success", "ada")


def test_repository_dispatch_and_workflow_dispatch(hooked, repository):
    before, after = pushed(repository)
    send_github(hooked, github_push(repository, before, after), SECRET)
    hooked.result_of(after)
    base = github_push(repository, before, after)
    common = {"repository": base["repository"], "sender": base["sender"]}
    dispatch = {**common, "action": "retrain", "branch": "main", "client_payload": {"rows": 3}}
    assert send_github(hooked, dispatch, SECRET, event="repository_dispatch").status_code == 202
    manual = {**common, "ref": "refs/heads/main", "workflow": ".github/workflows/ci.yml", "inputs": {}}
    assert send_github(hooked, manual, SECRET, event="workflow_dispatch").status_code == 202
    hooked.wait(
        lambda: {run["event"] for run in hooked.runs()} == {"push", "repository_dispatch", "workflow_dispatch"},
        "a run of each event")


def test_a_lost_webhook_is_made_good_by_the_next_poll(daemon, repository):
    daemon.watch(repository, webhook_secret=SECRET)
    daemon.start()
    daemon.wait_until_seen()
    before, after = pushed(repository)
    daemon.result_of(after)
    assert send_github(daemon, github_push(repository, before, after), SECRET).ok
    daemon.wait(
        lambda: sum(found["repeats"] for found in daemon.client.triggers("app")) >= 1, "the record of the late webhook")
    assert [run["commit"] for run in daemon.runs()] == [after]


def test_a_push_told_while_the_repository_is_away_is_kept_shown_and_run(daemon, repository):
    base = repository.push_workflow(PIPELINE)
    after = repository.push_commit({"a.txt": "1"})
    away = repository.bare.with_suffix(".away")
    repository.bare.rename(away)
    daemon.watch(repository, poll="off", webhook_secret=SECRET)
    daemon.start()
    assert send_github(daemon, github_push(repository, base, after), SECRET).status_code == 202

    def waiting():
        return next((found for found in daemon.client.triggers("app") if found["source"] == "webhook"), None)

    shown = daemon.wait(waiting, "the record of the webhook")
    assert (shown["event"], shown["runs"]) == ("push", [])
    assert "looked at again once the repository can be reached" in shown["reason"], shown
    page = daemon.client.get("/repositories/app", headers={"Accept": "text/html"}).text
    assert "looked at again once the repository can be reached" in page
    refused = daemon.command("trigger", "app", "--workflow", "ci.yml", check=False)
    assert refused.returncode == 1 and "app can't be reached: " in refused.stderr and "ush to it" not in refused.stderr
    away.rename(repository.bare)
    assert daemon.result_of(after)["conclusion"] == "success"
    assert [run["commit"] for run in daemon.runs()] == [after]
    assert [found["runs"] != [] for found in daemon.client.triggers("app") if found["source"] == "webhook"] == [True]
