"""Claims about an enclosed trajectory: what is certain is decided, what is not stays open, and nothing false passes."""

import math
import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import arb, arb_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, num, relation
from proofs_check.trajectory.decide import EMPTY, FAILS, HOLDS, OPEN, simplest
from proofs_check.trajectory.language import TrajectoryElaboration
from proofs_check.trajectory.outcomes import ANY, outcomes, within
from proofs_check.trajectory.path import Path, Stretch
from tests.proofs_check.trajectory_double import circle, decided

CASES = [
    # polynomials stay together: the identity is seen through the pieces, to the radius
    ("x**2 + y**2 <= 1 + 1e-20", "", HOLDS),
    ("x**2 + y**2 >= 1 - 1e-20", "", HOLDS),
    ("sqrt(x**2 + y**2) <= 1 + 1e-20", "", HOLDS),
    ("sqrt(x**2 + y**2)**2 <= 1 + 1e-20", "", HOLDS),
    ("x**2 + y**2 == 1", "", OPEN),
    ("x**2 + y**2 != 1", "", FAILS),  # the start is exact
    ("x**2 + y**2 != 1", "t >= 1", OPEN),
    ("x**2 + y**2 == 2", "", FAILS),
    ("x <= 1", "", OPEN),
    ("x <= 1 + 1e-20", "", HOLDS),
    ("x <= 999/1000", "", FAILS),
    # kinks, quotients, functions
    ("abs(x) + abs(y) <= 1.4143", "", HOLDS),
    ("abs(x) + abs(y) <= 1.4142", "", FAILS),
    ("max(x, y) >= -0.7072", "", HOLDS),
    ("max(x, y) >= -0.707", "", FAILS),
    ("min(x, y) <= 0.7072", "", HOLDS),
    ("relu(x) + relu(-x) <= 1 + 1e-9", "", HOLDS),
    ("step(x) + step(-x) == 1", "1 <= t and t <= 1.5", HOLDS),
    ("step(x) + step(-x) <= 1", "", OPEN),  # the gate of a zero that no ball shows
    ("x/(y**2 + 1/10) <= 10.001", "", HOLDS),
    ("exp(x)*cos(y) <= exp(1) + 1e-6", "", HOLDS),
    ("atan(x)**2 + asinh(y)**2 <= 1.25", "", HOLDS),
    ("(2 + x)**(1/2) <= 1.7321", "", HOLDS),
    ("(2 + x)**(1/2) <= 1.732", "", FAILS),
    # undefined counts as false
    ("1/y > -1000", "", FAILS),
    ("log(x) <= 1", "", FAILS),
    ("log(x - 2) <= 1 or t >= 0", "", FAILS),
    ("t >= -1 or log(x - 2) <= 1", "", HOLDS),
    # conditions on the times
    ("y >= -1e-20", "t <= 3.14", HOLDS),
    ("y >= 0", "t <= 3.15", FAILS),
    ("y >= 2", "t >= 21", EMPTY),
    ("y >= 2", "x > 2", EMPTY),
    ("t <= 1", "t == 1", OPEN),  # one time among many: at(..., t=1) is the way
    ("x > 0", "1/(t - 30) > 0", EMPTY),
    # moments
    ("at(x, t=0) == 1", "", HOLDS),
    ("at(x, t=0) < 1", "", FAILS),
    ("at(x, t=1) == cos(1)", "", OPEN),
    ("at(x, t=1) < cos(1) + 1e-28", "", HOLDS),
    ("at(x > 0 and y > 0, t=1)", "", HOLDS),
    ("at(t, t=3)*2 == 6", "", HOLDS),
    ("first(x <= 0) < 1.5707963268", "", HOLDS),
    ("first(x <= 0) < 1.5707963267", "", FAILS),
    ("first(x <= -2) < 3", "", FAILS),  # never: undefined
    ("not first(x <= -2) < 3", "", FAILS),
    ("first(x >= 1) == 0", "", HOLDS),
    ("first(x >= 1 and t > 1) < 7", "", OPEN),  # touched, not crossed
    ("first(y < 0) > first(x < 0)", "", OPEN),  # y = 0 at the start
    ("first(y < -1e-20) > first(x < 0)", "", HOLDS),
    ("abs(at(y, t=first(x <= 0)) - 1) <= 1e-15", "", HOLDS),
    ("at(x, t=2*first(x <= 0)) < -1 + 1e-15", "", HOLDS),
    ("first(x <= at(x, t=1)) <= 1 + 1e-9", "", HOLDS),
    ("t >= first(x <= 0)", "t >= 1.6", HOLDS),
    # logic
    ("implies(x > 0, x > -1/2)", "", HOLDS),
    ("not (x > 2)", "", HOLDS),
    ("x > 0 or x < 1/10", "", HOLDS),
    ("x > 0 and x < 2", "", FAILS),
]


