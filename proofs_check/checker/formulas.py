"""Formulas: relations between terms, joined by `and`, `or`, `not` and `implies`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from proofs_check.checker.limits import MAX_FORMULA, need
from proofs_check.checker.terms import Store, Term, Vector

FLIPPED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Formula:
    """A truth value: a relation between two tuples of terms, or `and`, `or`, `not`, `implies` of parts."""

    kind: str
    parts: tuple[Formula, ...] = ()
    left: Vector = ()
    right: Vector = ()
    weight: int = 1

    def __post_init__(self) -> None:
        weight = 1 + sum(part.weight for part in self.parts)
        need(weight <= MAX_FORMULA, "a truth value has too many parts")
        object.__setattr__(self, "weight", weight)

    def terms(self) -> list[Term]:
        return [*self.left, *self.right, *(term for part in self.parts for term in part.terms())]


def negated(formula: Formula) -> Formula:
    """The negation with `not` pushed to the relations; what is reached stays the same."""
    kind, parts = formula.kind, formula.parts
    if kind == "not":
        return positive(parts[0])
    if kind == "and":
        return Formula("or", tuple(negated(part) for part in parts))
    if kind == "or":
        return Formula("and", tuple(negated(part) for part in parts))
    if kind == "implies":
        return Formula("and", (positive(parts[0]), negated(parts[1])))
    return replace(formula, kind=FLIPPED[kind])


def positive(formula: Formula) -> Formula:
    """The formula without `not`."""
    if formula.kind == "not":
        return negated(formula.parts[0])
    return replace(formula, parts=tuple(positive(part) for part in formula.parts))


def related(kind: str, difference: Fraction) -> bool:
    """Whether a relation holds for a difference left - right."""
    tests = {"==": difference == 0, "!=": difference != 0, "<": difference < 0, "<=": difference <= 0,
             ">": difference > 0, ">=": difference >= 0}  # fmt: skip
    need(kind in tests, "a relation is not part of the language")
    return tests[kind]


def substituted(store: Store, formula: Formula, change: dict[Term, Term]) -> Formula:
    if not change:
        return formula
    left, right = (tuple(store.substitute(t, change) for t in side) for side in (formula.left, formula.right))
    return Formula(formula.kind, tuple(substituted(store, part, change) for part in formula.parts), left, right)
