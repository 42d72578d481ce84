"""Rungs 4 and 7 in the ladder: what they prove counts only when the checker reads the claim as they were told it."""

import importlib.util
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from proofs_check.engines import coq as coq_engine
from proofs_check.engines import smt as smt_engine
from proofs_check.engines.coq import CoqResult
from proofs_check.engines.smt import SmtResult
from proofs_check.examine import Effort, examine
from proofs_check.ladder import certified, points
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.reading import different_reading
from proofs_check.verdict import Contradiction, Evidence, judge
from proofs_check.verify import decide

ROOT = Path(__file__).resolve().parents[2]
SOLVERS = all(importlib.util.find_spec(name) for name in ("z3", "cvc5"))
needs_solvers = pytest.mark.skipif(not SOLVERS, reason="the solvers of the extra [smt] are not installed")
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="Coq is not installed")
WEAK = Statement("x**4 + y**4 + 1 >= x**2*y + y**2*x - x*y/2", {"x": "real", "y": "real"})
FALSE = [
    Statement("x/x == 1", {"x": "real"}),
    Statement("d(tanh(x), x) == 1 + tanh(x)**2", {"x": "real"}),
    Statement("log(x) < x - 1", {"x": "positive"}),
    Statement("abs(x) > 0", {"x": "real"}),
]
EFFORT = Effort(1.0, 200, sympy=False, level=7, outside=10.0)


def told(monkeypatch: pytest.MonkeyPatch, smt: SmtResult | None = None, coq: CoqResult | None = None) -> None:
    """Let the outside engines say what a test wants them to."""
    monkeypatch.setattr(smt_engine, "ask_solvers", lambda *a, **k: smt or SmtResult(reason="fewer than two solvers"))
    monkeypatch.setattr(coq_engine, "compile_claim", lambda *a, **k: coq or CoqResult(available=False))


@pytest.fixture(autouse=True)
def no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for no certificates: what the engines outside say is the subject here."""
    monkeypatch.setattr(certified, "_searches", lambda *a: iter(()))


def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the search see nothing: only what follows stands between a lying engine and a verdict."""
    seen = points.Found(None, "", 9, 0)
    monkeypatch.setattr(points, "search", lambda *a, **k: seen)


BOTH = SmtResult(proved=("z3", "cvc5"), goals=1)


@pytest.mark.parametrize("statement", FALSE, ids=lambda s: s.text)
@pytest.mark.parametrize("engine", ["solvers", "coq", "everybody"])
def test_lying_engines_prove_nothing_false(statement: Statement, engine: str, monkeypatch) -> None:
    told(monkeypatch, BOTH if engine != "coq" else None, CoqResult(proved=True) if engine != "solvers" else None)
    blind(monkeypatch)
    assert examine(statement, effort=EFFORT).verdict not in ("PROVED", "CERTIFIED")


def test_agreement_of_two_proves_and_says_so(monkeypatch) -> None:
    told(monkeypatch, BOTH)
    result = examine(WEAK, effort=EFFORT)
    assert (result.verdict, result.level, result.reason) == ("PROVED", 4, "")


@pytest.mark.parametrize("names", [("z3",), ("z3", "z3"), ()])
def test_one_solver_alone_proves_nothing(names: tuple[str, ...], monkeypatch) -> None:
    told(monkeypatch, SmtResult(proved=names, goals=1, reason="cvc5: 1 of 1 goals open"))
    assert examine(WEAK, effort=EFFORT).verdict == "SUPPORTED"


def test_the_levels_below_ask_nobody(monkeypatch) -> None:
    def nobody(*arguments, **more):
        raise AssertionError("asked")

    monkeypatch.setattr(smt_engine, "ask_solvers", nobody)
    monkeypatch.setattr(coq_engine, "compile_claim", nobody)
    assert examine(WEAK, effort=Effort(0.5, 50, sympy=False, level=3)).verdict == "SUPPORTED"


def test_coq_is_not_asked_below_its_rung(monkeypatch) -> None:
    told(monkeypatch, coq=CoqResult(proved=True))
    assert examine(WEAK, effort=Effort(0.5, 50, sympy=False, level=6)).verdict == "SUPPORTED"
    assert examine(WEAK, effort=EFFORT).level == 7


def test_solvers_that_contradict_each_other_are_an_internal_error(monkeypatch) -> None:
    told(monkeypatch, SmtResult(contradiction="the solvers contradict each other on question 1: z3: sat, cvc5: unsat"))
    with pytest.raises(Contradiction, match=r"z3: sat, cvc5: unsat; the claim is x\*\*4"):
        examine(WEAK, effort=EFFORT)


def test_an_empty_domain_with_a_known_point_is_an_internal_error(monkeypatch) -> None:
    told(monkeypatch, SmtResult(vacuous=("z3", "cvc5")))
    with pytest.raises(Contradiction, match="no point satisfies"):
        examine(WEAK, effort=EFFORT)


