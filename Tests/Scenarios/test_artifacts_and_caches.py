"""Artifacts and caches through the whole daemon: workflows that keep files, and find them again."""

import os
import platform
import sqlite3

# Of one pipeline: jobs that hand files to each other, and say what they found.
HANDOVER = """
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    strategy:
      matrix: {part: [a, b]}
    steps:
      - run: |
          mkdir -p dist/${{ matrix.part }}
          echo "part ${{ matrix.part }}" > dist/${{ matrix.part }}/out.txt
          printf '#!/bin/sh\\necho ran' > dist/run.sh && chmod +x dist/run.sh
          ln -s /etc/passwd dist/passwd
          echo x > dist/.hidden
      - uses: actions/upload-artifact@v4
        id: upload
        with:
          name: part-${{ matrix.part }}
          path: |
            dist
            !dist/passwd
      - run: test "${#DIGEST}" = 64 && test -n "$ID" && case "$URL" in http*/artifacts/$ID) ;; *) exit 1;; esac
        env:
          DIGEST: ${{ steps.upload.outputs.artifact-digest }}
          ID: ${{ steps.upload.outputs.artifact-id }}
          URL: ${{ steps.upload.outputs.artifact-url }}
  use:
    needs: build
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        id: all
        with: {path: all, pattern: "part-*"}
      - run: |
          test "$(cat all/part-a/a/out.txt) $(cat all/part-b/b/out.txt)" = "part a part b"
          test "$(all/part-a/run.sh)" = ran
          test ! -e all/part-a/.hidden && test ! -e all/part-a/passwd
          test "${{ steps.all.outputs.download-path }}" = "$PWD/all"
      - uses: actions/download-artifact@v4
        with: {path: merged, merge-multiple: true}
      - run: ls merged/a/out.txt merged/b/out.txt
      - uses: actions/upload-artifact@v4
        continue-on-error: true
        id: again
        with: {name: part-a, path: merged}
      - run: test "${{ steps.again.outcome }}" = failure
"""


def rows(daemon, table):
    database = sqlite3.connect(f"file:{daemon.state}/slipway.db?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in database.execute(f"SELECT * FROM {table} ORDER BY id")]
    finally:
        database.close()


def test_jobs_hand_files_to_each_other(workbench):
    outcome = workbench.execute(HANDOVER)
    assert outcome.conclusion == "success", [outcome.log(job["name"]) for job in outcome.jobs]
    stored = [row for row in rows(workbench.daemon, "artifacts") if row["run_id"] == int(outcome.run["id"])]
    assert [row["name"] for row in stored] in (["part-a", "part-b"], ["part-b", "part-a"])
    for row in stored:
        content = workbench.daemon.state / "runs" / outcome.run["id"] / "artifacts" / str(row["id"]) / "content"
        assert content.stat().st_size == row["size"]


def test_a_rerun_finds_what_jobs_that_were_not_repeated_have_kept(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: echo built > out
              - uses: actions/upload-artifact@v4
                with: {name: rerun, path: out}
          test:
            needs: build
            runs-on: ubuntu-latest
            steps:
              - uses: actions/download-artifact@v4
                with: {name: rerun}
              - run: test "$(cat out)" = built && test -e "$GATES/second" || { touch "$GATES/second"; exit 1; }
              - uses: actions/upload-artifact@v4
                with: {name: tested, path: out}
        """)
    assert outcome.conclusions() == {"build": "success", "test": "failure"}
    workbench.client.posted(f"/api/v1/runs/{outcome.run['id']}/rerun", {"jobs": "failed"})
    again = workbench.daemon.wait(
        lambda: next((run for run in [workbench.client.run(outcome.run["id"])]
                      if run["attempt"] == 2 and run["status"] == "completed"), None), "the second attempt")
    assert again["conclusion"] == "success"


def test_a_cache_is_kept_after_success_and_found_by_the_next_run(workbench):
    workflow = """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/cache@v4
                id: cache
                with:
                  path: |
                    ~/.cache/deps
                    vendor
                  key: deps-%s
                  restore-keys: deps-
              - run: |
                  echo "hit=[${{ steps.cache.outputs.cache-hit }}]"
                  cat ~/.cache/deps/file vendor/file 2>/dev/null || echo nothing
                  mkdir -p ~/.cache/deps vendor
                  echo "home %s" > ~/.cache/deps/file
                  echo "vendor %s" > vendor/file
        """
    first = workbench.execute(workflow % ("1", "1", "1"))
    assert {"hit=[]", "nothing"} <= set(first.output())
    assert any(line.startswith("Cache saved with key: deps-1") for line in first.output())
    second = workbench.execute(workflow % ("1", "2", "2"))
    assert {"hit=[true]", "home 1", "vendor 1"} <= set(second.output())
    third = workbench.execute(workflow % ("2", "3", "3"))
    assert {"hit=[false]", "home 1", "vendor 1"} <= set(third.output())
    keys = [row["key"] for row in rows(workbench.daemon, "caches") if row["key"].startswith("deps-")]
    assert keys == ["deps-1", "deps-2"]


def test_a_failed_job_keeps_no_cache(workbench):
    outcome = workbench.execute(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/cache@v4
                with: {path: x, key: never}
              - run: touch x && exit 1
        """)
    assert outcome.conclusion == "failure"
    assert "never" not in [row["key"] for row in rows(workbench.daemon, "caches")]


def test_a_branch_reads_the_caches_of_the_default_branch_and_not_the_other_way_round(workbench):
    save = """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - run: echo "$GITHUB_REF_NAME" > x
              - uses: actions/cache/save@v4
                with: {path: x, key: "scope-%s"}
        """
    look = """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/cache/restore@v4
                id: cache
                with: {path: x, key: scope-none, restore-keys: scope-}
              - run: echo "found=[${{ steps.cache.outputs.cache-matched-key }}]"
        """
    repository = workbench.repository
    assert workbench.execute(save % "main").conclusion == "success"
    repository.git("switch", "--quiet", "--create", "side")
    try:
        assert "found=[scope-main]" in workbench.execute(look).output()
        assert workbench.execute(save % "side").conclusion == "success"
        assert "found=[scope-side]" in workbench.execute(look).output()
    finally:
        repository.git("switch", "--quiet", "main")
    assert "found=[scope-main]" in workbench.execute(look).output()


def test_artifacts_expire_and_caches_age(make_daemon, repository):
    daemon = make_daemon().watch(repository).start().wait_until_seen()
    commit = repository.push_workflow(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - run: touch x
              - uses: actions/upload-artifact@v4
                with: {name: x, path: x}
              - uses: actions/cache/save@v4
                with: {path: x, key: x}
        """)
    run = daemon.result_of(commit)
    assert run["conclusion"] == "success"
    daemon.kill()
    database = sqlite3.connect(daemon.state / "slipway.db")
    with database:
        database.execute("UPDATE artifacts SET expires_at = created_at")
    database.close()
    entries = list(daemon.state.glob("cache/app.cache/trusted/*/entry.json"))
    assert len(entries) == 1
    os.utime(entries[0], (0, 0))
    daemon.start()
    daemon.wait(lambda: rows(daemon, "artifacts")[0]["removed_at"], "the artifact's removal")
    daemon.wait(lambda: not rows(daemon, "caches"), "the cache's removal")
    assert not list(daemon.state.glob("runs/*/artifacts/*/content"))
    assert not entries[0].exists()


def test_artifacts_beyond_the_limit_fail_with_what_to_do(make_daemon, repository):
    daemon = make_daemon(artifacts={"size": "1MiB"}).watch(repository).start().wait_until_seen()
    run = daemon.result_of(repository.push_workflow(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - run: head -c 2000000 /dev/urandom > large
              - uses: actions/upload-artifact@v4
                with: {path: large}
        """))
    assert run["conclusion"] == "failure"
    messages = [found["message"] for found in daemon.client.annotations(run["id"])]
    assert any("larger than the 1048576 bytes that are left" in message for message in messages), messages
    assert not list(daemon.state.glob("runs/*/artifacts/*"))


