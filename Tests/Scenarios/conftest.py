"""What scenarios with containers share: a real Docker Engine for the whole session."""

import os

import pytest

from blackbox import engine as engines


@pytest.fixture(scope="session")
def engine():
    reason = engines.why_not()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    engine = engines.Engine()
    try:
        yield engine
    finally:
        engine.close()
