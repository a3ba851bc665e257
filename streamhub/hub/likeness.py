"""Which questions say the same: suggestions, to vote instead of asking again, and to merge.

Texts are compared by their bare words (`core/text.py`) with rapidfuzz. Only those are compared that
share words which few others have: what is in hundreds of questions tells nothing. What was found is
kept for as long as both texts stand.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter
from typing import Final

from rapidfuzz import fuzz

from streamhub.core.event import EventState
from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.questions import Question, QuestionStatus
from streamhub.core.text import UNSPACED, bare
from streamhub.protocol.messages import AlikeGroup, LikeQuestion

LIKE_LEAST: Final = 60
"""The least likeness of what is offered to somebody who types."""
LIKE_MOST: Final = 5
NEAR: Final = 25
"""How much less like than the likest something may be: any two sentences are a little alike."""
ALIKE_LEAST: Final = 78
"""The least likeness of what is suggested to moderators for merging."""
GROUPS_MOST: Final = 50
COMMON: Final = 60
"""A key that so many questions have tells nothing of any two of them."""
MANY: Final = 500
"""Of a key that is in every text, so many questions are looked at."""
CANDIDATES: Final = 200
"""How many questions a text is compared with at most: those that share most with it."""
COMPARED: Final = 50
"""As above, of questions with each other: to be merged they must share much."""
SHARED_LEAST: Final = 3
"""One in so many keys of the shorter text must be in the other, or they are not compared."""
TURN_S: Final = 0.002
"""How long the comparing of many may take before others have as long a turn."""
SWEPT: Final = 500
"""So many questions are looked at in one go."""
_STEM: Final = 5
_SHORT: Final = 3

_STANDS: Final = frozenset(
    {QuestionStatus.PENDING, QuestionStatus.APPROVED, QuestionStatus.ANSWERED}
)
_OPEN: Final = frozenset({QuestionStatus.PENDING, QuestionStatus.APPROVED})


def likeness(one: str, other: str, least: int = 0) -> int:
    """How much two bare texts say the same, 0 to 100; 0 where that is less than `least`.

    The words that both have count most; words that only the longer one has count a little against
    it, and what is the same but for a typing error stays nearly the same. The beginning of a text
    is like all of it, unless it is no more than a word.
    """
    shared = fuzz.token_set_ratio(one, other)
    # what the rest must come to; measures that cannot reach it end early
    needed = max(0.0, (3 * (least - 0.5) - shared) / 2)
    whole = fuzz.token_sort_ratio(one, other, score_cutoff=needed)
    shorter, longer = sorted((len(one), len(other)))
    weight = 0.9 * min(1.0, 2 * shorter / max(1, longer))
    if 100 * weight > max(needed, whole):
        cutoff = max(needed, whole) / weight
        whole = max(whole, weight * fuzz.partial_ratio(one, other, score_cutoff=cutoff))
    alike = round((shared + 2 * whole) / 3)
    return alike if alike >= least else 0


@dataclass(slots=True)
class _Text:
    """One question as it was last seen, and as it is compared: its bare text, and its keys."""

    of: Question
    plain: str
    keys: frozenset[str]
    like: dict[QuestionId, int] = field(default_factory=dict)


class Likeness:
    """The texts of one event, as they are compared.

    Nothing in here outlives what the state has of it: `drop` is called when something was erased.
    """

    def __init__(self) -> None:
        self._latest: object = None
        self._complete: object = None
        self._texts: dict[QuestionId, _Text] = {}
        self._with: defaultdict[str, set[QuestionId]] = defaultdict(set)
        self._new: dict[QuestionId, None] = {}
        self._learning = asyncio.Lock()
        self._comparing = asyncio.Lock()

    async def similar(
        self,
        state: EventState,
        text: str,
        session: SessionId | None = None,
        room: RoomId | None = None,
    ) -> list[LikeQuestion]:
        """Return the public questions of a session or room that are most like `text`."""
        await self._learn_all(state)
        plain = bare(text)
        found: list[LikeQuestion] = []
        for name, alike in self._like(plain, _keys(plain), CANDIDATES, LIKE_LEAST):
            question = state.questions.all.get(name)
            if question is None or not question.status.is_public:
                continue
            if _is_of(state, question, session, room):
                found.append({"question": name, "likeness": alike})
        found.sort(key=lambda one: (-one["likeness"], one["question"]))
        best = found[0]["likeness"] if found else 0
        return [one for one in found[:LIKE_MOST] if one["likeness"] >= best - NEAR]

    async def alike(self, state: EventState, room: RoomId | None = None) -> list[AlikeGroup]:
        """Return groups of pending and approved questions that say the same, the likest first."""
        async with self._comparing:
            await self._learn_all(state)
            await self._compare()
        open_ones = {
            name
            for name, known in self._texts.items()
            if known.like
            and (question := state.questions.all.get(name)) is not None
            and question.status in _OPEN
            and _is_of(state, question, None, room)
        }
        return _groups(open_ones, self._texts)

    def drop(self, state: EventState) -> None:
        """Let go of what does not stand in the state any more."""
        self._complete = None
        for _ in self._sweep(state):
            pass

    def _sweep(self, state: EventState) -> Iterator[list[Question]]:
        """Let go of what does not stand in the state any more; yield what is new, bit by bit."""
        questions = state.questions.all
        self._latest = questions
        fresh: list[Question] = []
        unmet = len(self._texts)
        for at, (name, question) in enumerate(questions.items()):
            if at % SWEPT == 0:
                yield fresh
                fresh = []
            known = self._texts.get(name)
            stands = question.status in _STANDS
            if known is not None:
                unmet -= 1
                if known.of is question or (stands and known.of.text == question.text):
                    known.of = question
                    continue
                self._forget(name)
            if stands:
                fresh.append(question)
        yield fresh
        if unmet > 0:
            for name in [name for name in self._texts if name not in questions]:
                self._forget(name)

    async def _learn_all(self, state: EventState) -> None:
        """Take over what is new in the state."""
        questions = state.questions.all
        async with self._learning:
            if questions is self._complete:
                return
            turn = _Turn()
            for fresh in self._sweep(state):
                for question in fresh:
                    self._learn(question)
                    await turn.over()
                    if self._latest is not questions:
                        return  # something was erased meanwhile
                await turn.over()
                if self._latest is not questions:
                    return
            self._complete = questions

    def _learn(self, question: Question) -> None:
        plain = bare(question.text)
        known = self._texts[question.id] = _Text(question, plain, _keys(plain))
        for key in known.keys:
            self._with[key].add(question.id)
        self._new[question.id] = None

    def _forget(self, name: QuestionId) -> None:
        known = self._texts.pop(name)
        for key in known.keys:
            names = self._with[key]
            names.discard(name)
            if not names:
                del self._with[key]
        for other in known.like:
            del self._texts[other].like[name]
        self._new.pop(name, None)

    def _like(
        self, plain: str, keys: Collection[str], most: int, least: int
    ) -> list[tuple[QuestionId, int]]:
        """Return what is like a bare text, of the `most` that share most of its keys with it."""
        names = sorted((self._with[key] for key in keys if key in self._with), key=len)
        rare = [some for some in names if len(some) <= COMMON]
        shares: Counter[QuestionId] = Counter()
        for some in rare or names[:2]:
            shares.update(islice(some, MANY))
        found = []
        for name, _ in shares.most_common(most):
            other = self._texts[name]
            both = len(other.keys.intersection(keys))
            if SHARED_LEAST * both >= min(len(keys), len(other.keys)):
                found.append((name, likeness(plain, other.plain, least)))
        return [(name, alike) for name, alike in found if alike >= least]

    async def _compare(self) -> None:
        """Compare what is new with all others."""
        turn = _Turn()
        for name in list(self._new):
            await turn.over()
            known = self._texts.get(name)
            if known is None or name not in self._new:
                continue
            del self._new[name]
            for other, alike in self._like(known.plain, known.keys, COMPARED, ALIKE_LEAST):
                if other != name:
                    known.like[other] = self._texts[other].like[name] = alike


class _Turn:
    """Long work rests after every turn: a node has commands to answer meanwhile."""

    def __init__(self) -> None:
        self._since = perf_counter()

    async def over(self) -> None:
        """Let others have their turn, if this one has taken long."""
        if perf_counter() - self._since > TURN_S:
            await asyncio.sleep(TURN_S)
            self._since = perf_counter()


def _is_of(
    state: EventState, question: Question, session: SessionId | None, room: RoomId | None
) -> bool:
    if session is not None:
        return question.session == session
    return room is None or state.agenda.sessions[question.session].room == room


def _keys(plain: str) -> frozenset[str]:
    """What two texts must share to be compared: the beginnings of words; of some scripts, pairs."""
    keys: set[str] = set()
    for word in plain.split():
        if UNSPACED.search(word):
            keys.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) >= _SHORT:
            keys.add(word[:_STEM])
    return frozenset(keys or plain.split())


def _groups(names: Iterable[QuestionId], texts: dict[QuestionId, _Text]) -> list[AlikeGroup]:
    """Put together what is alike by pairs; a group is as alike as its loosest link."""
    left = dict.fromkeys(sorted(names))
    groups: list[AlikeGroup] = []
    while left:
        first = next(iter(left))
        group, links = [first], []
        del left[first]
        for name in group:
            for other, alike in texts[name].like.items():
                if other in left:
                    del left[other]
                    group.append(other)
                    links.append(alike)
        if links:
            groups.append({"questions": sorted(group), "likeness": min(links)})
    groups.sort(key=lambda group: (-group["likeness"], group["questions"]))
    return groups[:GROUPS_MOST]
