"""What forges, programs and people are told."""

import hashlib
import hmac
import json
import pathlib
import re
import textwrap
import time

import pytest

from blackbox.daemon import Daemon
from blackbox.receivers import Gitea, GitHub, GitHubChecks, GitLab, Receiver
from blackbox.repository import GitRepository
from blackbox.webhooks import github_push, send_github

GREEN = "name: CI\non: push\njobs: {build: {runs-on: x, steps: [run: 'true']}}\n"
RED = "name: CI\non: push\njobs: {build: {runs-on: x, steps: [run: 'false']}}\n"
SLOW = "name: CI\non: push\njobs: {build: {runs-on: x, steps: [run: 'sleep 600']}}\n"


STAGES = """
    name: Release
    on: {push: {branches: [main]}}
    stages:
      - name: Release
        actions:
          - {name: Approve, type: approval, message: "Release it?"}
    """


@pytest.fixture
def outward(binary, tmp_path):
    """Makes a daemon with a repository of a forge, and servers that are closed again."""
    made = []

    def make(forge=None, repository=None, **settings):
        daemon = Daemon(binary, tmp_path / "daemon", settings)
        made.append(daemon)
        token = tmp_path / "token"
        token.write_text("right-token\n")
        options = {"forge": {"repository": "team/app"}, **(repository or {})}
        if forge is not None:
            options["status"] = {"token": f"file:{token}", **forge}
        daemon.app = GitRepository(tmp_path / "app")
        daemon.watch(daemon.app, **options)
        daemon.start()
        daemon.wait_until_seen()
        daemon.token = token
        return daemon

    yield make
    for daemon in made:
        daemon.dispose()


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.close()


