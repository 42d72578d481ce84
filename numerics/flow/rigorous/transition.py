"""Which mode follows at a point on kinks of one neuron: the proof in balls that one mode does, and no other.

Let Z be the kinks of neuron j on which the state is, B(h, +) and B(h, -) the coefficients of the direction of kink h
in n*w_j' on its two sides. A kink with B(h, +) < B(h, -) pushes back (its jump is monotone decreasing), so where all of
Z do, the differential inclusion is one-sided Lipschitz and its solution unique to the right; it is enough that the new
mode is one: strictly inside the bounds for the kinks along which it slides, moving away strictly from those it leaves.
A single other kink of Z that does not push back is crossed, if the state moves to the same side in the modes of both
sides while the kinks along which it slid were strictly inside their bounds: the remaining problem is a convex quadratic
programme in which the motion across the kink is monotone in its coefficient, so it is crossed for every one between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network
from numerics.flow.rigorous.functions import ball
from numerics.flow.rigorous.peeling import derivative, named
from numerics.flow.rigorous.step import Failure
from numerics.flow.rigorous.subspace import Rest, System


@dataclass(frozen=True)
class Change:
    """Neuron ``neuron`` changes because ``guard`` vanishes; ``released`` are sliding kinks left at the same time."""

    neuron: int
    guard: Guard
    released: tuple[int, ...]


def changes(network: Network, old: Mode, new: Mode) -> list[Change] | Failure:
    """Return what changes between two modes, one entry a neuron, or why that cannot be one event."""
    found = []
    kinks = range(len(network.kinks))
    for j in range(network.width):
        rows = old.sides[j], new.sides[j]
        if len(rows[1]) != len(rows[0]):
            return Failure("refused", f"the new mode of neuron {j} has {len(rows[1])} kinks instead of {len(rows[0])}")
        if any(side not in (-1, 0, 1) for side in rows[1]):
            return Failure("refused", f"the new mode of neuron {j} has a side that is none of -1, 0, 1")
        hit = [h for h in kinks if rows[0][h] != 0 and rows[1][h] != rows[0][h]]
        left = [h for h in kinks if rows[0][h] == 0 and rows[1][h] != 0]
        if not hit and not left:
            continue
        if len(hit) > 1 or (not hit and len(left) > 1):
            return Failure("not unique", f"neuron {j} changes its side of several kinks at once")
        if hit:
            found.append(Change(j, Guard("kink", j, hit[0]), tuple(left)))
        else:
            kind = "plus" if rows[1][left[0]] > 0 else "minus"
            found.append(Change(j, Guard(kind, j, left[0]), ()))
    if not found:
        return Failure("refused", "a new segment of the proposal begins without a change of mode")
    return found


def proved(before: System | None, after: System, change: Change, state: Sequence[arb]) -> dict[Guard, int] | Failure:
    """Return the guards of the new mode that are zero at the event, with the order of their derivative that is proved
    positive, when in all states the mode ``after`` follows ``before`` and no other does."""
    j, kink = change.neuron, change.guard.kink
    assert after.mode is not None
    row = after.mode.sides[j]
    failure = _inside(after, j, state)
    if failure is not None:
        return failure
    if change.guard.kind != "kink":
        return _released(before, after, change, state)
    opens: dict[Guard, int] = {}
    if row[kink] != 0:
        crossed = _crossed(before, after, j, kink, state)
        if crossed is not None:
            return crossed
        if (j, kink) not in after.rests:
            opens[Guard("kink", j, kink)] = 1
    for h in change.released:
        assert before is not None
        failure = _inside(before, j, state)
        if failure is not None:
            return failure
        guard = Guard("kink", j, h)
        if (j, h) in after.rests:
            stopped = _crossed(before, after, j, h, state)
            if stopped is not None:
                return stopped
            continue
        if not derivative(after, list(state), guard, 1) > 0:
            return Failure("not unique", f"neuron {j} is not proved to leave kink {h}")
        opens[guard] = 1
    return opens


def resting(network: Network, old: System | None, new: Mode) -> frozenset[Rest] | Failure:
    """Return the kinks on which neurons rest in a new mode: those that were, and those that lose their last sample."""
    gates = new.gates(network)
    found = set()
    if old is None or old.mode is None:
        return frozenset()
    for j, row in enumerate(new.sides):
        met = [h for h, side in enumerate(row) if side not in (0, old.mode.sides[j][h])]
        hit = any(old.mode.sides[j][h] not in (0, side) for h, side in enumerate(row))
        mine = {rest for rest in old.rests if rest[0] == j}
        if mine and row != old.mode.sides[j]:
            return Failure("not unique", f"neuron {j} rests on a kink and may stay there")
        found |= mine
        if hit and 1 not in gates[j]:
            found |= {(j, h) for h in met}
    return frozenset(found)


def zero_kinks(network: Network, j: int, start: Sequence[Fraction]) -> list[int]:
    """Return the kinks on which a neuron starts, exactly."""
    d = network.dimension
    w = start[j * d : (j + 1) * d]
    return [
        h for h, kink in enumerate(network.kinks)
        if sum((a * b for a, b in zip(w, kink.direction, strict=True)), start=Fraction(0)) == 0
    ]


def _inside(system: System, j: int, state: Sequence[arb]) -> Failure | None:
    """The multipliers of a sliding neuron are strictly inside their bounds (so these kinks push back), and its read-out
    has the sign of the mode."""
    values = system.program.values(list(state), ball)
    for guard, place in system.program.guards:
        if guard.neuron == j and guard.kind != "kink" and not values[place] > 0:
            return Failure("not unique", f"{named(guard)} is not proved positive in the new mode")
    return None


def _crossed(before: System | None, after: System, j: int, kink: int, state: Sequence[arb]) -> Failure | None:
    assert before is not None
    inside = _inside(before, j, state)
    if inside is not None:
        return inside
    guard = Guard("kink", j, kink)
    if (j, kink) in after.rests:
        # no sample is active behind the kink: the neuron stops on it, pushed back from this side
        values = after.program.values(list(state), ball)
        back = values[dict(after.program.guards)[Guard("rest", j, kink)]]
        return None if back > 0 else Failure("not unique", f"neuron {j} is not proved to rest on kink {kink}")
    far, near = derivative(after, list(state), guard, 1), derivative(before, list(state), guard, 1)
    if far > 0 and near < 0:
        return None
    if far.contains(0) or near.contains(0):
        return Failure("tangency", f"neuron {j} is not proved to cross kink {kink} transversally")
    return Failure("not unique", f"the sides of kink {kink} push neuron {j} in different directions")


def _released(before: System | None, after: System, change: Change, state: Sequence[arb]) -> dict[Guard, int] | Failure:
    assert before is not None
    j, kink = change.neuron, change.guard.kink
    values = before.program.values(list(state), ball)
    for guard, place in before.program.guards:
        if guard.neuron == j and guard.kind != "kink" and guard != change.guard and not values[place] > 0:
            return Failure("not unique", f"{named(guard)} is not proved positive when neuron {j} leaves kink {kink}")
    guard = Guard("kink", j, kink)
    if not derivative(after, list(state), guard, 2) > 0:
        return Failure("tangency", f"neuron {j} is not proved to leave kink {kink} with a second derivative")
    return {guard: 2}
