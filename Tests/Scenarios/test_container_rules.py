"""What of the host and of the Docker Engine jobs may use, and what is refused."""

import pytest

from blackbox.daemon import Daemon
from blackbox.engine import busybox_archive
from blackbox.repository import GitRepository
from blackbox.webhooks import github_pull_request, send_github
from blackbox.workbench import Workbench

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workbench(container_workbench):
    return container_workbench


def test_what_reaches_the_host_is_refused_before_anything_is_made(workbench, nothing_left):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          privileged:
            runs-on: ubuntu-latest
            container: {image: busybox:test, options: --privileged}
            steps: [run: id]
          path:
            runs-on: ubuntu-latest
            container: {image: busybox:test, volumes: ["/etc:/host"]}
            steps: [run: id]
          unknown:
            runs-on: ubuntu-latest
            services: {web: {image: "busybox:test", options: --fast}}
            steps: [run: id]
        """)
    assert set(outcome.conclusions().values()) == {"failure"}
    assert "--privileged" in outcome.job("privileged")["reason"]
    assert "/etc" in outcome.job("path")["reason"]
    assert "--fast is not known" in outcome.job("unknown")["reason"]


def test_a_stopped_engine_is_a_named_error(binary, engine, tmp_path):
    workbench = Workbench(binary, tmp_path / "stopped", docker={"socket": str(tmp_path / "none.sock")})
    try:
        outcome = workbench.execute(
            """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                container: busybox:test
                steps: [run: id]
            """)
        assert outcome.conclusion == "failure"
        assert "there is no socket" in outcome.job()["reason"] and "start the Docker Engine" in outcome.job()["reason"]
    finally:
        workbench.dispose()


def test_jobs_use_the_engine_only_as_far_as_the_settings_say(binary, engine, tmp_path, nothing_left):
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(binary, tmp_path / "daemon", {"docker": {"socket": str(engine.socket)}})
    daemon.watch(repository, name="none", docker="off").watch(repository, name="all", docker="socket")
    daemon.start()
    try:
        daemon.wait_until_seen()
        commit = repository.push_workflow(
            f"""
            on: push
            jobs:
              container:
                runs-on: ubuntu-latest
                container: {{image: busybox:test, options: --cap-add NET_ADMIN}}
                steps: [run: test -S /var/run/docker.sock]
              host:
                runs-on: ubuntu-latest
                steps:
                  - run: echo "$DOCKER_HOST"; curl --silent --fail --unix-socket "${{DOCKER_HOST#unix://}}" http://docker/_ping
            """)
        conclusions = {}
        for name in ("none", "all"):
            run = daemon.result_of(commit, repository=name)
            conclusions[name] = {job["name"]: job["conclusion"] for job in run["jobs"]}
        assert conclusions == {
            "none": {"container": "failure", "host": "failure"}, "all": {"container": "success", "host": "success"}}
    finally:
        daemon.dispose()


def test_a_pull_request_of_a_fork_gets_neither_the_engine_nor_others_images(binary, engine, tmp_path, nothing_left):
    """Whatever the repository's own jobs may do."""
    image = "127.0.0.1:1/private:1"
    engine.import_image(image, busybox_archive(), "ENV PATH=/bin")
    repository = GitRepository(tmp_path / "app")
    daemon = Daemon(
        binary, tmp_path / "daemon",
        {"docker": {"socket": str(engine.socket)}, "labels": {"small": {"image": "busybox:test"}}})
    daemon.watch(repository, docker="socket", pull_requests="all", webhook_secret="secret")
    daemon.start()
    try:
        repository.push_commit({"README": "app"})
        daemon.wait_until_seen()
        repository.git("checkout", "--quiet", "-b", "topic")
        head = repository.commit({".github/workflows/ci.yml": f"""
            on: pull_request
            jobs:
              host:
                runs-on: ubuntu-latest
                steps: [run: 'test -z "$DOCKER_HOST" && test ! -e {engine.socket}']
              label:
                runs-on: small
                steps: [run: test ! -e /var/run/docker.sock]
              options:
                runs-on: ubuntu-latest
                container: {{image: "busybox:test", options: --privileged}}
                steps: [run: id]
              private:
                runs-on: ubuntu-latest
                container: "{image}"
                steps: [run: id]
            """})
        repository.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head")
        answer = send_github(daemon, github_pull_request(repository, head, fork="eve/app"), "secret", event="pull_request")
        assert answer.ok, answer.text
        run = daemon.result_of(head, seconds=120)
        jobs = {job["name"]: job for job in run["jobs"]}
        logs = {name: daemon.client.log(job["id"]) for name, job in jobs.items()}
        assert {name: job["conclusion"] for name, job in jobs.items()} == {
            "host": "success", "label": "success", "options": "failure", "private": "failure"}, logs
        assert "--privileged" in jobs["options"]["reason"]
        assert image in jobs["private"]["reason"]
    finally:
        daemon.dispose()
