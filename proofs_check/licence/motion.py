"""What the licences along a `[flow]` share: which variables move, and what may be said about them beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from proofs_check.language.statement import Statement
from proofs_check.licence.indexed import Refused
from proofs_check.licence.parts import names_in


def check_motion(statement: Statement, start: Mapping[str, str]) -> None:
    """Refuse a lemma whose motion is not that of its `[flow]` table alone, or whose hypotheses move.

    Raises
    ------
    Refused
        With the reason.

    Examples
    --------
    >>> check_motion(Statement("", {"p": "real"}, flow={"p": "-p"}, hypotheses=("p > 0",)), {})
    Traceback (most recent call last):
    proofs_check.licence.indexed.Refused: the hypothesis p > 0 is about a variable that moves: put it into the claim
    """
    moving = set(statement.flow)
    if statement.network is not None or statement.step or not moving:
        raise Refused("it goes along a [flow] table alone")
    for name in statement.flow:
        spec = statement.variables.get(name)
        if spec is None or (isinstance(spec, dict) and "values" in spec):
            raise Refused(f"{name} moves and is no real variable")
    for name, spec in statement.variables.items():
        fixed = name not in moving and isinstance(spec, dict) and "real" in spec
        if fixed and names_in(spec["real"], statement) & moving:
            raise Refused(f"the condition on {name} is about a variable that moves")
    for text in statement.hypotheses:
        refuse_moving(text, statement, "the hypothesis")
    if start and set(start) != moving:
        raise Refused("start has to give every variable of [flow], and no other, its first value")
    for text in start.values():
        refuse_moving(text, statement, "the first value")


def anywhere(statement: Statement) -> Statement:
    """Return the statement for all values of the variables that move: their declared kinds are not used."""
    free = {name: "real" for name in statement.flow if not _is_vector(statement.variables[name])}
    return replace(statement, variables={**statement.variables, **free})


def _is_vector(spec: Any) -> bool:
    return isinstance(spec, dict) and "vector" in spec


def refuse_moving(text: str, statement: Statement, what: str) -> None:
    """Refuse a text about a variable that moves."""
    if names_in(text, statement) & set(statement.flow):
        raise Refused(f"{what} {text} is about a variable that moves: put it into the claim")


__all__ = ["anywhere", "check_motion", "refuse_moving"]
