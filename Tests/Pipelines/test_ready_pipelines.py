"""The pipelines that the project ships, each from a push to what runs in the end."""

import calendar
import json
import pathlib
import sqlite3
import time
import urllib.request

import pytest

from blackbox.cloud import ACCOUNT, REGISTRY
from blackbox.workbench import Outcome

PIPELINES = pathlib.Path(__file__).resolve().parent.parent.parent / "pipelines"

pytestmark = pytest.mark.timeout(900)


def test_fraud_detection_is_tested_built_pushed_and_deployed(make_release):
    release = make_release()
    release.make_ecr_repository("fraud-detection")
    release.make_service("fraud-cluster", "fraud-service", "fraud-task-def", "fraud-container")

    commit = release.push_folder(PIPELINES / "fraud-detection")
    outcomes = release.outcomes(commit, 2)

    release.expect_success(outcomes[".github/workflows/ci.yml"])
    deployment = release.expect_success(outcomes[".github/workflows/cd.yml"])
    digest = release.digest("fraud-detection", commit)
    image, rollout = release.deployed_image("fraud-cluster", "fraud-service", "fraud-container")
    assert (image, rollout) == (f"{REGISTRY}/fraud-detection@{digest}", "COMPLETED")
    assert release.shown_on_the_page(deployment.run, digest)


def test_fraud_detection_is_released_in_stages_after_an_approval(make_release):
    release = make_release()
    release.make_ecr_repository("fraud-detection")
    release.make_service("fraud-cluster", "fraud-service", "fraud-task-def", "fraud-container")
    commit = release.push_folder(PIPELINES / "fraud-detection", without=["workflows"])
    release.daemon.wait(
        lambda: any(found["commit"] == commit for found in release.daemon.client.triggers(release.repository.name)),
        "the look at the push")
    release.daemon.command("trigger", release.repository.name, "--workflow", ".slipway/pipeline.yml")
    run = release.daemon.run_of(commit)

    request = release.daemon.wait(lambda: waiting_approval(release, run), "the request for an approval", 600)
    assert commit[:7] in json.dumps(request)
    release.daemon.command("approve", run["id"])

    outcome = release.expect_success(release.outcome(commit))
    digest = release.digest("fraud-detection", commit[:7])
    image, rollout = release.deployed_image("fraud-cluster", "fraud-service", "fraud-container")
    assert (image, rollout) == (f"{REGISTRY}/fraud-detection@{digest}", "COMPLETED")
    assert release.shown_on_the_page(outcome.run, digest)


def waiting_approval(release, run):
    jobs = release.daemon.client.run(run["id"])["jobs"]
    return next((job for job in jobs if job.get("approval") and job["approval"]["state"] == "pending"), None)


def test_the_students_box_replaces_its_container_once_the_new_one_answers(make_release, engine):
    release = make_release()
    release.make_ecr_repository("student-performance")

    first = release.push_folder(PIPELINES / "student-performance")
    release.expect_success(release.outcome(first))
    assert score(engine, hours=10) == 80

    second = release.push({"artifacts/model.json": '{"base": 20, "per_hour": 5}'}, "Train again")
    release.expect_success(release.outcome(second))
    assert score(engine, hours=10) == 70
    digest = release.digest("student-performance", "latest")
    assert deployed(engine)["Image"] == f"{REGISTRY}/student-performance@{digest}"

    broken = release.push({"app.py": "raise SystemExit('no model')\n", "test_app.py": None}, "Break it")
    assert release.outcome(broken).conclusion == "failure"
    assert score(engine, hours=10) == 70


def deployed(engine):
    return next(one for one in engine.containers() if "/student-performance" in one["Names"])


def score(engine, hours):
    inspected = engine.get(f"/containers/{deployed(engine)['Id']}/json")
    address = next(iter(inspected["NetworkSettings"]["Networks"].values()))["IPAddress"]
    with urllib.request.urlopen(f"http://{address}:8000/?hours={hours}", timeout=10) as answer:
        return json.load(answer)["score"]


