"""Going to a node's office with an errand: the other side of `office.py`."""

import json
from pathlib import Path
from typing import Any, Final

import aiohttp

from streamhub.http.office import ERRANDS, address_of
from streamhub.hub.errands import Declined, Errand, Progress, Window

CONNECT_S: Final = 2.0


class NobodyThere(Exception):  # noqa: N818 - read as "there is nobody there"
    """No node takes errands at this directory."""


async def run(folder: Path, errand: Errand, window: Window) -> dict[str, Any]:
    """Have the node that serves from a directory carry out an errand.

    Raises:
        NobodyThere: where no node answers.
        Declined: in the node's words.
    """
    query = {"errand": ERRANDS.dump_json(errand).decode()}
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_S)
    with address_of(folder) as address:
        connector = aiohttp.UnixConnector(path=address)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            try:
                asked = session.post("http://node/errand", params=query, data=window.read())
                async with asked as answer:
                    return await _listen(answer.content, window)
            except aiohttp.ClientConnectorError as error:
                raise NobodyThere(str(error)) from error
            except (aiohttp.ClientError, EOFError) as error:
                raise Declined(
                    "The node ended before it was done. See its log, start it, and try again."
                ) from error


async def _listen(content: aiohttp.StreamReader, window: Window) -> dict[str, Any]:
    while True:
        head = await content.readexactly(5)
        held = await content.readexactly(int.from_bytes(head[1:], "big"))
        match head[:1]:
            case b"d":
                await window.write(held)
            case b"p":
                await window.tell(Progress(*json.loads(held)))
            case b"r":
                result: dict[str, Any] = json.loads(held)
                return result
            case _:
                raise Declined("\n".join(json.loads(held)))
