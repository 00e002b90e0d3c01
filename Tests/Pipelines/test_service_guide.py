"""The guide that packages a service and runs two of it on machines of its own: what it does by hand is done by hand, what has to be done
again for each change is a pipeline.
"""

import json
import os
import re
import subprocess
import sys

import pytest

from blackbox import guides
from blackbox.cloud import REGISTRY

pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.skipif(guides.folder() is None, reason="SLIPWAY_SEEDS names no guides"),
]

CLUSTER, SERVICE, FAMILY = "ml-production", "my-ml-service", "my-ml-service-task"


def placed(text):
    """The guide's account number has too few digits for a registry's name."""
    return text.replace("123456789.dkr.ecr.us-east-1.amazonaws.com", REGISTRY)


def by_hand(cloud, block):
    """Commands that the guide has its reader type, outside of any pipeline."""
    subprocess.run(
        ["sh", "-ec", placed(block)], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, **cloud.environment, "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"})


def task_definition(guide):
    """What the guide has its reader fill in at AWS' console."""
    text = guide.section("### Step 2: Create a Task Definition", "### Step 3: Test with a Single Task").text

    def field(name):
        return re.search(rf"^\s*{name}: (.+)$", text, re.MULTILINE)[1].strip()

    ports = re.search(r"Port mappings: Host port (\d+), Container port (\d+)", text)
    return {
        "family": field("Task Definition Name"), "networkMode": field("Network Mode"),
        "memory": field(r"Task Memory \(MiB\)"), "cpu": field(r"Task CPU \(unit\)"), "requiresCompatibilities": ["EC2"],
        "containerDefinitions": [{
            "name": field("Container name"), "image": placed(field("Image")), "essential": True,
            "memory": int(field(r"Memory Limits \(MiB\)")),
            "portMappings": [{"hostPort": int(ports[1]), "containerPort": int(ports[2])}],
        }],
    }


def add_machine(cloud):
    """One of the cluster's instances."""
    image = cloud.client("ec2").describe_images()["Images"][0]["ImageId"]
    made = cloud.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    cloud.client("ecs").register_container_instance(
        cluster=CLUSTER, instanceIdentityDocument=json.dumps({"instanceId": made["InstanceId"]}))


def workflow(paths, *steps):
    return json.dumps({
        "on": {"push": {"branches": ["main"], "paths": paths}},
        "jobs": {"release": {"runs-on": "ubuntu-latest", "steps": [{"uses": "actions/checkout@v4"}, *steps]}},
    }, indent=2) + "\n"


def image_steps(guide):
    """From the source to an image in ECR, with the guide's commands."""
    package, store = guide.section("## Part 3", "## Part 4"), guide.section("## Part 4", "## Part 5")
    return [
        {"name": "Build", "run": package.block("docker build -t my-ml-service")},
        {"name": "Log in", "run": placed(store.block("get-login-password"))},
        {"name": "Upload", "run": placed(store.block("docker tag my-ml-service:latest"))},
        {"name": "Verify", "run": store.block("aws ecr list-images")},
    ]


def test_the_service_guide_runs_two_of_its_service_on_machines_of_its_own(make_release, cloud):
    guide = guides.Guide(2)
    code, package = guide.section("## Part 2", "## Part 3"), guide.section("## Part 3", "## Part 4")
    production = guide.section("## Part 5", "## Part 6")
    dockerfile = package.block("FROM python")
    release = make_release()
    by_hand(cloud, guide.section("## Part 4", "## Part 5").block("aws ecr create-repository"))
    by_hand(cloud, production.block("aws ecs create-cluster"))
    add_machine(cloud)
    definition = task_definition(guide)
    cloud.client("ecs").register_task_definition(**definition)
    project = {
        "app.py": code.block("from flask import Flask", "python"), "requirements.txt": code.block("flask==", "txt"),
        "your_model.pkl": "a model\n", "Dockerfile": dockerfile,
        ".github/workflows/first.yml": workflow(
            ["Dockerfile"], *image_steps(guide),
            {"name": "One task", "run": production.block("aws ecs run-task")},
            {"name": "The service", "run": production.block("aws ecs create-service")}),
    }

    # As it is written, Docker takes the words behind a COPY for files.
    outcome = release.outcome(release.push(project))
    assert outcome.conclusion == "failure"
    step = outcome.steps()["Build"]
    assert [found["rule"] for found in step["diagnoses"]] == ["copy-source-missing"], release.log_tail(outcome.job())
    told = json.dumps(step["diagnoses"])
    assert "A comment can't follow an instruction of a Dockerfile" in told and "# Include your trained model file" in told

    mended = re.sub(r"^(COPY .*?)\s+(#.*)$", r"\2\n\1", dockerfile, flags=re.MULTILINE)
    assert mended != dockerfile
    first = release.expect_success(release.outcome(release.push({"Dockerfile": mended}, "Give the comment its own line")))
    ecs = cloud.client("ecs")
    digest = release.digest(SERVICE, "latest")
    assert release.digest(SERVICE, "v1.0") == digest and digest in first.log()
    assert len(ecs.list_tasks(cluster=CLUSTER)["taskArns"]) == 1
    made = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]
    assert (made["desiredCount"], made["launchType"]) == (2, "EC2")

    # What the guide leaves to the reader: a change that deploys itself.
    commit = release.push({
        "app.py": project["app.py"].replace("'1.0'", "'2.0'"), "task-definition.json": json.dumps(definition),
        ".github/workflows/deploy.yml": workflow(
            ["app.py"], *image_steps(guide),
            {"id": "render", "uses": "aws-actions/amazon-ecs-render-task-definition@v1", "with": {
                "task-definition": "task-definition.json", "container-name": "ml-service",
                "image": f"{REGISTRY}/{SERVICE}:latest"}},
            {"uses": "aws-actions/amazon-ecs-deploy-task-definition@v2", "with": {
                "task-definition": "${{ steps.render.outputs.task-definition }}", "cluster": CLUSTER, "service": SERVICE,
                "wait-for-service-stability": True, "wait-max-delay-seconds": 2}}),
    }, "Change the model's version")
    second = release.expect_success(release.outcome(commit))
    changed = release.digest(SERVICE, "latest")
    assert changed != digest
    image, rollout = release.deployed_image(CLUSTER, SERVICE, "ml-service")
    assert (image, rollout) == (f"{REGISTRY}/{SERVICE}@{changed}", "COMPLETED")
    assert release.shown_on_the_page(second.run, changed)
    newest = ecs.describe_task_definition(taskDefinition=FAMILY)["taskDefinition"]
    assert newest["networkMode"] == "bridge" and newest["revision"] == 2
    assert newest["containerDefinitions"][0]["portMappings"][0] | {"protocol": "tcp"} == {
        "hostPort": 0, "containerPort": 80, "protocol": "tcp"}
