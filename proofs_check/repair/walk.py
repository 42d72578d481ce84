"""The points of a statement by height, and what each one says of the claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from proofs_check import certificate as certificates
from proofs_check.checker import replay
from proofs_check.evidence.balls import Undecided, Undefined, decide
from proofs_check.evidence.points import Domain, Point, complexity
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, formula_terms, variables


def height(value: Fraction) -> int:
    """Return |p| + q of the fraction p/q.

    Examples
    --------
    >>> [height(Fraction(n, 2)) for n in (0, 1, 2, 3)]
    [1, 3, 2, 5]
    """
    return abs(value.numerator) + value.denominator


def of_height(h: int) -> list[Fraction]:
    """Return all fractions of a height, simple ones first.

    Examples
    --------
    >>> [str(x) for x in of_height(3)]
    ['2', '-2', '1/2', '-1/2']
    """
    if h == 1:
        return [Fraction(0)]
    found = [Fraction(h - q, q) for q in range(1, h) if gcd(h - q, q) == 1]
    return [sign * value for value in found for sign in (1, -1)]


def order(point: Mapping[str, Fraction], names: tuple[str, ...]) -> tuple[Any, ...]:
    """Return the key that the order compares: height, coordinates that are not 0, then the coordinates in turn."""
    values = [point[name] for name in names]
    return sum(map(height, values)), sum(v != 0 for v in values), *map(complexity, values)


class Walk:
    """All points of the free variables by height, with what each one says of the claim."""

    def __init__(self, statement: Statement, problem: Problem) -> None:
        self.statement, self.problem = statement, problem
        self.domain = Domain.of(problem, statement.relu_at_zero)
        self.own = {name: _own(name, problem) for name in self.domain.free}
        self.known: dict[tuple[str, int], list[Fraction]] = {}

    def values(self, name: str, h: int) -> list[Fraction]:
        """Return the values of one variable of that height which its own conditions do not exclude."""
        key = (name, h)
        if key not in self.known:
            self.known[key] = [v for v in of_height(h) if self._may(name, v)]
        return self.known[key]

    def _may(self, name: str, value: Fraction) -> bool:
        at, zero = {name: value}, self.statement.relu_at_zero
        return all(decide(f, at, zero) in ("true", "undecided") for f in self.own[name])

    def points(self, total: int) -> Iterator[Point]:
        """Yield the points of that total height, in no order."""
        yield from self._points(self.domain.free, total)

    def _points(self, names: tuple[str, ...], total: int) -> Iterator[Point]:
        if not names:
            if total == 0:
                yield {}
            return
        rest = names[1:]
        heights = range(1, total - len(rest) + 1) if rest else range(total, total + 1)
        for h in heights:
            for value in self.values(names[0], h) if h >= 1 else ():
                for others in self._points(rest, total - h):
                    yield {names[0]: value, **others}

    def state(self, trial: Mapping[str, Fraction]) -> str:
        """Return "outside", "holds", "false", "undefined" or "undecided"."""
        zero = self.statement.relu_at_zero
        try:
            full = self.domain.complete(trial)
        except Undefined:
            return "outside"
        except Undecided:
            return "undecided"
        for formula in self.problem.domain:
            inside = decide(formula, full, zero)
            if inside != "true":
                return "undecided" if inside == "undecided" else "outside"
        outcome = decide(self.problem.claim, full, zero)
        return "holds" if outcome == "true" else outcome

    def certificate(self, trial: Mapping[str, Fraction], why: str) -> dict[str, Any] | None:
        """Return the certificate of a counterexample, None when the checker does not accept it."""
        cert = certificates.counterexample(self.statement, self.problem, self.domain.complete(trial), why)
        return cert if replay(cert).accepted else None


def _own(name: str, problem: Problem) -> list[Formula]:
    """Return the conditions on this variable alone; a point of the domain satisfies every one."""
    return [f for f in _parts(problem.domain) if variables(*formula_terms(f)) == {name}]


def _parts(formulas: tuple[Formula, ...]) -> Iterator[Formula]:
    for formula in formulas:
        yield from _parts(formula.args) if formula.op == "and" else (formula,)
