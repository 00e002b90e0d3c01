"""Pipelines of stages: approvals, retries, executions that overtake each other."""

import getpass
import textwrap
import types

import pytest

from blackbox.workbench import Outcome

ME = getpass.getuser()
FILE = ".slipway/pipeline.yml"

GATED = """
    name: Release
    on: {push: {branches: [main]}}
    variables: {TARGET: staging}
    stages:
      - name: Build
        actions:
          - name: Make
            type: commands
            namespace: Made
            commands:
              - echo "building $(git log -1 --format=%s)"
              - TAG="t-$GITHUB_RUN_NUMBER"
              - mkdir -p out && echo "content of $TAG" > out/model.txt
            output-variables: [TAG]
            files: [out]
            output-artifacts: [Model]
      - name: Release
        actions:
          - name: Approve
            type: approval
            namespace: Word
            message: "Release #{Made.TAG} to #{variables.TARGET}?"
          - name: Deploy
            type: commands
            run-order: 2
            input-artifacts: [Model]
            commands:
              - find . -name model.txt | xargs cat
              - 'echo "deployed #{Made.TAG} of #{SourceVariables.CommitId} by #{Word.approved-by}"'
    """


def push(bench, text, **files):
    commit = bench.repository.push_workflow(textwrap.dedent(text), path=FILE, **files)
    return bench.daemon.run_of(commit)


def awaited(bench, run):
    """The job of the run that waits for an approval."""
    def look():
        jobs = bench.client.run(run["id"])["jobs"]
        return next((job for job in jobs if job["approval"] and job["approval"]["state"] == "pending"), None)

    return bench.daemon.wait(look, f"a job of run {run['id']} that waits for an approval")


def states(run):
    return {job["key"]: job["conclusion"] or job["status"] for job in run["jobs"]}


def test_what_is_approved_goes_on_with_what_the_build_made(workbench):
    run = push(workbench, GATED)
    job = awaited(workbench, run)
    assert job["name"] == "Release / Approve" and job["status"] == "waiting"
    tag = f"t-{run['number']}"
    assert job["approval"]["message"] == f"Release {tag} to staging?"
    assert "waits for an approval by an operator" in job["reason"]
    pending = workbench.client.fetched("/api/v1/approvals")["approvals"]
    assert [(entry["run_id"], entry["job_id"]) for entry in pending] == [(run["id"], job["id"])]
    assert workbench.client.run(run["id"])["status"] == "running"

    printed = workbench.daemon.command("approve", run["id"], "--comment", "looks good").stdout
    assert "approved" in printed
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success", outcome.run["reason"] + outcome.log("Release / Deploy")
    assert set(outcome.conclusions().values()) == {"success"}
    log = outcome.log("Release / Deploy")
    assert f"content of {tag}" in log
    assert f"deployed {tag} of {run['commit']} by {ME} (socket)" in log
    answered = outcome.job("Release / Approve")["approval"]
    assert (answered["state"], answered["actor"], answered["comment"]) == ("approved", f"{ME} (socket)", "looks good")
    entry = next(entry for entry in workbench.client.audit() if entry["action"] == "approve")
    assert entry["actor"] == f"{ME} (socket)" and "Release / Approve" in entry["subject"] and entry["detail"] == "looks good"


def test_what_is_rejected_fails_with_the_reason_and_is_asked_again_by_a_retry(workbench):
    run = push(workbench, GATED)
    job = awaited(workbench, run)
    answer = workbench.client.post(f"/api/v1/runs/{run['id']}/reject", {"job": job["id"], "comment": "not today"})
    assert answer.status_code == 200
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "failure"
    assert outcome.job("Release / Approve")["reason"] == "rejected by web: not today"
    assert outcome.conclusions()["Release / Deploy"] == "skipped"
    assert workbench.client.post(f"/api/v1/runs/{run['id']}/approve", {"job": job["id"]}).status_code == 409

    workbench.daemon.command("rerun", run["id"], "--stage", "Release", "--failed", "--reason", "now")
    again = awaited(workbench, run)
    assert again["id"] != job["id"]
    workbench.client.posted(f"/api/v1/runs/{run['id']}/approve", {})
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success" and outcome.run["attempt"] == 2
    assert outcome.job("Build")["reused_from"], "what was good is not done again"


