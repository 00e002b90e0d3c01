"""The shapes that pipelines of machine-learning repositories most often have, each run for real.

The workflows are files in `shapes/workflows`, written as people write them for GitHub; the project that they build is in
`shapes/project`.
"""

import json
import pathlib

import pytest

from blackbox.cloud import ACCESS_KEY, REGISTRY, SECRET_KEY, Cloud
from blackbox.daemon import Daemon
from blackbox.repository import GitRepository
from blackbox.workbench import Outcome

pytestmark = pytest.mark.timeout(300)

SHAPES = pathlib.Path(__file__).resolve().parent / "shapes"
PROJECT = {
    str(path.relative_to(SHAPES / "project")): path.read_text()
    for path in (SHAPES / "project").rglob("*") if path.suffix in (".py", ".txt", ".cfg")}


def workflow(name):
    return (SHAPES / "workflows" / f"{name}.yml").read_text()


def assert_green(outcome):
    failed = [job for job in outcome.jobs if job["conclusion"] not in ("success", "skipped")]
    assert not failed and outcome.conclusion == "success", "\n".join(
        f"{job['name']}: {job['conclusion']}\n{outcome.daemon.client.log(job['id'])}" for job in failed)


def test_lint_and_test_matrix(workbench):
    outcome = workbench.execute(workflow("lint_and_test"), 240, **PROJECT)
    assert_green(outcome)
    assert [job["name"] for job in outcome.jobs] == [
        "lint", "test fast on 3.x", "test slow on 3.x", "test fast on >=3.9", "all-green"]
    assert outcome.output("all-green").count('tests="2"') == 2 and outcome.output("all-green").count('tests="1"') == 1
    # A red test fails its cells and the job that sums up, and leaves the others alone.
    broken = {**PROJECT, "tests/test_mean.py": PROJECT["tests/test_mean.py"].replace('"count": 3', '"count": 4')}
    outcome = workbench.execute(workflow("lint_and_test"), 240, **broken)
    assert outcome.conclusions() == {
        "lint": "success", "test fast on 3.x": "failure", "test slow on 3.x": "success", "test fast on >=3.9": "failure",
        "all-green": "failure"}
    assert "Cache restored" in outcome.log("lint") or "Unpacked" in outcome.log("lint")


def test_reusable_calls(workbench):
    workbench.daemon.command("secret", "set", "REGISTRY_TOKEN", stdin="token-of-the-registry")
    outcome = workbench.execute(
        workflow("reusable_calls"), 120,
        **{**PROJECT, ".github/workflows/_train.yml": workflow("_train"), ".github/workflows/_quality.yml": workflow("_quality")})
    assert_green(outcome)
    assert "published after 2 checks" in outcome.output("publish")


def test_cache_and_artifacts(workbench):
    prepare = "mkdir -p data ~/.cache/features\nseq 1 100 > data/values.txt\ndate > ~/.cache/features/index\n"
    files = {**PROJECT, "prepare.sh": prepare}
    first = workbench.execute(workflow("cache_and_artifacts"), 120, **files)
    assert_green(first)
    assert "cache hit: false" in first.output("evaluate") or "cache hit: " in first.output("evaluate")
    assert len([line for line in first.output("evaluate") if line.startswith("| models/")]) == 2
    second = workbench.execute(workflow("cache_and_artifacts"), 120, **files)
    assert_green(second)
    assert "cache hit: true" in second.output("evaluate")
    assert not any("sh prepare.sh" in line for line in second.output("data"))


