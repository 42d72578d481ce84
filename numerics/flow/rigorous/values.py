"""The nodes of a program along the polynomials of one step, with bounds of size and error (see `plan`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpz

from numerics.flow.rigorous.packing import absolute_sums, limbs, pack, repacked
from numerics.flow.rigorous.plan import NORM_BITS, Plan, Sum


@dataclass
class Values:
    """One packed polynomial, error (units ``2**-unit``) and bound of the size (units ``2**-20``) a node."""

    plan: Plan
    packed: list[fmpz]
    errors: list[int]
    norms: list[int]

    def coefficients(self, places: Sequence[int], bits: int) -> tuple[np.ndarray, list[int]]:
        """Return nodes as (places, slots) coefficients, rounded down to units of ``2**-bits`` each, for all s in
        [0, 1], and bounds of what is left out (rounding and error) in the same units."""
        plan = self.plan
        shapes = [plan.shapes[place] for place in places]
        slots = max((shape.slots for shape in shapes), default=0)
        found = np.zeros((len(places), slots), dtype=object)
        missing = []
        for i, (place, shape) in enumerate(zip(places, shapes, strict=True)):
            drop = shape.scale - bits
            whole = limbs([self.packed[place]], plan.words, shape.slots)[0]
            for k, word in enumerate(whole):
                c = int.from_bytes(word.tobytes(), "little", signed=True)
                found[i, k] = (c << -drop if drop < 0 else c >> drop) // shape.denominator
            missing.append(2 * shape.slots + (self.errors[place] >> max(plan.unit - bits, 0)) + 1)
        return found, missing

    def ranges(self, places: Sequence[int], bits: int) -> list[tuple[int, int]]:
        """Return (value at s = 0, bound of the distance from it on [0, 1]) of nodes, in units of ``2**-bits``."""
        plan = self.plan
        if not places:
            return []
        top = max(plan.shapes[place].scale for place in places)
        drop = top - bits
        slots = max(plan.shapes[place].slots for place in places)
        lifted = [self.packed[place] << (top - plan.shapes[place].scale) for place in places]
        found = limbs(lifted, plan.words, slots)
        sums = absolute_sums(found[:, 1:], drop)
        pairs = []
        for i, place in enumerate(places):
            first = int.from_bytes(found[i, 0].tobytes(), "little", signed=True) >> drop
            d = plan.shapes[place].denominator
            error = (self.errors[place] >> (plan.unit - bits)) + 1
            # first // d is below the value by less than 1/d + 1
            pairs.append((first // d, -(-(sums[i] + 1) // d) + 1 + error))
        return pairs


def evaluate(plan: Plan, nodes: int, packed: Sequence[fmpz], norms: Sequence[int]) -> Values:
    """Return the values of all nodes at packed states of unit scale, which count as exact."""
    values = Values(plan, list(packed), [0] * plan.states, list(norms))
    factors: dict[int, tuple[fmpz, int]] = {}
    for step in plan.steps:
        if isinstance(step, Sum):
            _add_sum(values, step)
            continue
        (left, e), (right, f) = (_factor(values, factors, place) for place in step)
        a, b = values.norms[step[0]], values.norms[step[1]]
        # |uv - UV| <= |u||v - V| + |v||u - U| + |u - U||v - V|
        error = ((a * f + b * e) >> NORM_BITS) + (e * f >> plan.unit) + 2 if e or f else 0
        values.packed.append(left * right)
        values.errors.append(error)
        values.norms.append((a * b >> NORM_BITS) + 1)
    return values


def _add_sum(values: Values, step: Sum) -> None:
    total, error, norm = step.constant, 0, step.constant_size
    packed, errors, norms = values.packed, values.errors, values.norms
    for (place, weight), size in zip(step.terms, step.sizes, strict=True):
        total = total + packed[place] * weight
        norm += (size * norms[place] >> NORM_BITS) + 1
        if errors[place]:
            error += (size * errors[place] >> NORM_BITS) + 1
        if step.inexact:
            error += (norms[place] >> (NORM_BITS + 60)) + 1
    packed.append(total)
    errors.append(error + 1 if step.inexact else error)
    norms.append(norm)


def _factor(values: Values, known: dict[int, tuple[fmpz, int]], place: int) -> tuple[fmpz, int]:
    plan = values.plan
    cut = plan.cuts.get(place)
    if cut is None:
        return values.packed[place], values.errors[place]
    if place not in known:
        shape = plan.shapes[place]
        found = limbs([values.packed[place] * cut.factor], plan.words, shape.slots)
        kept = found[0, : plan.slots]
        (tail,) = absolute_sums(found[:, plan.slots :], cut.drop)
        # one unit a coefficient for rounding down, and the relative error 2**-(unit + 32) of the inverse denominator
        error = values.errors[place] + -(-(kept.shape[0] + tail) // cut.denominator)
        if cut.factor > 1:
            error += (values.norms[place] >> (NORM_BITS + 30)) + 2
        known[place] = (repacked(kept, cut.drop, plan.words), error)
    return known[place]


def packed_step(rows: Sequence[Sequence[int]], shift: int, words: int) -> tuple[list[fmpz], list[fmpz], list[int]]:
    """Return the states, their derivatives by s, and the sums of the sizes of the coefficients, times ``2**shift``."""
    states = [pack(row, words) << shift for row in rows]
    rates = [pack([k * c for k, c in enumerate(row)][1:], words) << shift for row in rows]
    return states, rates, [sum(map(abs, row)) << shift for row in rows]


def defects(values: Values, velocity: Sequence[int], rates: Sequence[fmpz], length: Fraction) -> list[int]:
    """Return bounds of ``|p_i'(s) - length * F_i(p(s))|`` on [0, 1], in units ``2**-unit``, one a state."""
    plan = values.plan
    if not velocity:
        return []
    top = max(plan.shapes[place].scale for place in velocity)
    h, power = length.numerator, length.denominator.bit_length() - 1
    drop = top + power - plan.unit
    slots = max(plan.slots, *(plan.shapes[place].slots for place in velocity))
    numerators = []
    for place, rate in zip(velocity, rates, strict=True):
        shape = plan.shapes[place]
        # at scale top + power, times the denominator
        own = rate * (shape.denominator << drop)
        numerators.append(own - values.packed[place] * (h << (top - shape.scale)))
    sums = absolute_sums(limbs(numerators, plan.words, slots), drop)
    found = []
    for place, total in zip(velocity, sums, strict=True):
        error = -(-values.errors[place] * h >> power)
        found.append(-(-total // plan.shapes[place].denominator) + error)
    return found
