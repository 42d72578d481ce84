"""Repairs: the smallest counterexample, the region, and that nothing unproved is ever called true."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker import replay
from proofs_check.evidence.balls import decide as decide_at
from proofs_check.examine import examine
from proofs_check.language.elaborate import Elaboration, elaborate
from proofs_check.language.statement import Statement
from proofs_check.repair.constants import constants
from proofs_check.repair.hypotheses import hypotheses
from proofs_check.repair.literals import literals
from proofs_check.repair.menu import menu
from proofs_check.repair.pieces import Line
from proofs_check.repair.region import region
from proofs_check.repair.repair import repair
from proofs_check.repair.smallest import smallest
from proofs_check.repair.tails import root_bound
from proofs_check.repair.trial import Clock, attempt, load_engines
from proofs_check.result import ClaimResult, Effort
from proofs_check.verdict import Evidence

F = Fraction
QUICK = Effort(seconds=0.3, candidates=200, sympy=False)


def claim(text: str, *conditions: str, names: str = "x") -> Statement:
    return Statement(text, dict.fromkeys(names.split(), "real"), conditions)


def refuted_at(statement: Statement, point: dict[str, Fraction]) -> bool:
    """Say by the checker alone, which shares no code with the search, whether the point refutes the claim."""
    shown = {name: str(value) for name, value in point.items()}
    base = {"format": "raceproof-certificate/1", "statement": statement.to_json(), "kind": "counterexample"}
    return any(replay({**base, "point": shown, "why": why}).accepted for why in ("false", "undefined"))


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


# -- constants and hypotheses ----------------------------------------------------------------------------------------


def test_literals_are_the_numbers_that_stand_for_reals() -> None:
    found = literals("x**3/4 + 2*u[1] - sum(3*k for k in range(5)) >= 1/6")
    assert [str(literal.value) for literal in found] == ["4", "2", "3", "1/6"]


@pytest.mark.parametrize(
    ("statement", "point", "best"),
    [
        (claim("x*(1 - x) <= 1/5"), {"x": F(1, 2)}, "x*(1 - x) <= 1/4"),
        (claim("x**2 + y**2 >= 3*x*y", names="x y"), {"x": F(1), "y": F(1)}, "x**2 + y**2 >= 2*x*y"),
        (claim("x**2 <= 1.5", "x**2 <= 2"), {"x": F(5, 4)}, "x**2 <= 2"),
    ],
    ids=lambda value: getattr(value, "text", None),
)
def test_best_constant_is_proved_and_the_next_worse_one_is_refuted(
    statement: Statement, point: dict[str, Fraction], best: str
) -> None:
    found = constants(statement, elaborate(statement), point, Clock(60))[0]
    assert (found.trial.text, found.trial.verdict, found.trial.proved) == (best, "PROVED", True)
    assert found.trial.certificate is not None and replay(dict(found.trial.certificate)).accepted
    assert found.worse is not None and found.bound is not None and found.worse.certificate is not None
    assert abs(found.bound - found.new) <= abs(found.new) / 100
    assert replay(dict(found.worse.certificate)).accepted


def test_tanh_constant_is_found_and_bracketed() -> None:
    load_engines()
    statement = claim("tanh(x) >= x - x**3/4", "0 <= x <= 1")
    found = constants(statement, elaborate(statement), {"x": F(1, 2)}, Clock(60))[0]
    assert found.trial.text == "tanh(x) >= x - x**3/3"
    assert found.trial.verdict in ("PROVED", "SUPPORTED")
    assert found.trial.proved == (found.trial.verdict == "PROVED")
    assert found.worse is not None and found.worse.verdict == "REFUTED"


@pytest.mark.parametrize(
    ("statement", "point", "weakest"),
    [
        (claim("x/x == 1"), {"x": F(0)}, [("x != 0",)]),
        (claim("sqrt(x**2) == x"), {"x": F(-1)}, [("x >= 0",)]),
        (claim("x**2 >= x"), {"x": F(1, 2)}, [("x <= 0",), ("abs(x) >= 1",)]),
        (claim("x + y >= 0", names="x y"), {"x": F(0), "y": F(-1)}, [("x >= 0", "y >= 0")]),
    ],
    ids=lambda value: getattr(value, "text", None),
)
def test_weakest_hypotheses_come_first_and_are_proved(
    statement: Statement, point: dict[str, Fraction], weakest: list[tuple[str, ...]]
) -> None:
    found = hypotheses(statement, elaborate(statement), point, Clock(60))
    assert [extra.added for extra in found[: len(weakest)]] == weakest
    assert all(extra.trial.proved for extra in found[: len(weakest)])


def test_a_siblings_hypothesis_is_tried() -> None:
    statement = claim("x + y >= 3", names="x y")
    siblings = ["x + y > 7", "z > 0"]
    found = hypotheses(statement, elaborate(statement), {"x": F(0), "y": F(0)}, Clock(60), siblings)
    assert (("x + y > 7",), ("sibling",)) in [(extra.added, extra.origins) for extra in found if extra.trial.proved]


@pytest.mark.parametrize("item", menu(["x", "y"]), ids=lambda item: item.text)
def test_menu_implications_hold(item) -> None:
    reader = Elaboration(claim("x == y", names="x y"))
    values = [F(n, 2) for n in range(-4, 5)] + [F(1, 3), F(-1, 3)]
    for weaker in item.implies:
        for x in values:
            for y in values:
                at = {"x": x, "y": y}
                if decide_at(reader.formula(item.text), at) == "true":
                    assert decide_at(reader.formula(weaker), at) == "true", (item.text, weaker, at)


# -- nothing unproved is called true ---------------------------------------------------------------------------------

FALSE = [
    (claim("x*(1 - x) <= 1/5"), {"x": "1/2"}),
    (claim("x**2 >= x"), {"x": "1/2"}),
    (claim("x/x == 1"), {"x": "0"}),
    (claim("x + y >= 0", names="x y"), {"x": "0", "y": "-1"}),
    (claim("x**2 + 1/x >= 2", "x > 0"), {"x": "2/3"}),
]


def lying(verdict: str, rung: int, certificate_of: Statement | None):
    """Return a `decide` that says so of everything, with the certificate of a claim that is true."""
    certificate = examine(certificate_of, effort=QUICK).certificate if certificate_of else None
    assert (certificate is None) == (certificate_of is None)

    def decide(statement: Statement, seconds: float) -> ClaimResult:
        evidence = [Evidence(rung, "planted", "proof")]
        return ClaimResult("claim", statement.text, "PROVED", verdict, rung, "", evidence=evidence,
                           certificate=certificate)  # fmt: skip

    return decide


@pytest.mark.parametrize(
    "decide",
    [
        lying("SUPPORTED", 1, None),
        lying("SUPPORTED", 3, None),
        lying("OPEN", 0, None),
        lying("CERTIFIED", 5, None),
        lying("PROVED", 6, None),  # no certificate, and the rung needs one
        lying("PROVED", 6, claim("x**2 >= 0")),  # the certificate of another claim
    ],
    ids=["supported", "unconfirmed", "open", "certified", "no certificate", "another certificate"],
)
@pytest.mark.parametrize(("statement", "point"), FALSE[:2], ids=lambda value: getattr(value, "text", None))
def test_what_is_not_proved_is_never_shown_as_true(statement: Statement, point: dict[str, str], decide) -> None:
    found = repair(statement, point, 4, decide=decide, insist=decide)
    assert found.proved() == ()
    assert [text for label, text in found.rows() if label == "true instead"] == [
        "nothing that was tried could be proved"
    ]
    shown = [*found.to_json()["constants"], *found.to_json()["hypotheses"]]
    assert not any(entry["proved"] for entry in shown)


def test_a_tampered_certificate_is_not_shown_as_true() -> None:
    statement = claim("x**2 >= 1")  # false, with the certificate of a true claim made to name it
    certificate = examine(claim("x**2 >= 0"), effort=QUICK).certificate
    assert certificate is not None and replay(certificate).accepted
    forged = {**certificate, "statement": statement.to_json()}

    def decide(asked: Statement, seconds: float) -> ClaimResult:
        evidence = [Evidence(3, "planted", "proof"), Evidence(6, "planted", "proof")]
        return ClaimResult("claim", asked.text, "PROVED", "PROVED", 6, evidence=evidence, certificate=forged)

    trial = attempt(statement, "", 1.0, decide)
    assert trial.verdict == "PROVED" and not trial.proved and trial.word() == "not confirmed"


@pytest.mark.parametrize(("statement", "point"), FALSE, ids=lambda value: getattr(value, "text", None))
def test_repairs_that_are_called_true_survive_random_points(statement: Statement, point: dict[str, str]) -> None:
    found = repair(statement, point, 20)
    assert found.proved()
    rng = random.Random(3)
    for item in found.proved():
        changed = replace(statement, text=item.trial.text, hypotheses=item.trial.conditions)
        for _ in range(60):
            at = {name: F(rng.randint(-60, 60), rng.randint(1, 20)) for name in statement.variables}
            assert not refuted_at(changed, at), (changed, at)


def test_repair_gives_the_same_twice() -> None:
    statement, point = FALSE[2]  # every attempt is decided at once, so that no clock has a say
    assert repair(statement, point, 60).to_json() == repair(statement, point, 60).to_json()


def test_repair_ends_near_its_time() -> None:
    load_engines()
    started = time.monotonic()
    repair(claim("sin(5*x)*exp(x) >= -3*x**2 - 1/7", "x >= -4"), {"x": "1"}, 1.0)
    assert time.monotonic() - started < 15
