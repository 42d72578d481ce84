"""The early race at any precision, or enclosed in balls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numerics.exact_race.fields import BallField, Field, FloatField, Undecided
from numerics.exact_race.flow import advance
from numerics.exact_race.lines import Lines, Vector, dot, make_lines, rank, to_rational
from numerics.exact_race.state import OFF, ON, SLIDING, FieldData, FieldNeuron, NotUnique
from numerics.losses import loss_code

MAX_BITS = 8192


@dataclass(frozen=True)
class ExactEvent:
    """An event: ``time`` in the field, the sample (None when the read-out turns) and its kind."""

    time: Any
    sample: int | None
    kind: str


@dataclass(frozen=True)
class ExactNeuron:
    """One neuron at the horizon; numbers are mpmath floats or Arb balls.

    ``w`` (d,), ``v``, ``z`` (n,), ``gates`` (n,) 0 off, 1 on, 2 sliding, ``norm``, ``norm_product``, ``events``;
    ``reason`` is empty, or says why there is no result (then there are no numbers); ``bits`` the precision used.
    """

    w: tuple[Any, ...]
    v: Any
    z: tuple[Any, ...]
    gates: tuple[int, ...]
    norm: Any
    norm_product: Any
    events: tuple[ExactEvent, ...]
    ambiguous: int
    bits: int
    reason: str

    @property
    def resolved(self) -> bool:
        """Whether there is a result."""
        return not self.reason


def exact_race(
    x: Iterable[Iterable[Any]],
    y: Iterable[Any],
    w0: Iterable[Iterable[Any]],
    v0: Iterable[Any],
    horizon: Any,
    loss: str = "logistic",
    digits: int = 50,
    rigorous: bool = False,
    max_bits: int = MAX_BITS,
) -> tuple[ExactNeuron, ...]:
    """Run the early race of every neuron to a given time, in mpmath floats or in Arb balls.

    Parameters
    ----------
    x, y, w0, v0 : as in `numerics.early_race.predict.predict`; floats are taken as the exact binary numbers they
        are, text such as "1/3" or "0.1" as the fraction it says.
    horizon : the time to reach.
    digits : decimal digits wanted of the result, relative to the size of the neuron.
    rigorous : use balls; the precision is doubled until every comparison is decided, up to ``max_bits``.

    Guarantee
    ---------
    RIGOROUS with ``rigorous``: every number is a ball that holds the true value, the order of events is proved, and
    a neuron whose flow is not unique, or that ``max_bits`` do not decide (exact ties), carries a reason instead.
    ESTIMATED without.

    Raises
    ------
    ValueError
        When a number is not finite, shapes disagree, or an option is out of range.

    Examples
    --------
    >>> neuron, = exact_race([["1", "0"]], [1], [["1/2", "1/3"]], ["1/2"], 2, loss="squared", rigorous=True)
    >>> neuron.resolved, neuron.v.rel_accuracy_bits() > 150
    (True, True)
    """
    rows, labels, weights, read_outs, time = _checked(x, y, w0, v0, horizon, digits, max_bits)
    loss_code(loss)
    lines = make_lines(rows, labels, loss)
    return tuple(
        _one_neuron(lines, w, v, time, digits, rigorous, max_bits)
        for w, v in zip(weights, read_outs, strict=True)
    )


def _checked(
    x: Any, y: Any, w0: Any, v0: Any, horizon: Any, digits: int, max_bits: int
) -> tuple[list[Vector], list[Fraction], list[Vector], list[Fraction], Fraction]:
    rows = [tuple(to_rational(value) for value in row) for row in x]
    weights = [tuple(to_rational(value) for value in row) for row in w0]
    labels, read_outs = [to_rational(value) for value in y], [to_rational(value) for value in v0]
    time = to_rational(horizon)
    if not rows or not rows[0] or len({len(row) for row in [*rows, *weights]}) != 1:
        raise ValueError("exact race: needs x (n, d) and w0 (m, d) with one d of at least 1")
    if len(labels) != len(rows) or len(read_outs) != len(weights):
        raise ValueError(
            f"exact race: needs y (n,) and v0 (m,); got y={len(labels)} for n={len(rows)} samples, "
            f"v0={len(read_outs)} for m={len(weights)} neurons"
        )
    if any(abs(label) != 1 for label in labels):
        raise ValueError("exact race: y must hold only +1 and -1; map your two classes to them")
    if time < 0 or digits < 1 or max_bits < 64:
        raise ValueError(
            f"exact race: horizon={time} >= 0, digits={digits} >= 1, max_bits={max_bits} >= 64 needed"
        )
    return rows, labels, weights, read_outs, time


def _one_neuron(
    lines: Lines, w0: Vector, v0: Fraction, time: Fraction, digits: int, rigorous: bool, max_bits: int
) -> ExactNeuron:
    bits = int(3.33 * digits) + 64
    while True:
        field: Field = BallField(min(bits, max_bits)) if rigorous else FloatField(digits)
        with field.precision():
            try:
                result = _run(field, lines, w0, v0, time, bits)
                if not rigorous or bits >= max_bits or _is_sharp(result, digits):
                    return result
                reason = ""
            except NotUnique as error:
                return _failed(bits, f"the flow is not unique: {error}")
            except Undecided as error:
                reason = str(error)
        if reason and (not rigorous or bits >= max_bits):
            return _failed(bits, f"{reason} with {min(bits, max_bits) if rigorous else digits} "
                           f"{'bits' if rigorous else 'digits'}")  # fmt: skip
        bits *= 2


def _failed(bits: int, reason: str) -> ExactNeuron:
    return ExactNeuron((), None, (), (), None, None, (), 0, bits, reason)


def _is_sharp(result: ExactNeuron, digits: int) -> bool:
    """Whether the balls are as small as asked for, relative to the norm of the total weight vector."""
    numbers = [*result.w, *result.z, result.v]
    size = max(float(abs(number.mid())) for number in numbers)
    return all(float(number.rad()) <= max(size, 1e-300) * 10.0**-digits for number in numbers)


def _run(field: Field, lines: Lines, w0: Vector, v0: Fraction, time: Fraction, bits: int) -> ExactNeuron:
    exact, count = field.exact, len(lines.direction)
    positions = [dot(w0, direction) for direction in lines.direction]
    pairs = list(zip(lines.push_on, lines.push_off, strict=True))
    drive = sum(
        (
            max(abs(on), abs(off)) * max(map(abs, way)) * len(way)
            for (on, off), way in zip(pairs, lines.direction, strict=True)
        ),
        Fraction(0),
    )
    data = FieldData(
        gram=[[exact(value) for value in row] for row in lines.gram],
        push_on=[exact(on) for on, _ in pairs], push_off=[exact(off) for _, off in pairs],
        flat=[on == off for on, off in pairs],
        rises=[on > off for on, off in pairs], silent=[(off == 0, on == 0) for on, off in pairs],
        rank=rank(lines.gram),
        drive=exact(drive), zero=exact(Fraction(0)),
    )  # fmt: skip
    gate = [ON if z > 0 else OFF for z in positions]
    neuron = FieldNeuron(
        z=[exact(z) for z in positions],
        push=[data.push_on[k] if gate[k] == ON else data.push_off[k] for k in range(count)],
        gate=gate, v=exact(v0), square=exact(dot(w0, w0) - v0 * v0),
        travel=[data.zero] * count, time=data.zero,
    )  # fmt: skip
    advance(field, data, neuron, exact(time))
    return _result(field, lines, neuron, w0, bits)


def _result(field: Field, lines: Lines, neuron: FieldNeuron, w0: Vector, bits: int) -> ExactNeuron:
    exact = field.exact
    w = tuple(
        exact(start)
        + sum(
            (c * exact(way[i]) for c, way in zip(neuron.travel, lines.direction, strict=True)),
            exact(Fraction(0)),
        )
        for i, start in enumerate(w0)
    )
    z, gates = [], []
    for member, factor in zip(lines.member, lines.factor, strict=True):
        state = OFF if member < 0 else neuron.gate[member] * (1 if factor > 0 else -1)
        z.append(exact(Fraction(0)) if member < 0 else neuron.z[member] * exact(factor))
        gates.append(2 if state == SLIDING else int(state == ON))
    norm = field.sqrt(neuron.square + neuron.v * neuron.v)
    first = [
        min((k for k, m in enumerate(lines.member) if m == line), default=-1)
        for line in range(len(lines.direction))
    ]
    events = tuple(ExactEvent(t, first[k] if k >= 0 else None, kind) for t, k, kind in neuron.events)
    return ExactNeuron(
        w, neuron.v, tuple(z), tuple(gates), norm, norm * abs(neuron.v), events, neuron.ambiguous, bits, ""
    )  # fmt: skip
