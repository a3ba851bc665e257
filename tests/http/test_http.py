"""Pages and API over real HTTP."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from babel.messages.pofile import read_po
from support import Client, fresh, get_json, hub_of, post_json, running, token_of

from streamhub.app import Node
from streamhub.core.ids import RoomId
from streamhub.core.said import Said
from streamhub.formats.sample import SLUG
from streamhub.http.render import Renderer

MAIN = RoomId("main")
HTML = {"Accept": "text/html", "Accept-Language": "en"}
TEXT = "Will there be a second conference next year?"


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with running(tmp_path) as serving:
        yield serving


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


def api(node: Node, path: str) -> str:
    return f"{node.url}/api/v1/events/{SLUG}/{path}"


def boot_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: dict[str, Any] = json.loads(found.group(1))
    return read


async def test_public_page_is_whole_without_scripts(node: Node, web: aiohttp.ClientSession) -> None:
    async with web.get(f"{node.url}/e/{SLUG}", headers=HTML) as answer:
        page = await answer.text()
    assert answer.status == 200
    for words in (
        "Smart Specialisation Conference in Latin America",
        "Coffee break",
        "Lamán CARRANZA RAMÍREZ",
        "Council of Science, Technology and Innovation of Hidalgo (CITNOVA)",
        "Brussels",
        "Santiago",
        "Lima",
    ):
        assert words in page
    assert "<script>" not in page
    assert boot_of(page)["event"] == SLUG
    assert [c.key for c in web.cookie_jar] == ["streamhub_participant"]


async def test_public_page_speaks_the_readers_language(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{node.url}/e/{SLUG}", headers=HTML | {"Accept-Language": "es"}) as answer:
        assert 'lang="es"' in await answer.text()
    async with web.get(f"{node.url}/e/{SLUG}?lang=es", headers=HTML) as answer:
        assert 'lang="es"' in await answer.text()
    async with web.get(f"{node.url}/e/{SLUG}", headers=HTML) as answer:
        assert 'lang="es"' in await answer.text()  # remembered


async def test_every_answer_has_the_security_headers(
    node: Node, web: aiohttp.ClientSession
) -> None:
    paths = (f"/e/{SLUG}", f"/e/{SLUG}/overlay", "/display", "/display-worker.js")
    for path in (*paths, "/nowhere", "/healthz", "/api/v1/openapi.json"):
        async with web.get(node.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_streams_come_from_elsewhere_on_the_page_that_plays_them_only(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{node.url}/e/{SLUG}", headers=HTML) as answer:
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["Content-Security-Policy"].split(";")
        )
    loopback = "http://localhost:* http://127.0.0.1:*"
    assert policy["connect-src"] == f"'self' https: {loopback}"
    assert policy["media-src"] == f"'self' blob: data: https: {loopback}"
    assert policy["frame-src"] == "https://www.youtube-nocookie.com https://player.vimeo.com"
    assert policy["script-src"] == "'self'"
    for path in (f"/e/{SLUG}/overlay", f"/e/{SLUG}/print", "/display", "/", "/nowhere"):
        async with web.get(node.url + path, headers=HTML) as answer:
            bare = answer.headers["Content-Security-Policy"]
            assert not any(word in bare for word in ("media-src", "frame-src", "localhost"))


async def test_screens_bring_the_words_of_every_language(
    node: Node, web: aiohttp.ClientSession
) -> None:
    for path in (f"/e/{SLUG}/overlay?room=main", "/display"):
        async with web.get(node.url + path, headers=HTML) as answer:
            assert "img-src 'self' https: data:" in answer.headers["Content-Security-Policy"]
            boot = boot_of(await answer.text())
        assert set(boot["catalogs"]) == {"en", "es"}
        assert boot["catalogs"]["es"]["Live"] == "En directo"
        assert "Pair a screen" not in boot["catalogs"]["es"]  # a desk's
    async with web.get(f"{node.url}/display-worker.js") as answer:
        assert answer.content_type == "text/javascript"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "connect-src 'self' https:" in answer.headers["Content-Security-Policy"]


def reached(start: Path) -> set[Path]:
    """The scripts that a page's script imports, and those that they import."""
    seen: set[Path] = set()
    ahead = [start]
    while ahead:
        script = ahead.pop()
        if script not in seen:
            seen.add(script)
            named = re.findall(
                r'(?:from|import)\s*\(?\s*"(\.[^"]+\.tsx?)"', script.read_text("utf-8")
            )
            ahead += [(script.parent / path).resolve() for path in named]
    return seen


