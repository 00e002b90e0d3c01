"""Buildspecs of CodeBuild through the whole daemon: pushed, run phase by phase, their files kept."""

import io
import json
import sqlite3
import textwrap
import zipfile

import pytest

from blackbox.repository import GitOverHTTP, GitRepository
from blackbox.workbench import Outcome

FILE = "buildspec.yml"


@pytest.fixture
def build(make_daemon, tmp_path):
    """Starts a daemon whose settings run a buildspec; pushing one then gives its completed run."""
    repository = GitRepository(tmp_path / "app")

    def start(seconds=60, settings=None, **project):
        daemon = make_daemon(**(settings or {}))
        daemon.watch(repository, buildspecs=[{"file": FILE, **project}])
        daemon.start()
        daemon.wait_until_seen()

        def push(text, **files):
            commit = repository.push_commit({FILE: textwrap.dedent(text), **files})
            return Outcome(daemon, daemon.result_of(commit, seconds))

        push.daemon, push.repository = daemon, repository
        return push

    return start


def conclusions(outcome, job=None):
    return {name: step["conclusion"] for name, step in outcome.steps(job).items()}


def printed(outcome, job=None):
    """What commands printed: the log without the commands."""
    return [line for line in outcome.daemon.client.log_lines(outcome.job(job)["id"]) if not line.startswith("\x1b[36;1m")]


def outputs(outcome):
    """What the job handed on, as the store has it."""
    database = sqlite3.connect(f"file:{outcome.daemon.state}/slipway.db?mode=ro", uri=True)
    try:
        return json.loads(database.execute("SELECT outputs FROM jobs WHERE id = ?", [outcome.job()["id"]]).fetchone()[0])
    finally:
        database.close()


def artifact(outcome, name):
    """The files of an artifact with their texts."""
    listed = outcome.daemon.client.fetched(f"/api/v1/runs/{outcome.run['id']}/artifacts")
    found = [entry for entry in listed["artifacts"] if entry["name"] == name]
    assert len(found) == 1, listed
    content = outcome.daemon.state / "runs" / str(outcome.run["id"]) / "artifacts" / str(found[0]["id"]) / "content"
    with zipfile.ZipFile(io.BytesIO(content.read_bytes())) as archive:
        return {member: archive.read(member).decode() for member in archive.namelist()}


def test_the_phases_run_in_one_shell_and_leave_an_artifact(build):
    push = build(env={"STAGE": "test"})
    outcome = push(
        """
        version: 0.2
        env:
          variables: {STAGE: file, REPOSITORY: registry/scores}
          exported-variables: [TAG]
        phases:
          install:
            commands:
              - mkdir -p out && cd out
              - greet() { echo "hello from $STAGE"; }
          pre_build:
            commands:
              - TAG=$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c 1-7)
              - TAG=${TAG:=latest}
          build:
            commands:
              - greet
              - |
                for part in one two; do
                  echo "part $part"
                done
          post_build:
            commands:
              - printf '[{"name":"scores","imageUri":"%s"}]' $REPOSITORY:$TAG > ../imagedefinitions.json
        artifacts:
          files: [imagedefinitions.json]
          name: definitions-$TAG
        """)
    assert outcome.conclusion == "success", outcome.log()
    tag = push.repository.head()[:7]
    assert conclusions(outcome) == {
        name: "success" for name in (
            "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "Export variables",
            "Evaluate the artifact", "UPLOAD_ARTIFACTS", "Complete job")}
    assert printed(outcome).count("hello from test") == 1
    assert "part one" in printed(outcome) and "part two" in printed(outcome)
    assert outputs(outcome) == {"TAG": tag}
    files = artifact(outcome, f"definitions-{tag}")
    assert json.loads(files["imagedefinitions.json"]) == [{"name": "scores", "imageUri": f"registry/scores:{tag}"}]


FAILING = """
version: 0.2
phases:
  install: {commands: [echo installing]}
  pre_build: {commands: ["%s"]}
  build:
    commands:
      - "%s"
      - echo not reached
    finally: [echo "cleaning up and succeeding is $CODEBUILD_BUILD_SUCCEEDING"]
  post_build: {commands: [echo "after it and succeeding is $CODEBUILD_BUILD_SUCCEEDING"]}
artifacts: {files: [buildspec.yml]}
"""


