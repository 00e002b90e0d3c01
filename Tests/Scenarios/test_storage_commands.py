"""Artifacts and caches on the command line."""

import json
import subprocess

import pytest

STORED = """
    on: push
    jobs:
      train:
        runs-on: x
        steps:
          - run: |
              mkdir -p model/deep cached
              echo '{"auc": 0.93}' > model/metrics.json
              echo '#!/bin/sh' > model/deep/predict && chmod +x model/deep/predict
              echo wheel > cached/wheel
          - uses: actions/upload-artifact@v4
            with: {name: model, path: model}
          - uses: actions/cache/save@v4
            with: {path: cached, key: "pip-${{ hashFiles('model/metrics.json') }}"}
          - uses: actions/cache/save@v4
            with: {path: cached, key: apt-1}
    """


@pytest.fixture(scope="module")
def stored(workbench):
    outcome = workbench.execute(STORED)
    assert outcome.conclusion == "success"
    return outcome


@pytest.fixture
def slipway_command(workbench, binary):
    def run(*arguments, status=0):
        done = subprocess.run(
            [binary, *arguments, "--socket", str(workbench.daemon.socket)], capture_output=True, text=True, timeout=60)
        assert done.returncode == status, done.stderr + done.stdout
        return done.stdout if status == 0 else done.stderr

    return run


def test_artifacts_are_listed_and_unpacked(stored, slipway_command, tmp_path):
    run = stored.run["id"]
    assert "model" in slipway_command("artifact", "list", run)
    found = json.loads(slipway_command("artifact", "list", run, "--format", "json"))["artifacts"]
    assert [artifact["name"] for artifact in found] == ["model"]
    slipway_command("artifact", "download", run, "--into", str(tmp_path))
    assert json.loads((tmp_path / "model/metrics.json").read_text()) == {"auc": 0.93}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
    assert "exists already" in slipway_command("artifact", "download", run, "--into", str(tmp_path), status=1)
    slipway_command("artifact", "download", run, "model", "--packed", "--into", str(tmp_path))
    assert (tmp_path / "model.zip").stat().st_size == found[0]["size"]
    assert "it has model" in slipway_command("artifact", "download", run, "other", status=1)


def test_caches_are_listed_and_deleted(stored, slipway_command):
    assert "pip-" in slipway_command("cache", "list", "app")
    found = json.loads(slipway_command("cache", "list", "app", "--key", "apt", "--format", "json"))
    assert [cache["key"] for cache in found["caches"]] == ["apt-1"]
    assert "deleted apt-1 of main" in slipway_command("cache", "delete", "app", found["caches"][0]["id"])
    assert "apt-1" not in slipway_command("cache", "list", "app")
    slipway_command("cache", "delete", "app", "--ref", "main")
    assert json.loads(slipway_command("cache", "list", "app", "--format", "json"))["caches"] == []
