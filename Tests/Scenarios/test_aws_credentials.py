"""What a job gets of AWS by its repository's settings."""

import datetime
import json
import pathlib
import subprocess
import sys
import urllib.request

import pytest

from blackbox import cloud as rig
from blackbox.daemon import Daemon
from blackbox.workbench import Outcome

ANSWERING = pathlib.Path(__file__).resolve().parent.parent / "Support" / "answering_server.py"
ROLE = "arn:aws:iam::123456789012:role/slipway-jobs"

SHOW = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: |
              echo "key=$AWS_ACCESS_KEY_ID; secret=$AWS_SECRET_ACCESS_KEY; token=$AWS_SESSION_TOKEN;"
              echo "length ${#AWS_SECRET_ACCESS_KEY} region $AWS_REGION $AWS_DEFAULT_REGION endpoint $AWS_ENDPOINT_URL"
              printf 'encoded '; printf '%s' "$AWS_SECRET_ACCESS_KEY" | base64 -w0; echo
    """


@pytest.fixture
def make_cloudy_daemon(binary, tmp_path, cloud):
    """A daemon with credentials of its own, and jobs with those of a role."""
    made = []

    def make(credentials=True, **aws):
        own = {"AWS_ACCESS_KEY_ID": rig.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": rig.SECRET_KEY} if credentials else {}
        environment = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path), **own}
        settings = {"aws": {"region": rig.REGION, "role": ROLE, "endpoint": cloud.address, **aws}}
        daemon = Daemon(binary, tmp_path / "daemon", settings, environment)
        made.append(daemon)
        return daemon

    yield make
    for daemon in made:
        daemon.dispose()


def outcome(daemon, repository, workflow, **options):
    daemon.watch(repository, **options).start().wait_until_seen()
    return Outcome(daemon, daemon.result_of(repository.push_workflow(workflow)))


def test_a_job_has_masked_credentials_of_its_role_and_never_the_daemons(make_cloudy_daemon, repository, cloud):
    daemon = make_cloudy_daemon()
    found = outcome(daemon, repository, SHOW)
    assert found.conclusion == "success", found.log()
    output = "\n".join(found.output())
    assert "key=***; secret=***; token=***;" in output
    assert f"length 40 region {rig.REGION} {rig.REGION} endpoint {cloud.address}" in output
    assert "encoded ***" in output
    assert rig.ACCESS_KEY not in output and rig.SECRET_KEY not in output
    written = b"".join(file.read_bytes() for file in (daemon.state / "runs").rglob("*") if file.is_file())
    assert b"AWS_SESSION_TOKEN\":" not in written and rig.SECRET_KEY.encode() not in written


def test_a_repository_without_a_role_has_a_region_and_no_credentials(make_cloudy_daemon, repository):
    found = outcome(make_cloudy_daemon(), repository, SHOW, aws={"role": "off"})
    assert found.conclusion == "success", found.log()
    assert "key=; secret=; token=;" in "\n".join(found.output())


def test_a_daemon_without_credentials_says_so_at_the_jobs_start(make_cloudy_daemon, repository):
    found = outcome(make_cloudy_daemon(credentials=False), repository, SHOW)
    assert found.conclusion == "failure"
    reason = found.job()["reason"]
    for part in (ROLE, "no AWS credentials", "AWS_ACCESS_KEY_ID is not set", "see aws in the settings"):
        assert part in reason, reason


def test_a_job_that_may_outlast_its_credentials_is_told_in_its_first_step(make_cloudy_daemon, repository):
    workflow = """
        on: push
        jobs:
          long:
            runs-on: ubuntu-latest
            timeout-minutes: 90
            steps: [{run: "true"}]
          short:
            runs-on: ubuntu-latest
            timeout-minutes: 30
            steps: [{run: "true"}]
        """
    found = outcome(make_cloudy_daemon(), repository, workflow)
    assert found.conclusion == "success", found.log("long")
    assert "may run longer (timeout-minutes) than its AWS credentials last" in found.log("long")
    assert not [note for note in found.annotations() if note["level"] == "warning"]
    assert "aws.session_duration" in found.log("long") and "may run longer" not in found.log("short")


LONG = """
    on: push
    jobs:
      build:
        runs-on: ubuntu-latest
        steps:
          - run: case "$AWS_ACCESS_KEY_ID" in *TWO) echo "newer $AWS_SESSION_TOKEN ${#AWS_SECRET_ACCESS_KEY}" ;; esac
          - run: case "$AWS_ACCESS_KEY_ID" in *TWO) echo "still newer" ;; esac
          - run: case "$AWS_ACCESS_KEY_ID" in MINE) echo "own stays" ;; esac
            env: {AWS_ACCESS_KEY_ID: MINE}
    """


def session(key, seconds):
    end = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"status": 200, "body": (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
        f"<AccessKeyId>ASIA{key}</AccessKeyId><SecretAccessKey>secret-of-{key}</SecretAccessKey>"
        f"<SessionToken>token-of-{key}</SessionToken><Expiration>{end}</Expiration></Credentials>"
        "<AssumedRoleUser><Arn>a</Arn><AssumedRoleId>i</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>")}


@pytest.fixture
def scripted_aws():
    """An endpoint whose answers a test writes down; gives its address and a function that puts them."""
    server = subprocess.Popen([sys.executable, ANSWERING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    address = server.stdout.readline().strip()
    address = address if address.startswith("http") else f"http://127.0.0.1:{address}"

    def put(*answers):
        urllib.request.urlopen(urllib.request.Request(
            f"{address}/answers", data=json.dumps(answers).encode(), method="PUT")).read()

    yield address, put
    server.kill()
    server.wait()


def test_credentials_that_end_soon_are_given_anew_to_the_steps_after(make_cloudy_daemon, repository, scripted_aws):
    address, put = scripted_aws
    put(session("ONE", 200), session("TWO", 3600))
    daemon = make_cloudy_daemon(endpoint=address)
    found = outcome(daemon, repository, LONG)
    assert found.conclusion == "success", found.log()
    log = found.log()
    assert "newer *** 13" in log and "still newer" in log and "own stays" in log
    written = b"".join(file.read_bytes() for file in (daemon.state / "runs").rglob("*") if file.is_file())
    assert b"secret-of-TWO" not in written and b"token-of-TWO" not in written


def test_a_job_goes_on_with_the_old_credentials_where_there_are_no_others(make_cloudy_daemon, repository, scripted_aws):
    address, put = scripted_aws
    denied = {"status": 403, "body": "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"}
    put(session("ONE", 200), denied)
    found = outcome(make_cloudy_daemon(endpoint=address), repository, LONG)
    assert found.conclusion == "success" and "newer" not in "\n".join(found.output())
    (warning,) = [note["message"] for note in found.annotations() if note["level"] == "warning"]
    assert "and there are no others" in warning and "can't be assumed" in warning


def test_a_buildspecs_shell_has_newer_credentials_from_phase_to_phase_but_for_its_own(
        make_cloudy_daemon, repository, scripted_aws):
    address, put = scripted_aws
    put(*(session(f"KEY{number}", 200) for number in range(20)))
    daemon = make_cloudy_daemon(endpoint=address)
    daemon.watch(repository, buildspecs=[{"file": "buildspec.yml"}]).start().wait_until_seen()
    commit = repository.push_commit({"buildspec.yml": """
        version: 0.2
        phases:
          install: {commands: ["FIRST=$AWS_ACCESS_KEY_ID TOKEN=$AWS_SESSION_TOKEN"]}
          pre_build:
            commands:
              - test "$AWS_ACCESS_KEY_ID" != "$FIRST" && test "$AWS_SESSION_TOKEN" != "$TOKEN" && echo "it is newer"
          build: {commands: [export AWS_ACCESS_KEY_ID=MINE AWS_SESSION_TOKEN=OWN]}
          post_build: {commands: ['echo "now $AWS_ACCESS_KEY_ID and $AWS_SESSION_TOKEN"']}
        """})
    found = Outcome(daemon, daemon.result_of(commit))
    assert found.conclusion == "success", found.log()
    assert "it is newer" in found.output() and "now MINE and OWN" in found.output(), found.log()
