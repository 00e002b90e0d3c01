"""What all black-box tests share: the built binary, and daemons that leave nothing behind."""

import itertools
import os
import pathlib

import pytest

from blackbox.cloud import Cloud
from blackbox.daemon import Daemon
from blackbox.repository import GitRepository
from blackbox.workbench import Workbench

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def binary():
    path = pathlib.Path(os.environ.get("SLIPWAY_BINARY", ROOT / ".build" / "debug" / "slipway"))
    if not path.exists():
        pytest.fail(f"there is no {path}: run \"make build\" first, or set SLIPWAY_BINARY")
    return path


@pytest.fixture
def make_daemon(binary, tmp_path):
    """Makes daemons with settings and state of their own; they are not started."""
    made = []
    numbers = itertools.count(1)

    def make(**settings):
        daemon = Daemon(binary, tmp_path / f"daemon-{next(numbers)}", settings)
        made.append(daemon)
        return daemon

    yield make
    for daemon in made:
        daemon.dispose()


@pytest.fixture
def daemon(make_daemon):
    return make_daemon()


@pytest.fixture
def repository(tmp_path):
    return GitRepository(tmp_path / "app")


@pytest.fixture
def slipway(daemon, repository):
    """A daemon that watches one repository, by its path, and has looked at it."""
    daemon.watch(repository)
    daemon.start()
    daemon.wait_until_seen()
    return daemon


@pytest.fixture(scope="module")
def workbench(binary, tmp_path_factory):
    """A daemon for all tests of a file, which runs one pipeline after the other: see `Workbench.execute`."""
    workbench = Workbench(binary, tmp_path_factory.mktemp("workbench"))
    yield workbench
    workbench.dispose()


@pytest.fixture(scope="session")
def cloud():
    """An AWS of the tests' own: moto, with services that live."""
    cloud = Cloud()
    yield cloud
    cloud.close()
