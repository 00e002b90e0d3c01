"""The pipelines that the project ships, each from a push to what runs in the end."""

import json
import pathlib
import urllib.request

import pytest

from blackbox.cloud import ACCOUNT, REGISTRY

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


def test_training_runs_on_fargate_with_its_data_in_s3(make_release, cloud):
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    group = cloud.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    release = make_release(variables={"TRAINING_SUBNETS": subnet, "TRAINING_SECURITY_GROUPS": group})
    release.make_ecr_repository("price-training")
    cloud.client("ecs").create_cluster(clusterName="training-cluster")
    cloud.client("s3").create_bucket(Bucket="price-training-data")

    commit = release.push_folder(PIPELINES / "nightly-training")
    outcome = release.expect_success(release.outcome(commit))

    keys = [found["Key"] for found in cloud.client("s3").list_objects_v2(Bucket="price-training-data")["Contents"]]
    assert keys == ["data/prices.csv"]
    digest = release.digest("price-training", commit)
    definition = cloud.client("ecs").describe_task_definition(taskDefinition="price-training")["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == f"{REGISTRY}/price-training@{digest}"
    assert release.shown_on_the_page(outcome.run, digest)


def test_a_gpu_task_runs_what_was_built(make_release, cloud):
    release = make_release(buildspecs=[{"file": "buildspec.yml", "env": {"AWS_ACCOUNT_ID": ACCOUNT}}])
    release.make_ecr_repository("gpu-inference")
    cloud.client("ecs").create_cluster(clusterName="gpu-cluster")
    ec2 = cloud.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    cloud.client("ecs").register_container_instance(
        cluster="gpu-cluster", instanceIdentityDocument=json.dumps({"instanceId": instance}))

    commit = release.push_folder(PIPELINES / "gpu-inference")
    outcomes = release.outcomes(commit, 2)

    for outcome in outcomes.values():
        release.expect_success(outcome)
    definition = cloud.client("ecs").describe_task_definition(taskDefinition="gpu-inference")["taskDefinition"]
    container = definition["containerDefinitions"][0]
    assert container["resourceRequirements"] == [{"type": "GPU", "value": "1"}]
    assert container["image"].startswith(f"{REGISTRY}/gpu-inference@sha256:")


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
