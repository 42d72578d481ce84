"""The best constant in place of a wrong one: bracketed by counterexamples, snapped to a simple rational, proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from proofs_check.evidence.balls import decide as decide_at
from proofs_check.evidence.points import Domain, Point, complexity, simplest_between
from proofs_check.language.elaborate import Problem, elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.numbers import constant_value
from proofs_check.language.statement import Statement
from proofs_check.repair.literals import Literal, literals, one_line
from proofs_check.repair.samples import sampled
from proofs_check.repair.trial import Clock, Decide, Trial, attempt, decide_statement
from proofs_check.repair.walk import Walk
from proofs_check.verdict import REFUTED

UNKNOWN = "replaced_constant"
POINTS = 400
BISECTIONS = 40
COARSE = 7  # values within 2**-7 of the bracket need not be simpler than chance would have it
ATTEMPTS = 3  # undecided ones, per constant and direction
SHARPNESS = (Fraction(1, 1000), Fraction(1, 100), Fraction(1, 10))
SECONDS = 0.3


@dataclass(frozen=True)
class Constant:
    """A constant of the claim, what may stand there instead, and a worse value that is refuted.

    Attributes
    ----------
    old, new : the constant and its replacement.
    trial : the claim with the replacement and what the verifier says of it: true only when `trial.proved`.
    worse : the claim with a value between the two (or the old one), refuted by a replayed counterexample; None if none.
    bound : the value in `worse`.
    """

    old: Fraction
    new: Fraction
    trial: Trial
    bound: Fraction | None
    worse: Trial | None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the report."""
        return {
            "old": str(self.old),
            "new": str(self.new),
            **self.trial.to_json(),
            "refuted_at": None if self.bound is None else str(self.bound),
            "worse": None if self.worse is None else self.worse.to_json(),
        }


class Sieve:
    """Points of the domain, and which values of one constant they refute (exactly; what passes is not yet true)."""

    def __init__(self, statement: Statement, literal: Literal, points: Sequence[Point]) -> None:
        self.line, self.literal = one_line(statement.text), literal
        named = self.line[: literal.start] + UNKNOWN + self.line[literal.end :]
        variables = {**statement.variables, UNKNOWN: "real"}
        self.claim = elaborate(replace(statement, text=named, variables=variables)).claim
        self.statement, self.points = statement, list(points)

    def refuting(self, value: Fraction) -> Point | None:
        """Return a point at which the claim with this value is certainly not true."""
        for i, point in enumerate(self.points):
            at = {**point, UNKNOWN: value}
            if decide_at(self.claim, at, self.statement.relu_at_zero) in ("false", "undefined"):
                self.points.insert(0, self.points.pop(i))
                return point
        return None

    def changed(self, value: Fraction) -> Statement:
        """Return the statement with this value in the constant's place."""
        return self.statement.with_text(self.literal.replaced(self.line, value))


def constants(
    statement: Statement,
    problem: Problem,
    point: Mapping[str, Fraction],
    clock: Clock,
    decide: Decide = decide_statement,
) -> list[Constant]:
    """Return for each constant of a false claim the best replacement found, those that are proved first.

    Guarantee: none beyond that of each `trial` and `worse`: nothing is assumed about how truth depends on a constant.

    Examples
    --------
    >>> s = Statement("x*(1 - x) <= 1/5", {"x": "real"})
    >>> best = constants(s, elaborate(s), {"x": Fraction(1, 2)}, Clock(20))[0]
    >>> best.trial.text, best.trial.proved, best.worse.verdict
    ('x*(1 - x) <= 1/4', True, 'REFUTED')
    """
    domain = Domain.of(problem, statement.relu_at_zero)
    pool = [domain.complete({n: point[n] for n in domain.free}), *sampled(domain, point, POINTS)]
    found: list[Constant] = []
    places = literals(statement.text)
    for i, literal in enumerate(places):
        try:
            sieve = Sieve(statement, literal, pool)
        except ClaimError:  # a place where only a constant may stand
            continue
        own = clock.part(1 / (len(places) - i))
        for side in (1, -1):
            found += _best(sieve, side, own, decide)
    return sorted(found, key=lambda c: (not c.trial.proved, complexity(c.new)))


