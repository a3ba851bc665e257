"""What all tests share: how hard Hypothesis looks, which tests are measured, and Redis."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from redis_server import RedisServer

settings.register_profile(
    "desk", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "ci", settings.get_profile("desk"), derandomize=True, print_blob=True, database=None
)
settings.register_profile("long", settings.get_profile("desk"), max_examples=1000)
usual = "ci" if "CI" in os.environ else "desk"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", usual))

HERE = Path(__file__).parent
MEASURED = ("core", "journal", "protocol", "relay", "test_redis_link.py")
"""Where the tests are whose coverage counts, but for those that try what chance brings."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is measured: being measured takes twice as long, and luck covers nothing."""
    for item in items:
        place = item.path.relative_to(HERE).parts[0]
        by_chance = is_hypothesis_test(getattr(item, "obj", None))
        if place in MEASURED and not by_chance:
            item.add_marker("measured")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis for this worker's whole run: each test takes keys of its own."""
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.stop()


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the test's own, to be killed, stopped and filled; its files can be searched."""
    server = RedisServer(tmp_path_factory.mktemp("redis"), rdbcompression="no").start()
    yield server
    server.stop()
