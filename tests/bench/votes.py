"""Ten thousand people vote: how many patches a second each of them gets, and when votes are shown.

`./run bench votes [--connections 10000] [--per-s 300] [--seconds 20] [--json FILE]`. A real
`streamhub serve` on SQLite. Pages vote at a steady rate, each for another question than before.
Ten votes a second of the whole are *marked*: they go by HTTP to one question that nobody else votes
for, so its count says which of them a page has seen. A marked vote is shown when the last page was
sent a count that holds it; the time runs from before its request.
"""

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any, Final

import aiohttp
from fanout_parts.calm import undisturbed
from fanout_parts.load import BUSY, Load, check_cores
from fanout_parts.machine import LOAD_CORE, say, seen, stay_on
from fanout_parts.node import PinnedNode, node
from fanout_parts.peers import AUTH
from fanout_parts.report import Target, latencies, lined_up, targets_table

from streamhub.formats.sample import SLUG

MARKED_PER_S: Final = 10
LEAD_S: Final = 0.3


class Marked:
    """Votes that can be told from all others.

    Args:
        server: where.
        question: what for.

    Attributes:
        given_at: when each was given, in ns, in the order of the count.
    """

    def __init__(self, server: PinnedNode, question: str) -> None:
        self.given_at: list[int] = []
        self.ack_ms: list[float] = []
        self._api = f"{server.url}/api/v1/events/{SLUG}"
        self._question = question
        self._tokens: list[str] = []

    async def prepare(self, session: aiohttp.ClientSession, count: int) -> None:
        """Make the people who vote."""
        for number in range(count):
            async with session.post(f"{self._api}/participants", json={}) as response:
                self._tokens.append((await response.json())["token"])
            if number >= 250:  # a whole hall may come at once; then it is ten a second
                await asyncio.sleep(0.1)

    async def vote(self, session: aiohttp.ClientSession) -> None:
        """Let one after another vote, at a steady rate."""
        began = time.monotonic()
        for number, token in enumerate(self._tokens):
            await asyncio.sleep(max(0.0, began + number / MARKED_PER_S - time.monotonic()))
            body = {"id": f"m{number}", "type": "question.upvote", "question": self._question}
            headers = {"Authorization": f"Bearer {token}"}
            given_at = time.monotonic_ns()
            async with session.post(
                f"{self._api}/commands", json=body, headers=headers
            ) as response:
                if not (await response.json())["ok"]:
                    raise RuntimeError("a marked vote was refused")
            self.given_at.append(given_at)
            self.ack_ms.append((time.monotonic_ns() - given_at) / 1e6)


async def measure(count: int, per_s: float, seconds: float, patience_s: float) -> dict[str, Any]:
    """Let them vote once."""
    async with (
        node(240) as server,
        aiohttp.ClientSession() as session,
        Load(server.port, AUTH, seconds=240) as load,
    ):
        watched, *others = await server.approved()
        questions = (await server.view("audience"))["state"]["questions"]
        base = int(questions[watched]["upvotes"])
        marked = Marked(server, watched)
        await marked.prepare(session, int((seconds - 2 * LEAD_S) * MARKED_PER_S))
        await load.connect(count, keeps=1)
        say(f"{per_s:g} votes a second from {count:,} people")

        async def run() -> dict[str, Any]:
            load.start(
                "votes",
                per_s=per_s - MARKED_PER_S,
                seconds=seconds,
                questions=" ".join(others),
                watch=watched,
            )
            await asyncio.sleep(LEAD_S)
            await marked.vote(session)
            return await load.answer(seconds + 30)

        found = await undisturbed(server.pid, run, 1, patience_s)
        last = {number: (there, at) for number, there, at in found.pop("watched")}
        shown, missing = [], 0
        for place, given_at in enumerate(marked.given_at):
            there, at = last.get(base + place + 1, (0, 0))
            if there < count:
                missing += 1
            else:
                shown.append((at - given_at) / 1e6)
        acks = found.pop("ack_ms")
        return found | {
            "connections": count,
            "ack_ms": latencies(acks),
            "unanswered": found["sent"] - len(acks),
            "marked_ack_ms": latencies(marked.ack_ms),
            "marked": len(marked.given_at),
            "marked_missing": missing,
            "shown_ms": latencies(shown) if shown else None,
            "server_cpu": round(found["server_s"] / found["seconds"], 2),
        }


def show(found: dict[str, Any]) -> None:
    """Print one run."""
    rows = [
        ["votes sent, accepted, refused", f"{found['sent']}, {found['ok']}, {found['refused']}"],
        ["… acknowledged, ms", str(found["ack_ms"])],
        ["… by HTTP, ms", str(found["marked_ack_ms"])],
        ["marked votes shown on the last page, ms", str(found["shown_ms"])],
        ["patches a second to each, mean", f"{found['patches_per_s']:.2f}"],
        ["… to the one that got most", f"{found['patches_per_s_most']:.2f}"],
        ["… most in any one second", str(found["patches_in_a_second_most"])],
        ["patches that did not fit", str(found["counts"]["gaps"])],
        ["the node's share of its core", f"{found['server_cpu']:.0%}"],
        ["the load generator's", f"{found['cpu']:.0%}"],
    ]
    print("\n" + lined_up(rows))
    if found["others"] > 0.05:
        print(f"doubtful: others took {found['others']:.0%} of the node's core")
    if found["cpu"] > BUSY:
        print("doubtful: the load generator had no time left")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./run bench votes", description=__doc__.split("\n")[0])
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--per-s", type=float, default=300.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument(
        "--patience", type=float, default=10.0, help="seconds to wait for a calm moment"
    )
    parser.add_argument("--json", type=Path, help="a file for machines")
    options = parser.parse_args()
    check_cores()
    stay_on(LOAD_CORE)
    print("  ".join(f"{name} {value}" for name, value in seen().items()))
    runs, targets = [], []
    for _ in range(options.runs):
        found = await measure(options.connections, options.per_s, options.seconds, options.patience)
        show(found)
        runs.append(found)
        shown = found["shown_ms"]
        targets += [
            Target("patches a second to each", 5, False, found["patches_per_s_most"]),
            Target("votes shown on the last page, p99 ms", 400, False, shown and shown["p99"]),
            Target("marked votes not shown to everybody", 0, False, found["marked_missing"]),
            Target("patches that did not fit", 0, False, found["counts"]["gaps"]),
        ]
    print("\n" + targets_table(targets))
    if options.json is not None:
        told = {"machine": seen(), "runs": runs, "targets": [one.as_json() for one in targets]}
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
