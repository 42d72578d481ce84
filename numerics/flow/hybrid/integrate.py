"""The flow of a network to any precision: Taylor steps between events, events located to the working precision.

Guarantee
---------
ESTIMATED: the rounding and cut-off of every step, grown by a bound on the logarithmic norm and by the jumps of the
field at events; precision is raised once when that estimate is above what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from time import monotonic
from typing import Any

from numerics.flow.events.at_event import Settled
from numerics.flow.events.beginning import at_start, start_mode
from numerics.flow.events.settle import settle
from numerics.flow.field import DependentKinks
from numerics.flow.hybrid.error import ErrorEstimate
from numerics.flow.hybrid.guards import Watched, first_event
from numerics.flow.hybrid.point import ModeCache, Working, point_at
from numerics.flow.limits import Limits
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.solution import FlowEvent, FlowResult, Piece, Segment
from numerics.flow.taylor.start import full_start
from numerics.flow.taylor.stepper import Stopped, checked_digits

GUARD = 10
MOST_GUARD = 400
Event = tuple[Fraction, tuple[Guard, ...]]
Fresh = dict[Guard, int | None]


def network_by_taylor(
    network: Network,
    times: Sequence[Fraction],
    digits: int = 30,
    follow: Callable[[int], int] | None = None,
    limits: Limits | None = None,
    progress: Callable[[float], None] | None = None,
    guard: int = GUARD,
    once: bool = False,
) -> FlowResult:
    """Integrate the flow of a network to ``digits`` digits after the point.

    Parameters
    ----------
    times : in order, from 0 on.    digits : 15 to 2000.    guard : further digits carried.
    follow : says which of so many choices to take where the solution is not unique; the first by default.
    progress : is told the time reached, now and then.
    once : make segments and events only, and never go over it again: for a proposal that is proved afterwards.

    Returns
    -------
    States, events and segments; ``reason`` says why it ended early.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> result = network_by_taylor(network, [Fraction(1)], 20)
    >>> round(float(result.states[0][0] * result.states[0][1]), 6), result.events, float(result.errors[0]) < 1e-20
    (1.011188, (), True)
    """
    follow, limits = follow or (lambda _: 0), limits or Limits()
    checked_digits(digits)
    began = monotonic()
    if once:
        run = _Run(network, times, digits, guard, follow, limits, progress, began)
        run.estimated = False
        return run.result()
    result = _Run(network, times, digits, guard, follow, limits, progress, began).result()
    worst = max(result.errors, default=Fraction(0))
    asked = Fraction(1, 10**digits)
    if worst > asked:
        more = len(str(worst // asked)) + 2
        if guard + more <= MOST_GUARD:
            again = _Run(network, times, digits, guard + more, follow, limits, progress, began).result()
            return again if again.ended >= result.ended else result
    return result


class _Run:
    """The state of one integration."""

    def __init__(
        self,
        network: Network,
        times: Sequence[Fraction],
        digits: int,
        guard: int,
        follow: Callable[[int], int],
        limits: Limits,
        progress: Callable[[float], None] | None,
        began: float,
    ) -> None:
        self.network, self.times, self.digits, self.follow = network, list(times), digits, follow
        self.limits, self.progress, self.began = limits, progress, began
        self.working = Working(network, ModeCache(network, digits, guard))
        self.time, self.reason = Fraction(0), ""
        self.end = Fraction(0)
        self.events: list[FlowEvent] = []
        self.segments: list[Segment] = []
        self.steps, self.size, self.estimated = 0, 0, True
        self.state: Any = None
        self.found: list[tuple[Fraction, tuple[Fraction, ...], Fraction]] = []

    def result(self) -> FlowResult:
        """Integrate and return what was found."""
        mode, fired = start_mode(self.network)
        first = self.working.cache.first(mode, fired)
        bits = first.bits
        # the last time rounded up to a dyadic number, so that every piece ends at one
        self.end = Fraction(-(-(self.times[-1].numerator << bits) // self.times[-1].denominator), 1 << bits)
        self.state = full_start(first.program, self.network.state(), bits)
        self.error = ErrorEstimate(self.network, bits)
        self.output(None, Fraction(0))
        settled = Settled(mode, (), {})
        if fired:
            settled = at_start(self.settled(mode, fired), fired)
            self.note(settled)
        while settled.mode is not None and self.time < self.end and not self.reason:
            settled = self.segment(settled.mode, settled.orders or {})
        if settled.mode is None and not self.reason:
            self.reason = f"stopped at t = {float(self.time):.15g}: {settled.reason}"
        if self.reason:
            self.found = [entry for entry in self.found if entry[0] <= self.time]
        reached, states, errors = zip(*self.found, strict=True) if self.found else ((), (), ())
        return FlowResult(
            "ESTIMATED", "taylor", self.digits, self.network.state_names(), reached, states, errors,
            tuple(self.events), self.time, self.reason, tuple(self.segments), {"bits": bits},
        )  # fmt: skip

    def settled(self, mode: Mode, fired: Sequence[Guard]) -> Settled:
        """Return the mode that follows at the present state."""
        with self.working.precision():
            try:
                return settle(point_at(self.working, self.state), mode, fired, self.follow)
            except DependentKinks as error:
                return Settled(None, reason=str(error))

    def segment(self, mode: Mode, orders: Fresh) -> Settled:
        """Step in a mode until an event, the end or a failure; return the mode that follows."""
        watched = self.working.cache.watched(mode)
        stepper = watched.stepper
        pieces: list[Piece] = []
        if self.estimated:
            self.error.enter(mode, self.state)
        fresh: Fresh = dict(orders)
        event: Event | None = None
        settled = Settled(None)
        while event is None and self.time < self.end and not self.reason:
            piece = stepper.piece(self.state, self.time, self.end)
            if isinstance(piece, Stopped):
                self.reason = piece.reason
                break
            event, settled = self.beyond_rests(watched, piece, mode, fresh)
            fresh = {name: None for name, order in fresh.items() if order is None}
            if event is not None:
                piece = replace(piece, used=event[0])
            pieces.append(piece)
            self.accept(stepper, piece)
            self.reason = self.reason or self.exhausted()
        self.working.cache.guess = stepper.guess
        self.segments.append(Segment(mode.bare(), stepper.program, tuple(pieces)))
        wrong = watched.wrong_gate(self.state, stepper.bits, self.digits, fresh)
        if wrong is not None and not self.reason:
            sample = self.network.kinks[wrong.kink].members[0][0]
            contradiction = f"the sign of w.x contradicts the gate of neuron {wrong.neuron}, sample {sample}"
            self.reason = f"stopped at t = {float(self.time):.15g}: {contradiction}"
        if event is None or self.reason:
            return Settled(mode)
        if settled.mode is None and not settled.reason:
            settled = self.settled(mode, event[1])
        self.note(settled)
        if settled.mode is not None and self.estimated:
            self.error.jump(mode, settled.mode, self.state, event[1])
        return settled

    def beyond_rests(self, watched: Watched, piece: Piece, mode: Mode, fresh: Fresh) -> tuple[Event | None, Settled]:
        """Return the first event on a piece, but those after which a neuron goes on resting, and what follows it (an
        empty one is still to be settled); those are noted here, and their guards count no more."""
        event = first_event(watched, piece, fresh)
        before, settled = (self.time, self.state), Settled(None)
        while event is not None and all(guard.kind == "rest" for guard in event[1]):
            self.time, self.state = piece.start + event[0] * piece.length, watched.stepper.at(piece, event[0])
            settled = self.settled(mode, event[1])
            if settled.mode is None or settled.mode.bare() != mode.bare():
                break
            self.note(settled)
            fresh.update(dict.fromkeys(event[1]))
            event, settled = first_event(watched, piece, fresh), Settled(None)
        self.time, self.state = before
        return event, settled

    def accept(self, stepper: Any, piece: Piece) -> None:
        """Move to the end of a piece."""
        if self.estimated:
            self.output(piece, self.time)
        self.state = stepper.at(piece, piece.used)
        self.time = piece.end
        if self.estimated:
            self.error.step(piece, self.state)
        self.steps += 1
        self.size += len(self.state) * len(piece.coefficients[0]) * stepper.bits // 8
        if self.progress is not None:
            self.progress(float(self.time))

    def exhausted(self) -> str:
        """Return which limit is reached, or an empty text."""
        here, limits = f"stopped at t = {float(self.time):.15g}", self.limits
        if self.steps >= limits.steps:
            return f"{here}: more than {limits.steps} steps"
        if len(self.events) >= limits.events:
            return f"{here}: more than {limits.events} events"
        if self.size > limits.bytes:
            return f"{here}: dense output beyond {limits.bytes} bytes"
        if monotonic() - self.began > limits.seconds:
            return f"{here}: more than {limits.seconds:g} seconds"
        return ""

    def output(self, piece: Piece | None, start: Fraction) -> None:
        """Keep the states at the times asked for on a piece, its start left out; without a piece, those at 0."""
        size = len(self.network.state_names())
        while len(self.found) < len(self.times):
            time = self.times[len(self.found)]
            if piece is None:
                if time > 0:
                    return
                self.found.append((time, self.network.state(), Fraction(0)))
                continue
            if time > piece.end:
                return
            stepper = self.working.cache.any()
            values = stepper.at(piece, (time - piece.start) / piece.length)
            exact = tuple(Fraction(value, 2**piece.bits) for value in values[:size])
            self.found.append((time, exact, self.error.at(time - start)))

    def note(self, settled: Settled) -> None:
        """Keep the events of a change of mode."""
        for change in settled.changes:
            sample = None if change.kink < 0 else self.network.kinks[change.kink].members[0][0]
            self.events.append(FlowEvent(self.time, change.neuron, sample, change.kind, choices=change.choices))
