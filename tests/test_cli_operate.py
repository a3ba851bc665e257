"""Backups and checks by the command line itself: real processes, with and without a node."""

import asyncio
import contextlib
import gzip
import json
import os
import pty
import secrets
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from ports import free_port
from redis_server import RedisServer
from support import ServerProcess, fresh, get_json, post_json

from streamhub.formats.sample import SLUG, sample_bytes

ROOT = Path(__file__).parents[1]
ENV = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"}
PROGRAM = [sys.executable, "-c", "from streamhub.cli import main; main()"]


def run(
    *words: str, cwd: Path, status: int = 0, held: bytes | None = None, **env: str
) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=cwd,
        env=ENV | env,
        capture_output=True,
        timeout=60,
        check=False,
        input=held,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == status, done.stderr.decode()
    return done


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    made = ServerProcess(tmp_path / "data", free_port())
    await made.prepare()
    await made.start()
    yield made
    await made.stop()


def api(server: ServerProcess, path: str) -> str:
    return f"{server.url}/api/v1/events/{SLUG}/{path}"


async def questions(server: ServerProcess) -> dict[str, Any]:
    _, body = await get_json(api(server, "views/desk"), server.tokens["moderator"])
    found: dict[str, Any] = body["state"]["questions"]
    return found


async def asked(server: ServerProcess, text: str) -> str:
    _, person = await post_json(api(server, "participants"), {})
    body = fresh("question.ask", text=text, room="main")
    status, answer = await post_json(api(server, "commands"), body, person["token"])
    assert status == 200
    return str(answer["result"]["question"])


async def test_all_commands_work_while_a_node_serves(server: ServerProcess, tmp_path: Path) -> None:
    kept = await asked(server, "Will this be kept?")
    await asyncio.to_thread(run, "backup", "one.jsonl.gz", cwd=tmp_path)
    file = tmp_path / "one.jsonl.gz"
    assert file.stat().st_mode & 0o777 == 0o600
    assert gzip.decompress(file.read_bytes()).startswith(b'{"streamhub":"backup"')
    assert not list(tmp_path.glob("*.part"))

    told = await asyncio.to_thread(run, "backup", "one.jsonl.gz", cwd=tmp_path, status=2)
    assert b"there already" in told.stderr
    told = await asyncio.to_thread(run, "backup", "-", cwd=tmp_path)
    assert told.stdout.splitlines()[-1].startswith(b'{"events":1,')
    assert b"1 event(s)" in told.stderr

    gone = await asked(server, "Will this be gone?")
    assert {kept, gone} <= set(await questions(server))
    told = await asyncio.to_thread(run, "restore", "one.jsonl.gz", cwd=tmp_path, status=2)
    assert b"--replace" in told.stderr
    told = await asyncio.to_thread(
        run, "restore", "-", "--replace", cwd=tmp_path, held=file.read_bytes()
    )
    assert b"is back, up to entry" in told.stderr
    after = set(await questions(server))
    assert kept in after
    assert gone not in after

    told = await asyncio.to_thread(run, "links", cwd=tmp_path)
    assert server.tokens["producer"].encode() in told.stdout
    (tmp_path / "agenda.yaml").write_bytes(sample_bytes())
    told = await asyncio.to_thread(run, "init", "agenda.yaml", "--slug", "second", cwd=tmp_path)
    assert b"Created second" in told.stdout
    assert server.url.encode() in told.stdout  # the address of the node that serves it
    status, _ = await get_json(f"{server.url}/api/v1/events/second/views/stage")
    assert status == 200

    told = await asyncio.to_thread(run, "check", cwd=tmp_path)
    assert b"Nothing is wrong." in told.stdout
    assert b"cannot be told from inside" in told.stdout
    told = await asyncio.to_thread(run, "check", "--event", SLUG, "--json", cwd=tmp_path)
    said = json.loads(told.stdout)
    assert said["ok"]
    assert [event["event"] for event in said["events"]] == [SLUG]
    await asyncio.to_thread(run, "check", "--event", "third", cwd=tmp_path, status=2)

    await asyncio.to_thread(run, "export", SLUG, "event.jsonl", cwd=tmp_path)
    assert b'"key"' not in (tmp_path / "event.jsonl").read_bytes().splitlines()[1]
    told = await asyncio.to_thread(run, "import", "event.jsonl", "--data", "other", cwd=tmp_path)
    tokens = {line.rpartition("/")[2] for line in told.stdout.decode().splitlines()[-3:]}
    assert len(tokens) == 3
    assert not tokens & set(server.tokens.values())
    again = await asyncio.to_thread(run, "links", "--data", "other", cwd=tmp_path)
    assert again.stdout.splitlines()[-3:] == told.stdout.splitlines()[-3:]
    assert server.tokens["producer"].encode() not in again.stdout


