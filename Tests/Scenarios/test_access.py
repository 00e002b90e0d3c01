"""Who may do what: users, sign-in, tokens, and jobs that would help themselves."""

import getpass
import re
import subprocess
import textwrap

import pytest
import requests

from blackbox.repository import GitRepository
from blackbox.webhooks import github_pull_request, send_github

ME = getpass.getuser()
PASSWORD = "correct horse battery"

GATED = """
    name: Release
    on: {push: {branches: [main]}}
    stages:
      - name: Release
        actions:
          - name: Approve
            type: approval
            approvers: [release-managers]
    """


@pytest.fixture
def closed(make_daemon, tmp_path):
    """A daemon with the default access: nobody who did not sign in may do anything. The test's own client is a viewer."""
    daemon = make_daemon()
    del daemon.settings["web"]["anonymous_role"]
    daemon.repository = GitRepository(tmp_path / "app")
    daemon.watch(daemon.repository, pull_requests="all", webhook_secret="secret")
    daemon.start()
    add(daemon, "vera", "viewer")
    daemon.client.session.headers["Authorization"] = "Bearer " + make_token(daemon, "reader", "vera", "read")
    daemon.wait_until_seen()
    return daemon


def add(daemon, name, role, *teams):
    options = [option for team in teams for option in ("--team", team)]
    daemon.command("user", "add", name, "--role", role, *options, stdin=PASSWORD + "\n")


def make_token(daemon, name, user, *scopes, expires="1d"):
    options = [option for scope in scopes for option in ("--scope", scope)]
    return daemon.command("token", "create", name, "--user", user, "--expires", expires, *options).stdout.strip()


def with_token(daemon, token, method, path, **options):
    return requests.request(method, daemon.address + path, headers={"Authorization": f"Bearer {token}"}, timeout=30, **options)


class Browser:
    """A person with a browser that keeps its cookies."""

    def __init__(self, daemon):
        self.address = daemon.address
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "text/html"

    def get(self, path):
        return self.session.get(self.address + path, timeout=30)

    def submit(self, page, path, **fields):
        """Sends a form of the page."""
        token = re.search(r'name="form-token" content="([0-9a-f]+)"', self.get(page).text).group(1)
        return self.session.post(self.address + path, data={"form_token": token, **fields}, timeout=30)

    def sign_in(self, name, password=PASSWORD):
        return self.submit("/sign-in", "/sign-in", name=name, password=password)


def awaited(daemon):
    run = daemon.run_of(daemon.repository.push_workflow(textwrap.dedent(GATED), path=".slipway/pipeline.yml"))

    def look():
        return next((job for job in daemon.client.run(run["id"])["jobs"] if job["approval"]), None)

    return run, daemon.wait(look, "the request for an approval")


def test_nobody_looks_without_signing_in_and_the_page_says_how_to_begin(closed):
    anybody = Browser(closed)
    for path in ("/", "/runs", "/audit"):
        answer = anybody.get(path)
        assert answer.url.startswith(f"{closed.address}/sign-in") and answer.status_code == 200
    assert requests.get(f"{closed.address}/api/v1/runs", timeout=30).status_code == 401
    assert requests.get(f"{closed.address}/health", timeout=30).status_code == 200


def test_the_health_of_a_closed_daemon_names_nothing_to_strangers(closed):
    def details(**options):
        answer = requests.get(f"{closed.address}/health", timeout=30, **options)
        assert answer.status_code == 200
        return [check["detail"] for check in answer.json()["checks"]]

    assert not any(details())
    assert not any(details(headers={"Authorization": "Bearer slipway_wrong"}))
    assert all(details(headers=closed.client.session.headers))


def test_a_person_signs_in_works_and_signs_out(closed):
    add(closed, "anna", "operator")
    anna = Browser(closed)
    refused = anna.sign_in("anna", "another password")
    assert refused.status_code == 401 and "The name or the password is wrong." in refused.text
    answer = anna.sign_in("anna")
    assert answer.status_code == 200 and "anna" in answer.text and "Sign out" in answer.text
    run = closed.result_of(closed.repository.push_workflow("""
        on: push
        jobs: {a: {runs-on: ubuntu-latest, steps: [run: echo]}}
        """))
    again = anna.submit(f"/runs/{run['id']}", f"/runs/{run['id']}/rerun", jobs="all", reason="once more")
    assert again.ok
    entry = next(entry for entry in closed.client.audit() if entry["action"] == "rerun")
    assert (entry["actor"], entry["detail"]) == ("anna", "once more")
    anna.submit("/runs", "/sign-out")
    assert anna.get("/runs").url.startswith(f"{closed.address}/sign-in")
    actions = [entry["action"] for entry in closed.client.audit() if entry["subject"] == "user anna"]
    assert actions == ["sign-out", "sign-in", "refuse-sign-in", "add-user"]


def test_guesses_are_bounded_and_said_so(closed):
    anybody = Browser(closed)
    statuses = [anybody.sign_in("vera", f"guess {number} of many").status_code for number in range(12)]
    assert statuses[:10] == [401] * 10 and statuses[-1] == 429
    answer = anybody.sign_in("vera")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0 and "Too many tries" in answer.text


