"""The pieces of the enclosures of terms: derivatives with kinks, Taylor forms with their remainders."""

from fractions import Fraction

import pytest
from flint import arb, arb_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.evidence.balls import ball, node_value, precision
from proofs_check.language.term import Term, call, num, var
from proofs_check.trajectory.path import ball_of
from proofs_check.trajectory.slopes import RULES, slope
from proofs_check.trajectory.taylor_form import FUNCTIONS, ORDER, taylor_range

U, V = var("u"), var("v")
NODES = [call(op, U) for op in RULES] + [call(op, U, V) for op in ("add", "sub", "mul", "div", "rpow", "min", "max")]
NODES += [Term("pow", (U,), n) for n in (-3, -1, 0, 1, 2, 5)] + [Term("neg", (U,))]
STEP = Fraction(1, 10**20)


def near(node: Term, point: list[Fraction]) -> list[Fraction]:
    """Return the point, moved into the domain of the function."""
    moved = {"acosh": 2, "log": 2, "sqrt": 2, "rpow": 2}.get(node.op, 0)
    return [point[0] + moved, *point[1:]][: len(node.args)]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=50), min_size=4, max_size=4))
def test_a_slope_contains_the_difference_quotient(numbers: list[Fraction]) -> None:
    with precision(400):
        for node in NODES:
            at, rates = near(node, numbers[:2]), numbers[2:][: len(node.args)]
            values = [node_value(node, [ball_of(a + s * STEP * r) for a, r in zip(at, rates, strict=True)], {}, 0)
                      for s in (-1, 0, 1)]  # fmt: skip
            found = slope(node, values[1], [ball_of(a) for a in at], [ball_of(r) for r in rates])
            assert found is not None, node
            quotient = (ball(values[2]) - ball(values[0])) / ball_of(2 * STEP)
            assert (found + arb(0, 1e-15)).overlaps(quotient), (node, found, quotient)
            assert found.rad() < 1e-15 or (node.op in ("min", "max") and at[0] == at[1])


def test_a_kink_takes_both_sides_and_a_jump_has_no_slope() -> None:
    across, rate = arb(0, 1), [arb(1)]

    def both(op: str, *ends: int) -> bool:
        found = slope(call(op, U), across, [across], rate)
        return found is not None and all(found.contains(end) for end in ends)

    assert both("abs", -1, 1) and both("relu", 0, 1)
    for op in ("min", "max"):
        found = slope(call(op, U, V), across, [across, across], [arb(2), arb(5)])
        assert found is not None and found.contains(2) and found.contains(5)
    assert slope(call("step", U), across, [across], rate) is None
    assert slope(call("sqrt", U), across, [across], rate) is None
    assert slope(call("exp", U), across, [across], [None]) is None


def form(node: Term, inner: arb_poly, radius: str) -> arb:
    order = [U, node] if len(node.args) == 1 else [U, node.args[0], node]
    polynomials: dict[Term, arb_poly | None] = {**dict.fromkeys(order), U: inner}
    for part in order:
        if part.op == "num":
            polynomials[part] = arb_poly([ball_of(Fraction(part.value))])  # type: ignore[arg-type]
    found = taylor_range(order, polynomials, arb(0, radius), arb(0))
    assert found is not None
    return found


def test_a_taylor_form_keeps_its_remainder() -> None:
    """1/(6/5 - s) on [-1, 1]: the first 24 terms at s = 1 fall short of 5 by one part in a hundred."""
    quotient = call("div", num(1), U)
    with precision(200):
        assert sum((5 / arb(6)) ** (k + 1) for k in range(ORDER + 1)) < 4.96
        found = form(quotient, arb_poly([arb(6) / 5, -1]), "1")
        assert found.contains(5) and found.contains(arb(5) / 11)


@pytest.mark.parametrize("op", FUNCTIONS)
def test_a_taylor_form_is_sharp_and_contains_the_function(op: str) -> None:
    middle = {"acosh": 2, "log": 1, "sqrt": 1}.get(op, 0)
    with precision(200):
        found = form(call(op, U), arb_poly([middle, 1]), "0.01")
        for i in range(-4, 5):
            value = ball(node_value(call(op, U), [ball_of(middle + Fraction(i, 400))], {}, 0))
            assert found.overlaps(value)
        ends = [ball(node_value(call(op, U), [ball_of(middle + Fraction(i, 100))], {}, 0)) for i in (-1, 0, 1)]
        hull = ends[0].union(ends[1]).union(ends[2])
        assert found.rad() < 2 * hull.rad() + 1e-4
