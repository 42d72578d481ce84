"""One claim up the ladder: what the verdict promises."""

import pytest

from proofs_check.chain import composes
from proofs_check.checker import replay
from proofs_check.evidence.derivation import TookTooLong
from proofs_check.examine import examine
from proofs_check.ladder.witness import outside
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.verify import decide, free_names

SHELL = [
    ("tanh(x) >= x - x**3/4", ["0 <= x <= 1"], "REFUTED", {"x": "1/2"}),
    ("x/x == 1", [], "REFUTED", {"x": "0"}),
    ("x**2 == 2", ["x > 0"], "REFUTED", {"x": "1"}),
    ("1/0 == 1", [], "REFUTED", {}),
    ("2 + 2 == 5", [], "REFUTED", {}),
    ("(x - 1)**2*(x - 2)**2 > 0.000001", ["x >= 0"], "REFUTED", {"x": "1"}),
    ("x > 1000000", ["x > 999999"], "REFUTED", {"x": "1000000"}),
    ("x**2 >= 0", [], "PROVED", None),
    ("x*y <= (x**2 + y**2)/2", [], "PROVED", None),
    ("sin(x)**2 + cos(x)**2 == 1", [], "PROVED", None),
    ("x > 0", ["x > 1 and x < 0"], "VACUOUS", None),
    ("x > 0", ["x**2 == -1"], "VACUOUS", None),
    ("abs(tanh(x) - x/(1+abs(x))) <= 0.31", ["0 <= x <= 5"], "PROVED", None),
    (" + ".join(f"{v}*exp(-{v}**2)" for v in "abcxy") + " < 11/5", [], "SUPPORTED", None),
    # true or false, samples cannot tell: the sides meet, at rational points or not
    ("exp(a) + exp(b) + exp(c) + exp(x) + exp(y) >= 5*exp((a + b + c + x + y)/5)", [], "OPEN", None),
    ("sin(x) < 1", [], "OPEN", None),
    ("sin(x) > 0", ["0 < x", "x < 3.1415926536"], "OPEN", None),
    ("1/(x**2 - 2) != 0", [], "OPEN", None),
    ("tan(x)*cos(x) == sin(x)", [], "OPEN", None),
    ("tanh(x) == sign(x)", ["abs(x) >= 1000"], "OPEN", None),
    ("tanh(x)**2 < 1 - 1e-300", [], "OPEN", None),
    ("log(x) < 27", ["x > 0"], "REFUTED", {"x": "1000000000000"}),
    ("atan(x) < 1.57079632679", [], "REFUTED", {"x": "1000000000000"}),
]


@pytest.mark.parametrize(("text", "conditions", "verdict", "point"), SHELL, ids=[s[0] for s in SHELL])
def test_shell_claims_get_the_right_verdict_and_point(text, conditions, verdict, point) -> None:
    result = decide(text, conditions, 10)
    assert (result.verdict, result.counterexample) == (verdict, point), result.reason


def test_narrow_violations_are_found() -> None:
    result = decide("(x - 1/7)**2 + (y - 3/11)**2 > 1/1000000", ["0 <= x <= 1", "0 <= y <= 1"], 10)
    assert result.verdict == "REFUTED"
    assert replay(result.certificate or {}).accepted


def test_an_undefined_claim_says_where() -> None:
    result = decide("log(x) <= x", [], 5)
    assert result.verdict == "REFUTED" and "undefined at x = " in result.reason


def test_a_chain_proves_by_transitivity_and_shows_its_links() -> None:
    statement = Statement("x**2 + 1 >= 2*x", {"x": "real"})
    result = examine(
        statement, {"x": 1}, [("(x - 1)**2 + 2*x", "complete the square", "=="), ("2*x", "a square", ">=")]
    )
    assert result.verdict == "PROVED"
    assert [step.verdict for step in result.steps] == ["PROVED", "PROVED"]


def test_a_wrong_step_is_not_proved_even_when_the_claim_is() -> None:
    statement = Statement("x**2 - 1 == (x - 1)*(x + 1)", {"x": "real"})
    result = examine(statement, {"x": 1}, [("(x - 1)**2", "wrong", "==")])
    assert result.verdict == "PROVED"
    assert "REFUTED" in [step.verdict for step in result.steps]


