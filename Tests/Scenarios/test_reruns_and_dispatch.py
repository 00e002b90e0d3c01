"""What operators start."""

import re

import pytest

HALF_GREEN = """
    on: push
    jobs:
      good:
        runs-on: ubuntu-latest
        steps: [run: 'echo "good, attempt $GITHUB_RUN_ATTEMPT"']
      shaky:
        runs-on: ubuntu-latest
        steps: [run: 'echo "shaky, attempt $GITHUB_RUN_ATTEMPT"; test -e "$GATES/mended"']
      after:
        needs: [good, shaky]
        runs-on: ubuntu-latest
        steps: [run: "true"]
    """


@pytest.fixture
def half_green(workbench):
    workbench.gate("mended").unlink(missing_ok=True)
    outcome = workbench.execute(HALF_GREEN)
    assert outcome.conclusions() == {"good": "success", "shaky": "failure", "after": "skipped"}
    workbench.open_gate("mended")
    return outcome


def rerun(workbench, outcome, jobs):
    answer = workbench.client.rerun(outcome.run["id"], jobs, reason="the gate is open")
    assert answer["id"] == outcome.run["id"]

    def is_over():
        now = workbench.client.run(outcome.run["id"])
        return now if now["status"] == "completed" and now["attempt"] == outcome.run["attempt"] + 1 else None

    workbench.daemon.wait(is_over, "the end of the second attempt", 60)
    return workbench.outcome(outcome.run)


def test_rerun_of_everything_keeps_the_first_attempts_logs(workbench, half_green):
    again = rerun(workbench, half_green, "all")
    assert again.run["attempt"] == 2
    assert again.conclusions() == {"good": "success", "shaky": "success", "after": "success"}
    assert "good, attempt 2" in again.output("good")
    assert "good, attempt 1" in half_green.output("good")
    assert "shaky, attempt 1" in half_green.output("shaky")
    first = workbench.client.run(half_green.run["id"], attempt=1)
    assert {job["name"]: job["conclusion"] for job in first["jobs"]} == half_green.conclusions()
    assert workbench.client.get(f"/runs/{half_green.run['id']}?attempt=1").status_code == 200


def test_rerun_of_the_failed_takes_over_what_was_good(workbench, half_green):
    again = rerun(workbench, half_green, "failed")
    assert again.conclusion == "success"
    assert again.job("good")["reused_from"] == half_green.job("good")["id"]
    assert again.job("shaky")["reused_from"] is None
    assert "good, attempt 1" in again.output("good")
    assert "shaky, attempt 2" in again.output("shaky")


def test_rerun_of_one_job_runs_what_needs_it_too(workbench, half_green):
    again = rerun(workbench, half_green, [half_green.job("shaky")["id"]])
    assert again.conclusions() == {"good": "success", "shaky": "success", "after": "success"}
    assert again.job("good")["reused_from"] is not None


def test_a_rerun_of_nothing_is_a_conflict(workbench):
    outcome = workbench.execute("on: push\njobs: {build: {runs-on: x, steps: [run: 'true']}}\n")
    answer = workbench.client.post(f"/api/v1/runs/{outcome.run['id']}/rerun", {"jobs": "failed"})
    assert answer.status_code == 409
    running = workbench.begin("on: push\njobs: {build: {runs-on: x, steps: [run: sleep 1000]}}\n")
    workbench.daemon.running_job(running)
    assert workbench.client.post(f"/api/v1/runs/{running['id']}/rerun", {"jobs": "all"}).status_code == 409
    workbench.client.cancel(running["id"])
    workbench.outcome(running)


BESIDE = """
    on: push
    jobs:
      slow:
        runs-on: ubuntu-latest
        steps: [run: 'until [ -e "$GATES/slow" ]; do sleep 0.05; done']
      shaky:
        runs-on: ubuntu-latest
        steps: [run: 'echo "try of shaky"; test -e "$GATES/mended"']
      after:
        needs: shaky
        runs-on: ubuntu-latest
        steps: [run: echo after]
    """