async def test_what_is_wrong_is_told_and_is_the_exit_status(
    server: ServerProcess, tmp_path: Path
) -> None:
    await asyncio.to_thread(run, "backup", "one.jsonl", cwd=tmp_path)
    await server.stop()
    held = (tmp_path / "one.jsonl").read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(held[:-300])
    told = run("restore", "cut.jsonl", "--replace", cwd=tmp_path, status=2)
    assert b"streamhub: line " in told.stderr
    assert b"it was cut" in told.stderr
    told = run("restore", "nowhere.jsonl", cwd=tmp_path, status=2)
    assert b"nowhere.jsonl" in told.stderr
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "journal.sqlite")) as db:
        db.execute("UPDATE entry SET prev = x'00' WHERE key = (SELECT max(key) FROM entry)")
        db.execute("INSERT INTO entry SELECT key + 1, tag, x'01', body FROM entry")
        db.commit()
    told = run("backup", "less.jsonl", cwd=tmp_path, status=1)
    assert b"s3-latam-2022 is not in the file" in told.stderr
    told = run("restore", "less.jsonl", "--data", "third", cwd=tmp_path, status=1)
    assert b"The file holds no event." in told.stderr
    told = run("check", cwd=tmp_path, status=1)
    assert b"1 wrong" in told.stdout
    (tmp_path / "data" / "journal.sqlite").write_bytes(b"spoiled" * 1000)
    told = run("check", cwd=tmp_path, status=1)
    assert b"is damaged" in told.stdout
    assert json.loads(run("check", "--json", cwd=tmp_path, status=1).stdout)["wrong"] == 1
    for command in (["backup", "two.jsonl"], ["links"], ["restore", "one.jsonl", "--replace"]):
        told = run(*command, cwd=tmp_path, status=2)
        assert b"is damaged" in told.stderr
    assert not (tmp_path / "two.jsonl").exists()
    assert not (tmp_path / "two.jsonl.part").exists()
    told = run("check", "--data", "elsewhere", cwd=tmp_path, status=2)
    assert b"no journal" in told.stderr
    assert not (tmp_path / "elsewhere").exists()
    run("restore", "one.jsonl", "--data", "elsewhere", cwd=tmp_path)
    assert run("check", "--data", "elsewhere", cwd=tmp_path).stdout


async def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", free_port())
    await server.prepare()
    ours, theirs = pty.openpty()
    for words in (["backup", "one.jsonl"], ["check"], ["restore", "one.jsonl", "--replace"]):
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, *words, cwd=tmp_path, env=ENV, stdout=asyncio.subprocess.PIPE, stderr=theirs
        )
        out, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0
        assert b"\x1b" not in out
    os.close(theirs)
    said = os.read(ours, 1 << 16)
    os.close(ours)
    for line in (b"backup s3-latam-2022", b"check s3-latam-2022", b"restore s3-latam-2022"):
        assert line in said
    assert b"Traceback" not in said


async def test_command_that_is_interrupted_leaves_no_file(
    server: ServerProcess, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *("restore", "-", "--replace", "--data", str(server.data)),
        cwd=tmp_path,
        env=ENV,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(b'{"streamhub":"backup"')
    await process.stdin.drain()
    await asyncio.sleep(3)
    process.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 130
    assert b"Traceback" not in said
    await asyncio.to_thread(run, "check", cwd=tmp_path)


JOURNAL_COMMANDS = ("serve", "init", "links", "backup", "restore", "export", "import", "check")


def test_every_command_of_a_journal_takes_its_address(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    for command in JOURNAL_COMMANDS:
        assert b"--journal" in run(command, "--help", cwd=tmp_path).stdout
    (tmp_path / "agenda.yaml").write_bytes(sample_bytes())
    prefix = f"t{secrets.token_hex(6)}"
    address = ("--journal", redis_server.url)
    made = run("init", "agenda.yaml", *address, cwd=tmp_path, STREAMHUB_REDIS_PREFIX=prefix)
    listed = run("links", *address, cwd=tmp_path, STREAMHUB_REDIS_PREFIX=prefix)
    assert listed.stdout.decode() in made.stdout.decode()
    checked = run("check", "--json", *address, cwd=tmp_path, STREAMHUB_REDIS_PREFIX=prefix)
    assert [event["event"] for event in json.loads(checked.stdout)["events"]] == [SLUG]
    assert not (tmp_path / "data").exists()


def test_node_does_not_start_on_a_redis_that_may_lose_what_was_acknowledged(
    tmp_path: Path,
) -> None:
    with RedisServer(tmp_path / "redis", appendfsync="everysec") as unsafe:
        refused = run("serve", "--journal", unsafe.url, cwd=tmp_path, status=2)
    words = refused.stderr.decode()
    assert "Its appendfsync is 'everysec' and must be 'always'" in words
    assert "CONFIG SET appendfsync always" in words
    assert "appendonly" not in words.replace("appendfsync", "")


def test_address_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    refused = run("serve", "--journal", "postgres://here", cwd=tmp_path, status=2)
    assert refused.stderr.decode().startswith(
        "streamhub: journal: 'postgres' is no scheme of a Redis address: use redis://host:6379/0"
    )
