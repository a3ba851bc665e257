"""Role links: made, used, expired, revoked."""

import pytest
from rehearsal import ADA, ANN, BEN, MOD, OWNER, TALK, Rehearsal, at

from streamhub.core.event import Command, Given, decide
from streamhub.core.ids import ActorId, LinkId, QuestionId, SpeakerId
from streamhub.core.links import (
    LASTS_MOST_MS,
    USES_MOST,
    CreateLink,
    Link,
    LinkCreated,
    LinkRevoked,
    LinkUsed,
    RevokeLink,
    UseLink,
    actor_for,
    invites,
)
from streamhub.core.openings import Opening
from streamhub.core.questions import (
    ApproveQuestion,
    AskQuestion,
    MergeQuestion,
    SetQuestions,
    UpvoteQuestion,
)
from streamhub.core.results import results
from streamhub.core.roles import Actor, Role
from streamhub.core.table import Map
from streamhub.core.views import View, project, project_me
from streamhub.core.views.touched import Touched

L = LinkId("l")
DORA = Actor(id=ActorId("dora"), role=Role.PARTICIPANT)


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
        (CreateLink(role=Role.MODERATOR, uses=2), "command.invalid", "uses"),
        (CreateLink(role=Role.PARTICIPANT, uses=1), "command.invalid", "uses"),
        (CreateLink(role=Role.PARTICIPANT, uses=USES_MOST + 1), "command.invalid", "uses"),
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


# --- invitations ----------------------------------------------------------------------------------

USE = UseLink(token="whatever")
Q, P = QuestionId("q"), QuestionId("p")


def asked() -> Rehearsal:
    """Ann's question is approved, and Ben's waits: nobody gave a name."""
    show = Rehearsal.of().at("09:20")
    show.do(SetQuestions(session=TALK, state=Opening.OPEN), OWNER)
    show.do(AskQuestion(text="Why not?", session=TALK), ANN, "q")
    show.do(AskQuestion(text="Why then?", session=TALK), BEN, "p")
    show.do(ApproveQuestion(question=Q, revision=1), MOD)
    return show


def known(show: Rehearsal, question: QuestionId = Q) -> tuple[int, int]:
    """How many votes a question has on the desk, and how many of invited or named people."""
    shown = project(show.state, View.DESK, None)["questions"][question]
    return shown["upvotes"], shown.get("known", 0)


def test_personal_invitation_is_the_same_participant_wherever_it_is_opened() -> None:
    show = asked()
    show.do(CreateLink(role=Role.PARTICIPANT, name="Zoe"), OWNER, "l")
    zoe = actor_for(show.state.links, "hash", show.now)
    assert zoe == Actor(id=ActorId("l"), role=Role.PARTICIPANT)
    me = project_me(show.state, zoe.id, "participant")
    assert (me["name"], me["invited"]) == ("Zoe", True)
    assert not invites(show.state.links, "hash", show.now)
    assert show.refused(USE, ANN) == "token.invalid"
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(UpvoteQuestion(question=Q), zoe)
    assert known(show) == (2, 1)


def test_personal_invitation_without_a_name_gives_none() -> None:
    show = Rehearsal.of()
    show.do(CreateLink(role=Role.PARTICIPANT), OWNER, "l")
    assert "name" not in project_me(show.state, ActorId("l"), "participant")


def test_invitation_for_several_leaves_them_who_they_are() -> None:
    show = asked()
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(UpvoteQuestion(question=Q), DORA)
    assert known(show) == (2, 0)
    show.do(CreateLink(role=Role.PARTICIPANT, name="Members", uses=2), OWNER, "l")
    assert actor_for(show.state.links, "hash", show.now) is None
    assert invites(show.state.links, "hash", show.now)
    assert show.do(USE, BEN) == (LinkUsed(link=L),)
    assert show.do(USE, BEN) == ()
    me = project_me(show.state, BEN.id, "participant")
    assert ("name" in me, me["invited"]) == (False, True)
    assert "invited" not in project_me(show.state, DORA.id, "participant")
    assert known(show) == (2, 1)


def test_invitation_is_for_so_many_and_no_more() -> None:
    show = asked()
    show.do(CreateLink(role=Role.PARTICIPANT, uses=2), OWNER, "l")
    show.do(USE, ANN)
    show.do(USE, BEN)
    refusal = show.refusal(USE, DORA)
    assert (refusal.code, refusal.field) == ("link.used_up", "token")


def test_invitation_that_is_over_invites_nobody() -> None:
    show = asked()
    assert show.refused(USE, ANN) == "token.invalid"
    assert not invites(show.state.links, "hash", show.now)
    show.do(CreateLink(role=Role.PARTICIPANT, uses=2, expires_at=at("10:00")), OWNER, "l")
    show.at("10:00")
    assert show.refused(USE, ANN) == "token.invalid"
    assert not invites(show.state.links, "hash", show.now)


