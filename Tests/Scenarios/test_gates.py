"""Gates: what was measured decides, against what is deployed, and people have the last word."""

import json
import textwrap

PIPELINE = """
    on: push
    jobs:
      evaluate:
        runs-on: ubuntu-latest
        outputs:
          f1: ${{{{ steps.gate.outputs.f1 }}}}
        steps:
          - uses: actions/checkout@v4
          - id: gate
            uses: slipway/gate@v1
            with:
{inputs}
      deploy:
        needs: evaluate
        runs-on: ubuntu-latest
        steps:
          - run: echo "deployed a model with f1 ${{{{ needs.evaluate.outputs.f1 }}}}"
    """


def pipeline(**inputs):
    lines = []
    for name, value in {"metrics": "metrics.json", **inputs}.items():
        name = name.replace("_", "-")
        if name in ("conditions", "investigate"):
            lines += [f"{name}: |", *(f"  {line}" for line in value.splitlines())]
        else:
            lines.append(f"{name}: {json.dumps(value)}")
    return PIPELINE.format(inputs=textwrap.indent("\n".join(lines), " " * 14))


def push(bench, metrics, **inputs):
    return bench.begin(pipeline(**inputs), **{"metrics.json": json.dumps(metrics)})


def job(bench, run, key):
    return next(job for job in bench.client.run(run["id"])["jobs"] if job["key"] == key)


def awaited(bench, run):
    def look():
        found = job(bench, run, "evaluate")
        return found if found["approval"] and found["approval"]["state"] == "pending" and found["status"] == "waiting" else None

    return bench.daemon.wait(look, "the gate's question")


def test_a_model_that_is_good_enough_goes_on(workbench):
    run = push(workbench, {"f1": 0.9, "recall": {"class a": 0.8, "class b": 0.7}}, conditions="f1 >= 0.85\nworst(recall) >= 0.6")
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success", outcome.log("evaluate")
    assert "deployed a model with f1 0.9" in outcome.output("deploy")
    assert "worst(recall) >= 0.6 (0.7): ✔ holds" in outcome.output("evaluate")
    summary = workbench.client.get(f"/api/v1/jobs/{outcome.job('evaluate')['id']}/summary").text
    assert "| `f1 >= 0.85` | 0.9 |" in summary


def test_a_model_that_is_not_is_stopped_and_its_metrics_are_kept(workbench):
    run = push(workbench, {"f1": 0.8}, conditions="f1 >= 0.85", override="false")
    outcome = workbench.outcome(run)
    assert outcome.conclusions() == {"evaluate": "failure", "deploy": "skipped"}
    assert "the gate failed: f1 is 0.8, expected >= 0.85" in outcome.job("evaluate")["reason"]
    assert any(note["file"] == "metrics.json" and "f1 >= 0.85" in note["message"] for note in outcome.annotations())
    refused = workbench.daemon.command("override", run["id"], "--reason", "a try", check=False)
    assert refused.returncode == 1 and "no job of run" in refused.stderr
    # What the failed run measured can be compared with.
    later = push(workbench, {"f1": 0.79}, conditions="f1 >= baseline.f1", baseline=f"run:{run['id']}")
    outcome = workbench.outcome(later)
    assert outcome.conclusion == "failure"
    assert "f1 is 0.79, 0.01 below the baseline, expected >= 0.8" in outcome.job("evaluate")["reason"]


def test_a_branch_is_a_baseline_once_a_run_of_it_succeeded(workbench):
    inputs = {"conditions": "auc >= baseline.auc - 0.01", "baseline": "branch:main", "name": "of the branch"}
    missing = workbench.outcome(push(workbench, {"auc": 0.9}, **{**inputs, "baseline": "branch:mian"}))
    assert "there is no run of this branch at all" in missing.job("evaluate")["reason"]
    first = workbench.outcome(push(workbench, {"auc": 0.9}, **{**inputs, "conditions": "auc >= 0.9"}))
    assert first.conclusion == "success"
    second = workbench.outcome(push(workbench, {"auc": 0.85}, **inputs))
    assert "auc is 0.85, 0.05 below the baseline, expected >= 0.89" in second.job("evaluate")["reason"]
    # The failed run is no baseline: the first one still is.
    third = workbench.outcome(push(workbench, {"auc": 0.895}, **inputs))
    assert third.conclusion == "success"


def test_a_gate_that_is_not_sure_waits_for_a_person(workbench):
    run = push(workbench, {"f1": 0.84}, conditions="f1 >= 0.8", investigate="f1 >= 0.85")
    waiting = awaited(workbench, run)
    assert waiting["approval"]["kind"] == "investigation"
    assert waiting["reason"].startswith("waits for a person: f1 is 0.84, expected >= 0.85")
    assert "f1 is 0.84" in workbench.daemon.command("approvals").stdout
    workbench.daemon.command("approve", run["id"], "--comment", "the test set is harder now")
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success"
    assert "the test set is harder now" in outcome.job("evaluate")["reason"]
    assert "deployed a model with f1 0.84" in outcome.output("deploy")


def test_the_question_outlives_a_kill_of_the_daemon(workbench):
    run = push(workbench, {"f1": 0.84}, investigate="f1 >= 0.85")
    awaited(workbench, run)
    workbench.daemon.kill()
    workbench.daemon.start()
    waiting = awaited(workbench, run)
    workbench.daemon.command("reject", run["id"], "--comment", "too low")
    outcome = workbench.outcome(run)
    assert outcome.conclusions() == {"evaluate": "failure", "deploy": "skipped"}
    assert outcome.job("evaluate")["id"] == waiting["id"]


