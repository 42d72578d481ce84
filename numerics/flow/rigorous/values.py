"""The nodes of a program along the polynomials of one step, with bounds of size and error (see `plan`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpz, fmpz_poly

from numerics.flow.rigorous.amounts import ceil_div
from numerics.flow.rigorous.plan import NORM_BITS, Plan, Sum


@dataclass
class Values:
    """One polynomial with integer coefficients, error (units ``2**-unit``) and bound of the size (units ``2**-20``) a
    node; the first ``slots`` coefficients of a factor are kept."""

    plan: Plan
    slots: int
    polynomials: list[fmpz_poly]
    errors: list[int]
    norms: list[int]

    def coefficients(self, place: int) -> tuple[list[int], int]:
        """Return the coefficients of a node, each rounded down to a unit ``2**-unit``, and a bound of what is left out
        for all s in [0, 1] (rounding and error) in the same units."""
        by, over = self._scaling(place, self.plan.unit)
        row = [int(c * by // over) for c in self.polynomials[place].coeffs()] or [0]
        return row, len(row) + self.errors[place]

    def ranges(self, places: Sequence[int], bits: int) -> list[tuple[int, int]]:
        """Return (value at s = 0, bound of the distance from it on [0, 1]) of nodes, in units of ``2**-bits``, where
        ``bits <= unit``."""
        pairs = []
        for place in places:
            by, over = self._scaling(place, bits)
            first, *others = self.polynomials[place].coeffs() or [fmpz(0)]
            change = ceil_div(int(absolute_sum(others)) * by, over)
            # the value at 0 is rounded down, and an error below one unit
            pairs.append((int(first) * by // over, change + 1 + (self.errors[place] >> (self.plan.unit - bits)) + 1))
        return pairs

    def _scaling(self, place: int, bits: int) -> tuple[int, int]:
        """Return whole numbers whose quotient brings coefficients of a node into units of ``2**-bits``."""
        shape = self.plan.shapes[place]
        drop = shape.scale - bits
        return (1, shape.denominator << drop) if drop >= 0 else (1 << -drop, shape.denominator)


def absolute_sum(coefficients: Sequence[fmpz]) -> fmpz:
    """Return the sum of the sizes: it bounds the polynomial on [0, 1].

    Examples
    --------
    >>> absolute_sum([fmpz(3), fmpz(-1)])
    4
    """
    return sum(map(abs, coefficients), fmpz(0))


def evaluate(plan: Plan, rows: Sequence[Sequence[int]], sizes: Sequence[int]) -> Values:
    """Return the values of all nodes at the polynomials of a step, which count as exact; ``sizes`` are the sums of the
    sizes of their coefficients (both in units ``2**-bits``)."""
    norms = [_coarse(size, plan.bits) for size in sizes]
    values = Values(plan, len(rows[0]), [fmpz_poly(list(row)) for row in rows], [0] * plan.states, norms)
    factors: dict[int, tuple[fmpz_poly, int]] = {}
    for step in plan.steps:
        if isinstance(step, Sum):
            _add_sum(values, step)
            continue
        (left, e), (right, f) = (_factor(values, factors, place) for place in step)
        a, b = values.norms[step[0]], values.norms[step[1]]
        # |uv - UV| <= |u||v - V| + |v||u - U| + |u - U||v - V|
        error = ((a * f + b * e) >> NORM_BITS) + (e * f >> plan.unit) + 2 if e or f else 0
        values.polynomials.append(left * right)
        values.errors.append(error)
        values.norms.append((a * b >> NORM_BITS) + 1)
    return values


def _coarse(total: int, bits: int) -> int:
    """Return a size in units ``2**-bits`` in units ``2**-20``, rounded up."""
    return ceil_div(total << NORM_BITS, 1 << bits)


def _add_sum(values: Values, step: Sum) -> None:
    total, error, norm = None, 0, step.constant_size
    polynomials, errors, norms = values.polynomials, values.errors, values.norms
    for (place, weight), size in zip(step.terms, step.sizes, strict=True):
        part = polynomials[place] if weight == 1 else polynomials[place] * weight
        total = part if total is None else total + part
        norm += (size * norms[place] >> NORM_BITS) + 1
        if errors[place]:
            error += (size * errors[place] >> NORM_BITS) + 1
        if step.inexact:
            error += (norms[place] >> (NORM_BITS + 60)) + 1
    constant = fmpz_poly([step.constant])
    polynomials.append(constant if total is None else total + constant if step.constant else total)
    errors.append(error + 1 if step.inexact else error)
    norms.append(norm)


def _factor(values: Values, known: dict[int, tuple[fmpz_poly, int]], place: int) -> tuple[fmpz_poly, int]:
    cut = values.plan.cuts.get(place)
    if cut is None:
        return values.polynomials[place], values.errors[place]
    if place not in known:
        whole = values.polynomials[place].coeffs()
        if cut.factor > 1:
            whole = [c * cut.factor for c in whole]
        kept = [c >> cut.drop for c in whole[: values.slots]]
        tail = ceil_div(int(absolute_sum(whole[values.slots :])), 1 << cut.drop)
        # one unit a coefficient for rounding down, and the relative error 2**-(unit + 32) of the inverse denominator
        error = values.errors[place] + ceil_div(len(kept) + tail, cut.denominator)
        if cut.factor > 1:
            error += (values.norms[place] + _coarse(values.errors[place], values.plan.unit) >> (NORM_BITS + 30)) + 2
        known[place] = fmpz_poly(kept), error
    return known[place]


def defects(values: Values, velocity: Sequence[int], length: Fraction) -> list[int]:
    """Return bounds of ``|p_i'(s) - length * F_i(p(s))|`` on [0, 1], in units ``2**-unit``, one a state."""
    plan = values.plan
    h, power = length.numerator, length.denominator.bit_length() - 1
    found = []
    for i, place in enumerate(velocity):
        shape = plan.shapes[place]
        # at scale ``shape.scale + power``, times the denominator
        rate = values.polynomials[i].derivative() * (fmpz(shape.denominator) << (shape.scale + power - plan.bits))
        total = int(absolute_sum((rate - values.polynomials[place] * fmpz(h)).coeffs()))
        drop = shape.scale + power - plan.unit
        own = ceil_div(total << max(0, -drop), shape.denominator << max(0, drop))
        found.append(own + ceil_div(values.errors[place] * h, 1 << power))
    return found