def test_relations_compose_only_by_transitivity() -> None:
    assert composes({"==", "<="}, "<=") and composes({"<", "<="}, "<")
    assert not composes({"<="}, "<") and not composes({"<", ">"}, "<") and not composes({"<="}, "==")
    assert not composes({">="}, "<=")


def test_free_names_are_variables_not_functions_or_indices() -> None:
    assert free_names("tanh(x) + sum(k*y for k in range(3)) < pi") == ["x", "y"]


@pytest.mark.parametrize("witness", [{}, {"x": "a"}, {"x": [1]}, {"x": 0.5}])
def test_a_malformed_witness_is_an_error(witness) -> None:
    with pytest.raises(ClaimError, match="witness"):
        examine(Statement("x**2 >= 0", {"x": "real"}), witness)


def test_a_witness_outside_the_domain_is_not_taken_for_one() -> None:
    result = examine(Statement("x > -1", {"x": "real"}, ("x > 1 and x < 0",)), {"x": 5})
    assert result.verdict == "VACUOUS"


UNKNOWN = [("exp(log(x)) < x", ["x > 1"]), ("exp(log(x)) != x", ["x > 1"]), ("d(abs(x), x) == 5", ["x == 0"])]


@pytest.mark.parametrize(("text", "conditions"), UNKNOWN, ids=[u[0] for u in UNKNOWN])
def test_false_claims_that_no_point_decides_are_open_not_supported(text, conditions) -> None:
    result = decide(text, conditions, 4)
    assert result.verdict == "OPEN", result.evidence


def test_a_proof_that_was_stopped_before_its_replay_is_not_proved(monkeypatch) -> None:
    def too_late(certificate):
        raise TookTooLong

    monkeypatch.setattr("proofs_check.ladder.exact.replay", too_late)
    result = examine(Statement("x**2 >= 0", {"x": "real"}))
    assert (result.verdict, result.level) == ("SUPPORTED", 3)


def test_a_proved_claim_with_a_wrong_step_is_not_as_expected() -> None:
    statement = Statement("x**2 - 1 == (x - 1)*(x + 1)", {"x": "real"})
    result = examine(statement, {"x": 1}, [("(x - 1)**2", "wrong", "==")])
    assert not result.expected and "step" in result.reason


@pytest.mark.parametrize(
    ("variables", "hypotheses", "witness", "said"),
    [
        ({"x": "real"}, ("x >= 1",), {"x": 0}, ": x >= 1 is false there"),
        ({"x": "real"}, ("x <= 5", "1/x > 0"), {"x": 0}, ": 1/x > 0 is undefined there"),
        ({"x": "positive"}, (), {"x": -1}, ": x is not of the kind that [variables] says"),
        ({"x": "real"}, ("x >= 1",), {"x": 1}, ""),
        ({"x": "real"}, ("exp(log(2)) + x == 2",), {"x": 0}, ""),  # it holds, and is not decided at a point
    ],
)
def test_a_witness_that_breaks_a_condition_says_which(variables, hypotheses, witness, said) -> None:
    result = examine(Statement("x**2 >= -1", variables, hypotheses), witness).to_json()
    assert outside([result]) == ("the witness is outside the domain" + said if said else "")


def test_a_gate_on_its_edge_is_outside_the_domain_of_a_flow() -> None:
    network = {"width": 1, "dimension": 1, "samples": 1}
    witness = {"w": [[0]], "v": [1], "x": [[1]], "y": [1]}
    result = examine(Statement("d(v[0]) == d(v[0])", {}, network=network), witness).to_json()
    assert outside([result]).endswith("a preactivation is 0 there, where the flow has no derivative")


def test_conditions_that_are_one_text_are_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match=r"^conditions='x>1' must be a list of texts: write \['x>1'\]$"):
        decide("x>0", "x>1")


def test_what_no_rule_decides_is_not_called_false() -> None:
    true = "sin(pi/7)*sin(2*pi/7)*sin(3*pi/7) == sqrt(7)/8"  # and no engine has a rule for it
    result = decide(true, seconds=1)
    assert result.verdict != "REFUTED" and "no rule brings the difference to zero" in str(result.to_json())
