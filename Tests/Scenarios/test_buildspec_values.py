"""What a buildspec gets from AWS before its first command, and what is kept of the reports it names."""

import json
import zipfile

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


def test_git_finds_the_projects_token_and_a_password_for_codecommit(binary, tmp_path, cloud, repository):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    host, path = "git-codecommit.eu-west-1.amazonaws.com", "v1/repos/app"
    environment = {
        "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": rig.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": rig.SECRET_KEY,
    }
    daemon = Daemon(
        binary, tmp_path / "daemon", {"aws": {"region": rig.REGION, "role": ROLE, "endpoint": cloud.address}}, environment)
    try:
        daemon.watch(repository, buildspecs=[{"file": FILE, "git_credential": "GIT_TOKEN"}]).start()
        daemon.command("secret", "set", "GIT_TOKEN", "--repository", repository.name, stdin="token-of-the-forge")
        daemon.wait_until_seen()
        found = Outcome(daemon, daemon.result_of(repository.push_commit({FILE: dedent(f"""
            version: 0.2
            env: {{git-credential-helper: yes}}
            phases:
              build:
                commands:
                  - mkdir out
                  - printf 'protocol=https\\nhost={host}\\npath={path}\\n\\n' | git credential fill > out/credential
                  - cat out/credential
                  - printf '%s %s %s' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" > out/keys
            artifacts: {{files: [out/*], discard-paths: yes, name: out}}
            """)})))
        assert found.conclusion == "success", found.log()
        assert "git finds a credential for CodeCommit" in found.log()
        listed = daemon.client.fetched(f"/api/v1/runs/{found.run['id']}/artifacts")["artifacts"]
        content = daemon.state / "runs" / str(found.run["id"]) / "artifacts" / str(listed[0]["id"]) / "content"
        with zipfile.ZipFile(content) as archive:
            lines = archive.read("credential").decode().split()
            key, secret, token = archive.read("keys").decode().split()
        credential = dict(line.split("=", 1) for line in lines)
        assert credential["username"] == f"{key}%{token}" and secret not in found.log()
        time, signature = credential["password"].split("Z")
        # As AWS' own helper signs it.
        signer = SigV4Auth(Credentials(key, secret, token), "codecommit", "eu-west-1")
        request = AWSRequest()
        request.context["timestamp"] = time
        canonical = f"GIT\n/{path}\n\nhost:{host}\n\nhost\n"
        assert signature == signer.signature(signer.string_to_sign(request, canonical), request)
    finally:
        daemon.dispose()
