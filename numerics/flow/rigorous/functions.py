"""The functions for which adjoined states stand, in balls."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numerics.flow.program import Adjoined, Program


def apply(entry: Adjoined, arguments: Sequence[arb]) -> arb:
    """Return an enclosure of an adjoined function; not finite where it is undefined.

    Raises
    ------
    ValueError
        When the function is unknown.

    Examples
    --------
    >>> apply(Adjoined("logistic", (0,)), [arb(0)]) == 0.5
    True
    """
    u = arguments[0]
    name = entry.function
    if name == "softmax":
        return 1 / sum(((other - arguments[entry.index]).exp() for other in arguments), start=arb(0))
    if name == "logistic":
        return 1 / (1 + (-u).exp())
    if name == "inverse":
        return 1 / u
    if name in ("exp", "log", "sqrt", "tanh", "sin", "cos", "atan"):
        return getattr(u, name)()
    raise ValueError(f"rigorous: no enclosure of the adjoined function={name!r}; use exp, log, sqrt, inverse, tanh, "
                     "sin, cos, atan, logistic or softmax")


def full_state(program: Program, state: Sequence[arb]) -> list[arb]:
    """Return the state with the adjoined states computed from their definition."""
    full = list(state) + [arb(0)] * len(program.adjoined)
    # a function may read an earlier one: as many rounds as there are functions settle all of them
    for place, entry in enumerate(program.adjoined, program.size):
        nodes = program.values(full, ball)
        full[place] = apply(entry, [nodes[i] for i in entry.arguments])
    return full


def ball(value: Fraction) -> arb:
    """Return a number as a ball."""
    return arb(value.numerator) / value.denominator
