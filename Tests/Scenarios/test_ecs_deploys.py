"""Deploys to ECS through the whole daemon: pushes that end in a service, and what keeps it from going wrong unseen."""

import json

import pytest
from blackbox.cloud import ACCESS_KEY, REGION, SECRET_KEY
from blackbox.daemon import Daemon
from blackbox.place import Place


@pytest.fixture
def place(cloud):
    return Place(cloud)


@pytest.fixture
def deployer(make_deployer, place):
    return make_deployer(place)


@pytest.fixture
def make_deployer(make_daemon, repository):
    """Makes a daemon whose jobs find the tests' AWS, and get their credentials from secrets."""
    return lambda place: started(make_daemon, repository, place)


def started(make_daemon, repository, place):
    daemon = make_daemon(environment={"AWS_ENDPOINT_URL": place.cloud.address})
    daemon.watch(repository)
    daemon.start()
    for name, value in (("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)):
        daemon.command("secret", "set", name, "--repository", repository.name, stdin=value)
    daemon.wait_until_seen()
    return daemon


def workflow(place, image="1", **environment):
    """As the pipelines that people have: a task definition of the repository, rendered with an image, deployed."""
    return f"""
on: push
env:
  AWS_ACCESS_KEY_ID: ${{{{ secrets.AWS_ACCESS_KEY_ID }}}}
  AWS_SECRET_ACCESS_KEY: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}
  AWS_REGION: {REGION}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: render
        uses: aws-actions/amazon-ecs-render-task-definition@v1
        with:
          task-definition: task-definition.json
          container-name: app
          image: {place.image}:{image}
      - id: deploy
        uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with:
          task-definition: ${{{{ steps.render.outputs.task-definition }}}}
          cluster: {place.name}
          service: web
          wait-for-service-stability: true
      - run: echo "deployed ${{{{ steps.deploy.outputs.task-definition-arn }}}}"
"""


def push(deployer, repository, place, image="1", **environment):
    files = {"task-definition.json": json.dumps(place.definition(**environment))}
    commit = repository.push_workflow(workflow(place, image), **files)
    return deployer.result_of(commit)


def deployments(deployer, run):
    return deployer.client.fetched(f"/api/v1/runs/{run['id']}/deployments")["deployments"]


def test_a_push_ends_in_the_service_with_the_same_digest_everywhere(deployer, repository, place):
    run = push(deployer, repository, place)
    log = deployer.client.log(run["jobs"][0]["id"])
    assert run["conclusion"] == "success", log
    name, image = place.running()
    assert (name, image) == (f"{place.name}:2", f"{place.image}@{place.digest}")
    (deployment,) = deployments(deployer, run)
    assert deployment["status"] == "succeeded"
    assert deployment["images"] == [{"container": "app", "name": f"{place.image}:1", "digest": place.digest}]
    assert deployment["previous_task_definition"].endswith(f"/{place.name}:1")
    assert deployment["commit"] == run["commit"]
    page = deployer.client.get(f"/runs/{run['id']}").text
    assert place.digest in page and f"/deployments/{deployment['id']}/rollback" in page
    assert "has reached a steady state" in log and SECRET_KEY not in log


def test_a_rollout_that_fails_fails_the_job_and_says_why(deployer, repository, place):
    run = push(deployer, repository, place, ROLLOUT="fails", EXIT_CODE="3", SAYS="no model.pkl in /app")
    log = deployer.client.log(run["jobs"][0]["id"])
    assert run["conclusion"] == "failure", log
    assert "container app: exit code 3" in log and "| no model.pkl in /app" in log
    assert "circuit breaker" in log
    assert deployments(deployer, run)[0]["status"] == "rolled_back"
    assert place.running()[0] == f"{place.name}:1"


def test_a_blue_green_service_is_followed_through_its_stages_and_goes_back_by_one_command(make_deployer, repository, cloud):
    place = Place(cloud, {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5})
    deployer = make_deployer(place)
    run = push(deployer, repository, place)
    log = deployer.client.log(run["jobs"][0]["id"])
    assert run["conclusion"] == "success", log
    assert "stage PRODUCTION_TRAFFIC_SHIFT" in log and "stage BAKE_TIME: the former tasks stay for 5 minutes" in log
    assert deployments(deployer, run)[0]["status"] == "succeeded"
    assert place.running() == (f"{place.name}:2", f"{place.image}@{place.digest}")
    assert "success" in deployer.command("rollback", run["id"], "--wait").stdout
    assert place.running()[0] == f"{place.name}:1"

    failed = push(deployer, repository, place, ROLLOUT="fails")
    log = deployer.client.log(failed["jobs"][0]["id"])
    assert failed["conclusion"] == "failure" and "green service revision failed to start" in log, log
    assert deployments(deployer, failed)[0]["status"] == "rolled_back"
    assert place.running()[0] == f"{place.name}:1"


def test_an_image_that_was_not_pushed_whole_is_not_deployed(deployer, repository, place):
    run = push(deployer, repository, place, image="never-pushed")
    assert run["conclusion"] == "failure"
    assert "is not in its registry: nothing was deployed" in deployer.client.log(run["jobs"][0]["id"])
    assert place.running()[0] == f"{place.name}:1" and deployments(deployer, run) == []


def test_a_deployment_is_rolled_back_by_one_command(deployer, repository, place):
    run = push(deployer, repository, place)
    assert place.running()[0] == f"{place.name}:2"
    done = deployer.command("rollback", run["id"], "--reason", "scores are off", "--wait")
    assert "success" in done.stdout
    assert place.running()[0] == f"{place.name}:1"
    back = deployer.runs()[0]
    assert back["event"] == "rollback" and f"{place.name}/web" in back["title"]
    (deployment,) = deployments(deployer, back)
    assert deployment["undoes"] == deployments(deployer, run)[0]["id"] and deployment["status"] == "succeeded"
    # What was undone is no longer the service's newest: the page says so instead of doing something else.
    refused = deployer.command("rerun", back["id"], check=False)
    assert refused.returncode == 1 and "is a rollback, which does not run again" in refused.stderr
    again = deployer.command("rollback", run["id"], check=False)
    assert again.returncode == 1 and f"run {back['id']} has deployed" in again.stderr
    assert back["attempt_reason"].endswith(": scores are off")
    assert any(entry["action"] == "rollback" and "scores are off" in entry["detail"] for entry in deployer.client.audit())


def test_an_older_commit_is_not_put_over_a_newer_one(deployer, repository, place):
    first = push(deployer, repository, place)
    second = push(deployer, repository, place)
    assert (first["conclusion"], second["conclusion"]) == ("success", "success")
    again = deployer.completed(deployer.client.rerun(first["id"]))
    log = deployer.client.log(again["jobs"][0]["id"])
    assert again["conclusion"] == "failure", log
    assert f"commit {first['commit'][:8]} is older than {second['commit'][:8]}" in log
    assert place.running()[0] == f"{place.name}:3"


def test_a_missing_region_is_said_before_anything_is_done(deployer, repository, place):
    text = workflow(place).replace(f"  AWS_REGION: {REGION}\n", "")
    files = {"task-definition.json": json.dumps(place.definition())}
    run = deployer.result_of(repository.push_workflow(text, **files))
    assert run["conclusion"] == "failure"
    assert "no region is given" in deployer.client.log(run["jobs"][0]["id"])


# Stages that put back what they deployed

ROLE = "arn:aws:iam::123456789012:role/slipway-jobs"
PIPELINE = """
name: Release
on: {push: {branches: [main]}}
stages:
  - name: Build
    actions:
      - name: Image
        type: commands
        commands: ["mv images.json imagedefinitions.json"]
        files: [imagedefinitions.json]
        output-artifacts: [Images]
  - name: Production
    on-failure: ROLLBACK
    actions:
      - {name: Look, type: commands, commands: ["test ! -e stop-before"]}
      - {name: Deploy, type: deploy-ecs, run-order: 2, input-artifacts: [Images], cluster: CLUSTER, service: web}
      - {name: Smoke, type: commands, run-order: 3, commands: ["test ! -e stop-after"]}
"""


@pytest.fixture
def releaser(binary, tmp_path, repository, place):
    """A daemon whose jobs have a role in the tests' AWS, and pipelines of stages."""
    settings = {"aws": {"region": REGION, "role": ROLE, "endpoint": place.cloud.address}}
    environment = {
        "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    daemon = Daemon(binary, tmp_path / "releasing", settings, environment)
    daemon.watch(repository).start().wait_until_seen()

    def push(**files):
        images = json.dumps([{"name": "app", "imageUri": f"{place.image}:1"}])
        commit = repository.push_workflow(
            PIPELINE.replace("CLUSTER", place.name), path=".slipway/pipeline.yml", **{"images.json": images}, **files)
        return daemon.completed(daemon.run_of(commit, event="push"))

    push.daemon = daemon
    yield push
    daemon.dispose()


def remarks(daemon, run):
    page = daemon.client.fetched(f"/api/v1/runs/{run['id']}/annotations")
    return [entry["message"] for entry in page["annotations"]]


def test_a_failed_stage_puts_back_what_it_deployed(releaser, place):
    daemon = releaser.daemon
    run = releaser(**{"stop-after": "x"})
    assert run["conclusion"] == "failure"
    assert deployments(daemon, run)[0]["status"] == "succeeded"

    def look():
        return next((one for one in daemon.runs() if one["event"] == "rollback"), None)

    back = daemon.completed(daemon.wait(look, "the rollback of the stage"))
    assert back["conclusion"] == "success", daemon.client.log(back["jobs"][0]["id"])
    assert back["title"] == f"Roll back the stage Production of run {run['id']}" and back["actor"] == "slipway"
    assert place.running()[0] == f"{place.name}:1"
    assert deployments(daemon, back)[0]["undoes"] == deployments(daemon, run)[0]["id"]
    entry = next(entry for entry in daemon.client.audit() if entry["action"] == "rollback")
    assert entry["actor"] == "slipway" and entry["subject"] == f"stage Production of run {run['id']}"
    said = f"{place.name}/web goes back to {place.name}:1, by run {back['id']}"
    daemon.wait(lambda: any(said in line for line in remarks(daemon, run)), "the remark with the stage")

    shown = daemon.client.get(f"/runs/{run['id']}").text
    assert said in shown and "Retry the stage" in shown and "Retry failed actions" not in shown

    # With only the failed action the stage would pass without what it deployed.
    refused = daemon.command("rerun", run["id"], "--stage", "Production", "--failed", check=False)
    assert refused.returncode == 1 and "retry all of its actions" in refused.stderr
    daemon.command("rerun", run["id"], "--stage", "Production")
    daemon.wait(lambda: len([one for one in daemon.runs() if one["event"] == "rollback"]) == 2, "the second rollback")
    second = daemon.completed(daemon.runs()[0])
    assert second["conclusion"] == "success" and place.running()[0] == f"{place.name}:1"


def test_a_failed_stage_that_deployed_nothing_says_so(releaser, place):
    daemon = releaser.daemon
    run = releaser(**{"stop-before": "x"})
    assert run["conclusion"] == "failure"
    said = "the stage Production failed, and its on-failure asks for ROLLBACK: it deployed to no service"
    daemon.wait(lambda: any(said in line for line in remarks(daemon, run)), "the remark with the stage")
    assert [one["event"] for one in daemon.runs()] == ["push"] and place.running()[0] == f"{place.name}:1"


STAGES = """
name: Release
on: {push: {branches: [main]}}
stages:
  - name: Build
    actions:
      - {name: Image, type: build, buildspec: buildspec.yml, output-artifacts: [Images]}
  - name: Production
    actions:
      - {name: Deploy, type: deploy-ecs, input-artifacts: [Images], cluster: CLUSTER, service: SERVICE}
"""

BUILDSPEC = """
version: 0.2
phases:
  build:
    commands:
      - echo "the build runs"
      - printf '[{"name":"app","imageUri":"IMAGE:1"}]' > imagedefinitions.json
artifacts: {files: [imagedefinitions.json]}
"""


@pytest.mark.parametrize("service, commands, begins", [("wbe", "", False), ("web", "", True), ("wbe", "      - ./make-service.sh || true\n", True)])
def test_a_build_does_not_begin_where_a_later_stage_has_nowhere_to_deploy(
        releaser, repository, place, service, commands, begins):
    daemon = releaser.daemon
    text = STAGES.replace("CLUSTER", place.name).replace("SERVICE", service)
    buildspec = BUILDSPEC.replace("IMAGE", place.image).replace("artifacts:", commands + "artifacts:")
    run = daemon.result_of(repository.push_workflow(text, path=".slipway/pipeline.yml", **{"buildspec.yml": buildspec}))
    jobs = {job["key"]: job for job in run["jobs"]}
    log = daemon.client.log(jobs["Build/Image"]["id"])
    assert ("the build runs" in log) == begins, log
    assert run["conclusion"] == ("success" if service == "web" else "failure"), log
    if service == "wbe":
        assert f'the job Production/Deploy, which comes later, can\'t succeed: there is no service "wbe" in the cluster "{place.name}"' in log
    else:
        assert f"The job Production/Deploy, which comes later, deploys to the service {place.name}/web, which is there" in log
        assert place.running()[1] == f"{place.image}@{place.digest}"


@pytest.mark.parametrize("service", ["wbe", "web"])
def test_a_job_that_builds_looks_for_what_the_next_one_deploys_to_with_its_credentials(deployer, repository, place, service):
    credentials = f"""
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-region: {REGION}
          aws-access-key-id: ${{{{ secrets.AWS_ACCESS_KEY_ID }}}}
          aws-secret-access-key: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}"""
    run = deployer.result_of(repository.push_workflow(f"""
on: push
env: {{CLUSTER: {place.name}, NAME: {service}}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:{credentials}
      - run: echo "the build runs"
  deploy:
    needs: build
    runs-on: ubuntu-latest
    steps:{credentials}
      - uses: slipway/ecs-deploy@v1
        with: {{cluster: "${{{{ env.CLUSTER }}}}", service: "${{{{ env.NAME }}}}", image: "{place.image}:1"}}
"""))
    log = deployer.client.log(run["jobs"][0]["id"])
    assert ("the build runs" in log) == (service == "web"), log
    assert run["conclusion"] == ("success" if service == "web" else "failure"), log
    assert service == "web" or 'the job deploy, which comes later, can\'t succeed: there is no service "wbe"' in log
