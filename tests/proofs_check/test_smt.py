"""Z3 and cvc5: what they prove, and that no false claim comes back proved."""

import importlib.util
import json
import sys
from fractions import Fraction

import pytest

from proofs_check.certificate import counterexample
from proofs_check.checker import replay
from proofs_check.engines.candidate import candidate
from proofs_check.engines.smt import SOLVERS, SmtResult, Solver, ask_solvers
from proofs_check.engines.smt_runner import NEXT
from proofs_check.engines.subprocess_run import Limits, module_command, run
from proofs_check.evidence.balls import decide
from proofs_check.language.elaborate import Problem, elaborate
from proofs_check.language.statement import Statement
from proofs_check.printers.smtlib import DOMAIN, scripts

present = all(importlib.util.find_spec(name) for name in ("z3", "cvc5"))
needs_solvers = pytest.mark.skipif(not present, reason="the extra `smt` is not installed")
NET = {"width": 2, "dimension": 1, "samples": 1}
TRUE = [
    ("x/x == 1", {"x": "nonzero"}, ()),
    ("1/x < 1/y", {"x": "positive", "y": "positive"}, ("x > y",)),
    ("relu(x)*relu(-x) == 0", {"x": "real"}, ()),
    ("abs(x + y) <= abs(x) + abs(y)", {"x": "real", "y": "real"}, ()),
    ("sqrt(x**2*y) == abs(x)*sqrt(y)", {"x": "real", "y": "nonnegative"}, ()),
    ("step(c*x) == step(x)", {"c": "positive", "x": "real"}, ()),
    ("x <= 0 or x**2 > 0 or x > 0", {"x": "nonzero"}, ()),
    ("implies(x > 1, 1/x > 0)", {"x": "real"}, ()),
    ("s*x*s == x", {"s": {"values": [-1, 1]}, "x": "real"}, ()),
    ("cosh(x)**2 - sinh(x)**2 == 1", {"x": "real"}, ()),
    ("d(tanh(atanh(c) + G*t), t) == G - G*tanh(atanh(c) + G*t)**2",
     {"c": {"real": "-1 < c and c < 1"}, "G": "real", "t": "real"}, ()),
    ("x**2*y**4 + x**4*y**2 - 3*x**2*y**2 + 1 >= 0", {"x": "real", "y": "real"}, ()),
]  # fmt: skip
FALSE = [
    ("x/x == 1", {"x": "real"}, ()),
    ("1/x*x == 1", {"x": "real"}, ()),
    ("0*(1/x) == 0", {"x": "real"}, ()),
    ("x*(1/x - 1/x) == 0", {"x": "real"}, ()),
    ("1/(x - x) == 1/(x - x)", {"x": "real"}, ()),
    ("sqrt(x)**2 == x", {"x": "real"}, ()),
    ("sqrt(-1 - x**2) == sqrt(-1 - x**2)", {"x": "real"}, ()),
    ("sqrt(x**2) == x", {"x": "real"}, ()),
    ("log(x) <= x - 1", {"x": "real"}, ()),
    ("exp(log(x)) == x", {"x": "real"}, ()),
    ("tanh(log(x/y)) < 1", {"x": "real", "y": "real"}, ()),
    ("x**2 > 0", {"x": "real"}, ()),
    ("(x - 1)**2*(x**2 + 1) > 0", {"x": "real"}, ()),
    ("abs(x) < 1", {"x": {"real": "-1 <= x and x <= 1"}}, ()),
    ("step(x) + step(-x) == 1", {"x": "real"}, ()),
    ("sign(x)**2 == 1", {"x": "real"}, ()),
    ("max(x, y) > min(x, y)", {"x": "real", "y": "real"}, ()),
    ("d(abs(x), x) == sign(x)", {"x": "real"}, ()),
    ("d(sqrt(x), x)*2*sqrt(x) == 1", {"x": "nonnegative"}, ()),
    ("x > 0 or 1/x < 0", {"x": "real"}, ()),
    ("implies(1/x > 0, x > 0)", {"x": "real"}, ()),
    ("not (1/x == 5)", {"x": "real"}, ()),
    ("x > 0", {"x": "real"}, ("d(abs(x), x) != -1",)),
    ("s*x == x", {"s": {"values": [-1, 1]}, "x": "real"}, ()),
    ("abs(1000000*x - 333333) > 0", {"x": "real"}, ()),
    ("x**2 != 2", {"x": "real"}, ()),
    ("x**(1/2)*x**(1/2) == x", {"x": "real"}, ()),
    ("tan(x)*cos(x) == sin(x)", {"x": "real"}, ()),
    ("cosh(x) > 1", {"x": "real"}, ()),
    ("norm(u) > 0", {"u": {"vector": 2}}, ()),
    ("exp(a*t/a) == exp(a*t)", {"a": "nonzero", "t": "real"}, ()),
    # what is told about a function must not exclude points where it is not reached
    ("(x <= 0 or x**(1/2) > 0) and x > -5", {"x": "real"}, ()),
    ("(x <= 0 or sqrt(x) > 0) and x > -5", {"x": "real"}, ()),
    ("(x <= 0 or log(x) < x) and x > -5", {"x": "real"}, ()),
    ("(x == 0 or exp(1/x) > 0) and x != 0", {"x": "real"}, ()),
    ("(x == 0 or atan(1/x) < 2) and x != 0", {"x": "real"}, ()),
]  # fmt: skip


