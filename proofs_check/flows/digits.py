"""Significant digits of every number asked for, from integrators whose errors are those of the whole state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, log2

from numerics.flow.solution import FlowResult

LEAST, MOST = 15, 1_900
RUNS = 3
SMALLEST = 40  # decades below the largest number of a state; what is smaller still counts as zero


def solve_to_digits(run: Callable[[int], FlowResult], start: Sequence[Fraction], digits: int) -> FlowResult:
    """Return a flow each of whose numbers has ``digits`` significant digits, as far as the error of the state says.

    Parameters
    ----------
    run : integrates with errors of about ``10**-n`` for a given n.    start : where the flow starts: small numbers
        there ask for a larger n from the first; so many numbers of every state count.

    Examples
    --------
    >>> def run(n):
    ...     value = Fraction(1, 3 * 10**20)
    ...     return FlowResult("ESTIMATED", "taylor", n, ("p",), (Fraction(1),), ((value,),), (Fraction(1, 10**n),))
    >>> solve_to_digits(run, [Fraction(1)], 30).errors[0] < Fraction(1, 10**50)
    True
    """
    more = 1 + max(0, -floor_log(_smallest(start)))
    for _ in range(RUNS):
        asked = min(MOST, max(LEAST, digits + more))
        result = run(asked)
        found = zip(result.states, result.errors, strict=True)
        short = max((_short(state[: len(start)], error, digits) for state, error in found), default=0)
        if short <= 0 or asked == MOST:
            break
        more = asked - digits + short + 1
    return result


def floor_log(value: Fraction) -> int:
    """Return the decimal exponent of a positive number, at most one too small.

    Examples
    --------
    >>> floor_log(Fraction(3, 2000)) in (-3, -4)
    True
    """
    return ceil(0.30103 * (log2(value.numerator) - log2(value.denominator)) - 1.001)


def _smallest(state: Sequence[Fraction]) -> Fraction:
    """Return the smallest number that counts."""
    largest = max(map(abs, state), default=Fraction(0))
    return min((abs(v) for v in state if v != 0 and abs(v) * 10**SMALLEST >= largest), default=Fraction(1))


def _short(state: Sequence[Fraction], error: Fraction, digits: int) -> int:
    """Return by how many digits the error is too large for the smallest number."""
    if error == 0:
        return 0
    return floor_log(error / _smallest(state)) + 2 + digits
