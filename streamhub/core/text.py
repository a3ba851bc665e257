"""What people may type: the Unicode rules for every text that reaches a page or a screen.

NFC; lone surrogates, NUL and control characters refused; bidirectional controls and invisible
characters stripped; at most four combining marks in a row; length counted in graphemes (what a
reader counts) and in bytes. Always plain text. Sources: UAX #15 (NFC), UAX #29 (graphemes), UAX #9
(bidirectional controls).
"""

import unicodedata
from typing import Final

import regex

from streamhub.core.errors import Rejected
from streamhub.core.said import Said

BIDI_CONTROLS: Final = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Characters that turn the reading direction; a name or question has no need of them."""

INVISIBLE: Final = regex.compile(
    r"[\u00ad\u115f\u1160\u180e\u2060-\u2064\u206a-\u206f\u3164\uffa0\ufff9-\ufffb]"
)
"""Characters that show nothing and join nothing: without them, what is blank counts as blank."""

MAX_MARKS: Final = 4
MAX_BYTES: Final = 2048

_REFUSED = regex.compile(r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}]")
_SPACES = regex.compile(r"[\p{Zs}\t\u200b\ufeff]+")
_LINES = regex.compile(r"(?: *\n *)+")
_TOO_MANY_MARKS = regex.compile(rf"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}+")
_GRAPHEME = regex.compile(r"\X")
_SOUNDS: Final = frozenset({0, 7, 8, 9})
"""Combining classes of the marks that make another letter of one: vowel signs, nukta, kana voicing,
virama. All others are accents."""
_NO_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
UNSPACED: Final = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]")
"""Letters of scripts that put no spaces between words."""


def bare(text: str) -> str:
    """Return the words of `text` alone: without accents, case, punctuation and further spaces.

    Two texts of the same words are the same then. Where there is no word at all, as in a row of
    symbols, what was typed stays.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in decomposed if unicodedata.combining(one) in _SOUNDS)
    words = _NO_WORD.sub(" ", unicodedata.normalize("NFKC", kept).casefold()).strip()
    return words or " ".join(text.split())


def graphemes(text: str) -> int:
    """Count what a reader would call characters."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def clean(
    text: str, *, field: str, least: int, most: int, lines: bool = False, max_bytes: int = MAX_BYTES
) -> str:
    """Return `text` as it will be kept, or raise `Rejected`.

    Args:
        text: as it was typed.
        field: the command's field, for the error.
        least: fewest graphemes.
        most: most graphemes.
        lines: whether line breaks stay (else they become spaces).
        max_bytes: most bytes of UTF-8 before anything else is looked at, times two.

    Raises:
        Rejected: `text.invalid`, `text.too_short`, `text.too_long`.
    """
    if len(text) > max_bytes * 2:
        raise Rejected(
            "text.too_long",
            Said(
                "This text has {n} characters; at most {most} fit.",
                n=str(len(text)),
                most=str(most),
            ),
            Said("Shorten it."),
            field=field,
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = text.replace("\u2029", "\n")
    text = _SPACES.sub(" ", INVISIBLE.sub("", text.translate(BIDI_CONTROLS)))
    text = _LINES.sub("\n" if lines else " ", text).strip(" \n")
    if found := _REFUSED.search(text.replace("\n", "")):
        raise Rejected(
            "text.invalid",
            Said(
                "This text holds {character}, which cannot be shown.",
                character=f"U+{ord(found.group()):04X}",
            ),
            Said("Remove control characters and broken symbols; paste it as plain text."),
            field=field,
        )
    text = _TOO_MANY_MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    count = graphemes(text)
    if count < least:
        raise Rejected(
            "text.too_short",
            Said(
                "This text has {n} characters; at least {least} are needed.",
                n=str(count),
                least=str(least),
            ),
            Said("Write a little more."),
            field=field,
        )
    if count > most:
        raise Rejected(
            "text.too_long",
            Said("This text has {n} characters; at most {most} fit.", n=str(count), most=str(most)),
            Said("Shorten it."),
            field=field,
        )
    if (size := len(text.encode())) > max_bytes:
        raise Rejected(
            "text.too_long",
            Said(
                "This text takes {n} bytes; at most {most} fit.", n=str(size), most=str(max_bytes)
            ),
            Said("Use fewer composed characters."),
            field=field,
        )
    return text
