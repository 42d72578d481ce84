"""Rational points of a statement's domain, simple ones first: what the search for a counterexample tries."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from math import isqrt

from proofs_check.evidence.balls import Undecided, Undefined, decide, evaluate
from proofs_check.evidence.signs import Signs
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, Term, formula_terms, sub, var, variables

Point = dict[str, Fraction]


def complexity(value: Fraction) -> tuple[int, int, int, bool]:
    """Return a key that orders numbers from simple to complicated.

    Examples
    --------
    >>> sorted([Fraction(-1), Fraction(1, 2), Fraction(1), Fraction(0)], key=complexity)[:3]
    [Fraction(0, 1), Fraction(1, 1), Fraction(-1, 1)]
    """
    return (max(abs(value.numerator), value.denominator), value.denominator, abs(value.numerator), value < 0)


def _pool(largest_denominator: int = 8, reach: int = 5) -> list[Fraction]:
    found = {Fraction(p, q) for q in range(1, largest_denominator + 1) for p in range(-reach * q, reach * q + 1)}
    found |= {sign * Fraction(n) for n in (6, 8, 10, 20, 100, 1000) for sign in (1, -1)}
    found |= {sign * Fraction(1, n) for n in (10, 16, 50, 100, 1000) for sign in (1, -1)}
    return sorted(found, key=complexity)


POOL = _pool()


@dataclass
class Domain:
    """The domain of a problem with, for each variable, the simple values that its own conditions allow.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> domain = Domain.of(elaborate(Statement("x < 1", {"x": "positive"})))
    >>> domain.pools["x"][:2]
    [Fraction(1, 1), Fraction(2, 1)]
    """

    problem: Problem
    relu_at_zero: int
    free: tuple[str, ...]
    pools: dict[str, list[Fraction]]
    residuals: dict[str, tuple[str, Term]] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, relu_at_zero: int = 0) -> Domain:
        """Find the simple values of every variable; residuals are realised by targets of the squared loss."""
        residuals: dict[str, tuple[str, Term]] = {}
        net = problem.network
        if net and net.loss == "any":
            for k in range(net.samples):
                for e, f in zip(net.e(k), net.f(k), strict=True):
                    name = str(e.value)
                    residuals[name] = ("y" + name[1:], f)
        free = list(problem.names)
        if net:
            used = set(free)
            needed = [n for n in net.variable_names() if n != "eta" and n not in used]
            free += needed
            free = [residuals[n][0] if n in residuals else n for n in free]
        pools = {name: _allowed(name, problem, relu_at_zero) for name in free}
        return cls(problem, relu_at_zero, tuple(free), pools, residuals)

    def complete(self, point: Mapping[str, Fraction]) -> Point:
        """Add the residuals that the targets give."""
        full = dict(point)
        for name, (target, f) in self.residuals.items():
            prediction = evaluate(f, full, self.relu_at_zero)
            assert isinstance(prediction, Fraction)
            full[name] = full[target] - prediction
        return full

    def contains(self, point: Mapping[str, Fraction]) -> bool:
        """Return True when every condition certainly holds at the completed point."""
        return all(decide(f, point, self.relu_at_zero) == "true" for f in self.problem.domain)

    def candidates(self, seed: int, witness: Mapping[str, Fraction] | None) -> Iterator[Point]:
        """Yield points that satisfy the one-variable conditions: witness, simple ones, then random ones."""
        rng = random.Random(seed)
        if witness:
            yield dict(witness)
        if not self.free:
            yield {}
            return
        if len(self.free) <= 3:
            per_variable = {1: 300, 2: 24, 3: 9}[len(self.free)]
            for values in product(*(self.pools[n][:per_variable] for n in self.free)):
                yield dict(zip(self.free, values, strict=True))
        while True:
            if witness and rng.random() < 0.5:
                point = dict(witness)
                for name in rng.sample(self.free, min(len(self.free), rng.choice((1, 1, 2, 3)))):
                    point[name] = self._draw(name, rng)
            else:
                point = {name: self._draw(name, rng) for name in self.free}
            yield point

    def _draw(self, name: str, rng: random.Random) -> Fraction:
        pool = self.pools[name]
        head = rng.choice((4, 8, 30, len(pool)))
        return rng.choice(pool[:head])

    def points(self, seed: int, witness: Mapping[str, Fraction] | None, limit: int) -> Iterator[Point]:
        """Yield completed points of the domain out of `limit` candidates, equalities solved where possible."""
        equalities = [f for f in _conjuncts(self.problem.hypotheses) if f.op == "=="]
        rng = random.Random(seed + 1)
        for candidate in islice(self.candidates(seed, witness), limit):
            for trial in (candidate, *_solved(self, candidate, equalities, rng)):
                try:
                    full = self.complete(trial)
                except (Undefined, Undecided):
                    continue
                if self.contains(full):
                    yield full
                    break


def _conjuncts(formulas: Sequence[Formula]) -> Iterator[Formula]:
    for formula in formulas:
        if formula.op == "and":
            yield from _conjuncts(formula.args)
        else:
            yield formula


def _allowed(name: str, problem: Problem, relu_at_zero: int) -> list[Fraction]:
    if name in problem.values:
        return sorted(problem.values[name], key=complexity)
    own = [f for f in _conjuncts(problem.domain) if variables(*formula_terms(f)) == {name}]
    pool = [value for value in POOL if all(decide(f, {name: value}, relu_at_zero) == "true" for f in own)]
    if not own:
        return pool
    if len(pool) >= 40:
        return [*pool, *(end for end in _ends(name, own, relu_at_zero) if end not in pool)]
    return sorted({*pool, *_between(name, own, relu_at_zero)}, key=complexity)


def _ends(name: str, own: list[Formula], relu_at_zero: int) -> list[Fraction]:
    """Return the ends of the interval that the conditions give, where they belong to it."""
    bound = Signs(own, (), relu_at_zero).bounds(var(name))
    ends = [end for end in (bound.lo, bound.hi) if end is not None]
    return [end for end in ends if all(decide(f, {name: end}, relu_at_zero) == "true" for f in own)]


def _between(name: str, own: list[Formula], relu_at_zero: int) -> list[Fraction]:
    """Return points inside the interval that the conditions give, when the pool has few."""
    bound = Signs(own, (), relu_at_zero).bounds(var(name))
    if bound.lo is None and bound.hi is None:
        return []
    lo = bound.lo if bound.lo is not None else bound.hi - 4  # type: ignore[operator]
    hi = bound.hi if bound.hi is not None else bound.lo + 4  # type: ignore[operator]
    inside = [
        simplest_between(lo + (hi - lo) * Fraction(i, 24), lo + (hi - lo) * Fraction(i + 1, 24)) for i in range(24)
    ]
    inside += [lo, hi, (lo + hi) / 2]
    return [value for value in inside if all(decide(f, {name: value}, relu_at_zero) == "true" for f in own)]


def simplest_between(lo: Fraction, hi: Fraction) -> Fraction:
    """Return the fraction of smallest denominator in [lo, hi].

    Examples
    --------
    >>> simplest_between(Fraction(3, 10), Fraction(2, 5))
    Fraction(1, 3)
    """
    floor = lo.numerator // lo.denominator
    if floor == lo:
        return Fraction(floor)
    if floor + 1 <= hi:
        return Fraction(floor + 1)
    return floor + 1 / simplest_between(1 / (hi - floor), 1 / (lo - floor))


def _solved(domain: Domain, point: Point, equalities: list[Formula], rng: random.Random) -> Iterator[Point]:
    """Yield the point with one variable of each equality moved so that the equality holds."""
    if not equalities:
        return
    current = dict(point)
    taken: set[str] = set()
    for formula in equalities:
        gap = sub(*formula.terms)
        names = [
            n for n in sorted(variables(gap)) if n in domain.free and n not in taken and n not in domain.problem.values
        ]
        rng.shuffle(names)
        for name in names:
            roots = _roots(gap, name, current, domain.relu_at_zero)
            if roots:
                current[name] = rng.choice(roots)
                taken.add(name)
                break
        else:
            return
    yield current


def _roots(gap: Term, name: str, point: Point, relu_at_zero: int) -> list[Fraction]:
    """Return the rational roots of an expression that is quadratic in one variable (checked at a fourth point)."""
    values = []
    for trial in (0, 1, -1, 2):
        try:
            value = evaluate(gap, {**point, name: Fraction(trial)}, relu_at_zero)
        except (Undefined, Undecided, KeyError):
            return []
        if not isinstance(value, Fraction):
            return []
        values.append(value)
    at0, at1, at_1, at2 = values
    a, b, c = (at1 + at_1) / 2 - at0, (at1 - at_1) / 2, at0
    if 4 * a + 2 * b + c != at2:
        return []
    if a == 0:
        return [-c / b] if b else []
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    p, q = isqrt(discriminant.numerator), isqrt(discriminant.denominator)
    if p * p != discriminant.numerator or q * q != discriminant.denominator:
        return []
    root = Fraction(p, q)
    return [(-b + root) / (2 * a), (-b - root) / (2 * a)]
