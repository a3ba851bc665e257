"""Role links: what makes somebody a moderator, producer, speaker or organiser.

Read top to bottom: state, commands, facts, decide, evolve. A link's token is never here, only its
SHA-256: the hub derives the token from the link's id and the node's secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, assert_never

from streamhub.core.agenda import Agenda
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, LinkId, Ms, SpeakerId
from streamhub.core.roles import Actor, Role
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table
from streamhub.core.text import clean

NAME_MOST: Final = 60
LASTS_MOST_MS: Final = 10 * 366 * 24 * 3_600_000
"""How long a link may hold at most."""

LinkRole = Literal[Role.MODERATOR, Role.PRODUCER, Role.SPEAKER, Role.ORGANISER]
"""The roles that a link can give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One role link. `name` says whose it is; revoked ones stay, so that names do."""

    id: LinkId
    role: LinkRole
    token_hash: str
    created_at: Ms
    name: str | None = None
    speaker: SpeakerId | None = None
    expires_at: Ms | None = None
    revoked: bool = False


Links = Table[LinkId, Link]
NO_LINKS: Final[Links] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLink:
    """Make a link that gives `role`; `speaker` says which person on the agenda, for speakers."""

    role: LinkRole
    name: str | None = None
    speaker: SpeakerId | None = None
    expires_at: Ms | None = None
    type: Literal["link.create"] = "link.create"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLink:
    """Take a link back: connections that hold it are cut."""

    link: LinkId
    type: Literal["link.revoke"] = "link.revoke"


LinkCommand = CreateLink | RevokeLink


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCreated:
    """There is a new role link."""

    link: LinkId
    role: LinkRole
    token_hash: str
    name: str | None = None
    speaker: SpeakerId | None = None
    expires_at: Ms | None = None
    type: Literal["link.created"] = "link.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked:
    """A role link holds no longer."""

    link: LinkId
    type: Literal["link.revoked"] = "link.revoked"


LinkFact = LinkCreated | LinkRevoked


def decide(
    agenda: Agenda, links: Links, command: LinkCommand, stamp: Stamp, fresh: str, secret_hash: str
) -> list[LinkFact]:
    """Turn a command about links into facts, or raise `Rejected`.

    Args:
        agenda: for its speakers.
        links: those that there are.
        command: the wish.
        stamp: who and when.
        fresh: an id for a new link.
        secret_hash: what the new link's token hashes to.
    """
    match command:
        case CreateLink():
            name = command.name
            if name is not None:
                name = clean(name, field="name", least=1, most=NAME_MOST)
            if command.speaker is not None and command.speaker not in agenda.speakers:
                raise Rejected(
                    "command.invalid",
                    f"There is no speaker {command.speaker!r} on the agenda.",
                    "Use a speaker's id, or leave it out.",
                    field="speaker",
                )
            expires_at = command.expires_at
            if expires_at is not None and not stamp.at < expires_at <= stamp.at + LASTS_MOST_MS:
                raise Rejected(
                    "instant.out_of_range",
                    "A link cannot expire in the past, or more than ten years from now.",
                    "Give a later instant, or none: a link can be revoked at any time.",
                    field="expires_at",
                )
            created = LinkCreated(
                link=LinkId(fresh),
                role=command.role,
                token_hash=secret_hash,
                name=name,
                speaker=command.speaker,
                expires_at=expires_at,
            )
            return [created]
        case RevokeLink():
            link = links.get(command.link)
            if link is None:
                raise Rejected("link.unknown", f"There is no link {command.link!r}.", field="link")
            return [] if link.revoked else [LinkRevoked(link=link.id)]
        case _:
            assert_never(command)


def evolve(links: Links, fact: LinkFact, stamp: Stamp) -> Links:
    """Return the links after `fact`."""
    match fact:
        case LinkCreated():
            link = Link(
                id=fact.link,
                role=fact.role,
                token_hash=fact.token_hash,
                created_at=stamp.at,
                name=fact.name,
                speaker=fact.speaker,
                expires_at=fact.expires_at,
            )
            return links.set(link.id, link)
        case LinkRevoked():
            return links.set(fact.link, replace(links[fact.link], revoked=True))
        case _:
            assert_never(fact)


def actor_for(links: Mapping[LinkId, Link], token_hash: str, now: Ms) -> Actor | None:
    """Return who holds a token of this hash, if the link is neither revoked nor expired."""
    for link in links.values():
        if link.token_hash == token_hash:
            holds = not link.revoked and (link.expires_at is None or now < link.expires_at)
            actor = Actor(id=ActorId(link.id), role=Role(link.role), speaker=link.speaker)
            return actor if holds else None
    return None
