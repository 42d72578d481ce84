"""One goal to one step of a certificate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from proofs_check.evidence.ratio import NotNormal
from proofs_check.language.term import NEGATED, Formula, neg, sub
from proofs_check.squares.atoms import Atoms, Fact
from proofs_check.squares.attempts import Attempt, attempts
from proofs_check.squares.faces import smaller
from proofs_check.squares.program import Block, Program, build
from proofs_check.squares.rounding import Exact, exact
from proofs_check.squares.solve import approximate
from proofs_check.squares.write import term_text

THRESHOLDS = (1e-6, 1e-5, 1e-4, 1e-3)
MAX_ROUNDS = 8
MAX_MONOMIALS = 300


def find_step(
    goal: Formula, facts: Sequence[Formula], relu_at_zero: int, end: float, unknowns: int, signed: bool = True
) -> dict[str, Any] | None:
    """Return a step (docs/certificates.md, kind "squares") for a relation, None when none is found before `end`.

    `signed`: denominators whose sign is proved are multiplied out once, else all are squared.
    """
    try:
        atoms = Atoms(goal, facts, relu_at_zero, signed)
        gap = sub(*goal.terms)
        opposite = atoms.fact(neg(gap) if goal.op in (">", ">=") else gap, _opposite(goal.op))
        value = atoms.ratio(gap)
    except NotNormal:
        return None
    if len(opposite.poly) > MAX_MONOMIALS:
        return None
    text = atoms.text(value.num / value.den.leading_coefficient()) if value.den.is_constant() else term_text(gap)
    seen: set[Any] = set()
    for attempt in attempts(atoms, opposite, goal.op):
        if time.monotonic() > end:
            return None
        if attempt is None:
            continue
        try:
            found = _solved(atoms, attempt, end, unknowns, seen)
        except NotNormal:
            continue
        if found is not None:
            return {"goal": [text, goal.op], **_written(atoms, attempt, *found)}
    return None


def _opposite(op: str) -> str:
    """Return the kind of the negation, turned so that it says > or >=."""
    return {">=": ">", "<=": ">", ">": ">=", "<": ">="}.get(op, NEGATED.get(op, op))


def _solved(
    atoms: Atoms, attempt: Attempt, end: float, unknowns: int, seen: set[Any]
) -> tuple[Program, Exact, fmpq] | None:
    size = sum(len(b.basis) * (len(b.basis) + 1) // 2 for b in attempt.blocks)
    if size > 12 * unknowns:  # most of them do not survive `build`
        return None
    scale = 1 / max((abs(c) for c in attempt.target.to_dict().values()), default=fmpq(1))
    rounds = [0]

    def solve(blocks: list[Block]) -> tuple[Program, Exact, fmpq] | None:
        rounds[0] += 1
        program = build(attempt.target * scale, blocks, attempt.free, atoms.reduced)
        shape = (str(attempt.target), len(program.free), *((b.facts, tuple(map(str, b.basis))) for b in program.blocks))
        if shape in seen:
            return None
        seen.add(shape)
        small = program.unknowns + len(program.free) <= unknowns
        lost = attempt.strict and not any(b.strict for b in program.blocks)
        if not small or lost or rounds[0] > MAX_ROUNDS or time.monotonic() > end:
            return None
        near = approximate(program, end - time.monotonic())
        if near is None or near.margin < -1e-3:
            return None
        found = exact(program, near, end) if near.margin > 1e-8 else None
        if found is not None:
            return program, found, scale
        for threshold in THRESHOLDS:
            fewer = smaller(program, near, threshold)
            result = None if fewer is None else solve(fewer)
            if result is not None:
                return result
        return None

    return solve(attempt.blocks)


def _written(atoms: Atoms, attempt: Attempt, program: Program, found: Exact, scale: fmpq) -> dict[str, Any]:
    rows = [_row(atoms, scale, facts, root) for facts, root in attempt.rows]
    for block, squares in zip(program.blocks, found.squares, strict=True):
        for weight, row in squares:
            root = sum((c * b for c, b in zip(row, block.basis, strict=True) if c != 0), atoms.ring.zero)
            rows.append(_row(atoms, weight, block.facts, root))
    cofactors: dict[int, tuple[Fact, fmpq_mpoly]] = {}
    for (fact, monomial), c in zip(program.free, found.free, strict=True):
        old = cofactors.get(id(fact), (fact, atoms.ring.zero))[1]
        cofactors[id(fact)] = fact, old + c * monomial
    zero = []
    for fact, cofactor in cofactors.values():
        if not cofactor.is_zero():
            others = [f"({f})" for f in fact.factors[1:]] + ([f"({fact.root})**2"] if fact.root != "1" else [])
            zero.append(["*".join([f"({atoms.text(cofactor)})", *others]), fact.factors[0]])
    return {"sum": rows, **({"zero": zero} if zero else {})}


def _row(atoms: Atoms, weight: fmpq, facts: Sequence[Fact], root: fmpq_mpoly) -> list[Any]:
    roots = [f.root for f in facts if f.root != "1"]
    text = atoms.text(root)
    if roots:
        text = "*".join(f"({t})" for t in [text, *roots])
    return [str(weight), [factor for f in facts for factor in f.factors], text]
