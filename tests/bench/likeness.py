"""Ten thousand questions compared with each other: what it costs, and how long others wait.

`./run bench likeness [--questions 10000]`. The texts have 6 to 24 words, drawn as words are used:
few often, most rarely; a tenth of them says what another says. While all are compared, somebody
else wants the loop every millisecond; how much later they get it is what a command waits longer.
"""

import argparse
import asyncio
import random
import time
from dataclasses import replace

from streamhub.core.event import SYSTEM, Decision, EventCreated, EventState, begin
from streamhub.core.ids import ActorId, QuestionId, SessionId
from streamhub.core.questions import Question, QuestionStatus
from streamhub.formats.sample import sample
from streamhub.hub.likeness import Likeness

VOCABULARY = 6_000
TWINS = 0.1


def texts(number: int) -> list[str]:
    """So many questions, a tenth of them nearly the same as the one before."""
    chance = random.Random(1)
    words = [
        "".join(
            chance.choice("bcdfgklmnprst") + chance.choice("aeiou")
            for _ in range(chance.randint(1, 5))
        )
        for _ in range(VOCABULARY)
    ]
    weights = [1 / (rank + 3) for rank in range(VOCABULARY)]
    made: list[str] = []
    for _ in range(number):
        if made and chance.random() < TWINS:
            made.append(" ".join(made[-1].upper().split()[:-1]) + "!")
        else:
            made.append(" ".join(chance.choices(words, weights, k=chance.randint(6, 24))) + "?")
    return made


def asked(state: EventState, texts: list[str]) -> EventState:
    """The event with these questions, all approved."""
    table = state.questions.all
    for text in texts:
        name = QuestionId(f"q{len(table)}")
        question = Question(
            id=name,
            session=SessionId("s1"),
            author=ActorId("a"),
            text=text,
            asked_at=0,
            status=QuestionStatus.APPROVED,
        )
        table = table.set(name, question)
    return replace(state, questions=replace(state.questions, all=table))


async def waits(into: list[float]) -> None:
    """Note how much later than wished one gets the loop, in milliseconds."""
    while True:
        since = time.perf_counter()
        await asyncio.sleep(0.001)
        into.append((time.perf_counter() - since - 0.001) * 1000)


async def main(questions: int) -> None:
    created = EventCreated(slug="s", agenda=sample())
    nothing = begin(Decision(by=SYSTEM, at=created.agenda.starts_at, facts=(created,)))
    made = texts(questions)
    state, like, late = asked(nothing, made), Likeness(), list[float]()
    waiting = asyncio.create_task(waits(late))

    async def timed(what: str, doing: object) -> None:
        late.clear()
        began, cpu = time.perf_counter(), time.process_time()
        await doing  # type: ignore[misc]
        took, cost = time.perf_counter() - began, time.process_time() - cpu
        late.sort()
        p99 = late[int(len(late) * 0.99)] if late else 0.0
        most = late[-1] if late else 0.0
        print(
            f"{what:32} {took * 1000:8.1f} ms, CPU {cost * 1000:8.1f} ms; "
            f"others wait p99 {p99:5.1f} ms, at most {most:5.1f} ms"
        )

    await timed("all compared, the first time", like.alike(state))
    await timed("nothing new", like.alike(state))
    more = asked(state, [made[5] + " and more"])
    await timed("one new question", like.alike(more))
    even = asked(more, [made[7] + " and more"])
    await timed("somebody types, one is new", like.similar(even, made[9]))
    await timed("somebody types, nothing is new", like.similar(even, made[11]))
    waiting.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=10_000)
    asyncio.run(main(parser.parse_args().questions))
