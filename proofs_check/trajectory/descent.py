"""Gradient descent in ball arithmetic: every gate decided by a certain sign, exact rationals as long as they are small.

The weights are carried as ``w_j = w_j(0) + sum_k a_jk x_k``, so that ``w_j.x_i = z_ji(0) + sum_k a_jk (x_k.x_i)`` with
exact products of inputs: an input orthogonal to all active ones keeps ``w_j.x_i`` exactly, also at zero.
"""

from __future__ import annotations

import time as clock
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_poly, fmpq

from numerics.flow.network import Network
from proofs_check.evidence.balls import precision
from proofs_check.trajectory.path import Path, Stretch, ball_of, between

Entry = fmpq | arb
Rows = list[list[Entry]]
Box = Mapping[str, tuple[Fraction, Fraction]]
EXACT_BITS = 2_048
MOST_BITS = 1 << 15


class UnknownSign(Exception):
    """The sign of ``w_j.x_k`` after a number of steps is not certain at this precision."""

    def __init__(self, step: int, neuron: int, sample: int) -> None:
        super().__init__(f"the sign of w[{neuron}].x[{sample}] after {step} steps is not certain")


@dataclass
class _State:
    """Coefficients a (m, n) of the inputs in the weights, read-outs v (m, c)."""

    a: Rows
    v: Rows


@dataclass(frozen=True)
class Descent:
    """Steps of size `eta` on the mean loss from a start, or from every start in a box."""

    network: Network
    eta: Fraction
    steps: int
    box: Box

    def run(self, bits: int) -> list[Stretch]:
        """Return the state after 0, 1, ..., `steps` steps.

        Raises
        ------
        UnknownSign
            From a single start, when a gate is not certain; from a box an uncertain gate is both.
        OverflowError
            When the weights are not finite.
        """
        with precision(bits):
            return self._run()

    def _run(self) -> list[Stretch]:
        net, names = self.network, self.network.state_names()
        start: dict[str, Entry] = {name: _entry(*self.box[name]) for name in names}
        m, d, n = net.width, net.dimension, net.samples
        values = [start[name] for name in names]
        w = [values[j * d : (j + 1) * d] for j in range(m)]
        flat = values[m * d :]
        x = [[_fmpq(value) for value in row] for row in net.x]
        gram = [[_sum((p * q for p, q in zip(a, b, strict=True))) for b in x] for a in x]
        z0 = [[_sum(p * q for p, q in zip(row, b, strict=True) if q != 0) for b in x] for row in w]
        v = [flat[j * net.outputs : (j + 1) * net.outputs] for j in range(m)]
        state = _State([[fmpq(0)] * n for _ in range(m)], v)
        found = []
        for step in range(self.steps + 1):
            z = _plus_products(z0, state.a, gram)
            gates = [[self._gate(value, step, j, k) for k, value in enumerate(row)] for j, row in enumerate(z)]
            found.append(self._stretch(step, _plus_products(w, state.a, x), state.v, z, names))
            if step < self.steps:
                state = self._step(state, z, gates)
        return found

    def _gate(self, z: Entry, step: int, neuron: int, sample: int) -> Entry:
        if self.network.gates == "on":
            return fmpq(1)
        if z > 0 or z < 0:
            return fmpq(1 if z > 0 else 0)
        if isinstance(z, fmpq) or z.is_zero():
            return fmpq(self.network.relu_at_zero)
        if not z.is_finite():
            raise OverflowError(f"the weights are not finite after {step} steps")
        if all(low == high for low, high in self.box.values()):
            raise UnknownSign(step, neuron, sample)
        return arb(0).union(arb(1))

    def _step(self, state: _State, z: Rows, gates: Rows) -> _State:
        net = self.network
        e = [self._residual(k, state.v, z, gates) for k in range(net.samples)]
        rate = _fmpq(self.eta / net.samples)
        a, v = [], []
        for j in range(net.width):
            # an uncertain gate counts: `gate != 0` would leave out what may be 0
            active = [(k, gate) for k, gate in enumerate(gates[j]) if not _is_zero(gate)]
            moved = list(state.a[j])
            for k, gate in active:
                moved[k] = _small(moved[k] + rate * gate * _sum(p * q for p, q in zip(state.v[j], e[k], strict=True)))
            a.append(moved)
            pulls = [_sum(gate * e[k][o] * z[j][k] for k, gate in active) for o in range(net.outputs)]
            v.append([_small(value + rate * pull) for value, pull in zip(state.v[j], pulls, strict=True)])
        return _State(a, v)

    def _residual(self, k: int, v: Rows, z: Rows, gates: Rows) -> list[Entry]:
        net = self.network
        on = [j for j in range(net.width) if not _is_zero(gates[j][k])]
        # gate*z is relu(z), also where the gate is uncertain
        units = [z[j][k] if isinstance(gates[j][k], fmpq) else z[j][k].max(arb(0)) for j in on]  # type: ignore[union-attr]
        f = [_sum(v[j][o] * unit for j, unit in zip(on, units, strict=True)) for o in range(net.outputs)]
        y = [_fmpq(value) for value in net.y[k]]
        if net.loss == "squared":
            return [_small(p - q) for p, q in zip(y, f, strict=True)]
        if net.loss == "softmax":
            shares = [1 / _sum(_exp(other - own) for other in f) for own in f]
            return [p - q for p, q in zip(y, shares, strict=True)]
        if net.loss == "logistic":
            return [y[0] / (1 + _exp(y[0] * f[0]))]
        return [y[0] * _exp(-y[0] * f[0])]

    def _stretch(self, step: int, w: Rows, v: Rows, z: Rows, names: Sequence[str]) -> Stretch:
        values = [value for row in (*w, *v) for value in row]
        time = Fraction(step)
        zero = frozenset((j, k) for j, row in enumerate(z) for k, value in enumerate(row) if _is_zero(value))
        states = {name: arb_poly([value]) for name, value in zip(names, values, strict=True)}
        exact = {name: _fraction(v) for name, v in zip(names, values, strict=True) if isinstance(v, fmpq)}
        return Stretch(time, time, states, zero=zero, known=exact if len(exact) == len(names) else None)