def problem(text: str, variables: dict | None = None, hypotheses: tuple = (), **more) -> Problem:
    return elaborate(Statement(text, variables or {}, tuple(hypotheses), **more))


def ask(*args, solvers=SOLVERS, seconds: float = 20.0, thorough: bool = True, **more) -> SmtResult:
    return ask_solvers(problem(*args, **more), limits=Limits(seconds), solvers=solvers, thorough=thorough)


@needs_solvers
@pytest.mark.parametrize(("text", "variables", "hypotheses"), TRUE)
def test_true_claims_are_proved_by_both(text: str, variables: dict, hypotheses: tuple) -> None:
    result = ask(text, variables, hypotheses)
    assert result.agreed and result.proved == ("z3", "cvc5"), result
    assert result.model is None and not result.contradiction and not result.reason


@needs_solvers
@pytest.mark.parametrize(("text", "variables", "hypotheses"), FALSE)
def test_false_claims_are_proved_by_none(text: str, variables: dict, hypotheses: tuple) -> None:
    posed = problem(text, variables, hypotheses)
    result = ask_solvers(posed, limits=Limits(20), thorough=True)
    assert result.proved == () and not result.agreed and not result.contradiction
    if result.model is not None:
        assert decide(posed.claim, result.model, 0) in ("false", "undefined", "undecided")
        assert set(result.model) == set(posed.names)


@needs_solvers
def test_networks_are_solved_gate_by_gate() -> None:
    text = "d(v[0]**2 - dot(w[0], w[0])) == 0"
    assert ask(text, network=NET).agreed
    assert ask("d(v[0]**2 + dot(w[0], w[0])) == 0", network=NET).proved == ()


@needs_solvers
@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("d(v[0]**2 + dot(w[0], w[0])) == 0", NET),
        ("all(e[k] <= 1 for k in samples)", {"samples": 2}),
        ("d(v[0]**2 + v[1]**2) <= 0", {**NET, "loss": "squared"}),
    ],
)
def test_a_model_of_a_network_becomes_a_counterexample_that_replays(text: str, network: dict) -> None:
    statement = Statement(text, network=network)
    posed = elaborate(statement)
    result = ask_solvers(posed, limits=Limits(20))
    assert result.model is not None
    found = candidate(posed, 0, result.model)
    assert found is not None
    assert replay(counterexample(statement, posed, *found)).accepted


@needs_solvers
def test_a_model_is_exact_and_an_algebraic_one_is_none() -> None:
    assert ask("3*x != 1", {"x": "real"}).model == {"x": Fraction(1, 3)}
    assert ask("x**2 != 2", {"x": "real"}).model is None
    assert ask("s*x == x", {"s": {"values": [-1, 1]}, "x": "positive"}).model["s"] == -1  # type: ignore[index]


@needs_solvers
def test_a_model_of_mere_properties_is_no_counterexample() -> None:
    result = ask("exp(x) >= 1 + x + x**2/2", {"x": "nonnegative"})
    assert result.model is None and result.abstracted == ("exp",) and "only some properties of exp" in result.reason


@needs_solvers
def test_contradictory_hypotheses_prove_nothing() -> None:
    result = ask("x == 7", {"x": "positive"}, ("x < 0",))
    assert result.proved == () and result.vacuous == ("z3", "cvc5")


