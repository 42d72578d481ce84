"""What is tried for one goal: which target, which facts multiplied with which, squares up to which degree."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

from flint import fmpq_mpoly

from proofs_check.squares.atoms import Atoms, Fact
from proofs_check.squares.program import Block, monomials

STRICT = (">", "<", "!=")
MAX_FACTS = 16
MAX_BASIS = 800


@dataclass(frozen=True)
class Attempt:
    """Find target = sum over blocks + cofactors; `rows` is minus the target as (factors, roots), fact by fact.

    `strict`: at least one block with a positive product must remain, for the rows alone are not known to be positive.
    """

    target: fmpq_mpoly
    rows: tuple[tuple[tuple[Fact, ...], fmpq_mpoly], ...]
    blocks: list[Block]
    free: list[tuple[Fact, fmpq_mpoly]]
    strict: bool


def attempts(atoms: Atoms, opposite: Fact, op: str) -> Iterator[Attempt | None]:
    """Yield attempts for a goal whose negation is the fact `opposite`, the cheap ones first."""
    one, n = atoms.ring.one, opposite.poly
    for facts in _selections(atoms, opposite):
        positive = [f for f in facts if f.kind in (">", ">=")]
        nonzero = [f for f in facts if f.kind == "!="]
        zeros = [f for f in facts if f.kind == "=="]
        polys = [n, atoms.reduced(n * n), *(f.poly for f in facts)]
        shape = _Shape(atoms, positive, nonzero, zeros, polys)
        if op == "==":
            yield shape.attempt([((), n)], -(n * n), 1, 0, False)
            yield shape.attempt([((), n)], -(n * n), 2, 1, False)
            continue
        if op == "!=":
            shape.zeros = [opposite, *zeros]
            for depth, more in ((1, 0), (2, 0), (2, 1)):
                for row, target in _positive_rows(positive, nonzero, one):
                    yield shape.attempt([row], target, depth, more, False)
            continue
        strict = op in STRICT
        roots = [one, *(atoms.ring.generators[i] for i in sorted(_support([n])))]
        multiplied = [((opposite,), r) for r in roots], -sum((r * r for r in roots), n * 0) * n
        refuted = [(((opposite, opposite), one), -n * n)]
        if strict:
            refuted = list(_positive_rows(positive, nonzero, one))
        more_facts = shape.with_fact(opposite)
        yield shape.attempt([((opposite,), one)], -n, 1, 0, strict)
        yield shape.attempt([((opposite,), one)], -n, 2, 0, strict)
        yield shape.attempt([((opposite,), one)], -n, 3, 0, strict)
        yield shape.attempt(*multiplied, 1, 0, strict)
        for fact in [f for f in positive if f.kind == ">"][:4]:
            yield shape.attempt([((opposite, fact), one)], -n * fact.poly, 2, 0, strict)
        for row, target in refuted:
            yield more_facts.attempt([row], target, 2, 0, False)
        yield shape.attempt([((opposite,), one)], -n, 2, 1, strict)
        for depth, more in ((3, 0), (2, 1), (3, 1)):
            for row, target in refuted:
                yield more_facts.attempt([row], target, depth, more, False)
        yield shape.attempt([((opposite,), one)], -n, 3, 1, strict)


def _positive_rows(
    positive: list[Fact], nonzero: list[Fact], one: fmpq_mpoly
) -> Iterator[tuple[tuple[tuple[Fact, ...], fmpq_mpoly], fmpq_mpoly]]:
    """Yield rows that are positive, each with minus its value: one, squares of what is not zero, strict facts."""
    yield ((), one), -one
    for fact in nonzero[:4]:
        yield ((), fact.poly), -fact.poly * fact.poly
    strict = [fact for fact in positive if fact.kind == ">"][:4]
    for fact in strict:
        yield ((fact,), one), -fact.poly
    if len(strict) > 1:
        yield (tuple(strict), one), -math.prod((fact.poly for fact in strict), start=one)


def _selections(atoms: Atoms, opposite: Fact) -> Iterator[list[Fact]]:
    """Yield the facts about the atoms of the goal, then those connected with them."""
    inside = _support([opposite.poly, atoms.reduced(opposite.poly * opposite.poly)])
    seen: dict[str, Fact] = {}
    for fact in atoms.facts:
        if not fact.poly.is_constant():
            seen.setdefault(f"{fact.kind}{fact.poly}", fact)
    facts = list(seen.values())
    near = [f for f in facts if _support([f.poly]) <= inside]
    yield near[:MAX_FACTS]
    grown: set[int] = set(inside)
    while True:
        touching = [f for f in facts if _support([f.poly]) & grown]
        larger = grown | _support([f.poly for f in touching])
        if larger == grown:
            break
        grown = larger
    if len(touching) > len(near):
        yield touching[:MAX_FACTS]


class _Shape:
    """The facts of an attempt, and the degrees its squares may have."""

    def __init__(
        self, atoms: Atoms, positive: list[Fact], nonzero: list[Fact], zeros: list[Fact], polys: Sequence[fmpq_mpoly]
    ):
        self.atoms, self.positive, self.nonzero, self.zeros = atoms, positive, nonzero, zeros
        self.used = sorted(_support(polys))
        degrees = [poly.degrees() for poly in polys]
        self.caps = {i: max(int(d[i]) for d in degrees) for i in self.used}

    def with_fact(self, fact: Fact) -> _Shape:
        """Return the shape with one more fact that is positive."""
        other = copy(self)
        other.positive = [fact, *self.positive]
        return other

    def attempt(
        self,
        rows: list[tuple[tuple[Fact, ...], fmpq_mpoly]],
        target: fmpq_mpoly,
        depth: int,
        more: int,
        strict: bool,
    ) -> Attempt | None:
        """Return the attempt with products of up to `depth` facts and squares of `more` degrees than needed.

        None when it would be too large.
        """
        ring = self.atoms.ring
        half = (_degree(target) + 1) // 2 + more
        gens = [ring.generators[i] for i in self.used]
        if math.comb(len(gens) + half, half) > MAX_BASIS:
            return None
        least = 0 if self.positive or self.zeros or strict or ring.relations else _least_degree(target) // 2
        caps = [min((self.caps[i] + 1) // 2 + more, ring.relations.get(i, (99,))[0] - 1) for i in self.used]
        caps = [max(c, 0) for c in caps]

        def basis(degree: int) -> list[fmpq_mpoly]:
            return monomials(gens, caps, degree, ring.one)

        blocks = [Block((), [b for b in basis(half) if _degree(b) >= least])]
        products = [c for k in range(1, depth + 1) for c in itertools.combinations_with_replacement(self.positive, k)]
        for product in products:
            degree = sum(_degree(f.poly) for f in product)
            odd = all(product.count(f) == 1 for f in product)  # a fact squared is a square
            if degree <= 2 * half and (odd or degree == 2 * half):
                blocks.append(Block(product, basis((2 * half - degree) // 2 if len(product) < 3 else 0)))
            if strict and odd and degree <= 2 * half and all(f.kind == ">" for f in product):
                blocks.append(Block(product, [ring.one], True))
        if strict:
            blocks.append(Block((), [ring.one], True))
            blocks += [Block((), [f.poly], True) for f in self.nonzero if 2 * _degree(f.poly) <= 2 * half]
        free = [
            (z, m)
            for z in self.zeros
            if _degree(z.poly) <= 2 * half
            for m in monomials(gens, [2 * c + 1 for c in caps], 2 * half - _degree(z.poly), ring.one)
        ]
        return Attempt(target, tuple(rows), blocks, free, strict)


def _degree(poly: fmpq_mpoly) -> int:
    return int(poly.total_degree()) if not poly.is_zero() else 0


def _support(polys: Sequence[fmpq_mpoly]) -> set[int]:
    return {i for poly in polys for exponents in poly.to_dict() for i, e in enumerate(exponents) if e}


def _least_degree(poly: fmpq_mpoly) -> int:
    return min((sum(map(int, exponents)) for exponents in poly.to_dict()), default=0)