@pytest.mark.parametrize(("text", "where", "outcome"), CASES)
def test_decision_about_the_circle(text: str, where: str, outcome: str) -> None:
    found = decided(text, where)
    assert found.outcome == outcome, found
    if outcome == OPEN:
        assert found.reason


def test_a_failing_time_is_a_time_at_which_the_claim_is_false() -> None:
    found = decided("abs(x) + abs(y) <= 1.4142")
    assert found.time is not None
    assert abs(math.cos(found.time)) + abs(math.sin(found.time)) > 1.4142


def test_a_wider_enclosure_decides_less_and_never_otherwise() -> None:
    wide = circle(radius=Fraction(1, 10))
    for text, where, outcome in CASES:
        found = decided(text, where, wide).outcome
        assert found in (outcome, OPEN), (text, where)
    assert decided("x <= 3/2", path=wide).outcome == HOLDS
    assert decided("x <= 1 + 1e-20", path=wide).outcome == OPEN
    assert decided("first(x <= 0) < 2", path=wide).outcome == HOLDS
    assert decided("first(x <= 0) < 1.6", path=wide).outcome == OPEN
    assert decided("first(x <= 0) > 1.48", path=wide).outcome == OPEN
    assert decided("first(x <= 0) > 1.46", path=wide).outcome == HOLDS


def test_an_enclosure_that_ends_early_decides_what_it_reaches_only() -> None:
    short = circle(Fraction(5))
    short = type(short)(short.stretches, Fraction(20), Fraction(5), "the proof ended", bits=short.bits)
    assert decided("x <= 2", path=short).outcome == OPEN
    assert "the proof ended" in decided("x <= 2", path=short).reason
    assert decided("x <= 1/2", path=short).outcome == FAILS
    assert decided("at(x, t=7) > -2", path=short).outcome == OPEN
    assert decided("at(x, t=2) < 0", path=short).outcome == HOLDS
    assert decided("first(x <= 0) < 2", path=short).outcome == HOLDS
    assert decided("first(x <= -2) < 2", path=short).outcome == OPEN
    assert decided("first(x <= -2) > 21", path=short).outcome == OPEN


def test_the_first_of_uncertain_steps_is_any_of_them() -> None:
    balls = [("0.75", "0.25"), ("0", "0.1"), ("-0.75", "0.25")]
    steps = tuple(
        Stretch(Fraction(i), Fraction(i), {"x": arb_poly([arb(*ball)]), "y": arb_poly([0])})
        for i, ball in enumerate(balls)
    )
    path = Path(steps, Fraction(2), Fraction(2), discrete=True)
    found = {text: decided(text, path=path).outcome for text in (
        "first(x <= 0) == 2", "first(x <= 0) == 1", "first(x <= 0) > 1/2", "first(x <= 0) < 5/2", "first(x < 1/4) == 1",
        "at(x, t=first(x <= 0)) <= 1", "at(x, t=first(x < 1/4)) <= 1/4", "x <= 2", "x < 0",
    )}  # fmt: skip
    assert list(found.values()) == [OPEN, OPEN, HOLDS, HOLDS, HOLDS, OPEN, HOLDS, HOLDS, FAILS]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_random_claims_agree_with_samples_of_the_truth(seed: int) -> None:
    rng = random.Random(seed)
    text, value = _random_term(rng, 3)
    bound = Fraction(rng.randint(-20, 20), 8)
    found = decided(f"{text} <= {bound}")
    if found.outcome == HOLDS:
        for _ in range(200):
            t = rng.uniform(0, 20)
            assert value(t) <= float(bound) + 1e-9, (text, bound, t)
    elif found.outcome == FAILS:
        assert found.time is not None
        assert value(float(found.time)) > float(bound) - 1e-9, (text, bound, found.time)


