"""Results over HTTP: who may see them, and what is in the page and the files."""

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import openpyxl
import pytest
from support import fresh, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.values import changed
from streamhub.formats.sample import SLUG

TEXT = "=1+1 and what else?"
SECRET = "This was never taken up."
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def do(node: Node, token: str, kind: str, /, **fields: Any) -> dict[str, Any]:
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    status, answer = await post_json(url, fresh(kind, **fields), token)
    assert status == 200, answer
    found: dict[str, Any] = answer.get("result", {})
    return found


async def play(node: Node) -> None:
    """One question is answered, one rejected."""
    _, made = await post_json(f"{node.url}/api/v1/events/{SLUG}/participants", {})
    desk = token_of(node, "moderator")
    first = (await do(node, made["token"], "question.ask", text=TEXT, room="main"))["question"]
    second = (await do(node, made["token"], "question.ask", text=SECRET, room="main"))["question"]
    await do(node, desk, "question.approve", question=first, revision=1)
    await do(node, desk, "question.answer", question=first, reply="Yes.")
    await do(node, desk, "question.reject", question=second, reason="Off the point")


async def fetch(
    web: aiohttp.ClientSession, node: Node, path: str, role: str | None = None
) -> tuple[aiohttp.ClientResponse, bytes]:
    headers = dict(HTML)
    if role is not None:
        headers["Authorization"] = f"Bearer {token_of(node, role)}"
    async with web.get(f"{node.url}/e/{SLUG}/{path}".rstrip("/"), headers=headers) as answer:
        return answer, await answer.read()


@pytest.mark.parametrize("path", ["results", "results.json", "results.csv", "results.xlsx"])
async def test_results_are_for_the_crew_unless_they_are_public(
    node: Node, web: aiohttp.ClientSession, path: str
) -> None:
    answer, said = await fetch(web, node, path)
    assert answer.status == 401
    assert b"those who run the event" in said
    for role in ("moderator", "producer", "organiser"):
        answer, _ = await fetch(web, node, path, role)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
    hub = hub_of(node)
    policy = changed(hub.state.policy, public_results=True)
    hub.ledger.state = changed(hub.state, policy=policy)
    answer, _ = await fetch(web, node, path)
    assert answer.status == 200


