"""python-socketio's AsyncServer on aiohttp, used as its documentation says.

`python -m fanout_parts.stock --port P --control PATH --snapshot FILE [--raised]`; `--raised` raises
the thresholds of the garbage collector, which is all that an operator can do from outside.
"""

import argparse
import asyncio
import gc
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import socketio
from aiohttp import web

from fanout_parts.patch import patch_body


async def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--control", required=True)
    parser.add_argument("--snapshot", type=Path, required=True)
    parser.add_argument("--raised", action="store_true")
    options = parser.parse_args()
    if options.raised:
        gc.set_threshold(50_000, 50, 1000)
    snapshot = json.loads(options.snapshot.read_text())

    sio = socketio.AsyncServer(async_mode="aiohttp")
    app = web.Application()
    sio.attach(app)

    @sio.event  # type: ignore[untyped-decorator]  # python-socketio has no types
    async def connect(sid: str, _environ: Any, _auth: Any) -> None:
        await sio.emit("snapshot", snapshot, to=sid)

    async def told(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            await sio.emit("patch", patch_body(int(line[2:])))

    await asyncio.start_unix_server(told, options.control)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port, backlog=4096).start()
    names = ("python-socketio", "python-engineio", "aiohttp")
    print(json.dumps({"ready": True, "versions": {n: version(n) for n in names}}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
