"""One claim about an enclosed trajectory: it holds, it fails at a time, or why neither is certain."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass
from fractions import Fraction

from proofs_check.language.term import Formula, formula_terms, variables
from proofs_check.trajectory.outcomes import TRUE, Outcomes, within
from proofs_check.trajectory.path import Path, Stretch
from proofs_check.trajectory.scan import Scan

SAMPLES = 32
MAX_PARTS = 20_000
CROSS_CHECK = 10  # a tenth of the time to see whether what fails at one time is certain at all times
NARROWEST = 40  # halvings of a stretch
ALLOWED = 3  # undecided parts of a stretch before the next one is looked at
SHARP = range(2, NARROWEST, 3)  # depths at which Taylor forms are tried
HOLDS, FAILS, OPEN, EMPTY = "holds", "fails", "open", "empty"


@dataclass(frozen=True)
class Decision:
    """What was found: "holds", "fails" (at `time`), "empty" (its condition never holds) or "open" (with a reason).

    Examples
    --------
    >>> Decision(OPEN, reason="too few digits").time is None
    True
    """

    outcome: str
    time: Fraction | None = None
    reason: str = ""
    parts: int = 0


@dataclass(frozen=True)
class Question:
    """A claim with the condition on the times at which it is asked; moments are resolved, `free` when time is left."""

    claim: Formula
    where: Formula
    free: bool


def decide(scan: Scan, question: Question, seconds: float = 30.0) -> Decision:
    """Return what the enclosures say about a claim, for every start in the box.

    A claim in which time is free is asked at every time from 0 to the last one at which its condition holds.
    Guarantee: "holds" and "fails" are certain (docs/soundness.md); "fails" is for every start in the box.
    """
    if not question.free:
        return _still(scan, question)
    failing = sampled(scan, question)
    covered = _cover(scan, question, seconds if failing is None else seconds / CROSS_CHECK)
    if failing is not None:
        return Decision(FAILS, failing, parts=covered.parts) if covered.outcome != HOLDS else covered_twice(failing)
    if covered.outcome == HOLDS and question.where.op != "true":
        return _inhabited(scan, question, covered)
    return covered


def covered_twice(time: Fraction) -> Decision:
    """Raise: a claim cannot hold at all times and fail at one."""
    from proofs_check.verdict import Contradiction

    raise Contradiction(f"a claim is certain at all times and false at t = {time}")


def sampled(scan: Scan, question: Question) -> Fraction | None:
    """Return a time at which the claim certainly fails, among a few simple ones, or None."""
    for time in sample_times(scan.path):
        if "true" not in _asked(scan, question, time):
            return time
    return None


def sample_times(path: Path) -> list[Fraction]:
    """Return a few simple times spread over a trajectory.

    Examples
    --------
    >>> len(sample_times(Path((Stretch(Fraction(0), Fraction(3), {}),), Fraction(3), Fraction(3))))
    33
    """
    times = [path.until * i / SAMPLES for i in range(SAMPLES + 1)]
    if path.discrete:
        times = [Fraction(round(t)) for t in times]
    return list(dict.fromkeys(t for t in times if t <= path.reached))


def _asked(scan: Scan, question: Question, time: Fraction) -> Outcomes:
    return within(scan.at(question.where, time), lambda: scan.at(question.claim, time))


def _still(scan: Scan, question: Question) -> Decision:
    condition = scan.fixed(question.where)
    if condition != TRUE:
        return Decision(EMPTY if "true" not in condition else OPEN, reason="the condition does not certainly hold")
    found = scan.fixed(question.claim)
    if found == TRUE:
        return Decision(HOLDS, parts=1)
    if "true" not in found:
        return Decision(FAILS, parts=1)
    return Decision(OPEN, reason=_too_wide(scan, question), parts=1)


def _too_wide(scan: Scan, question: Question) -> str:
    """Return why a claim is open; the scan also holds the moments of other claims, whose reasons are not this one's."""
    own = variables(*formula_terms(question.claim), *formula_terms(question.where))
    values = (scan.constants.get(name) for name in own)
    reasons = {str(value) for value in values if isinstance(value, Exception)}
    if scan.path.reason:
        reasons.add(scan.path.reason)
    wide = "the enclosures do not decide it: ask for more digits, or narrow the box"
    return f"{wide} ({'; '.join(sorted(reasons))})" if reasons else wide


def _cover(scan: Scan, question: Question, seconds: float) -> Decision:
    """Halve the stretches until the claim is certain on every part; a stretch with undecided parts is left soon."""
    deadline, parts = clock.monotonic() + seconds, 0
    undecided: Fraction | None = None
    for stretch in scan.path.stretches:
        stack, left = [(stretch.start, stretch.stop, 0)], ALLOWED
        while stack and left:
            start, stop, depth = stack.pop()
            parts += 1
            found = _asked_over(scan, question, stretch, start, stop, depth in SHARP)
            if found == TRUE:
                continue
            time = simplest(start, stop)
            if "true" not in found:
                return Decision(FAILS, time, parts=parts)
            over_budget = parts >= MAX_PARTS or clock.monotonic() > deadline
            if start == stop or depth >= NARROWEST or over_budget:
                if "true" not in _asked(scan, question, time):
                    return Decision(FAILS, time, parts=parts)
                undecided = time if undecided is None else undecided
                left = 0 if over_budget else left - 1
                continue
            middle = (start + stop) / 2
            stack += [(middle, stop, depth + 1), (start, middle, depth + 1)]
    if undecided is not None:
        return Decision(
            OPEN, reason=f"undecided near t = {float(undecided):.12g}: {_too_wide(scan, question)}", parts=parts
        )
    if scan.path.reached < scan.path.until:
        reason = f"certain up to t = {float(scan.path.reached):.12g}, where the enclosure ends: {scan.path.reason}"
        return Decision(OPEN, reason=reason, parts=parts)
    return Decision(HOLDS, parts=parts)


def _asked_over(
    scan: Scan, question: Question, stretch: Stretch, start: Fraction, stop: Fraction, sharp: bool
) -> Outcomes:
    condition = scan.over(question.where, stretch, start, stop)
    return within(condition, lambda: scan.over(question.claim, stretch, start, stop, sharp))


def _inhabited(scan: Scan, question: Question, covered: Decision) -> Decision:
    """Return the decision for a claim that is certain wherever its condition holds: some time must satisfy it."""
    if any(scan.at(question.where, time) == TRUE for time in sample_times(scan.path)):
        return covered
    stack = [(s, s.start, s.stop, 0) for s in reversed(scan.path.stretches)]
    never = True
    for _ in range(MAX_PARTS):
        if not stack:
            break
        stretch, start, stop, depth = stack.pop()
        found = scan.over(question.where, stretch, start, stop)
        if found == TRUE or ("true" in found and scan.at(question.where, simplest(start, stop)) == TRUE):
            return covered
        if "true" in found and (start == stop or depth >= NARROWEST):
            never = False
        elif "true" in found:
            middle = (start + stop) / 2
            stack += [(stretch, middle, stop, depth + 1), (stretch, start, middle, depth + 1)]
    outcome = EMPTY if never and not stack else OPEN
    return Decision(outcome, reason="no time was found at which the condition holds", parts=covered.parts)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of least denominator between two, ends included.

    Examples
    --------
    >>> simplest(Fraction(31, 100), Fraction(35, 100)), simplest(Fraction(2), Fraction(2))
    (Fraction(1, 3), Fraction(2, 1))
    """
    if low.denominator == 1:
        return low
    whole = low.numerator // low.denominator
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))
