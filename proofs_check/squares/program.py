"""The linear equations between Gram matrices that say: target = sum of (product of facts)*(sum of squares)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flint import fmpq, fmpq_mpoly

from proofs_check.squares.atoms import Fact

Monomial = tuple[int, ...]


@dataclass
class Block:
    """A Gram matrix over `basis`; what it makes is multiplied by the facts. `strict`: positive if the matrix is."""

    facts: tuple[Fact, ...]
    basis: list[fmpq_mpoly]
    strict: bool = False


@dataclass
class Program:
    """target = sum over blocks + sum of cofactors, one equation a monomial, one column an unknown.

    Attributes
    ----------
    blocks : the Gram matrices; the columns of one are its upper triangle, row by row.
    free : pairs of a fact that is zero and a monomial of its cofactor.
    columns : the coefficients of each unknown by monomial; Gram matrices first.
    target : the polynomial by monomial.
    """

    blocks: list[Block]
    free: list[tuple[Fact, fmpq_mpoly]]
    columns: list[dict[Monomial, fmpq]]
    target: dict[Monomial, fmpq]
    monomials: list[Monomial] = field(default_factory=list)

    @property
    def unknowns(self) -> int:
        """The number of unknowns of the Gram matrices."""
        return sum(size * (size + 1) // 2 for size in (len(b.basis) for b in self.blocks))


def build(
    target: fmpq_mpoly,
    blocks: Sequence[Block],
    free: Sequence[tuple[Fact, fmpq_mpoly]],
    reduced: Callable[[fmpq_mpoly], fmpq_mpoly],
) -> Program:
    """Return the equations, without basis elements whose squares nothing can cancel."""
    blocks, goal = [Block(b.facts, list(b.basis), b.strict) for b in blocks], reduced(target).to_dict()
    outer = [_columns(b, reduced) for b in blocks]
    loose = [reduced(f.poly * m).to_dict() for f, m in free]
    while _presolve(blocks, outer, loose, goal):
        pass
    kept = [(b, o) for b, o in zip(blocks, outer, strict=True) if b.basis]
    columns = [o[i, j] for b, o in kept for i in range(len(b.basis)) for j in range(i, len(b.basis))]
    program = Program([b for b, _ in kept], list(free), columns + loose, goal)
    program.monomials = sorted({m for c in program.columns for m in c} | set(goal))
    return program


def _columns(block: Block, reduced: Callable) -> dict[tuple[int, int], dict[Monomial, fmpq]]:
    factor = 1
    for fact in block.facts:
        factor = fact.poly * factor
    rows = [factor * b for b in block.basis]
    size = range(len(rows))
    return {
        (i, j): reduced(rows[i] * block.basis[j] * (1 if i == j else 2)).to_dict() for i in size for j in size if j >= i
    }


def _presolve(blocks: list[Block], outer: list, loose: list, goal: dict) -> bool:
    """Remove what a monomial forces to vanish: its equation has squares of one sign only, and right side 0."""
    signs: dict[Monomial, set[int]] = {}
    for columns in outer:
        for i, j in columns:
            for m, c in columns[i, j].items():
                signs.setdefault(m, set()).add((1 if c > 0 else -1) if i == j else 0)
    for m in itertools.chain(goal, *loose):
        signs.setdefault(m, set()).add(0)
    forced = {m for m, found in signs.items() if found in ({1}, {-1})}
    changed = False
    for b, (block, columns) in enumerate(zip(blocks, outer, strict=True)):
        keep = [i for i in range(len(block.basis)) if not forced & columns[i, i].keys()]
        if len(keep) < len(block.basis):
            changed = True
            block.basis = [block.basis[i] for i in keep]
            outer[b] = {(p, q): columns[i, j] for p, i in enumerate(keep) for q, j in enumerate(keep) if p <= q}
    return changed


def monomials(generators: Sequence[fmpq_mpoly], caps: Sequence[int], degree: int, one: fmpq_mpoly) -> list[fmpq_mpoly]:
    """Return the products of the generators up to a total degree, each generator up to its own.

    Examples
    --------
    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> ctx = fmpq_mpoly_ctx.get(["x", "y"], Ordering.degrevlex)
    >>> [str(m) for m in monomials(ctx.gens(), [2, 1], 2, ctx.constant(1))]
    ['1', 'x', 'x^2', 'y', 'x*y']
    """
    found = [(one, 0)]
    for g, cap in zip(generators, caps, strict=True):
        found = [(m * g**e, d + e) for e in range(cap + 1) for m, d in found if d + e <= degree]
    return [m for m, _ in found]