def test_votes_by_a_revoked_invitation_are_not_known_any_more() -> None:
    show = asked()
    show.do(CreateLink(role=Role.PARTICIPANT, uses=5), OWNER, "l")
    for somebody in (BEN, DORA):
        show.do(USE, somebody)
        show.do(UpvoteQuestion(question=Q), somebody)
    show.do(CreateLink(role=Role.PARTICIPANT), OWNER, "k")
    standing = project(show.state, View.DESK, None)["participants"][BEN.id]
    assert standing["invited"]
    assert known(show) == (2, 2)
    show.do(RevokeLink(link=L), OWNER)
    assert known(show) == (2, 0)
    assert show.state.invited == Map({ActorId("k"): LinkId("k")})
    standing = project(show.state, View.DESK, None)["participants"][BEN.id]
    assert "invited" not in standing


def test_known_votes_count_each_once_and_no_author_who_did_not_vote() -> None:
    show = asked()
    show.do(CreateLink(role=Role.PARTICIPANT, uses=9), OWNER, "l")
    crowd = [Actor(id=ActorId(f"c{number}"), role=Role.PARTICIPANT) for number in range(6)]
    show.do(AskQuestion(text="And me?", session=TALK, name="Dora"), DORA, "r")
    for somebody in (BEN, DORA, crowd[0]):
        show.do(USE, somebody)
    for somebody in (DORA, *crowd[:4]):  # more voters than known people, and then fewer
        show.do(UpvoteQuestion(question=Q), somebody)
    assert known(show) == (5, 2)
    show.do(MergeQuestion(question=P, into=Q), MOD)  # Ben, who is invited, asked it
    assert known(show) == (6, 3)
    assert known(show, P) == (0, 0)
    for number in range(5):
        show.do(USE, Actor(id=ActorId(f"n{number}"), role=Role.PARTICIPANT))
    assert known(show) == (6, 3)
    assert known(show, P) == (0, 0)


def test_results_tell_the_crew_how_many_votes_are_of_known_people() -> None:
    show = asked()
    show.do(CreateLink(role=Role.PARTICIPANT, uses=2), OWNER, "l")
    show.do(USE, BEN)
    show.do(UpvoteQuestion(question=Q), BEN)
    show.do(UpvoteQuestion(question=Q), DORA)
    told = {one["id"]: one for one in results(show.state, public=False)["questions"]}
    assert (told[Q]["upvotes"], told[Q]["known"], told[P]["known"]) == (2, 1, 0)
    assert all("known" not in one for one in results(show.state, public=True)["questions"])


@pytest.mark.parametrize("view", [View.STAGE, View.AUDIENCE, View.SPEAKER])
def test_nobody_but_the_desk_sees_who_is_invited(view: View) -> None:
    show = asked()
    show.do(UpvoteQuestion(question=Q), BEN)
    before = project(show.state, view, None)
    show.do(CreateLink(role=Role.PARTICIPANT, uses=2), OWNER, "l")
    show.do(USE, BEN)
    assert project(show.state, view, None) == before


def touched(show: Rehearsal, command: Command, actor: Actor, fresh: str = "") -> Touched:
    """What a view has to look at again after a command."""
    decision = show.decide(command, actor, fresh)
    show.keep(decision)
    found = Touched()
    found.add(show.state, decision)
    return found


def test_views_look_again_at_the_votes_of_whoever_is_invited_or_not_any_more() -> None:
    show = asked()
    show.do(UpvoteQuestion(question=Q), BEN)
    made = touched(show, CreateLink(role=Role.PARTICIPANT, uses=2), OWNER, "l")
    assert (made.actors, made.questions, made.everyone) == ({ActorId("l")}, set(), False)
    used = touched(show, USE, BEN)
    assert (used.actors, used.questions, used.urgent) == ({ActorId("l"), BEN.id}, {Q}, False)
    gone = touched(show, RevokeLink(link=L), OWNER)
    assert (gone.questions, gone.everyone) == ({Q, P}, True)
    assert gone.actors == {ActorId("l"), ANN.id, BEN.id}


def test_views_look_at_nothing_again_when_another_link_is_revoked() -> None:
    show = asked()
    show.do(CreateLink(role=Role.MODERATOR), OWNER, "l")
    gone = touched(show, RevokeLink(link=L), OWNER)
    assert (gone.actors, gone.questions, gone.everyone) == ({ActorId("l")}, set(), False)


def test_name_of_a_link_is_told_and_a_role_only_of_the_crew() -> None:
    show = Rehearsal.of()
    show.do(CreateLink(role=Role.MODERATOR), OWNER, "l")
    assert project_me(show.state, ActorId("l"), "moderator")["name"] == "moderator"