@pytest.mark.parametrize("page", ["display", "overlay"])
def test_screens_lack_no_word_that_their_scripts_say(page: str) -> None:
    web = Path(__file__).parents[2].resolve() / "web"
    scripts = {
        script.relative_to(web.parent).as_posix()
        for script in reached(web / f"src/pages/{page}/main.tsx")
    }
    assert "web/src/polls/Board.tsx" in scripts or page == "overlay"
    words = Renderer().catalog("es", screens=True)
    with (web / "locales/es/LC_MESSAGES/streamhub.po").open("rb") as file:
        said = [one for one in read_po(file) if {place for place, _ in one.locations} & scripts]
    keys = {one.id if isinstance(one.id, str) else one.id[0]: one.string for one in said}
    assert len(keys) > 20
    assert [key for key, told in keys.items() if told != key and key not in words] == []


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/e/nowhere", 404, "Aquí no hay ningún evento así."),
        ("/nowhere", 404, "En esta dirección no hay nada."),
        (f"/e/{SLUG}/moderate", 401, "Esta página es para el equipo del evento."),
        (f"/e/{SLUG}/organise", 401, "Esta página es para la organización del evento."),
        (f"/e/{SLUG}/results", 401, "Los resultados son para el equipo del evento."),
        ("/k/l_guess", 401, "Este enlace no es válido"),
    ],
)
async def test_failures_are_told_in_the_readers_language(
    node: Node, web: aiohttp.ClientSession, path: str, status: int, says: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "es-PE"}
    async with web.get(node.url + path, headers=headers) as answer:
        assert answer.status == status
        told = await answer.text()
    assert says in told
    assert 'lang="es"' in told
    assert not re.search(r"\b(the|This|nothing|open)\b", re.sub(r"<[^>]*>", " ", told))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/e/nowhere", 404),
        ("/nowhere", 404),
        (f"/e/{SLUG}/moderate", 401),
        (f"/e/{SLUG}/produce", 401),
        ("/k/l_guess", 401),
        ("/k/%00", 401),
    ],
)
async def test_page_that_cannot_be_shown_says_why_in_words(
    node: Node, web: aiohttp.ClientSession, path: str, status: int
) -> None:
    async with web.get(node.url + path, headers=HTML) as answer:
        page = await answer.text()
    assert answer.status == status
    assert answer.content_type == "text/html"
    assert "Traceback" not in page
    assert "<h1>" in page


@pytest.mark.parametrize(
    ("role", "where", "page"),
    [
        ("moderator", f"/e/{SLUG}/moderate", "moderator"),
        ("producer", f"/e/{SLUG}/produce", "producer"),
        ("organiser", f"/e/{SLUG}/organise", "organiser"),
    ],
)
async def test_role_link_sets_a_cookie_and_opens_its_page(
    node: Node, web: aiohttp.ClientSession, role: str, where: str, page: str
) -> None:
    async with web.get(f"{node.url}/k/{token_of(node, role)}", headers=HTML) as answer:
        assert answer.url.path == where
        assert boot_of(await answer.text())["page"] == page
    cookie = next(c for c in web.cookie_jar if c.key.startswith("streamhub_"))
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


async def test_command_by_http_takes_the_same_path(node: Node) -> None:
    _, made = await post_json(api(node, "participants"), {})
    command = fresh("question.ask", text=TEXT)
    status, answer = await post_json(api(node, "commands"), command, made["token"])
    assert (status, answer["ok"]) == (200, True)
    assert await post_json(api(node, "commands"), command, made["token"]) == (200, answer)
    question = answer["result"]["question"]
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    assert desk.state["questions"][question]["text"] == TEXT
    body = fresh("question.approve", question=question, revision=1)
    status, refused = await post_json(api(node, "commands"), body, made["token"])
    assert (status, refused["error"]["code"]) == (403, "command.forbidden")
    assert (await post_json(api(node, "commands"), body, token_of(node, "moderator")))[0] == 200
    await desk.close()


