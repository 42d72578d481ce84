"""Answers that SymPy gets wrong, each planted as a claim: a wrong one is never proved, supported or certified.

What SymPy itself says is asked too: an answer that a later version gets right is no failure, but ours is checked either
way. The numbers are those of SymPy's issues.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sympy
from sympy.calculus.singularities import is_increasing, is_monotonic
from sympy.calculus.util import function_range

from proofs_check.examine import examine
from proofs_check.language.statement import Statement
from proofs_check.lemma import from_text
from proofs_check.result import Effort
from proofs_check.verify import examine_lemma

EFFORT = Effort(seconds=1.0, candidates=300, sympy=True)
POSITIVE_VERDICTS = ("PROVED", "CERTIFIED", "SUPPORTED")
X, T, B = sympy.symbols("x t b")
Y = sympy.Function("y")
NEAR_ONE = sympy.Rational(7823207, 7823209)
TAN, TO_FIVE = sympy.tan(X), sympy.Interval(0, 5)
LOGISTIC = sympy.Eq(Y(X).diff(X), Y(X) * (1 - Y(X)))


def claim(text: str, *hypotheses: str, **variables: Any) -> Statement:
    return Statement(text, variables, hypotheses)


def _no_solution(equation: Any, start: dict[Any, Any]) -> bool:
    """Return whether `dsolve` finds nothing that starts there."""
    try:
        return not sympy.dsolve(equation, Y(X), ics=start)
    except (ValueError, NotImplementedError):
        return True


def _is_no_solution(equation: Any) -> bool:
    """Return whether `dsolve` gives what its own check does not accept."""
    return sympy.checkodesol(equation, sympy.dsolve(equation))[0] is not True


# name: (what SymPy says, the wrong answer, the wrong answer as claims)
WRONG: dict[str, tuple[Callable[[], Any], Any, list[Statement]]] = {
    "#28578 monotone across poles": (
        lambda: (is_monotonic(TAN, TO_FIVE, X), is_increasing(TAN, TO_FIVE, X)),
        (True, True),
        [claim("implies(x < y, tan(x) < tan(y))", "0 <= x", "x <= 5", "0 <= y", "y <= 5", x="real", y="real")],
    ),
    "#28571 a stationary point": (
        lambda: is_monotonic(X**3, sympy.Interval(-10, 10)),
        False,
        [claim("x**3 == y**3", "x < y", x="real", y="real"),
         claim("not implies(x < y, x**3 < y**3)", x="real", y="real")],
    ),
    "#28360 a limit": (
        lambda: sympy.limit(sympy.tan(2 * sympy.atan(X) - sympy.pi / 2) / X, X, sympy.oo),
        0,
        [claim("abs(tan(2*atan(x) - pi/2)/x) <= 1/4", x={"real": "x >= 10"}),
         claim("abs(tan(2*atan(x) - pi/2)/x) < 10/x", x="positive")],
    ),
    "#30293 an end of a range": (
        lambda: function_range(X * sympy.exp(-X), X, sympy.Interval(0, sympy.oo)),
        sympy.Interval.Lopen(0, sympy.exp(-1)),
        [claim("x*exp(-x) > 0", x="nonnegative")],
    ),
    "#23086 a small angle": (
        lambda: sympy.acos(NEAR_ONE).evalf(2),
        0,
        [claim("acos(7823207/7823209) == 0"), claim("180*acos(7823207/7823209)/pi == 0"),
         claim("sin(acos(7823207/7823209)) == 0"), claim("acos(7823207/7823209) <= 1/10000")],
    ),
    "#24390 another small angle": (
        lambda: sympy.acos(
            (98 - 14 * sympy.cos(sympy.pi**2 / 2160)) / (14 * sympy.sqrt(50 - 14 * sympy.cos(sympy.pi**2 / 2160)))
        ).evalf(2),
        0,
        [claim("acos((98 - 14*cos(pi**2/2160))/(14*sqrt(50 - 14*cos(pi**2/2160)))) == 0")],
    ),
    "#20881 the derivative of a maximum at its kink": (
        lambda: tuple(sympy.diff(f, X).subs(X, 0) for f in (sympy.Max(0, X), sympy.Piecewise((X, X >= 0), (0, True)))),
        (sympy.Rational(1, 2), 1),
        [claim("at(d(max(0, x), x), x=0) == 1/2", x="real"), claim("at(d(max(0, x), x), x=0) == 1", x="real"),
         claim("d(max(0, x), x) == step(x)", x="real"), claim("d(relu(x), x) == step(x)", x="real")],
    ),
    "#27865 contradictory assumptions": (
        lambda: sympy.ask(sympy.Q.real(X), sympy.Q.positive(X) & sympy.Q.lt(X, -2)),
        True,
        [claim("x == x", "x < -2", x="positive"), claim("x > 5", "x < -2", x="positive")],
    ),
    "a quotient without its condition": (lambda: X / X, 1, [claim("x/x == 1", x="real")]),
    "a product without its condition": (lambda: 0 * (1 / X), 0, [claim("0*(1/x) == 0", x="real")]),
    "a root of an equation with a parameter": (
        lambda: sympy.solve(B * X - B, X),
        [1],
        [claim("implies(b*x - b == 0, x == 1)", x="real", b="real"), claim("x == 1", "b*x == b", x="real", b="real")],
    ),
    "#29827 a lost constant solution": (
        lambda: _no_solution(LOGISTIC, {Y(0): 0}),
        True,
        [claim("y0 == 1/(1/y0 - 1 + 1)", y0={"values": [0, "1/2"]}),
         claim("y0 == 1/((1/y0 - 1)*exp(-t) + 1)", "t == 0", t="real", y0={"real": "0 <= y0 and y0 < 1"})],
    ),
    "#19092 no solution at all": (
        lambda: _is_no_solution(Y(T).diff(T) + sympy.sqrt(Y(T))),
        True,
        [claim("d((t - C)**2/4, t) == -sqrt((t - C)**2/4)", t="real", C="real")],
    ),
    "the other branch of c' = 1 - c**2": (
        lambda: "/tanh(" in str(sympy.dsolve(Y(T).diff(T) - (1 - Y(T) ** 2), Y(T))),
        True,
        [claim("at(-1/tanh(C - t), t=0)**2 < 1", C="nonzero", t="real"),
         claim("d(-1/tanh(C - t), t) == 1 - (1/tanh(C - t))**2", C="real", t="real")],
    ),
}  # fmt: skip
PLANTED = [(name, statement) for name, (_, _, statements) in WRONG.items() for statement in statements]
NEVER_DECIDED = ("max(0, x)", "relu(x)")  # a derivative at a kink is open, neither right nor wrong


@pytest.mark.parametrize(("name", "statement"), PLANTED, ids=lambda value: getattr(value, "text", None))
def test_wrong_answer_is_not_believed(name: str, statement: Statement) -> None:
    result = examine(statement, effort=EFFORT)
    assert result.verdict not in POSITIVE_VERDICTS
    if name.startswith("#27865"):
        assert result.verdict == "VACUOUS"
    elif any(part in statement.text for part in NEVER_DECIDED):
        assert result.verdict == "OPEN"
    else:
        assert result.verdict == "REFUTED"
        assert result.level == 6


@pytest.mark.parametrize("name", WRONG)
def test_sympy_gives_the_wrong_answer_or_has_learnt(name: str) -> None:
    said, wrong, _ = WRONG[name]
    answer = said()
    if sympy.__version__ == "1.14.0":
        assert answer == wrong
    elif answer != wrong:
        pytest.skip(f"SymPy {sympy.__version__} says {answer}")


RIGHT = [
    claim("implies(x < y, x**3 < y**3)", x="positive", y="positive"),
    claim("x*exp(-x) >= 0", x="nonnegative"),
    claim("implies(b*x - b == 0, b == 0 or x == 1)", x="real", b="real"),
    claim("d((t - C)**2/4, t) == -sqrt((t - C)**2/4)", "t < C", t="real", C="real"),
    claim("d(tanh(C + t), t) == 1 - tanh(C + t)**2", t="real", C="real"),
    claim("d(max(0, x), x) == step(x)", x="nonzero"),
]


@pytest.mark.parametrize("statement", RIGHT, ids=lambda value: value.text)
def test_right_answer_is_not_refuted(statement: Statement) -> None:
    assert examine(statement, effort=EFFORT).verdict in ("PROVED", "OPEN", "SUPPORTED")


# -- integrals and solutions: what they are along a flow is enclosed -------------------------------------------------

HEAD = (
    'name = "a"\n[trajectory]\nalong = "flow"\nuntil = "{until}"\n[trajectory.flow]\n{flow}[trajectory.start]\n{start}'
)
CIRCLE = 's = "c"\nc = "-s"\n'


def _integrals() -> dict[str, tuple[Any, Any, str, str, str, str, str]]:
    real = sympy.Symbol("t", real=True)
    return {
        "#25052": (sympy.integrate(sympy.Abs(sympy.cos(X)), (X, -sympy.pi / 2, 0)), -1, "1.570796",
                   CIRCLE + 'I = "c"\n', 's = "-1"\nc = "0"\nI = "0"\n', "I", "1"),
        "#29072": (sympy.integrate(abs(sympy.sin(X) * sympy.cos(X)), (X, 0, 2 * sympy.pi)), 1, "1.570796",
                   CIRCLE + 'I = "s*c"\n', 's = "0"\nc = "1"\nI = "0"\n', "4*I", "2"),
        "#30319": (sympy.integrate(sympy.Abs(sympy.sin(3 * X)), (X, 0, 3 * sympy.pi)), sympy.Rational(2, 3), "1.047197",
                   's = "3*c"\nc = "-3*s"\nI = "s"\n', 's = "0"\nc = "1"\nI = "0"\n', "9*I", "6"),
        "#21387": (sympy.integrate(abs(sympy.cos(real)) * sympy.sin(real), (real, -sympy.pi, sympy.pi)), 1, "1.570796",
                   CIRCLE + 'I = "c*s"\nJ = "-c*s"\n', 's = "0"\nc = "1"\nI = "0"\nJ = "0"\n', "2*(I + J)", "0"),
    }  # fmt: skip


@pytest.mark.parametrize("issue", ["#25052", "#29072", "#30319", "#21387"])
def test_wrong_integral_of_an_absolute_value_is_refuted_by_its_flow(issue: str) -> None:
    answer, wrong, until, flow, start, value, right = _integrals()[issue]
    assert answer == wrong or sympy.__version__ != "1.14.0"
    text = HEAD.format(until=until, flow=flow, start=start)
    for number, expect in ((str(wrong), "REFUTED"), (right, "CERTIFIED")):
        text += f'[[claim]]\nexpect = "{expect}"\ntext = "abs(at({value}, t={until}) - ({number})) <= 1/10000"\n'
    result = examine_lemma(from_text(text, Path("a.toml")))
    assert [claim["verdict"] for claim in result["claims"]] == ["REFUTED", "CERTIFIED"]


@pytest.mark.parametrize(("rate", "rest"), [("y*(1 - y)", "0"), ("log(y)", "1")])
def test_constant_solution_that_sympy_loses_is_certified(rate: str, rest: str) -> None:
    text = HEAD.format(until=1, flow=f'y = "{rate}"\n', start=f'y = "{rest}"\n')
    text += f'[[claim]]\ntext = "abs(y - {rest}) <= 1e-20"\n[[claim]]\ntext = "abs(y - {rest}) > 1e-20"\n'
    result = examine_lemma(from_text(text, Path("a.toml")))
    assert [claim["verdict"] for claim in result["claims"]] == ["CERTIFIED", "REFUTED"]
