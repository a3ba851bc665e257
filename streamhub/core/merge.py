"""Merge patches (RFC 7386) between projections: JSON objects that hold no null.

A projection leaves out what it does not have, so null in a patch only ever means "gone". Values are
shared and never changed in place: `apply` copies the objects along the way and nothing else.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Json:
    """Return the smallest merge patch that makes `new` of `old`; empty if they are equal."""
    patch: Json = {}
    if not old.keys() <= new.keys():
        patch = dict.fromkeys(key for key in old if key not in new)
    for key, value in new.items():
        before = old.get(key)
        if before is value:
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            if inner := diff(before, value):
                patch[key] = inner
        elif not _same(before, value):
            patch[key] = value
    return patch


def _same(one: object, two: object) -> bool:
    """Whether both are the same JSON: Python holds 1, 1.0 and True for equal, JSON does not."""
    if one is two:
        return True
    if type(one) is not type(two) or one != two:
        return False
    if isinstance(one, dict) and isinstance(two, dict):
        return all(_same(value, two[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(two, list):
        return all(_same(*pair) for pair in zip(one, two, strict=True))
    return True


def apply(target: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """Return `target` with `patch` applied; neither is changed."""
    result = dict(target)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            before = result.get(key)
            result[key] = apply(before if isinstance(before, dict) else {}, value)
        else:
            result[key] = value
    return result