async def test_who_types_is_offered_what_was_asked_and_moderators_what_to_merge(
    node: Node,
) -> None:
    desk = await Client(node.url).connect("desk", token=token_of(node, "moderator"))
    asked: list[str] = []
    _, made = await post_json(api(node, "participants"), {})
    for text in ("Are the maps of the region open?", "Are maps of the región open??"):
        body = fresh("question.ask", text=text, room="main")
        _, answer = await post_json(api(node, "commands"), body, made["token"])
        asked.append(answer["result"]["question"])
    _, found = await get_json(api(node, "alike?room=main"), token_of(node, "moderator"))
    assert [group["questions"] for group in found["groups"]] == [sorted(asked)]
    typed = {"text": "are the maps of the region open", "room": "main"}
    assert await post_json(api(node, "similar"), typed, made["token"]) == (200, {"questions": []})
    await desk.do("question.approve", question=asked[0], revision=1)
    status, like = await post_json(api(node, "similar"), typed, made["token"])
    assert (status, [one["question"] for one in like["questions"]]) == (200, asked[:1])
    typed = {"text": "are the maps of the region open", "session": "none"}
    assert await post_json(api(node, "similar"), typed, made["token"]) == (200, {"questions": []})
    status, refused = await post_json(api(node, "similar"), {"room": "main"}, made["token"])
    assert (status, refused["error"]["code"], refused["error"]["field"]) == (
        400,
        "request.invalid",
        "text",
    )
    for token, code in ((None, "token.invalid"), (made["token"], "view.forbidden")):
        _, refused = await get_json(api(node, "alike"), token)
        assert refused["error"]["code"] == code
    await desk.close()


async def test_preview_tells_what_a_command_would_do_and_changes_nothing(node: Node) -> None:
    control = await Client(node.url).connect("control", token=token_of(node, "producer"))
    session = control.state["rooms"]["main"]["next"]
    planned = control.state["sessions"][session]
    body = {"type": "session.skip", "session": session}
    before = hub_of(node).cursor
    status, answer = await post_json(api(node, "preview"), body, token_of(node, "producer"))
    assert status == 200
    assert answer["changes"][0]["session"] == session
    assert answer["changes"][0]["old"]["status"] == planned["status"]
    assert answer["changes"][0]["new"]["status"] == "skipped"
    assert hub_of(node).cursor == before
    for wish, token, code in (
        (body, token_of(node, "moderator"), "command.forbidden"),
        (body, None, "token.invalid"),
        (
            {"type": "session.resume", "session": session},
            token_of(node, "producer"),
            "session.not_paused",
        ),
        ({"type": "session.burn"}, token_of(node, "producer"), "command.unknown"),
        ([], token_of(node, "producer"), "command.invalid"),
    ):
        _, refused = await post_json(api(node, "preview"), wish, token)
        assert refused["error"]["code"] == code
    await control.close()


async def test_preview_names_who_was_first(node: Node) -> None:
    producer = token_of(node, "producer")
    wish = {
        "type": "session.next",
        "room": "main",
        "live": hub_of(node).state.rundown.clock(MAIN).live,
    }
    assert (await post_json(api(node, "commands"), {**wish, "id": "1"}, producer))[0] == 200
    _, refused = await post_json(api(node, "preview"), wish, producer)
    assert refused["error"]["detail"]["by"] == "producer"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "request.invalid"),
        (b"\xff\xfe", "application/json", 400, "request.invalid"),
        (b"[" * 9000, "application/json", 400, "request.invalid"),
        (b"{}", "text/plain", 400, "request.invalid"),
        (b"[]", "application/json", 400, "command.invalid"),
        (
            b'{"id":"1","type":"question.ask","text":NaN}',
            "application/json",
            400,
            "command.invalid",
        ),
        (
            b'{"id":"1","type":"question.ask","text":"ab\\ud800cde"}',
            "application/json",
            400,
            "text.invalid",
        ),
        (b" " * 20_000, "application/json", 413, "command.too_large"),
        (b" " * 200_000, "application/json", 413, "command.too_large"),
        (b'{"id":"1","type":"none"}', "application/json", 404, "command.unknown"),
    ],
)
async def test_bad_request_gets_its_code_and_changes_nothing(
    node: Node,
    web: aiohttp.ClientSession,
    body: bytes,
    content_type: str,
    status: int,
    code: str,
) -> None:
    before = hub_of(node).state
    _, made = await post_json(api(node, "participants"), {})
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {made['token']}"}
    async with web.post(api(node, "commands"), data=body, headers=headers) as answer:
        said = await answer.json()
    assert (answer.status, said["error"]["code"]) == (status, code)
    assert hub_of(node).state == before


