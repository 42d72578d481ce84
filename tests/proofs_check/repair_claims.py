"""Claims over real variables for the tests of repairs, and what the checker says of a point."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.checker import replay
from proofs_check.language.statement import Statement


def claim(text: str, *conditions: str, names: str = "x") -> Statement:
    return Statement(text, dict.fromkeys(names.split(), "real"), conditions)


def refuted_at(statement: Statement, point: dict[str, Fraction]) -> bool:
    """Say by the checker alone, which shares no code with the search, whether the point refutes the claim."""
    shown = {name: str(value) for name, value in point.items()}
    base = {"format": "raceproof-certificate/1", "statement": statement.to_json(), "kind": "counterexample"}
    return any(replay({**base, "point": shown, "why": why}).accepted for why in ("false", "undefined"))