def test_a_failed_job_runs_again_while_another_still_does(workbench):
    for name in ("slow", "mended"):
        workbench.gate(name).unlink(missing_ok=True)
    run = workbench.begin(BESIDE)

    def failed():
        jobs = {job["key"]: job for job in workbench.client.run(run["id"])["jobs"]}
        return jobs if len(jobs) == 3 and jobs["after"]["conclusion"] == "skipped" else None

    jobs = workbench.daemon.wait(failed, "the failure of the shaky job")
    refused = workbench.client.post(f"/api/v1/runs/{run['id']}/rerun", {"jobs": [jobs["slow"]["id"]]})
    assert refused.status_code == 409 and "has not ended" in refused.text
    workbench.open_gate("mended")
    workbench.client.rerun(run["id"], [jobs["shaky"]["id"]], reason="it is mended")

    def mended():
        now = {job["key"]: job for job in workbench.client.run(run["id"])["jobs"]}
        return now if now["after"]["conclusion"] == "success" else None

    now = workbench.daemon.wait(mended, "the second try")
    assert now["slow"]["status"] == "running" and now["shaky"]["attempt"] == 1
    assert "try of shaky" in workbench.client.log(jobs["shaky"]["id"])
    assert now["shaky"]["id"] != jobs["shaky"]["id"]
    assert any("it is mended" in note["message"] for note in workbench.client.annotations(run["id"]))
    workbench.open_gate("slow")
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success" and outcome.run["attempt"] == 1
    assert any(entry["action"] == "rerun" and "it is mended" in entry["detail"] for entry in workbench.client.audit())


def test_a_rerun_with_debug_logging_shows_what_steps_say_for_it(workbench):
    outcome = workbench.execute("""
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: 'echo "::debug::a hidden thing"; echo "debug is ${RUNNER_DEBUG:-off}, ${{ runner.debug }}"'
        """)
    assert "debug is off, " in outcome.output() and "##[debug]a hidden thing" not in outcome.output()
    workbench.daemon.command("rerun", outcome.run["id"], "--debug", "--reason", "to see more", "--wait")
    again = workbench.outcome(workbench.client.run(outcome.run["id"]))
    assert "debug is 1, 1" in again.output() and "##[debug]a hidden thing" in again.output()
    page = workbench.client.get(f"/runs/{outcome.run['id']}").text
    assert "with debug logging: to see more" in page
    workbench.daemon.command("rerun", outcome.run["id"], "--wait")
    assert "debug is off, " in workbench.outcome(workbench.client.run(outcome.run["id"])).output()


def test_a_job_alone_leaves_what_needs_it(workbench, half_green):
    job = half_green.job("good")
    workbench.daemon.command("rerun", half_green.run["id"], "--job", "good", "--alone", "--wait", check=False)
    again = workbench.outcome(workbench.client.run(half_green.run["id"]))
    assert again.job("good")["id"] != job["id"] and again.job("good")["reused_from"] is None
    assert again.job("after")["reused_from"] == half_green.job("after")["id"]


def test_a_rerun_is_in_the_audit(workbench, half_green):
    rerun(workbench, half_green, "all")
    assert any("rerun" in entry["action"] and "the gate is open" in entry["detail"] for entry in workbench.client.audit())


DISPATCHED = """
    name: Train
    run-name: Train ${{ inputs.model }}
    on:
      workflow_dispatch:
        inputs:
          model: {description: Which, required: true, type: string}
          rows: {type: number, default: 10}
          quick: {type: boolean, default: false}
          where: {type: choice, options: [here, there], default: here}
    jobs:
      train:
        runs-on: ubuntu-latest
        steps:
          - run: |
              echo "model=${{ inputs.model }} rows=${{ inputs.rows == 12 }} where=${{ inputs.where }}"
              echo "quick is ${{ inputs.quick && 'a true boolean' || 'false' }} ${{ github.event.inputs.quick }}"
    """


@pytest.fixture(scope="module")
def trainer(workbench):
    commit = workbench.push(DISPATCHED)
    workbench.daemon.wait(
        lambda: any(found["commit"] == commit for found in workbench.client.triggers("app")), "the look at the push")
    return workbench


def test_inputs_are_typed(trainer):
    run = trainer.client.dispatch(
        "app", ".github/workflows/ci.yml", "main", {"model": "resnet", "rows": 12, "quick": True, "where": "there"})
    outcome = trainer.outcome(run)
    assert outcome.run["event"] == "workflow_dispatch"
    assert outcome.run["title"] == "Train resnet"
    assert "model=resnet rows=true where=there" in outcome.output()
    assert "quick is a true boolean true" in outcome.output()


def test_a_workflow_is_found_by_its_name_and_defaults_fill_in(trainer):
    run = trainer.client.dispatch("app", "Train", None, {"model": "x"})
    outcome = trainer.outcome(run)
    assert "quick is false false" in outcome.output()