def test_an_approval_outlives_a_daemon_that_is_killed(workbench):
    run = push(workbench, GATED)
    before = awaited(workbench, run)
    workbench.daemon.kill()
    workbench.daemon.start()
    after = awaited(workbench, run)
    assert after["id"] == before["id"] and after["approval"] == before["approval"]
    workbench.client.posted(f"/api/v1/runs/{run['id']}/approve", {})
    workbench.daemon.kill()
    workbench.daemon.start()
    assert workbench.outcome(run).conclusion == "success"


PASSING = """
    on: {push: {branches: [main]}}
    stages:
      - name: Build
        actions: [{name: Make, type: commands, commands: ["true"]}]
      - name: Deploy
        actions:
          - name: Put
            type: commands
            commands: ['until [ -e "$GATES/put-$GITHUB_RUN_NUMBER" ]; do sleep 0.05; done']
    """


def test_of_executions_that_wait_for_a_stage_the_newest_goes_on(workbench):
    first = push(workbench, PASSING)
    workbench.daemon.running_job(first, "Deploy / Put")
    second, third = (push(workbench, PASSING, **{"note.txt": str(number)}) for number in (2, 3))

    def is_superseded():
        run = workbench.client.run(second["id"])
        return run if run["status"] == "completed" else None

    older = workbench.daemon.wait(is_superseded, "the end of the execution that was overtaken")
    assert older["conclusion"] == "cancelled"
    assert states(older) == {"Build": "success", "Build/Make": "success", "Deploy": "cancelled"}
    assert f"run {third['id']}" in older["reason"] and "stage Deploy" in older["reason"]
    for run in (first, third):
        workbench.open_gate(f"put-{run['number']}")
        assert workbench.outcome(run).conclusion == "success"
    refused = workbench.client.post(
        f"/api/v1/runs/{second['id']}/rerun", {"stage": "Deploy", "retry_mode": "ALL_ACTIONS"})
    assert refused.status_code == 409 and f"run {third['id']}, which is newer" in refused.json()["detail"]


SHAKY = """
    on: {push: {branches: [main]}}
    stages:
      - name: Test
        on-failure: RETRY
        actions:
          - {name: Good, type: commands, commands: ['echo "good, attempt $GITHUB_RUN_ATTEMPT"']}
          - {name: Shaky, type: commands, commands: ['echo "shaky, attempt $GITHUB_RUN_ATTEMPT"; test "$GITHUB_RUN_ATTEMPT" -ge LAST']}
    """


def test_a_stage_that_failed_is_tried_again_once_where_it_asks_for_it(workbench):
    run = push(workbench, SHAKY.replace("LAST", "2"))

    def is_over():
        now = workbench.client.run(run["id"])
        return now["status"] == "completed" and now["attempt"] == 2

    workbench.daemon.wait(is_over, "the end of the second attempt", 60)
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success", outcome.run["reason"]
    assert "on-failure" in outcome.run["attempt_reason"]
    assert outcome.job("Test / Good")["reused_from"] and "good, attempt 1" in outcome.log("Test / Good")
    assert "shaky, attempt 2" in outcome.log("Test / Shaky")


def test_a_stage_that_fails_again_is_left_to_people(workbench):
    run = push(workbench, SHAKY.replace("LAST", "3"))

    def is_over():
        now = workbench.client.run(run["id"])
        return now["status"] == "completed" and now["attempt"] == 2

    workbench.daemon.wait(is_over, "the end of the second attempt", 60)
    assert workbench.outcome(run).conclusion == "failure"
    body = {"stage": "Test", "retry_mode": "FAILED_ACTIONS", "reason": "once more"}
    workbench.client.posted(f"/api/v1/runs/{run['id']}/rerun", body)
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success" and outcome.run["attempt"] == 3


