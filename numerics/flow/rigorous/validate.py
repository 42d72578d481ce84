"""A proposed trajectory is proved, piece by piece, or ends with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from numerics.flow.field import DependentKinks
from numerics.flow.mode import Guard
from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.rigorous.adjoined import start_errors
from numerics.flow.rigorous.amounts import norm_up
from numerics.flow.rigorous.begin import box_radius, check_arguments
from numerics.flow.rigorous.enclosure import Enclosure, Record
from numerics.flow.rigorous.general import general_tube
from numerics.flow.rigorous.growth import Inputs
from numerics.flow.rigorous.guards import watch
from numerics.flow.rigorous.horner import horner, position
from numerics.flow.rigorous.opening import starting_guards
from numerics.flow.rigorous.passage import pass_event
from numerics.flow.rigorous.peeling import peeled
from numerics.flow.rigorous.step import EXTRA, Failure, Measured, Plans, Step, step_of
from numerics.flow.rigorous.subspace import System, system_of
from numerics.flow.rigorous.transition import resting
from numerics.flow.rigorous.tube import Tube, network_tube
from numerics.flow.solution import FlowEvent, Piece, Segment


def validate(
    segments: Sequence[Segment],
    network: Network | None,
    program: Program | None,
    start: Sequence[Fraction],
    half_widths: Sequence[Fraction] | None,
    until: Fraction,
    bits: int,
) -> Enclosure:
    """Return what is proved about all flows that start within ``half_widths`` of ``start``, up to a time.

    Guarantee
    ---------
    RIGOROUS: nothing in ``segments`` is believed. The field of each mode is built again from the network, the defect
    of the polynomials is computed in whole numbers, the logarithmic norm is bounded in whole numbers or balls, every
    guard is proved positive, and every event bracketed and its new mode proved (docs/soundness.md).

    Parameters
    ----------
    segments : the proposal, from time 0, each piece starting where the last one ends.
    network, program : a network, whose states are those of `Network.state`; or the field of the user without gates.
    start, half_widths : the initial box, one number a state that is not adjoined; None for a point.
    until : up to when.    bits : working precision, after the binary point, of the proof; at least that of the pieces.

    Raises
    ------
    ValueError
        When the arguments do not fit together.

    Examples
    --------
    >>> from numerics.flow.program import Linear
    >>> decay = Program(("u",), (Linear(((0, Fraction(-1)),)),), (1,))
    >>> row = (1 << 20, -(1 << 17), 1 << 13)
    >>> piece = Piece(Fraction(0), Fraction(1, 8), 20, (row,))
    >>> proved = validate([Segment(None, decay, (piece,))], None, decay, [Fraction(1)], None, Fraction(1, 8), 40)
    >>> proved.reached, proved.radius(Fraction(1, 8)) < Fraction(1, 100)
    (Fraction(1, 8), True)
    """
    size = check_arguments(segments, network, program, start, half_widths, until)
    pieces = [piece for segment in segments for piece in segment.pieces]
    unit = max([bits, 64, *(piece.bits for piece in pieces)]) + EXTRA
    wide = any(half_widths or ())
    run = _Run(network, program, unit, Fraction(until), tuple(start), tuple(half_widths or (Fraction(0),) * size))
    failure = run.follow(segments)
    if failure is None and run.reached < until:
        failure = Failure("stopped", f"the proposal ends at t = {float(run.reached):.10g}")
    kind, text = ("", "") if failure is None else (failure.kind, failure.text)
    if kind in ("wide", "together"):
        # two guards of one neuron that a point's narrow bracket does not separate vanish together
        kind = "too wide" if wide else "precision" if kind == "wide" else "not unique"
    names = network.state_names() if network is not None else program.states[:size] if program is not None else ()
    reached = min(run.reached, Fraction(until))
    return Enclosure("RIGOROUS", tuple(names), reached, text, kind, tuple(run.events), tuple(run.records))


@dataclass
class _Run:
    """Where a proof is: the radius at the end of the last step, and what is proved so far."""

    network: Network | None
    program: Program | None
    unit: int
    until: Fraction
    start: tuple[Fraction, ...]
    half_widths: tuple[Fraction, ...]
    reached: Fraction = Fraction(0)
    radius: int = 0
    last: Step | None = None
    system: System | None = None
    records: list[Record] = field(default_factory=list)
    events: list[FlowEvent] = field(default_factory=list)

    def follow(self, segments: Sequence[Segment]) -> Failure | None:
        """Prove the segments in turn."""
        inputs = Inputs(self.network) if self.network is not None else None
        opened: dict[Guard, int] = {}
        for number, segment in enumerate(segments):
            try:
                system = self._system(segment, self.system)
                if isinstance(system, Failure):
                    return replace(system, text=f"{system.text}, at t = {float(self.reached):.10g}")
            except DependentKinks as error:
                return Failure("not unique", f"{error}, at t = {float(self.reached):.10g}")
            if number == 0:
                begun = starting_guards(system, self.start, self.half_widths)
                if isinstance(begun, Failure):
                    return begun
                opened = begun
            self.system = system
            plans = Plans(system, self.unit)
            for i, piece in enumerate(segment.pieces):
                following = segments[number + 1] if number + 1 < len(segments) else None
                final = i + 1 == len(segment.pieces) and following is not None
                found = self._piece(plans, inputs, piece, opened, following if final else None)
                if isinstance(found, Failure):
                    return found
                opened = found
                if self.reached >= self.until:
                    return None
        return None

    def _system(self, segment: Segment, before: System | None) -> System | Failure:
        if self.network is None:
            assert self.program is not None
            return System(self.program)
        assert segment.mode is not None
        rests = resting(self.network, before, segment.mode)
        return rests if isinstance(rests, Failure) else system_of(self.network, segment.mode, rests)

    def _piece(
        self, plans: Plans, inputs: Inputs | None, piece: Piece, opened: dict[Guard, int], following: Segment | None
    ) -> dict[Guard, int] | Failure:
        system = plans.system
        if piece.start != self.reached or piece.length <= 0 or piece.used <= 0:
            return Failure("refused", f"a piece of the proposal starts at t = {float(piece.start):.10g}, not where the "
                           f"last one ends, t = {float(self.reached):.10g}")
        event = following is not None and self.network is not None and piece.end < self.until
        step = step_of(piece, event)
        measured = plans.measure(step)
        begun = self._begin(system, step)
        if isinstance(begun, Failure):
            return begun
        radius, first = begun
        whole = replace(measured, step=replace(step, until=Fraction(1))) if event else measured
        tube = self._tube(system, inputs, whole, radius, first)
        if isinstance(tube, Failure):
            return tube
        record = Record(step, tube, system.mode)
        extra, found = 0, {}
        if system.network is not None:
            guards = watch(system, measured, tube, whole.step.until)
            if event:
                assert following is not None
                new = self._system(following, system)
                passed = new if isinstance(new, Failure) else pass_event(guards, opened, new)
                if isinstance(passed, Failure):
                    return passed
                extra, found = passed.extra, passed.opened
                record = replace(record, late=passed.late, extra=extra)
                self.events += passed.events
            else:
                failed = peeled(guards, opened, step.until)
                if failed is not None:
                    return failed
        self.records.append(record)
        self.reached, self.last, self.radius = piece.end, step, tube.at(step.until) + extra
        return found

    def _begin(self, system: System, step: Step) -> tuple[int, list[int]] | Failure:
        """Return the radius at the start of a step, and the errors of the adjoined states there."""
        program, lift = system.program, self.unit - step.bits
        first: list[int] = []
        if self.network is not None:
            errors = start_errors(program, step, self.unit)
            if isinstance(errors, Failure):
                return errors
            first = errors
        if self.last is None:
            inside = box_radius(system, step, self.start, self.half_widths, self.unit)
            return inside if isinstance(inside, Failure) else (inside, first)
        size = program.size if self.network is not None else len(program.states)
        gaps = []
        for row, old in zip(step.rows[:size], self.last.rows[:size], strict=True):
            low, high = _value(old, self.last.until, self.last.bits)
            back = self.unit - self.last.bits
            gaps.append(max(abs((row[0] << lift) - (low << back)), abs((row[0] << lift) - (high << back))))
        return self.radius + norm_up(gaps), first

    def _tube(
        self, system: System, inputs: Inputs | None, measured: Measured, radius: int, first: list[int]
    ) -> Tube | Failure:
        if inputs is None:
            return general_tube(system.program, measured, radius)
        return network_tube(system, inputs, measured, radius, first)


def _value(row: Sequence[int], s: Fraction, bits: int) -> tuple[int, int]:
    if s == 1:
        total = sum(row)
        return total, total
    low, high = position(s, bits)
    return horner(row, low, high, bits)
