"""Environments: who has to agree before a job starts, what only their jobs get, what is deployed where, and the way back."""

import json

import pytest
from blackbox.cloud import ACCESS_KEY, REGION, SECRET_KEY
from blackbox.place import Place

PROTECTED = """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo "outside ${#TOKEN} in ${{ vars.REGION }}"
        env: {TOKEN: "${{ secrets.TOKEN }}"}
  release:
    needs: build
    runs-on: ubuntu-latest
    environment: {name: Production, url: "https://${{ steps.where.outputs.host }}/"}
    steps:
      - id: where
        run: |
          echo "inside ${#TOKEN} in ${{ vars.REGION }}"
          echo "host=app-$GITHUB_RUN_ID.example.org" >> "$GITHUB_OUTPUT"
        env: {TOKEN: "${{ secrets.TOKEN }}"}
"""

PLAIN = """
on: push
jobs:
  release:
    runs-on: ubuntu-latest
    environment: production
    steps: [{run: echo released}]
"""


@pytest.fixture
def daemon(make_daemon, repository):
    """A daemon that is started with what protects its repository's `production`."""
    def start(**environment):
        daemon = make_daemon()
        daemon.watch(repository, variables={"REGION": "us"}, environments={"production": environment})
        daemon.start()
        return daemon.wait_until_seen()

    return start


def job(daemon, run, key="release"):
    return next(job for job in daemon.client.run(run["id"])["jobs"] if job["key"] == key)


def awaited(daemon, run):
    """The job that waits for an approval."""
    def look():
        found = job(daemon, run)
        return found if found["approval"] and found["approval"]["state"] == "pending" else None

    return daemon.wait(look, f"a request for an approval of run {run['id']}")


def environments(daemon):
    return daemon.client.fetched("/api/v1/environments")["environments"]


def test_only_who_is_named_approves_and_only_then_there_is_anything_of_the_environment(daemon, repository):
    daemon = daemon(approvers=["admin"], variables={"REGION": "eu"})
    daemon.command("secret", "set", "TOKEN", "--repository", repository.name, stdin="short")
    daemon.command("secret", "set", "token", "--repository", repository.name, "--environment", "PRODUCTION", stdin="much-longer")
    listed = daemon.command("secret", "list").stdout
    assert "production" in listed and "much-longer" not in listed
    run = daemon.run_of(repository.push_workflow(PROTECTED))
    waiting = awaited(daemon, run)
    assert waiting["environment"]["name"] == "production" and waiting["approval"]["environment"] == "production"
    assert "waits for an approval by admin for the environment production" in waiting["reason"]
    folder = daemon.state / "runs" / run["id"] / "jobs" / waiting["id"]
    assert not folder.exists()
    # Whoever only reaches the page is an operator, and not among those who may.
    answer = daemon.client.post(f"/api/v1/runs/{run['id']}/approve", {"job": waiting["id"]})
    assert answer.status_code == 403 and "is to be approved by admin" in answer.text
    daemon.restart()
    assert awaited(daemon, run)["approval"] == waiting["approval"] and not folder.exists()
    daemon.command("approve", run["id"], "--comment", "it is time")
    run = daemon.completed(run)
    assert run["conclusion"] == "success"
    logs = {one["key"]: daemon.client.log(one["id"]) for one in run["jobs"]}
    assert "outside 5 in us" in logs["build"] and "inside 11 in eu" in logs["release"]
    (state,) = environments(daemon)
    url = f"https://app-{run['id']}.example.org/"
    assert state["name"] == "production" and state["current"]["run_id"] == run["id"] and state["current"]["url"] == url
    assert state["rules"] == ["approved by admin"]
    assert f'href="{url}"' in daemon.client.get(f"/runs/{run['id']}").text
    page = daemon.client.get("/environments").text
    assert f'href="/runs/{run["id"]}"' in page and "approved by admin" in page
    page = daemon.client.get(f"/repositories/{repository.name}/environments/production").text
    assert "rerun run" not in page and f"run {run['id']}" in page


