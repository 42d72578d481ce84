"""What an integration returns, whichever integrator made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from numerics.flow.mode import Mode
from numerics.flow.program import Program


@dataclass(frozen=True)
class Piece:
    """One Taylor step: state i at ``t = start + s*length``, ``0 <= s <= used``, is ``sum_k c_ik s**k / 2**bits``.

    All numbers are exact (times dyadic fractions, coefficients integers), so that a validator can take the polynomial
    as it is; nothing here says how near to the flow it is.
    """

    start: Fraction
    length: Fraction
    bits: int
    coefficients: tuple[tuple[int, ...], ...]
    used: Fraction = Fraction(1)

    @property
    def end(self) -> Fraction:
        """The time up to which the piece counts."""
        return self.start + self.used * self.length


@dataclass(frozen=True)
class Segment:
    """The pieces between two events, all in one mode (None for a flow without gates)."""

    mode: Mode | None
    program: Program
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class FlowEvent:
    """A change of gates.

    Parameters
    ----------
    time : when, an exact number near it.    earliest, latest : a proved bracket of the time (rigorous), or None.
    neuron : which neuron.    sample : the first sample on the kink, or None for a turn of the read-out.
    kind : "on", "off" (the gate of that sample after it), "slide", "release on", "release off", "turn", "tangent",
        or "not unique" (the Filippov solution branches; ``choices`` names the modes, the first was followed).
    """

    time: Fraction
    neuron: int
    sample: int | None
    kind: str
    earliest: Fraction | None = None
    latest: Fraction | None = None
    choices: tuple[Mode, ...] = ()


@dataclass(frozen=True)
class FlowResult:
    """A solved flow.

    Parameters
    ----------
    guarantee : RIGOROUS, ESTIMATED or NONE.    method : double, taylor or rigorous.    digits : asked for.
    names : the names of the states.
    times : those that were reached, of those asked for.    states : one vector of exact numbers a time.
    errors : one number a time: a proved bound (RIGOROUS) or an estimate of the Euclidean error of that state.
    events : in the order of time.
    ended : the time reached.    reason : empty, or why it ended before the last time asked for.
    segments : the dense output.
    """

    guarantee: str
    method: str
    digits: int
    names: tuple[str, ...]
    times: tuple[Fraction, ...]
    states: tuple[tuple[Fraction, ...], ...]
    errors: tuple[Fraction, ...]
    events: tuple[FlowEvent, ...] = ()
    ended: Fraction = Fraction(0)
    reason: str = ""
    segments: tuple[Segment, ...] = field(default=(), repr=False)
    extra: dict[str, Any] = field(default_factory=dict, repr=False)

    def _repr_html_(self) -> str:
        from numerics.flow.notebook import flow_html

        return flow_html(self)
