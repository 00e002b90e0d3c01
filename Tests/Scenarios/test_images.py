"""Images built, pushed and run by a pipeline, with a real engine and a real registry."""

import json
import os

import pytest

from blackbox import buildkit
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


@pytest.fixture
def protected(engine, tmp_path):
    """A registry that wants a login."""
    registry = registries.Registry(tmp_path / "protected", engine.registry_address, port=5000, user="somebody", password="a-long-password")
    yield registry
    registry.close()


@pytest.fixture
def needs_buildkit():
    program, reason = buildkit.old_client()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def test_buildkit_builds_with_secrets_arguments_targets_logins_and_others_layers(run_pipeline, engine, protected, needs_buildkit):
    # What chance makes is the same only where a layer is taken up.
    base = """
        FROM busybox:test AS base
        RUN head -c 16 /dev/urandom | od -An -tx1 > /chance
        RUN --mount=type=cache,target=/cache touch /cache/used
        FROM base AS never
        RUN exit 9
        """
    app = f"""
        FROM {protected.host}/base:1
        ARG GREETING
        LABEL from=dockerfile
        RUN --mount=type=secret,id=token --mount=type=secret,id=password \\
          echo "$GREETING $(wc -c < /run/secrets/token) $(wc -c < /run/secrets/password)" > /greeting
        COPY --chmod=751 . /app
        RUN ls -l /app/app.py | cut -c1-10; ls -A /app | tr '\\n' ' '; cat /greeting; ls /run/secrets
        """
    outcome, _ = run_pipeline(
        "socket",
        f"""
        on: push
        jobs:
          image:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - uses: docker/login-action@v3
                with: {{registry: "{protected.host}", username: somebody, password: a-long-password}}
              - id: base
                uses: docker/build-push-action@v6
                with:
                  context: .
                  file: base.dockerfile
                  target: base
                  push: true
                  tags: {protected.host}/base:1
                  cache-to: type=inline
              - run: curl --silent --fail -X POST --unix-socket "${{DOCKER_HOST#unix://}}" 'http://docker/build/prune?all=true' > /dev/null
              - id: again
                uses: docker/build-push-action@v6
                with:
                  context: .
                  file: base.dockerfile
                  target: base
                  push: true
                  tags: {protected.host}/base:2
                  cache-from: type=registry,ref={protected.host}/base:1
              - run: curl --silent --fail -X POST --unix-socket "${{DOCKER_HOST#unix://}}" 'http://docker/build/prune?all=true' > /dev/null
              - id: app
                uses: docker/build-push-action@v6
                env: {{PASSWORD_OF_BUILD: "nine more"}}
                with:
                  context: .
                  file: docker/app.dockerfile
                  push: true
                  pull: true
                  no-cache: true
                  tags: |
                    {protected.host}/app:1
                    {protected.host}/app:latest
                  build-args: GREETING=good morning
                  labels: team=web and more
                  secrets: token=not-in-any-log
                  secret-envs: password=PASSWORD_OF_BUILD
              - run: echo "base=${{{{ steps.base.outputs.digest }}}} app=${{{{ steps.app.outputs.digest }}}}"
        """,
        **{"base.dockerfile": base, "docker/app.dockerfile": app, "docker/app.dockerfile.dockerignore": "docker\n*.dockerfile\n.git\n",
           "shape.yml": "a: 1\n"})
    log = outcome.log()
    assert outcome.conclusion == "success", log
    assert log.count("Building with BuildKit") == 3
    # From the registry, since the engine had forgotten them.
    assert protected.layers("base", "1") == protected.layers("base", "2")
    assert f"base={protected.digest('base', '1')} app={protected.digest('app', '1')}" in outcome.output()
    assert protected.digest("app", "1") == protected.digest("app", "latest")
    labels = protected.configuration("app", "1")["config"]["Labels"]
    assert labels["team"] == "web and more" and labels["from"] == "dockerfile"
    assert "-rwxr-x--x" in log and "good morning 14 9" in log
    assert "model.pkl" in log and "base.dockerfile" not in log.split("ls -A /app")[-1].split("good morning")[0]
    # Beside the workflow's own lines, nothing has them.
    kept = json.dumps([outcome.output(), protected.configuration("app", "1")])
    assert "not-in-any-log" not in kept and "nine more" not in kept


def test_jobs_that_push_the_same_name_at_once_each_have_their_own_digest(run_pipeline, engine):
    registry = engine.registry()
    outcome, _ = run_pipeline(
        "containers",
        f"""
        on: push
        jobs:
          image:
            strategy: {{matrix: {{greeting: [one, two, three, same, same too]}}}}
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - id: build
                uses: docker/build-push-action@v6
                with:
                  context: .
                  push: true
                  build-args: GREETING=${{{{ startsWith(matrix.greeting, 'same') && 'same' || matrix.greeting }}}}
                  tags: |
                    {registries.NAME}/contended:latest
                    {registries.NAME}/contended:of-${{{{ strategy.job-index }}}}
              - run: echo digest=${{{{ steps.build.outputs.digest }}}}
        """)
    assert outcome.conclusion == "success", outcome.conclusions()
    digests = {}
    for index, job in enumerate(outcome.jobs):
        digest = next(line for line in outcome.output(job["name"]) if "digest=sha256:" in line).split("digest=")[1]
        assert registry.digest("contended", f"of-{index}") == digest, outcome.log(job["name"])
        digests[job["name"]] = digest
    assert registry.digest("contended", "latest") in digests.values()
    # Equal instructions may be executed twice, others' images are others'.
    assert len(set(digests.values())) in (4, 5), digests
    assert not [image for image in engine.get("/images/json") if any("contended" in tag or "slipway-push" in tag
                                                                   for tag in image["RepoTags"] or [])]


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
