"""The smallest counterexample of a false claim, and the region in which it fails."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker import replay
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.repair.pieces import Line
from proofs_check.repair.region import region
from proofs_check.repair.smallest import smallest
from proofs_check.repair.tails import root_bound
from proofs_check.repair.trial import Clock
from tests.proofs_check.repair_claims import claim, refuted_at

F = Fraction


# -- the smallest counterexample -------------------------------------------------------------------------------------


def by_height(limit: int) -> list[Fraction]:
    """Return all fractions by |p| + q, by another way than the code: a plain scan."""
    pairs = [(p, q) for p in range(-limit, limit + 1) for q in range(1, limit + 1) if gcd(p, q) == 1]
    return [F(p, q) for p, q in sorted(pairs, key=lambda pq: abs(pq[0]) + pq[1]) if abs(p) + q <= limit]


@pytest.mark.parametrize(
    ("statement", "start"),
    [
        (claim("tanh(x) >= x - x**3/4", "0 <= x <= 1"), F(9, 10)),
        (claim("7*x < 22"), F(1000)),
        (claim("abs(x - 5/7) >= 1/100"), F(5, 7)),
        (claim("x**2 != 4/9"), F(2, 3)),
        (claim("x/x == 1"), F(0)),
    ],
    ids=lambda value: getattr(value, "text", None),
)
def test_smallest_counterexample_is_the_first_by_a_plain_scan(statement: Statement, start: Fraction) -> None:
    found = smallest(statement, elaborate(statement), {"x": start}, Clock(20))
    assert found is not None and found.minimal
    first = next(x for x in by_height(40) if refuted_at(statement, {"x": x}))
    value = F(found.point["x"])
    assert abs(value.numerator) + value.denominator == abs(first.numerator) + first.denominator == found.height
    assert replay(dict(found.certificate)).accepted


def test_smallest_counterexample_of_two_variables_has_fewest_coordinates_that_are_not_zero() -> None:
    statement = claim("x*y + x + y <= 1/2", names="x y")
    found = smallest(statement, elaborate(statement), {"x": F(3), "y": F(4)}, Clock(20))
    assert found is not None
    assert (found.minimal, found.height, found.nonzero) == (True, 3, 1)


@pytest.mark.parametrize("start", [3, 7])
def test_minimality_is_not_claimed_when_smaller_points_are_undecided(start: int) -> None:
    statement = claim("x <= 2 and sin(x)**2 + cos(x)**2 == 1")
    found = smallest(statement, elaborate(statement), {"x": F(start)}, Clock(20))
    assert found is not None and found.point == {"x": "3"}
    assert not found.minimal and found.undecided > 0
    assert "not decided" in found.how()


def test_minimality_is_not_claimed_when_the_points_run_out() -> None:
    statement = claim("abs(x - 577/408) >= 1/1000000")
    found = smallest(statement, elaborate(statement), {"x": F(577, 408)}, Clock(20), limit=500)
    assert found is not None and found.point == {"x": "577/408"}
    assert not found.minimal and 0 < found.exhausted < found.height
    assert "none is smaller" not in found.how()


def test_a_start_that_is_no_counterexample_gives_none() -> None:
    statement = claim("x**2 >= 0")
    assert smallest(statement, elaborate(statement), {"x": F(1)}, Clock(10)) is None


# -- the region ------------------------------------------------------------------------------------------------------

REGIONS = [
    (claim("x*(1 - x) <= 2/9", "0 <= x <= 1"), F(1, 2), "1/3 < x < 2/3"),
    (claim("x**2 >= x"), F(1, 2), "0 < x < 1"),
    (claim("x > 1"), F(0), "x <= 1"),
    (claim("x**2 == x"), F(-1), "x < 0"),
    (claim("x/x == 1"), F(0), "x == 0"),
    (claim("x <= 1/2", "0 <= x <= 1"), F(1), "1/2 < x <= 1"),
    (claim("abs(x) >= x**2", "x > -3"), F(-2), "-3 < x < -1"),
    (claim("tanh(x) >= x - x**3/4", "0 <= x <= 1"), F(1, 2), "0 < x <= 0.91462924"),
    (claim("x**2 >= 1/2", "x >= 0"), F(1, 3), "0 <= x <= 0.707106781"),
]


@pytest.mark.parametrize(("statement", "at", "expected"), REGIONS, ids=lambda value: getattr(value, "text", None))
def test_region_is_the_known_interval(statement: Statement, at: Fraction, expected: str) -> None:
    assert region(elaborate(statement), 0, {"x": at}, "x", Clock(20)).text() == expected


@pytest.mark.parametrize(("statement", "at", "expected"), REGIONS, ids=lambda value: getattr(value, "text", None))
def test_checker_refutes_the_claim_all_over_its_region(statement: Statement, at: Fraction, expected: str) -> None:
    found = region(elaborate(statement), 0, {"x": at}, "x", Clock(20))
    low = F(-50) if found.low.at is None else found.low.at
    high = F(50) if found.high.at is None else found.high.at
    inside = [low + (high - low) * F(k, 24) for k in range(1, 24)]
    inside += [end.at for end in (found.low, found.high) if end.at is not None and end.closed]
    assert all(refuted_at(statement, {"x": x}) for x in inside)
    for end in (found.low, found.high):
        if end.state == "holds":
            assert end.beyond is not None and not refuted_at(statement, {"x": end.beyond})


TRICKY = ["x**3 - x >= 0", "sin(3*x) <= x/2", "exp(x) <= 1 + 2*x", "abs(x - 1) > x**2", "x**2 != 1", "1/x >= x",
          "sqrt(x) >= x", "min(x, 1 - x) <= 1/4 or x > 2", "implies(x > 0, x**2 > x)"]  # fmt: skip


@given(st.sampled_from(TRICKY), st.fractions(-3, 3, max_denominator=16), st.fractions(0, 1, max_denominator=64))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_a_piece_that_fails_fails_at_its_points(text: str, a: Fraction, width: Fraction) -> None:
    statement = claim(text)
    line = Line(elaborate(statement), 0, "x", {})
    b = a + width
    if line.fails_on(a, b):
        assert all(refuted_at(statement, {"x": a + width * F(k, 7)}) for k in range(8))


@given(st.sampled_from(TRICKY), st.sampled_from([F(-1), F(0), F(1), F(1, 2)]), st.fractions(-1, 1, max_denominator=32))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_a_touching_end_is_right_next_to_it(text: str, end: Fraction, reach: Fraction) -> None:
    statement = claim(text)
    line = Line(elaborate(statement), 0, "x", {})
    if reach and line.touches(end, end + reach):
        assert all(refuted_at(statement, {"x": end + reach * F(1, 5**k)}) for k in range(8))


def test_sides_that_agree_only_to_many_digits_do_not_touch() -> None:
    near = "x**2 + sin(1)**2 + cos(1)**2 - 1 <= 1/10**60"  # true for abs(x) <= 10**-30
    assert not Line(elaborate(claim(near)), 0, "x", {}).touches(F(0), F(1, 2))
    assert Line(elaborate(claim("x**2 <= 0")), 0, "x", {}).touches(F(0), F(1, 2))


def test_a_derivative_at_a_kink_is_in_no_region() -> None:
    statement = claim("d(abs(x), x) == 1")
    found = region(elaborate(statement), 0, {"x": F(-1)}, "x", Clock(20))
    assert found.high.at is not None and found.high.at < 0


def test_region_goes_to_infinity_only_beyond_all_roots() -> None:
    statement = claim("x**2 <= 10000")
    assert root_bound(elaborate(statement), "x", {}) == 10_001
    assert region(elaborate(statement), 0, {"x": F(101)}, "x", Clock(20)).text() == "x > 100"
    assert root_bound(elaborate(claim("exp(x) <= 1")), "x", {}) is None
    assert region(elaborate(claim("tanh(x) <= 0")), 0, {"x": F(1)}, "x", Clock(20)).high.kind == "reached"
