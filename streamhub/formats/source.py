"""A file as it came, and what it turns out to hold: text, JSON, XML or a zip, each parsed once.

Everything that a hostile file could do to a parser is refused here, by the numbers in `limits.py`:
too large, too deep, too many, entities, bombs, encodings that are none.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Final, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from streamhub.core.said import Said
from streamhub.formats import limits
from streamhub.formats.draft import Note
from streamhub.formats.limits import refuse, within

_BOMS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SPACE: Final = b" \t\r\n"


class Source:
    """One file. `beside` has further files that came with it, by name."""

    def __init__(
        self, data: bytes, name: str = "", beside: Mapping[str, bytes] | None = None
    ) -> None:
        within(len(data), limits.MAX_BYTES, Said("bytes"))
        beside_it = sum(map(len, (beside or {}).values()))
        within(beside_it, limits.MAX_BYTES * 2, Said("bytes beside it"))
        self.data = data
        self.name = name.lower()
        self.beside = dict(beside or {})
        self.notes: list[Note] = []

    @cached_property
    def head(self) -> bytes:
        """The first bytes that are no space or byte order mark."""
        start = self.data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)
        return start[:64]

    @property
    def is_json(self) -> bool:
        """Whether it can be JSON only."""
        return self.head[:1] in {b"{", b"["}

    @property
    def is_xml(self) -> bool:
        """Whether it is XML, and not HTML."""
        start = self.head.lower()
        return start.startswith(b"<") and not start.startswith((b"<!doctype html", b"<html"))

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip file."""
        return self.data.startswith(b"PK\x03\x04")

    @cached_property
    def text(self) -> str:
        """The file as text: UTF-8, UTF-16 with its mark, or what Windows wrote, which is noted."""
        for mark, encoding in _BOMS:
            if self.data.startswith(mark):
                try:
                    return self.data.decode(encoding)
                except UnicodeDecodeError:
                    refuse(
                        Said("The file is not the UTF-16 that it says."), Said("Save it as UTF-8.")
                    )
        if self.data.count(0, 0, 4096):
            refuse(
                Said("The file is not text."),
                Said("Save the agenda in one of the formats that are read."),
            )
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = Said("The file is not UTF-8; it is read as Windows-1252.")
            self.notes.append(Note("assumed", None, "", text))
            return self.data.decode("cp1252", "replace")

    @cached_property
    def json(self) -> object:
        """The file as JSON."""
        return parse_json(self.data)

    @cached_property
    def xml(self) -> Element:
        """The root of the file as XML."""
        return parse_xml(self.data)

    @cached_property
    def members(self) -> Mapping[str, bytes]:
        """The files in it if it is a zip, by their plain names; else those that came with it."""
        if not self.is_zip:
            return self.beside
        return {
            name: self.member(name)
            for name in self.names
            if name.lower().endswith((".json", ".txt"))
        }

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of what is in the zip; refused here if it is a bomb."""
        try:
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            refuse(Said("The zip file is broken."), Said("Save or download it again."))
        within(
            len(infos), limits.MAX_MEMBERS, Said("members"), Said("Leave out what is no agenda.")
        )
        within(
            sum(info.file_size for info in infos),
            limits.MAX_UNPACKED,
            Said("bytes when unpacked"),
            Said("Leave out pictures and further sheets."),
        )
        for info in infos:
            if (
                info.file_size > limits.MAX_SMALL
                and info.file_size > info.compress_size * limits.MAX_RATIO
            ):
                refuse(
                    Said(
                        "In the zip file {name} is packed more than {times} times, as no agenda "
                        "is.",
                        name=repr(info.filename[:80]),
                        times=limits.MAX_RATIO,
                    ),
                    Said("Save the agenda again, without empty rows and columns."),
                )
            if info.flag_bits & 1:
                refuse(Said("The zip file has a password."), Said("Save it without one."))
        return tuple(info.filename for info in infos)

    @cached_property
    def _zip(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(io.BytesIO(self.data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            refuse(Said("The zip file is broken."), Said("Save or download it again."))

    def member(self, name: str) -> bytes:
        """Unpack one member of the zip file."""
        if name not in self.names:
            refuse(Said("The zip file has no {name}.", name=repr(name)), Said("Save it again."))
        try:
            with self._zip.open(name) as member:
                return member.read(limits.MAX_UNPACKED)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
            refuse(
                Said("In the zip file {name} is broken.", name=repr(name[:80])),
                Said("Save or download it again."),
            )


def parse_json(data: bytes) -> object:
    """Parse JSON within the limits."""
    within(data.count(b"[") + data.count(b"{"), limits.MAX_NODES, Said("lists and objects"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(
            Said("The byte {byte} is not UTF-8.", byte=f"0x{data[error.start]:02X}"),
            Said("Save the file in the encoding UTF-8."),
            data.count(b"\n", 0, error.start) + 1,
        )
    try:
        tree = json.loads(text, parse_int=_number, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        refuse(
            Said("This is not JSON: {why}, at column {column}.", why=error.msg, column=error.colno),
            Said("Look for a comma or quote that is missing or too many; download the file again."),
            error.lineno,
        )
    except RecursionError:
        _too_deep()
    _measure(tree)
    return tree


def _number(digits: str) -> int:
    if len(digits) > limits.MAX_DIGITS:
        refuse(
            Said(
                "A number has {n} digits; {most} are the most.",
                n=len(digits),
                most=limits.MAX_DIGITS,
            ),
            Said("Correct it."),
        )
    return int(digits)


def _too_deep() -> NoReturn:
    refuse(
        Said("This is nested more than {most} deep.", most=limits.MAX_DEPTH),
        Said("No agenda is; export it again."),
    )


def _measure(tree: object) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > limits.MAX_DEPTH:
            _too_deep()
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]


class _Measured(TreeBuilder):
    """Builds the tree while it is neither too deep nor too large."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        self.count += 1
        if self.depth > limits.MAX_DEPTH:
            _too_deep()
        within(self.count, limits.MAX_NODES, Said("elements"))
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def parse_xml(data: bytes) -> Element:
    """Parse XML without document types, entities or anything fetched."""
    parser = DefusedXMLParser(target=_Measured(), forbid_dtd=True)
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException:
        refuse(
            Said("The XML declares a document type or entities, which are not read."),
            Said("Remove everything that starts with <!DOCTYPE or <!ENTITY."),
        )
    except ParseError as error:
        refuse(
            Said("This is not XML: {why}.", why=str(error).partition(":")[0]),
            Said("Export or download the file again."),
            error.position[0],
        )
    except (ValueError, LookupError):
        refuse(Said("The encoding of the XML is not known."), Said("Save it as UTF-8."))
    if not isinstance(root, Element):
        refuse(Said("The XML is empty."), Said("Export or download the file again."))
    return root