def test_a_timer_is_a_reason_that_outlives_the_daemon(daemon, repository):
    daemon = daemon(wait="4s")
    run = daemon.run_of(repository.push_workflow(PLAIN))
    waiting = daemon.wait(lambda: (job(daemon, run)["environment"] or {}).get("not_before") and job(daemon, run), "the timer")
    assert "for the timer of the environment production" in waiting["reason"]
    daemon.restart()
    assert job(daemon, run)["environment"] == waiting["environment"]
    run = daemon.completed(run)
    assert run["conclusion"] == "success"
    assert job(daemon, run)["started_at"] >= waiting["environment"]["not_before"]


def test_a_branch_that_may_not_deploy_fails_its_job_and_says_which_may(daemon, repository):
    daemon = daemon(branches=["release/*"])
    run = daemon.result_of(repository.push_workflow(PLAIN))
    assert run["conclusion"] == "failure"
    reason = job(daemon, run)["reason"]
    assert 'the branch "main" is not allowed to deploy to the environment production' in reason and "release/*" in reason
    assert [state["current"] for state in environments(daemon)] == [None]


def test_a_request_of_an_environment_that_is_rejected_is_no_deployment(daemon, repository):
    daemon = daemon(approvers=["admin"])
    run = daemon.run_of(repository.push_workflow(PLAIN))
    awaited(daemon, run)
    daemon.command("reject", run["id"], "--comment", "not today")
    run = daemon.completed(run)
    assert run["conclusion"] == "failure" and "not today" in job(daemon, run)["reason"]
    assert [(state["current"], state["newest"]) for state in environments(daemon)] == [(None, None)]


# Services of ECS


@pytest.fixture
def place(cloud):
    return Place(cloud)


