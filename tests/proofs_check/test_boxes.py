"""Proofs by boxes: goals that must come out, and false claims that never may."""

import random
from fractions import Fraction

import pytest

from proofs_check.boxes.prove import Limits, Reason, prove_by_boxes
from proofs_check.checker import replay
from proofs_check.evidence.balls import Undecided, Undefined, holds, precision
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement

UNIT = {"x": {"real": "0 < x and x < 1"}}
SQUARE = {name: {"real": f"0 <= {name} and {name} <= 1"} for name in "xy"}
SIGN = {"f": {"real": "-1/2 <= f and f <= 1/2"}, "y": {"values": [-1, 1]}}


def proved(text, variables, hypotheses=(), seconds=20.0, leaves=400):
    statement = Statement(text, variables, tuple(hypotheses))
    certificate = prove_by_boxes(statement, elaborate(statement), Limits(seconds=seconds, leaves=leaves))
    if isinstance(certificate, Reason):
        return False
    result = replay(certificate)
    assert result.accepted, result.reason  # what the search finds, the checker confirms
    return True


GOALS = [
    # rational inequalities on (0, 1)
    ("2*x/(1 + x**2) >= x", UNIT),
    ("(1 - x)/(1 + x) <= 1 - x + x**2", UNIT),
    ("x*(2/3 - x) <= 1/9", UNIT),
    ("x*log(1/x) <= 1/2", UNIT),
    # ratios are monotone
    ("d(tanh(x)/x, x) < 0", {"x": "positive"}),
    ("d(x/tanh(x), x) > 0", {"x": "positive"}),
    ("d(sinh(x)/x, x) > 0", {"x": "positive"}),
    ("d(log(1 + x)/x, x) < 0", {"x": "positive"}),
    # tanh against polynomials and quotients, touching at 0
    ("tanh(x) < x", {"x": "positive"}),
    ("tanh(x) >= x - x**3/3", {"x": "nonnegative"}),
    ("tanh(x) <= x - x**3/3 + 2*x**5/15", {"x": "nonnegative"}),
    ("tanh(x) >= 3*x/(3 + x**2)", {"x": "nonnegative"}),
    ("tanh(x) <= x*(15 + x**2)/(15 + 6*x**2)", {"x": "nonnegative"}),  # to order 7
    ("tanh(x)/x > 1/cosh(x)", {"x": "positive"}),
    # constants
    ("6 < 16*log(2)", {}),
    ("exp(1/2) <= 2", {}),
    ("4*(1 + 1/2)/c < 16*log(2)/c", {"c": "positive"}),
    # kinks and touching points, at an end, inside, and at an irrational value
    ("abs(d(exp(-y*f), f)) <= 2", SIGN),
    ("abs(-d(exp(-y*f), f) - y) <= 2*abs(f)", SIGN),
    ("abs(-d(2*log(1 + exp(-y*f)), f) - y) <= 2*abs(f)", SIGN),
    ("log(1 + x) <= x", {"x": {"real": "x > -1"}}),
    ("log(x) >= 2*(x - 1)/(x + 1)", {"x": {"real": "x >= 1"}}),
    ("exp(x) >= exp(1)*x", {"x": "real"}),
    ("x**4 - 3*x**3 + 4*x**2 - 3*x + 1 >= 0", {"x": "real"}),
    ("sin(x) >= x - x**3/6", {"x": "nonnegative"}),
    ("cos(x) >= 1 - x**2/2", {"x": "real"}),
    ("sqrt(1 + x) <= 1 + x/2", {"x": {"real": "x >= -1"}}),
    ("atanh(x) >= x", {"x": {"real": "0 <= x and x < 1"}}),
    # unbounded
    ("x*exp(-x) <= 1/2", {"x": "real"}),
    ("exp(-x**2) <= 1/(1 + x**2)", {"x": "real"}),
    ("log(1 + exp(x)) <= log(2) + x/2 + x**2/8", {"x": "real"}),
    ("cosh(x) >= 1 + x**2/2", {"x": "real"}),
    ("4/(x + 1) <= 16*log(1 + 1/x)", {"x": {"real": "x >= 2"}}),
    ("atan(1/x)*x < 1", {"x": {"real": "x >= 1"}}),
    # two variables
    ("x*y*(1 - x)*(1 - y) <= 1/16", SQUARE),
    ("log(1 + x + y) <= x + y", {"x": "nonnegative", "y": "nonnegative"}),
    ("relu(x + y) <= relu(x) + relu(y)", {"x": "real", "y": "real"}),
    # connectives
    ("implies(x > 1, log(x) > 0) and x**2 >= 0", {"x": "real"}),
    ("x > 0 or x < 1", {"x": "real"}),
    ("tanh(x) != 2", {"x": "real"}),
]


@pytest.mark.parametrize(("text", "variables"), GOALS, ids=[text for text, _ in GOALS])
def test_boxes_prove_the_goal(text, variables):
    assert proved(text, variables)


def test_boxes_use_a_hypothesis_between_variables():
    assert proved("x*y <= 1/3", SQUARE, ["x + y <= 1"])
    assert not proved("x*y <= 1/3", SQUARE, seconds=3)