def test_after_a_failed_build_the_last_phase_and_the_artifacts_still_come(build):
    outcome = build()(FAILING % ("true", "exit 5"))
    assert outcome.conclusion == "failure"
    found = conclusions(outcome)
    assert found["BUILD"] == "failure" and found["POST_BUILD"] == "success" and found["UPLOAD_ARTIFACTS"] == "success"
    lines = printed(outcome)
    assert "cleaning up and succeeding is 0" in lines and "after it and succeeding is 0" in lines and "not reached" not in lines
    assert outcome.steps()["BUILD"]["exit_code"] == 5
    assert "exit status 5 of exit 5" in outcome.run["reason"]


def test_after_an_earlier_failure_nothing_else_comes(build):
    outcome = build()(FAILING % ("false", "true"))
    assert outcome.conclusion == "failure"
    found = conclusions(outcome)
    assert [found[name] for name in ("PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS")] == ["failure"] + ["skipped"] * 3


def test_a_build_is_retried_where_its_error_matches(build):
    outcome = build()("""
        version: 0.2
        phases:
          build:
            on-failure: RETRY-3-.*database is away.*
            commands:
              - tries=$(cat $HOME/tries 2>/dev/null || echo 0); echo $((tries + 1)) > $HOME/tries
              - if [ $tries -lt 2 ]; then echo "the database is away"; exit 1; fi
              - echo "it went well"
        """)
    assert outcome.conclusion == "success", outcome.log()
    builds = [step["conclusion"] for step in outcome.job()["steps"] if step["name"] == "BUILD"]
    assert builds == ["failure", "failure", "success"]


def test_a_cache_is_found_by_its_key_and_by_a_fallback(build):
    push = build()
    text = """
        version: 0.2
        phases:
          build:
            commands:
              - cat deps/list 2>/dev/null || echo "nothing cached"
              - mkdir -p deps && cat requirements.txt > deps/list
        cache:
          key: deps-$(codebuild-hash-files requirements.txt)
          fallback-keys: [deps-]
          paths: ['deps/**/*']
        """
    first = push(text, **{"requirements.txt": "one\n"})
    assert first.conclusion == "success", first.log()
    assert "nothing cached" in printed(first)
    second = push(text + "\n# again\n", **{"requirements.txt": "one\n"})
    assert "one" in printed(second)
    assert conclusions(second)["Save the cache"] == "skipped"
    third = push(text, **{"requirements.txt": "two\n"})
    assert "one" in printed(third)
    assert conclusions(third)["Save the cache"] == "success"


def test_builds_of_a_graph_wait_for_each_other(build):
    outcome = build()(
        """
        version: 0.2
        batch:
          build-graph:
            - identifier: train
              env: {variables: {SIZE: small}}
            - identifier: flaky
              ignore-failure: true
              buildspec: flaky.yml
            - identifier: evaluate
              depend-on: [train, flaky]
        phases:
          build:
            commands: ['echo "$CODEBUILD_BATCH_BUILD_IDENTIFIER of ${SIZE:-any}"']
        artifacts: {files: [buildspec.yml]}
        """, **{"flaky.yml": "version: 0.2\nphases: {build: {commands: [exit 1]}}\n"})
    assert outcome.conclusion == "success", outcome.run
    assert outcome.conclusions() == {"train": "success", "flaky": "failure", "evaluate": "success"}
    assert "train of small" in printed(outcome, "train") and "evaluate of any" in printed(outcome, "evaluate")
    assert set(artifact(outcome, "artifact-train")) == {"buildspec.yml"}


def test_the_first_failure_of_a_batch_stops_it_where_it_says_so(build):
    outcome = build()("""
        version: 0.2
        batch:
          fast-fail: true
          build-list: [{identifier: bad, env: {variables: {CODE: 1, TIME: 0}}}, {identifier: slow, env: {variables: {CODE: 0, TIME: 600}}}]
        phases: {build: {commands: [sleep $TIME, exit $CODE]}}
        """)
    assert outcome.conclusion == "failure"
    assert outcome.conclusions() == {"bad": "failure", "slow": "cancelled"}


