"""The command line as people and programs use it: real processes, words instead of tracebacks."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import m3u8
import pytest
from feeds.film import seen
from ports import free_port
from support import get_json

from streamhub.core.ids import Ms
from streamhub.formats.sample import SLUG, sample_bytes

ROOT = Path(__file__).parents[1]
ENV = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"}
PROGRAM = [sys.executable, "-c", "from streamhub.cli import main; main()"]


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=cwd,
        env=ENV,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def started(*words: str, cwd: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *PROGRAM,
        *words,
        cwd=cwd,
        env=ENV,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_demo_prints_one_line_for_programs_and_ends_cleanly(tmp_path: Path) -> None:
    words = ("demo", "--port", str(free_port()), "--json", "--no-browser", "--host", "127.0.0.1")
    process = await started(*words, cwd=tmp_path)
    assert process.stdout is not None
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    assert line["event"] == SLUG
    assert set(line["links"]) >= {
        "participant",
        "moderator",
        "producer",
        "speaker",
        "organiser",
        "display",
    }
    assert set(line["tokens"]) == {"moderator", "producer", "speaker", "organiser"}
    api = f"{line['url']}/api/v1/events/{SLUG}"
    status, control = await get_json(f"{api}/views/control", line["tokens"]["producer"])
    assert status == 200
    state: dict[str, Any] = control["state"]
    assert state["rooms"]["main"]["live"] == "s3"
    assert (await get_json(f"{api}/views/desk", line["tokens"]["moderator"]))[0] == 200
    await _streams(line["url"], state["rooms"]["main"]["stream"]["sources"])
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 15) == 0


async def _streams(url: str, sources: list[dict[str, str]]) -> None:
    """See that the live streams of a demonstration play."""
    assert [source["language"] for source in sources] == ["en", "es"]
    for source in sources:
        address = url + source["url"]
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            playlist = m3u8.loads(await answer.text(), uri=address)
        assert playlist.segments
        near = Ms(time.time_ns() // 1_000_000)
        window = f"recording.m3u8?from={near - 12_000}&to={near - 8_000}"
        recording = address.replace("live.m3u8", window)
        pictures = await asyncio.to_thread(seen, recording, near)
        assert len(pictures) >= 20
        assert all(at is not None and near - 15_000 < at < near for at in pictures)


async def test_demo_as_published_keeps_the_date(tmp_path: Path) -> None:
    words = ("demo", "--port", "0", "--json", "--no-browser", "--as-published", "--audience", "0")
    process = await started(*words, "--host", "127.0.0.1", cwd=tmp_path)
    assert process.stdout is not None
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    _, body = await get_json(f"{line['url']}/api/v1/events/{SLUG}/views/stage")
    event = body["state"]["event"]
    assert (event["starts_at"], event["ends_at"]) == (1655816400000, 1655831700000)
    assert [zone["label"] for zone in event["zones"]] == [
        "Brussels",
        "Mexico City",
        "Lima",
        "Santiago",
    ]
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 15) == 0


async def test_event_is_created_served_and_drained(tmp_path: Path) -> None:
    (tmp_path / "agenda.yaml").write_bytes(sample_bytes())
    made = run("init", "agenda.yaml", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert f"Created {SLUG}" in made.stdout
    again = run("init", "agenda.yaml", cwd=tmp_path)
    assert again.returncode == 2
    assert "already" in again.stderr
    links = run("links", cwd=tmp_path)
    assert links.stdout.splitlines()[-3:] == made.stdout.splitlines()[-3:]
    assert [line.split()[0] for line in links.stdout.splitlines()[-3:]] == [
        "moderator",
        "organiser",
        "producer",
    ]
    port = free_port()
    process = await started("serve", "--port", str(port), cwd=tmp_path)
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while b"serving" not in await process.stderr.readline():
            pass
    served = run("links", cwd=tmp_path)
    assert [line.rpartition("/")[2] for line in served.stdout.splitlines()[-3:]] == [
        line.rpartition("/")[2] for line in links.stdout.splitlines()[-3:]
    ]
    locked = run("serve", "--port", str(free_port()), cwd=tmp_path)
    assert locked.returncode == 2
    assert "Traceback" not in locked.stderr
    busy = run("serve", "--port", str(port), "--data", "other", cwd=tmp_path)
    assert busy.returncode == 2
    assert "Traceback" not in busy.stderr
    token = links.stdout.splitlines()[-1].rpartition("/")[2]
    url = f"http://127.0.0.1:{port}/api/v1/events/{SLUG}/views/control"
    assert (await get_json(url, token))[0] == 200
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 15) == 0


BROKEN = {
    "not utf-8": b"\xff\xfe\x00event",
    "not yaml": b"event: [",
    "a list": b"- one\n- two\n",
    "empty": b"",
    "no sessions": b"event: {title: X, timezone: UTC}\nrooms: [{id: a, name: A}]\n",
    "zone by abbreviation": sample_bytes().replace(b"America/Mexico_City", b"CET"),
    "unknown room": sample_bytes().replace(b"kind: opening", b"kind: opening\n    room: attic"),
    "ends before it starts": sample_bytes().replace(b"2022-06-21", b"2022-06-31"),
    "unknown speaker": sample_bytes().replace(b"monika-matusiak, ", b"nobody-at-all, "),
    "unknown key": sample_bytes().replace(b"title:", b"tittle:"),
    "alias bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nevent: *b\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_agenda_is_told_in_words_and_changes_nothing(tmp_path: Path, name: str) -> None:
    assert BROKEN[name] != sample_bytes()
    (tmp_path / "agenda.yaml").write_bytes(BROKEN[name])
    for words in (("agenda", "check"), ("init",)):
        told = run(*words, "agenda.yaml", cwd=tmp_path)
        assert told.returncode == 2, told.stdout
        assert told.stderr.startswith("streamhub: ")
        assert "Traceback" not in told.stderr
        assert len(told.stderr.splitlines()) >= 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agenda.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("agenda", "check", "agenda.pdf"), "format"),
        (("serve", "--public-url", "live.example.org"), "scheme"),
        (("serve", "--port", "99999"), "65535"),
        (("init", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_wrong_option_is_told_in_words(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "agenda.pdf").write_bytes(b"%PDF")
    told = run(*words, cwd=tmp_path)
    assert told.returncode == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_spoiled_key_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "node.key").write_bytes(b"short")
    told = run("serve", cwd=tmp_path)
    assert told.returncode == 2
    assert "backup" in told.stderr
    assert "Traceback" not in told.stderr
