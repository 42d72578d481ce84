"""A counterexample with its numbers filled in: what both sides of a claim are there, as the checker computes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

SHOWN = 24  # characters of an exact value before it is shown as a decimal
FORMAT = "raceproof-certificate/1"
T = TypeVar("T")


def numbers_at(certificate: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Return the values of both sides of each relation that fails at a certificate's point.

    A vector is shown as "(1, 0)". Where the claim is undefined there is nothing to show; what is not rational is
    rounded and begins with the sign for "about".

    Examples
    --------
    >>> statement = {"text": "x**2 >= x", "variables": {"x": "real"}}
    >>> numbers_at({"format": FORMAT, "kind": "counterexample", "statement": statement, "point": {"x": "1/2"}})
    [{'left': '1/4', 'relation': '>=', 'right': '1/2'}]
    """
    if certificate and certificate.get("why") == "undefined":
        return []
    return at_counterexample(certificate, _failing) or []


def at_counterexample(
    certificate: Mapping[str, Any] | None, found: Callable[[Any, dict[str, Fraction]], T]
) -> T | None:
    """Return what `found` makes of the checker's statement and point; None without a counterexample that it can read.

    Examples
    --------
    >>> at_counterexample(None, lambda statement, point: point) is None
    True
    """
    if not certificate or certificate.get("format") != FORMAT or certificate.get("kind") != "counterexample":
        return None
    from proofs_check.checker.certificate import SECONDS
    from proofs_check.checker.counterexample import read_point
    from proofs_check.checker.limits import Clock, Reject
    from proofs_check.checker.statement import Statement

    try:
        statement = Statement(certificate["statement"], Clock(SECONDS))
        return found(statement, read_point(statement, certificate["point"]))
    except (Reject, KeyError, TypeError, ValueError, RecursionError):
        return None


def _failing(statement: Any, point: dict[str, Fraction]) -> list[dict[str, str]]:
    from proofs_check.checker.evaluate import Evaluation
    from proofs_check.checker.limits import PRECISIONS

    for precision in PRECISIONS[:2]:
        at = Evaluation(statement, point, precision)
        failing = [part for part in _relations(statement.claim) if at.truth(part) is False]
        if failing:
            return [_sides(at, part) for part in failing]
    return []


def _relations(formula: Any) -> list[Any]:
    """Return the parts that must all hold: those of nested `and`, or the formula itself."""
    if formula.kind == "and":
        return [found for part in formula.parts for found in _relations(part)]
    if formula.kind == "implies":  # it is false where its premise holds, so what fails is in its conclusion
        return _relations(formula.parts[1])
    return [] if formula.parts else [formula]


def _sides(at: Any, relation: Any) -> dict[str, str]:
    return {"left": _side(at, relation.left), "relation": relation.kind, "right": _side(at, relation.right)}


def _side(at: Any, terms: Any) -> str:
    """Return one side of a relation that has a truth value, so every number in it has a value."""
    values = [shown(*at.memo[term]) for term in terms]
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def shown(low: Fraction, high: Fraction) -> str:
    """Return an enclosed number: exact when it is one and short, else to as many digits as are certain, at most 6.

    Examples
    --------
    >>> shown(Fraction(1, 3), Fraction(1, 3)), shown(Fraction(314159, 100000), Fraction(314160, 100000))
    ('1/3', '≈ 3.1416')
    """
    if low == high and len(str(low)) <= SHOWN:
        return str(low)
    try:
        for digits in (6, 5, 4, 3, 2):
            text = f"{float(low):.{digits}g}"
            if text == f"{float(high):.{digits}g}":
                return f"≈ {text}"
        return f"≈ {float((low + high) / 2):.1g}"
    except OverflowError:
        return "beyond 1e308 in size"