def make_training(make_release, cloud):
    """A release whose training has its cluster, its bucket and its place in the network."""
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    group = cloud.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    release = make_release(variables={"TRAINING_SUBNETS": subnet, "TRAINING_SECURITY_GROUPS": group})
    release.make_ecr_repository("price-training")
    cloud.client("ecs").create_cluster(clusterName="training-cluster")
    cloud.client("s3").create_bucket(Bucket="price-training-data")
    return release


def test_training_runs_on_fargate_with_its_data_in_s3(make_release, cloud):
    release = make_training(make_release, cloud)
    commit = release.push_folder(PIPELINES / "nightly-training")
    outcome = release.expect_success(release.outcome(commit))

    keys = [found["Key"] for found in cloud.client("s3").list_objects_v2(Bucket="price-training-data")["Contents"]]
    assert keys == ["data/prices.csv"]
    digest = release.digest("price-training", commit)
    definition = cloud.client("ecs").describe_task_definition(taskDefinition="price-training")["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == f"{REGISTRY}/price-training@{digest}"
    [task] = tasks_of(cloud.client("ecs"), "training-cluster")
    assert (task["taskDefinitionArn"], task["launchType"]) == (definition["taskDefinitionArn"], "FARGATE")
    assert release.shown_on_the_page(outcome.run, digest)


def test_training_runs_at_night(make_release, cloud):
    release = make_training(make_release, cloud)
    commit = release.push_folder(PIPELINES / "nightly-training")
    assert "upload: " in release.expect_success(release.outcome(commit)).log("train")

    night = run_of_last_night(release, ".github/workflows/train.yml", "30 2 * * *", "Europe/Berlin")
    outcome = release.expect_success(night)
    assert (outcome.run["event"], outcome.run["commit"], outcome.run["actor"]) == ("schedule", commit, "schedule")
    assert "upload: " not in outcome.log("train"), "the data is that of the run before"
    assert len(tasks_of(cloud.client("ecs"), "training-cluster")) == 2
    assert release.shown_on_the_page(outcome.run, release.digest("price-training", commit))


def run_of_last_night(release, path, cron, timezone):
    """Has the daemon find, as it starts, that a time of the schedule passed while it was down, and make good for it: the clock is the
    machine's own, and nobody waits for half past two."""
    daemon = release.daemon
    assert daemon.stop() == 0
    daemon.settings["schedules"] = {"missed": "once"}
    # The database counts from 2001 on.
    three_days_ago = time.time() - calendar.timegm((2001, 1, 1, 0, 0, 0)) - 3 * 86_400
    with sqlite3.connect(daemon.state / "slipway.db") as database:
        database.execute(
            "INSERT INTO schedule_ticks (repository, workflow_path, cron, timezone, due_at, outcome) VALUES (?, ?, ?, ?, ?, 'fired')",
            [release.repository.name, path, cron, timezone, three_days_ago])
    database.close()
    daemon.start()
    [run] = daemon.wait(
        lambda: [found for found in daemon.runs() if found["event"] == "schedule"], "the run of the schedule")
    return Outcome(daemon, daemon.completed(run, 600))


def test_a_gpu_task_runs_what_was_built(make_release, cloud):
    release = make_release()
    release.make_ecr_repository("gpu-inference")
    make_gpu_cluster(cloud)

    # Its buildspec would push the same tag.
    commit = release.push_folder(PIPELINES / "gpu-inference", without=["buildspec.yml"])
    outcome = release.expect_success(release.outcome(commit))

    digest = release.digest("gpu-inference", commit)
    ecs = cloud.client("ecs")
    definition = ecs.describe_task_definition(taskDefinition="gpu-inference")["taskDefinition"]
    container = definition["containerDefinitions"][0]
    assert container["resourceRequirements"] == [{"type": "GPU", "value": "1"}]
    assert container["image"] == f"{REGISTRY}/gpu-inference@{digest}"
    [task] = tasks_of(ecs, "gpu-cluster")
    assert (task["taskDefinitionArn"], task["launchType"]) == (definition["taskDefinitionArn"], "EC2")
    assert task["taskArn"].split("/")[-1] in outcome.log("batch")
    assert release.shown_on_the_page(outcome.run, digest)


def make_gpu_cluster(cloud):
    """One instance; the emulator asks for no GPU of it."""
    cloud.client("ecs").create_cluster(clusterName="gpu-cluster")
    ec2 = cloud.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    cloud.client("ecs").register_container_instance(
        cluster="gpu-cluster", instanceIdentityDocument=json.dumps({"instanceId": instance}))


def tasks_of(ecs, cluster):
    """The tasks of a cluster, also those that are over."""
    arns = {arn for status in ("RUNNING", "STOPPED") for arn in ecs.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]}
    return ecs.describe_tasks(cluster=cluster, tasks=sorted(arns))["tasks"] if arns else []


