"""What a job gets of AWS by its repository's settings."""

import pytest

from blackbox import cloud as rig
from blackbox.daemon import Daemon
from blackbox.workbench import Outcome

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
    assert "aws.session_duration" in found.log("long") and "may run longer" not in found.log("short")
