"""A flow without events in double precision, given as a program."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from numerics.flow.double.compiled import ProgramField
from numerics.flow.double.dop853 import Dop853
from numerics.flow.double.integrate import doubles, tolerances
from numerics.flow.double.steps import Record, run_steps
from numerics.flow.limits import Limits
from numerics.flow.program import Program
from numerics.flow.solution import FlowResult
from numerics.flow.taylor.start import full_start


def program_in_double(
    program: Program,
    start: Sequence[Fraction],
    times: Sequence[Fraction],
    digits: int = 12,
    limits: Limits | None = None,
) -> FlowResult:
    """Integrate a flow without events in doubles.

    Parameters
    ----------
    start : of the states that are not adjoined.    times, digits : as in `network_in_double`.

    Examples
    --------
    >>> from numerics.flow.program import ProgramBuilder
    >>> builder = ProgramBuilder(["y"])
    >>> growth = builder.program([builder.linear([(0, Fraction(1))])])
    >>> round(float(program_in_double(growth, [Fraction(1)], [Fraction(1)]).states[0][0]), 10)
    2.7182818285
    """
    bits = 120
    full = full_start(program, start, bits)
    state = doubles([Fraction(value, 2**bits) for value in full])
    record = Record(limits or Limits(), Dop853(tolerances(digits, state)))
    time, reason, end = 0.0, "", float(times[-1])
    with np.errstate(all="ignore"):
        if end > 0:
            stretch = run_steps(ProgramField(program), 0.0, state, end, None, record, None, None)
            time, reason = stretch.time, stretch.reason
        reached = [moment for moment in times if float(moment) <= time]
        later = [moment for moment in reached if moment > 0] if record.steps else []
        states, errors = record.states(later)
    first = len(reached) - len(later)
    exact = tuple(Fraction(value) for value in state.tolist())
    found: Any = (*(exact for _ in range(first)), *(tuple(map(Fraction, row.tolist())) for row in states))
    return FlowResult(
        "ESTIMATED", "double", digits, program.states, tuple(reached), found,
        (*(Fraction(0) for _ in range(first)), *(Fraction(error) for error in errors)),
        (), Fraction(time), reason, extra={"steps": record.steps, "engine": "scipy"},
    )  # fmt: skip