def test_an_approval_is_answered_by_those_it_names_and_by_no_job(closed):
    add(closed, "anna", "operator", "release-managers")
    add(closed, "bo", "operator")
    run, job = awaited(closed)
    path = f"/api/v1/runs/{run['id']}/approve"

    # A job of the same repository, on the host's network.
    commit = closed.repository.push_workflow(f"""
        on: push
        jobs:
          help-itself:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  curl -s -o answer -w 'approve: %{{http_code}}\\n' -X POST {closed.address}{path}
                  curl -s -o answer -w 'read: %{{http_code}}\\n' {closed.address}/api/v1/runs
        """)
    tried = closed.wait(
        lambda: next((r for r in closed.runs() if r["commit"] == commit and r["status"] == "completed"
                      and r["workflow_path"] != ".slipway/pipeline.yml"), None), "the job that helps itself", 60)
    log = closed.client.log(closed.client.run(tried["id"])["jobs"][0]["id"])
    assert "approve: 401" in log and "read: 401" in log

    viewer = make_token(closed, "v", "vera", "read")
    assert with_token(closed, viewer, "POST", path).status_code == 403
    bo = make_token(closed, "b", "bo", "approve")
    refused = with_token(closed, bo, "POST", path)
    assert refused.status_code == 403 and "release-managers" in refused.json()["detail"]
    assert closed.command("approve", run["id"], check=False).returncode == 1
    assert closed.client.run(run["id"])["status"] != "completed"

    narrow = make_token(closed, "narrow", "anna", "run")
    refused = with_token(closed, narrow, "POST", path)
    assert refused.status_code == 403 and "scope approve" in refused.json()["detail"]
    anna = Browser(closed)
    anna.sign_in("anna")
    assert anna.submit(f"/runs/{run['id']}", f"/runs/{run['id']}/approval", answer="approve", job=job["id"]).ok
    assert closed.completed(run)["conclusion"] == "success"


def test_the_command_works_from_another_host_with_a_token(closed, tmp_path):
    def command(*arguments, token=None):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "SLIPWAY_URL": closed.address}
        if token:
            environment["SLIPWAY_TOKEN"] = token
        return subprocess.run([closed.binary, *arguments], capture_output=True, text=True, timeout=30, env=environment)

    add(closed, "anna", "operator", "release-managers")
    run, _ = awaited(closed)
    refused = command("show", str(run["id"]))
    assert refused.returncode != 0 and f"make a token on {closed.address}/account" in refused.stderr
    vera = make_token(closed, "v", "vera", "read")
    assert command("show", str(run["id"]), token=vera).returncode == 0
    refused = command("approve", str(run["id"]), token=vera)
    assert refused.returncode != 0 and "make a token" not in refused.stderr
    refused = command("approve", str(run["id"]), "--token-file", "/dev/null", token=vera)
    assert "does not hold a token" in refused.stderr
    anna = tmp_path / "token"
    anna.write_text(make_token(closed, "a", "anna", "approve", "read") + "\n")
    approved = command("approve", str(run["id"]), "--url", closed.address, "--token-file", str(anna))
    assert approved.returncode == 0, approved.stderr
    assert closed.completed(run)["conclusion"] == "success"


def test_a_token_ends_when_it_says_or_when_it_is_revoked(closed):
    path = "/api/v1/runs"
    short = make_token(closed, "short", "vera", "read", expires="1s")
    closed.wait(lambda: with_token(closed, short, "GET", path).status_code == 401, "the token's end")
    assert "has expired" in with_token(closed, short, "GET", path).json()["detail"]
    long = make_token(closed, "long", "vera", "read")
    assert with_token(closed, long, "GET", path).status_code == 200
    listed = closed.command("token", "list", "--user", "vera", "--format", "json").stdout
    identity = re.search(r'"id":"(\d+)"[^{}]*"name":"long"', listed).group(1)
    closed.command("token", "revoke", identity)
    assert "was revoked" in with_token(closed, long, "GET", path).json()["detail"]


def test_who_is_disabled_is_out_at_once(closed):
    add(closed, "anna", "admin")
    anna = Browser(closed)
    anna.sign_in("anna")
    assert anna.get("/runs").url == f"{closed.address}/runs"
    closed.command("user", "disable", "anna")
    assert anna.get("/runs").url.startswith(f"{closed.address}/sign-in")
    assert anna.sign_in("anna").status_code == 401
    closed.command("user", "enable", "anna")
    assert anna.sign_in("anna").status_code == 200
    entry = next(entry for entry in closed.client.audit() if entry["action"] == "enable-user")
    assert entry["actor"] == f"{ME} (socket)"


def test_a_pull_request_of_a_fork_is_not_on_the_hosts_network(closed):
    closed.repository.push_commit({"README.md": "app"})
    closed.repository.git("checkout", "--quiet", "-b", "topic")
    head = closed.repository.commit({".github/workflows/ci.yml": textwrap.dedent(f"""
        on: pull_request
        jobs:
          look:
            runs-on: ubuntu-latest
            steps: [run: '! curl -s --max-time 5 {closed.address}/health']
        """)})
    closed.repository.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head")
    answer = send_github(closed, github_pull_request(closed.repository, head, fork="eve/app"), "secret", event="pull_request")
    assert answer.ok, answer.text
    assert closed.result_of(head)["conclusion"] == "success"