def test_a_stop_lets_what_runs_end_and_starts_nothing_else(workbench):
    text = textwrap.dedent(PASSING) + "  - name: After\n    actions: [{name: Tell, type: commands, commands: [\"true\"]}]\n"
    run = push(workbench, text)
    workbench.daemon.running_job(run, "Deploy / Put")
    workbench.daemon.command("cancel", run["id"], "--finish-running")
    assert workbench.client.run(run["id"])["status"] == "running"
    workbench.open_gate(f"put-{run['number']}")
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "cancelled"
    assert outcome.job("Deploy / Put")["conclusion"] == "success"
    assert outcome.job("After")["conclusion"] == "cancelled"


def test_the_latest_change_is_released_by_hand_with_a_variable(workbench):
    push_run = push(workbench, GATED)
    workbench.client.posted(f"/api/v1/runs/{awaited(workbench, push_run)['run_id']}/approve", {})
    assert workbench.outcome(push_run).conclusion == "success"
    run = workbench.client.dispatch("app", FILE, inputs={"TARGET": "production"})
    assert run["commit"] == push_run["commit"]
    assert awaited(workbench, run)["approval"]["message"].endswith(" to production?")
    workbench.client.posted(f"/api/v1/runs/{run['id']}/approve", {})
    assert workbench.outcome(run).conclusion == "success"


def test_mistakes_are_told_before_anything_runs(workbench, tmp_path):
    broken = GATED.replace("#{Made.TAG} of", "#{Maid.TAG} of")
    run = push(workbench, broken)
    run = workbench.daemon.completed(run)
    assert run["conclusion"] == "refused" and run["jobs"] == []
    assert [(found["rule"], found["file"]) for found in run["diagnostics"]] == [("variable", FILE)]
    folder = tmp_path / "app" / ".slipway"
    folder.mkdir(parents=True)
    (folder / "pipeline.yml").write_text(textwrap.dedent(broken))
    answer = workbench.daemon.command("check", str(folder / "pipeline.yml"), check=False)
    assert answer.returncode == 1 and "no action before this one has the namespace \"Maid\"" in answer.stdout
    (folder / "pipeline.yml").write_text(textwrap.dedent(GATED))
    answer = workbench.daemon.command("plan", str(folder / "pipeline.yml"))
    assert "stage Build" in answer.stdout and "Approve" in answer.stdout


BUILDSPEC = """
    version: 0.2
    env:
      exported-variables: [IMAGE_TAG]
    phases:
      build:
        commands:
          - IMAGE_TAG=${COMMIT:0:7}
          - printf '[{"name":"api","imageUri":"%s"}]' "api:$IMAGE_TAG" > imagedefinitions.json
    artifacts:
      files: imagedefinitions.json
    """

PROVE = """
    version: 0.2
    phases:
      build:
        commands:
          - FOUND="$(ls) $(cd "$CODEBUILD_SRC_DIR_SourceArtifact" && ls prove.yml)"
          - echo "proof:" $FOUND by $CODEBUILD_INITIATOR, ${CODEBUILD_WEBHOOK_EVENT:-no hook}
    """

BUILT = """
    on: {push: {branches: [main]}}
    stages:
      - name: Build
        actions:
          - name: Image
            type: build
            namespace: Built
            environment: {COMMIT: "#{SourceVariables.CommitId}"}
            output-artifacts: [Images]
      - name: Show
        actions:
          - name: Tell
            type: commands
            input-artifacts: [Images]
            commands: ["cat imagedefinitions.json", "echo '/tag #{Built.IMAGE_TAG}/'"]
          - name: Prove
            type: test
            buildspec: prove.yml
            input-artifacts: [Images, SourceArtifact]
    """


def test_a_build_hands_its_exported_variables_and_its_artifact_to_the_next_stage(workbench):
    run = push(workbench, BUILT, **{"buildspec.yml": BUILDSPEC, "prove.yml": PROVE})
    outcome = workbench.outcome(run)
    assert outcome.conclusion == "success", outcome.run["reason"]
    tag, log = run["commit"][:7], outcome.log("Show / Tell")
    assert f'[{{"name":"api","imageUri":"api:{tag}"}}]' in log and f"/tag {tag}/" in log
    proof = outcome.log("Show / Prove")
    assert "proof: imagedefinitions.json prove.yml by codepipeline/.slipway/pipeline.yml, no hook" in proof


