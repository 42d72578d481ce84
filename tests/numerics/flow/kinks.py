"""A network whose neurons meet one kink, and the modes around it."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows


def facing(up: int, down: int, neurons: int = 1) -> Network:
    """Inputs 1 and -1 with these labels: while f = 0 a neuron with v > 0 moves by ``up`` on the positive side of its
    only kink, and by minus ``down`` on the other (both times v/2)."""
    return Network(
        exact_rows([[1], [-1]]), exact_rows([[up], [down]]), exact_rows([["1/8"]] * neurons),
        exact_rows([["1/2"]] * neurons),
    )  # fmt: skip


ABOVE, BELOW, SLIDES = Mode(((1,),), (0,)), Mode(((-1,),), (0,)), Mode(((0,),), (1,))
HALF = Fraction(1, 2)
ON_THE_KINK = [arb(0), arb(0.5)]
