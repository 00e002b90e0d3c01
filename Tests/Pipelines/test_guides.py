"""The pipelines of guides that people follow, from a push to what is deployed, with the guides' own files.

`SLIPWAY_SEEDS` names the folder of the guides; without it there is nothing to run here, and test_ready_pipelines.py has pipelines of
the same shapes.
"""

import json
import re
import textwrap

import pytest
import yaml

from blackbox import guides
from blackbox.cloud import ACCOUNT, REGION, REGISTRY

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(guides.folder() is None, reason="SLIPWAY_SEEDS names no guides"),
]

FLASK_APP = """\
import json
import pathlib

from flask import Flask, jsonify

app = Flask(__name__)
MODEL = json.loads((pathlib.Path(__file__).parent / "model.json").read_text())


@app.get("/")
def home():
    return jsonify(MODEL)
"""

TEST = """\
from app import app


def test_the_model_is_served():
    assert app.test_client().get("/").get_json()["weights"]
"""

PLACES = {"aws account id": ACCOUNT, "region": REGION}


def fraud_project():
    """What the guide's repository has beside its pipelines, with its own Dockerfile."""
    dockerfile = guides.Guide(0).section("4. Containerizing", "5. (Optional)").block("FROM python")
    return {
        "Dockerfile": dockerfile, "requirements.txt": "flask\npytest\n", "app.py": FLASK_APP, "test_app.py": TEST,
        "model.json": '{"weights": [0.2, 1.5]}',
        "preprocess.py": "print('processed')\n", "train.py": "print('trained')\n", "evaluate.py": "print('accuracy 0.93')\n",
    }


def workflow(**parts):
    """The text of a workflow file; JSON is YAML."""
    return json.dumps(parts, indent=2) + "\n"


def test_the_workflow_of_the_price_guide_trains_on_fargate(make_release, cloud):
    guide = guides.Guide(3)
    text = guide.section("## Section 2", "## Section 3").block("Deploy ML Pipeline", "yaml")
    names = yaml.safe_load(text)["env"]
    setup = guide.section("## Section 1", "## Section 2")
    release = make_release()
    release.make_ecr_repository(names["ECR_REPOSITORY"])
    cloud.client("s3").create_bucket(Bucket=names["S3_BUCKET"])
    ecs, ec2 = cloud.client("ecs"), cloud.client("ec2")
    ecs.create_cluster(clusterName=names["ECS_CLUSTER"])
    definition = re.search(r"task-definition\.json << EOF\n(.*?)\nEOF", setup.block("task-definition.json"), re.DOTALL)[1]
    ecs.register_task_definition(**json.loads(definition.replace("${ACCOUNT_ID}", ACCOUNT)))
    ec2.create_security_group(GroupName="aig130-p2-ml-sg", Description="tasks", VpcId=ec2.describe_vpcs()["Vpcs"][0]["VpcId"])

    commit = release.push({
        ".github/workflows/deploy.yml": text,
        "AIG130_Project2_Docker/Dockerfile": "FROM python:3.11-slim\nCOPY . /app\nCMD [\"python3\", \"/app/train.py\"]\n",
        "AIG130_Project2_Docker/train.py": "print('trained')\n",
        f"AIG130_Project2_Docker/{names['S3_DATA_KEY']}": "time,price\n0,1\n",
    })
    outcome = release.expect_success(release.outcome(commit))

    digest = release.digest(names["ECR_REPOSITORY"], commit)
    assert release.digest(names["ECR_REPOSITORY"], "latest") == digest
    newest = ecs.describe_task_definition(taskDefinition=names["ECS_TASK_DEFINITION"])["taskDefinition"]
    assert newest["revision"] == 2
    assert newest["containerDefinitions"][0]["image"] == f"{REGISTRY}/{names['ECR_REPOSITORY']}@{digest}"
    assert release.shown_on_the_page(outcome.run, digest)
    tasks = ecs.list_tasks(cluster=names["ECS_CLUSTER"])["taskArns"]
    assert len(tasks) == 1 and tasks[0] in outcome.log()
    keys = [found["Key"] for found in cloud.client("s3").list_objects_v2(Bucket=names["S3_BUCKET"])["Contents"]]
    assert keys == [names["S3_DATA_KEY"]]