async def test_results_are_told_of_one_question_at_a_time_and_in_the_events_colour(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await play(node)
    _, made = await post_json(f"{node.url}/api/v1/events/{SLUG}/participants", {})
    third = (await do(node, made["token"], "question.ask", text="And then?", room="main"))[
        "question"
    ]
    await do(node, token_of(node, "moderator"), "question.approve", question=third, revision=1)
    headers = {"Accept": "text/html", "Authorization": f"Bearer {token_of(node, 'moderator')}"}
    for language, fate in (("en", "Approved"), ("es", "Aprobada")):
        headers["Accept-Language"] = language
        async with web.get(f"{node.url}/e/{SLUG}/results", headers=headers) as answer:
            said = await answer.text()
        assert f'<span class="fate">{fate}</span>' in said
        assert re.search(r'<script type="module" src="/static/app/results-\w+\.js">', said)
        assert f'data-accent="{hub_of(node).state.agenda.accent}"' in said


async def test_public_page_leads_to_results_that_are_public(
    node: Node, web: aiohttp.ClientSession
) -> None:
    link = f'href="/e/{SLUG}/results"'.encode()
    assert link not in (await fetch(web, node, ""))[1]
    hub = hub_of(node)
    hub.ledger.state = changed(hub.state, policy=changed(hub.state.policy, public_results=True))
    assert link in (await fetch(web, node, ""))[1]


async def test_public_results_have_nothing_that_was_not_taken_up(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await play(node)
    hub = hub_of(node)
    hub.ledger.state = changed(hub.state, policy=changed(hub.state.policy, public_results=True))
    for path in ("results", "results.json", "results.csv"):
        answer, said = await fetch(web, node, path)
        assert answer.status == 200
        assert b"what else?" in said
        assert SECRET.encode() not in said
        assert b"Off the point" not in said
    _, crew = await fetch(web, node, "results", "moderator")
    assert SECRET.encode() in crew
    assert b"Off the point" in crew


async def test_files_hold_the_questions_with_times_of_the_venue(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await play(node)
    answer, said = await fetch(web, node, "results.csv", "producer")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{SLUG}-questions.csv"'
    rows = list(csv.DictReader(io.StringIO(said.decode("utf-8-sig"), newline="")))
    mine = next(row for row in rows if "what else?" in row["Question"])
    assert (mine["Question"], mine["Status"], mine["Written answer"]) == (
        f"'{TEXT}",
        "Answered",
        "Yes.",
    )
    _, said = await fetch(web, node, "results.xlsx", "producer")
    book = openpyxl.load_workbook(io.BytesIO(said))
    assert book.sheetnames == ["Questions", "Sessions", "Through the day"]
    texts = {cell.value: cell.data_type for cell in book["Questions"]["B"]}
    assert texts[TEXT] == "s"
    _, said = await fetch(web, node, "results.csv?table=sessions", "producer")
    assert b"Coffee break" not in said
    answer, said = await fetch(web, node, "results.csv?table=nothing", "producer")
    assert answer.status == 400
    assert b"questions, sessions, course" in said


async def test_polls_are_drawn_and_in_the_files(node: Node, web: aiohttp.ClientSession) -> None:
    await play(node)
    desk = token_of(node, "moderator")
    made = await do(
        node,
        desk,
        "poll.create",
        kind="choice",
        title="Which way?",
        room="main",
        options=["North", "=South"],
    )
    await do(node, desk, "poll.open", poll=made["poll"])
    _, page = await fetch(web, node, "results", "producer")
    assert b"Which way?" in page
    assert b"=South" in page
    _, said = await fetch(web, node, "results.csv?table=polls", "producer")
    rows = list(csv.reader(io.StringIO(said.decode("utf-8-sig"), newline="")))
    assert rows[1:] == [
        ["Which way?", "0", "North", "0", ""],
        ["Which way?", "0", "'=South", "0", ""],
    ]


async def test_results_of_one_session(node: Node, web: aiohttp.ClientSession) -> None:
    await play(node)
    headers = {"Authorization": f"Bearer {token_of(node, 'producer')}"}
    url = f"{node.url}/e/{SLUG}/results.json"
    async with web.get(f"{url}?session=s3", headers=headers) as answer:
        found = await answer.json()
    assert {one["session"] for one in found["questions"]} == {"s3"}
    async with web.get(f"{url}?session=nothing", headers=headers) as answer:
        assert answer.status == 404
    _, whole = await fetch(web, node, "results", "producer")
    assert b'/results?session=s3">' in whole
    answer, said = await fetch(web, node, "results?session=s3", "producer")
    assert answer.status == 200
    for name in ("xlsx", "csv", "json"):
        assert f"/results.{name}?session=s3".encode() in said
    assert b"By session" not in said
    assert b"All sessions" in said
    answer, _ = await fetch(web, node, "results.csv?session=s3", "producer")
    name = f'filename="{SLUG}-s3-questions.csv"'
    assert name in answer.headers["Content-Disposition"]
    answer, _ = await fetch(web, node, "results.xlsx", "producer")
    assert f'filename="{SLUG}-results.xlsx"' in answer.headers["Content-Disposition"]


async def test_page_draws_before_anybody_asked(node: Node, web: aiohttp.ClientSession) -> None:
    hub = hub_of(node)
    empty = changed(hub.state.questions, all=hub.state.questions.all.__class__())
    hub.ledger.state = changed(hub.state, questions=empty, activity=hub.state.activity.__class__())
    answer, said = await fetch(web, node, "results", "producer")
    assert answer.status == 200
    assert b"Nobody has asked anything yet." in said


async def test_crew_reads_how_many_votes_are_of_known_people(
    node: Node, web: aiohttp.ClientSession
) -> None:
    organiser, desk = token_of(node, "organiser"), token_of(node, "moderator")
    people = [
        (await post_json(f"{node.url}/api/v1/events/{SLUG}/participants", {}))[1]["token"]
        for _ in range(3)
    ]
    asked = await do(node, people[0], "question.ask", text=TEXT, room="main")
    await do(node, desk, "question.approve", question=asked["question"], revision=1)
    link = await do(node, organiser, "link.create", role="participant", uses=2)
    for number, somebody in enumerate(people):
        if number < 2:
            await do(node, somebody, "link.use", token=link["token"])
        await do(node, somebody, "question.upvote", question=asked["question"])
    _, page = await fetch(web, node, "results", "moderator")
    assert b"2 votes by people invited or named" in page
    _, body = await fetch(web, node, "results.csv", "moderator")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    place = rows[0].index("Votes of invited or named people")
    (row,) = [row for row in rows if asked["question"] in row]
    assert (row[rows[0].index("Votes")], row[place]) == ("3", "2")
    hub = hub_of(node)
    hub.ledger.state = changed(hub.state, policy=changed(hub.state.policy, public_results=True))
    _, page = await fetch(web, node, "results")
    assert b"invited or named" not in page
