"""Containers of this host as deployments: recorded, and rolled back to any earlier one, as services of ECS are."""

import pytest

from blackbox import registry as registries

pytestmark = pytest.mark.timeout(300)

KEY = "key-that-nobody-keeps"


def workflow(version, name="returned", command="tail\\n-f\\n/dev/null", stable=0, image=None):
    return f"""
        on: push
        jobs:
          deploy:
            runs-on: ubuntu-latest
            environment: production
            steps:
              - uses: actions/checkout@v4
              - id: build
                uses: docker/build-push-action@v6
                with: {{context: ., push: true, tags: "{registries.NAME}/{name}:latest", build-args: "VERSION={image or version}"}}
              - uses: slipway/docker-run@v1
                with:
                  image: {registries.NAME}/{name}@${{{{ steps.build.outputs.digest }}}}
                  name: {name}
                  network: none
                  command: "{command}"
                  stable-seconds: {stable}
                  stop-seconds: 0
                  memory: {version * 32}m
                  labels: "key=${{{{ secrets.API_KEY }}}}"
                  env: |
                    MODE=v{version}
                    API_KEY
                env:
                  API_KEY: ${{{{ secrets.API_KEY }}}}
        """


@pytest.fixture
def host(daemon, repository, engine):
    """A daemon whose jobs replace containers."""
    daemon.settings["docker"] = {"socket": str(engine.socket)}
    daemon.watch(repository, docker="privileged")
    daemon.start()
    daemon.wait_until_seen()
    daemon.command("secret", "set", "API_KEY", "--repository", repository.name, "--environment", "production", stdin=KEY)
    yield daemon
    engine.request("DELETE", "/containers/returned?force=true")


def deploy(host, repository, version, expected="success", **options):
    commit = repository.push_workflow(
        workflow(version, **options), Dockerfile="FROM busybox:test\nARG VERSION\nRUN echo version $VERSION > /version\n")
    run = host.completed(host.run_of(commit), 120)
    assert run["conclusion"] == expected, host.client.log(run["jobs"][0]["id"])
    return run


def deployment(host, run):
    (found,) = host.client.fetched(f"/api/v1/runs/{run['id']}/deployments")["deployments"]
    return found


def container(engine):
    found = engine.inspect("returned")
    image = engine.get(f"/images/{found['Image']}/json")
    digest = next(name.split("@")[1] for name in image["RepoDigests"])
    environment = dict(line.split("=", 1) for line in found["Config"]["Env"])
    assert found["State"]["Running"]
    return digest, environment["MODE"], environment["API_KEY"], found["HostConfig"]["Memory"] >> 20, found["Config"]["Labels"]["key"]


def test_a_container_goes_back_to_any_deployment_of_its_environment(host, repository, engine):
    engine.registry()
    digests, runs = [], []
    for version in (1, 2, 3):
        runs.append(deploy(host, repository, version))
        digests.append(container(engine)[0])
    assert len(set(digests)) == 3
    record = deployment(host, runs[2])
    assert record["status"] == "succeeded" and record["service"] == "returned"
    assert record["task_definition"].endswith(f"returned@{digests[2]}")
    assert record["previous_task_definition"].endswith(f"returned@{digests[1]}")
    page = host.client.get(f"/runs/{runs[2]['id']}").text
    assert f"/deployments/{record['id']}/rollback" in page and digests[2].split(":")[1][:12] in page

    # The run's deployment is undone: the container of before, with what it was made with, and the secrets of now.
    host.command("secret", "set", "API_KEY", "--repository", repository.name, "--environment", "production", stdin="another-key-of-now")
    host.command("rollback", runs[2]["id"], "--wait")
    assert container(engine) == (digests[1], "v2", "another-key-of-now", 64, "another-key-of-now")
    back = host.runs()[0]
    assert back["event"] == "rollback" and "/returned to returned@sha256:" in back["title"]
    assert deployment(host, back)["undoes"] == record["id"]
    again = host.command("rollback", runs[2]["id"], check=False)
    assert again.returncode == 1 and f"run {back['id']} has deployed" in again.stderr

    # The environment goes back to its first deployment, from what a rollback brought.
    history = host.client.fetched(f"/api/v1/repositories/{repository.name}/environments/production/deployments")["deployments"]
    first = next(entry for entry in history if entry["run_id"] == runs[0]["id"])
    host.command("rollback", "production", "--repository", repository.name, "--reason", "a trial", "--to", first["id"], "--wait")
    assert container(engine) == (digests[0], "v1", "another-key-of-now", 32, "another-key-of-now")
    newest = host.client.fetched(f"/api/v1/repositories/{repository.name}/environments/production/deployments")["deployments"][0]
    assert newest["released_run_id"] == runs[0]["id"] and newest["status"] == "succeeded"

    # No file of the state folder has the secret but where it is encrypted.
    for path in host.state.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


def test_a_container_that_does_not_come_up_is_recorded_as_rolled_back(host, repository, engine):
    engine.registry()
    deploy(host, repository, 1)
    digest = container(engine)[0]
    failed = deploy(host, repository, 2, expected="failure", command="false", stable=3600)
    record = deployment(host, failed)
    assert record["status"] == "rolled_back" and "runs again" in record["reason"]
    assert container(engine)[0] == digest
    done = host.command("rollback", failed["id"], check=False)
    assert done.returncode == 1 and "was rolled back when it failed" in done.stderr


def test_a_container_of_the_same_image_goes_back_to_its_inputs(host, repository, engine):
    engine.registry()
    first = deploy(host, repository, 1)
    digest = container(engine)[0]
    # The image is in another repository as well, which the engine knows before this one.
    other = f"{registries.NAME}/another-repository"
    engine.request("POST", f"/images/{registries.NAME}/returned@{digest}/tag?repo={other}&tag=1")
    engine.request("POST", f"/images/{other}/push?tag=1", headers={"X-Registry-Auth": "e30="})
    image = engine.inspect("returned")["Image"]
    assert len(engine.get(f"/images/{image}/json")["RepoDigests"]) == 2
    second = deploy(host, repository, 2, image=1)
    assert container(engine) == (digest, "v2", KEY, 64, KEY)
    record = deployment(host, second)
    assert record["task_definition"] == record["previous_task_definition"] == f"{registries.NAME}/returned@{digest}"
    assert f"/deployments/{record['id']}/rollback" in host.client.get(f"/runs/{second['id']}").text

    host.command("rollback", second["id"], "--wait")
    assert container(engine) == (digest, "v1", KEY, 32, KEY)
    newest = host.client.fetched(f"/api/v1/repositories/{repository.name}/environments/production/deployments")["deployments"][0]
    assert newest["released_run_id"] == first["id"], newest

    # What is deployed once more as it is has nothing to go back to.
    third = deploy(host, repository, 1)
    again = host.command("rollback", third["id"], check=False)
    assert again.returncode == 1 and "it ran nothing else before" in again.stderr