def test_test_files_are_shared_among_the_builds_of_a_fan_out(build):
    files = {f"tests/test_{name}.py": f"print('{name} ran')\n" for name in "abcd"}
    outcome = build()(
        """
        version: 0.2
        batch: {build-fanout: {parallelism: 2}}
        phases:
          build:
            commands:
              - |
                codebuild-tests-run --test-command 'for f in $CODEBUILD_CURRENT_SHARD_FILES; do python3 $f; done' \\
                  --files-search "codebuild-glob-search 'tests/test_*.py'"
        """, **files)
    assert outcome.conclusion == "success"
    ran = [[line for line in printed(outcome, job["name"]) if line.endswith(" ran")] for job in outcome.jobs]
    assert sorted(ran) == [["a ran", "b ran"], ["c ran", "d ran"]]


def test_the_shell_of_a_container_lasts_as_well(build, engine):
    push = build(120, {"docker": {"socket": str(engine.socket)}}, image="busybox:test")
    outcome = push("""
        version: 0.2
        phases:
          pre_build:
            commands: [mkdir -p out && cd out, COLOR=red, 'shout() { echo "it is $1"; }']
          build:
            run-as: root
            commands: [shout $COLOR, 'test "$(basename $PWD)" = out', echo $CODEBUILD_BUILD_IMAGE > image, exit 0, 'echo "still $COLOR"']
        artifacts: {files: [out/*]}
        """)
    assert outcome.conclusion == "success", outcome.log()
    assert "it is red" in printed(outcome) and "still red" in printed(outcome)
    assert artifact(outcome, "artifact") == {"out/image": "busybox:test\n"}


def test_a_buildspec_runs_where_the_settings_say_so(build):
    push = build(branches=["release/*"], name="release")
    main = push.repository.push_commit({FILE: "version: 0.2\nphases: {build: {commands: [echo $WHO]}}\n"})
    daemon = push.daemon

    def reasons():
        told = daemon.client.triggers("app")
        return [skipped["reason"] for trigger in told for skipped in trigger.get("skipped", [])]

    daemon.wait(lambda: reasons(), "the push's record")
    assert "is none that the settings run it for (release/*)" in reasons()[0]
    push.repository.git("checkout", "--quiet", "-b", "release/1")
    commit = push.repository.push_commit(message="Release")
    assert daemon.result_of(commit)["conclusion"] == "success"
    assert main != commit
    daemon.command("trigger", "app", "--workflow", "release", "--ref", "main", "--input", "WHO=somebody", "--wait")
    run = next(run for run in daemon.runs() if run["event"] == "workflow_dispatch")
    assert "somebody" in printed(Outcome(daemon, daemon.completed(run)))


def test_what_a_build_of_an_image_will_not_find_is_told_before_its_command_runs(build):
    outcome = build()(
        """
        version: 0.2
        phases:
          pre_build: {commands: [cd service, 'export CONTEXT=app']}
          build: {commands: ["docker build -t app:$TAG $CONTEXT"]}
        """, **{"service/app/Dockerfile": "FROM scratch\nCOPY model.pkl /\n", ".gitignore": "*.pkl\n"})
    warning = next(note for note in outcome.annotations() if "the build context" in (note.get("title") or ""))
    assert 'service/app/Dockerfile:2: COPY of "model.pkl"' in warning["message"]
    assert 'line 1 of .gitignore ("*.pkl")' in warning["message"]


def test_a_buildspec_that_no_setting_names_does_not_run_and_says_why(slipway, repository):
    repository.push_commit({FILE: "version: 0.2\nphases: {build: {commands: [make]}}\n"})

    def reason():
        return [trigger["reason"] for trigger in slipway.client.triggers("app") if trigger["event"] == "push"]

    slipway.wait(reason, "the push's record")
    assert "\"buildspecs\" of the repository's settings says when it runs" in reason()[0]


def test_a_wrong_buildspec_is_refused_with_its_line(build):
    outcome = build()("""
        version: 0.2
        phases:
          build:
            commands:
              - echo Status: done
        """)
    assert outcome.conclusion == "refused"
    assert [(found["line"], found["rule"]) for found in outcome.run["diagnostics"]] == [(6, "unexpected-kind")]


def test_mistakes_of_a_file_that_a_batch_names_are_told_with_their_lines(build):
    outcome = build()("""
        version: 0.2
        batch:
          build-list:
            - {identifier: one, buildspec: other.yml}
        """, **{"other.yml": "version: 0.2\nphases:\n  biuld: {commands: [a]}\n  build: {commands: b}\n"})
    assert outcome.conclusion == "refused"
    assert [(found["file"], found["line"], found["rule"]) for found in outcome.run["diagnostics"]] == [
        (FILE, 5, "called-file"), ("other.yml", 3, "unknown-phase"), ("other.yml", 4, "unexpected-kind")]


