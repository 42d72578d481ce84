"""Total logic: `holds` and `goals` say exactly what the claim language means, whatever value x/0 has."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.evidence.balls import decide
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.language.term import Formula, Term, relation, var
from proofs_check.printers.total import goals, holds, premise

ATOMS = ["x > 0", "1/x > 0", "x/x == 1", "1/(x - y) <= y", "y != 0", "x*y >= 1", "1/(1/y) == y"]
CONNECTIVES = ["({} and {})", "({} or {})", "implies({}, {})", "not {1}"]


def value(term: Term, point: dict[str, Fraction], nothing: Fraction) -> Fraction:
    """Evaluate with x/0 = nothing."""
    args = [value(a, point, nothing) for a in term.args]
    if term.op in ("num", "var"):
        return Fraction(term.value) if term.op == "num" else point[str(term.value)]  # type: ignore[arg-type]
    if term.op == "div":
        return args[0] / args[1] if args[1] else nothing
    return {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b}[term.op](*args)


def truth(formula: Formula, point: dict[str, Fraction], nothing: Fraction) -> bool:
    """Evaluate classically: every part has a truth value."""
    if formula.terms:
        a, b = (value(t, point, nothing) for t in formula.terms)
        return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[formula.op]
    parts = [truth(part, point, nothing) for part in formula.args]
    if formula.op == "implies":
        return not parts[0] or parts[1]
    return {"and": all(parts), "or": any(parts), "not": not parts[0] if parts else True, "true": True}[formula.op]


@st.composite
def texts(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ATOMS))
    return draw(st.sampled_from(CONNECTIVES)).format(draw(texts(depth - 1)), draw(texts(depth - 1)))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(texts(), st.sampled_from([-2, -1, 0, 1, 2]), st.sampled_from([-1, 0, 1, 2]), st.sampled_from([-3, 0, 5]))
def test_total_logic_agrees_with_the_meaning_of_a_claim(text: str, x: int, y: int, nothing: int) -> None:
    claim = elaborate(Statement(text, {"x": "real", "y": "real"})).claim
    point = {"x": Fraction(x), "y": Fraction(y)}
    meant = decide(claim, point, 0) == "true"
    assert truth(holds(claim), point, Fraction(nothing)) == meant
    shown = [
        truth(goal.formula, point, Fraction(nothing))
        or not all(truth(fact, point, Fraction(nothing)) for fact in goal.facts)
        for goal in goals(claim)
    ]
    assert all(shown) == meant


def test_nothing_is_assumed_of_a_hypothesis_at_a_kink() -> None:
    told = premise(elaborate(Statement("x == x", {"x": "real"}, ("d(abs(x), x) > 0",))).hypotheses[0])
    assert told.op == "implies"
    assert told.args[0] == relation("!=", var("x"), elaborate(Statement("0 == 0")).claim.terms[0])


@pytest.mark.parametrize("text", ["x/x == 1", "sqrt(x) >= 0", "log(x) <= x", "x**(1/2) == 1", "acosh(x) >= 0"])
def test_every_condition_of_definedness_is_a_goal(text: str) -> None:
    found = goals(elaborate(Statement(text, {"x": "real"})).claim)
    assert [goal.why for goal in found][-1] == "claim"
    assert "obligation" in [goal.why for goal in found]
    assert all(found[0].formula in goal.facts for goal in found[1:])
