"""What releases share: an engine that builds with Debian and Python, its registry, and an AWS that knows it."""

import os
import subprocess

import pytest

from blackbox import engine as engines
from blackbox.cloud import Cloud
from blackbox.release import Release

# The bases of the Dockerfiles, all made of one small system.
PYTHON = ("python:3.9-slim", "python:3.11-slim")
CUDA = ("nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04", "nvidia/cuda:12.4.1-runtime-ubuntu22.04")
# Ubuntu's package of that name is Debian's python3 here.
UBUNTU_PYTHON = """\
FROM python:3.11-slim
RUN mkdir -p /tmp/package/DEBIAN \\
    && printf 'Package: python3.10\\nVersion: 3.10\\nArchitecture: all\\nMaintainer: tests\\nDescription: python3\\n' \\
       > /tmp/package/DEBIAN/control \\
    && dpkg-deb --build /tmp/package /tmp/package.deb && dpkg --install /tmp/package.deb && rm -r /tmp/package*
"""


@pytest.fixture(scope="session")
def engine():
    reason = engines.why_not()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    engine = engines.Engine(has_network=True)
    try:
        engine.load_python(*PYTHON)
        build(engine, UBUNTU_PYTHON, CUDA)
        yield engine
    finally:
        engine.close()


def build(engine, dockerfile, names):
    tags = [part for name in names for part in ("--tag", name)]
    done = subprocess.run(
        ["docker", "--host", f"unix://{engine.socket}", "build", *tags, "-"], input=dockerfile, capture_output=True, text=True,
        env={**os.environ, "DOCKER_BUILDKIT": "0"})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def cloud(engine):
    cloud = Cloud(registry=engine.registry().host)
    yield cloud
    cloud.close()


@pytest.fixture
def make_release(binary, tmp_path, engine, cloud):
    """Makes a daemon that watches one repository, whose settings are given."""
    made = []
    cloud.reset()

    def make(**settings):
        made.append(Release(binary, tmp_path / f"release-{len(made)}", engine, cloud, **settings))
        return made[-1]

    yield make
    for release in made:
        release.dispose()
    for container in engine.containers():
        engine.request("DELETE", f"/containers/{container['Id']}?force=true&v=true")
