"""Images built, pushed and run by a pipeline, with a real engine and a real registry."""

import pytest

from blackbox import registry as registries
from blackbox.daemon import Daemon
from blackbox.repository import GitRepository
from blackbox.workbench import Outcome

pytestmark = pytest.mark.timeout(300)

DOCKERFILE = """\
FROM busybox:test
ARG GREETING
COPY . /app
RUN echo "$GREETING" > /greeting
CMD ["sh", "-c", "cat /greeting; exec tail -f /dev/null"]
"""


@pytest.fixture
def run_pipeline(binary, engine, tmp_path):
    """Pushes a pipeline to a repository with a permission of the engine's, and gives what came of it."""
    daemons = []

    def run(permission, workflow, **files):
        repository = GitRepository(tmp_path / f"app-{len(daemons)}")
        daemon = Daemon(binary, tmp_path / f"daemon-{len(daemons)}", {"docker": {"socket": str(engine.socket)}})
        daemons.append(daemon)
        daemon.watch(repository, docker=permission)
        daemon.start()
        daemon.wait_until_seen()
        commit = repository.push_workflow(workflow, **{"Dockerfile": DOCKERFILE, "app.py": "print()\n", ".dockerignore": "*.pkl\n",
                                                       "model.pkl": "weights", **files})
        return Outcome(daemon, daemon.completed(daemon.run_of(commit), 240)), commit

    yield run
    for daemon in daemons:
        daemon.dispose()


def test_an_image_is_named_built_pushed_and_its_digest_is_the_registrys(run_pipeline, engine):
    registry = engine.registry()
    outcome, commit = run_pipeline(
        "containers",
        f"""
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            outputs: {{digest: "${{{{ steps.build.outputs.digest }}}}"}}
            steps:
              - uses: actions/checkout@v4
              - uses: docker/setup-buildx-action@v3
              - id: meta
                uses: docker/metadata-action@v5
                with:
                  images: {registries.NAME}/pipeline
                  tags: |
                    type=sha,prefix=,format=long
                    type=ref,event=branch
              - id: build
                uses: docker/build-push-action@v6
                with:
                  context: .
                  push: true
                  build-args: GREETING=hello
                  tags: ${{{{ steps.meta.outputs.tags }}}}
                  labels: ${{{{ steps.meta.outputs.labels }}}}
              - id: git
                uses: docker/build-push-action@v6
                with: {{push: true, tags: "{registries.NAME}/pipeline:git", build-args: GREETING=hello}}
          after:
            needs: image
            runs-on: ubuntu-latest
            steps: [run: "echo digest=${{{{ needs.image.outputs.digest }}}}"]
        """)
    assert outcome.conclusions() == {"image": "success", "after": "success"}, outcome.log("image")
    assert registry.tags("pipeline") == sorted([commit, "main", "git"])
    digest = registry.digest("pipeline", "main")
    assert registry.digest("pipeline", commit) == digest
    assert f"digest={digest}" in outcome.output("after")
    # The names were for the push alone.
    status, _ = engine.request("GET", f"/images/{registries.NAME}/pipeline:main/json")
    assert status == 404
    assert "model.pkl" not in outcome.log("image")


def test_a_container_of_this_host_is_replaced_and_kept_where_the_new_one_fails(run_pipeline, engine):
    workflow = """
        on: push
        jobs:
          deploy:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - uses: docker/build-push-action@v6
                with: {context: ., tags: "deployed:1", build-args: GREETING=hello}
              - id: first
                uses: slipway/docker-run@v1
                with: {image: "deployed:1", name: deployed, pull: never, network: none, env: MODE=one, health-cmd: test -e /greeting}
              - id: second
                continue-on-error: true
                uses: slipway/docker-run@v1
                with: {image: "deployed:1", name: deployed, pull: never, network: none, env: MODE=two, command: "false"}
              - run: test "${{ steps.second.outcome }}" = failure
        """
    refused, _ = run_pipeline("containers", workflow)
    assert refused.conclusion == "failure" and "docker: privileged" in refused.log()
    outcome, _ = run_pipeline("privileged", workflow)
    try:
        assert outcome.conclusion == "success", outcome.log()
        assert "runs again and is healthy" in outcome.log()
        container = engine.inspect("deployed")
        assert container["State"]["Health"]["Status"] == "healthy"
        assert container["State"]["Running"] and "MODE=one" in container["Config"]["Env"]
        assert container["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"
    finally:
        engine.request("DELETE", "/containers/deployed?force=true")


def test_the_docker_command_in_steps_has_the_socket_and_a_login_of_its_own(run_pipeline, engine):
    registry = engine.registry()
    outcome, _ = run_pipeline(
        "socket",
        f"""
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: |
                  echo not-asked-for | docker login --username AWS --password-stdin {registries.NAME}
                  docker build --build-arg GREETING=hi -t {registries.NAME}/command:1 .
                  docker push {registries.NAME}/command:1
                  docker rmi {registries.NAME}/command:1
                  test -e "$DOCKER_CONFIG/config.json"
                  case "$DOCKER_CONFIG" in "$HOME"/*) echo own-config ;; esac
        """)
    assert outcome.conclusion == "success", outcome.log()
    assert registry.tags("command") == ["1"]
    assert "own-config" in outcome.output()