def test_a_batch_that_is_turned_off_is_no_build_that_succeeds_by_doing_nothing(build):
    push = build(batch=False)
    batch = "version: 0.2\nbatch: {build-list: [{identifier: one, buildspec: other.yml}]}\n"
    other = {"other.yml": "version: 0.2\nphases: {build: {commands: [make]}}\n"}
    refused = push(batch, **other)
    assert refused.conclusion == "refused"
    assert [(found["line"], found["rule"]) for found in refused.run["diagnostics"]] == [(2, "no-phases")]
    beside = push(batch + "phases: {build: {commands: [echo once]}}\n", **other)
    assert beside.conclusion == "success", beside.log()
    assert [(found["line"], found["rule"]) for found in beside.run["diagnostics"]] == [(2, "ignored")]


def test_variables_of_a_task_go_before_the_projects_and_those_before_the_files(build):
    push = build(env={"PROJECT": "project", "TASK": "project"})
    outcome = push("""
        version: 0.1
        environment_variables: {plaintext: {FILE: file, PROJECT: file, TASK: file}}
        batch:
          build-list:
            - {identifier: one, env: {variables: {TASK: task}}}
        phases: {build: {commands: ['echo "is $FILE $PROJECT $TASK"']}}
        """)
    assert outcome.conclusion == "success", outcome.log()
    assert "is file project task" in printed(outcome)


def test_a_stored_secret_reaches_the_commands_and_not_the_log(build):
    push = build(secrets=["TOKEN"])
    push.daemon.command("secret", "set", "TOKEN", stdin="hunter2-hunter2")
    outcome = push("version: 0.2\nphases: {build: {commands: ['test $TOKEN = hunter2-hunter2', 'echo $TOKEN']}}\n")
    assert outcome.conclusion == "success", outcome.log()
    assert "***" in printed(outcome) and "hunter2" not in outcome.log()


GIT_BUILD = """
    version: 0.2
    env: {git-credential-helper: yes}
    phases:
      build:
        commands:
          - git ls-remote "$CODEBUILD_SOURCE_REPO_URL" refs/heads/main
    """


def test_git_in_a_build_reads_its_repository_with_the_projects_token(make_daemon, tmp_path):
    token = "wR7-quite-secret"
    repository = GitRepository(tmp_path / "app")
    with GitOverHTTP(tmp_path, token=token) as server:
        repository.url = server.url(repository)
        daemon = make_daemon()
        daemon.environment.update(APP_TOKEN=token, GIT_TERMINAL_PROMPT="0")
        daemon.watch(
            repository, credentials={"token": "env:APP_TOKEN"},
            buildspecs=[{"file": FILE, "name": "with", "git_credential": "GIT_TOKEN"}, {"file": FILE, "name": "without"}])
        daemon.start()
        daemon.command("secret", "set", "GIT_TOKEN", "--repository", repository.name, stdin=token)
        daemon.wait_until_seen()
        commit = repository.push_commit({FILE: textwrap.dedent(GIT_BUILD)})
        daemon.wait(lambda: len([run for run in daemon.runs() if run["commit"] == commit]) == 2, "both builds")
        runs = {run["workflow"]: daemon.completed(run) for run in daemon.runs() if run["commit"] == commit}
    log = {name: daemon.client.log(run["jobs"][0]["id"]) for name, run in runs.items()}
    assert runs["with"]["conclusion"] == "success", log["with"]
    assert f"{commit}\trefs/heads/main" in log["with"] and token not in log["with"]
    # The daemon's own token is nothing that a build gets without being given it.
    assert runs["without"]["conclusion"] == "failure" and "git_credential" in log["without"]


def test_a_buildspec_runs_on_a_machine_without_a_daemon(binary, tmp_path):
    import subprocess

    (tmp_path / FILE).write_text("version: 0.2\nphases: {build: {commands: [cd /, 'echo $(pwd)$WHO', exit $CODE]}}\n")

    def run(*arguments):
        return subprocess.run([binary, "run", FILE, *arguments], cwd=tmp_path, capture_output=True, text=True)

    done = run("--input", "WHO=me", "--input", "CODE=0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/me" in done.stdout
    assert run("--input", "CODE=3").returncode == 1