def _random_term(rng: random.Random, depth: int) -> tuple[str, Callable[[float], float]]:
    if depth == 0:
        return rng.choice([("x", math.cos), ("y", math.sin), ("t/8", lambda t: t / 8), ("1/3", lambda t: 1 / 3)])
    (a, p), (b, q) = (_random_term(rng, depth - 1) for _ in range(2))
    return rng.choice(
        [
            (f"({a} + {b})", lambda t: p(t) + q(t)),
            (f"({a} - {b})", lambda t: p(t) - q(t)),
            (f"({a} * {b})", lambda t: p(t) * q(t)),
            (f"max({a}, {b})", lambda t: max(p(t), q(t))),
            (f"abs({a})", lambda t: abs(p(t))),
            (f"relu({b})", lambda t: max(q(t), 0.0)),
            (f"tanh({a})", lambda t: math.tanh(p(t))),
            (f"sqrt(1 + ({b})**2)", lambda t: math.sqrt(1 + q(t) ** 2)),
            (f"(({a})/(2 + ({b})**2))", lambda t: p(t) / (2 + q(t) ** 2)),
        ]
    )


def test_a_planted_wrong_enclosure_is_seen() -> None:
    """The circle of another start refutes what holds on the right one: the claims do depend on the enclosure."""
    wrong = circle(turn=Fraction(1, 100))
    assert decided("at(x, t=1) < cos(1) + 1e-28").outcome == HOLDS
    assert decided("at(x, t=1) < cos(1) + 1e-28", path=wrong).outcome == HOLDS
    assert decided("at(x, t=1) > cos(1) - 1e-28", path=wrong).outcome == FAILS


@pytest.mark.parametrize("discrete", [False, True])
def test_a_dropped_stretch_is_refused(discrete: bool) -> None:
    """A claim for all times is decided stretch by stretch: what no stretch covers would pass unseen."""
    ends = [(i, i) if discrete else (i, i + 1) for i in range(4)]
    stretches = [Stretch(Fraction(a), Fraction(b), {}) for a, b in ends]
    reached = Fraction(ends[-1][1])
    assert Path(tuple(stretches), Fraction(9), reached, discrete=discrete).reached == reached
    for dropped in range(4):
        left = tuple(s for i, s in enumerate(stretches) if i != dropped)
        with pytest.raises(ValueError, match="nothing encloses"):
            Path(left, Fraction(9), reached, discrete=discrete)


def test_formula_outcomes_follow_the_short_circuit() -> None:
    names = {"T": frozenset({"true"}), "F": frozenset({"false"}), "U": frozenset({"undefined"}), "A": ANY}
    atoms = {letter: relation("==", num(i), num(0)) for i, letter in enumerate(names)}
    known = {atoms[letter].terms: outcome for letter, outcome in names.items()}

    def found(op: str, letters: str) -> str:
        formula = Formula(op, tuple(atoms[letter] for letter in letters))
        return "".join(sorted(o[0] for o in outcomes(formula, lambda part: known[part.terms])))

    table = {
        ("and", "TT"): "t", ("and", "FU"): "f", ("and", "UF"): "u", ("and", "AF"): "fu", ("and", "AT"): "ftu",
        ("or", "TU"): "t", ("or", "UT"): "u", ("or", "FF"): "f", ("or", "AT"): "tu", ("not", "U"): "u",
        ("not", "A"): "ftu", ("implies", "FU"): "t", ("implies", "TU"): "u", ("implies", "AT"): "tu",
        ("implies", "UF"): "u", ("implies", "AF"): "ftu",
    }  # fmt: skip
    assert {key: found(*key) for key in table} == table
    assert within(frozenset({"undefined"}), lambda: frozenset({"false"})) == {"true"}


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.fractions(-5, 5, max_denominator=300), st.fractions(0, 1, max_denominator=300))
def test_the_simplest_fraction_lies_between(low: Fraction, width: Fraction) -> None:
    found = simplest(low, low + width)
    assert low <= found <= low + width
    smaller = range(1, found.denominator)
    assert not any(math.ceil(low * q) <= math.floor((low + width) * q) for q in smaller)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("d(x) == 0", "not part of a claim about a trajectory"),
        ("next(x) == 0", "not part of a claim about a trajectory"),
        ("at(x, t=t + 1) > 0", "must not move"),
        ("at(x, y=1) > 0", "at has the form"),
        ("first(x) > 0", "not a relation"),
        ("first(x > 0, y > 0) > 0", "one condition"),
        ("eta > 0", "a flow has no steps"),
        ("z > 0", "unknown name"),
    ],
)
def test_what_is_not_in_the_language_is_one_line(text: str, reason: str) -> None:
    reader = TrajectoryElaboration(Statement(text, {"t": "real", "x": "real", "y": "real"}))
    with pytest.raises(ClaimError, match=reason):
        reader.formula(text)


def test_a_time_outside_the_trajectory_is_an_error() -> None:
    with pytest.raises(ClaimError, match="between 0 and 20"):
        decided("at(x, t=21) > 0")