def test_a_pipeline_of_the_settings_runs_for_commits_that_have_none(make_daemon, repository):
    daemon = make_daemon()
    stages = [{"name": "Build", "actions": [{"name": "Make", "type": "commands", "commands": ["cat model.txt"]}]}]
    triggers = {"push": {"branches": ["main"]}}
    daemon.watch(
        repository, pipelines=[
            {"name": "Release", "on": triggers, "stages": stages},
            {"name": "Wrong", "on": triggers, "stages": [{"name": "A", "actions": [{"name": "B", "type": "bulid"}]}]},
        ]).start().wait_until_seen()
    commit = repository.push_commit({"model.txt": "weights of the model"})
    daemon.wait(lambda: len(daemon.runs(commit=commit)) == 2, "the runs of both pipelines")
    runs = {run["workflow_path"]: run for run in daemon.runs(commit=commit)}
    outcome = Outcome(daemon, daemon.completed(runs["runner.conf:Release"]))
    assert outcome.conclusion == "success"
    assert "weights of the model" in outcome.log("Build / Make")
    wrong = daemon.client.run(runs["runner.conf:Wrong"]["id"])
    assert wrong["conclusion"] == "refused"
    (found,) = [line for line in wrong["diagnostics"] if line["severity"] == "error"]
    text = daemon.settings_file.read_text().splitlines()[found["line"] - 1]
    assert "bulid" in text and "expected one of" in found["message"]

    workflows = daemon.client.fetched("/api/v1/repositories/app/workflows")["workflows"]
    (listed,) = [entry for entry in workflows if entry["name"] == "Release"]
    assert listed["path"] == "runner.conf:Release"
    daemon.command("trigger", "app", "--workflow", "Release", "--wait")


def test_an_environment_holds_up_the_action_that_deploys_to_it_and_keeps_its_history(make_daemon, repository):
    daemon = make_daemon()
    daemon.watch(repository, environments={"production": {"approvers": ["admin"]}})
    daemon.start()
    daemon.wait_until_seen()
    bench = types.SimpleNamespace(daemon=daemon, client=daemon.client, repository=repository)
    run = push(bench, """
        on: push
        stages:
          - name: Release
            actions:
              - {name: Before, type: commands, commands: ["echo before"]}
              - name: Deploy
                type: commands
                run-order: 2
                deployment-environment: production
                commands: ["echo deployed"]
        """)
    waiting = awaited(bench, run)
    assert waiting["key"] == "Release/Deploy" and waiting["environment"]["name"] == "production"
    daemon.command("approve", run["id"])
    run = daemon.completed(run)
    assert run["conclusion"] == "success"
    (state,) = daemon.client.fetched("/api/v1/environments")["environments"]
    assert state["current"]["run_id"] == run["id"]


def test_a_release_takes_the_newest_commit_of_the_source_branch_with_what_it_says(workbench):
    pipeline = """
        on: {push: {branches: [release]}}
        stages:
          - name: Build
            actions:
              - name: Make
                type: commands
                environment: {MESSAGE: "#{SourceVariables.CommitMessage}", AUTHOR: "#{SourceVariables.AuthorId}"}
                commands: ['echo "of $AUTHOR: $MESSAGE on #{SourceVariables.BranchName}"']
        """
    workbench.repository.push_workflow(textwrap.dedent(pipeline), path=FILE)
    workbench.repository.git("checkout", "--quiet", "-B", "release")
    pushed = workbench.repository.push_commit({"model.txt": "2"}, "Train longer")
    workbench.repository.git("checkout", "--quiet", "main")
    first = workbench.outcome(workbench.daemon.run_of(pushed))
    workbench.daemon.command("trigger", workbench.repository.name, "--workflow", FILE, "--wait")
    run = max(workbench.daemon.runs(commit=pushed), key=lambda run: int(run["id"]))
    assert run["event"] == "workflow_dispatch" and run["id"] != first.run["id"]
    for outcome in (first, workbench.outcome(run)):
        assert "of Ada: Train longer" in outcome.log("Build / Make") and "on release" in outcome.log("Build / Make")
