"""A real systemd with Slipway installed in it."""

import os
import shutil
import subprocess

import pytest

from blackbox import engine as engines
from engine import ROOT, System, SystemEngine, os_release


def why_not():
    """What this machine lacks for these tests; None where nothing."""
    if os.geteuid() != 0:
        return "a Docker Engine and debootstrap need root: run \"sudo make system\""
    if os_release().get("ID") not in ("debian", "ubuntu"):
        return "the image is made with debootstrap, for Debian and Ubuntu"
    missing = [name for name in ("docker", "debootstrap") if shutil.which(name) is None]
    if missing:
        return f"missing: {', '.join(missing)}; \"make test-deps\" installs them"
    return engines.why_not()


@pytest.fixture(scope="session")
def engine():
    reason = why_not()
    if reason:
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(reason)
        pytest.skip(reason)
    engine = SystemEngine()
    try:
        engine.load()
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="session")
def staging(binary, tmp_path_factory):
    """What `make install` lays out, with the binary under test."""
    folder = tmp_path_factory.mktemp("staging")
    done = subprocess.run(
        ["make", "install", f"DESTDIR={folder}", "PREFIX=/usr", f"RELEASE_BINARY={binary}"], cwd=ROOT, capture_output=True,
        text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def system(engine, binary, staging):
    system = System(engine, binary, staging)
    try:
        system.shell(
            """
            cp -r /staging/. /
            systemd-sysusers slipway.conf
            systemd-tmpfiles --create slipway.conf
            install -d -o slipway -g slipway /srv/git
            git init --quiet --bare --initial-branch=main /srv/git/app.git
            chown -R slipway:slipway /srv/git
            git init --quiet --initial-branch=main /root/sources
            cd /root/sources
            git remote add origin /srv/git/app.git
            git config --global safe.directory '*'
            git config --global user.name Ada
            git config --global user.email ada@example.org
            """)
        system.run(
            "tee", "/etc/slipway/runner.conf",
            stdin="web:\n  anonymous_role: viewer\nrepositories:\n  - name: app\n    url: /srv/git/app.git\n    poll: 200ms\n")
        system.shell("systemctl daemon-reload")
        yield system
    finally:
        system.close()