def test_an_override_needs_a_reason_and_has_what_follows_run(workbench):
    run = push(workbench, {"f1": 0.8}, conditions="f1 >= 0.85")
    first = workbench.outcome(run)
    assert first.conclusions() == {"evaluate": "failure", "deploy": "skipped"}
    assert workbench.daemon.command("override", run["id"], "--reason", " ", check=False).returncode == 2
    printed = workbench.daemon.command("override", run["id"], "--job", "evaluate", "--reason", "needed for the demo").stdout
    assert "attempt 2" in printed
    outcome = workbench.outcome(run)
    assert outcome.conclusions() == {"evaluate": "success", "deploy": "success"}
    assert "deployed a model with f1 0.8" in outcome.output("deploy")
    evaluate = outcome.job("evaluate")
    assert "needed for the demo" in evaluate["reason"] and evaluate["approval"]["comment"] == "needed for the demo"
    assert "needed for the demo" in outcome.run["attempt_reason"]
    audit = workbench.client.fetched("/api/v1/audit")["entries"]
    assert any(entry["action"] == "override-gate" and entry["detail"] == "needed for the demo" for entry in audit)
    assert workbench.daemon.command("override", run["id"], "--reason", "again", check=False).returncode == 1


def test_an_override_does_not_wait_for_the_other_jobs_of_its_run(workbench):
    slow = """
      slow:
        runs-on: ubuntu-latest
        steps:
          - run: until [ -e "$GATES/slow" ]; do sleep 0.05; done
    """
    run = workbench.begin(
        pipeline(conditions="f1 >= 0.85").rstrip() + slow, **{"metrics.json": json.dumps({"f1": 0.8})})
    workbench.daemon.wait(lambda: job(workbench, run, "deploy")["conclusion"] == "skipped", "the gate's failure")
    failed = job(workbench, run, "evaluate")
    workbench.daemon.command("override", run["id"], "--reason", "needed for the demo")
    workbench.daemon.wait(lambda: job(workbench, run, "deploy")["conclusion"] == "success", "what needs the gate")
    assert job(workbench, run, "slow")["status"] == "running"
    passed = job(workbench, run, "evaluate")
    assert passed["conclusion"] == "success" and passed["id"] != failed["id"]
    assert workbench.client.log(passed["id"]) == workbench.client.log(failed["id"])
    workbench.open_gate("slow")
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success" and outcome.run["attempt"] == 1
    assert workbench.client.fetched(f"/api/v1/runs/{run['id']}/gates")["gates"]


def test_approvers_are_those_who_are_named(workbench):
    run = push(workbench, {"f1": 0.8}, conditions="f1 >= 0.85", approvers="the-release-team")
    workbench.outcome(run)
    refused = workbench.daemon.command("override", run["id"], "--reason", "a try", check=False)
    assert refused.returncode == 1 and "may be overridden by the-release-team" in refused.stderr


def test_a_bad_file_fails_the_gate_with_its_place(workbench):
    run = workbench.begin(pipeline(conditions="f1 >= 0.85"), **{"metrics.json": '{\n  "f1": NaN\n}\n'})
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "failure"
    assert any(
        (note["file"], note["line"], note["column"]) == ("metrics.json", 2, 9) and "found NaN" in note["message"]
        for note in outcome.annotations())


def test_a_condition_that_does_not_parse_is_found_before_anything_runs(binary, tmp_path, workbench):
    commit = workbench.push(pipeline(conditions="f1 >= 0.85\nauc => 0.9"), **{"metrics.json": "{}"})
    run = workbench.daemon.run_of(commit)
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "refused"
    problem = next(entry for entry in outcome.run["diagnostics"] if entry["rule"] == "gate-condition")
    assert problem["message"] == 'found "=>", expected ">="'
    text = next(iter(workbench.repository.work.glob(".github/workflows/*.yml"))).read_text()
    assert text.splitlines()[problem["line"] - 1][problem["column"] - 1:].startswith("=> 0.9")


def test_the_baseline_is_what_an_environment_runs(workbench):
    inputs = {"conditions": "f1 >= baseline.f1", "environment": "staging", "name": "of staging"}

    def release(f1):
        text = pipeline(**inputs).replace("        needs: evaluate\n", "        needs: evaluate\n        environment: staging\n")
        return workbench.begin(text, **{"metrics.json": json.dumps({"f1": f1})})

    first = workbench.outcome(release(0.8))
    assert first.conclusion == "success"
    assert "nothing of this repository is deployed in staging yet" in first.log("evaluate")
    worse = workbench.outcome(release(0.7))
    assert worse.conclusions() == {"evaluate": "failure", "deploy": "skipped"}
    assert f"Baseline: run {first.run['id']} ({first.run['commit'][:8]}), which is deployed in staging" in worse.log("evaluate")
    history = json.loads(
        workbench.daemon.command("metrics", workbench.repository.name, "--gate", "of staging", "--format", "json").stdout)
    assert [(point["gate"]["metrics"][0]["value"], point["is_deployed"]) for point in history["points"]] == [(0.8, True), (0.7, False)]
    printed = workbench.daemon.command("compare", first.run["id"], worse.run["id"]).stdout
    assert "-0.1" in printed