def test_scheduled_training(binary, tmp_path):
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(binary, tmp_path / "daemon")
    try:
        repository.push_commit({**PROJECT, ".github/workflows/nightly.yml": workflow("scheduled_training")})
        daemon.watch(repository)
        daemon.start()
        daemon.wait_until_seen()
        daemon.command("trigger", "app", "--workflow", "nightly.yml", "--input", "size=50")
        asked = daemon.wait(lambda: next((run for run in daemon.runs() if run["event"] == "workflow_dispatch"), None), "the run")
        outcome = Outcome(daemon, daemon.completed(asked))
        assert outcome.conclusions() == {"train": "success", "publish": "skipped"}, outcome.log("train")
        assert outcome.run["title"] == "Training by workflow_dispatch of 50 values"
        due = daemon.wait(lambda: next((run for run in daemon.runs() if run["event"] == "schedule"), None), "the tick", 90)
        outcome = Outcome(daemon, daemon.completed(due))
        assert outcome.conclusions() == {"train": "success", "publish": "success"}, outcome.log("train")
        assert "publishing a loss of 8.25" in outcome.output("publish")
    finally:
        daemon.dispose()


def test_build_and_push_image(binary, engine, tmp_path):
    registry = engine.registry()
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(
        binary, tmp_path / "daemon",
        # Debian's client has no plugin for BuildKit.
        {"docker": {"socket": str(engine.socket)}, "environment": {"DOCKER_BUILDKIT": "0"}})
    daemon.watch(repository, docker="socket")
    daemon.start()
    try:
        daemon.wait_until_seen()
        commit = repository.push_workflow(
            workflow("build_and_push_image"),
            **{**PROJECT, "Dockerfile": "FROM busybox:test\nCOPY model /app/model\nCOPY model.json /app/\n"})
        outcome = Outcome(daemon, daemon.result_of(commit, 180))
        assert_green(outcome)
        digest = registry.digest("team/model", "main")
        assert f"pushed {digest}" in outcome.output("pull")
        assert registry.tags("team/model") == ["main", f"sha-{commit[:12]}"]
    finally:
        daemon.dispose()


def test_deploy_to_ecs(binary, engine, tmp_path):
    cloud = Cloud(registry=engine.registry().host)
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(
        binary, tmp_path / "daemon",
        {"docker": {"socket": str(engine.socket)}, "environment": {"DOCKER_BUILDKIT": "0", "AWS_ENDPOINT_URL": cloud.address}})
    daemon.watch(repository, docker="socket")
    daemon.start()
    try:
        for name, value in (("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)):
            daemon.command("secret", "set", name, stdin=value)
        daemon.wait_until_seen()
        container = {
            "name": "app", "image": "placeholder", "essential": True, "memory": 128, "portMappings": [{"containerPort": 5000}]}
        task = {"family": "model-service", "memory": "256", "containerDefinitions": [container]}
        cloud.client("ecr").create_repository(repositoryName="model-service")
        ecs = cloud.client("ecs")
        ecs.create_cluster(clusterName="models")
        ecs.register_task_definition(**task)
        ecs.create_service(cluster="models", serviceName="model-service", taskDefinition="model-service", desiredCount=1)

        commit = repository.push_workflow(
            workflow("deploy_to_ecs"),
            **{**PROJECT, "Dockerfile": "FROM busybox:test\nCOPY model /app/model\n", "task-definition.json": json.dumps(task)})
        outcome = Outcome(daemon, daemon.result_of(commit, 180))
        assert_green(outcome)
        service = ecs.describe_services(cluster="models", services=["model-service"])["services"][0]
        [deployment] = [one for one in service["deployments"] if one["status"] == "PRIMARY"]
        definition = ecs.describe_task_definition(taskDefinition=deployment["taskDefinition"])["taskDefinition"]
        [deployed] = definition["containerDefinitions"]
        # The tag's digest, so that nothing else can be run under its name later.
        digest = engine.registry().digest("model-service", commit)
        assert (deployed["image"], deployment["rolloutState"]) == (f"{REGISTRY}/model-service@{digest}", "COMPLETED")
        assert {"name": "COMMIT", "value": commit} in deployed["environment"]
        assert f"deployed {definition['taskDefinitionArn']}" in outcome.output("deploy")
    finally:
        daemon.dispose()
        cloud.close()
