"""The docs name everything that there is: read from the code, so that no list has to be kept."""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import typer.main
from aiohttp import web
from prometheus_client.metrics import MetricWrapperBase

from streamhub.cli import cli
from streamhub.core.agenda import Kind
from streamhub.core.displays import Layout
from streamhub.core.errors import CODES
from streamhub.core.event import COMMAND_TYPES, SYSTEM, Decision, EventCreated, begin
from streamhub.core.ids import RoomId
from streamhub.core.openings import Opening
from streamhub.core.questions import QuestionStatus
from streamhub.core.roles import MAY_SEE, WHO, Role
from streamhub.core.rundown import Status
from streamhub.core.views import View, ViewState, project, shapes
from streamhub.formats import AgendaFileError, own
from streamhub.formats.sample import sample
from streamhub.http import (
    agenda,
    api,
    intake,
    operations,
    pages,
    pairing,
    programs,
    results,
    watched,
)
from streamhub.hub import metrics
from streamhub.protocol.errors import status_of
from streamhub.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += sorted(DOCS.glob("*.md"))

ROUTES = [
    route
    for table in (
        pages.routes,
        agenda.routes,
        api.routes,
        pairing.routes,
        intake.routes,
        watched.routes,
        programs.routes,
        results.routes,
        operations.routes,
    )
    for route in table
    if isinstance(route, web.RouteDef)
]


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows_of(name: str) -> dict[str, list[str]]:
    """The rows of a page's tables, by each code in their first cell; the first such row counts."""
    found: dict[str, list[str]] = {}
    for line in text_of(name).splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip().removeprefix("|").split("|")]
            for code in re.findall(r"`([^`]+)`", cells[0]):
                found.setdefault(code, cells[1:-1])
    return found


PROTOCOL = rows_of("protocol.md")


@pytest.mark.parametrize("kind", COMMAND_TYPES)
def test_docs_name_every_command_with_its_fields_and_roles(kind: str) -> None:
    cells = PROTOCOL[kind]
    fields = [
        field.name + ("" if field.default is dataclasses.MISSING else "?")
        for field in dataclasses.fields(COMMAND_TYPES[kind])
        if field.name != "type"
    ]
    assert re.findall(r"`([^`]+)`", cells[0]) == fields
    assert set(cells[1].split(", ")) == {role.value for role in WHO[kind].roles}


@pytest.mark.parametrize("code", CODES)
def test_docs_name_every_error_code_with_its_status(code: str) -> None:
    status, retryable, meaning = PROTOCOL[code]
    assert (status, retryable) == (str(status_of(code)), "yes" if CODES[code] else "no")
    assert meaning


@pytest.mark.parametrize("view", list(View))
def test_docs_name_every_view_with_its_roles(view: View) -> None:
    assert set(PROTOCOL[view.value][0].split(", ")) == {role.value for role in MAY_SEE[view.value]}


def fields_of_views() -> Iterator[tuple[str, str]]:
    for shape in vars(shapes).values():
        if isinstance(shape, type) and hasattr(shape, "__required_keys__"):
            for field in shape.__annotations__:
                yield shape.__name__, field


@pytest.mark.parametrize(("shape", "field"), list(fields_of_views()))
def test_docs_name_every_field_of_a_view(shape: str, field: str) -> None:
    assert re.search(rf"`{field}\??`", text_of("protocol.md")), f"{shape}.{field} is not named"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_docs_name_every_page_and_api_route(route: web.RouteDef) -> None:
    is_api = route.path.startswith("/api/")
    assert (f"{route.method} {route.path}" if is_api else route.path) in PROTOCOL


@pytest.mark.parametrize("name", Settings.model_fields)
def test_docs_name_every_setting_with_its_variable(name: str) -> None:
    assert rows_of("operations.md")[name][0] == f"`STREAMHUB_{name.upper()}`"


def names_of_metrics() -> Iterator[str]:
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            for family in metric.describe():
                yield family.name + ("_total" if family.type == "counter" else "")


@pytest.mark.parametrize("name", list(names_of_metrics()))
def test_docs_name_every_metric(name: str) -> None:
    assert name in rows_of("operations.md")


