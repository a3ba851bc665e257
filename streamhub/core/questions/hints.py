"""Hints for moderators: which words of the event's lists occur in a text. Nothing else follows.

Case and accents make no difference. A word is found as a word, not inside another one, except in
scripts that put no spaces between words.
"""

from functools import lru_cache
from typing import NamedTuple

from streamhub.core.table import Map
from streamhub.core.text import UNSPACED, bare


class _Lists(NamedTuple):
    """The words of all lists, each bare and as it was written: single words, and all others."""

    single: dict[str, str]
    others: list[tuple[str, str]]


@lru_cache(maxsize=16)
def _prepared(words: Map[str, tuple[str, ...]]) -> _Lists:
    single: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for language in sorted(words):
        for word in words[language]:
            plain = bare(word)
            if UNSPACED.search(plain):
                others.append((plain, word))
            elif " " in plain:
                others.append((f" {plain} ", word))
            else:
                single.setdefault(plain, word)
    return _Lists(single, others)


def hints(words: Map[str, tuple[str, ...]], text: str) -> list[str]:
    """Return the words of the lists that occur in `text`, as the lists write them, sorted."""
    if not words:
        return []
    lists, plain = _prepared(words), f" {bare(text)} "
    found = {lists.single[word] for word in plain.split() if word in lists.single}
    found |= {word for bared, word in lists.others if bared in plain}
    return sorted(found)
