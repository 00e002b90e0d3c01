"""What scenarios with containers share: a real Docker Engine for the whole session."""

import os

import pytest

from blackbox import engine as engines


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
