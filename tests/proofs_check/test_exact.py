"""Normal forms and sign rules: what they prove, and what they must not."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.evidence.balls import decide
from proofs_check.evidence.exact import prove
from proofs_check.evidence.interval import Interval
from proofs_check.evidence.normal_form import NormalForms
from proofs_check.evidence.points import Domain
from proofs_check.evidence.search import search
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from proofs_check.language.term import sub

NET = {"width": 2, "dimension": 2, "samples": 2}
TRUE = [
    ("cosh(x)**2 - sinh(x)**2 == 1", {"x": "real"}, ()),
    ("tan(x/2) == sin(x)/(1 + cos(x))", {"x": "real"}, ("0 < x", "x < pi/2")),
    ("d(tanh(atanh(c)+G*t),t) == G - G*tanh(atanh(c)+G*t)**2", {"c": {"real": "-1<c<1"}, "G": "real", "t": "real"}, ()),
    ("sqrt(x**2) == abs(x)", {"x": "real"}, ()),
    ("sqrt(x**2*y) == abs(x)*sqrt(y)", {"x": "real", "y": "nonnegative"}, ()),
    ("log(x*y) == log(x) + log(y)", {"x": "positive", "y": "positive"}, ()),
    ("exp(log(x)) == x", {"x": "positive"}, ()),
    ("atanh(tanh(x)) == x", {"x": "real"}, ()),
    ("x**a*x**b == x**(a+b)", {"x": "positive", "a": "real", "b": "real"}, ()),
    ("relu(x) - relu(-x) == x", {"x": "real"}, ()),
    ("relu(x)*relu(-x) == 0", {"x": "real"}, ()),
    ("abs(x+y) <= abs(x) + abs(y)", {"x": "real", "y": "real"}, ()),
    ("step(c*x) == step(x)", {"c": "positive", "x": "real"}, ()),
    ("step(-c*x) == 1 - step(x)", {"c": "positive", "x": "nonzero"}, ()),
    ("max(x, y) + min(x, y) == x + y", {"x": "real", "y": "real"}, ()),
    ("1/x < 1/y", {"x": "positive", "y": "positive"}, ("x > y",)),
    ("x**3 < y**3", {"x": "positive", "y": "positive"}, ("x < y",)),
    ("p**2 + q**2 == 1", {"p": "real", "q": "real"}, ("p**2 == 1 - q**2",)),
    ("(x - y)*(x + y) == 0", {"x": "real", "y": "real"}, ("x == y",)),
    ("sin(x) > 0", {"x": "real"}, ("0 < x", "x < pi")),
    ("x/x == 1", {"x": "nonzero"}, ()),
    ("implies(x > 1, 1/x > 0)", {"x": "real"}, ()),
    ("x <= 0 or x**2 > 0 or x > 0", {"x": "nonzero"}, ()),
]

NOT_PROVABLE = [
    ("x/x == 1", {"x": "real"}, ()),
    ("0*(1/x) == 0", {"x": "real"}, ()),
    ("d(0*log(x), x) == 0", {"x": "real"}, ()),
    ("sqrt(x**2) == x", {"x": "real"}, ()),
    ("sqrt(x)**2 == x", {"x": "real"}, ()),
    ("log(x*y) == log(x) + log(y)", {"x": "nonzero", "y": "nonzero"}, ()),
    ("log(x**2) == 2*log(x)", {"x": "nonzero"}, ()),
    ("tan(x)*cos(x) == sin(x)", {"x": "real"}, ()),
    ("d(abs(x), x) == sign(x)", {"x": "real"}, ()),
    ("d(sqrt(x), x)*2*sqrt(x) == 1", {"x": "nonnegative"}, ()),
    ("acos(cos(x)) == x", {"x": "real"}, ()),
    ("asin(sin(x)) == x", {"x": "real"}, ()),
    ("x <= y", {"x": "real", "y": "real"}, ("x**2 <= y**2",)),
    ("x < y", {"x": "real", "y": "real"}, ("x <= y",)),
    ("x*y > 0", {"x": "nonnegative", "y": "positive"}, ()),
    ("step(x) + step(-x) == 1", {"x": "real"}, ()),
    ("sign(x)**2 == 1", {"x": "real"}, ()),
    ("abs(x) == x", {"x": "real"}, ()),
    ("sin(x) > 0", {"x": "real"}, ("0 <= x", "x < pi")),
    ("cosh(x) > 1", {"x": "real"}, ()),
    ("1/x < 1/y", {"x": "nonzero", "y": "nonzero"}, ("x > y",)),
    ("(-8)**(1/3) == -2", {}, ()),
    ("x**(1/2)*x**(1/2) == x", {"x": "nonnegative"}, ()),
    ("implies(1/x > 0, x > 0)", {"x": "real"}, ()),
    ("x > 0 or x < 0", {"x": "real"}, ()),
    ("1/x > 0 or x <= 0", {"x": "real"}, ()),
]


def _proof(text, variables, hypotheses, **more):
    problem = elaborate(Statement(text, variables, tuple(hypotheses), **more))
    return prove(problem.claim, problem.domain), problem


@pytest.mark.parametrize(("text", "variables", "hypotheses"), TRUE, ids=[t[0] for t in TRUE])
def test_true_claims_are_proved(text, variables, hypotheses) -> None:
    proof, _ = _proof(text, variables, hypotheses)
    assert proof.proved, proof.missing


@pytest.mark.parametrize(("text", "variables", "hypotheses"), NOT_PROVABLE, ids=[t[0] for t in NOT_PROVABLE])
def test_false_or_undefined_claims_are_never_proved(text, variables, hypotheses) -> None:
    proof, _ = _proof(text, variables, hypotheses)
    assert not proof.proved
    assert proof.missing


@pytest.mark.parametrize("loss", ["any", "squared", "logistic", "exponential"])
def test_descent_changes_the_balance_by_the_gradient_s_squares(loss: str) -> None:
    text = "next(norm(w[0])**2 - v[0]**2) - (norm(w[0])**2 - v[0]**2) == eta**2*(norm(grad_w[0])**2 - grad_v[0]**2)"
    assert _proof(text, {}, (), network={**NET, "loss": loss})[0].proved
    wrong = text.replace("- grad_v[0]**2", "+ grad_v[0]**2")
    assert not _proof(wrong, {}, (), network={**NET, "loss": loss})[0].proved


def test_gradient_flow_keeps_the_balance_on_every_gate_pattern() -> None:
    assert _proof("d(dot(w[0], w[0]) - v[0]**2) == 0", {}, (), network=NET)[0].proved
    assert not _proof("d(dot(w[0], w[0]) - 2*v[0]**2) == 0", {}, (), network=NET)[0].proved
    assert not _proof("next(dot(w[0], w[0]) - v[0]**2) == dot(w[0], w[0]) - v[0]**2", {}, (), network=NET)[0].proved


def test_a_hint_that_has_no_value_proves_nothing() -> None:
    problem = elaborate(Statement("x >= 0", {"x": "real"}))
    reader = elaborate(Statement("x*(x/x) >= 0", {"x": "real"}))
    assert not prove(problem.claim, problem.domain, [reader.claim.terms[0]]).proved


# laws over random claims: whatever is proved holds at every point that is tried

LEAVES = st.sampled_from(["x", "y", "1", "2", "1/2", "0"])


def _grow(children):
    unary = st.tuples(st.sampled_from(["abs", "relu", "sqrt", "exp", "log", "tanh", "cosh", "step", "sign"]), children)
    binary = st.tuples(children, st.sampled_from(["+", "-", "*", "/"]), children)
    return st.one_of(
        unary.map(lambda p: f"{p[0]}({p[1]})"),
        binary.map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        children.map(lambda c: f"({c})**2"),
    )


EXPRESSIONS = st.recursive(LEAVES, _grow, max_leaves=6)
RELATIONS = st.sampled_from(["==", "<", "<=", "!=", ">", ">="])


@settings(derandomize=True, deadline=None, max_examples=400)
@given(EXPRESSIONS, RELATIONS, EXPRESSIONS, st.sampled_from(["real", "positive", "nonnegative", "nonzero"]))
def test_what_is_proved_is_not_violated_anywhere(left: str, op: str, right: str, kind: str) -> None:
    statement = Statement(f"{left} {op} {right}", {"x": kind, "y": "real"}, ("y < 3",))
    problem = elaborate(statement)
    if prove(problem.claim, problem.domain).proved:
        found = search(problem, 0, None, 1.0, 200, thorough=False)
        assert found.point is None, (statement.text, found)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(EXPRESSIONS, EXPRESSIONS)
def test_equal_normal_forms_mean_equal_values(left: str, right: str) -> None:
    problem = elaborate(Statement(f"{left} == {right}", {"x": "positive", "y": "nonzero"}))
    forms = NormalForms(problem.domain)
    try:
        same = forms.is_zero(sub(*problem.claim.terms))
    except Exception as reason:
        assert type(reason).__name__ == "NotNormal", reason
        return
    if same:
        for point in Domain.of(problem).points(3, None, 30):
            assert decide(problem.claim, point) != "false"


ENDS = st.one_of(st.none(), st.fractions(min_value=-3, max_value=3, max_denominator=4))


@st.composite
def intervals(draw):
    lo, hi = draw(ENDS), draw(ENDS)
    if lo is not None and hi is not None and lo > hi:
        lo, hi = hi, lo
    return Interval(lo, hi, draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))


def _inside(interval: Interval, value: Fraction) -> bool:
    return not (
        (interval.lo is not None and (value < interval.lo or (value == interval.lo and interval.lo_open)))
        or (interval.hi is not None and (value > interval.hi or (value == interval.hi and interval.hi_open)))
        or (interval.nonzero and value == 0)
    )


@settings(derandomize=True, deadline=None, max_examples=2_000)
@given(intervals(), intervals(), ENDS, ENDS, st.integers(-3, 4))
def test_interval_arithmetic_contains_every_value(a, b, x, y, n) -> None:
    x, y = x or Fraction(0), y or Fraction(0)
    if not (_inside(a, x) and _inside(b, y)):
        return
    assert _inside(a + b, x + y) and _inside(a - b, x - y) and _inside(a * b, x * y) and _inside(-a, -x)
    assert _inside(a.magnitude(), abs(x))
    if n >= 0 or a.excludes_zero():
        assert _inside(a.power(n), x**n)
    for relation, truth in ((">", x > 0), (">=", x >= 0), ("<", x < 0), ("<=", x <= 0), ("!=", x != 0), ("==", x == 0)):
        assert truth or not a.sign(relation)
    assert not a.empty()
