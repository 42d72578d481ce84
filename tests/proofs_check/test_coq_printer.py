"""What is printed for Coq, and how coqc's answer is read; needs no Coq."""

import os
import stat
from pathlib import Path

import pytest

from proofs_check.engines.coq import CLASSICAL_REALS, assumptions, compile_claim
from proofs_check.engines.subprocess_run import Limits
from proofs_check.language.elaborate import Elaboration, Problem, elaborate
from proofs_check.language.statement import Statement
from proofs_check.language.term import Term, add, call, div, mul, num, power, sub, var
from proofs_check.printers.cleared import cleared
from proofs_check.printers.coq import conclusion_of, derivatives, formula, proposition, rational, term, variable
from proofs_check.printers.coq_file import coq_file
from proofs_check.printers.factored import factored

X, Y = var("x"), var("y")


def problem(text: str, variables: dict | None = None, hypotheses: tuple = (), **more) -> Problem:
    return elaborate(Statement(text, variables or {}, tuple(hypotheses), **more))


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("x/x == 1", ["(v_x <> 0)"]),
        ("sqrt(x) >= 0", ["(v_x >= 0)"]),
        ("log(x) <= x", ["(v_x > 0)"]),
        ("x**(1/2) == 1", ["(v_x > 0)"]),
        ("x**-2 > 0", ["(v_x <> 0)"]),
        ("tan(x) == x", ["((cos v_x) <> 0)"]),
        ("acos(x) == x", ["((1 - v_x) >= 0)", "((1 + v_x) >= 0)"]),
        ("atanh(x) == x", ["((1 - v_x) > 0)", "((1 + v_x) > 0)"]),
        ("d(abs(x), x) == sign(x)", ["(v_x <> 0)"]),
        ("1/sqrt(x) > 0", ["(v_x >= 0)", "((sqrt v_x) <> 0)"]),
    ],
)
def test_what_must_be_defined_is_part_of_the_theorem(text: str, conditions: list[str]) -> None:
    printed = formula(conclusion_of(problem(text, {"x": "real"}).claim))
    places = [printed.index(c + " /\\") for c in conditions]
    assert places == sorted(places)


def test_kinds_hypotheses_and_values_are_premises() -> None:
    text = proposition(problem("s*x > 0", {"x": "positive", "s": {"values": [1, 2]}}, ("1/x < 5",)))
    assert "  (v_x > 0) ->\n  ((v_s = 1) \\/ (v_s = 2)) ->\n  ((v_x <> 0) /\\ ((1 / v_x) < 5)) ->\n" in text


@pytest.mark.parametrize("hints", [(), ("x - x",), ("1/x", "x**2")])
def test_hints_never_change_the_theorem(hints: tuple[str, ...]) -> None:
    reader = Elaboration(Statement("x**2 >= 0", {"x": "real"}))
    posed = reader.problem()
    file = coq_file(posed, 0, [reader.term(h) for h in hints])
    assert file.proposition == proposition(posed)
    assert file.text.count("Definition raceproof_claim_statement") == 1
    assert file.text.index(file.proposition) < file.text.index("Ltac")
    for word in ("Axiom", "Admitted", "admit", "Parameter", "Hypothesis", "Unset", "Declare ML"):
        assert word not in file.text.replace("no_such", "")


def test_names_stay_different_and_are_no_words_of_coq() -> None:
    names = ["w[0,1]", "w[0]", "w", "w01", "w_0_1", "R", "exp", "fun"]
    assert len({variable(n) for n in names}) == len(names)
    assert all(variable(n).startswith("v_") for n in names)


def test_numbers_and_operations_keep_their_parentheses() -> None:
    assert rational(-num(2).value / 3) == "(- (2 / 3))"  # type: ignore[operator,arg-type]
    assert term(sub(X, sub(Y, X))) == "(v_x - (v_y - v_x))"
    assert term(call("acosh", X)) == "(ln (v_x + (sqrt ((v_x ^ 2) - 1))))"


