"""What is said of a file can be said in every language: its templates are in the catalogs."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from reading import FIXTURES, read

import streamhub
from streamhub.core.said import Said
from streamhub.formats.problems import AgendaFileError

HOUSE: Final = Path(streamhub.__file__).parent
WEB: Final = HOUSE.parent / "web"
SAYING: Final = [
    *sorted((HOUSE / "formats").glob("*.py")),
    HOUSE / "core" / "agenda.py",
    HOUSE / "http" / "understood.py",
    HOUSE / "http" / "fetch.py",
]
"""What says something of a file."""
SAYERS: Final = {
    *("Note", "Ask", "Problem", "Doubt", "Flaw", "Declined", "DraftSession"),
    *("note", "count", "refuse", "within", "problem", "language_code", "did_you_mean", "_fail"),
}
"""What is called with what is said."""

pytestmark = pytest.mark.skipif(not WEB.is_dir(), reason="there is no checkout")


@pytest.fixture(scope="module")
def words() -> ModuleType:
    spec = importlib.util.spec_from_file_location("i18n", WEB / "i18n.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def catalogs(words: ModuleType) -> dict[str, Catalog]:
    found = {path.parent.parent.name: words._read(path) for path in words._languages()}
    assert {"en", "es"} <= found.keys()
    return found


def calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def templates() -> list[list[str]]:
    """All templates in the source: one, or one and many."""
    return [
        [str(arg.value) for arg in call.args if isinstance(arg, ast.Constant)]
        for path in sorted(HOUSE.rglob("*.py"))
        for call in calls(path.read_text())
        if called(call) == "Said"
    ]


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def not_said(source: str) -> list[int]:
    """The lines where something is said in words that no catalog has: words and spaces."""
    return [
        arg.lineno
        for call in calls(source)
        if called(call) in SAYERS
        for arg in [*call.args, *(one.value for one in call.keywords)]
        for part in ([arg.body, arg.orelse] if isinstance(arg, ast.IfExp) else [arg])
        if any(re.search(r"[A-Za-z] ", text) for text in literals(part))
    ]


def literals(node: ast.expr) -> list[str]:
    """What is written in a text, between what fills it."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [str(one.value) for one in parts if isinstance(one, ast.Constant)]


def translations(catalog: Catalog, texts: list[str]) -> list[str]:
    """Return what a catalog has for a template: nothing, a text, or a text for each number."""
    message = catalog.get(texts[0])
    assert message is not None, f"{texts[0]}; run `python web/i18n.py extract`"
    assert list(message.id if message.pluralizable else [message.id]) == texts
    said = message.string
    return [str(one) for one in (said if isinstance(said, tuple | list) else [said]) if one]


def test_every_template_is_in_every_catalog(catalogs: dict[str, Catalog]) -> None:
    found = templates()
    assert len(found) > 150
    for locale, catalog in catalogs.items():
        for texts in found:
            forms = 1 if len(texts) == 1 else catalog.num_plurals
            said = translations(catalog, texts)
            assert len(said) == forms or locale == "en", f"{locale}: {texts[0]}"
            for one in said:  # with the same places to fill
                assert places(one) == places(texts[-1]), f"{locale}: {one}"


def test_every_place_has_a_value() -> None:
    for path in sorted(HOUSE.rglob("*.py")):
        for call in calls(path.read_text()):
            names = {one.arg for one in call.keywords}
            if called(call) != "Said" or None in names:
                continue
            for arg in call.args:
                assert isinstance(arg, ast.Constant), f"{path}:{call.lineno}"
                assert places(str(arg.value)) == names, f"{path}:{call.lineno}"
            assert len(call.args) == 1 or "n" in names


@pytest.mark.parametrize("path", SAYING, ids=lambda path: path.name)
def test_nothing_is_said_in_words_that_no_catalog_has(path: Path) -> None:
    assert not_said(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        'draft.note("warning", f"Row {n} is odd.")',
        'draft.note("warning", "It is odd.")',
        'self.asks.append(Ask("date", "The text has no date."))',
        'refuse(Said("It is odd."), "Save it again.")',
        'Problem("rooms", Said("It is odd.") if odd else "It is even.", Said("Correct it."))',
        'DraftSession(row=f"row {n}")',
    ],
)
def test_words_that_no_catalog_has_are_found(source: str) -> None:
    assert not_said(source) == [1]


@pytest.mark.parametrize("text", ['f"Row {n} is odd."', "text", '"one", many', '"a", "b", "c"', ""])
def test_templates_that_are_no_literals_are_refused(
    words: ModuleType, tmp_path: Path, text: str
) -> None:
    source = tmp_path / "odd.py"
    source.write_text(f"\nSaid({text})\n")
    with pytest.raises(SystemExit, match=r"odd\.py:2: the templates of `Said` must be literals"):
        list(words._from_said(source))
    source.write_text('Said("one", "many", n=1)\nSaid("a" "b")\n')
    assert list(words._from_said(source)) == [("one", "many"), "ab"]


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_all_that_is_told_of_a_file_is_said(path: Path) -> None:
    reading = read(path.read_bytes(), path.name)
    for note in reading.notes:
        assert isinstance(note.text, Said), note
        assert note.row is None or isinstance(note.row, Said), note
    assert all(isinstance(ask.why, Said) for ask in reading.asks)
    for one in reading.problems:
        assert isinstance(one.message, Said), one
        assert isinstance(one.hint, Said), one


@pytest.mark.parametrize(
    "text",
    [
        "event: {titel: x, timezone: CET}\nrooms: no\nsessions: [{id: A b, start: soon}]\n",
        "event: {title: T, timezone: UTC, accent: red, languages: [english]}\n",
        "event: {title: T, timezone: UTC}\nrooms: [{id: a}]\nsessions: [{id: s, start: x}]\n",
        "event: &anchor\nsessions: *anchor\n",
        "event: {title: T\nsessions:\n",
        "",
    ],
)
def test_all_that_is_wrong_with_a_file_is_said(text: str) -> None:
    with pytest.raises(AgendaFileError) as caught:
        read(text, "agenda.yaml")
    for one in caught.value.problems:
        assert isinstance(one.message, Said), one
        assert isinstance(one.hint, Said), one
