"""Handing in another version of the agenda: seen first, then taken; by organisers alone."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from reading import FIXTURES
from support import fresh, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.formats import FORMATS, limits
from streamhub.formats.sample import SLUG


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as made:
        yield made


async def hand_in(
    node: Node, path: str, data: bytes, role: str | None = "organiser", **more: str
) -> tuple[int, Any]:
    headers = {} if role is None else {"Authorization": f"Bearer {token_of(node, role)}"}
    url = f"{node.url}/api/v1/events/{SLUG}/{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=io.BytesIO(data), params=more, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


def present(node: Node, **changes: str) -> bytes:
    """The agenda that the event has, as a file in which some words are others."""
    state = hub_of(node).state
    text = FORMATS["json"].write(state.agenda, SLUG).decode()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text.encode()


async def test_preview_tells_what_a_file_says_and_changes_nothing(node: Node) -> None:
    before = hub_of(node).cursor
    status, told = await hand_in(node, "agenda/preview", present(node, Coffee="Tea"))
    assert status == 200
    assert told["format"] == "own-json", told
    assert told["agenda"]["event"]["id"] == SLUG
    assert told["difference"]["changes"] == [
        {
            "session": "s4",
            "title": "Tea break",
            "fields": ["title"],
            "changes": [{"field": "title", "was": "Coffee break", "will": "Tea break"}],
        }
    ]
    assert told["difference"]["live"] == []
    assert hub_of(node).cursor == before


async def test_confirm_replaces_the_agenda_and_keeps_the_questions(node: Node) -> None:
    asked = len(hub_of(node).state.questions.all)
    assert asked
    file = present(node, Coffee="Tea")
    status, told = await hand_in(node, "agenda", file, id="once")
    assert (status, told["ok"]) == (200, True)
    state = hub_of(node).state
    assert state.agenda.title
    assert [one.title for one in state.agenda.sessions.values() if one.id == "s4"] == ["Tea break"]
    assert len(state.questions.all) == asked
    seq = state.seq
    assert (await hand_in(node, "agenda", file, id="once"))[0] == 200
    assert hub_of(node).state.seq == seq
    status, refused = await hand_in(node, "agenda", present(node, Tea="Milk"), id="once")
    assert (status, refused["error"]["code"]) == (409, "command.reused")


async def test_what_is_on_air_is_touched_only_when_asked_for(node: Node) -> None:
    live = hub_of(node).state.rundown.clock(next(iter(hub_of(node).state.agenda.rooms))).live
    assert live is not None
    title = hub_of(node).state.agenda.sessions[live].title
    file = present(node, **{title: "Other words"})
    status, told = await hand_in(node, "agenda/preview", file)
    assert [one["session"] for one in told["difference"]["live"]] == [live]
    status, refused = await hand_in(node, "agenda", file)
    assert (status, refused["error"]["code"]) == (409, "agenda.touches_live")
    assert (await hand_in(node, "agenda", file, touch_live="true"))[0] == 200
    assert hub_of(node).state.agenda.sessions[live].title == "Other words"


async def test_file_of_another_program_takes_zone_and_title_of_the_event(node: Node) -> None:
    file = (FIXTURES / "sessionize.json").read_bytes()
    status, told = await hand_in(node, "agenda/preview", file)
    assert status == 200
    assert told["format"] == "sessionize"
    assert [(ask["what"], ask["needed"]) for ask in told["asks"]] == [("timezone", False)]
    texts = [note["text"] for note in told["notes"]]
    assert "The event's zone is used, America/Mexico_City." in texts
    assert "The event keeps its title." in texts
    assert len(told["difference"]["added"]) == 2
    assert told["difference"]["gone"]


async def test_table_is_asked_about_and_takes_columns(node: Node) -> None:
    table = b"Was;Los um\nEins;2027-05-12 09:00\nZwei;2027-05-12 10:00\n"
    _, told = await hand_in(node, "agenda/preview", table)
    assert [ask["what"] for ask in told["asks"]] == ["columns"]
    assert told["agenda"] is None
    status, refused = await hand_in(node, "agenda", table)
    assert (status, refused["error"]["code"]) == (400, "agenda.invalid")
    _, told = await hand_in(node, "agenda/preview", table, columns="title=Was")
    assert [ask["what"] for ask in told["asks"]] == ["columns"]
    url = f"{node.url}/api/v1/events/{SLUG}/agenda/preview?columns=title=Was&columns=start=B"
    headers = {"Authorization": f"Bearer {token_of(node, 'organiser')}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=table, headers=headers) as answer,
    ):
        told = await answer.json()
    assert len(told["difference"]["added"]) == 2


async def test_table_tells_its_columns_with_what_stands_in_them(node: Node) -> None:
    table = (
        b"Title;Start;Was;Wo\nEins;2027-05-12 09:00;Hafen;Saal\nZwei;2027-05-12 10:00;Kai;Saal\n"
    )
    _, told = await hand_in(node, "agenda/preview", table)
    assert told["columns"] == [
        {"number": 1, "heading": "Title", "samples": ["Eins", "Zwei"], "field": "title"},
        {
            "number": 2,
            "heading": "Start",
            "samples": ["2027-05-12 09:00", "2027-05-12 10:00"],
            "field": "start",
        },
        {"number": 3, "heading": "Was", "samples": ["Hafen", "Kai"], "field": None},
        {"number": 4, "heading": "Wo", "samples": ["Saal"], "field": None},
    ]
    assert {"title", "start", "room", "speakers"} <= {*told["fields"]}
    _, told = await hand_in(node, "agenda/preview", table, columns="title=#3")
    assert {one["title"] for one in told["plan"]["sessions"]} >= {"Hafen", "Kai"}
    _, told = await hand_in(node, "agenda/preview", table, columns="start=")
    assert [ask["what"] for ask in told["asks"]] == ["columns"]


async def test_preview_draws_the_plan_and_tells_the_difference_field_by_field(node: Node) -> None:
    title = hub_of(node).state.agenda.title
    file = present(node, Coffee="Tea", **{f'"title": "{title}"': '"title": "Another name"'})
    _, told = await hand_in(node, "agenda/preview", file, agenda="false")
    assert "agenda" not in told
    becomes = {one["session"]: one["becomes"] for one in told["plan"]["sessions"]}
    assert becomes.pop("s4") == "changed"
    assert {*becomes.values()} == {"same"}
    difference = told["difference"]
    assert difference["event"] == [{"field": "title", "was": title, "will": "Another name"}]
    assert difference["changes"][0]["changes"] == [
        {"field": "title", "was": "Coffee break", "will": "Tea break"}
    ]
    assert not difference["same"]
    _, told = await hand_in(node, "agenda/preview", present(node))
    assert told["difference"]["same"]
    assert told["difference"]["event"] == []


async def test_what_is_confirmed_is_what_was_seen(node: Node) -> None:
    file = present(node, Coffee="Tea")
    _, told = await hand_in(node, "agenda/preview", file)
    seen = told["seen"]
    assert (await hand_in(node, "agenda", present(node, Coffee="Milk")))[0] == 200
    status, refused = await hand_in(node, "agenda", file, seen=seen)
    assert (status, refused["error"]["code"]) == (409, "agenda.stale")
    _, told = await hand_in(node, "agenda/preview", file)
    assert (await hand_in(node, "agenda", file, seen=told["seen"]))[0] == 200


async def test_broken_file_tells_its_lines_and_changes_nothing(node: Node) -> None:
    before = hub_of(node).cursor
    broken = b'{"event": {\n"title": '
    status, told = await hand_in(node, "agenda/preview", broken)
    assert status == 200
    assert (told["agenda"], told["difference"]) == (None, None)
    assert told["problems"][0]["line"] == 2
    status, refused = await hand_in(node, "agenda", broken)
    assert (status, refused["error"]["code"]) == (400, "agenda.invalid")
    assert hub_of(node).cursor == before


@pytest.mark.parametrize("path", ["agenda", "agenda/preview"])
@pytest.mark.parametrize("role", ["producer", "moderator", None])
async def test_only_organisers_hand_in(node: Node, path: str, role: str | None) -> None:
    status, refused = await hand_in(node, path, b"{}", role)
    assert status == (401 if role is None else 403)
    assert refused["error"]["code"] == ("token.invalid" if role is None else "command.forbidden")


async def test_file_that_is_too_large_is_not_taken_in(node: Node) -> None:
    _, told = await hand_in(node, "agenda/preview", b" " * (limits.MAX_BYTES + 1))
    assert "10,000,000 are the most" in told["problems"][0]["message"]


async def test_address_inside_is_not_fetched(node: Node) -> None:
    for url in (f"{node.url}/metrics", "http://169.254.169.254/latest", "file:///etc/passwd"):
        status, refused = await hand_in(node, "agenda/preview", b"", url=url)
        assert (status, refused["error"]["code"]) == (400, "request.invalid")


async def test_agenda_is_no_command_that_is_sent(node: Node) -> None:
    body = fresh("agenda.replace", agenda=json.loads(present(node)))
    url = f"{node.url}/api/v1/events/{SLUG}/commands"
    status, refused = await post_json(url, body, token_of(node, "organiser"))
    assert (status, refused["error"]["code"]) == (404, "command.unknown")


CRUEL = "{title} {n} {0} %(n)s"
SPANISH_TABLE = (
    "Title,Start,End,Speakers,Status\n"
    f"{CRUEL},2027-05-12 09:00,2027-05-12 08:00,,\n"
    "Panel: Grúas,2027-05-12 10:00,2027-05-12 11:00,,\n"
    'Muelles,2027-05-12 11:00,2027-05-12 12:00,"Eva Kern, Udo Alt",\n'
    f"Boyas,2027-05-12 12:00,2027-05-12 13:00,,{CRUEL}\n"
    "Faros,,,Eva Kern,\n"
).encode("cp1252")


async def test_what_is_said_of_a_file_is_said_in_the_language_that_is_asked_for(
    node: Node,
) -> None:
    _, told = await hand_in(node, "agenda/preview", SPANISH_TABLE, name="a.csv", lang="es")
    said = {(one["row"], one["field"], one["text"]) for one in told["notes"]}
    zone = "Se usa la zona del evento, America/Mexico_City."
    assert ("fila 2", "end", f"“{CRUEL}” termina antes de empezar y se omitió.") in said
    assert ("fila 4", "speakers", "'Eva Kern, Udo Alt' se lee como 2 personas.") in said
    assert ("fila 6", "start", "“Faros” no tiene hora y se omitió.") in said
    assert (None, "timezone", zone) in said
    texts = {text for _, _, text in said}
    assert "El archivo no está en UTF-8; se lee como Windows-1252." in texts
    assert f"1 sesión está marcada como '{CRUEL.lower()}' y se omitió." in texts
    assert "1 sesión se toma por “mesa redonda” debido a su título." in texts
    assert [one["why"] for one in told["asks"]] == [
        "Las horas del archivo son locales, y no dice de dónde."
    ]
    _, english = await hand_in(node, "agenda/preview", SPANISH_TABLE, name="a.csv")
    texts = {one["text"] for one in english["notes"]}
    assert f"“{CRUEL}” ends before it starts and was left out." in texts
    assert f"1 session is marked '{CRUEL.lower()}' and was left out." in texts
    _, other = await hand_in(node, "agenda/preview", SPANISH_TABLE, name="a.csv", lang="xx")
    assert other["notes"] == english["notes"]


async def test_many_are_counted_in_many_words(node: Node) -> None:
    rows = "".join(f"Panel: {n},2027-05-12 {n:02}:00,2027-05-12 {n:02}:30\n" for n in range(9, 12))
    table = f"Title,Start,End\n{rows}".encode()
    _, told = await hand_in(node, "agenda/preview", table, lang="es-MX")
    texts = {one["text"] for one in told["notes"]}
    assert "3 sesiones se toman por “mesa redonda” debido a sus títulos." in texts


async def test_what_is_wrong_with_a_file_is_said_in_that_language(node: Node) -> None:
    file = b"event:\n  title: T\n  timezone: CET\nrooms: []\nsessions: []\n"
    _, told = await hand_in(node, "agenda/preview", file, name="a.yaml", lang="es")
    first = told["problems"][0]
    assert (first["line"], first["where"]) == (3, "event.timezone")
    assert first["message"] == "La abreviatura 'CET' no indica qué hora se quiere decir."
    assert first["hint"] == "Use un nombre IANA como America/Mexico_City o Europe/Brussels."
    status, refused = await hand_in(node, "agenda", file, name="a.yaml", lang="es")
    assert status == 400
    assert refused["error"]["message"] == f"{first['message']} Hay 2 más."
    assert refused["error"]["hint"] == first["hint"]
    _, refused = await hand_in(node, "agenda", file, name="a.yaml")
    assert refused["error"]["message"].endswith("which time is meant. There are 2 more.")


async def test_file_of_no_known_format_is_refused_in_that_language(node: Node) -> None:
    _, told = await hand_in(node, "agenda/preview", b"PK", name="a.bin", lang="es")
    (only,) = told["problems"]
    assert only["message"] == "No es un programa que streamhub pueda leer."
    assert only["hint"].startswith("Lee el JSON propio de streamhub, schedule.json, ")
    assert only["hint"].endswith(", tablas (XLSX, ODS, CSV), texto con horas.")
    _, told = await hand_in(node, "agenda/preview", b"PK", name="a.bin")
    assert told["problems"][0]["hint"].endswith(", tables (XLSX, ODS, CSV), text with times.")


async def test_notes_name_the_line_of_a_text_in_any_language(node: Node) -> None:
    text = b"Fiesta\n12 May 2027\n\n22:00-23:00 Uno\n1:00-2:00 Dos\n"
    _, told = await hand_in(node, "agenda/preview", text, name="a.txt", lang="es")
    (late,) = (one for one in told["notes"] if one["line"] is not None)
    assert (late["row"], late["line"]) == ("línea 5", 5)
    assert late["text"] == "Se lee como después de medianoche."