@needs_solvers
def test_what_is_told_about_functions_leaves_every_point_possible() -> None:
    """`f == f + 1` is false or undefined at each point, so some goal must stay satisfiable there."""
    command = module_command("proofs_check.engines.smt_runner", "z3", "ALL", "5")
    terms = ["sqrt(x)", "1/x", "exp(1/x)", "log(x)", "tanh(x/(x-1))", "sin(1/x)", "tan(x)", "atan(1/x)", "asin(x)",
             "acos(x)", "asinh(1/x)", "acosh(x)", "atanh(x)", "x**(1/3)", "x**x", "cosh(log(x))", "sqrt(1/x)/x",
             "exp(log(x)/2 - log(x+1)/3)", "abs(1/x)", "relu(1/x)", "step(1/x)", "max(1/x, sqrt(x))", "log(log(x))",
             "sqrt(tanh(log(x/(x-1))))", "exp(atanh(x))*exp(-x)", "1/(x*(x-1))**2",
             "log(1-x) + log(1+x)", "pi/x"]  # fmt: skip
    points = [(t, x) for t in terms for x in (-2, -1, 0, 1, 2)]
    posed = [(t, x, scripts(problem(f"{t} == {t} + 1", {"x": "real"}, (f"x == {x}",)))) for t, x in points]
    text = NEXT.join(question.text for _, _, questions in posed for question in questions)
    lines = iter(run(command, text, Limits(120)).output.splitlines())
    for t, x, questions in posed:
        said = [json.loads(next(lines))[0] for _ in questions]
        assert said[-1] == "sat", (t, x, "the domain")
        assert any(answer != "unsat" for answer, q in zip(said, questions, strict=True) if q.why != DOMAIN), (t, x)


def fake(name: str, code: str) -> Solver:
    return Solver(name, "", (sys.executable, "-c", code))


LIAR = """import json, sys
goals = sys.stdin.read().count(";;; next")
for i in range(goals + 1):
    print(json.dumps(["unsat" if i < goals else "sat", ""]))
"""
SILENT = """import json
for i in range(9):
    print(json.dumps(["unknown", ""]))
"""


@needs_solvers
def test_a_solver_that_lies_proves_nothing_alone() -> None:
    result = ask("x > 0", {"x": "real"}, solvers=(fake("liar", LIAR), SOLVERS[0]))
    assert result.proved == () and "contradict" in result.contradiction and "z3" in result.contradiction


@pytest.mark.parametrize("other", [fake("silent", SILENT), fake("liar", LIAR)], ids=["silent", "same liar twice"])
def test_one_voice_is_no_agreement(other: Solver) -> None:
    assert not ask("x > 0", {"x": "real"}, solvers=(fake("liar", LIAR), other)).agreed


BROKEN = {
    "hangs": "import time; time.sleep(60)",
    "crashes": "import sys; sys.exit(1)",
    "babbles": "print('unsat'); print('[]'); print('[\"unsat\"]'); print('unsat' * 9)",
    "stops half way": "print('[\"unsat\", \"\"]', end='')",
    "says unsat too often to one goal only": 'print(\'["unsat", ""]\')',
    "eats memory": "x = bytearray(10**11)",
    "starts a child": "import subprocess; subprocess.run(['sleep', '60'])",
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_solver_decides_nothing_within_its_limit(how: str) -> None:
    broken = (fake("a", BROKEN[how]), fake("b", BROKEN[how]))
    result = ask("1/x > 0", {"x": "real"}, solvers=broken, seconds=1.5)
    assert result.proved == () and result.reason and result.seconds < 20


def test_fewer_than_two_solvers_is_said() -> None:
    missing = Solver("nobody", "no_such_package_here")
    assert "pip install" in ask("x == x", {"x": "real"}, solvers=(missing,), thorough=False).reason


@needs_solvers
def test_a_hard_claim_ends_in_time() -> None:
    hard = "a**7*b**6*c + b**7*c**6*a + c**7*a**6*b + 1/(1 + a**9 + b**9*c**8) >= a**4*b**4*c**4*sqrt(1 + a*b*c)"
    result = ask(hard, dict.fromkeys("abc", "positive"), seconds=2.0)
    assert result.seconds < 20 and not result.agreed
