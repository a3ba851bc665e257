"""Role links: what makes somebody a moderator, producer, speaker or organiser, or invites them.

Read top to bottom: state, commands, facts, decide, evolve. A link's token is never here, only its
SHA-256: the hub derives the token from the link's id and the node's secret.

Invitations are links for participants. One for a single person is that participant: whoever opens
it, on whatever device, asks and votes as the same one. One for several (`uses`) makes whoever uses
it an invited participant, and leaves them who they are.
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

USES_MOST: Final = 100_000

LinkRole = Literal[Role.MODERATOR, Role.PRODUCER, Role.SPEAKER, Role.ORGANISER, Role.PARTICIPANT]
"""The roles that a link can give; participants have no need of one, but can be invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One role link. `name` says whose it is; revoked ones stay, so that names do.

    `uses` is how many participants may be invited by it; None where it is one person's.
    """

    id: LinkId
    role: LinkRole
    token_hash: str
    created_at: Ms
    name: str | None = None
    speaker: SpeakerId | None = None
    expires_at: Ms | None = None
    revoked: bool = False
    uses: int | None = None

    def holds(self, now: Ms) -> bool:
        """Whether it opens anything now."""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)

    @property
    def is_personal(self) -> bool:
        """Whether it invites one person, whose identity it is."""
        return self.role is Role.PARTICIPANT and self.uses is None


Links = Table[LinkId, Link]
NO_LINKS: Final[Links] = Map()
Invited = Table[ActorId, LinkId]
"""The participants who are invited, and by which link."""
NOBODY: Final[Invited] = Map()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLink:
    """Make a link that gives `role`; `speaker` says which person on the agenda, for speakers.

    For participants `uses` is how many may be invited by it; without it, it is one person's.
    """

    role: LinkRole
    name: str | None = None
    speaker: SpeakerId | None = None
    expires_at: Ms | None = None
    uses: int | None = None
    type: Literal["link.create"] = "link.create"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLink:
    """Take a link back: connections that hold it are cut."""

    link: LinkId
    type: Literal["link.revoke"] = "link.revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLink:
    """Be invited by the link of this token, which several may use."""

    token: str
    type: Literal["link.use"] = "link.use"


LinkCommand = CreateLink | RevokeLink | UseLink


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCreated:
    """There is a new role link."""

    link: LinkId
    role: LinkRole
    token_hash: str
    name: str | None = None
    speaker: SpeakerId | None = None
    expires_at: Ms | None = None
    uses: int | None = None
    type: Literal["link.created"] = "link.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked:
    """A role link holds no longer."""

    link: LinkId
    type: Literal["link.revoked"] = "link.revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUsed:
    """Who did this is invited by the link."""

    link: LinkId
    type: Literal["link.used"] = "link.used"


LinkFact = LinkCreated | LinkRevoked | LinkUsed


def decide(
    agenda: Agenda,
    links: Links,
    invited: Invited,
    command: LinkCommand,
    stamp: Stamp,
    *,
    fresh: str,
    secret_hash: str,
) -> list[LinkFact]:
    """Turn a command about links into facts, or raise `Rejected`.

    Args:
        agenda: for its speakers.
        links: those that there are.
        invited: who is invited.
        command: the wish.
        stamp: who and when.
        fresh: an id for a new link.
        secret_hash: what the token hashes to, of the new link or of the one that is used.
    """
    match command:
        case CreateLink():
            _check_uses(command)
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
                uses=command.uses,
            )
            return [created]
        case RevokeLink():
            link = links.get(command.link)
            if link is None:
                raise Rejected("link.unknown", f"There is no link {command.link!r}.", field="link")
            return [] if link.revoked else [LinkRevoked(link=link.id)]
        case UseLink():
            return _used(links, invited, stamp, secret_hash)
        case _:
            assert_never(command)


def _check_uses(command: CreateLink) -> None:
    if command.uses is None or (command.role is Role.PARTICIPANT and 1 < command.uses <= USES_MOST):
        return
    raise Rejected(
        "command.invalid",
        f"Only an invitation of participants has uses: 2 to {USES_MOST:,}.",
        "Leave it out: then the link is one person's.",
        field="uses",
    )


def _used(links: Links, invited: Invited, stamp: Stamp, token_hash: str) -> list[LinkFact]:
    link = _by_hash(links, token_hash)
    if link is None or link.uses is None or not link.holds(stamp.at):
        raise Rejected(
            "token.invalid",
            "This invitation is not valid (any longer).",
            "Take part without it, or ask the organiser for a new one.",
            field="token",
        )
    if invited.get(stamp.by) == link.id:
        return []
    if sum(by == link.id for by in invited.values()) >= link.uses:
        raise Rejected(
            "link.used_up",
            f"This invitation is for {link.uses} people, and so many have used it.",
            "Take part without it, or ask the organiser for another.",
            field="token",
        )
    return [LinkUsed(link=link.id)]


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
                uses=fact.uses,
            )
            return links.set(link.id, link)
        case LinkRevoked():
            return links.set(fact.link, replace(links[fact.link], revoked=True))
        case LinkUsed():
            return links
        case _:
            assert_never(fact)


def evolve_invited(invited: Invited, fact: LinkFact, stamp: Stamp) -> Invited:
    """Return who is invited after `fact`. Whose invitation is revoked was never invited."""
    match fact:
        case LinkCreated():
            personal = fact.role is Role.PARTICIPANT and fact.uses is None
            return invited.set(ActorId(fact.link), fact.link) if personal else invited
        case LinkRevoked():
            for actor in [one for one, by in invited.items() if by == fact.link]:
                invited = invited.delete(actor)
            return invited
        case LinkUsed():
            return invited.set(stamp.by, fact.link)
        case _:
            assert_never(fact)


def _by_hash(links: Mapping[LinkId, Link], token_hash: str) -> Link | None:
    return next((one for one in links.values() if one.token_hash == token_hash), None)


def invites(links: Mapping[LinkId, Link], token_hash: str, now: Ms) -> bool:
    """Whether a token of this hash is of an invitation for several, which holds."""
    link = _by_hash(links, token_hash)
    return link is not None and link.uses is not None and link.holds(now)


def actor_for(links: Mapping[LinkId, Link], token_hash: str, now: Ms) -> Actor | None:
    """Return who holds a token of this hash, if the link is neither revoked nor expired.

    An invitation for several is nobody's identity.
    """
    link = _by_hash(links, token_hash)
    if link is None or link.uses is not None or not link.holds(now):
        return None
    return Actor(id=ActorId(link.id), role=Role(link.role), speaker=link.speaker)
