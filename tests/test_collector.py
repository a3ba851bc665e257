"""Python's collector of cycles: it looks at everything only while nothing is on air."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from support import Client, hub_of, running, token_of

from streamhub import collector
from streamhub.core.ids import RoomId


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.parametrize(
    ("quiet", "rest_s", "most_s", "comes"),
    [
        (True, 0.0, 9.0, True),
        (False, 0.0, 9.0, False),
        (True, 9.0, 9.0, False),
        (False, 9.0, 0.0, True),
    ],
)
async def test_it_waits_for_quiet_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, *, quiet: bool, rest_s: float, most_s: float, comes: bool
) -> None:
    monkeypatch.setattr(collector, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(collector, "REST_S", rest_s)
    monkeypatch.setattr(collector, "MOST_S", most_s)
    with capture_logs() as logs:
        async with collector.serving(lambda: quiet):
            assert gc.get_threshold() == collector.WHILE_SERVING
            await asyncio.sleep(0.1)
    assert bool(logs) is comes


async def test_node_is_quiet_while_no_session_is_on_air(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(collector, "REST_S", 0.0)

    def tidied() -> int:
        return sum(line["event"] == "memory tidied" for line in logs)

    with capture_logs() as logs:
        async with running(tmp_path) as node:
            show = await Client(node.url).connect("control", token=token_of(node, "producer"))
            live = hub_of(node).state.rundown.clock(RoomId("main")).live
            assert live is not None
            await asyncio.sleep(0.2)
            assert tidied() == 0
            assert (await show.do("session.end", session=live))["ok"]
            await show.until(tidied)
            await show.close()
