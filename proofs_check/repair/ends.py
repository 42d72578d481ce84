"""An interval on which a claim fails, as data and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

GRID = 10**9  # ends that are not rational are enclosed to this


@dataclass(frozen=True)
class End:
    """One end of an interval on which a claim fails.

    Attributes
    ----------
    kind : "exact" (the end is `at`), "enclosed" (it lies between `at`, still failing, and `beyond`), "unbounded", or
        "reached" (failing is shown up to `at`, and nothing is known of what follows).
    at : a rational; the claim fails from the counterexample to it.
    closed : whether it fails at `at` too.
    beyond : for "exact" and "enclosed", a point where it does not fail; `state` says "holds", "outside" or "undecided".
    root : for "enclosed", the polynomial whose root it is, where there is one.
    """

    kind: str
    at: Fraction | None = None
    closed: bool = True
    beyond: Fraction | None = None
    state: str = ""
    root: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {
            "kind": self.kind,
            "at": None if self.at is None else str(self.at),
            "closed": self.closed,
            "beyond": None if self.beyond is None else str(self.beyond),
            "state": self.state,
            "root": self.root,
        }


@dataclass(frozen=True)
class Region:
    """An interval of one variable, the others fixed, on which the claim fails at every point.

    Examples
    --------
    >>> Region("x", {}, End("exact", Fraction(0), False), End("unbounded")).text()
    'x > 0'
    """

    name: str
    fixed: Mapping[str, Fraction]
    low: End
    high: End

    def text(self) -> str:
        """Return the interval as a condition, with the others' values."""
        where = ", ".join(f"{name} = {value}" for name, value in self.fixed.items())
        return self.condition() + (f" with {where}" if where else "")

    def condition(self) -> str:
        """Return the interval as a condition in the claim language."""
        low, high = self.low, self.high
        if low.at is not None and low.at == high.at:
            return f"{self.name} == {low.at}"
        if low.at is None and high.at is None:
            return f"every real {self.name}"
        if low.at is None:
            return f"{self.name} {'<=' if high.closed else '<'} {shown(high.at)}"
        if high.at is None:
            return f"{self.name} {'>=' if low.closed else '>'} {shown(low.at)}"
        left, right = ("<=" if end.closed else "<" for end in (low, high))
        return f"{shown(low.at)} {left} {self.name} {right} {shown(high.at)}"

    def notes(self) -> list[str]:
        """Return what is known of each end."""
        return [note for end in (self.low, self.high) for note in _note(end)]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        fixed = {name: str(value) for name, value in self.fixed.items()}
        condition = self.condition()
        return {
            "variable": self.name, "fixed": fixed, "condition": condition,
            "low": self.low.to_json(), "high": self.high.to_json(),
        }  # fmt: skip


def _note(end: End) -> list[str]:
    if end.kind == "enclosed":
        note = f"it {_does(end.state)} at {shown(end.beyond)}"
        return [f"{note}, past a root of {end.root}" if end.root else note]
    if end.kind == "reached":
        return [f"beyond {shown(end.at)} nothing is shown"]
    if end.kind == "exact" and end.state == "holds":
        return [f"it holds at {shown(end.beyond)}"]
    return []


def _does(state: str) -> str:
    return {"holds": "holds", "outside": "is outside the domain"}.get(state, "is not decided")


def shown(value: Fraction | None) -> str:
    """Return a rational as p/q, or as a decimal when it is one of many digits.

    Examples
    --------
    >>> shown(Fraction(1, 3)), shown(Fraction(707106781, 10**9))
    ('1/3', '0.707106781')
    """
    if value is None:
        return ""
    if value.denominator <= 64 or GRID % value.denominator:
        return str(value)
    whole, rest = divmod(abs(value.numerator) * (GRID // value.denominator), GRID)
    return f"{'-' * (value < 0)}{whole}.{rest:09d}".rstrip("0")
