"""From a proved flow (`numerics.flow`) to the stretches that claims are read on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from flint import arb, arb_poly

from numerics.flow.integrate import integrate
from numerics.flow.mode import Mode
from numerics.flow.network import Network
from numerics.flow.program import Program
from numerics.flow.rigorous.enclosure import Enclosure
from numerics.flow.rigorous.enclosure import Stretch as Proved
from numerics.flow.solution import FlowEvent
from proofs_check.evidence.balls import precision
from proofs_check.flows.terms import require_smooth, require_start, term_program
from proofs_check.language.calculus import substitute
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term, num, variables
from proofs_check.trajectory.language import TrajectoryElaboration
from proofs_check.trajectory.path import Path, Stretch, ball_of
from proofs_check.trajectory.table import Trajectory

SPARE_BITS = 64
FEWEST_DIGITS = 15
TIME = "t"


def flow_path(trajectory: Trajectory, digits: int) -> Path:
    """Return the enclosure of a gradient flow, or of a user's flow, up to its last time.

    Guarantee: RIGOROUS, that of `numerics.integrate(..., method="rigorous")`.

    Raises
    ------
    ClaimError
        When a user's flow is not smooth or not defined at its start.
    """
    middle = trajectory.middle()
    widths = {name: (high - low) / 2 for name, (low, high) in trajectory.box}
    if trajectory.network is not None:
        flow: Network | Program = trajectory.network
        names, start = trajectory.network.state_names(), None
    else:
        field = user_field(trajectory)
        names = tuple(field)
        require_start(field, {**middle, TIME: Fraction(0)})
        flow, start = term_program(field), [middle.get(name, Fraction(0)) for name in names]
    half_widths = None if trajectory.single else [widths.get(name, Fraction(0)) for name in names]
    more = max(digits, FEWEST_DIGITS)
    try:
        result = integrate(flow, [trajectory.until], more, "rigorous", start=start, half_widths=half_widths)
    except ValueError as error:
        raise ClaimError(f"[trajectory] {error}") from None
    enclosure = result.extra.get("enclosure")
    if enclosure is None:
        return Path((), trajectory.until, Fraction(-1), result.reason or "no step could be proved", bits=64)
    return path_of(enclosure, trajectory, more, "enclosed by polynomials with a proved defect", result.reason)


def user_field(trajectory: Trajectory) -> dict[str, Term]:
    """Return the velocities of a user's flow as terms; a parameter in a box is a state that rests.

    Examples
    --------
    >>> from proofs_check.trajectory.table import read_trajectory
    >>> table = {"along": "flow", "until": 1, "flow": {"p": "-c*p"}, "start": {"p": 1, "c": "1/2"}}
    >>> user_field(read_trajectory(table))
    {'p': mul(neg(1/2), p)}
    """
    reader = TrajectoryElaboration(trajectory.statement(Statement("")))
    exact = {n: num(low) for n, (low, high) in trajectory.box if low == high and n not in dict(trajectory.flow)}
    field = {name: substitute(reader.term(text), exact) for name, text in trajectory.flow}
    field |= {name: num(0) for name, _ in trajectory.box if name not in field and name not in exact}
    if TIME in variables(*field.values()):
        field[TIME] = num(1)
    require_smooth(field)
    return field


def path_of(enclosure: Enclosure, trajectory: Trajectory, digits: int, method: str, reason: str = "") -> Path:
    """Return a proved flow as a path.

    Parameters
    ----------
    method : words for the scope.    reason : why the flow ended early, if it did.
    """
    bits = SPARE_BITS + (digits * 10 + 2) // 3
    stretches: list[Stretch] = []
    with precision(bits):
        pieces = enclosure.polynomials(Fraction(0), enclosure.reached) if enclosure.records else ()
        for piece in pieces:
            states = _states(enclosure.names, piece)
            for start, stop in _parts(piece, enclosure.events):
                zero = sliding_pairs(pieces, enclosure.events, trajectory.network, start, stop)
                stretches.append(Stretch(start, stop, states, piece.start, piece.length, zero))
        radius = ball_of(enclosure.radius(enclosure.reached) if enclosure.records else Fraction(0))
        facts = [f"radius {arb(radius.upper()).str(2, radius=False)} at t = {float(enclosure.reached):.6g}"]
    if trajectory.network is not None and trajectory.network.gates == "relu":
        facts += [_count(len(enclosure.events), "gate event"), _count(_slidings(enclosure), "sliding phase")]
    exact = {Fraction(0): trajectory.middle()} if trajectory.single else {}
    return Path(
        tuple(stretches),
        trajectory.until,
        min(enclosure.reached, trajectory.until),
        reason or enclosure.reason,
        exact,
        False,
        bits,
        method,
        tuple(facts),
    )


def _states(names: tuple[str, ...], piece: Proved) -> dict[str, arb_poly]:
    unit, around = arb(2) ** -piece.bits, arb(0, ball_of(piece.radius))
    states = {}
    for name, row in zip(names, piece.rows, strict=True):
        if name == TIME:  # a state of a flow that reads the time, which is known exactly
            continue
        coefficients = [arb(c) * unit for c in row]
        coefficients[0] += around
        states[name] = arb_poly(coefficients)
    return states


def _parts(piece: Proved, events: Sequence[FlowEvent]) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield the parts of a piece between the ends of the brackets of events: on each the modes are the same."""
    ends = {piece.first, piece.last}
    for event in events:
        ends |= {e for e in (event.earliest, event.latest) if e is not None and piece.first < e < piece.last}
    places = sorted(ends)
    yield from pairwise(places) if len(places) > 1 else ((places[0], places[0]),)


def sliding_pairs(
    pieces: Sequence[Proved], events: Sequence[FlowEvent], network: Network | None, start: Fraction, stop: Fraction
) -> frozenset[tuple[int, int]]:
    """Return the pairs (neuron, sample) that slide in every mode that may hold between two times.

    The mode of a piece may hold outside the piece as far as the brackets of the events at its ends reach; so every
    piece that meets the part, or a bracket that meets the part, counts.
    """
    if network is None or any(event.earliest is None or event.latest is None for event in events):
        return frozenset()
    brackets = [(e.earliest, e.latest) for e in events if e.earliest is not None and e.latest is not None]
    # an event happens strictly inside its bracket, so that a bracket and a part that touch have nothing in common
    near = [(low, high) for low, high in brackets if low < stop and high > start]
    first, last = min([start, *(low for low, _ in near)]), max([stop, *(high for _, high in near)])
    modes = [piece.mode for piece in pieces if piece.first < last and piece.last > first]
    return frozenset.intersection(*(_sliding(mode, network) for mode in modes)) if modes else frozenset()


def _sliding(mode: Mode | None, network: Network) -> frozenset[tuple[int, int]]:
    if mode is None:
        return frozenset()
    gates = mode.gates(network)
    return frozenset((j, k) for j, row in enumerate(gates) for k, gate in enumerate(row) if gate == 2)


def _slidings(enclosure: Enclosure) -> int:
    return sum(event.kind == "slide" for event in enclosure.events)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
