"""The rules for typed text, each shown once, and what holds for any text at all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamhub.core.errors import Rejected
from streamhub.core.text import BIDI_CONTROLS, INVISIBLE, MAX_MARKS, clean, graphemes


def tidy(text: str, *, least: int = 1, most: int = 280, lines: bool = False) -> str:
    return clean(text, field="text", least=least, most=most, lines=lines)


def refusal(text: str, *, least: int = 1, most: int = 280) -> tuple[str, str | None]:
    with pytest.raises(Rejected) as caught:
        tidy(text, least=least, most=most)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("e\u0301", "\u00e9"),  # NFC
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("  a \t b\u00a0\u2003c\u200bd\ufeff ", "a b c d"),  # every space is a space
        ("a\r\nb\rc\u2028d\u2029e", "a b c d e"),
        ("\u202eevil\u202c \u2067x\u2069\u200f\u061c", "evil x"),  # bidirectional controls
        ("soft\u00adhyphen \u2060joined\u3164", "softhyphen joined"),  # invisible
        ("z" + "\u0301" * 9, "\u017a" + "\u0301" * MAX_MARKS),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("<b>&amp;</b>", "<b>&amp;</b>"),  # always plain text
    ],
)
def test_text_is_kept_as_it_will_be_shown(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


def test_text_keeps_single_line_breaks_where_lines_are_wanted() -> None:
    assert tidy(" a \r\n\n\u2028 b \n", lines=True) == "a\nb"


@pytest.mark.parametrize(
    "broken",
    ["\ud83d", "a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\ue000b", "a\uffffb", "a\x0bb", "\x0cab"],
)
def test_text_with_what_cannot_be_shown_is_refused(broken: str) -> None:
    assert refusal(broken) == ("text.invalid", "text")


def test_text_length_is_counted_in_graphemes() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    flag = "\U0001f1e7\U0001f1ea"
    thumb = "\U0001f44d\U0001f3fd"
    assert graphemes(family + flag + thumb + "e\u0301" + "\u0928\u093f") == 5
    assert tidy(family * 5, least=5, most=5) == family * 5
    assert refusal(family * 6, most=5) == ("text.too_long", "text")
    assert refusal(family * 4, least=5) == ("text.too_short", "text")


def test_text_that_is_blank_counts_as_nothing() -> None:
    for blank in ("", "   ", "\u200e\u200f", "\u2060" * 9, "\u3164\u00ad", "\n\n"):
        assert refusal(blank) == ("text.too_short", "text")


def test_text_length_is_bounded_in_bytes_too() -> None:
    stacked = ("a" + "\u0323\u0330\u0331\u0332") * 250
    with pytest.raises(Rejected) as caught:
        tidy(stacked)
    assert (caught.value.code, caught.value.message) == (
        "text.too_long",
        "This text takes 2250 bytes; at most 2048 fit.",
    )


def test_text_of_absurd_length_is_refused_unread() -> None:
    assert refusal("\x00" * 5000) == ("text.too_long", "text")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=60))
def test_text_once_cleaned_stays_as_it_is(typed: str) -> None:
    try:
        kept = tidy(typed, lines=True)
    except Rejected:
        return
    assert tidy(kept, lines=True) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not set(map(ord, kept)) & BIDI_CONTROLS.keys()
    assert INVISIBLE.search(kept) is None
    assert kept == kept.strip()


@given(st.text(max_size=60))
def test_text_is_kept_or_refused_whatever_it_is(typed: str) -> None:
    try:
        kept = tidy(typed)
    except Rejected as refused:
        code = refused.code
    else:
        code = "kept" if 1 <= graphemes(kept) <= 280 and "\n" not in kept else "wrong"
    assert code in {"kept", "text.invalid", "text.too_short"}