def test_the_workflows_of_the_fraud_guide_test_and_deploy(make_release):
    guide = guides.Guide(0)
    release = make_release()
    release.make_ecr_repository("my-ecr-repo-name")
    # The guide's deploy step names the service as the cluster, too.
    release.make_service("fraud-service", "fraud-service", "fraud-task-def", "mycontainer")
    commit = release.push({
        **fraud_project(), ".github/workflows/ci.yml": ci_workflow(guide), ".github/workflows/cd.yml": cd_workflow(guide),
        "mytaskdef.json": json.dumps({
            "family": "fraud-task-def",
            "containerDefinitions": [{"name": "mycontainer", "image": "placeholder", "essential": True, "memory": 512}],
        }),
    })
    outcomes = release.outcomes(commit, 2)

    release.expect_success(outcomes[".github/workflows/ci.yml"])
    deployment = release.expect_success(outcomes[".github/workflows/cd.yml"])
    digest = release.digest("my-ecr-repo-name", commit)
    image, rollout = release.deployed_image("fraud-service", "fraud-service", "mycontainer")
    assert (image, rollout) == (f"{REGISTRY}/my-ecr-repo-name@{digest}", "COMPLETED")
    assert release.shown_on_the_page(deployment.run, digest)


def ci_workflow(guide):
    """The guide's steps in the order that it describes."""
    section = guide.section("7.1 GitHub", "7.2 GitHub")
    return workflow(
        name="CI", on={"push": {"branches": ["main", "dev/*"]}, "pull_request": {"branches": ["main"]}},
        jobs={"test": {"runs-on": "ubuntu-latest", "steps": [
            {"uses": "actions/checkout@v4"},
            {"uses": "actions/setup-python@v4", "with": {"python-version": "3.x"}},
            {"name": "Install dependencies", "run": "pip install -r requirements.txt"},
            *section.steps("pytest"), *section.steps("train.py"),
        ]}})


def cd_workflow(guide):
    section = guide.section("7.2 GitHub", "8. AWS Cloud")
    push = section.steps("docker tag")[0]
    return workflow(
        name="CD", on={"push": {"branches": ["main"]}},
        env={"ECR_REGISTRY": REGISTRY, "ECR_REPOSITORY": "my-ecr-repo-name", "ECS_SERVICE": "fraud-service"},
        jobs={"deploy": {"runs-on": "ubuntu-latest", "steps": [
            {"uses": "actions/checkout@v4"},
            *section.steps("configure-aws-credentials"), *section.steps("amazon-ecr-login"), *section.steps("docker build"),
            # Its next step pushes what it built by hand before, under that name.
            {"run": "docker tag $ECR_REPOSITORY:${{ github.sha }} fraud-detection-app:latest"},
            {**push, "id": "build-image", "run": push["run"] + IMAGE_OUTPUT},
            *section.steps("amazon-ecs-render-task-definition"),
        ]}})


def test_the_fraud_guides_other_way_has_its_service_pull_what_was_pushed(make_release, cloud):
    """By AWS' command line: the image keeps its tag, and the service is told to begin anew."""
    guide = guides.Guide(0)
    section = guide.section("7.2 GitHub", "8. AWS Cloud")
    release = make_release()
    release.make_ecr_repository("my-ecr-repo-name")
    release.make_service("fraud-cluster", "fraud-service", "fraud-task-def", "mycontainer")
    before = cloud.client("ecs").describe_services(cluster="fraud-cluster", services=["fraud-service"])["services"][0]
    update = section.block("--force-new-deployment")
    commit = release.push({
        **fraud_project(), ".github/workflows/cd.yml": workflow(
            name="CD", on={"push": {"branches": ["main"]}},
            env={
                "ECR_REGISTRY": REGISTRY, "ECR_REPOSITORY": "my-ecr-repo-name", "ECS_CLUSTER": "fraud-cluster",
                "ECS_SERVICE": "fraud-service"},
            jobs={"deploy": {"runs-on": "ubuntu-latest", "steps": [
                {"uses": "actions/checkout@v4"},
                *section.steps("configure-aws-credentials"), *section.steps("amazon-ecr-login"), *section.steps("docker build"),
                {"run": "docker tag $ECR_REPOSITORY:${{ github.sha }} fraud-detection-app:latest"},
                *section.steps("docker tag"), *guides.mended_steps(update),
            ]}})})
    outcome = release.expect_success(release.outcome(commit))

    digest = release.digest("my-ecr-repo-name", commit)
    assert release.shown_on_the_page(outcome.run, digest)
    after = cloud.client("ecs").describe_services(cluster="fraud-cluster", services=["fraud-service"])["services"][0]
    assert after["deployments"][0]["id"] != before["deployments"][0]["id"]
    assert after["deployments"][0]["id"] in outcome.log()


