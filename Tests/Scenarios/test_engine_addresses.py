"""A Docker Engine behind a port, with and without TLS: for jobs, for builds, and for the `docker` command of steps."""

import os
import shutil
import socket
import subprocess

import pytest

from blackbox import engine as engines
from blackbox import registry as registries
from blackbox import tls
from blackbox.daemon import Daemon
from blackbox.repository import GitRepository
from blackbox.workbench import Outcome

pytestmark = pytest.mark.timeout(300)

# `docker run -i` ends with its input, which has to get through whatever is between.
WORKFLOW = """
    on: push
    jobs:
      steps:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - run: |
              echo "host=$DOCKER_HOST verify=$DOCKER_TLS_VERIFY"
              head -c 3000000 /dev/zero | tr '\\\\0' x | docker run --rm -i --network none busybox:test wc -c
              docker run --rm --network none busybox:test sh -c 'echo out; echo err >&2; exit 3' || echo "ended with $?"
              docker ps --quiet | wc -l
              ls -A CERTIFICATES 2>&1 || true
          - uses: docker/build-push-action@v6
            id: build
            with: {context: ., push: true, tags: "REGISTRY/behind-a-port:1", build-args: GREETING=hello}
          - uses: slipway/docker-run@v1
            with: {image: "busybox:test", name: behind-a-port, pull: never, network: none, command: "tail\\n-f\\n/dev/null", stable-seconds: 0, stop-seconds: 0}
          - run: echo digest=${{ steps.build.outputs.digest }}
      container:
        runs-on: ubuntu-latest
        container: busybox:test
        services: {cache: {image: "served:test", options: "--health-cmd true --health-interval 1s"}}
        steps:
          - run: echo "in a container of $FROM_IMAGE"; test -S /var/run/docker.sock && echo has-a-socket
            shell: sh
    """


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module", params=["plain", "tls"])
def served(request, tmp_path_factory):
    """An engine behind a port, and the folder of its clients' certificates; None without TLS."""
    reason = engines.why_not() or (None if shutil.which("openssl") else "missing: openssl")
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    certificates = None
    if request.param == "tls":
        certificates = tls.make_certificates(tmp_path_factory.mktemp("certificates"), ["IP:127.0.0.1"])
    engine = engines.Engine(port=free_port(), certificates=certificates and certificates / "server")
    try:
        engine.import_image("served:test", engines.busybox_archive(), "ENV PATH=/bin", 'CMD ["tail", "-f", "/dev/null"]')
        yield engine, certificates and certificates / "client"
    finally:
        engine.close()


@pytest.fixture
def run_pipeline(binary, tmp_path):
    daemons = []

    def run(workflow, docker, permission, environment=None, **files):
        repository = GitRepository(tmp_path / f"app-{len(daemons)}")
        daemon = Daemon(binary, tmp_path / f"daemon-{len(daemons)}", {"docker": docker} if docker else {})
        daemon.environment.update(environment or {})
        daemons.append(daemon)
        daemon.watch(repository, docker=permission)
        daemon.start()
        daemon.wait_until_seen()
        commit = repository.push_workflow(workflow, **files)
        return Outcome(daemon, daemon.completed(daemon.run_of(commit), 240))

    yield run
    for daemon in daemons:
        daemon.dispose()


def environment_of(engine, certificates):
    environment = {"DOCKER_HOST": f"tcp://127.0.0.1:{engine.port}"}
    if certificates:
        environment |= {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
    return environment


def test_jobs_builds_and_commands_use_an_engine_behind_a_port(run_pipeline, served):
    engine, certificates = served
    registry = engine.registry()
    workflow = WORKFLOW.replace("REGISTRY", registries.NAME).replace("CERTIFICATES", str(certificates))
    try:
        outcome = run_pipeline(
            workflow, None, "socket", environment_of(engine, certificates),
            Dockerfile="FROM busybox:test\nARG GREETING\nCOPY . /app\nRUN echo $GREETING\n")
        assert outcome.conclusion == "success", "\n".join(outcome.log(job["name"]) for job in outcome.jobs)
        output = outcome.output("steps")
        # A socket of the job's own, behind which the address and the key are not to be seen.
        assert next(line for line in output if line.startswith("host=unix:///")).endswith("verify=")
        for line in ("3000000", "out", "err", "ended with 3", f"digest={registry.digest('behind-a-port', '1')}"):
            assert line in output, output
        assert not any(".pem" in line for line in output)
        assert "Building with BuildKit" in outcome.log("steps") or "classic builder" in outcome.log("steps")
        assert engine.inspect("behind-a-port")["State"]["Running"]
        assert "in a container of yes" in outcome.output("container") and "has-a-socket" in outcome.output("container")
        assert not engine.leftovers()
    finally:
        engine.request("DELETE", "/containers/behind-a-port?force=true")


def test_the_settings_name_an_engine_behind_a_port(run_pipeline, served):
    engine, certificates = served
    docker = {"socket": f"tcp://127.0.0.1:{engine.port}", **({"certificates": str(certificates)} if certificates else {})}
    outcome = run_pipeline(
        """
        on: push
        jobs:
          container: {runs-on: ubuntu-latest, container: "busybox:test", steps: [{run: echo inside, shell: sh}]}
        """, docker, "containers")
    assert outcome.conclusion == "success", outcome.log()


def test_doctor_asks_an_engine_behind_a_port_and_a_local_run_uses_it(binary, served, tmp_path):
    engine, certificates = served
    environment = {**os.environ, **environment_of(engine, certificates)}
    done = subprocess.run([binary, "doctor"], env=environment, capture_output=True, text=True)
    line = next(line for line in done.stdout.splitlines() if "docker" in line and "127.0.0.1" in line)
    assert f"the engine answers at tcp://127.0.0.1:{engine.port}" in line, done.stdout
    assert ("whoever reaches its port is root" in line) == (certificates is None)
    (tmp_path / "one.yml").write_text(
        "on: push\njobs: {a: {runs-on: ubuntu-latest, container: 'busybox:test', steps: [{run: echo inside, shell: sh}]}}\n")
    done = subprocess.run([binary, "run", tmp_path / "one.yml"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "inside" in done.stdout, done.stdout + done.stderr


def test_a_client_that_the_engine_does_not_know_is_told_why(binary, served, tmp_path):
    engine, certificates = served
    stranger = tls.make_certificates(tmp_path / "others", ["IP:127.0.0.1"]) / "client"
    # One that speaks no TLS has nothing to say of certificates.
    words = "certificate" if certificates else "wrong version number"
    for folder in (stranger, tmp_path):
        environment = {**os.environ, **environment_of(engine, folder)}
        done = subprocess.run([binary, "doctor"], env=environment, capture_output=True, text=True)
        line = next(line for line in done.stdout.splitlines() if "127.0.0.1" in line and "docker" in line)
        assert "no engine answers" in line and words in line, done.stdout


def test_what_can_not_be_asked_is_refused_in_a_sentence(binary, run_pipeline, tmp_path):
    done = subprocess.run([binary, "doctor"], env={**os.environ, "DOCKER_HOST": "ssh://me@engine"}, capture_output=True, text=True)
    assert "Slipway runs no ssh to reach an engine: forward its socket" in done.stdout
    # From a block for documentation: on no host, and not on this one.
    outcome = run_pipeline(
        "on: push\njobs: {a: {runs-on: ubuntu-latest, container: 'busybox:test', steps: [run: echo never]}}\n",
        {"socket": "tcp://192.0.2.1:2375"}, "containers")
    assert outcome.conclusion == "failure" and "need an engine on this host" in outcome.log()
