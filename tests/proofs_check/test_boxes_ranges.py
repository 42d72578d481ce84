"""The checker's ranges over boxes hold the values at points, and its tilings have no gap."""

import random
from fractions import Fraction

import mpmath
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker.boxes import Enclosures, tiles
from proofs_check.checker.limits import Clock
from proofs_check.checker.ranges import Range
from proofs_check.checker.terms import Store

# -- ranges over boxes -------------------------------------------------------------------------------------------------

REAL = {
    "exp": mpmath.exp,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "atan": mpmath.atan,
    "asinh": mpmath.asinh,
    "abs": abs,
    "relu": lambda u: max(u, mpmath.mpf(0)),
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "acos": mpmath.acos,
    "asin": mpmath.asin,
    "atanh": mpmath.atanh,
    "acosh": mpmath.acosh,
}
INSIDE = {
    "log": lambda u: u > 0,
    "sqrt": lambda u: u >= 0,
    "acos": lambda u: abs(u) <= 1,
    "asin": lambda u: abs(u) <= 1,
    "atanh": lambda u: abs(u) < 1,
    "acosh": lambda u: u >= 1,
}


def random_term(rng, store, variables, depth):
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([*variables, store.num(Fraction(rng.randint(-4, 4), rng.randint(1, 3)))])
    op = rng.choice(["add", "mul", "div", "pow", "min", "max", *REAL, *REAL])
    part = random_term(rng, store, variables, depth - 1)
    if op in ("add", "mul", "div", "min", "max"):
        return store.make(op, part, random_term(rng, store, variables, depth - 1))
    return store.make("pow", part, data=rng.choice([-2, -1, 2, 3, 4])) if op == "pow" else store.make(op, part)


def value_at(term, point):
    """The value in 60 digits, None where there is none; computed without any code of the checker."""
    args = [value_at(arg, point) for arg in term.args]
    if any(a is None for a in args):
        return None
    op = term.op
    if op == "num":
        return mpmath.mpf(term.data.numerator) / term.data.denominator
    if op == "var":
        return mpmath.mpf(point[term].numerator) / point[term].denominator
    if op in ("add", "mul"):
        return args[0] + args[1] if op == "add" else args[0] * args[1]
    if op in ("min", "max"):
        return min(args) if op == "min" else max(args)
    if (op == "div" and abs(args[1]) < 1e-40) or (op == "pow" and term.data < 0 and abs(args[0]) < 1e-40):
        return None
    if op in ("div", "pow"):
        return args[0] / args[1] if op == "div" else args[0] ** term.data
    if op in INSIDE and not INSIDE[op](args[0]):
        return None
    return None if abs(args[0]) > 1e5 else REAL[op](args[0])


def test_enclosures_contain_the_values_at_points():
    rng = random.Random(1)
    looked = 0
    with mpmath.workdps(60):
        for _ in range(700):
            store = Store(Clock())
            variables = [store.make("var", data=name) for name in "xy"]
            term = random_term(rng, store, variables, 4)
            ends = [sorted(Fraction(rng.randint(-60, 60), rng.choice([1, 2, 7, 20])) for _ in range(2)) for _ in "xy"]
            box = {v: Range(low, high) for v, (low, high) in zip(variables, ends, strict=True)}
            if rng.random() < 0.2:
                box[variables[0]] = Range(ends[0][0], None)
            known = Enclosures(store, Fraction(0), 1, box).range_of(term)
            for _ in range(6):
                point = {
                    v: low + (high - low) * Fraction(rng.randint(0, 64), 64)
                    for v, (low, high) in zip(variables, ends, strict=True)
                }
                value = value_at(term, point)
                if value is None or not mpmath.isfinite(value):
                    continue
                looked += 1
                slack = mpmath.mpf(10) ** -45 * (1 + abs(value))
                assert known.low is None or mpmath.mpf(known.low.numerator) / known.low.denominator <= value + slack
                assert known.high is None or mpmath.mpf(known.high.numerator) / known.high.denominator >= value - slack
    assert looked > 1500


# -- tilings -----------------------------------------------------------------------------------------------------------


@st.composite
def tilings(draw):
    """A region cut by random cuts, in one to three dimensions."""
    count = draw(st.integers(1, 3))
    leaves = [[(Fraction(0), Fraction(1))] * count]
    for _ in range(draw(st.integers(0, 12))):
        which, axis = draw(st.integers(0, len(leaves) - 1)), draw(st.integers(0, count - 1))
        leaf = leaves.pop(which)
        low, high = leaf[axis]
        middle = low + (high - low) * Fraction(draw(st.integers(1, 6)), 7)
        leaves += [[*leaf[:axis], side, *leaf[axis + 1 :]] for side in ((low, middle), (middle, high))]
    return [(Fraction(0), Fraction(1))] * count, draw(st.permutations(leaves))


@given(tilings(), st.data())
@settings(derandomize=True, deadline=None, max_examples=150)
def test_tiles_accept_cuts_and_reject_every_gap(tiling, data):
    region, leaves = tiling
    assert tiles(region, leaves, Clock())
    which = data.draw(st.integers(0, len(leaves) - 1))
    assert not tiles(
        region, leaves[:which] + leaves[which + 1 :] or [[(Fraction(0), Fraction(1, 2))] * len(region)], Clock()
    )
    axis, side = data.draw(st.integers(0, len(region) - 1)), data.draw(st.integers(0, 1))
    for step in (Fraction(1, 10**9), Fraction(-1, 10**9)):
        moved = [list(leaf) for leaf in leaves]
        ends = list(moved[which][axis])
        ends[side] += step
        moved[which][axis] = tuple(ends)
        assert not tiles(region, moved, Clock())