def test_a_worker_that_is_killed_while_it_packs_leaves_nothing(make_daemon, repository):
    daemon = make_daemon().watch(repository).start().wait_until_seen()
    commit = repository.push_workflow(
        """
        on: push
        jobs:
          job:
            runs-on: ubuntu-latest
            steps:
              - run: head -c 300000000 /dev/urandom > large
              - uses: actions/upload-artifact@v4
                with: {path: large, compression-level: 9}
        """)
    run = daemon.run_of(commit)
    job = daemon.running_job(run)
    daemon.wait(lambda: list(daemon.state.glob("workspaces/*/incoming/*")), "the file that is packed")
    os.kill(daemon.worker(run, job), 9)
    assert daemon.completed(run)["jobs"][0]["conclusion"] == "lost"
    assert rows(daemon, "artifacts") == []
    daemon.wait(lambda: not list(daemon.state.glob("workspaces/*/incoming/*")), "the removal of the workspace")
    assert not list(daemon.state.glob("runs/*/artifacts/*"))


def test_python_and_node_are_set_up_from_what_the_host_has(workbench):
    architecture = {"aarch64": "arm64"}.get(platform.machine(), "x64")
    node = workbench.daemon.state / "tools" / "node" / "20.99.0" / architecture / "bin" / "node"
    node.parent.mkdir(parents=True)
    node.write_text("#!/bin/sh\necho v20.99.0\n")
    node.chmod(0o755)
    outcome = workbench.execute(
        """
        on: push
        jobs:
          python:
            runs-on: ubuntu-latest
            steps:
              - run: printf 'none==1\\n' > requirements.txt
              - uses: actions/setup-python@v5
                id: python
                with: {python-version: ">=3.8", cache: pip}
              - run: |
                  test "$(python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')" = "$VERSION"
                  test "$(command -v python)" = "$pythonLocation/bin/python"
                  test "$PROGRAM" = "$pythonLocation/bin/python"
                  pip --version | grep -F "$pythonLocation"
                  mkdir -p ~/.cache/pip && touch ~/.cache/pip/fetched
                env:
                  VERSION: ${{ steps.python.outputs.python-version }}
                  PROGRAM: ${{ steps.python.outputs.python-path }}
          missing:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/setup-python@v5
                with: {python-version: "2.6"}
          node:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/setup-node@v4
                id: node
                with: {node-version: "20.x", registry-url: "https://npm.example.org"}
              - run: |
                  test "$(node --version)" = v20.99.0
                  test "$NPM_CONFIG_PREFIX/bin/node" = "$(command -v node)"
                  grep _authToken "$NPM_CONFIG_USERCONFIG"
        """)
    assert outcome.conclusions() == {"python": "success", "missing": "failure", "node": "success"}, [
        outcome.log(name) for name in ("python", "node")]
    messages = [found["message"] for found in outcome.annotations()]
    assert any("Python 2.6 is not installed here. There is 3." in message for message in messages), messages
    assert [row["key"] for row in rows(workbench.daemon, "caches") if "-pip-" in row["key"]]
