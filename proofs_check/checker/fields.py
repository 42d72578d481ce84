"""The JSON values of a certificate: objects with known keys, lists, exact numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from proofs_check.checker.limits import MAX_DIGITS, need

RATIONAL = re.compile(r"-?\d+(?:/\d+)?")


def rational(value: object, what: str) -> Fraction:
    """A number of a certificate: an integer or a string `p/q`."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if value.bit_length() < 3 * MAX_DIGITS else "?"
    need(isinstance(value, str) and RATIONAL.fullmatch(value), f"{what} is not a number p/q")
    text = str(value)
    need(len(text) <= 2 * MAX_DIGITS and not re.search(r"/0+$", text), f"{what} is not a number p/q")
    return Fraction(text)


def fields(value: object, what: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """A JSON object with exactly the keys expected."""
    need(isinstance(value, dict), f"{what} is not an object")
    assert isinstance(value, dict)
    for key in required:
        need(key in value, f"{what} has no {key!r}")
    for key in value:
        need(key in (*required, *optional), f"{what} has an unknown key {str(key)[:40]!r}")
    return value


def items(value: object, what: str, length: int | None = None) -> list[Any]:
    """A JSON list, of the length given."""
    need(isinstance(value, (list, tuple)), f"{what} is not a list")
    assert isinstance(value, (list, tuple))
    need(length is None or len(value) == length, f"{what} has {len(value)} entries, needs {length}")
    return list(value)
