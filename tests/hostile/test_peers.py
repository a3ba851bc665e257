"""The short form of `python -m hostile.run`: a few of each hostile peer, on small limits."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostile.peers import FILES, SCENARIOS, SMALL, Scenario, on_ground, takes_all_files
from hostile.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of them: it must outlive them."""
    held = Server(tmp_path_factory.mktemp("hostile"), **SMALL.settings)
    asyncio.run(held.open())
    yield held
    held.close()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda it: it.__name__)
async def test_peer_costs_only_itself(server: Server, scenario: Scenario) -> None:
    async with on_ground(server, SMALL) as ground:
        outcome = await ground.run(scenario)
    print(outcome)
    assert outcome.wrong == []


async def test_server_without_files_left_serves_who_is_in_and_recovers(tmp_path: Path) -> None:
    server = await Server(tmp_path, files=FILES, **SMALL.settings).open()
    try:
        async with on_ground(server, SMALL) as ground:
            outcome = await ground.run(takes_all_files)
    finally:
        server.close()
    assert outcome.wrong == []