def test_contradictory_hypotheses_prove_nothing(monkeypatch) -> None:
    empty = Statement("x == x + 1", {"x": "real"}, ("x**2 + 1 < 0",))
    assert examine(empty, effort=EFFORT).verdict == "VACUOUS"
    told(monkeypatch, BOTH, CoqResult(proved=True))
    assert examine(empty, effort=EFFORT).verdict == "VACUOUS"


def test_a_model_that_divides_by_zero_is_replayed_before_it_counts(monkeypatch) -> None:
    """Division is total for the solvers: their x/0 is some number, ours is undefined."""
    told(monkeypatch, SmtResult(refuted=("z3",), model={"x": Fraction(0)}))
    blind(monkeypatch)
    true = examine(Statement("implies(x != 0, x/x <= 1)", {"x": "real"}), effort=EFFORT)
    assert true.verdict != "REFUTED"
    undefined = examine(Statement("x/x <= 1", {"x": "real"}), effort=EFFORT)
    assert (undefined.verdict, undefined.counterexample, undefined.reason) == (
        "REFUTED",
        {"x": "0"},
        "undefined at x = 0",
    )


def test_a_model_of_the_solvers_refutes_what_the_search_missed(monkeypatch) -> None:
    hidden = Fraction(123_457, 1_000)
    told(monkeypatch, SmtResult(refuted=("z3",), model={"x": hidden}))
    blind(monkeypatch)
    result = examine(Statement("x != 123457/1000", {"x": "real"}), effort=EFFORT)
    assert (result.verdict, result.counterexample) == ("REFUTED", {"x": str(hidden)})


def test_a_proof_and_a_counterexample_are_a_contradiction() -> None:
    for rung in (4, 7):
        with pytest.raises(Contradiction):
            judge([Evidence(rung, "engine", "proof"), Evidence(6, "checker", "counterexample")])


def test_other_provers_confirm_what_the_checker_does_not_decide() -> None:
    exact, undecided = Evidence(3, "normal form", "proof"), Evidence(6, "checker", "disagrees")
    assert judge([Evidence(1, "search", "agrees"), exact, undecided]) == ("SUPPORTED", 3)
    for rung in (4, 7):
        assert judge([exact, undecided, Evidence(rung, "engine", "proof")]) == ("PROVED", rung)


@pytest.mark.parametrize(
    ("meant", "told_instead"),
    [
        ("d(tanh(x), x) <= 2", "1 + tanh(x)**2 <= 2"),
        ("x**4 + y**4 + 1 >= x*y", "x**4 + y**6 + 1 >= x*y"),
        ("x < 9 and y < 9", "x < 9 and 2*y < 9"),
        ("implies(x > 0, x + 1 > 0)", "implies(x > 0, x + 2 > 0)"),
        ("exp(x) >= 1 + x", "exp(x) >= 1 - x + x**2/2"),
    ],
)
def test_another_claim_is_another_reading(meant: str, told_instead: str) -> None:
    """Also when both hold at all points looked at: the values of the two sides give it away."""
    kinds = {"x": "real", "y": "real"}
    assert different_reading(Statement(meant, kinds), elaborate(Statement(meant, kinds))) == ""
    assert "another claim" in different_reading(Statement(meant, kinds), elaborate(Statement(told_instead, kinds)))


@pytest.mark.parametrize(("meant", "told_instead"), [("x > -3", "x > 2"), ("x > 2", "x > -3"), ("x > 0", "x >= 0")])
def test_another_domain_is_another_reading(meant: str, told_instead: str) -> None:
    always = ("x**2 >= 0", {"x": "real"})
    other = elaborate(Statement(*always, (told_instead,)))
    assert "another domain" in different_reading(Statement(*always, (meant,)), other)


@needs_solvers
def test_the_solvers_decide_what_sign_rules_do_not() -> None:
    result = decide(WEAK.text, seconds=6)
    assert (result.verdict, result.level) == ("PROVED", 4)


@needs_coq
def test_coq_decides_what_the_checker_does_not(monkeypatch) -> None:
    monkeypatch.setattr(smt_engine, "ask_solvers", lambda *a, **k: SmtResult(reason="fewer than two solvers"))
    result = decide("abs(x + y) <= abs(x) + abs(y)", seconds=40)
    assert (result.verdict, result.level) == ("PROVED", 7)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("1 - tanh(10**10*(x - log(5)))**2 <= 3/4 + x**2/100000", "REFUTED"),
        ("cosh(10**8*x) + cosh(10**8*x + x) >= 2", "PROVED"),
        ("tanh(10**10*x)*tanh(10**9*x) < 1", "PROVED"),
    ],
)
def test_steep_functions_take_no_memory(text: str, verdict: str) -> None:
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30));"
        "from proofs_check.verify import decide; print(decide(sys.argv[1]).verdict)"
    )
    done = subprocess.run([sys.executable, "-c", program, text], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.stdout.strip(), done.returncode) == (verdict, 0), done.stderr[-2000:]
