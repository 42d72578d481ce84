"""What samples cannot tell is not supported: each claim is false, at places that no sample meets, or undefined there.

Every one of them was once reported as SUPPORTED.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofs_check.boxes.prove import Limits, Reason, prove_by_boxes
from proofs_check.evidence import search
from proofs_check.evidence.balls import decide
from proofs_check.evidence.beyond import out_of_reach
from proofs_check.evidence.clearance import LATE, unclear
from proofs_check.evidence.derivation import TookTooLong
from proofs_check.evidence.jumps import on_kinks, unseen
from proofs_check.evidence.peaks import peaks
from proofs_check.evidence.points import Domain
from proofs_check.examine import Effort, examine
from proofs_check.ladder import certified
from proofs_check.ladder.exact import undecided_obligation
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement

REAL = {"x": "real"}
QUICK = Effort(seconds=0.3, candidates=60, sympy=False, outside=1.0)
BELIEVED = ("PROVED", "CERTIFIED", "SUPPORTED")
TRUE = "sin(x) + cos(x) < 3/2"  # true, and too hard for the sign rules: the proof is given up here
CASES = {"x": "real", "s": {"values": [1, 2]}}
UNDEFINED = {  # at the roots of 2, behind a part that is not proved
    "conjunction": (f"{TRUE} and 1/(x**2 - 2) == 1/(x**2 - 2)", REAL),
    "second of two cases": (f"implies(s == 1, {TRUE}) and implies(s == 2, sin(1/(x**2 - 2)) < 2)", CASES),
    "case by a denominator": ("sin(x) + cos(x) + 0/(x**2 + 3 - 5*(s - 1)) < 3/2", CASES),
}
NEEDLES = [
    ("max(0, 1/10**9 - abs(x - pi/7)) == 0", REAL),
    ("1/(1 + 10**18*(x - pi/7)**2) < 1/2", REAL),
    ("implies(x > 0, 1/(1 + 10**12*(x - pi/7)**2) < 1/2)", REAL),
    ("1/(1 + 10**12*(s*x - pi/7)**2) < 1/2", CASES),
    ("x*log(x) > -367879/1000000", {"x": "positive"}),
]
PLANE = {"x": "real", "y": "real"}
PEAKS = [  # false at one place of width 1e-5 to 1e-20 that no slope leads to
    ("exp(-10**14*(x - pi/7)**2) < 1/2", REAL, ()),
    ("cos(x) + 3 > 6*(1 - tanh(10**18*(x + sqrt(3)/5))**2)", REAL, ("-2 <= x <= 2",)),
    ("exp(-10**24*x**2 + 2*10**24*sqrt(2)/3*x - 2*10**24/9) <= 3/4", REAL, ()),
    ("exp(-10**10*x**2)*exp(2*10**10*sqrt(2)/3*x)*exp(-2*10**10/9) < 1/2", REAL, ()),
    ("exp(-10**14*(sin(x) - 1/3)**2) < 1/2", REAL, ()),
    ("exp(-10**14*((x - pi/7)**2 + (y - x - log(5))**2)) < 1/2", PLANE, ()),
    ("max(0, 1 - 10**40*(abs(x - log(5)) + abs(y + pi/10))) < 1/2", PLANE, ("x > -3",)),
]
CROSSED = [  # the sides are equal at irrational points only, on both flanks of a peak
    ("exp(-10**40*(x - log(5))**2) != 1/2 + x/100000", REAL, ("-2 <= x <= 2",)),
    ("max(0, 1 - 10**24*(abs(x - log(5)) + abs(y + pi/10))) != 1/2 + x/100000", PLANE, ("-2 <= x <= 2",)),
]
JUMPS = [
    "sign(x**2 - 2)**2 == 1",
    "step(x**2 - 2) + step(2 - x**2) == 1",
    "sign(sin(x) - 1/2)**2 == 1",
    "abs(sign(exp(x) - 2)) > 1/2",
    "sign(x - sqrt(2))**2 == 1",
    "implies(x**2 == 2, 1/(1 + 10**12*(x - sqrt(2))**2) < 1/2)",
]


@pytest.mark.parametrize("name", UNDEFINED)
def test_an_obligation_behind_a_part_that_is_not_proved_is_asked(name: str) -> None:
    text, variables = UNDEFINED[name]
    statement = Statement(text, variables)
    assert "x**2" in undecided_obligation(elaborate(statement), (), 0)
    assert examine(statement, effort=QUICK).verdict not in BELIEVED


@pytest.mark.parametrize("level", [1, 2, 3])
def test_obligations_are_asked_at_every_level(level: int) -> None:
    statement = Statement("1/(x**2 - 2) == 1/(x**2 - 2)", REAL)
    assert examine(statement, effort=Effort(seconds=0.3, candidates=60, sympy=False, level=level)).verdict == "OPEN"


def test_a_claim_that_is_stopped_before_its_support_is_looked_over_is_open(monkeypatch) -> None:
    def stopped(*_: object) -> None:
        raise TookTooLong

    monkeypatch.setattr("proofs_check.examine.prove_by_certificates", stopped)
    result = examine(Statement("sin(x) < 1", REAL), effort=QUICK)
    assert result.verdict == "OPEN" and any("but stopped" in e.detail for e in result.evidence)


@pytest.mark.parametrize(("text", "variables"), NEEDLES)
def test_a_point_that_the_boxes_find_refutes(text: str, variables: dict) -> None:
    statement = Statement(text, variables)
    found = prove_by_boxes(statement, elaborate(statement), Limits(seconds=20))
    assert isinstance(found, Reason) and found.point is not None
    assert all(isinstance(value, Fraction) for value in found.point.values())
    assert examine(statement, effort=Effort(0.3, 60, sympy=False, outside=20.0)).verdict == "REFUTED"


@pytest.mark.parametrize(("text", "variables", "hypotheses"), PEAKS)
def test_a_peak_is_found_and_refutes(text: str, variables: dict, hypotheses: tuple[str, ...]) -> None:
    problem = elaborate(Statement(text, variables, hypotheses))
    points = [p for p in peaks(Domain.of(problem), None, 17) if Domain.of(problem).contains(p)]
    assert any(decide(problem.claim, p, 0) == "false" for p in points)
    assert unclear(problem, seconds=60.0)


@pytest.mark.parametrize(("text", "variables", "hypotheses"), PEAKS + CROSSED)
def test_a_claim_that_fails_on_a_peak_only_is_not_believed(text: str, variables: dict, hypotheses: tuple) -> None:
    assert examine(Statement(text, variables, hypotheses), effort=QUICK).verdict not in BELIEVED


@pytest.mark.parametrize(("text", "variables", "hypotheses"), CROSSED)
def test_sides_that_cross_are_not_apart(text: str, variables: dict, hypotheses: tuple[str, ...]) -> None:
    problem = elaborate(Statement(text, variables, hypotheses))
    assert "has both signs" in unclear(problem, seconds=60.0)
    assert unclear(elaborate(Statement("sin(x) != 2", REAL)), seconds=60.0) == ""


def test_an_equality_among_the_hypotheses_leads_to_its_peak() -> None:
    hypotheses = ("x**2 + y**2 == 1",)
    problem = elaborate(Statement("exp(-10**14*(x - 4*y/3 - 10**-9)**2) < 1/2", PLANE, hypotheses))
    assert unclear(problem, seconds=60.0)
    assert examine(Statement("sin(x)*y < 2", PLANE, hypotheses), effort=Effort(2.0, 60, sympy=False)).verdict != "OPEN"


def test_a_point_of_the_boxes_that_does_not_replay_leaves_no_support(monkeypatch) -> None:
    monkeypatch.setattr(certified, "candidate", lambda *_: None)
    monkeypatch.setattr(search, "peaks", lambda *_: iter(()))  # which would find it first
    result = examine(Statement(*NEEDLES[0]), effort=QUICK)
    assert result.verdict == "OPEN" and "fails near" in result.doubt


@pytest.mark.parametrize("text", JUMPS)
def test_a_jump_or_a_premise_at_irrational_points_is_not_supported(text: str) -> None:
    assert unseen(elaborate(Statement(text, REAL)))
    assert examine(Statement(text, REAL), effort=QUICK).verdict not in BELIEVED


def test_jumps_that_samples_meet_leave_the_support() -> None:
    for text in ("sign(x - 2)**2 <= 1", "step(x)*sin(x) <= 2", "implies(x > 1, x**2 > 1)", "sign(x**2 + 1) == 1"):
        assert unseen(elaborate(Statement(text, REAL))) == ""


def test_points_on_kinks_are_exactly_there() -> None:
    problem = elaborate(Statement("sign(x + 3*y - 7/13)**2*(2 + sin(x)) >= 1", {"x": "real", "y": "real"}))
    points = list(on_kinks(Domain.of(problem), None, 0))
    assert points and all(p["x"] + 3 * p["y"] == Fraction(7, 13) for p in points)
    assert any(decide(problem.claim, p, 0) == "false" for p in points)


def test_a_margin_that_nobody_had_time_to_look_at_is_not_clear() -> None:
    problem = elaborate(Statement("sum(sin(u[i]) for i in range(6)) < 6", {"u": {"vector": 6}}))
    assert unclear(problem, seconds=0.0) == LATE
    assert unclear(problem, seconds=60.0) != ""
    assert unclear(elaborate(Statement("sin(x) < 2", REAL)), seconds=60.0) == ""


@pytest.mark.parametrize(
    ("text", "hypotheses"),
    [("tanh(10**6) == 1", ()), ("1 + exp(-x) == 1", ("x >= 10**5",)), ("sinh(x) == exp(x)/2", ("x >= 10**6",))],
)
def test_sides_that_are_proved_to_differ_are_not_supported_as_equal(text: str, hypotheses: tuple[str, ...]) -> None:
    variables = REAL if "x" in text else {}
    assert examine(Statement(text, variables, hypotheses), effort=QUICK).verdict not in BELIEVED


SPARSE = [  # hypotheses that hold at few rational points, of which something special is true
    ("x == 0", ("sin(x) == 0",)),
    ("y == 1", ("y == exp(x)",)),
    ("sin(x) == 0", ("y == sin(x)",)),
    ("x == 0", ("x*(x**2 - 2) == 0",)),
    ("x < 5 and cos(x) == 1", ("x*(x**2 - 2) == 0",)),
    ("y == 0", ("sin(x) == y", "x**3 + x == 0 or cos(x) == y")),
]


@pytest.mark.parametrize(("text", "hypotheses"), SPARSE)
def test_equalities_at_few_rational_points_support_nothing(text: str, hypotheses: tuple[str, ...]) -> None:
    statement = Statement(text, {"x": "real", "y": "real"}, hypotheses)
    assert unseen(elaborate(statement))
    assert examine(statement, effort=QUICK).verdict not in BELIEVED


def test_an_equality_in_disguise_supports_nothing() -> None:
    for hypotheses in [("sin(x) <= 0", "sin(x) >= 0"), ("x**2*(x**2 - 2)**2 <= 0",)]:
        problem = elaborate(Statement("x == 0", REAL, hypotheses))
        assert unseen(problem) == "the points of the domain that were found have x in {0} only"
    plain = elaborate(Statement("x*y == 1", {"x": "real", "y": "real"}, ("x*y + x == x + 1",)))
    assert unseen(plain) == "" and unclear(plain, seconds=60.0) == ""


POSITIVE = {"x": "positive"}
BEYOND = [  # false so far out, so close to a singular place, or at such a meeting of phases, that no sample is there
    ("log(log(x)) < 30", REAL, ("x > 3",)),
    ("log(x)*log(y) < 10**9", {"x": "positive", "y": "positive"}, ()),
    ("x**(1/1000) < 100", POSITIVE, ()),
    ("tanh(log(x)/10000) < 1/2", POSITIVE, ()),
    ("cosh(1e-400*x) < 2", REAL, ()),
    ("asinh(x) < 5000", REAL, ()),
    ("log(norm(u)) < 4000", {"u": {"vector": 2}}, ("norm(u) > 0",)),
    ("atanh(x) < 1000", REAL, ("-1 < x", "x < 1")),
    ("log(1 - x) > -2000", REAL, ("0 < x", "x < 1")),
    ("log(abs(x - y)) > -4000", PLANE, ("x != y",)),
    ("abs(x - 1/3)**(1/1000) > 1/10", REAL, ("x != 1/3",)),
    ("sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(abs(x - 1/3))))))))))) > 1/1000 or x == 1/3", REAL, ()),
    ("abs(tan(x)) < 10**9", REAL, ("cos(x) != 0",)),
    ("sin(x) + sin(sqrt(2)*x) < 2 - 1/10**9", REAL, ()),
    ("cos(x) + cos(sqrt(2)*x) + cos(sqrt(3)*x) < 3 - 1/10**4", REAL, ("x > 1",)),
    ("cos(x)*cos(pi*x) > -1 + 1/10**7", REAL, ()),
    ("sin(x) + sin(log(x)) < 2 - 1/10**7", POSITIVE, ()),
    ("relu(sin(x) + sin(pi*x) - 2 + 1/10**9) == 0", REAL, ()),
    ("step(log(log(x)) - 9) == 0", REAL, ("x > 3",)),
    ("3 + cos(x)*y - 1/10**9*log(1 + x**2) > 0", PLANE, ("-1 < y", "y < 1")),
    ("log(x) < 5000", {"x": "positive", "y": "positive"}, ("x*y == 1",)),
    ("log(x) < 5000", {"x": "positive", "y": "positive"}, ("x**2 == y**3",)),
    ("tanh(x*1e-250) < 1/2", {"x": "real", "y": "real", "z": "real"}, ("x + y + z == 1",)),
]
WITHIN = [  # true, and hard: samples say something about them
    ("sin(x) + sin(2*y) < 21/10", PLANE, ()),
    ("sin(x)*exp(-y**2) + cos(x)*exp(-x**2) < 2", PLANE, ()),
    ("log(x)*exp(-x) < 1", POSITIVE, ()),
    ("sin(x)*y < 2", PLANE, ("x**2 + y**2 == 1",)),
    ("relu(sin(x) - 2) == 0", REAL, ()),
    ("abs(x**2 + y**2) == x**2 + y**2", PLANE, ()),
]


@pytest.mark.parametrize(("text", "variables", "hypotheses"), BEYOND)
def test_what_fails_only_beyond_all_samples_is_found_there(text: str, variables: dict, hypotheses: tuple) -> None:
    assert out_of_reach(elaborate(Statement(text, variables, hypotheses)), seconds=60.0)


EVERY_SIXTH = [pytest.param(*case, marks=[pytest.mark.slow] if i % 6 else []) for i, case in enumerate(BEYOND)]


@pytest.mark.parametrize(("text", "variables", "hypotheses"), EVERY_SIXTH)
def test_a_claim_that_fails_only_beyond_all_samples_is_not_believed(text: str, variables: dict, hypotheses) -> None:
    assert examine(Statement(text, variables, hypotheses), effort=QUICK).verdict not in BELIEVED


@pytest.mark.parametrize(("text", "variables", "hypotheses"), WITHIN)
def test_a_claim_that_stays_clear_everywhere_keeps_its_support(text: str, variables: dict, hypotheses) -> None:
    assert out_of_reach(elaborate(Statement(text, variables, hypotheses)), seconds=60.0) == ""


def test_numbers_that_no_double_holds_stop_no_engine() -> None:
    claims = [("max(x, 10**200*10**200) == 10**200*10**200", ()), ("log(x) < 3000", ("x > 1e899", "x < 1e900"))]
    for text, where in claims:
        assert examine(Statement(text, REAL, where), effort=QUICK).verdict in ("OPEN", "REFUTED")
