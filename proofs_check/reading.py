"""Do the engines and the checker read a statement alike? Both decide it at points, each by its own code.

Solvers and Coq are told what the toolkit's reader made of the text. The checker reads the text by itself: where the two
differ, at some point domain or claim come out differently.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import arb

from proofs_check import certificate as certificates
from proofs_check.checker import Reject, truth_at
from proofs_check.evidence.balls import Undecided, Undefined, ball, decide, evaluate, precision
from proofs_check.evidence.points import Domain, Point
from proofs_check.language.elaborate import Problem
from proofs_check.language.statement import Statement
from proofs_check.language.term import formula_terms, sub

INSIDE = 8  # points of the domain that both readings must share
TRIED = 300  # candidates for them
ANYWHERE = 24  # further points, in the domain or not
SIMPLE = tuple(Fraction(n, 2) for n in (0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8))
BITS = 128
SEED = 17


def different_reading(statement: Statement, problem: Problem, witness: Mapping[str, Fraction] | None = None) -> str:
    """Return how the checker's reading differs from the toolkit's at one of some points, or "" when it does not.

    Too few points of the domain count as a difference: then nothing was compared.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> text = Statement("d(x**3, x) >= 0", {"x": "positive"})
    >>> different_reading(text, elaborate(text))
    ''
    >>> different_reading(text, elaborate(Statement("d(x**3, x) < 0", {"x": "positive"})))[:31]
    'the checker reads another claim'
    """
    domain = Domain.of(problem, statement.relu_at_zero)
    if any(not pool for pool in domain.pools.values()):
        return "no point of the domain to compare the readings at"
    compared = 0
    for point in islice(domain.points(SEED, witness, TRIED), INSIDE):
        why = _difference(statement, problem, domain, point)
        if why:
            return why
        compared += 1
    if not compared:
        return "no point of the domain to compare the readings at"
    rng = random.Random(SEED)
    for _ in range(ANYWHERE if domain.free else 0):
        drawn = {name: rng.choice(problem.values.get(name) or SIMPLE) for name in domain.free}
        try:
            point = domain.complete(drawn)
        except (Undefined, Undecided):
            continue
        why = _difference(statement, problem, domain, point)
        if why:
            return why
    return ""


def _difference(statement: Statement, problem: Problem, domain: Domain, point: Point) -> str:
    cert = certificates.counterexample(statement, problem, point, "false")
    try:
        theirs, claim, differences = truth_at(cert)
    except Reject as reason:
        return f"the checker cannot read it: {reason}"
    ours = [decide(f, point, statement.relu_at_zero) for f in problem.domain]
    where = ", ".join(f"{name} = {value}" for name, value in cert["point"].items())
    inside = all(o == "true" for o in ours)
    if (inside and theirs is not True) or (theirs is True and any(o in ("false", "undefined") for o in ours)):
        return f"the checker reads another domain: {where}"
    if not inside:
        return ""
    word = decide(problem.claim, point, statement.relu_at_zero)
    read = claim if isinstance(claim, str) else "true" if claim else "false"
    if read in ("false", "undefined"):  # also when the toolkit says the same: what fails somewhere is proved by mistake
        return f"the claim is {read} as the checker reads it: {where}"
    if (read == "true" and word in ("false", "undefined")) or not _same(problem, statement, point, differences):
        return f"the checker reads another claim, as its value at {where} shows"
    return ""


def _same(problem: Problem, statement: Statement, point: Point, theirs: list[Any]) -> bool:
    """Return False when the differences of the two sides of the claim's relations certainly differ, signs aside."""
    terms = formula_terms(problem.claim)
    ours = []
    with precision(BITS):
        for a, b in zip(terms[::2], terms[1::2], strict=True):
            try:
                ours.append(_ends(ball(evaluate(sub(a, b), point, statement.relu_at_zero))))
            except (Undefined, Undecided):
                return True
    if len(ours) != len(theirs) or any(isinstance(value, str) for value in theirs):
        return True
    return all(_meet(p, q) for p, q in zip(sorted(map(_size, ours)), sorted(map(_size, theirs)), strict=True))


def _ends(value: arb) -> tuple[Fraction, Fraction]:
    low, high = value.lower().fmpq(), value.upper().fmpq()
    return Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))


def _size(ends: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """Return the enclosure of the absolute value."""
    low, high = ends
    return (Fraction(0), max(-low, high)) if low <= 0 <= high else (min(abs(low), abs(high)), max(abs(low), abs(high)))


def _meet(a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]
