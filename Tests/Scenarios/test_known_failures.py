"""Failures that Slipway knows by name: told at the step, in the API, by the commands, and as an annotation."""

import subprocess

import pytest

PIPELINE = """
    on: push
    jobs:
      train:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - run: echo fine
          - name: Evaluate
            run: |
              # "no space left on device" is what this script says, not what happens
              echo begin
              echo "FileNotFoundError: [Errno 2] No such file or directory: 'artifacts/model.pkl'"
              exit 3
      tolerated:
        runs-on: ubuntu-latest
        steps:
          - run: echo "no basic auth credentials"; exit 1
            continue-on-error: true
          - run: echo "no basic auth credentials"
      aside:
        runs-on: ubuntu-latest
        steps:
          - run: echo "toomanyrequests"; exit 1
            background: true
          - run: echo meanwhile
    """
FILES = {".gitignore": "# models\n*.joblib\nartifacts/*.pkl\n"}


@pytest.fixture(scope="module")
def outcome(workbench):
    return workbench.execute(PIPELINE, **FILES)


def failed_step(job):
    return next(step for step in job["steps"] if step["conclusion"] == "failure")


def test_a_failed_step_has_its_diagnosis_with_the_line_of_the_log(workbench, outcome):
    step = failed_step(outcome.job("train"))
    assert [found["rule"] for found in step["diagnoses"]] == ["file-missing"]
    diagnosis = step["diagnoses"][0]
    assert "artifacts/model.pkl" in diagnosis["explanation"]
    assert any('line 3 of .gitignore ("artifacts/*.pkl")' in finding for finding in diagnosis["findings"])
    log = workbench.daemon.client.log_bytes(outcome.job("train")["id"])
    line = log[diagnosis["evidence"]["offset"]:].split(b"\n", 1)[0].decode()
    assert line.endswith(diagnosis["evidence"]["text"])


def test_an_annotation_has_the_gist(workbench, outcome):
    titles = [found["title"] for found in outcome.annotations()]
    assert "A model or data file is not there" in titles


def test_green_and_tolerated_steps_have_none(outcome):
    assert not any("diagnoses" in step for step in outcome.job("tolerated")["steps"])


def test_a_step_in_the_background_has_one_with_its_place(workbench, outcome):
    job = outcome.job("aside")
    found = next(step for step in job["steps"] if step.get("diagnoses"))
    assert found["diagnoses"][0]["rule"] == "pull-limit"
    offset = found["diagnoses"][0]["evidence"]["offset"]
    assert b"toomanyrequests" in workbench.daemon.client.log_bytes(job["id"])[offset:].split(b"\n", 1)[0]


def test_the_commands_tell_it(workbench, outcome, tmp_path):
    shown = workbench.daemon.command("show", outcome.run["id"]).stdout
    assert "A model or data file is not there" in shown and "→" in shown
    pipeline = tmp_path / "ci.yml"
    pipeline.write_text("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo no basic auth credentials; exit 1\n")
    ran = subprocess.run([workbench.daemon.binary, "run", pipeline], capture_output=True, text=True, cwd=tmp_path)
    assert ran.returncode == 1
    assert "Not signed in to the registry" in ran.stdout


BUILDS = """
    on: push
    jobs:
      plain:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - run: |
              echo "Building $IMAGE"
              docker build -t "$IMAGE:$GITHUB_SHA" -f service/Dockerfile service
            env: {IMAGE: app}
      made:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - run: |
              ./fetch-model
              docker build service
    """
BUILD_FILES = {"service/Dockerfile": "FROM scratch\nCOPY model.pkl /\n", "service/.dockerignore": "# models\n*.pkl\n",
               "service/model.pkl": "model"}
TITLE = "A file of the Dockerfile is not in the build context"


def test_what_a_build_of_a_script_will_not_find_is_told_before_it_begins(workbench):
    outcome = workbench.execute(BUILDS, **BUILD_FILES)
    warnings = [note for note in outcome.annotations() if note.get("title") == TITLE]
    assert len(warnings) == 1 and warnings[0]["level"] == "warning"
    assert 'service/Dockerfile:2: COPY of "model.pkl": line 2 of .dockerignore ("*.pkl")' in warnings[0]["message"]
    log = workbench.daemon.client.log_bytes(outcome.job("plain")["id"]).decode()
    assert log.index("is about to make") < log.index("Building app\n")
    assert "is about to make" not in workbench.daemon.client.log_bytes(outcome.job("made")["id"]).decode()
