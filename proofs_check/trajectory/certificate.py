"""A refutation about a trajectory as data: one start and one time, exact, to be enclosed again by anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from proofs_check.language.numbers import constant_of
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term
from proofs_check.trajectory.table import Trajectory

FORMAT = "raceproof-trajectory/1"


def shown_point(trajectory: Trajectory, time: Fraction | None, times: Sequence[Term]) -> dict[str, Any]:
    """Return a counterexample for readers: the time, then the start and the data, numbers as text.

    Parameters
    ----------
    time : at which a claim for all times fails; None for a claim that names its times, which are then shown.
    """
    named = [str(value) for value in (constant_of(term) for term in times) if value is not None]
    when: Any = str(time) if time is not None else list(dict.fromkeys(named))
    table = trajectory.to_json()
    start = table.get("start") or {key: table["network"][key] for key in "wvxy"}
    if isinstance(when, list):
        when = when[0] if len(when) == 1 else when
    return ({"t": when} if when else {}) | start


def counterexample(
    trajectory: Trajectory, statement: Statement, where: Sequence[str], time: Fraction | None
) -> dict[str, Any]:
    """Return the certificate that `replayed` reads: the trajectory from one start, the claim, the time."""
    return {
        "format": FORMAT,
        "kind": "counterexample",
        "trajectory": trajectory.to_json(),
        "relu_at_zero": statement.relu_at_zero,
        "define": [list(pair) for pair in statement.define],
        "where": list(where),
        "claim": statement.text,
        "t": None if time is None else str(time),
    }


def statement_of(certificate: Mapping[str, Any]) -> Statement:
    """Return the claim of a certificate."""
    define = tuple((str(name), str(text)) for name, text in certificate["define"])
    return Statement(certificate["claim"], define=define, relu_at_zero=certificate["relu_at_zero"])
