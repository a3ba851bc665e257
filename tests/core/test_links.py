"""Role links: made, used, expired, revoked."""

import pytest
from rehearsal import ADA, OWNER, Rehearsal, at

from streamhub.core.event import Command, Given, decide
from streamhub.core.ids import ActorId, LinkId, SpeakerId
from streamhub.core.links import (
    LASTS_MOST_MS,
    CreateLink,
    Link,
    LinkCreated,
    LinkRevoked,
    RevokeLink,
    actor_for,
)
from streamhub.core.roles import Actor, Role
from streamhub.core.table import Map

L = LinkId("l")


def test_link_is_made_and_gives_its_role() -> None:
    show = Rehearsal.of()
    facts = show.do(CreateLink(role=Role.SPEAKER, name=" Ada ", speaker=ADA), OWNER, "l")
    assert facts == (
        LinkCreated(link=L, role=Role.SPEAKER, token_hash="hash", name="Ada", speaker=ADA),
    )
    assert show.state.links == Map(
        {
            L: Link(
                id=L,
                role=Role.SPEAKER,
                token_hash="hash",
                created_at=at("08:00"),
                name="Ada",
                speaker=ADA,
            )
        }
    )
    assert actor_for(show.state.links, "hash", show.now) == Actor(
        id=ActorId("l"), role=Role.SPEAKER, speaker=ADA
    )
    assert actor_for(show.state.links, "other", show.now) is None


def test_link_holds_until_it_expires() -> None:
    show = Rehearsal.of()
    show.do(CreateLink(role=Role.MODERATOR, expires_at=at("10:00")), OWNER, "l")
    moderator = Actor(id=ActorId("l"), role=Role.MODERATOR)
    assert actor_for(show.state.links, "hash", at("10:00") - 1) == moderator
    assert actor_for(show.state.links, "hash", at("10:00")) is None


def test_link_holds_until_it_is_revoked_and_is_revoked_once() -> None:
    show = Rehearsal.of()
    show.do(CreateLink(role=Role.PRODUCER), OWNER, "l")
    assert show.do(RevokeLink(link=L), OWNER) == (LinkRevoked(link=L),)
    assert show.do(RevokeLink(link=L), OWNER) == ()
    assert show.link().revoked
    assert actor_for(show.state.links, "hash", show.now) is None


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (CreateLink(role=Role.SPEAKER, speaker=SpeakerId("bob")), "command.invalid", "speaker"),
        (CreateLink(role=Role.MODERATOR, name=" "), "text.too_short", "name"),
        (
            CreateLink(role=Role.MODERATOR, expires_at=at("08:00")),
            "instant.out_of_range",
            "expires_at",
        ),
        (
            CreateLink(role=Role.MODERATOR, expires_at=at("08:00") + LASTS_MOST_MS + 1),
            "instant.out_of_range",
            "expires_at",
        ),
        (RevokeLink(link=LinkId("no")), "link.unknown", "link"),
    ],
)
def test_link_command_that_makes_no_sense_is_refused(
    command: Command, code: str, field: str
) -> None:
    refusal = Rehearsal.of().refusal(command, OWNER)
    assert (refusal.code, refusal.field) == (code, field)


def test_link_without_a_hash_given_matches_no_token() -> None:
    show = Rehearsal.of()
    given = Given(at=show.now, fresh="l")
    show.keep(decide(show.state, CreateLink(role=Role.MODERATOR), OWNER, given))
    assert show.link().token_hash == ""
    assert actor_for(show.state.links, "hash", show.now) is None