async def test_cookie_command_from_another_site_is_refused(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{node.url}/e/{SLUG}"):
        pass
    for origin, status in (("https://evil.example", 400), (node.url, 200)):
        async with web.post(
            api(node, "commands"),
            json=fresh("question.ask", text=TEXT),
            headers={"Origin": origin},
        ) as answer:
            assert answer.status == status


async def test_view_has_its_cursor_as_etag(node: Node, web: aiohttp.ClientSession) -> None:
    async with web.get(api(node, "views/audience?room=main")) as answer:
        body = await answer.json()
        etag = answer.headers["ETag"]
    assert etag == f'"{body["cursor"]}"'
    async with web.get(api(node, "views/audience"), headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
    for path, token, status in (
        ("views/desk", None, 403),
        ("views/control", token_of(node, "moderator"), 403),
        ("views/control", token_of(node, "producer"), 200),
        ("views/desk", "l_guess", 401),
        ("views/backstage", None, 404),
        ("views/stage?room=attic", None, 404),
    ):
        assert (await get_json(api(node, path), token))[0] == status


async def test_audience_view_shows_nothing_that_is_not_approved(node: Node) -> None:
    _, desk = await get_json(api(node, "views/desk"), token_of(node, "moderator"))
    hidden = [q for q in desk["state"]["questions"].values() if q["status"] == "pending"]
    assert hidden
    for view in ("stage", "audience"):
        _, body = await get_json(api(node, f"views/{view}"))
        text = json.dumps(body)
        for question in hidden:
            assert json.dumps(question["text"]) not in text
            assert question["author"] not in text


async def test_agenda_text_is_immutable_under_its_revision(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(api(node, "agenda?rev=1")) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert (await answer.json())["sessions"]["s1"]["abstract"]
    async with web.get(api(node, "agenda?rev=0")) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_display_is_paired_by_its_code_and_keeps_its_identity(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.post(f"{node.url}/api/v1/displays/offers") as answer:
        offer = await answer.json()
    assert re.fullmatch(r"[A-Z2-9]{8}", offer["code"])
    waiting = asyncio.create_task(_offered(web, node, 10))
    show = await Client(node.url).connect("control", token=token_of(node, "producer"))
    wrong = await show.do(
        "display.pair", code="WRONGONE", name="Hall", room="main", layout="now-next"
    )
    assert wrong["error"]["code"] == "display.code_unknown"
    code = f"{offer['code'][:4]}-{offer['code'][4:]}".lower()
    paired = await show.do("display.pair", code=code, name="Hall", room="main", layout="questions")
    display = paired["result"]["display"]
    assert await waiting == {"state": "paired", "event": SLUG, "display": display}
    screen = await Client(node.url).connect("stage", token=offer["token"])
    assert screen.me["display"]["layout"] == "questions"
    await screen.sio.emit("rendered", {"cursor": screen.cursor, "width": 1920, "height": 1080})
    await show.until(
        lambda: show.seen["presence"][-1]["displays"].get(display, {}).get("width") == 1920
    )
    await show.do("display.assign", display=display, layout="now-next")
    await screen.until(lambda: screen.me["display"]["layout"] == "now-next")
    await show.do("display.blackout", display=display, on=True)
    await screen.until(lambda: screen.me["display"]["blackout"] is True)
    async with web.get(f"{node.url}/display", headers=HTML) as answer:
        assert boot_of(await answer.text())["paired"] is True
    forbidden = await screen.do("question.ask", text=TEXT)
    assert forbidden["error"]["code"] == "command.forbidden"
    await show.do("display.remove", display=display)
    await screen.until(lambda: screen.seen["bye"])
    assert (await _offered(web, node, 0))["state"] in {"waiting", "expired"}
    await show.close()


async def _offered(web: aiohttp.ClientSession, node: Node, wait_s: int) -> Any:
    async with web.get(f"{node.url}/api/v1/displays/offer?wait={wait_s}") as answer:
        return await answer.json()


async def test_producer_sees_which_device_shows_a_code(
    node: Node, web: aiohttp.ClientSession
) -> None:
    chrome = "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
    offers = f"{node.url}/api/v1/displays/offers"
    async with web.post(f"{offers}?size=3840x2160", headers={"User-Agent": chrome}) as answer:
        offer = await answer.json()
    async with web.post(f"{offers}?size=<b>", headers={"User-Agent": "curl/8"}) as answer:
        other = await answer.json()
    producer = {"Authorization": f"Bearer {token_of(node, 'producer')}"}

    async def asked(code: str, headers: dict[str, str]) -> tuple[int, Any]:
        async with web.get(api(node, f"offers/{code}"), headers=headers) as answer:
            return answer.status, await answer.json()

    status, told = await asked(offer["code"], producer)
    assert (status, told) == (
        200,
        {
            "device": "Chrome, Linux on ARM",
            "size": "3840x2160",
            "at": offer["expires_at"] - 600_000,
            "expires_at": offer["expires_at"],
        },
    )
    assert (await asked(other["code"], producer))[1].items() >= {"device": "", "size": ""}.items()
    moderator = {"Authorization": f"Bearer {token_of(node, 'moderator')}"}
    assert (await asked(offer["code"], moderator))[0] == 403
    for _ in range(5):
        status, refused = await asked("WRNGCDES", producer)
        assert (status, refused["error"]["code"]) == (404, "display.code_unknown")
    status, refused = await asked(offer["code"], producer)
    assert (status, refused["error"]["code"]) == (429, "display.too_many_tries")


async def test_qr_code_of_a_screen_leads_a_producer_to_pairing(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{node.url}/pair/ABCD2345/qr.svg") as answer:
        assert answer.content_type == "image/svg+xml"
    async with web.get(f"{node.url}/pair/ABCD2345", headers=HTML) as answer:
        assert answer.status == 401
        assert "producer&#39;s link" in await answer.text()
    async with web.get(f"{node.url}/pair/ABCD<b>") as answer:
        assert answer.status == 404
    async with web.get(f"{node.url}/k/{token_of(node, 'producer')}"):
        pass
    async with web.get(f"{node.url}/pair/abcd2345", allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == f"/e/{SLUG}/produce?pair=ABCD2345"


async def test_five_wrong_codes_are_enough(node: Node) -> None:
    show = await Client(node.url).connect("control", token=token_of(node, "producer"))
    codes = [
        (await show.do("display.pair", code="AAAA", name="x", room="main", layout="now-next"))[
            "error"
        ]["code"]
        for _ in range(6)
    ]
    assert codes == ["display.code_unknown"] * 5 + ["display.too_many_tries"]
    await show.close()


async def test_operations_tell_how_the_node_is(node: Node, web: aiohttp.ClientSession) -> None:
    assert await get_json(f"{node.url}/healthz") == (200, {"ok": True})
    name = node.hubs.relay.node
    ready = {"ready": True, "node": name, "troubles": {}}
    assert await get_json(f"{node.url}/readyz") == (200, ready)
    node.hubs.draining = True
    status, body = await get_json(f"{node.url}/readyz")
    assert (status, body["ready"]) == (503, False)
    assert "draining" in body["troubles"]["node"]
    async with web.get(f"{node.url}/metrics") as answer:
        assert "streamhub_commands_total" in await answer.text()


async def test_home_goes_to_the_event_or_says_that_there_is_none(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{node.url}/?event={SLUG.upper()}", headers=HTML) as answer:
        assert answer.url.path == f"/e/{SLUG}"
    async with web.get(f"{node.url}/?event=<b>", headers=HTML) as answer:
        page = await answer.text()
    assert "<b>" not in page
    assert 'role="alert"' in page


async def test_qr_code_is_an_image_of_the_public_address(
    node: Node, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{node.url}/e/{SLUG}/qr.svg") as answer:
        assert answer.content_type == "image/svg+xml"
        assert (await answer.text()).startswith("<svg ")


async def test_jsonp_and_foreign_origins_do_not_connect(
    node: Node, web: aiohttp.ClientSession
) -> None:
    url = f"{node.url}/socket.io/?EIO=4&transport=polling"
    async with web.get(url + "&j=0") as answer:
        assert answer.status == 400
    async with web.get(url, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    async with web.get(url) as answer:
        assert answer.status == 200


async def test_openapi_describes_every_command(node: Node) -> None:
    _, described = await get_json(f"{node.url}/api/v1/openapi.json")
    one_of = described["paths"]["/api/v1/events/{event}/commands"]["post"]["requestBody"]
    listed = one_of["content"]["application/json"]["schema"]["oneOf"]
    names = {ref["$ref"].rpartition("/")[2] for ref in listed}
    assert {"AskQuestion", "NextSession", "PairDisplay", "CreateLink"} <= names
    assert "Tick" not in names


async def test_newcomers_are_paced_by_the_address_that_the_proxy_tells(tmp_path: Path) -> None:
    async with (
        running(tmp_path, behind_proxy=True) as node,
        aiohttp.ClientSession() as session,
    ):
        url = f"{node.url}/api/v1/events/{SLUG}/participants"

        async def come_from(told: str) -> int:
            async with session.post(url, headers={"X-Forwarded-For": told}) as answer:
                return answer.status

        # what somebody says of themselves stands before what the proxy adds
        crowd = [await come_from(f"192.0.2.{n % 250}, 198.51.100.1") for n in range(330)]
        assert set(crowd) == {201, 429}
        assert await come_from("198.51.100.1, 198.51.100.2") == 201


async def _invite(node: Node, **fields: Any) -> str:
    body = fresh("link.create", role="participant", **fields)
    _, made = await post_json(api(node, "commands"), body, token_of(node, "organiser"))
    return str(made["result"]["token"])


async def test_personal_invitation_opens_the_public_page_as_the_same_participant(
    node: Node, web: aiohttp.ClientSession
) -> None:
    await web.get(f"{node.url}/e/{SLUG}")  # somebody else until then
    token = await _invite(node, name="Zoe")
    async with web.get(f"{node.url}/k/{token}", headers=HTML) as answer:
        assert answer.url.path == f"/e/{SLUG}"
    body = fresh("question.ask", text=TEXT)
    async with web.post(api(node, "commands"), json=body) as answer:
        question = (await answer.json())["result"]["question"]
    link = next(one for one in hub_of(node).state.links.values() if one.name == "Zoe")
    assert str(hub_of(node).state.questions.all[question].author) == link.id
    revoke = fresh("link.revoke", link=link.id)
    await post_json(api(node, "commands"), revoke, token_of(node, "organiser"))
    async with web.post(
        api(node, "commands"), json=fresh("question.ask", text="And now?")
    ) as other:
        question = (await other.json())["result"]["question"]
    assert str(hub_of(node).state.questions.all[question].author) != link.id


async def test_invitation_for_several_is_used_by_the_page_and_not_by_looking_at_it(
    node: Node, web: aiohttp.ClientSession
) -> None:
    token = await _invite(node, uses=2)
    async with web.get(f"{node.url}/k/{token}", headers=HTML, allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/e/{SLUG}#invitation={token}"
    assert not hub_of(node).state.invited
    for status in (200, 200, 409):
        _, somebody = await post_json(api(node, "participants"), {})
        use = fresh("link.use", token=token)
        assert (await post_json(api(node, "commands"), use, somebody["token"]))[0] == status
    assert set(hub_of(node).state.invited.values()) == {
        link.id for link in hub_of(node).state.links.values() if link.uses == 2
    }


def test_words_say_what_is_said_and_leave_what_people_wrote_as_it_is() -> None:
    say = Renderer(default_locale="en").words("es")
    assert say("Approved##question") == "Aprobada"
    told = Said("{name} is not among the tracks.", name="'a##b'")
    assert say(told) == "'a##b' no está entre los ejes temáticos."
