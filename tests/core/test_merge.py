"""Merge patches: RFC 7386 between objects that hold no null."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamhub.core.merge import Json, apply, diff

VALUES = st.recursive(
    st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, -0.0]) | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


def exact(value: Any) -> Any:
    """The value with its types, which `==` between numbers and booleans does not look at."""
    if isinstance(value, dict):
        return {key: exact(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return (type(value).__name__, value)


@given(OBJECTS, OBJECTS)
def test_patch_leads_there_and_back(old: Json, new: Json) -> None:
    assert exact(apply(old, diff(old, new))) == exact(new)
    assert exact(apply(new, diff(new, old))) == exact(old)


@given(OBJECTS)
def test_patch_between_equals_is_empty(value: Json) -> None:
    assert diff(value, value) == {}
    assert diff(value, apply(value, {})) == {}


@given(OBJECTS, OBJECTS)
def test_patch_changes_neither_side(old: Json, new: Json) -> None:
    before, after = repr(old), repr(new)
    apply(old, diff(old, new))
    assert (repr(old), repr(new)) == (before, after)


@pytest.mark.parametrize(
    ("old", "new", "patch"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": True}, {"a": True}),
        ({"a": False}, {"a": 0}, {"a": 0}),
        ({"a": [1, {"b": 0}]}, {"a": [True, {"b": 0}]}, {"a": [True, {"b": 0}]}),
        ({"a": [{"b": 0}]}, {"a": [{"b": False}]}, {"a": [{"b": False}]}),
        ({"a": [{"b": 0}]}, {"a": [{"b": 0}]}, {}),
        ({"a": 1, "b": 2}, {"b": 2}, {"a": None}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"c": 3}}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": None}}),
        ({"a": {"b": 1}}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {"a": {"b": {}}}, {"a": {"b": {}}}),
        ({"a": [1, 2]}, {"a": [2, 1]}, {"a": [2, 1]}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 1}}}, {}),
        ({"a": "one"}, {"a": "-one"[1:]}, {}),
    ],
)
def test_patch_is_the_smallest(old: Json, new: Json, patch: Json) -> None:
    assert exact(diff(old, new)) == exact(patch)
    assert exact(apply(old, patch)) == exact(new)


def test_apply_follows_the_examples_of_the_rfc() -> None:
    assert apply({"a": [{"b": "c"}]}, {"a": [1]}) == {"a": [1]}
    assert apply({"a": "c"}, {"a": {"b": None, "d": 1}}) == {"a": {"d": 1}}
    assert apply({}, {"a": {"bb": {"ccc": None}}}) == {"a": {"bb": {}}}
    assert apply({"e": 1}, {"e": None, "x": None}) == {}