def secret(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return f"file:{tmp_path / name}"


@pytest.mark.parametrize("kind, server, path, states", [
    ("github", GitHub, "", ["pending", "pending", "success"]),
    ("gitlab", GitLab, "/api/v4", ["pending", "running", "success"]),
    ("gitea", Gitea, "/api/v1", ["pending", "pending", "success"]),
])
def test_a_forge_shows_how_the_run_of_a_commit_goes(outward, kind, server, path, states):
    forge = server()
    daemon = outward({"kind": kind, "api_url": forge.address + path})
    commit = daemon.app.push_workflow(GREEN)
    run = daemon.result_of(commit)
    daemon.wait(lambda: forge.states()[-1:] == ["success"], "the last status")
    # What is passed by a newer state before it could be told is not told any more.
    assert [state for state in states if state in forge.states()] and set(forge.states()) <= set(states)
    last = forge.statuses[-1]
    assert last[:2] == (commit, "slipway / CI")
    assert last[3].startswith("Succeeded in ")
    assert last[4].endswith(f"/runs/{run['id']}")
    red = daemon.result_of(daemon.app.push_workflow(RED))
    daemon.wait(lambda: forge.states()[-1] in ("failure", "failed"), "the status of the red run")
    assert "build" in forge.statuses[-1][3] and red["conclusion"] == "failure"
    forge.close()


def test_the_webhook_of_its_own_status_starts_no_run(outward):
    forge = GitHub()
    daemon = outward({"kind": "github", "api_url": forge.address}, {"webhook_secret": "sesame"})
    commit = daemon.app.push_workflow(GREEN.replace("on: push", "on: [push, status]"))
    run = daemon.result_of(commit)
    daemon.wait(lambda: forge.states()[-1:] == ["success"], "the last status")
    _, context, _, description, url = forge.statuses[-1]
    told = {
        **github_push(daemon.app, None, commit), "sha": commit, "context": context, "state": "success",
        "description": description, "target_url": url}
    assert send_github(daemon, told, "sesame", event="status", name="app").status_code == 202
    [record] = daemon.wait(
        # Before it is looked at, it is listed as one that waits, without a commit.
        lambda: [found for found in daemon.client.triggers("app") if found["event"] == "status" and found["commit"]],
        "the record of the status")
    assert "Slipway itself" in record["reason"], record
    assert [one["id"] for one in daemon.runs()] == [run["id"]]
    # What another program sets does start one.
    other = {**told, "context": "coverage", "target_url": "https://coverage.example.org/1"}
    assert send_github(daemon, other, "sesame", event="status", name="app").status_code == 202
    daemon.wait(lambda: [one["event"] for one in daemon.runs()] == ["status", "push"], "the run of the other's status")
    forge.close()


def test_a_github_app_reports_check_runs_one_for_each_attempt(outward):
    forge = GitHubChecks()
    daemon = outward({"kind": "github", "api_url": forge.address, "checks": True, "jobs": True})
    run = daemon.result_of(daemon.app.push_workflow(RED))
    daemon.wait(lambda: forge.states("slipway / CI")[-1:] == ["failure"], "the check of the run")
    daemon.wait(lambda: forge.states("slipway / CI / build")[-1:] == ["failure"], "the check of the job")
    assert len([one for one in forge.checks.values() if one["name"] == "slipway / CI"]) == 1
    daemon.client.rerun(run["id"])
    daemon.wait(
        lambda: [one["status"] for one in forge.checks.values() if one["name"] == "slipway / CI"] == ["completed", "completed"],
        "the check of the second attempt")
    assert len({one["external_id"] for one in forge.checks.values() if one["name"] == "slipway / CI"}) == 2
    forge.close()


def test_a_forge_that_is_down_is_told_the_newest_state_later_and_holds_up_nobody(outward):
    forge = GitHub()
    daemon = outward({"kind": "github", "api_url": forge.address})
    forge.close()
    run = daemon.result_of(daemon.app.push_workflow(GREEN))
    daemon.wait(lambda: "status of app" in json.dumps(daemon.client.health()), "the trouble in the health")
    daemon.kill()
    forge.open()
    daemon.start()
    daemon.wait(lambda: forge.states() == ["success"], "the newest state, and no older one")
    assert forge.statuses[0][4].endswith(f"/runs/{run['id']}")
    daemon.wait(lambda: "status of app" not in json.dumps(daemon.client.health()), "a health without trouble")
    forge.close()


def test_a_refused_token_is_named_and_a_mended_one_is_used_at_once(outward):
    forge = GitHub()
    daemon = outward({"kind": "github", "api_url": forge.address})
    daemon.token.write_text("wrong-token")
    daemon.result_of(daemon.app.push_workflow(GREEN))

    def named():
        checks = {check["name"]: check for check in daemon.client.health()["checks"]}
        return "outward" in checks and checks["outward"]["status"] == "degraded" and checks["outward"]["detail"]

    detail = daemon.wait(named, "the refused token in the health")
    assert "status of app" in detail and "401" in detail and "status.token" in detail and "wrong-token" not in detail
    page = daemon.client.get("/repositories/app").text
    assert "status.token" in page and "wrong-token" not in page
    daemon.token.write_text("right-token")
    daemon.reload()
    daemon.wait(lambda: forge.states() == ["success"], "the status with the mended token")
    forge.close()


def test_a_forge_that_asks_for_patience_gets_it(outward):
    forge = GitHub()
    forge.answers = [(429, {"Retry-After": "2"})]
    daemon = outward({"kind": "github", "api_url": forge.address})
    began = time.monotonic()
    daemon.result_of(daemon.app.push_workflow(GREEN))
    daemon.wait(lambda: forge.states()[-1:] == ["success"], "the status")
    assert time.monotonic() - began >= 2
    assert len(forge.requests) >= 2
    forge.close()


def documented_check():
    """The function that docs/webhooks.md gives to receivers."""
    text = (pathlib.Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names = {}
    exec(code, names)
    return names["is_genuine"]


def hook(tmp_path, receiver, **more):
    return {
        "name": "chatops", "url": secret(tmp_path, "url", receiver.address + "/slipway"),
        "secret": secret(tmp_path, "secret", "sesame"), **more}


def test_a_webhook_is_told_of_events_in_their_order_with_a_signature(outward, receiver, tmp_path):
    daemon = outward(webhooks=[hook(tmp_path, receiver)])
    commit = daemon.app.push_workflow(RED)
    run = daemon.result_of(commit)
    daemon.wait(lambda: any(body["event"] == "run.completed" for body in receiver.bodies()), "the end of the run")
    assert [body["event"] for body in receiver.bodies()] == [
        "run.queued", "run.started", "job.started", "job.completed", "run.completed"]
    is_genuine = documented_check()
    for request in receiver.requests:
        assert is_genuine("sesame", request["headers"], request["text"].encode())
        assert not is_genuine("sesame", request["headers"], request["text"].encode() + b" ")
        old = {**request["headers"], "webhook-timestamp": str(int(request["headers"]["webhook-timestamp"]) - 600)}
        assert not is_genuine("sesame", old, request["text"].encode())
        assert request["headers"]["x-slipway-event"] == json.loads(request["text"])["event"]
        assert abs(int(request["headers"]["webhook-timestamp"]) - time.time()) < 60
        assert request["path"] == "/slipway"
    assert len({request["headers"]["webhook-id"] for request in receiver.requests}) == 5
    end = receiver.bodies()[-1]
    assert end["run"]["id"] == run["id"] and end["run"]["conclusion"] == "failure" and end["run"]["commit"] == commit
    assert end["repository"] == {"name": "app"} and end["run"]["url"].endswith(f"/runs/{run['id']}")
    job = receiver.bodies()[-2]["job"]
    assert (job["name"], job["conclusion"]) == ("build", "failure")


def test_a_webhook_is_told_what_is_deployed_to_an_environment(outward, receiver, tmp_path):
    daemon = outward(webhooks=[hook(tmp_path, receiver, events=["environment.started", "environment.completed"])])
    commit = daemon.app.push_workflow("""
        on: push
        jobs:
          deploy:
            runs-on: x
            environment: {name: staging, url: "https://staging.example.org"}
            steps: [{run: "true"}]
        """)
    run = daemon.result_of(commit)
    daemon.wait(lambda: len(receiver.bodies()) == 2, "both events")
    begun, ended = receiver.bodies()
    assert (begun["event"], ended["event"]) == ("environment.started", "environment.completed")
    assert (begun["deployment"]["status"], ended["deployment"]["status"]) == ("running", "succeeded")
    assert ended["deployment"]["environment"] == "staging" and ended["deployment"]["commit"] == commit
    assert ended["deployment"]["environment_url"] == "https://staging.example.org"
    assert ended["job"]["conclusion"] == "success" and ended["run"]["id"] == run["id"]


def test_a_receiver_that_fails_is_told_again_with_the_same_id_also_after_a_kill(outward, receiver, tmp_path):
    receiver.answers = [(500, {}), (404, {})]
    daemon = outward(webhooks=[hook(tmp_path, receiver, events=["run.completed"])])
    daemon.result_of(daemon.app.push_workflow(GREEN))
    daemon.wait(lambda: len(receiver.requests) >= 1, "the first try")
    daemon.kill()
    daemon.start()
    daemon.wait(lambda: len(receiver.requests) >= 3, "the try that is taken", 60)
    assert len({request["headers"]["webhook-id"] for request in receiver.requests}) == 1
    listed = daemon.wait(lambda: [
        one for one in daemon.client.fetched("/api/v1/webhooks/chatops/deliveries")["deliveries"]
        if one["state"] == "delivered"], "the delivery in the list")
    assert len(listed) == 1 and listed[0]["tries"] >= 2


def test_a_delivery_can_be_asked_for_again(outward, receiver, tmp_path):
    daemon = outward(webhooks=[hook(tmp_path, receiver, events=["run.completed"])])
    daemon.result_of(daemon.app.push_workflow(GREEN))
    [one] = daemon.wait(lambda: [
        one for one in daemon.client.fetched("/api/v1/webhooks/chatops/deliveries")["deliveries"]
        if one["state"] == "delivered"], "the delivery")
    answer = daemon.client.post(f"/api/v1/deliveries/{one['id']}/redeliver")
    assert answer.status_code == 202, answer.text
    daemon.wait(lambda: len(receiver.requests) == 2, "the second delivery")
    daemon.command("webhook", "redeliver", str(one["id"]))
    daemon.wait(lambda: len(receiver.requests) == 3, "the third delivery")
    assert len({request["headers"]["webhook-id"] for request in receiver.requests}) == 1
    assert "chatops" in daemon.command("webhook", "list", "chatops").stdout
    page = daemon.client.get("/webhooks/chatops")
    assert page.status_code == 200 and "run.completed" in page.text
    assert any(entry["action"] == "redeliver" for entry in daemon.client.audit())
    assert daemon.client.post("/api/v1/deliveries/999999/redeliver").status_code == 404


def test_people_are_told_of_failures_and_of_the_first_success_after(outward, receiver, tmp_path):
    url = secret(tmp_path, "url", receiver.address + "/services/T/B/hidden")
    daemon = outward(notifications=[
        {"name": "team", "on": ["failure", "recovery"], "branches": ["main"], "slack": {"url": url}}])
    for workflow in (GREEN, RED, RED, GREEN, GREEN):
        daemon.result_of(daemon.app.push_workflow(workflow))
    daemon.wait(lambda: len(receiver.requests) >= 3, "three messages")
    titles = [body["attachments"][0]["title"] for body in receiver.bodies()]
    assert titles == ["CI of app: failure", "CI of app: failure", "CI of app works again"]
    assert all("/runs/" in body["attachments"][0]["title_link"] for body in receiver.bodies())


def test_a_request_for_an_approval_is_told(outward, receiver, tmp_path):
    daemon = outward(notifications=[{
        "name": "approvers", "on": "approval",
        "webhook": {"url": secret(tmp_path, "url", receiver.address), "secret": secret(tmp_path, "secret", "sesame")}}])
    run = daemon.run_of(daemon.app.push_workflow(textwrap.dedent(STAGES), path=".slipway/pipeline.yml"))
    daemon.wait(lambda: receiver.bodies(), "the request")
    [body] = receiver.bodies()
    assert body["status"] == "waiting" and "waits" in body["title"] and body["run_id"] == str(run["id"])
    code = hmac.new(b"sesame", receiver.requests[0]["text"].encode(), hashlib.sha256).hexdigest()
    assert receiver.requests[0]["headers"]["x-slipway-signature-256"] == f"sha256={code}"
    daemon.client.cancel(run["id"])


def test_people_are_told_of_what_is_deployed_to_an_environment(outward, receiver, tmp_path):
    daemon = outward(notifications=[{
        "name": "operators", "on": "deployment", "environments": ["production"],
        "webhook": {"url": secret(tmp_path, "url", receiver.address), "secret": secret(tmp_path, "secret", "sesame")}}])
    for environment, command in (("staging", "true"), ("production", "false"), ("production", "true")):
        daemon.result_of(daemon.app.push_workflow(f"""
            name: CD
            on: push
            jobs: {{deploy: {{runs-on: x, environment: {environment}, steps: [{{run: "{command}"}}]}}}}
            """))
    daemon.wait(lambda: len(receiver.bodies()) == 2, "both messages")
    told = [(body["status"], body["title"]) for body in receiver.bodies()]
    assert told == [
        ("failure", "Deployment of app to the environment production: failed"),
        ("success", "Deployment of app to the environment production: succeeded")]


def test_the_settings_of_what_others_are_told_are_checked(outward):
    daemon = outward()
    daemon.settings["notifications"] = [
        {"name": "team", "on": "sometimes", "slack": {"url": "https://x"}}, {"name": "nobody"}]
    daemon.settings["webhooks"] = [
        {"name": "a b", "url": "env:NOWHERE", "secret": "env:NOWHERE"},
        {"name": "bot", "url": "env:NOWHERE", "secret": "env:NOWHERE", "events": ["run.ended"]}]
    daemon.write_settings()
    checked = daemon.command("serve", "--check", "--config", daemon.settings_file, check=False)
    said = checked.stdout + checked.stderr
    assert checked.returncode == 1
    for part in ["found \"sometimes\"", "a secret does not belong into the file", "nobody is told", "found \"a b\"",
                 "NOWHERE is not set", "found \"run.ended\""]:
        assert part in said, said


def test_a_badge_says_how_a_branch_stands_and_is_kept_until_that_changes(outward):
    daemon = outward(repository={"badge": "public"})
    daemon.wait(lambda: "unknown" in daemon.client.get("/badges/app.svg").text, "a badge of nothing")
    daemon.result_of(daemon.app.push_workflow(GREEN))
    green = daemon.client.get("/badges/app.svg?workflow=CI")
    assert green.headers["content-type"].startswith("image/svg+xml") and "<title>CI: passing</title>" in green.text
    again = daemon.client.get("/badges/app.svg?workflow=CI", headers={"If-None-Match": green.headers["etag"]})
    assert again.status_code == 304 and not again.content
    # A README is shown by another host, whose proxy asks for it.
    assert daemon.client.get("/badges/app.svg", headers={"Host": "elsewhere.example.org"}).status_code == 200
    daemon.result_of(daemon.app.push_workflow(RED))
    red = daemon.client.get("/badges/app.svg?workflow=ci.yml&branch=main", headers={"If-None-Match": green.headers["etag"]})
    assert red.status_code == 200 and "<title>CI: failing</title>" in red.text
    assert "unknown" in daemon.client.get("/badges/app.svg?branch=other").text
    assert daemon.client.get("/badges/nothing.svg").status_code == 404


def test_a_badge_is_for_those_who_see_the_page_unless_it_is_public(outward):
    daemon = outward()
    assert daemon.client.get("/badges/app.svg").status_code == 200
    assert daemon.client.get("/badges/app.svg", headers={"Host": "elsewhere.example.org"}).status_code != 200
