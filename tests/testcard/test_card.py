"""What the test picture shows: its clock for people and for programs, its words, its letters."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from streamhub.core.ids import Ms
from streamhub.testcard import letters, strip
from streamhub.testcard.card import COLUMNS, HEIGHT, ROWS, WIDTH, Card, colour, planes
from streamhub.testcard.h264 import TILE

AT = Ms(1_795_000_000_000)
CARD = Card(
    title="A conference with a long name that goes on and on, in two or three places at once",
    room="Hall",
    language="en",
    zone=ZoneInfo("America/Mexico_City"),
    place="Mexico City",
    accent="#1d6b52",
    note="Test picture",
)


def levels(card: Card, at: Ms) -> list[int]:
    luma, _, _ = planes(card.picture(at))
    row = (HEIGHT - TILE // 2) * WIDTH
    return list(luma[row + TILE // 2 : row + WIDTH : TILE])


def test_picture_tells_programs_its_instant() -> None:
    for at in (AT, AT + 200, AT + 999_999, 2_300_000_000_123):
        assert strip.read(levels(CARD, Ms(at)), Ms(at - 3_600_000)) == at


def test_strip_that_is_not_one_is_not_read() -> None:
    good = levels(CARD, AT)
    assert strip.read(good[::-1], AT) is None
    assert strip.read([100] * strip.CELLS, AT) is None
    assert strip.read(good[:-1], AT) is None
    for place in range(2, 42):
        wrong = list(good)
        wrong[place] = good[0] + good[1] - good[place]
        assert strip.read(wrong, AT) is None, place


def changed(one: Ms, other: Ms) -> set[int]:
    pairs = zip(CARD.picture(one), CARD.picture(other), strict=True)
    return {place for place, (a, b) in enumerate(pairs) if a != b}


def test_only_clocks_and_pendulum_move() -> None:
    rows = {place // COLUMNS for place in changed(AT, Ms(AT + 200))}
    assert rows == {20, ROWS - 1}
    rows = {place // COLUMNS for place in changed(AT, Ms(AT + 1000))}
    assert rows <= {*range(9, 16), ROWS - 1}
    assert len(changed(AT, Ms(AT + 86_400_000))) > len(changed(AT, Ms(AT + 3_600_000)))


@pytest.mark.parametrize("language", ["es", "pt-BR", "de"])
def test_each_language_has_a_picture_of_its_own(language: str) -> None:
    other = replace(CARD, language=language)
    assert other.picture(AT) != CARD.picture(AT)
    assert strip.read(levels(other, AT), AT) == AT


def test_colours_are_those_of_television() -> None:
    assert colour("#ffffff") == (235, 128, 128)
    assert colour("#000000") == (16, 128, 128)
    assert colour("#ff0000")[2] == 240
    assert colour("#1d6b52", 0.5)[0] < colour("#1d6b52")[0] < colour("#1d6b52", 1.5)[0]


def test_letters_keep_within_their_mask() -> None:
    for text in ("Ñandú, çà & Ångström!", "“?” 漢字 İ", "jgpqy ÁÉÍ"):
        mask = letters.written(text, 20)
        assert len(mask.cover) == mask.width * mask.height
        assert max(mask.cover) == 255
    assert letters.written("i", 20) != letters.written("í", 20)
    assert letters.written("漢", 20) == letters.written("字", 20)  # a box for what it cannot write
    assert letters.length("wide", 20) < letters.length("wider", 20)