def _best(sieve: Sieve, side: int, clock: Clock, decide: Decide) -> list[Constant]:
    """Return the best value on one side of the constant that is proved, and a better one that is only supported."""
    old, supported, tries = sieve.literal.value, None, 0
    while tries < ATTEMPTS and clock.left() > 0:
        bracket = _bracket(sieve, side, clock)
        learned = False
        for value in _simple(sieve, *bracket) if bracket else ():
            if tries == ATTEMPTS or clock.left() == 0:
                break
            if learned and sieve.refuting(value) is not None:
                continue
            trial = attempt(sieve.changed(value), f"{old} -> {value}", min(SECONDS, clock.left()), decide)
            if trial.proved:
                best = Constant(old, value, trial, *_worse(sieve, value, side, clock, decide))
                return [best, *([supported] if supported else [])]
            if trial.verdict == REFUTED and _learn(sieve, trial):
                learned = True
                continue
            tries += 1
            if trial.verdict == "SUPPORTED" and supported is None:
                supported = Constant(old, value, trial, *_worse(sieve, value, side, clock, decide))
        if not learned:
            break
    return [supported] if supported else []


def _bracket(sieve: Sieve, side: int, clock: Clock) -> tuple[Fraction, Fraction] | None:
    """Return (refuted, not refuted) close together, on one side of the constant, as far as the points can tell."""
    old = sieve.literal.value
    scale = abs(old) or Fraction(1)
    bad, good = old, None
    for k in range(-5, 7):
        value = old + side * scale * Fraction(2) ** k
        if clock.left() == 0:
            return None
        if sieve.refuting(value) is None:
            good = value
            break
        bad = value
    if good is None:
        return None
    for _ in range(BISECTIONS):
        if clock.left() == 0:
            return None
        middle = (bad + good) / 2
        bad, good = (bad, middle) if sieve.refuting(middle) is None else (middle, good)
    return bad, good


def _simple(sieve: Sieve, bad: Fraction, good: Fraction) -> list[Fraction]:
    """Return simple values on the good side, the nearest to the refuted ones first.

    A value very near to them counts only when it is simpler than chance would have it: then it may be the best one.
    """
    side = 1 if good > bad else -1
    scale = abs(good) or Fraction(1)
    found = []
    for k in range(30, 0, -1):
        value = simplest_between(*sorted((bad, good + side * scale / 2**k)))
        by_chance = abs(value.numerator) + value.denominator > max(2 ** (k / 2) / 4, 1) and k > COARSE
        if not by_chance and value not in found and sieve.refuting(value) is None:
            found.append(value)
    return found


def _learn(sieve: Sieve, trial: Trial) -> bool:
    """Add the counterexample of a refuted value to the points; False when that is not possible."""
    values = {name: constant_value(value) for name, value in (trial.counterexample or {}).items()}
    point = {name: value for name, value in values.items() if value is not None}
    if len(point) != len(values) or set(point) != set(sieve.statement.variables):
        return False
    sieve.points.insert(0, point)
    return True


def _worse(
    sieve: Sieve, value: Fraction, side: int, clock: Clock, decide: Decide
) -> tuple[Fraction | None, Trial | None]:
    """Return the nearest refuted value towards the old constant, with its replayed counterexample."""
    old = sieve.literal.value
    scale = abs(value) or Fraction(1)
    nearer = [value - side * scale * step for step in SHARPNESS]
    for bound in [*(b for b in nearer if side * (b - old) > 0), old]:
        changed = sieve.changed(bound)
        point = sieve.refuting(bound)
        trial = _refuted(changed, point) if point is not None else None
        if trial is None and bound != old and clock.left() > SECONDS:
            trial = attempt(changed, f"{old} -> {bound}", min(SECONDS, clock.left()), decide)
        if trial is not None and trial.verdict == REFUTED:
            return bound, trial
    return None, None


def _refuted(statement: Statement, point: Point) -> Trial | None:
    """Return the trial of a claim that this point refutes, when the checker accepts it."""
    walk = Walk(statement, elaborate(statement))
    trial = {name: point[name] for name in walk.domain.free}
    state = walk.state(trial)
    cert = walk.certificate(trial, state) if state in ("false", "undefined") else None
    if cert is None:
        return None
    return Trial("", statement.text, tuple(statement.hypotheses), REFUTED, 6, False, cert["point"], cert)