def test_derivatives_are_recognised_only_when_they_are_derivatives() -> None:
    stated, complete = derivatives(problem("d(sin(x*y), x) == y*cos(x*y)", {"x": "real", "y": "real"}).claim)
    assert [d.variable for d in stated] == ["x"] and complete
    flow = problem("d(x**2*y) == 0", {"x": "real", "y": "real"}, flow={"x": "y", "y": "x"})
    assert derivatives(flow.claim) == ([], False)
    guarded = problem("implies(x > 0, d(log(x), x) == 1/x)", {"x": "real"})
    assert derivatives(guarded.claim) == ([], False)
    twice = derivatives(problem("d(d(x**3, x), x) == 6*x", {"x": "real"}).claim)
    assert len(twice[0]) == 2 and twice[1]


def test_the_scope_says_what_is_not_proved_in_coq() -> None:
    flow = problem("d(x) == y", {"x": "real", "y": "real"}, flow={"x": "y"})
    assert "differentiation is not part of this proof" in coq_file(flow).differentiation
    assert coq_file(problem("x == x", {"x": "real"})).differentiation == ""


@pytest.mark.parametrize(
    "high",
    [
        power(add(X, num(1)), 10**8),
        mul(X, power(add(num(2), Y), 10**12)),
        sub(power(X, 2 * 10**10), power(X, 10**9)),
        mul(power(X, 90), power(X, 90)),
    ],
)
def test_high_powers_are_left_alone(high: Term) -> None:
    assert factored(high) is None  # tanh(10**10*x) is a quotient of such powers of exp(x)



def test_forms_for_signs_equal_the_term() -> None:
    gap = sub(div(num(1), X), div(num(1), Y))
    assert term(cleared(gap)) == "((v_y - v_x) / (v_x * v_y))"
    found = factored(sub(call("exp", X), div(call("exp", X), Y)))
    assert found is not None and term(found) == "(((v_y + (- 1)) * (exp v_x)) / v_y)"


CLOSED = "raceproof_claim : ...\nClosed under the global context\n"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (CLOSED, ()),
        ("", None),
        ("Axioms:\n", None),
        (CLOSED + CLOSED, None),
        ("Axioms:\nfoo : False\n", ("foo",)),
        ("Axioms:\nfoo\n  : False\n", ("foo",)),
        ("Axioms:\nfoo is assumed to be guarded.\n", None),
        ("Axioms:\nType hierarchy is collapsed (logic is inconsistent)\n", None),
        ("Axioms:\nClassical_Prop.classic : forall P : Prop, P \\/ ~ P\n", ("Classical_Prop.classic",)),
    ],
)
def test_assumptions_are_read_strictly(output: str, expected: tuple | None) -> None:
    assert assumptions(output) == expected


def fake_coqc(folder: Path, body: str) -> str:
    path = folder / "coqc"
    path.write_text(f"#!/bin/sh\n{body}\n")
    os.chmod(path, stat.S_IRWXU)
    return str(path)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("exit 0", "did not say"),
        ("exit 1", "status 1"),
        ("echo Closed under the global context; exit 1", "status 1"),
        ("sleep 60", "no answer in time"),
        ("printf 'Axioms:\\nevil : False\\n'", "rests on evil"),
        ("printf 'Axioms:\\nUint63.add_spec : True\\n'", "machine integers"),
        ("yes | head -c 9000000", "output"),
    ],
)
def test_only_an_accepted_file_within_the_allow_list_counts(tmp_path: Path, body: str, reason: str) -> None:
    result = compile_claim(problem("x == x", {"x": "real"}), coqc=fake_coqc(tmp_path, body), limits=Limits(3))
    assert not result.proved and reason in result.reason


def test_without_coq_it_is_said_how_to_get_it() -> None:
    result = compile_claim(problem("x == x", {"x": "real"}), coqc="no-such-program")
    assert not result.available and not result.proved and "apt-get install coq" in result.reason


def test_the_allow_list_is_the_classical_reals() -> None:
    assert len(CLASSICAL_REALS) == 4 and all("." in name for name in CLASSICAL_REALS)
