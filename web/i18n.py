"""Gathers the words of pages, templates and `Said`: `python web/i18n.py extract | check | compile`.

`extract` rewrites `locales/streamhub.pot` and brings every .po file up to date, keeping what is
translated. `check` fails when either is not current or a translation is missing. `compile` writes
.mo files for tools that want them; streamhub itself reads the .po files.
"""

# ruff: noqa: INP001, T201 - a command beside the pages, no package; it prints

import ast
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB: Final = Path(__file__).parent
LOCALES: Final = WEB / "locales"
POT: Final = LOCALES / "streamhub.pot"
SOURCE: Final = "en"  # its texts are the keys

_PYTHON: Final = (
    "agenda.py",
    "guard.py",
    "pages.py",
    "programs.py",
    "render.py",
    "results.py",
)

_STRING: Final = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_CALL: Final = re.compile(rf"(?<![\w.])(?:t\(\s*{_STRING}|tn\(\s*{_STRING}\s*,\s*{_STRING})")


def _text(literal: str) -> str:
    inner = literal[1:-1]
    if literal[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    return str(json.loads(f'"{inner}"'))


def _from_script(path: Path) -> Iterator[str | tuple[str, str]]:
    for match in _CALL.finditer(path.read_text(encoding="utf-8")):
        only, one, many = match.groups()
        yield _text(only) if only else (_text(one), _text(many))


def _from_template(path: Path) -> Iterator[str | tuple[str, str]]:
    options = {"trimmed": "true", "silent": "false"}
    for _, message, _, _ in extract_from_file("jinja2", path, options=options):
        yield (message[0], message[1]) if isinstance(message, tuple) else message


def _from_python(path: Path) -> Iterator[str | tuple[str, str]]:
    for _, message, _, _ in extract_from_file("python", path, keywords={"_": None}):
        yield (message[0], message[1]) if isinstance(message, tuple) else message


def _from_said(path: Path) -> Iterator[str | tuple[str, str]]:
    """Find the templates of `Said(…)`, which are literals: anything else could not be found."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)) if "Said(" in source else ():
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Said"
        ):
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            match texts if len(texts) == len(node.args) else []:
                case [str() as only]:
                    yield only
                case [str() as one, str() as many]:
                    yield one, many
                case _:
                    where = f"{path}:{node.lineno}"
                    raise SystemExit(f"{where}: the templates of `Said` must be literals")


def template() -> Catalog:
    """Return the catalog of all texts, each with the files that use it."""
    found = Catalog(project="streamhub", charset="utf-8", fuzzy=False)
    sources = [
        *((path, _from_script) for path in sorted((WEB / "src").rglob("*.ts*"))),
        *((path, _from_template) for path in sorted((WEB / "templates").rglob("*.html"))),
        *((WEB.parent / "streamhub" / "http" / name, _from_python) for name in _PYTHON),
    ]
    sources += ((path, _from_said) for path in sorted((WEB.parent / "streamhub").rglob("*.py")))
    for path, read in sources:
        if path.name.endswith(".test.ts"):
            continue
        for message in read(path):
            found.add(message, locations=[(path.relative_to(WEB.parent).as_posix(), 1)])
    return found


def _written(catalog: Catalog) -> bytes:
    # dates and tool versions are left out: the same texts always make the same bytes
    header = "Texts of streamhub's pages." if catalog.locale is None else f"{catalog.locale}"
    catalog.header_comment = f"# {header}"
    raw = io.BytesIO()
    write_po(raw, catalog, width=100, include_lineno=False, sort_output=True, ignore_obsolete=True)
    text = raw.getvalue().decode()
    return re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator'
        r'|Project-Id-Version|Language-Team): .*\n(?:(?<!\\n"\n)".*\n)*',
        "",
        text,
        flags=re.MULTILINE,
    ).encode()


def _languages() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/streamhub.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def current() -> dict[Path, bytes]:
    """Return what the .pot and the .po files should hold."""
    texts = template()
    result = {POT: _written(texts)}
    for path in _languages():
        catalog = _read(path)
        catalog.update(texts, no_fuzzy_matching=True)
        result[path] = _written(catalog)
    return result


def _missing(path: Path) -> list[str]:
    if path.parent.parent.name == SOURCE:
        return []
    return [
        str(message.id)
        for message in _read(path)
        if message.id
        and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]


def main(asked: str) -> int:
    """Do what was asked; return the exit status."""
    if asked == "extract":
        for path, written in current().items():
            path.write_bytes(written)
        for path in _languages():
            for text in _missing(path):
                print(f"{path.relative_to(WEB)}: not translated: {text}")
        return 0
    if asked == "check":
        wrong = [
            f"{path.relative_to(WEB)}: not current; run `python web/i18n.py extract`"
            for path, written in current().items()
            if not path.exists() or path.read_bytes() != written
        ]
        for path in _languages():
            wrong += [f"{path.relative_to(WEB)}: not translated: {one}" for one in _missing(path)]
        print("\n".join(wrong) or "texts are current")
        return 1 if wrong else 0
    if asked == "compile":
        for path in _languages():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, _read(path))
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
