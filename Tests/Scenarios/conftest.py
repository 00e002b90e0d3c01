"""What scenarios with containers share: a real Docker Engine for the whole session."""

import os

import pytest

from blackbox import engine as engines
from blackbox.waiting import wait_for
from blackbox.workbench import Workbench


@pytest.fixture(scope="session")
def engine():
    yield from running_engine()


@pytest.fixture(scope="session")
def cloud_engine():
    """An engine as a cloud's build machine has it: Python's images, a way to the Internet, and the registry that it knows as
    Amazon's, `cloud_engine.registry()`. The images are made once, which takes a minute or two."""
    for engine in running_engine(has_network=True):
        engine.load_python()
        yield engine


def running_engine(**options):
    reason = engines.why_not()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    engine = engines.Engine(**options)
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="module")
def container_workbench(binary, engine, tmp_path_factory):
    """A daemon for all tests of a file, with the engine, and a label that stands for an image."""
    workbench = Workbench(
        binary, tmp_path_factory.mktemp("containers"), docker={"socket": str(engine.socket)},
        labels={"small": {"image": "busybox:test", "options": "--hostname by-label"}})
    yield workbench
    workbench.dispose()


@pytest.fixture
def nothing_left(engine):
    """After the test, no job has anything in the engine."""
    yield
    wait_for(lambda: not engine.leftovers(), "the removal of everything", 30, explain=lambda: str(engine.leftovers()))


@pytest.fixture(scope="session")
def tools_image(engine):
    """An image with bash and Node beside busybox."""
    engine.import_image("tools:test", engines.busybox_archive(["bash", "node"]), "ENV PATH=/bin", "ENV FROM_IMAGE=yes")
    return "tools:test"
