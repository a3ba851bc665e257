"""Sentences that can be said in other languages: what they are about is never a template."""

import copy
import json

from streamhub.core.said import Said, fill

ROOMS = ("{n} room of {event}", "{n} rooms of {event}")


def test_it_is_its_english_sentence() -> None:
    said = Said("It is read as {zone}.", zone="UTC")
    assert said == "It is read as UTC."
    assert json.dumps([said]) == '["It is read as UTC."]'
    assert (said.one, said.many, said.values) == ("It is read as {zone}.", None, {"zone": "UTC"})


def test_number_chooses_the_template_and_is_written_with_commas() -> None:
    assert Said(*ROOMS, n=1, event="x") == "1 room of x"
    assert Said(*ROOMS, n=0, event="x") == "0 rooms of x"
    assert Said(*ROOMS, n=1200, event="x") == "1,200 rooms of x"


def test_values_are_data_whatever_they_hold() -> None:
    cruel = "{n} {zone} {0} {a.b} {{}} %s"
    assert Said("{name} {n}", name=cruel, n=2) == f"{cruel} 2"
    assert Said("{name}", name=Said("{zone}", zone=cruel)) == cruel
    assert fill("{a}{b}", {"a": "{b}", "b": "{a}"}, str) == "{b}{a}"


def test_places_without_a_value_stay() -> None:
    assert Said("{name} and {other}", name="one") == "one and {other}"


def test_it_is_put_together_as_it_was_taken_apart() -> None:
    said = Said(*ROOMS, n=3, event=Said("the {what}", what="{n} fair"))
    again = Said.together(json.loads(json.dumps(said.apart())))
    assert again == said == "3 rooms of the {n} fair"
    assert again.apart() == said.apart()
    inner = again.values["event"]
    assert isinstance(inner, Said)
    assert inner.one == "the {what}"


def test_it_counts_again() -> None:
    assert Said(*ROOMS, n=1, event="x").counting(2) == "2 rooms of x"


def test_copies_say_the_same() -> None:
    said = Said(*ROOMS, n=2, event="{n}")
    again = copy.deepcopy(said)
    assert (again, again.apart()) == (said, said.apart())