IMAGE_OUTPUT = '\necho "image=$ECR_REGISTRY/$ECR_REPOSITORY:${{ github.sha }}" >> $GITHUB_OUTPUT\n'


def test_the_buildspec_of_the_fraud_guide_is_deployed_by_a_pipeline_of_stages(make_release):
    section = guides.Guide(0).section("Step 1: Add a Buildspec", "Let's explain this file")
    buildspec = guides.mended_buildspec(section.text[section.text.index("version: 0.2"):], PLACES)
    release = make_release()
    release.make_ecr_repository("fraud-detection")
    release.make_service("fraud-cluster", "fraud-service", "fraud-task-def", "fraud-container")
    commit = release.push({
        **fraud_project(), "buildspec.yml": buildspec,
        ".slipway/pipeline.yml": textwrap.dedent("""\
            name: FraudDetectionPipeline
            on: {push: {branches: [main]}}
            stages:
              - name: Build
                actions:
                  - {name: FraudDetectionBuild, type: build, output-artifacts: [BuildArtifact]}
              - name: Deploy
                actions:
                  - {name: ECS, type: deploy-ecs, input-artifacts: [BuildArtifact], cluster: fraud-cluster, service: fraud-service}
            """),
    })
    outcome = release.expect_success(release.outcome(commit))

    digest = release.digest("fraud-detection", commit[:7])
    assert release.digest("fraud-detection", "latest") == digest
    image, rollout = release.deployed_image("fraud-cluster", "fraud-service", "fraud-container")
    assert (image, rollout) == (f"{REGISTRY}/fraud-detection@{digest}", "COMPLETED")
    assert release.shown_on_the_page(outcome.run, digest)


GPU_PIPELINE = """\
name: GPU model
on: {push: {branches: [main]}}
stages:
  - name: Build
    actions:
      - {name: Image, type: build, environment: {AWS_ACCOUNT_ID: "ACCOUNT", ECR_REPOSITORY_URI: REGISTRY/ml-model}}
  - name: Run
    actions:
      - {name: Task, type: workflow, workflow: .github/workflows/task.yml}
"""

GPU_TASK = """\
on: workflow_call
jobs:
  task:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: slipway/ecs-run-task@v1
        with:
          cluster: ml-model-cluster
          task-definition: task-definition.json
          image: REGISTRY/ml-model:${{ github.sha }}
          subnets: SUBNET
          security-groups: GROUP
"""