@pytest.fixture
def deployer(make_daemon, repository, place):
    daemon = make_daemon(environment={"AWS_ENDPOINT_URL": place.cloud.address})
    daemon.watch(repository, environments={"production": {"approvers": ["admin"]}})
    daemon.start()
    scope = ("--repository", repository.name, "--environment", "production")
    for name, value in (("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)):
        daemon.command("secret", "set", name, *scope, stdin=value)
    return daemon.wait_until_seen()


def deploy(deployer, repository, place, tag, smoke="true"):
    """A push that deploys an image, approved; its completed run."""
    workflow = f"""
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-region: {REGION}
          aws-access-key-id: ${{{{ secrets.AWS_ACCESS_KEY_ID }}}}
          aws-secret-access-key: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}
      - uses: slipway/ecs-deploy@v1
        with: {json.dumps({"cluster": place.name, "service": "web", "image": f"{place.image}:{tag}"})}
      - run: {smoke}
"""
    run = deployer.run_of(repository.push_workflow(workflow))
    deployer.wait(lambda: job(deployer, run, "deploy")["approval"], "the request for an approval")
    deployer.command("approve", run["id"])
    return deployer.completed(run)


def history(deployer, repository):
    path = f"/api/v1/repositories/{repository.name}/environments/Production/deployments"
    return deployer.client.fetched(path)["deployments"]


def test_an_environment_goes_back_to_any_deployment_at_once_with_who_and_why_on_record(deployer, repository, place):
    digests = {"1": place.digest, "2": place.push("2"), "3": place.push("3")}
    runs = [deploy(deployer, repository, place, tag) for tag in digests]
    assert [run["conclusion"] for run in runs] == ["success"] * 3
    third, second, first = history(deployer, repository)
    assert first["run_id"] == runs[0]["id"] and first["services"][0]["images"][0]["digest"] == digests["1"]
    page = deployer.client.get(f"/repositories/{repository.name}/environments/production").text
    assert f"/environment-deployments/{first['id']}/rollback" in page
    assert f"/environment-deployments/{third['id']}/rollback" not in page
    done = deployer.command(
        "rollback", "production", "--repository", repository.name, "--to", first["id"], "--reason", "it is wrong", "--wait")
    assert "success" in done.stdout
    assert place.running()[1] == f"{place.image}@{digests['1']}"
    back = history(deployer, repository)[0]
    assert (back["restores"], back["released_run_id"], back["commit"]) == (first["id"], runs[0]["id"], runs[0]["commit"])
    run = deployer.client.run(back["run_id"])
    assert run["event"] == "rollback" and job(deployer, run, "rollback")["approval"] is None
    entry = next(entry for entry in deployer.client.audit() if entry["action"] == "rollback")
    assert "it is wrong" in entry["detail"] and entry["subject"] == f"environment {repository.name}/production"
    # What is there already is not deployed again.
    again = deployer.client.post(f"/api/v1/environment-deployments/{first['id']}/rollback", {"reason": "again"})
    assert again.status_code == 409 and "run already" in again.text
    # Without a word it is the one before: what had been released before the first came back.
    nothing = deployer.client.post(f"/api/v1/environment-deployments/{first['id']}/rollback", {})
    assert nothing.status_code == 422
    deployer.command("rollback", "production", "--repository", repository.name, "--reason", "it was right", "--wait")
    assert place.running()[1] == f"{place.image}@{digests['3']}"
    listed = deployer.command("environments", "--repository", repository.name, "production").stdout
    assert listed.count("succeeded") == 5


def test_one_deployment_that_is_undone_leaves_the_environment_with_the_one_before(deployer, repository, place):
    place.push("2")
    runs = [deploy(deployer, repository, place, tag) for tag in ("1", "2")]
    deployer.command("rollback", runs[1]["id"], "--wait")
    (state,) = environments(deployer)
    assert state["current"]["released_run_id"] == runs[0]["id"] and place.running()[1] == f"{place.image}@{place.digest}"


def test_what_a_deploy_that_failed_later_left_is_undone_by_what_is_deployed_now(deployer, repository, place):
    place.push("2")
    place.push("3")
    for tag in ("1", "2"):
        deploy(deployer, repository, place, tag)
    failed = deploy(deployer, repository, place, "3", smoke="exit 1")
    assert failed["conclusion"] == "failure" and place.running()[1].startswith(f"{place.image}@")
    wrong, second, _ = history(deployer, repository)
    assert wrong["status"] == "failed" and wrong["services"][0]["status"] == "succeeded"
    page = deployer.client.get(f"/repositories/{repository.name}/environments/production").text
    assert f"/environment-deployments/{second['id']}/rollback" in page
    deployer.command("rollback", "production", "--repository", repository.name, "--reason", "the smoke test", "--wait")
    assert place.running()[1] == f"{place.image}@{second['services'][0]['images'][0]['digest']}"


def test_a_deployment_that_slipway_did_not_make_itself_says_how_to_make_it_again(daemon, repository):
    daemon = daemon()
    first = daemon.result_of(repository.push_workflow(PLAIN))
    daemon.result_of(repository.push_workflow(PLAIN + "\n"))
    page = daemon.client.get(f"/repositories/{repository.name}/environments/production").text
    assert f"its job changed no service and no container: rerun run {first['id']} to deploy it again" in page
    done = daemon.command(
        "rollback", "production", "--repository", repository.name, "--to", history(daemon, repository)[1]["id"],
        "--reason", "a try", check=False)
    assert done.returncode != 0 and f"rerun run {first['id']}" in done.stderr


def test_runs_that_deploy_by_a_script_take_turns_and_say_whose_turn_it_is(daemon, repository):
    daemon = daemon()
    first = daemon.run_of(repository.push_workflow(PLAIN.replace("echo released", "sleep 300")))
    daemon.wait(lambda: job(daemon, first)["status"] == "running", "the first deploy")
    second = daemon.run_of(repository.push_workflow(PLAIN))
    holder = f"job release of run {first['id']} (.github/workflows/ci.yml)"
    reason = f"waits for its turn at the environment production: {holder} deploys to it"
    daemon.wait(lambda: job(daemon, second)["reason"] == reason, "the second deploy's wait")
    assert job(daemon, second)["status"] == "waiting"
    for page in ("/", f"/runs/{second['id']}"):
        assert reason in daemon.client.get(page).text
    # The lock outlives the daemon.
    daemon.restart()
    assert job(daemon, second)["status"] == "waiting"
    daemon.command("cancel", first["id"])
    assert daemon.completed(second)["conclusion"] == "success"
    assert daemon.completed(first)["finished_at"] <= job(daemon, second)["started_at"]
