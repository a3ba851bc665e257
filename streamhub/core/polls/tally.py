"""Counting answers: what one answer more or less makes of the counts of a poll.

A hall of ten thousand answers: nothing here looks at more than the answer, and at as many words as
are shown. Only when so many of the foremost words were taken back that there are not enough of them
any more, all words are looked at once.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import Final

import regex

from streamhub.core.polls.state import Ballot, Mark, Poll, PollKind, Tally, Word
from streamhub.core.table import Map, Table
from streamhub.core.values import changed

WORDS_SHOWN: Final = 60
"""How many words a cloud has at most."""
WORDS_KEPT: Final = 2 * WORDS_SHOWN
"""How many words are kept in order."""
NO_SPELLINGS: Final[Map[str, int]] = Map()


def folded(word: str) -> str:
    """Return how `word` is counted: width and case make no difference (NFKC, case folding)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())


# --- word lists --------------------------------------------------------------------------------

_PARTS: Final = regex.compile(r"[\p{L}\p{N}]+")


def _bare(text: str) -> str:
    """`text` as word lists see it: words between spaces, without case and accents."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return f" {' '.join(_PARTS.findall(plain))} "


def listed(words: Iterable[str], lists: Mapping[str, Sequence[str]]) -> list[str]:
    """Return those of `words` in which something of `lists` occurs, word by word.

    Args:
        words: as they were typed.
        lists: by language, what is held back until somebody of the crew has read it.
    """
    bad = {_bare(one) for several in lists.values() for one in several} - {"  "}
    return [word for word in words if any(one in _bare(word) for one in bad)]


# --- counting ----------------------------------------------------------------------------------


def counted(poll: Poll, tally: Tally, ballot: Ballot, by: int) -> Tally:
    """Return `tally` with one ballot more (`by` is 1) or less (-1)."""
    counts = tally.counts
    for place, choice in enumerate(ballot.choices):
        points = len(poll.options) - place if poll.kind is PollKind.RANKING else 1
        counts = _moved(counts, choice, by * points)
    if ballot.rating is not None:
        counts = _moved(counts, str(ballot.rating), by)
    after = changed(tally, total=tally.total + by, counts=counts)
    for word in ballot.words:
        after = _worded(after, poll, word, by)
    return after


def _moved(counts: Table[str, int], name: str, by: int) -> Table[str, int]:
    count = counts.get(name, 0) + by
    return counts.set(name, count) if count else counts.delete(name)


def _worded(tally: Tally, poll: Poll, spelling: str, by: int) -> Tally:
    name = folded(spelling)
    is_away = poll.marks.get(name, Mark.SHOWN) is not Mark.SHOWN
    words = tally.away if is_away else tally.words
    word = _spelled(words.get(name), spelling, by)
    words = words.delete(name) if word is None else words.set(name, word)
    if is_away:
        return changed(tally, away=words)
    return changed(tally, words=words, top=_placed(tally.top, words, name))


def _spelled(word: Word | None, spelling: str, by: int) -> Word | None:
    """Return `word` with one more or less who spells it so; None where nobody says it any more."""
    spellings = _moved(NO_SPELLINGS if word is None else word.spellings, spelling, by)
    if not spellings:
        return None
    best = spelling if word is None else word.spelling
    if by < 0:
        if spelling == best:
            best = min(spellings, key=lambda one: (-spellings[one], one))
    elif (-spellings[spelling], spelling) < (-spellings[best], best):
        best = spelling
    return Word(n=(0 if word is None else word.n) + by, spelling=best, spellings=spellings)


def marked(poll: Poll, tally: Tally, name: str, mark: Mark) -> tuple[Poll, Tally]:
    """Return both after `mark` was said of a word, which goes out of sight by it or comes back."""
    poll = changed(poll, marks=poll.marks.set(name, mark))
    words, away = tally.words, tally.away
    if mark is Mark.SHOWN:
        if name not in away:
            return poll, tally
        words, away = words.set(name, away[name]), away.delete(name)
    else:
        if name not in words:
            return poll, tally
        words, away = words.delete(name), away.set(name, words[name])
    return poll, changed(tally, words=words, away=away, top=_placed(tally.top, words, name))


# --- the foremost words ------------------------------------------------------------------------


def _placed(top: tuple[str, ...], words: Table[str, Word], name: str) -> tuple[str, ...]:
    """Return the foremost of `words`, of which only `name` is not as it was when they were `top`.

    They are the first by rank of all, some more than are shown, so that a few can fall out before
    all must be looked at.
    """

    def rank(one: str) -> tuple[int, str]:
        return -words[one].n, one

    others = [one for one in top if one != name]
    if name in words:
        place = bisect_left(others, rank(name), key=rank)
        if place < len(others) or len(words) == len(others) + 1:
            others.insert(place, name)
    if len(others) < min(WORDS_SHOWN, len(words)):
        others = nsmallest(WORDS_KEPT, words, key=rank)
    return tuple(others[:WORDS_KEPT])