def words_of_the_command_line() -> Iterator[str]:
    group: Any = typer.main.get_command(cli)
    for name, command in group.commands.items():
        yield f"streamhub {name}"
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                if option.startswith("--"):
                    yield option


@pytest.mark.parametrize("words", sorted(set(words_of_the_command_line())))
def test_docs_name_every_command_and_option_of_the_command_line(words: str) -> None:
    named = {" ".join(name.split()[:2]) for name in rows_of("operations.md")}
    assert words in named


@pytest.mark.parametrize(
    "word",
    sorted({*Role, *View, *Layout, *QuestionStatus, *Status, *Opening}),
)
def test_glossary_names_roles_views_layouts_and_statuses(word: str) -> None:
    assert re.search(rf"\*\*{word}\*\*|`{word}`", text_of("glossary.md"))


@pytest.mark.parametrize(
    "key",
    sorted(
        {*own.FILE, *own.EVENT, *own.ZONE, *own.ROOM, *own.TRACK, *own.SPEAKER, *own.SESSION, *Kind}
    ),
)
def test_agenda_page_names_every_key_and_kind(key: str) -> None:
    assert f"`{key}`" in text_of("agenda.md")


def fields_of_now() -> Iterator[str]:
    created = EventCreated(slug="sample", agenda=sample())
    state = begin(Decision(by=SYSTEM, at=0, facts=(created,)))
    view = cast("ViewState", project(state, View.STAGE, None))
    yield from programs.row_of(view, RoomId("main"), 0, str, "en")


@pytest.mark.parametrize("word", [*fields_of_now(), *programs.STATES, *programs.BUTTONS])
def test_control_page_names_every_field_state_and_button(word: str) -> None:
    assert word in rows_of("control.md")


def example() -> bytes:
    found = re.search(r"```yaml\n(event:\n.*?)```", text_of("agenda.md"), re.DOTALL)
    assert found
    return found[1].encode()


def test_agenda_example_is_read_without_a_doubt() -> None:
    read = own.read_yaml(example())
    agenda = read.agenda
    said = (
        f"{agenda.title}: {len(agenda.sessions)} sessions in {len(agenda.rooms)} room(s), "
        f"{len(agenda.speakers)} speakers, {agenda.timezone}."
    )
    assert not read.notes
    assert said in text_of("agenda.md")


def test_agenda_example_breaks_as_the_page_shows() -> None:
    broken = example()
    for well, wrong in (
        (b"timezone: Europe/Amsterdam", b"timezone: CET"),
        (b"kind: opening", b"kind: openning"),
        (b"duration: 15m", b"duration: soon"),
    ):
        broken = broken.replace(well, wrong, 1)
    with pytest.raises(AgendaFileError) as error:
        own.read_yaml(broken)
    shown = "\n".join(f"  {problem}" for problem in error.value.problems)
    assert f"{len(error.value.problems)} problem(s) in the agenda file" in text_of("agenda.md")
    assert shown in text_of("agenda.md")


def test_architecture_has_the_floors_of_the_import_contract() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert "```\n" + "\n".join(layers) + "\n```" in text_of("architecture.md")


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(ROOT / "streamhub").as_posix()
        for path in (ROOT / "streamhub").rglob("*.py")
        if path.name != "__init__.py"
    ),
)
def test_architecture_shows_every_file_of_the_house(path: str) -> None:
    text = text_of("architecture.md")
    *folders, name = path.split("/")
    assert name in text
    assert all(f"{folder}/" in text for folder in folders)


# --- links -------------------------------------------------------------------------------------


def anchors_of(path: Path) -> set[str]:
    """How GitHub names the headings of a page."""
    lines = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).splitlines()
    titles = [line.lstrip("# ") for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if not re.match(r"[a-z]+:", target):
                yield page, target


@pytest.mark.parametrize(
    ("page", "target"),
    list(links()),
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_links_lead_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    there = page.parent / path if path else page
    if there.parent == DOCS / "images" and not there.parent.is_dir():
        return  # the pictures come later, all at once; from then on each must be there
    assert there.exists()
    assert not anchor or anchor in anchors_of(there)
