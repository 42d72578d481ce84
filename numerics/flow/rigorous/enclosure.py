"""What is proved about a flow: polynomials with radii, the modes they hold in, and brackets of the events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb

from numerics.flow.mode import Mode
from numerics.flow.rigorous.amounts import exact_ball
from numerics.flow.rigorous.horner import position, spread
from numerics.flow.rigorous.step import Step
from numerics.flow.rigorous.tube import Tube
from numerics.flow.solution import FlowEvent


@dataclass(frozen=True)
class Record:
    """One step with its tube; from ``s = late`` on (an event may have happened) the radius is larger by ``extra``."""

    step: Step
    tube: Tube
    mode: Mode | None
    late: Fraction | None = None
    extra: int = 0

    def radius(self, first: Fraction, last: Fraction) -> int:
        """Return a bound of the distance between two places of the step, units ``2**-unit``."""
        steady = first == last or all(span.mu >= 0 for span in self.tube.spans)
        found = self.tube.at(last) if steady else self.tube.radius
        return found + (self.extra if self.late is not None and last >= self.late else 0)

    def place(self, time: Fraction) -> Fraction:
        """Return the place s of a time, kept inside the step."""
        return min(max((time - self.step.start) / self.step.length, Fraction(0)), self.step.until)


@dataclass(frozen=True)
class Stretch:
    """Between two times state i differs from ``sum_k c_ik s**k / 2**bits``, ``s = (t - start)/length``, by at most
    ``radius`` (all states together, Euclidean); ``rows`` are those of the states that are not adjoined."""

    first: Fraction
    last: Fraction
    start: Fraction
    length: Fraction
    bits: int
    rows: tuple[tuple[int, ...], ...]
    radius: Fraction
    mode: Mode | None


@dataclass(frozen=True)
class Enclosure:
    """A proved flow on ``[0, reached]``.

    Guarantee
    ---------
    RIGOROUS: every flow that starts in the initial set is inside at every time up to ``reached``; see `validate`.

    Parameters
    ----------
    names : the states.    reached : the time up to which everything here is proved.
    reason : empty, or why the proof ended before the time asked for, and ``kind`` the sort of reason: "precision"
        (more digits may help), "too wide" (the initial set is), "not unique", "tangency", "stopped" (the proposal ends
        there) or "refused" (the proposal is wrong).
    events : with a bracket of the time of each.
    """

    guarantee: str
    names: tuple[str, ...]
    reached: Fraction
    reason: str
    kind: str
    events: tuple[FlowEvent, ...]
    records: tuple[Record, ...] = field(repr=False)

    def at(self, time: Fraction) -> tuple[arb, ...]:
        """Return an enclosure of every state at a time.

        Raises
        ------
        ValueError
            When the time is not in ``[0, reached]``.
        """
        return self.over(time, time)

    def over(self, first: Fraction, last: Fraction) -> tuple[arb, ...]:
        """Return an enclosure of all values of every state between two times."""
        hull: list[tuple[int, int]] = []
        unit = 0
        for record, a, b in self._parts(first, last):
            bits, unit = record.step.bits, record.tube.unit
            low, high = position(a, bits)[0], position(b, bits)[1]
            more, lift = record.radius(a, b), unit - bits
            ranges = [spread(row, low, high, bits) for row in record.step.rows[: len(self.names)]]
            here = [((below << lift) - more, (above << lift) + more) for below, above in ranges]
            hull = here if not hull else [(min(x[0], y[0]), max(x[1], y[1])) for x, y in zip(hull, here, strict=True)]
        return tuple(exact_ball(bottom + top, top - bottom, unit + 1) for bottom, top in hull)

    def radius(self, time: Fraction) -> Fraction:
        """Return a bound of the Euclidean distance of the flow from the polynomials at a time."""
        return max(Fraction(r.radius(a, b), 1 << r.tube.unit) for r, a, b in self._parts(time, time))

    def modes(self, first: Fraction, last: Fraction) -> tuple[Mode | None, ...]:
        """Return the modes that hold at some time between two times, in order; those on both sides of an event whose
        bracket meets the interval are among them."""
        found: list[Mode | None] = []
        for mode, start, end in self._spells():
            if start <= last and end >= first and (not found or found[-1] != mode):
                found.append(mode)
        return tuple(found)

    def polynomials(self, first: Fraction, last: Fraction) -> tuple[Stretch, ...]:
        """Return exact polynomials and their radii that cover the time between two times."""
        size = len(self.names)
        return tuple(
            Stretch(
                r.step.start + a * r.step.length, r.step.start + b * r.step.length, r.step.start, r.step.length,
                r.step.bits, r.step.rows[:size], Fraction(r.radius(a, b), 1 << r.tube.unit), r.mode,
            )
            for r, a, b in self._parts(first, last)
        )

    def _spells(self) -> Iterator[tuple[Mode | None, Fraction, Fraction]]:
        brackets = {event.time: event for event in self.events}
        for record in self.records:
            step = record.step
            before, after = brackets.get(step.start), brackets.get(step.end)
            start = before.earliest if before and before.earliest is not None else step.start
            end = after.latest if after and after.latest is not None else step.end
            yield record.mode, start, end

    def _parts(self, first: Fraction, last: Fraction) -> Iterator[tuple[Record, Fraction, Fraction]]:
        if not 0 <= first <= last <= self.reached:
            raise ValueError(
                f"enclosure: the times [{first}, {last}] are not in [0, {self.reached}]; "
                f"{self.reason or 'ask for less'}"
            )
        met = False
        for record in self.records:
            if record.step.start <= last and record.step.end >= first:
                if first == last and met:
                    return
                met = True
                yield record, record.place(first), record.place(last)