FALSE = [
    # only at an end point, or undefined there
    ("tanh(x) < x", {"x": "nonnegative"}),
    ("x < 1", {"x": {"real": "0 <= x and x <= 1"}}),
    ("log(x) < 1", {"x": {"real": "0 <= x and x <= 1"}}),
    ("1/x > 0", {"x": "nonnegative"}),
    ("x*log(x) <= 0", {"x": {"real": "0 <= x and x <= 1"}}),
    # at a kink, where a derivative has no value
    ("d(abs(x), x)**2 <= 1", {"x": "real"}),
    ("abs(x) > 0", {"x": "real"}),
    ("d(relu(x), x) >= 0", {"x": "nonnegative"}),
    ("abs(x) + abs(x - 1) > 1", {"x": "real"}),
    ("step(x) >= 1", {"x": "nonnegative"}),
    ("step(x) + x**2 > 0", {"x": "nonnegative"}),
    # only at infinity, or in the limit only
    ("tanh(x) < 1 - exp(-x)/1000", {"x": "positive"}),
    ("x < 10**9", {"x": "positive"}),
    ("x**2*exp(-x/100) < 1000", {"x": "positive"}),
    ("log(1 + x) < 20", {"x": "positive"}),
    ("x/(1 + x) < 999999/1000000", {"x": "positive"}),
    # in a region of width 1e-9
    ("(x - 1/3)**2 >= 1e-19", {"x": {"real": "0 <= x and x <= 1"}}),
    ("abs(x - 1/7) > 1e-10", {"x": {"real": "0 <= x and x <= 1"}}),
    ("exp(x) - 1 - x > 1e-19", {"x": "real"}),
    ("relu(x)*relu(1e-9 - x) <= 0", {"x": "real"}),
    ("tanh(x) >= x - x**3/3 + 2*x**5/15 - 1e-18*x", {"x": "nonnegative"}),
    # touching points that are crossed
    ("tanh(x) >= x - x**3/3", {"x": "real"}),
    ("sin(x) <= x", {"x": "real"}),
    ("x**3 >= 0", {"x": "real"}),
    ("abs(exp(-y*f)*y - y) <= 2*abs(f)", {"f": {"real": "-2 <= f and f <= 2"}, "y": {"values": [-1, 1]}}),
    ("abs(exp(-y*f)*y - y) <= abs(f)", SIGN),
    ("16*log(2) < 11", {}),
    ("exp(1/2) <= 1.6487", {}),
    ("sqrt(x**2) == x", {"x": "real"}),
]


@pytest.mark.parametrize(("text", "variables"), FALSE, ids=[text for text, _ in FALSE])
def test_boxes_never_prove_what_fails_somewhere(text, variables):
    assert not proved(text, variables, seconds=2, leaves=150)


TRUE_BODIES = [
    ("tanh(x)", "x - x**3/3"),
    ("x", "tanh(x)"),
    ("exp(x)", "1 + x + x**2/2"),
    ("x", "log(1 + x)"),
    ("sin(x)", "x - x**3/6"),
    ("cosh(x)", "1 + x**2/2"),
    ("1 + x/2", "sqrt(1 + x)"),
    ("x**2 + 1", "2*x"),
    ("1/(1 + x)", "1 - x"),
    ("atan(x)", "x - x**3/3"),
]


def false_claims(count, seed=20261122):
    """Yield claims that some rational point of the domain refutes, found by exact evaluation."""
    rng = random.Random(seed)
    found = 0
    while found < count:
        big, small = rng.choice(TRUE_BODIES)
        shift = Fraction(rng.choice([1, 2, 3, 5]), rng.choice([10, 100, 1000, 10**5, 10**7]))
        point = Fraction(rng.randint(0, 300), 100)
        text = rng.choice(
            [
                f"{big} >= {small} + {shift}",
                f"{small} >= {big} + {shift}*x",
                f"{big} > ({small})*(1 + {shift})",
                f"({big} - ({small}))*(x - {point}) >= 0",
                f"{big} - ({small}) >= {shift}*abs(x - {point})",
                f"{big} - ({small}) > 0",
                f"abs({big} - ({small})) <= {shift}",
                f"abs(x - {point}) > 0",
            ]
        )
        statement = Statement(text, {"x": {"real": "0 <= x and x <= 3"}})
        claim = elaborate(statement).claim
        places = [Fraction(k, 100) for k in range(301)] + [Fraction(1, 10**k) for k in range(3, 9)]
        if any(_false_at(claim, q) for q in places):
            found += 1
            yield statement


def _false_at(claim, q):
    try:
        with precision(256):
            return not holds(claim, {"x": q})
    except (Undefined, Undecided):
        return False


@pytest.mark.slow
def test_boxes_never_prove_random_false_claims():
    accepted = []
    for statement in false_claims(220):
        certificate = prove_by_boxes(statement, elaborate(statement), Limits(seconds=0.5, leaves=60))
        if not isinstance(certificate, Reason):
            accepted.append((statement.text, replay(certificate)))
    assert accepted == []


def test_boxes_stop_at_their_limits():
    statement = Statement("(x - 1/3)**2 + (y - 1/7)**2 >= 1e-30*x", SQUARE)
    reason = prove_by_boxes(statement, elaborate(statement), Limits(seconds=60, leaves=20))
    assert isinstance(reason, Reason)
    assert "not decided" in reason.text
    reason = prove_by_boxes(statement, elaborate(statement), Limits(names=1))
    assert isinstance(reason, Reason)
    assert "variables" in reason.text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("hypotheses", [("x == 0",), ("x > 1", "x < 1"), ("x == 1/3", "0 <= y <= 1")])
def test_a_domain_without_width_has_no_halves(hypotheses: tuple[str, ...]) -> None:
    variables = {"x": "real", "y": "real"}
    statement = Statement("d(abs(x), x) == 5 + 0*y", variables, hypotheses)
    assert isinstance(prove_by_boxes(statement, elaborate(statement), Limits(seconds=5)), (Reason, dict))
    assert not proved(statement.text, variables, hypotheses, 5) or "x < 1" in hypotheses