def test_what_the_buildspec_of_the_gpu_guide_builds_and_pushes_is_what_its_task_runs(make_release, cloud):
    guide = guides.Guide(4)
    section = guide.section("## 5. Containerization", "## 6. ECS")
    definition = guide.section("## 6. ECS", "## 7.").block('"ml-model-task"')
    release = make_release()
    release.make_ecr_repository("ml-model")
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="ml-model-cluster")
    subnet = cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    group = cloud.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    commit = release.push({
        "buildspec.yml": section.block("# buildspec.yml"), "Dockerfile": section.block("# Dockerfile"),
        "requirements.txt": "fastapi\nuvicorn\n",
        "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/health')\ndef health():\n    return 'ok'\n",
        "task-definition.json": definition.replace("YOUR_ACCOUNT", ACCOUNT).replace("YOUR_ECR_URI", f"{REGISTRY}/ml-model"),
        ".slipway/pipeline.yml": GPU_PIPELINE.replace("ACCOUNT\"", f"{ACCOUNT}\"").replace("REGISTRY", REGISTRY),
        ".github/workflows/task.yml": GPU_TASK.replace("REGISTRY", REGISTRY).replace("SUBNET", subnet).replace("GROUP", group),
    })
    outcome = release.expect_success(release.outcome(commit))

    digest = release.digest("ml-model", commit)
    assert digest == release.digest("ml-model", "latest")
    container = ecs.describe_task_definition(taskDefinition="ml-model-task")["taskDefinition"]["containerDefinitions"][0]
    assert container["image"] == f"{REGISTRY}/ml-model@{digest}"
    assert container["resourceRequirements"] == [{"type": "GPU", "value": "1"}]
    assert release.shown_on_the_page(outcome.run, digest)
    tasks = ecs.list_tasks(cluster="ml-model-cluster", desiredStatus="STOPPED")["taskArns"]
    tasks += ecs.list_tasks(cluster="ml-model-cluster")["taskArns"]
    assert len(set(tasks)) == 1 and tasks[0].split("/")[-1] in outcome.log("Run / Task / task")


def test_the_pipeline_that_the_students_guide_describes_replaces_its_container(make_release, engine):
    guide = guides.Guide(1)
    release = make_release()
    release.make_ecr_repository("student-performance")
    project = {
        "Dockerfile": "FROM python:3.11-slim\nCOPY . /app\nWORKDIR /app\nCMD [\"python3\", \"-m\", \"http.server\", \"8000\"]\n",
        "app.py": "def score(hours):\n    return 35 + 4.5 * hours\n",
        "test_app.py": "import unittest\nfrom app import score\n\n\nclass Tests(unittest.TestCase):\n"
                       "    def test_score(self):\n        self.assertGreater(score(2), score(1))\n",
        ".github/workflows/main.yaml": student_workflow(guide),
    }
    first = release.push(project)
    release.expect_success(release.outcome(first))
    before = deployed(engine)

    second = release.push({"version.txt": "2\n"}, "Change the model")
    outcome = release.expect_success(release.outcome(second))
    after = deployed(engine)
    assert before["Id"] != after["Id"]
    inspected = engine.get(f"/images/{after['ImageID']}/json")
    digest = release.digest("student-performance", "latest")
    assert f"{REGISTRY}/student-performance@{digest}" in inspected["RepoDigests"]
    # It was pushed by the docker command, and deployed by it.
    assert release.shown_on_the_page(outcome.run, digest)


def deployed(engine):
    return next(one for one in engine.containers() if "/mltest" in one["Names"])


def student_workflow(guide):
    """The jobs that the guide lists, around the command that it shows."""
    command = re.search(r"docker run -d .*?<image_uri>", guide.text, re.DOTALL)[0]
    image = f"{REGISTRY}/student-performance:latest"
    command = command.replace("... ", "").replace("<image_uri>", image)
    login = [
        {"uses": "aws-actions/configure-aws-credentials@v4", "with": {
            "aws-access-key-id": "${{ secrets.AWS_ACCESS_KEY_ID }}",
            "aws-secret-access-key": "${{ secrets.AWS_SECRET_ACCESS_KEY }}", "aws-region": REGION}},
        {"uses": "aws-actions/amazon-ecr-login@v2"},
    ]
    return workflow(
        name="main", on={"push": {"branches": ["main"]}},
        jobs={
            "integration": {"runs-on": "ubuntu-latest", "steps": [
                {"uses": "actions/checkout@v4"}, {"name": "Lint", "run": "python3 -m compileall -q app.py"},
                {"name": "Unit tests", "run": "python3 -m unittest"},
            ]},
            "delivery": {"needs": "integration", "runs-on": "ubuntu-latest", "steps": [
                {"uses": "actions/checkout@v4"}, *login,
                {"name": "Build, push", "run": f"docker build -t {image} .\ndocker push {image}\n"},
            ]},
            "deployment": {"needs": "delivery", "runs-on": "self-hosted", "steps": [
                *login, {"run": f"docker pull {image}"}, {"run": "docker stop mltest || true\ndocker rm -f mltest || true"},
                {"run": command},
            ]},
        })
