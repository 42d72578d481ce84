"""Coq on claims: what it proves, and that nothing false is."""

import shutil
from dataclasses import replace

import pytest

from proofs_check.engines.coq import CLASSICAL_REALS, CoqResult, _compile, _judged, compile_claim
from proofs_check.engines.subprocess_run import Limits
from proofs_check.language.elaborate import Elaboration, elaborate
from proofs_check.language.statement import Statement
from proofs_check.printers.coq_file import CoqFile, coq_file

pytestmark = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not installed")
TRUE = [
    ("x/x == 1", {"x": "nonzero"}, ()),
    ("implies(x > 1, 1/x > 0)", {"x": "real"}, ()),
    ("abs(x + y) <= abs(x) + abs(y)", {"x": "real", "y": "real"}, ()),
    ("cosh(x)**2 - sinh(x)**2 == 1", {"x": "real"}, ()),
]
MORE = [
    ("p**2 + q**2 == 1", {"p": "real", "q": "real"}, ("p**2 == 1 - q**2",)),
    ("s*s*x == x", {"s": {"values": [-1, 1]}, "x": "real"}, ()),
    ("1/x < 1/y", {"x": "positive", "y": "positive"}, ("x > y",)),
    ("relu(x) - relu(-x) == x", {"x": "real"}, ()),
    ("step(c*x) == step(x)", {"c": "positive", "x": "real"}, ()),
    ("x <= 0 or x**2 > 0 or x > 0", {"x": "nonzero"}, ()),
    ("sqrt(x**2) == abs(x)", {"x": "real"}, ()),
    ("exp(log(x)/2)**2 == x", {"x": "positive"}, ()),
]
FALSE = [
    ("x/x == 1", {"x": "real"}, ()),
    ("0*(1/x) == 0", {"x": "real"}, ()),
    ("sqrt(-1 - x**2) == 0", {"x": "real"}, ()),
    ("x**2 > 0", {"x": "real"}, ()),
    ("step(x) + step(-x) == 1", {"x": "real"}, ()),
    ("implies(1/x >= 0, x >= 0)", {"x": "real"}, ()),
]
MORE_FALSE = [
    ("log(x)*0 == 0", {"x": "real"}, ()),
    ("s*x == x", {"s": {"values": [-1, 1]}, "x": "real"}, ()),
    ("1/0 == 0", {}, ()),
    ("x/0 == 0", {"x": "real"}, ()),
    ("sqrt(-1) == 0", {}, ()),
    ("d(abs(x), x)**2 == 1", {"x": "real"}, ()),
    ("x > 0", {"x": "real"}, ("d(abs(x), x) != -1",)),
    ("x > 0 or 1/x < 0 or x == 0", {"x": "real"}, ()),
    ("not (1/x == 5)", {"x": "real"}, ("x == 0",)),
    ("atanh(x) == atanh(x)", {"x": "real"}, ()),
]
slow = pytest.mark.slow


def ask(text: str, variables: dict | None = None, hypotheses: tuple = (), seconds: float = 60, **more) -> CoqResult:
    posed = elaborate(Statement(text, variables or {}, tuple(hypotheses), **more))
    return compile_claim(posed, limits=Limits(seconds))


@pytest.mark.parametrize(("text", "variables", "hypotheses"), [*TRUE, *(pytest.param(*m, marks=slow) for m in MORE)])
def test_true_claims_compile_on_the_classical_reals(text: str, variables: dict, hypotheses: tuple) -> None:
    result = ask(text, variables, hypotheses)
    assert result.proved, result.reason
    assert set(result.axioms) <= CLASSICAL_REALS


@pytest.mark.parametrize(
    ("text", "variables", "hypotheses"), [*FALSE, *(pytest.param(*m, marks=slow) for m in MORE_FALSE)]
)
def test_false_claims_do_not_compile(text: str, variables: dict, hypotheses: tuple) -> None:
    result = ask(text, variables, hypotheses)
    assert not result.proved and result.reason.startswith("coqc: Error"), result.reason


def test_a_flow_lemma_is_differentiated_in_coq() -> None:
    variables = {"c": {"real": "-1 < c and c < 1"}, "G": "real", "t": "real"}
    result = ask("d(tanh(atanh(c) + G*t), t) == G*(1 - tanh(atanh(c) + G*t)**2)", variables)
    assert result.proved, result.reason
    assert result.scope == "every derivative is stated by is_derive" and "is_derive" in result.proposition


def test_a_network_is_decided_by_its_gates() -> None:
    result = ask("d(v[0]**2 - dot(w[0], w[0])) == 0", network={"dimension": 2})
    assert result.proved, result.reason
    assert "differentiation is not part of this proof" in result.scope


def test_hints_help_and_a_false_claim_stays_unproved_with_any() -> None:
    reader = Elaboration(Statement("x**4 - 2*x**3 + 2*x**2 - 2*x + 1 >= 0", {"x": "real"}))
    assert compile_claim(reader.problem(), hints=[reader.term("(x - 1)**2*(x**2 + 1)")], limits=Limits(60)).proved
    false = Elaboration(Statement("x**2 - 1 >= 0", {"x": "real"}))
    hints = [false.term(h) for h in ("x**2", "1", "0", "1/0", "(x - 1)*(x + 1)")]
    assert not compile_claim(false.problem(), hints=hints, limits=Limits(60)).proved


def _compiled(file: CoqFile, text: str) -> CoqResult:
    changed = replace(file, text=text)
    return _judged(changed, _compile("coqc", changed, Limits(60)), 0.0)


TAMPERED = {
    "admitted": ("Theorem raceproof_claim : raceproof_claim_statement.\nAdmitted.\n", "rests on raceproof_claim"),
    "axiom": (
        "Axiom evil : False.\nTheorem raceproof_claim : raceproof_claim_statement.\nProof. destruct evil. Qed.\n",
        "rests on evil",
    ),
    "another theorem": ("Theorem raceproof_claim : True.\nProof. exact I. Qed.\n", "coqc: Error"),
}


@pytest.mark.parametrize("how", ["admitted", "axiom", "another theorem"])
def test_a_tampered_file_proves_nothing(how: str) -> None:
    file = coq_file(elaborate(Statement("x > 0", {"x": "real"})))
    start, end = file.text.index("Theorem raceproof_claim"), file.text.index("Check (raceproof_claim")
    block, reason = TAMPERED[how]
    result = _compiled(file, file.text[:start] + block + file.text[end:])
    assert not result.proved and result.reason.startswith(reason), result.reason


def test_the_signs_of_the_statement_mean_the_reals() -> None:
    file = coq_file(elaborate(Statement("x == x", {"x": "real"})))
    assert _compiled(file, file.text).proved
    text = file.text.replace("Lemma rp_reading", 'Notation "a + b" := (Rminus a b) : R_scope.\nLemma rp_reading')
    assert not _compiled(file, text).proved


@slow
def test_interval_arithmetic_is_told_apart() -> None:
    posed = elaborate(Statement("exp(x) <= 3", {"x": {"real": "0 <= x and x <= 1"}}))
    result = compile_claim(posed, limits=Limits(120), intervals=True)
    assert not result.proved and result.machine_integers, result.reason


def test_a_time_limit_holds() -> None:
    result = ask("x == x", {"x": "real"}, seconds=0.05)
    assert not result.proved and result.reason == "no answer in time" and result.seconds < 10