def test_other_inputs_start_a_new_run_at_the_same_commit(trainer):
    first = trainer.outcome(trainer.client.dispatch("app", "Train", None, {"model": "a", "rows": 12}))
    commit = first.run["commit"]
    trainer.push(DISPATCHED, **{"other": "a newer commit"})
    answer = trainer.client.post(f"/api/v1/runs/{first.run['id']}/rerun", {"inputs": {"quick": True}, "reason": "faster"})
    assert answer.status_code == 202, answer.text
    again = trainer.outcome(answer.json())
    assert again.run["id"] != first.run["id"] and again.run["commit"] == commit
    assert "model=a rows=true where=here" in again.output() and "quick is a true boolean true" in again.output()
    page = trainer.client.get(f"/runs/{again.run['id']}").text
    assert f"run {first.run['id']} again with other inputs by" in page and "faster" in page
    assert "Rerun with other inputs" in page
    for inputs in ({"rows": "many"}, {"unknown": 1}):
        refused = trainer.client.post(f"/api/v1/runs/{first.run['id']}/rerun", {"inputs": inputs})
        assert refused.status_code in (400, 422), refused.text
    done = trainer.daemon.command("rerun", first.run["id"], "--input", "model=b", "--wait")
    assert "succe" in done.stdout


def test_a_form_changes_no_input_that_nobody_touched(trainer):
    long = "first line\nsecond " + "x" * 400
    first = trainer.outcome(trainer.client.dispatch("app", "Train", None, {"model": long, "rows": 12}))
    page = trainer.client.get(f"/runs/{first.run['id']}").text
    assert f'name="input.model" rows="5" autocomplete="off" spellcheck="false">\n{long}</textarea>' in page
    token = re.search(r'name="form-token" content="([0-9a-f]+)"', page).group(1)
    # As a browser sends it: with line ends of its own.
    sent = {"inputs": "changed", "input.model": long.replace("\n", "\r\n"), "input.rows": "13", "form_token": token}
    answer = trainer.client.session.post(
        f"{trainer.daemon.address}/runs/{first.run['id']}/rerun", data=sent, allow_redirects=False, timeout=30)
    assert answer.status_code == 303, answer.text
    again = trainer.outcome(trainer.client.run(answer.headers["location"].rsplit("/", 1)[1]))
    inputs = {one["name"]: one["value"] for one in again.run["inputs"]}
    assert inputs["model"] == long and int(inputs["rows"]) == 13
    entry = next(entry for entry in trainer.client.audit() if first.run["id"] in entry["subject"] + entry["detail"])
    assert "rows" in entry["detail"] and "model" not in entry["detail"]


@pytest.mark.parametrize("inputs", [
    {}, {"model": "x", "rows": "many"}, {"model": "x", "quick": "perhaps"}, {"model": "x", "where": "nowhere"},
    {"model": "x", "unknown": "1"},
])
def test_wrong_inputs_are_refused(trainer, inputs):
    answer = trainer.client.post(
        "/api/v1/repositories/app/dispatch", {"workflow": "Train", "ref": "main", "inputs": inputs})
    assert answer.status_code in (400, 422), answer.text


def test_an_unknown_ref_is_refused(trainer):
    answer = trainer.client.post(
        "/api/v1/repositories/app/dispatch", {"workflow": "Train", "ref": "nowhere", "inputs": {"model": "x"}})
    assert answer.status_code in (400, 404, 422)


def test_what_stands_behind_a_pull_request_is_not_started_by_hand(trainer):
    """It may be a stranger's code, which would have the repository's secrets."""
    trainer.repository.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head")
    for ref in ("refs/pull/7/head", "refs/remotes/origin/main"):
        refused = trainer.daemon.command("trigger", "app", "--workflow", "Train", "--ref", ref, "--input", "model=x", check=False)
        assert refused.returncode == 1 and "neither a branch nor a tag" in refused.stderr


def test_what_can_be_started_is_listed_with_its_inputs(trainer):
    [found] = trainer.client.fetched("/api/v1/repositories/app/workflows")["workflows"]
    assert (found["path"], found["name"]) == (".github/workflows/ci.yml", "Train")
    assert {one["name"]: (one["type"], one["required"]) for one in found["inputs"]} == {
        "model": ("string", True), "rows": ("number", False), "quick": ("boolean", False), "where": ("choice", False)}


def test_the_trigger_command(trainer):
    done = trainer.daemon.command("trigger", "app", "--workflow", "Train", "--ref", "main", "--input", "model=from-the-shell")
    trainer.daemon.wait(
        lambda: any(run["title"] == "Train from-the-shell" for run in trainer.daemon.runs()), f"the run of {done.stdout}")
