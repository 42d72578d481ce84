"""A smooth flow without events, at the times asked for, with as many digits as asked for at each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2
from time import monotonic

from numerics.flow.limits import Limits
from numerics.flow.program import Program
from numerics.flow.solution import FlowResult, Piece, Segment
from numerics.flow.taylor.error import ErrorEstimate
from numerics.flow.taylor.nodes import part_of
from numerics.flow.taylor.start import full_start
from numerics.flow.taylor.stepper import Stepper, Stopped, checked_digits

GUARD = 5  # digits carried beyond those asked for
SMALLEST = 20  # digits by which a component may be below the norm and still have all its own digits
RERUNS = 5
MOST_GUARD = 1500  # digits that an unstable flow may cost
MOST_STEPS = 20_000
MEMORY = 1 << 30  # bytes of dense output


Reached = tuple[Fraction, tuple[int, ...], Fraction | None]  # time, state in units, error


@dataclass(frozen=True)
class Bounds:
    """What all runs of one flow share: ``stop`` is when, by the clock of `time.monotonic`, none may go on."""

    limits: Limits
    stop: float
    progress: Callable[[float], None] | None


@dataclass(frozen=True)
class Run:
    """One way from the start: pieces, and the times reached with states and errors."""

    pieces: tuple[Piece, ...]
    bits: int
    found: tuple[Reached, ...]
    ended: Fraction
    reason: str


def solve(
    program: Program,
    exact_start: Sequence[Fraction],
    times: Sequence[Fraction],
    digits: int,
    path: str = "auto",
    seconds: float = 600.0,
    limits: Limits | None = None,
    progress: Callable[[float], None] | None = None,
) -> FlowResult:
    """Return the flow from ``exact_start`` at time 0 at the times asked for.

    Guarantee
    ---------
    ESTIMATED: the error of every state is estimated from the size of the steps' own errors and the linearised flow,
    and the run repeated with more digits until the estimate is below ``10**-digits`` of the norm of the state, and of
    each component that is not more than 20 digits smaller.

    Parameters
    ----------
    program : the field.    exact_start : the states that are not adjoined.
    times : exact, in any order, before and after 0; results come in their order.    digits : 15 to 2000.
    path : which implementation of the steps (`numerics.flow.taylor.stepper.Stepper`).
    seconds : the most to spend; a run that is not done by then ends with that reason, as after 20,000 steps or 1 GB
        of dense output.    limits : bounds on seconds, steps and bytes instead of these.
    progress : is told the time reached after every step.

    Raises
    ------
    ValueError
        When digits are out of range, no times are given, or an adjoined function is undefined at the start.

    Examples
    --------
    >>> from numerics.flow.program import Product
    >>> logistic = solve(Program(("u",), (Product(0, 0),), (1,)), [Fraction(1)], [Fraction(1, 2), Fraction(2)], 20)
    >>> round(logistic.states[0][0], 20) == 2, logistic.errors[0] < Fraction(1, 10**20), len(logistic.times)
    (True, True, 1)
    >>> logistic.reason[:18]
    'blow-up near t = 1'
    """
    checked_digits(digits)
    asked = [Fraction(time) for time in times]
    if not asked:
        raise ValueError("taylor: no times; give at least one")
    limits = limits or Limits(steps=MOST_STEPS, bytes=MEMORY, seconds=seconds)
    guard, bounds = GUARD + _digits_below_one(exact_start), Bounds(limits, monotonic() + limits.seconds, progress)
    runs, short = _both_ways(program, exact_start, asked, Stepper(program, digits, guard=guard, path=path), bounds)
    for _ in range(RERUNS):
        if short is None or short <= 0 or guard + short + 2 > MOST_GUARD or monotonic() > bounds.stop:
            break
        guard += short + 2
        again = Stepper(program, digits, guard=guard, path=path)
        rerun = _both_ways(program, exact_start, asked, again, bounds)
        if sum(len(run.found) for run in rerun[0]) < sum(len(run.found) for run in runs):
            break  # no time for more digits
        runs, short = rerun
    return _result(program, asked, digits, runs, short)


def _digits_below_one(values: Sequence[Fraction]) -> int:
    smallest = min((abs(value) for value in values if value != 0), default=Fraction(1))
    return min(SMALLEST, max(0, ceil(-0.30103 * (log2(smallest.numerator) - log2(smallest.denominator)))))


def _both_ways(
    program: Program, start: Sequence[Fraction], asked: list[Fraction], stepper: Stepper, bounds: Bounds
) -> tuple[list[Run], int | None]:
    state = full_start(program, start, stepper.bits)
    later = sorted({time for time in asked if time >= 0})
    earlier = sorted({time for time in asked if time < 0}, reverse=True)
    runs = [_run(stepper, state, way, bounds) for way in (later, earlier) if way]
    return runs, _digits_short(runs, stepper.digits, state[: program.size])


def _run(stepper: Stepper, state: tuple[int, ...], times: list[Fraction], bounds: Bounds) -> Run:
    """Step to the last of ``times``, which go away from 0 on one side."""
    estimate = ErrorEstimate(stepper.program)
    found: list[Reached] = []
    pieces: list[Piece] = []
    now, last = Fraction(0), _dyadic_beyond(times[-1], stepper.bits)
    waiting = list(reversed(times))
    if waiting[-1] == 0:
        found.append((waiting.pop(), state, Fraction(2 * len(state), 1 << stepper.bits)))
    limits = bounds.limits
    room = min(limits.steps, limits.bytes // (len(state) * (stepper.order + 1) * (stepper.bits // 10 + 48)))
    stepper.guess = None
    reason = ""
    while waiting and not reason:
        piece = stepper.piece(state, now, last)
        if isinstance(piece, Stopped):
            reason = piece.reason
            break
        pieces.append(piece)
        error = estimate.advance(piece)
        now, state = piece.end, stepper.at(piece, piece.used)
        while waiting and abs(waiting[-1]) <= abs(now):
            time = waiting.pop()
            found.append((time, stepper.at(piece, part_of(piece, time)), error))
        if bounds.progress is not None:
            bounds.progress(float(now))
        here = f"stopped at t = {float(now):.10g}"
        if waiting and monotonic() > bounds.stop:
            reason = f"{here}: no time left after {len(pieces)} steps, with {limits.seconds:g} seconds in all"
        elif waiting and len(pieces) >= room:
            what = "allowed" if room == limits.steps else f"that fit into {limits.bytes} bytes"
            reason = f"{here} after {len(pieces)} steps, the most {what}"
    return Run(tuple(pieces), stepper.bits, tuple(found), now, reason)


def _dyadic_beyond(time: Fraction, bits: int) -> Fraction:
    """Return a dyadic number at or just beyond a time, seen from 0."""
    if time.denominator & (time.denominator - 1) == 0:
        return time
    sign = 1 if time > 0 else -1
    return Fraction(sign * -(-(abs(time.numerator) << bits) // time.denominator), 1 << bits)


def _digits_short(runs: list[Run], digits: int, start: Sequence[int]) -> int | None:
    """Return by how many digits the worst estimate misses what was asked for; None when there is no estimate."""
    worst = -(10**6)
    for run in runs:
        for _, state, error in run.found:
            if error is None:
                return None
            scale = _scale(state[: len(start)])
            if not scale and any(start):
                scale = 1  # all of it below the working precision
            if scale and error:
                ratio = log2(error.numerator) - log2(error.denominator) + run.bits - log2(scale)
                worst = max(worst, ceil(0.30103 * ratio) + digits)
    return worst


def _scale(state: Sequence[int]) -> int:
    """Return the smallest component that counts: those more than 20 digits below the largest do not."""
    sizes = [abs(value) for value in state]
    least = max(sizes, default=0) // 10**SMALLEST
    return min((size for size in sizes if size > least), default=0)


def _result(program: Program, asked: list[Fraction], digits: int, runs: list[Run], short: int | None) -> FlowResult:
    found = {time: (state, error) for run in runs for time, state, error in run.found if error is not None}
    times = tuple(time for time in asked if time in found)
    unit = 1 << runs[0].bits
    reasons = [run.reason for run in runs if run.reason]
    if not reasons and (short is None or short > 0):
        missed = "no digit is sure" if short is None else f"{digits - short} digits are sure"
        reasons = [f"the error grew too fast for {digits} digits: {missed}"]
    return FlowResult(
        guarantee="ESTIMATED",
        method="taylor",
        digits=digits,
        names=program.states,
        times=times,
        states=tuple(tuple(Fraction(value, unit) for value in found[time][0]) for time in times),
        errors=tuple(error for time in times if (error := found[time][1]) is not None),
        ended=runs[0].ended,
        reason="; ".join(reasons),
        segments=tuple(Segment(None, program, run.pieces) for run in runs),
    )
