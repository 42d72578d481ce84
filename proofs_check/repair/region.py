"""Where a false claim fails: the largest interval found around a counterexample, one variable at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from proofs_check.evidence.points import simplest_between
from proofs_check.language.elaborate import Problem
from proofs_check.repair.ends import GRID, End, Region
from proofs_check.repair.pieces import Line
from proofs_check.repair.tails import polynomial, root_bound
from proofs_check.repair.trial import Clock

FINEST = Fraction(1, 1 << 44)
FAR = Fraction(10**6)
MAX_PIECES = 250


def region(problem: Problem, relu_at_zero: int, point: Mapping[str, Fraction], name: str, clock: Clock) -> Region:
    """Return the largest interval found around a counterexample, along one variable, on which the claim fails.

    Guarantee: the claim is false or undefined, inside its domain, at every point of the interval: balls contain all
    values on every piece of a cover, and where both sides touch at an end the first derivative that is not 0 decides.
    Another interval may lie elsewhere.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> problem = elaborate(Statement("x**2 >= x", {"x": "real"}))
    >>> region(problem, 0, {"x": Fraction(1, 2)}, "x", Clock(5)).text()
    '0 < x < 1'
    """
    fixed = {n: v for n, v in point.items() if n != name}
    line = Line(problem, relu_at_zero, name, fixed)
    bound = root_bound(problem, name, fixed)
    low, high = (_end(line, point[name], side, bound, clock) for side in (-1, 1))
    return Region(name, {n: v for n, v in fixed.items() if n in problem.names}, low, high)


def _end(line: Line, start: Fraction, side: int, bound: Fraction | None, clock: Clock) -> End:
    at, step = _advance(line, start, side, bound, clock, Fraction(1, 4))
    if bound is not None and side * at > bound:
        return End("unbounded")
    for _ in range(3):
        for candidate in _candidates(line, at, side, step):
            end = _exact(line, at, candidate, side)
            if end is not None:
                return end
            joined = _joined(line, at, candidate, side, clock)
            if joined is not None:
                return joined
        further, step = _advance(line, at, side, bound, clock, Fraction(1, 64))
        if further == at:
            break
        at = further
    return _enclosed(line, start, at, side)


def _advance(
    line: Line, start: Fraction, side: int, bound: Fraction | None, clock: Clock, step: Fraction
) -> tuple[Fraction, Fraction]:
    """Go on piece by piece while the claim fails on them; return how far, and the last step."""
    at, far = start, max(FAR, (bound or 0) + 2)
    for _ in range(MAX_PIECES):
        if abs(at) > far or step < FINEST * max(1, abs(at)) or clock.left() == 0:
            break
        if line.fails_on(at, at + side * step):
            at, step = at + side * step, 2 * step
        else:
            step /= 2
    return at, step


def _candidates(line: Line, at: Fraction, side: int, step: Fraction) -> list[Fraction]:
    """Return simple rationals at which the failing may end: near where the cover stopped, and between point samples."""
    found = []
    for width in (16 * step, 1024 * step, Fraction(1, 10**6), Fraction(1, 10**3)):
        found.append(simplest_between(*sorted((at, at + side * width))))
    inner, outer = at, None
    reach = Fraction(1, 1024)
    while reach < FAR and outer is None:
        if line.state(at + side * reach) == "fails":
            inner, reach = at + side * reach, 2 * reach
        else:
            outer = at + side * reach
    while outer is not None and abs(outer - inner) > Fraction(1, GRID):
        middle = (inner + outer) / 2
        inner, outer = (middle, outer) if line.state(middle) == "fails" else (inner, middle)
    if outer is not None:
        slack = Fraction(2, GRID)
        found += [simplest_between(min(inner, outer) - slack, max(inner, outer) + slack), outer]
    return [c for c in dict.fromkeys(found) if side * (c - at) >= 0]


def _exact(line: Line, at: Fraction, end: Fraction, side: int) -> End | None:
    """Return the end when the claim fails all the way to it and not beyond; None otherwise."""
    state = line.state(end)
    if state == "fails":
        if not line.changes_at(end):
            return None
        after = Fraction(side * ((side * end * GRID).__floor__() + 1), GRID)
        beyond = line.state(after)
        if beyond in ("holds", "outside") and (end == at or line.fails_on(at, end)):
            return End("exact", end, True, after, beyond)
        return None
    if state in ("holds", "outside") and end != at and line.touches(end, at):
        return End("exact", end, False, end, state)
    return None


def _joined(line: Line, at: Fraction, end: Fraction, side: int, clock: Clock) -> End | None:
    """Fill the gap before a touching end: Taylor's theorem next to it, pieces up to there."""
    if end == at or line.state(end) not in ("holds", "outside"):
        return None
    reach = abs(end - at) / 2
    for _ in range(12):
        near = end - side * reach
        if line.touches(end, near):
            stack = [(at, near)]
            for _ in range(MAX_PIECES):
                if not stack:
                    return End("exact", end, False, end, line.state(end))
                a, b = stack.pop()
                if clock.left() == 0:
                    return None
                if not line.fails_on(a, b):
                    stack += [(a, (a + b) / 2), ((a + b) / 2, b)]
            return None
        reach /= 2
    return None


def _enclosed(line: Line, start: Fraction, at: Fraction, side: int) -> End:
    """Return the end as two decimals: it fails up to the one and not at the other."""
    inner = Fraction(side * ((side * at * GRID).__floor__()), GRID)
    for steps in (1, 2, 8, 64):
        outer = inner + side * Fraction(steps, GRID)
        state = line.state(outer)
        if state in ("holds", "outside"):
            return End("enclosed", inner, True, outer, state, _root(line, inner, outer))
    whole = Fraction(side * (side * at).__floor__())  # a rounder number, still inside
    at = whole if side * whole > side * start else at
    return End("reached", max(-FAR, min(FAR, at)) if abs(start) < FAR else at)


def _root(line: Line, inner: Fraction, outer: Fraction) -> str:
    """Return the factor of the difference of the two sides that changes sign between the two points."""
    poly = polynomial(line.problem.claim, line.name, line.fixed)
    if poly is None or poly.degree() < 2:
        return ""
    from flint import fmpq

    for factor, _ in poly.factor()[1]:
        values = [factor(fmpq(x.numerator, x.denominator)) for x in (inner, outer)]
        if values[0] * values[1] < 0:
            return _poly_text([int(c) for c in factor.coeffs()], line.name)
    return ""


def _poly_text(coefficients: list[int], name: str) -> str:
    parts = []
    for power, c in reversed(list(enumerate(coefficients))):
        if c:
            unit = {0: "", 1: name}.get(power, f"{name}**{power}")
            size = unit if abs(c) == 1 and unit else f"{abs(c)}*{unit}" if unit else str(abs(c))
            parts.append(("- " if c < 0 else "+ ") + size)
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]
