"""The flow in double precision: DOP853 or heyoka between events, events on its dense output.

Guarantee
---------
ESTIMATED: local errors of the steps, grown by a bound on the logarithmic norm and by the jumps of the field at events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from numerics.flow.double.dop853 import Dop853
from numerics.flow.double.error import network_growth
from numerics.flow.double.field import DoubleData, DoubleField, double_data, double_field, expand
from numerics.flow.double.method import Method
from numerics.flow.double.steps import Record, Stretch, run_steps
from numerics.flow.double.watch import Watch
from numerics.flow.events.at_event import Point, Settled
from numerics.flow.events.beginning import at_start, start_mode
from numerics.flow.events.numbers import DoubleNumbers
from numerics.flow.events.settle import settle
from numerics.flow.limits import Limits
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.solution import FlowEvent, FlowResult

ZERO = 1e-9
MOST_DIGITS = 13
FIRST = 1e-3


def tolerances(digits: int, state: np.ndarray) -> tuple[float, float]:
    """Return the relative and absolute tolerance for a number of digits.

    Raises
    ------
    ValueError
        When doubles do not hold so many.

    Examples
    --------
    >>> tolerances(12, np.array([2.0]))
    (1e-12, 2e-14)
    """
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"double: digits={digits!r} is out of range; give 1 to {MOST_DIGITS}, or method='taylor'")
    relative = 10.0**-digits
    return relative, relative * max(float(np.abs(state).max()), 1e-280) / 100


def doubles(values: Sequence[Fraction]) -> np.ndarray:
    """Return a vector of doubles, or raise a ValueError when one is out of range."""
    try:
        return np.array([float(value) for value in values])
    except OverflowError:
        raise ValueError("double: a weight is beyond the range of doubles; use method='taylor'") from None


def network_in_double(
    network: Network,
    times: Sequence[Fraction],
    digits: int = 12,
    follow: Callable[[int], int] | None = None,
    limits: Limits | None = None,
    engine: str = "scipy",
) -> FlowResult:
    """Integrate the flow of a network in doubles.

    Parameters
    ----------
    times : in order, from 0 on.    digits : the relative tolerance is ``10**-digits``.
    follow : says which of so many choices to take where the solution is not unique; the first by default.
    engine : "scipy" (DOP853), or "heyoka" (extra ``[fast]``): Taylor steps, always to rounding, whose integrator is
        compiled once for all networks of one shape and loss.

    Returns
    -------
    The states at the times reached; steps with dense output in ``extra["steps"]``, modes in ``extra["modes"]``, the
    engine in ``extra["engine"]``.

    Raises
    ------
    ValueError
        When a number is beyond the range of doubles, heyoka is missing, or the network too large to compile.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> result = network_in_double(network, [Fraction(20)])
    >>> [round(float(value), 9) for value in result.states[0]], result.events
    ([0.438842117, 2.278723854], ())
    """
    with np.errstate(all="ignore"):
        return _Run(network, times, digits, follow or (lambda _: 0), limits or Limits(), engine).result()


def _method(network: Network, tolerance: tuple[float, float], engine: str) -> Method:
    if engine == "scipy":
        return Dop853(tolerance)
    from numerics.flow.double.taylor_steps import heyoka_method

    return heyoka_method(network)


class _Run:
    """The state of one integration."""

    def __init__(
        self, network: Network, times: Sequence[Fraction], digits: int, follow: Callable[[int], int],
        limits: Limits, engine: str,
    ) -> None:  # fmt: skip
        self.network, self.digits, self.follow, self.limits = network, digits, follow, limits
        self.data: DoubleData = double_data(network)
        self.state = doubles(network.state())
        self.record, self.events = Record(limits, _method(network, tolerances(digits, self.state), engine)), []
        self.modes: list[tuple[float, Mode]] = []
        self.fields: dict[Mode, DoubleField] = {}
        self.times = list(times)
        self.members = [[(k, float(factor)) for k, factor in kink.members] for kink in network.kinks]
        self.time, self.reason = 0.0, ""

    def field(self, mode: Mode) -> DoubleField:
        """Return the field of a mode, made once."""
        if mode not in self.fields:
            if len(self.fields) > 64:
                self.fields.clear()
            self.fields[mode] = double_field(self.data, mode)
        return self.fields[mode]

    def settled(self, mode: Mode, fired: Sequence[Guard]) -> Settled:
        """Return the mode that follows at the present state."""
        w, v = self.field(mode).split(self.state)
        z = (w @ self.data.directions.T).tolist()
        e = self.data_residuals(w, v)
        gram = self.data.gram
        point = Point(
            self.network, DoubleNumbers(ZERO), w.tolist(), v.tolist(), e.tolist(),
            lambda a, b: float(gram[a, b]), self.members, z.__getitem__,
            np.abs(self.data.directions).max(axis=1).tolist(), lambda other: expand(self.field(other), self.state),
        )  # fmt: skip
        return settle(point, mode, fired, self.follow)

    def data_residuals(self, w: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return e (n, c) from the definition of the network, which no gate enters where w.x = 0."""
        z = w @ self.data.x.T
        f = (z if self.network.gates == "on" else np.maximum(z, 0.0)).T @ v
        return next(iter(self.fields.values())).residual(f)

    def result(self) -> FlowResult:
        """Integrate and return what was found."""
        end = float(self.times[-1])
        mode, fired = start_mode(self.network)
        settled = Settled(mode, (), {})
        self.field(mode)
        if fired:
            settled = at_start(self.settled(mode, fired), fired)
            self.note(settled, 0.0)
        step = None
        while settled.mode is not None and self.time < end and not self.reason:
            mode = settled.mode
            self.modes.append((self.time, mode.bare()))
            here = self.field(mode)
            self.state = here.project(self.state)
            watch = Watch(here, settled.orders or {}, self.record.method.basis)
            growth = lambda states, here=here: network_growth(here.data, here.gates, here.residual, states)  # noqa: E731
            stretch = run_steps(
                here, self.time, self.state, end, watch, self.record,
                step and min(step, FIRST * max(1.0, end)), growth,
            )  # fmt: skip
            settled, step = self.after(stretch, mode, watch), stretch.step
        if settled.mode is None and not self.reason:
            self.reason = f"stopped at t = {self.time:.15g}: {settled.reason}"
        return self.finished()

    def after(self, stretch: Stretch, mode: Mode, watch: Watch) -> Settled:
        """Return the mode after a stretch, with its events noted."""
        before = self.field(mode)
        self.time, self.state, self.reason = stretch.time, stretch.state, stretch.reason
        wrong = watch.contradiction(self.state, 100 * ZERO)
        if wrong is not None and not self.reason:
            self.reason = f"stopped at t = {self.time:.15g}: the sign of w.x contradicts the gate ({wrong})"
        if stretch.hit is None or self.reason:
            return Settled(mode)
        if len(self.events) >= self.limits.events:
            return Settled(None, reason=f"more than {self.limits.events} events")
        settled = self.settled(mode, stretch.hit.guards)
        self.note(settled, self.time)
        if settled.mode is not None:
            self.record.error *= self.jump(before, self.field(settled.mode), stretch.hit.guards)
        return settled

    def note(self, settled: Settled, time: float) -> None:
        """Keep the events of a change of mode."""
        for change in settled.changes:
            sample = None if change.kink < 0 else self.network.kinks[change.kink].members[0][0]
            self.events.append(FlowEvent(Fraction(time), change.neuron, sample, change.kind, choices=change.choices))

    def jump(self, before: DoubleField, after: DoubleField, guards: Sequence[Guard]) -> float:
        """Return a bound on the norm of the saltation matrix, ``1 + |f+ - f-| |u| / |u.f-|``."""
        old, new = before(0.0, self.state), after(0.0, self.state)
        factor = 1.0
        for guard in guards:
            if guard.kind == "kink":
                u = self.data.directions[guard.kink]
                rate = abs(float(u @ before.split(old)[0][guard.neuron]))
                change = float(np.linalg.norm(new - old) * np.linalg.norm(u))
                factor *= 1.0 + (change / rate if rate > 1e-12 * change else 1e12 * (change > 0))
        return factor

    def finished(self) -> FlowResult:
        """Return the result at the times reached."""
        reached = [time for time in self.times if float(time) <= self.time]
        later = [time for time in reached if time > 0] if self.record.steps else []
        states, errors = self.record.states(later)
        first = len(reached) - len(later)
        start = self.network.state()
        return FlowResult(
            "ESTIMATED", "double", self.digits, self.network.state_names(), tuple(reached),
            (*(start for _ in range(first)), *(tuple(map(Fraction, state.tolist())) for state in states)),
            (*(Fraction(0) for _ in range(first)), *(Fraction(error) for error in errors)),
            tuple(self.events), Fraction(self.time), self.reason,
            extra={"steps": self.record.steps, "modes": tuple(self.modes), "engine": self.record.method.engine},
        )  # fmt: skip
