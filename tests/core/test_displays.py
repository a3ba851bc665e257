"""Venue displays, from pairing to removal."""

from dataclasses import replace

import pytest
from rehearsal import MAIN, PROD, SIDE, Rehearsal, at

from streamhub.core.displays import (
    AssignDisplay,
    BlackoutDisplay,
    Display,
    DisplayAssigned,
    DisplayBlackedOut,
    DisplayIdentified,
    DisplayOptions,
    DisplayPaired,
    DisplayRemoved,
    IdentifyDisplay,
    Layout,
    OptionsWish,
    PairDisplay,
    RemoveDisplay,
    by_secret,
)
from streamhub.core.event import Command, Given, decide
from streamhub.core.ids import DisplayId, RoomId
from streamhub.core.table import Map

D = DisplayId("d")
PAIR = PairDisplay(code="ABCD2345", name=" Door ", room=MAIN, layout=Layout.NOW_NEXT)
PAIRED = Display(
    id=D,
    name="Door",
    room=MAIN,
    layout=Layout.NOW_NEXT,
    secret_hash="hash",
    paired_at=at("08:00"),
)


def paired() -> Rehearsal:
    show = Rehearsal.of()
    show.do(PAIR, PROD, "d")
    return show


def shown(show: Rehearsal) -> Display:
    return show.state.displays[D]


def test_display_is_paired_under_the_hash_of_its_secret() -> None:
    show = Rehearsal.of()
    assert show.do(PAIR, PROD, "d") == (
        DisplayPaired(
            display=D, name="Door", room=MAIN, layout=Layout.NOW_NEXT, secret_hash="hash"
        ),
    )
    assert show.state.displays == Map({D: PAIRED})
    assert by_secret(show.state.displays, "hash") == PAIRED
    assert by_secret(show.state.displays, "other") is None


def test_display_is_not_paired_without_a_screen_that_shows_the_code() -> None:
    show = Rehearsal.of()
    given = Given(at=show.now, fresh="d")
    with pytest.raises(Exception, match=r"display\.code_unknown"):
        decide(show.state, PAIR, PROD, given)


def test_display_is_paired_once() -> None:
    assert paired().refused(PAIR) == "display.code_unknown"


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (replace(PAIR, room=RoomId("no")), "room.unknown", "room"),
        (replace(PAIR, name=""), "text.too_short", "name"),
        (AssignDisplay(display=D, room=RoomId("no")), "room.unknown", "room"),
        (AssignDisplay(display=D, room=RoomId("")), "room.unknown", "room"),
        (AssignDisplay(display=D, name="x" * 61), "text.too_long", "name"),
        (AssignDisplay(display=DisplayId("no")), "display.unknown", "display"),
        (IdentifyDisplay(display=DisplayId("no")), "display.unknown", "display"),
        (BlackoutDisplay(display=DisplayId("no"), on=True), "display.unknown", "display"),
        (RemoveDisplay(display=DisplayId("no")), "display.unknown", "display"),
    ],
)
def test_display_command_that_makes_no_sense_is_refused(
    command: Command, code: str, field: str
) -> None:
    refusal = paired().refusal(command)
    assert (refusal.code, refusal.field) == (code, field)


def test_display_is_given_another_room_layout_and_name() -> None:
    show = paired()
    assert show.do(AssignDisplay(display=D)) == ()
    assert show.do(AssignDisplay(display=D, room=SIDE)) == (
        DisplayAssigned(display=D, room=SIDE, layout=Layout.NOW_NEXT, name="Door"),
    )
    show.do(AssignDisplay(display=D, layout=Layout.QUESTIONS, name="Wall"))
    assert shown(show) == replace(PAIRED, room=SIDE, layout=Layout.QUESTIONS, name="Wall")


def test_display_shows_its_name_for_ten_seconds() -> None:
    show = paired().at("08:01")
    assert show.do(IdentifyDisplay(display=D)) == (DisplayIdentified(display=D),)
    assert shown(show) == replace(PAIRED, identify_until_at=at("08:01:10"))


def test_display_goes_dark_and_light_again() -> None:
    show = paired()
    assert show.do(BlackoutDisplay(display=D, on=True)) == (DisplayBlackedOut(display=D, on=True),)
    assert show.do(BlackoutDisplay(display=D, on=True)) == ()
    assert shown(show) == replace(PAIRED, blackout=True)
    show.do(BlackoutDisplay(display=D, on=False))
    assert shown(show) == PAIRED


def test_display_is_forgotten() -> None:
    show = paired()
    assert show.do(RemoveDisplay(display=D)) == (DisplayRemoved(display=D),)
    assert show.state.displays == Map()


def test_display_options_change_one_by_one_and_have_defaults() -> None:
    show = Rehearsal.of()
    show.do(replace(PAIR, options=OptionsWish(theme="light")), PROD, "d")
    assert shown(show).options == DisplayOptions(theme="light")
    logo = OptionsWish(logo="https://example.org/a.svg", languages=("es", "en", "es"), qr=False)
    assert show.do(AssignDisplay(display=D, options=logo)) == (
        DisplayAssigned(
            display=D,
            room=MAIN,
            layout=Layout.NOW_NEXT,
            name="Door",
            options=DisplayOptions(
                qr=False,
                languages=("es", "en"),
                theme="light",
                logo="https://example.org/a.svg",
            ),
        ),
    )
    assert show.do(AssignDisplay(display=D, options=logo)) == ()
    show.do(AssignDisplay(display=D, options=OptionsWish(zones=False, logo="")))
    assert shown(show).options == DisplayOptions(
        qr=False, zones=False, languages=("es", "en"), theme="light"
    )


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (OptionsWish(languages=("en",) * 9), "options.languages"),
        (OptionsWish(languages=("English",)), "options.languages"),
        (OptionsWish(logo="http://example.org/a.svg"), "options.logo"),
        (OptionsWish(logo="//example.org/a.svg"), "options.logo"),
        (OptionsWish(logo="javascript:alert(1)"), "options.logo"),
        (OptionsWish(logo='https://example.org/"'), "options.logo"),
        (OptionsWish(logo="/" + "a" * 2000), "options.logo"),
    ],
)
def test_display_options_that_cannot_be_shown_are_refused(options: OptionsWish, field: str) -> None:
    refusal = paired().refusal(AssignDisplay(display=D, options=options))
    assert (refusal.code, refusal.field) == ("command.invalid", field)


def test_display_may_have_a_logo_of_the_same_host() -> None:
    show = paired()
    show.do(AssignDisplay(display=D, options=OptionsWish(logo="/static/logo.svg")))
    assert shown(show).options.logo == "/static/logo.svg"