def test_the_image_for_a_gpu_is_built_and_pushed_by_its_buildspec(make_release):
    release = make_release(buildspecs=[{"file": "buildspec.yml", "env": {"AWS_ACCOUNT_ID": ACCOUNT}}])
    release.make_ecr_repository("gpu-inference")
    commit = release.push_folder(PIPELINES / "gpu-inference", without=["workflows"])
    outcome = release.expect_success(release.outcome(commit))
    assert release.shown_on_the_page(outcome.run, release.digest("gpu-inference", commit))


# Two features that say little: the model is good enough by itself, and worse than the one that is deployed.
WORSE = json.dumps({"features": ["mean texture", "mean smoothness"], "regularization": 1.0})


def test_a_model_is_released_only_where_it_is_no_worse_than_the_deployed_one(make_release):
    release = make_release()
    release.make_ecr_repository("tumor-model")
    release.make_service("model-cluster", "tumor-model", "tumor-model", "model", port=8080)

    good = release.push_folder(PIPELINES / "model-release")
    first = release.expect_success(release.outcome(good))
    assert "There is no baseline: nothing of this repository is deployed yet" in first.log("evaluate")
    first_image = deployed_model(release)
    assert first_image == f"{REGISTRY}/tumor-model@{release.digest('tumor-model', good)}"

    worse = release.push({"parameters.json": WORSE}, "Ask for less")
    stopped = release.outcome(worse)
    assert stopped.conclusions() == {"evaluate": "failure", "deploy": "skipped"}
    reason = stopped.job("evaluate")["reason"]
    assert "roc_auc is" in reason and "below the baseline" in reason, reason
    assert f"run {first.run['id']} ({good[:8]}), which is deployed to the service tumor-model" in stopped.log("evaluate")
    assert 'recall["malignant"] >= 0.5' in stopped.log("evaluate")
    assert deployed_model(release) == first_image

    release.daemon.command("override", stopped.run["id"], "--reason", "the lab measures nothing else")
    overridden = release.expect_success(release.outcome(worse))
    assert overridden.run["attempt"] == 2
    assert "the lab measures nothing else" in overridden.job("evaluate")["reason"]
    second_image = deployed_model(release)
    assert second_image == f"{REGISTRY}/tumor-model@{release.digest('tumor-model', worse)}"
    audit = release.daemon.client.fetched("/api/v1/audit")["entries"]
    assert any((entry["action"], entry["detail"]) == ("override-gate", "the lab measures nothing else") for entry in audit)

    release.daemon.command("rollback", overridden.run["id"], "--wait")
    assert deployed_model(release) == first_image

    # The first model is what counts again.
    again = release.push({"note.txt": "again"}, "Try again")
    outcome = release.outcome(again)
    assert outcome.conclusions() == {"evaluate": "failure", "deploy": "skipped"}
    assert f"run {first.run['id']} ({good[:8]})" in outcome.log("evaluate")


def deployed_model(release):
    image, rollout = release.deployed_image("model-cluster", "tumor-model", "model")
    assert rollout == "COMPLETED"
    return image
