"""Texts from elsewhere, as streamhub shows them: plain, with paragraphs, nobody's e-mail address.

HTML is reduced, never rendered; what core refuses (control characters and the like) is left out.
"""

import html
import re
from typing import Final

import regex

from streamhub.core.errors import Rejected
from streamhub.core.text import clean
from streamhub.formats.moments import in_words

_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?P<rest>(?:\s[^<>]*)?)/?>"
)
_COMMENT: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[|\]\]>|<![A-Za-z][^<>]*>", re.DOTALL)
_UNSEEN: Final = re.compile(
    r"<(script|style|template|noscript|iframe|object)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_KNOWN: Final = frozenset(
    in_words(
        "a abbr acronym address article aside b bdi bdo big blockquote body br button center cite "
        "code col dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 "
        "head header hr html i iframe img input ins kbd label li link main mark meta nav ol p "
        "picture pre q s samp script section small source span strike strong style sub summary sup "
        "table tbody td template tfoot th thead title tr tt u ul var video wbr"
    )
)
_BLOCKS: Final = frozenset(
    in_words(
        "address article aside blockquote br center dd details div dl dt figure footer h1 h2 h3 h4 "
        "h5 h6 header hr main nav ol p pre section table tr ul body html"
    )
)
_LOOKS_LIKE_HTML: Final = re.compile(
    r"</?(?:p|br|div|ul|ol|li|a|b|i|em|strong|span|h[1-6]|u|code|pre|img|blockquote)\b[^<>]*>"
    r"|&(?:amp|lt|gt|quot|nbsp|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
_HREF: Final = re.compile(r"href\s*=\s*(?:\"(https?://[^\"<>\s]+)\"|'(https?://[^'<>\s]+)')")
_EMAIL: Final = re.compile(
    r"(?:mailto:)?\b[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}"
    r"(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}\b"
)
_LEFT_OVER: Final = re.compile(r"[(<\[]\s*[)>\]]")
_REFUSED: Final = regex.compile(r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}--\n\t\r]", regex.VERSION1)
_GRAPHEME: Final = regex.compile(r"\X")


def from_html(text: str) -> str:
    """Reduce HTML to plain text; text that is none comes back as it is."""
    if not _LOOKS_LIKE_HTML.search(text):
        return text
    text = _COMMENT.sub(" ", _UNSEEN.sub(" ", text))
    if "<" in text:
        blocky = re.search(r"</?(?:p|br|div|li|ul|h[1-6])\b", text, re.IGNORECASE) is not None
        if blocky:
            text = " ".join(text.split()) if "<pre" not in text.lower() else text
        text = _TAG.sub(_in_place_of, text)
    return html.unescape(text)


def _in_place_of(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name not in _KNOWN:
        return tag[0]
    if name == "li":
        return "" if tag["end"] else "\n• "
    return "\n" if name in _BLOCKS else ("\t" if name in {"td", "th"} else "")


def without_emails(text: str) -> tuple[str, bool]:
    """Take e-mail addresses out; tell whether there were any."""
    if "@" not in text:
        return text, False
    out, count = _EMAIL.subn("", text)
    return (_LEFT_OVER.sub("", out), True) if count else (text, False)


def tidy(text: str, most: int, *, lines: bool = False) -> tuple[str, bool]:
    """Make a text one that core takes; tell whether it had to be cut."""
    rough = text[: most * 8]
    rough = _REFUSED.sub("", rough.replace("\u2028", "\n").replace("\u2029", "\n"))
    try:
        return (
            clean(rough, field="", least=0, most=most, lines=lines, max_bytes=most * 8),
            len(rough) < len(text) and len(text) > most * 8,
        )
    except Rejected:
        shorter = "".join(found[0] for found in _first(rough, most - 1)).rstrip() + "…"
        return clean(shorter, field="", least=0, most=most, lines=lines, max_bytes=most * 8), True


def _first(text: str, most: int) -> list["regex.Match[str]"]:
    """Take as many graphemes as fit into the number and into the bytes."""
    taken: list[regex.Match[str]] = []
    left = most * 6
    for found in _GRAPHEME.finditer(text):
        left -= len(found[0].encode())
        if len(taken) == most or left < 0:
            break
        taken.append(found)
    return taken