def descend(network: Network, eta: Fraction, steps: int, box: Box, digits: int = 30, seconds: float = 60.0) -> Path:
    """Enclose descent from a start or a box of starts, raising the precision until every gate is certain.

    Guarantee: RIGOROUS. Every state lies in its ball; a run that cannot go on ends with a reason.

    Parameters
    ----------
    box : the least and the largest start of every weight, by the names of `Network.state_names`.
    digits : from a single start, the precision is raised until every radius is below ``10**-digits``.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([["1/2"]]), exact_rows([[1]]))
    >>> box = dict(zip(network.state_names(), [(Fraction(1, 2),) * 2, (Fraction(1),) * 2], strict=True))
    >>> path = descend(network, Fraction(1, 10), 3, box)
    >>> path.exact[Fraction(1)]
    {'w[0,0]': Fraction(11, 20), 'v[0]': Fraction(41, 40)}
    """
    descent, deadline = Descent(network, eta, steps, box), clock.monotonic() + seconds
    point = all(low == high for low, high in box.values())
    bits, reason, found = 64 + (digits * 10 + 2) // 3, "", []
    while True:
        try:
            found, reason = descent.run(bits), ""
        except UnknownSign as unknown:
            found, reason = [], f"{unknown} with {bits} bits"
        except OverflowError as error:
            found, reason = [], str(error)
        wide = not found or (point and _radius(found[-1]) > ball_of(Fraction(1, 10**digits)))
        if not wide or not point or bits >= MOST_BITS or clock.monotonic() > deadline:
            break
        bits *= 2
    reached = Fraction(len(found) - 1) if found else Fraction(-1)
    exact = {stretch.start: stretch.known for stretch in found if stretch.known is not None}
    facts = (f"{steps} steps of size {eta}", f"balls of {bits} bits")
    facts += (f"radius {_radius(found[-1]).str(3, radius=False)}",) if found else ()
    return Path(
        tuple(found), Fraction(steps), reached, reason, exact, True, bits, "gradient descent in ball arithmetic", facts
    )


def _radius(stretch: Stretch) -> arb:
    """Return the largest radius of a state; its coefficients keep the precision they were made with."""
    return max((arb(part.rad()) for state in stretch.states.values() for part in state.coeffs()), default=arb(0))


def _entry(low: Fraction, high: Fraction) -> Entry:
    return _fmpq(low) if low == high else between(low, high)


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _sum(terms: Iterable[Entry]) -> Entry:
    total: Entry = fmpq(0)
    for term in terms:
        total = total + term
    return total


def _plus_products(start: Rows, left: Rows, right: Sequence[Sequence[Entry]]) -> Rows:
    """Return start + left right; products with exact zeros are left out."""
    found = []
    for row, factors in zip(start, left, strict=True):
        moved = [(k, value) for k, value in enumerate(factors) if not _is_zero(value)]
        found.append(
            [
                old + _sum(value * right[k][i] for k, value in moved if not _is_zero(right[k][i]))
                for i, old in enumerate(row)
            ]
        )
    return found


def _is_zero(value: Entry) -> bool:
    return value == 0 if isinstance(value, fmpq) else value.is_zero()


def _small(value: Entry) -> Entry:
    if isinstance(value, fmpq) and int(value.p).bit_length() + int(value.q).bit_length() > EXACT_BITS:
        return arb(value)
    return value


def _exp(value: Entry) -> Entry:
    if isinstance(value, fmpq):
        return fmpq(1) if value == 0 else arb(value).exp()
    return value.exp()
