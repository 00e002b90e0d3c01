"""What a buildspec gets from AWS before its first command, and what is kept of the reports it names."""

import json

import pytest

from blackbox import cloud as rig
from blackbox.daemon import Daemon
from blackbox.workbench import Outcome
from textwrap import dedent

FILE = "buildspec.yml"
ROLE = "arn:aws:iam::123456789012:role/slipway-jobs"


@pytest.fixture
def build(binary, tmp_path, cloud, repository):
    """A daemon whose builds have a role's credentials; pushing a buildspec gives its completed run."""
    environment = {
        "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": rig.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": rig.SECRET_KEY,
    }
    daemon = Daemon(
        binary, tmp_path / "daemon", {"aws": {"region": rig.REGION, "role": ROLE, "endpoint": cloud.address}}, environment)
    daemon.watch(repository, buildspecs=[{"file": FILE}]).start().wait_until_seen()

    def push(text, **files):
        return Outcome(daemon, daemon.result_of(repository.push_commit({FILE: dedent(text), **files})))

    push.daemon = daemon
    yield push
    daemon.dispose()


@pytest.fixture
def stored(cloud):
    """Values in Parameter Store and Secrets Manager; the secret has an older version."""
    cloud.client("ssm").put_parameter(Name="/app/key", Value="parameter-of-the-tests", Type="SecureString", Overwrite=True)
    secrets = cloud.client("secretsmanager")
    secret = secrets.create_secret(Name="app/database", SecretString=json.dumps({"user": "fraud", "password": "old-password"}))
    secrets.put_secret_value(SecretId="app/database", SecretString=json.dumps({"user": "fraud", "password": "new-password"}))
    yield secret["VersionId"]
    secrets.delete_secret(SecretId="app/database", ForceDeleteWithoutRecovery=True)


def test_parameters_and_secrets_of_aws_reach_the_commands_and_not_the_log(build, stored):
    outcome = build(f"""
        version: 0.2
        env:
          parameter-store:
            KEY: /app/key
          secrets-manager:
            WHOLE: app/database
            PASSWORD: app/database:password
            FORMER: app/database:password:AWSPREVIOUS
            NUMBERED: app/database:password::{stored}
        phases:
          build:
            commands:
              - test "$KEY" = parameter-of-the-tests
              - test "$PASSWORD" = new-password
              - test "$FORMER" = old-password
              - test "$NUMBERED" = old-password
              - test "$WHOLE" = '{{"user":"fraud","password":"new-password"}}' || echo "$WHOLE" | python3 -c 'import json, sys; assert json.load(sys.stdin)["password"] == "new-password"'
              - echo "the key is $KEY and the passwords $PASSWORD $FORMER"
        """)
    assert outcome.conclusion == "success", outcome.log()
    assert "the key is *** and the passwords *** ***" in outcome.log()
    for secret in ("parameter-of-the-tests", "new-password", "old-password"):
        assert f"{secret} and" not in outcome.log()


def test_values_that_aws_does_not_have_are_named_before_a_command_runs(build, cloud):
    outcome = build("""
        version: 0.2
        env:
          parameter-store:
            ONE: /missing/one
        phases: {build: {commands: [echo began]}}
        """)
    assert outcome.conclusion == "failure"
    assert "/missing/one" in outcome.log() and "began" not in outcome.output()

    outcome = build("""
        version: 0.2
        env:
          secrets-manager:
            TWO: missing/two:password
        phases: {build: {commands: [echo began]}}
        """)
    assert outcome.conclusion == "failure"
    assert "missing/two" in outcome.log() and "began" not in outcome.output()


JUNIT = '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure message="no">f</failure></testcase></testsuite>'
COVERAGE = """<coverage version="1"><packages><package name="p"><classes><class name="c" filename="app.py"><lines>
<line number="1" hits="1"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>"""


def test_reports_of_a_failed_build_are_kept_as_those_of_a_good_one(build):
    outcome = build("""
        version: 0.2
        phases: {build: {commands: [mkdir -p target/sub, cp junit.xml target/sub/TEST-a.xml, cp cobertura.xml target, 'false']}}
        reports:
          unit-tests:
            files: ['**/TEST-*.xml']
            base-directory: target
          arn:aws:codebuild:us-east-1:123456789012:report-group/code:
            files: [cobertura.xml]
            base-directory: target
            file-format: COBERTURAXML
        """, **{"junit.xml": JUNIT, "cobertura.xml": COVERAGE})
    assert outcome.conclusion == "failure"
    found = build.daemon.client.fetched(f"/api/v1/runs/{outcome.run['id']}/reports")["reports"]
    reports = {report["name"]: report for report in found}
    assert set(reports) == {"unit-tests", "code"}, reports
    assert reports["unit-tests"]["tests"]["failed"] == 1 and reports["unit-tests"]["tests"]["total"] == 2
    assert reports["code"]["coverage"] == {"lines": 2, "lines_covered": 1, "branches": 0, "branches_covered": 0}
