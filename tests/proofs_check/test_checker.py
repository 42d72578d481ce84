"""The checker: its intervals, its ranges, proofs that it must accept, and false ones that it must not."""

import ast
import json
import random
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check import checker
from proofs_check.checker import certificate, main, replay, replay_text
from proofs_check.checker.evaluate import apply
from proofs_check.checker.formulas import related
from proofs_check.checker.intervals import DOMAINS, RISING, UNDEFINED, in_domain, pi_fixed
from proofs_check.checker.limits import Clock
from proofs_check.checker.ranges import Range, image
from proofs_check.checker.terms import Store

FORMAT = "raceproof-certificate/1"


def statement(text, variables, **more):
    return {"text": text, "variables": variables, **more}


def prove(text, variables, hints=(), **more):
    certificate = {
        "format": FORMAT,
        "kind": "proof",
        "hints": list(hints),
        "statement": statement(text, variables, **more),
    }
    return replay(certificate)


def refute(text, variables, point, why="false", **more):
    certificate = {"format": FORMAT, "kind": "counterexample", "point": point, "why": why}
    return replay({**certificate, "statement": statement(text, variables, **more)})


def network(**more):
    return {"width": 2, "dimension": 2, "samples": 2, "loss": "any", **more}


FOLDER = Path(checker.__file__).parent
READING_ORDER = [
    name
    for line in str(checker.__doc__).splitlines()
    if re.match(r"`\w+`[`\w, ]* {2,}", line)
    for name in re.findall(r"`(\w+)`", line.split("  ")[0])
]


def imported(tree):
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module))
    return names


def test_checker_reading_order_names_every_file():
    files = {path.stem for path in FOLDER.rglob("*.py")} - {"__init__", "__main__"}
    assert sorted(READING_ORDER) == sorted(files)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_checker_imports_only_the_standard_library_and_earlier_files(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = imported(tree)
    ours = {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}
    place = READING_ORDER.index(path.stem) if path.stem in READING_ORDER else len(READING_ORDER)
    assert ours <= {f"proofs_check.checker.{name}" for name in READING_ORDER[:place]}
    assert not {name.split(".")[0] for name in names} & {"pickle", "importlib", "subprocess", "os"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}


def test_checker_loads_nothing_else_of_ours():
    show = "import proofs_check.checker, sys; print(*sys.modules)"
    command = [sys.executable, "-S", "-c", show]
    loaded = subprocess.run(command, cwd=FOLDER.parents[1], capture_output=True, text=True, check=True).stdout.split()
    assert "proofs_check.checker.prover" in loaded
    others = {name for name in loaded if name.split(".")[0] not in sys.stdlib_module_names}
    others -= {"__main__", "proofs_check", "proofs_check.checker"}
    assert others == {f"proofs_check.checker.{name}" for name in READING_ORDER}


# ------------------------------------------------------------------------------------------------ intervals

FUNCTIONS = "exp log sqrt sin cos sinh cosh tanh atan asinh asin acos atanh acosh".split()
DOMAIN = {"log": (1e-9, 1e9), "sqrt": (0, 1e9), "asin": (-1, 1), "acos": (-1, 1), "atanh": (-0.999, 0.999),
          "acosh": (1, 1e9), "exp": (-900, 900), "sinh": (-900, 900), "cosh": (-900, 900), "tanh": (-90,
          90)}  # fmt: skip


def exact(value):
    sign, mantissa, exponent, _ = value._mpf_
    return (-1) ** sign * int(mantissa) * Fraction(2) ** exponent


def interval(op, low, high, precision) -> Any:
    store = Store(Clock())
    term = store.make(op, store.make("var", data="x"))
    found = apply(term, [(low, high)], precision, Fraction(0))
    return found if isinstance(found, str) else (found[0], found[1])


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("precision", [64, 256])
def test_interval_contains_the_value_and_is_narrow(op, precision):
    random.seed(f"{op}{precision}")
    low, high = DOMAIN.get(op, (-1e6, 1e6))
    for _ in range(60):
        q = Fraction(random.uniform(low, high)).limit_denominator(10 ** random.randint(1, 9))
        q = min(max(q, Fraction(low)), Fraction(high))
        with mpmath.workprec(4000):
            value = exact(getattr(mpmath, op)(mpmath.mpf(q.numerator) / q.denominator))
        found = interval(op, q, q, precision)
        assert found[0] - Fraction(1, 2**2000) <= value <= found[1] + Fraction(1, 2**2000)
        assert found[1] - found[0] <= max(abs(value), Fraction(1)) / 2 ** (precision - 8)


@pytest.mark.parametrize("op", [*FUNCTIONS, "abs", "relu"])
def test_interval_of_an_interval_contains_the_values_inside(op):
    random.seed(op)
    low, high = DOMAIN.get(op, (-50, 50))
    low, high = max(low, -50), min(high, 50)
    for _ in range(60):
        ends = sorted(Fraction(random.uniform(low, high)).limit_denominator(1000) for _ in range(2))
        ends = [min(max(q, Fraction(low)), Fraction(high)) for q in ends]
        found = interval(op, *ends, 64)
        for share in (Fraction(0), Fraction(1), Fraction(random.randint(0, 100), 100)):
            q = ends[0] + share * (ends[1] - ends[0])
            with mpmath.workprec(400):
                x = mpmath.mpf(q.numerator) / q.denominator
                value = max(x, mpmath.mpf(0)) if op == "relu" else abs(x) if op == "abs" else getattr(mpmath, op)(x)
            assert found[0] - Fraction(1, 2**200) <= exact(value) <= found[1] + Fraction(1, 2**200)


@pytest.mark.parametrize(("op", "q", "value"), [
    ("exp", 0, 1), ("log", 1, 0), ("sqrt", Fraction(4, 9), Fraction(2, 3)), ("sin", 0, 0), ("cos", 0, 1),
    ("atan", 0, 0),
    ("tanh", 0, 0), ("sinh", 0, 0), ("cosh", 0, 1), ("asin", 0, 0), ("acos", 1, 0), ("acosh", 1, 0),
    ("asinh", 0, 0),
    ("atanh", 0, 0)])  # fmt: skip
def test_interval_is_exact_at_rational_values(op, q, value):
    assert interval(op, Fraction(q), Fraction(q), 64) == (value, value)


@pytest.mark.parametrize(("op", "q"), [
    ("log", 0), ("log", -1), ("sqrt", -1), ("asin", 2), ("acos", -2), ("atanh", 1), ("atanh", -1), ("acosh",
    0)])  # fmt: skip
def test_interval_is_undefined_outside_of_the_domain(op, q):
    assert interval(op, Fraction(q), Fraction(q), 64) == UNDEFINED


def test_interval_of_a_huge_argument_is_not_decided_quickly():
    for text in ("exp(10**9*x) < 0", "exp(exp(exp(exp(9*x)))) < 0", "sin(x**1000*10**1000) < -1"):
        assert not refute(text, {"x": "real"}, {"x": 7}).accepted


def test_pi_agrees_with_mpmath():
    low, high = pi_fixed(1000)
    with mpmath.workprec(1200):
        assert low < exact(mpmath.pi * mpmath.mpf(2) ** 1000) < high
    assert high - low < 2**20


# --------------------------------------------------------------------------------------------------- ranges

ENDS = st.integers(-3, 3)


@st.composite
def ranges(draw):
    """A range together with a point of it."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    infinite = draw(st.integers(0, 8))
    point = Fraction(draw(st.integers(8 * low, 8 * high)), 8)
    nonzero = draw(st.booleans()) and point != 0
    a = Range(
        None if infinite == 1 else Fraction(low), None if infinite == 2 else Fraction(high),
        draw(st.booleans()) and point != low and infinite != 1,
        draw(st.booleans()) and point != high and infinite != 2,
        nonzero)  # fmt: skip
    return a.tidy(), point


def inside(a, q):
    low = a.low is None or (q > a.low if a.low_open else q >= a.low)
    high = a.high is None or (q < a.high if a.high_open else q <= a.high)
    return low and high and not (a.nonzero and q == 0)


@settings(derandomize=True, deadline=None, max_examples=600)
@given(ranges(), ranges(), st.integers(0, 4))
def test_range_operations_contain_the_results(first, second, n):
    (a, p), (b, q) = first, second
    assert inside(a, p) and inside(b, q)
    assert inside(a + b, p + q)
    assert inside(a * b, p * q)
    assert inside(a.power(n), p**n)
    assert inside(a.absolute(), abs(p))
    assert inside(a.join(b), p) and inside(a.join(b), q)
    if p != 0:
        assert inside(a.inverse(), 1 / p) and inside(a.power(-n), p**-n)
    if inside(b, p):
        assert inside(a.meet(b), p)
    for kind in ("==", "!=", "<", "<=", ">", ">="):
        assert related(kind, Fraction(p)) or not a.holds(kind)


def test_range_product_keeps_open_and_closed_zero_apart():
    half_open = Range(Fraction(0), Fraction(1), True)
    unbounded = Range(Fraction(0), None)
    assert (half_open * unbounded).holds(">=") and not (half_open * unbounded).holds(">")
    positive = Range(Fraction(0), None, True).tidy()
    assert (half_open.tidy() * positive).holds(">")
    assert not (Range(Fraction(0), Fraction(1)) * positive).holds("!=")


@pytest.mark.parametrize("op", sorted(RISING))
def test_range_of_a_rising_function_contains_its_values(op):
    random.seed(op)
    low, high = DOMAIN.get(op, (-3, 3))
    low, high = max(low, -3), min(high, 3)
    for _ in range(80):
        ends = sorted(Fraction(random.uniform(low, high)).limit_denominator(4) for _ in range(2))
        ends = [min(max(q, Fraction(low)), Fraction(high)) for q in ends]
        q = ends[0] + (ends[1] - ends[0]) * Fraction(random.randint(1, 7), 8)
        opens = [random.random() < 0.5 and ends[0] < ends[1] for _ in ends]
        known = Range(None if random.random() < 0.2 else ends[0], None if random.random() < 0.2 else ends[1], *opens)
        if not (in_domain(op, (q, q)) if op in DOMAINS else None):
            with mpmath.workprec(300):
                value = exact(getattr(mpmath, op)(mpmath.mpf(q.numerator) / q.denominator))
            assert inside(image(op, known.tidy() if q else known), value)


# --------------------------------------------------------------------------------------------------- proofs

GROWTH = {"G": "positive", "t": "real"}
ANGLE = {**GROWTH, "c0": {"real": "-1 < c0 and c0 < 1"}, "s": {"values": [-1, 1]}}
CLOSED = {"define": [["c", "tanh(atanh(c0) + s*G*t)"]]}
DRIFT = "next(norm(w[0])**2 - v[0]**2) - (norm(w[0])**2 - v[0]**2) == eta**2*(norm(grad_w[0])**2 - grad_v[0]**2)"
COSINE = {"network": network(early=True), "hypotheses": ["norm(w[0]) > 0", "norm(gamma[0]) > 0"],
          "define": [["c", "dot(w[0], gamma[0])/(norm(w[0])*norm(gamma[0]))"]]}  # fmt: skip
LOGISTIC = {"t": "real", "lam": "positive", "S0": {"real": "0 < S0 and S0 < lam"}, "r": {"real": "0 < r and r < 1"}}
SATURATION = {"define": [["S", "lam/(1 + (lam/S0 - 1)*exp(-2*lam*t))"]]}
UNIT = {"u": {"real": "-1 <= u and u <= 1"}}
XYZ = {"x": "real", "y": "real", "z": "real"}
SAME_SIGN = {"hypotheses": ["x*y > 0", "x*z > 0", "y*z > 0"]}
X, XY = {"x": "real"}, {"x": "real", "y": "real"}

TRUE = [
    ("d(c, t) == s*G*(1 - c**2)", ANGLE, CLOSED),
    ("at(c, t=0) == c0", ANGLE, CLOSED),
    ("(1 - c)/(1 + c) == (1 - c0)/(1 + c0)*exp(-2*s*G*t)", ANGLE, CLOSED),
    ("-1 < c and c < 1", ANGLE, CLOSED),
    ("cosh(x)**2 - sinh(x)**2 == 1", X, {}),
    ("tan(x/2) == sin(x)/(1 + cos(x))", {"x": {"real": "0 < x and x < 3"}}, {}),
    (
        "d(p0*cosh(G*t) + v0*sinh(G*t), t) == G*(v0*cosh(G*t) + p0*sinh(G*t))",
        {**GROWTH, "p0": "real", "v0": "real"},
        {},
    ),
    ("d(dot(w[0], w[0]) - v[0]**2) == 0", {}, {"network": network()}),
    ("all(d(dot(w[j], w[j]) - dot(v[j], v[j])) == 0 for j in neurons)", {}, {"network": network(outputs=2)}),
    (DRIFT, {}, {"network": network()}),
    (DRIFT, {}, {"network": network(loss="squared")}),
    (DRIFT, {}, {"network": network(loss="logistic")}),
    ("d(c) == v[0]*norm(gamma[0])/norm(w[0])*(1 - c**2)", {}, COSINE),
    ("d(S, t) == 2*S*(lam - S)", LOGISTIC, SATURATION),
    ("at(S, t=log((lam/S0 - 1)*r/(1 - r))/(2*lam)) == r*lam", LOGISTIC, SATURATION),
    ("sqrt(1 - u**2) == sqrt(1 - u)*sqrt(1 + u) and sqrt((1 - u)*(1 + u)) == sqrt(1 - u**2)", UNIT, {}),
    ("cos(acos(u)) == u and sin(acos(u)) == sqrt(1 - u**2) and sin(asin(u)) == u", UNIT, {}),
    ("acos(u) + asin(u) == pi/2 and asin(-u) == -asin(u)", UNIT, {}),
    ("cos(2*atan(x)) == (1 - x**2)/(1 + x**2) and sin(2*atan(x)) == 2*x/(1 + x**2)", X, {}),
    ("sin(x + y) == sin(x)*cos(y) + cos(x)*sin(y) and cos(x + pi) == -cos(x)", XY, {}),
    ("x**(1/3)*x**(2/3) == x and sqrt(x) == x**(1/2) and (x**(1/3))**3 == x", {"x": "positive"}, {}),
    ("relu(x) - relu(-x) == x and abs(x) == relu(x) + relu(-x) and x*sign(x) == abs(x)", X, {}),
    ("sqrt(x**2) == abs(x) and abs(x)**2 == x**2 and max(x, y) + min(x, y) == x + y", XY, {}),
    ("sqrt(p**2 + q**2) == v", {"p": "real", "q": "real", "v": "nonnegative"}, {"hypotheses": ["v**2 == p**2 + q**2"]}),
    ("log(x*y) == log(x) + log(y) and log(x**3/y) == 3*log(x) - log(y)", {"x": "positive", "y": "positive"}, {}),
    ("sqrt((x**2 - y**2)**2 + 4*(x*y)**2) == x**2 + y**2", XY, {}),
    ("exp(2*asinh(x)) == (x + sqrt(x**2 + 1))**2 and sinh(asinh(x)) == x", X, {}),
    ("cosh(acosh(x)) == x", {"x": {"real": "x >= 1"}}, {}),
    ("d(abs(x), x) == sign(x) and step(x) + step(-x) == 1 and x/x == 1", {"x": "nonzero"}, {}),
    ("implies(x > 1, log(x) > 0 and 1/x < 1)", X, {}),
    ("x == 0 or 1/x**2 > 0", X, {}),
    ("not (x**2 < 0) and x**0 == 1", X, {}),
    ("step(0) == 1", {}, {"relu_at_zero": 1}),
    ("exp(-x) <= 1 and tanh(x) >= 0 and 0 <= atan(x)", {"x": "nonnegative"}, {}),
    ("x > 0", X, {"hypotheses": ["log(x) >= 2"]}),
    ("d(sqrt(u)) == 1/(2*sqrt(u))*u", {"u": "positive"}, {"flow": {"u": "u"}}),
    (
        "dot(a, b)**2 <= dot(a, a)*dot(b, b)",
        {"a": {"vector": 2}, "b": {"vector": 2}},
        {"hint": "(a[0]*b[1] - a[1]*b[0])**2"},
    ),
    ("2*x*y <= x**2 + y**2", XY, {"hint": "(x - y)**2"}),
]

FALSE = [
    ("d(c, t) == s*G*(1 + c**2)", ANGLE, CLOSED),
    ("d(c, t) == G*(1 - c**2)", ANGLE, CLOSED),
    ("d(c, t) == 2*s*G*(1 - c**2)", ANGLE, CLOSED),
    ("at(c, t=0) == c0", {**ANGLE, "c0": "real"}, CLOSED),
    ("d(c, t) >= 0", ANGLE, CLOSED),
    ("cosh(x)**2 + sinh(x)**2 == 1", X, {}),
    ("tan(x/2) == sin(x)/(1 - cos(x))", {"x": {"real": "0 < x and x < 3"}}, {}),
    ("tan(x/2) == sin(x)/(1 + cos(x))", X, {}),
    ("d(dot(w[0], w[0]) + v[0]**2) == 0", {}, {"network": network()}),
    ("d(dot(w[0], w[0]) - v[1]**2) == 0", {}, {"network": network()}),
    (DRIFT.replace("eta**2", "eta"), {}, {"network": network()}),
    (DRIFT.replace("- grad_v", "+ grad_v"), {}, {"network": network(loss="squared")}),
    (DRIFT.replace("eta**2", "-eta**2"), {}, {"network": network(loss="logistic")}),
    ("d(c) == v[0]*norm(gamma[0])/norm(w[0])*(1 + c**2)", {}, COSINE),
    ("d(c) == v[0]*norm(gamma[0])/norm(w[0])*(1 - c**2)", {}, {**COSINE, "hypotheses": []}),
    ("d(norm(w[0])) == v[0]*norm(gamma[0])", {}, COSINE),
    ("d(S, t) == S*(lam - S)", LOGISTIC, SATURATION),
    ("at(S, t=log((lam/S0 - 1)*r/(1 - r))/lam) == r*lam", LOGISTIC, SATURATION),
    ("x/x == 1", X, {}),
    ("0*(1/x) == 0", X, {}),
    ("x**2/x == x", X, {}),
    ("(x**2 - 1)/(x - 1) == x + 1", X, {}),
    ("sqrt(x**2) == x", X, {}),
    ("sqrt(x)**2 == x", X, {}),
    ("exp(log(x)) == x", X, {}),
    ("log(x*y) == log(x) + log(y)", {"x": "nonzero", "y": "nonzero"}, {}),
    ("log(x**2) == 2*log(x)", {"x": "nonzero"}, {}),
    ("sqrt(x*y) == sqrt(x)*sqrt(y)", XY, {"hypotheses": ["x*y >= 0"]}),
    ("sqrt(x**2*y) == abs(x)*sqrt(y)", XY, {"hypotheses": ["x**2*y >= 0"]}),
    ("abs(x) == x", X, {}),
    ("tan(x)*cos(x) == sin(x)", X, {}),
    ("sin(x)/sin(x) == 1", {"x": "positive"}, {}),
    ("d(abs(x), x) == sign(x)", X, {}),
    ("d(relu(x), x) == step(x)", X, {}),
    ("d(sqrt(x), x) == 1/(2*sqrt(x))", {"x": "nonnegative"}, {}),
    ("d(max(x, y), x) == step(x - y)", XY, {}),
    ("d(asin(u), u) > 0", UNIT, {}),
    ("d(step(x), x) == 0", X, {}),
    ("0*d(abs(x), x) == 0", X, {}),
    ("x > 0", X, {"hypotheses": ["d(sqrt(x), x) >= -1"]}),
    ("relu(x) >= x + 1", X, {}),
    ("d(log(x), x) == 1/x", {"x": "nonzero"}, {}),
    ("sqrt(x*y)*sqrt(x*z)*sqrt(y*z) == x*y*z", XYZ, SAME_SIGN),
    ("exp((log(x*y) + log(x*z) - log(y*z))/2) == x", XYZ, SAME_SIGN),
    ("log((x*y)**2) == 2*log(x) + 2*log(y)", XYZ, SAME_SIGN),
    ("sqrt(x**2*y**3) == x*y*sqrt(y)", {"x": "real", "y": "nonnegative"}, {}),
    ("step(x) + step(-x) == 1", X, {}),
    ("step(x) + step(-x) == 1", X, {"relu_at_zero": 1}),
    ("step(x)**2 == step(x)", X, {"relu_at_zero": "1/2"}),
    ("x**(1/3)*x**(2/3) == x", X, {}),
    ("(x**2)**(1/2) == abs(x)", X, {}),
    ("acos(cos(x)) == x", X, {}),
    ("atan(tan(x)) == x", {"x": {"real": "-2 < x and x < 2"}}, {}),
    ("sin(x) > 0", {"x": {"real": "0 < x and x < 4"}}, {}),
    ("sin(x) >= 0", {"x": {"real": "-1 < x and x < 3"}}, {}),
    ("cos(x) > 0", {"x": {"real": "-2 < x and x < 1"}}, {}),
    ("exp(x) > 1", {"x": "nonnegative"}, {}),
    ("cosh(x) > 1", X, {}),
    ("tanh(x) < 99/100", X, {}),
    ("x*y > 0", {"x": "positive", "y": "nonnegative"}, {}),
    ("x != 0 and 1/x > 0", X, {}),
    ("1/x > 0 or x <= 0", X, {}),
    ("implies(x != 0, 1/x > 0)", X, {}),
    ("implies(1/x > 0, x > 0)", X, {}),
    ("x <= y or y < x and 1 < 0", XY, {}),
    ("v == sqrt(p**2 + q**2)", {"p": "real", "q": "real", "v": "real"}, {"hypotheses": ["v**2 == p**2 + q**2"]}),
    ("x*s >= 0", {"x": "real", "s": {"values": [-1, 0, 1]}}, {}),
    ("s > 0", {"s": {"values": [-1, 1]}}, {}),
    ("a == b", {"a": {"vector": 2}, "b": {"vector": 2}}, {"hypotheses": ["a[0] == b[0]"]}),
    ("a != b", {"a": {"vector": 2}, "b": {"vector": 2}}, {}),
    ("4*x*y <= x**2 + y**2", XY, {"hint": "(x - 2*y)**2"}),
    ("x > 0", X, {"hint": "x**2/x"}),
    ("x > 0", X, {"hint": "1/0"}),
    ("gate[0,0] > 0", {}, {"network": network()}),
    ("next(dot(w[0], w[0])) <= dot(w[0], w[0])", {}, {"network": network(loss="squared")}),
]


@pytest.mark.parametrize(("text", "variables", "more"), TRUE)
def test_proof_of_a_true_claim_is_accepted(text, variables, more):
    more = dict(more)
    hints = [more.pop("hint")] if "hint" in more else []
    result = prove(text, variables, hints, **more)
    assert result.accepted, result.reason


@pytest.mark.parametrize(("text", "variables", "more"), FALSE)
def test_proof_of_a_false_claim_is_rejected(text, variables, more):
    more = dict(more)
    hints = [more.pop("hint")] if "hint" in more else []
    result = prove(text, variables, hints, **more)
    assert not result.accepted
    assert result.reason and "\n" not in result.reason and "failed" not in result.reason


# ------------------------------------------------------------------------------------------- random claims

POINTS = [
    Fraction(p, q)
    for p, q in [(0, 1), (1, 1), (-1, 1), (1, 2), (-1, 2), (2, 1), (-2, 1), (3, 1), (-3, 1), (7, 5), (-9, 4)]
]
KINDS = {"real": lambda q: True, "positive": lambda q: q > 0, "nonnegative": lambda q: q >= 0,
"negative": lambda q: q < 0,
         "nonzero": lambda q: q != 0, "nonpositive": lambda q: q <= 0}  # fmt: skip


class Undefined(Exception):
    pass


def close(a, b):
    return abs(a - b) <= mpmath.mpf(10) ** -35 * (1 + abs(a) + abs(b))


def guarded(test, op):
    def apply(*values):
        if not test(*values):
            raise Undefined
        return op(*values)

    return apply


def positive_part(a):
    return a if a > 0 else mpmath.mpf(0)


def tanh_if_below_one(a):
    if abs(a) > 50:  # rounds to 1, so that nothing can be told
        raise OverflowError
    return mpmath.tanh(a)


OPERATIONS = {
    "({} + {})": lambda a, b: a + b,
    "({} - {})": lambda a, b: a - b,
    "({}*{})": lambda a, b: a * b,
    "({}/{})": guarded(lambda a, b: b != 0, lambda a, b: a / b),
    "({})**2": lambda a: a * a,
    "({})**(-1)": guarded(lambda a: a != 0, lambda a: 1 / a),
    "sqrt({})": guarded(lambda a: a >= 0, mpmath.sqrt),
    "log({})": guarded(lambda a: a > 0, mpmath.log),
    "exp({})": mpmath.exp,
    "tanh({})": tanh_if_below_one,
    "cosh({})": mpmath.cosh,
    "sin({})": mpmath.sin,
    "cos({})": mpmath.cos,
    "atan({})": mpmath.atan,
    "asin({})": guarded(lambda a: abs(a) <= 1, mpmath.asin),
    "atanh({})": guarded(lambda a: abs(a) < 1, mpmath.atanh),
    "abs({})": abs,
    "relu({})": positive_part,
    "step({})": lambda a: mpmath.mpf(a > 0),
    "sign({})": mpmath.sign,
    "max({}, {})": max,
    "min({}, {})": min,
}
IDENTITIES = [
    "sqrt({0}*{1}) == sqrt({0})*sqrt({1})", "sqrt(({0})**2) == {0}", "sqrt(({0})**2) == abs({0})",
    "{0}/{0} == 1",
    "log({0}*{1}) == log({0}) + log({1})", "log(exp({0})) == {0}", "exp(log({0})) == {0}",
    "abs({0}*{1}) == abs({0})*abs({1})",
    "relu({0}) + relu(-{0}) == abs({0})", "exp({0} + {1}) == exp({0})*exp({1})",
    "({0} + {1})/{1} == {0}/{1} + 1",
    "step({0})*{0} == relu({0})", "sign({0})*abs({0}) == {0}", "max({0}, {1}) >= {0}",
    "step({0}) + step(-{0}) == 1",
    "sqrt({0})**2 == {0}", "sin({0})**2 + cos({0})**2 == 1", "tan({0})*cos({0}) == sin({0})", "({0})**2 >= 0",
    "cosh({0}) > 1", "{0} > {1}", "{0} >= 0", "{0} <= 1", "{0} != 0", "abs({0}) == {0}", "tanh({0}) < 1",
    "sin(asin({0})) == {0}",
    "asin(sin({0})) == {0}", "sqrt(({0})**2*({1})) == abs({0})*sqrt({1})", "0*{0} == 0",
    "step({0}*{1}) == step({0})*step({1})",
    "sign({0}/{1}) == sign({0})*sign({1})", "relu({0}*{1}) == relu({0})*{1}",
    "({0})**(1/2)*({0})**(1/2) == {0}",
]  # fmt: skip


def random_expression(rng, depth):
    """A text and what it does to (x, y), made side by side."""
    if depth == 0 or rng.random() < 0.15:
        choice = rng.choice(["x", "x", "y", "1", "2", "0", "(1/2)", "(-1)"])
        numbers = {"1": 1, "2": 2, "0": 0, "(1/2)": mpmath.mpf(1) / 2, "(-1)": -1}
        if choice in numbers:
            return choice, lambda x, y: mpmath.mpf(numbers[choice])
        return choice, (lambda x, y: x) if choice == "x" else (lambda x, y: y)
    form = rng.choice(list(OPERATIONS))
    parts = [random_expression(rng, depth - 1) for _ in range(form.count("{}"))]
    operation = OPERATIONS[form]
    return form.format(*(text for text, _ in parts)), lambda x, y: operation(*(part(x, y) for _, part in parts))


class Meaning(ast.NodeVisitor):
    """Evaluates one side of an identity with mpmath, independently of the checker."""

    def __init__(self, names):
        self.names = names

    def visit_Constant(self, node):
        return mpmath.mpf(node.value)

    def visit_Name(self, node):
        return self.names[node.id]

    def visit_UnaryOp(self, node):
        return -self.visit(node.operand)

    def visit_BinOp(self, node):
        a, b = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow):
            if b == int(b):
                return OPERATIONS["({})**(-1)"](a) if b == -1 else a ** int(b)
            return mpmath.exp(b * OPERATIONS["log({})"](a))
        form = {ast.Add: "({} + {})", ast.Sub: "({} - {})", ast.Mult: "({}*{})", ast.Div: "({}/{})"}[type(node.op)]
        return OPERATIONS[form](a, b)

    def visit_Call(self, node: Any):
        values = [self.visit(arg) for arg in node.args]
        if node.func.id == "tan":
            return OPERATIONS["({}/{})"](mpmath.sin(values[0]), mpmath.cos(values[0]))
        return OPERATIONS[f"{node.func.id}({', '.join('{}' for _ in values)})"](*values)


def violated(claim, x, y):
    """Whether the claim is false or undefined at a point, well beyond rounding."""
    tree = ast.parse(claim, mode="eval").body
    meaning = Meaning({"x": x, "y": y})
    try:
        a, b = meaning.visit(tree.left), meaning.visit(tree.comparators[0])
    except Undefined:
        return True
    except OverflowError:
        return False
    op = type(tree.ops[0])
    if close(a, b):
        return op in (ast.Lt, ast.Gt, ast.NotEq) and a == b
    return {ast.Eq: True, ast.NotEq: False, ast.Lt: a > b, ast.LtE: a > b, ast.Gt: a < b, ast.GtE: a < b}[op]


def random_claim(rng):
    depth = rng.choice([0, 1, 1, 2, 2, 3])
    parts = [random_expression(rng, depth)[0] for _ in range(2)]
    if rng.random() < 0.2:
        parts[1] = parts[0]
    kinds = [rng.choice(list(KINDS)) for _ in range(2)]
    return rng.choice(IDENTITIES).format(*(f"({part})" for part in parts)), dict(zip("xy", kinds, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_accepted_proofs_of_random_claims_hold_at_all_points_tried(seed, monkeypatch):
    monkeypatch.setattr(certificate, "SECONDS", 2.0)
    rng = random.Random(seed)
    accepted = 0
    with mpmath.workdps(50):
        for _ in range(250):
            claim, variables = random_claim(rng)
            if not prove(claim, variables).accepted:
                continue
            accepted += 1
            for p in POINTS:
                for q in POINTS:
                    if KINDS[variables["x"]](p) and KINDS[variables["y"]](q):
                        x, y = (mpmath.mpf(r.numerator) / r.denominator for r in (p, q))
                        assert not violated(claim, x, y), (claim, variables, p, q)
    assert accepted >= 100


@pytest.mark.parametrize("seed", range(2))
def test_accepted_counterexamples_of_random_claims_agree_with_mpmath(seed):
    rng = random.Random(seed)
    accepted = 0
    with mpmath.workdps(50):
        for _ in range(500):
            claim, variables = random_claim(rng)
            point = {name: rng.choice([q for q in POINTS if KINDS[kind](q)]) for name, kind in variables.items()}
            for why in ("false", "undefined"):
                if refute(claim, variables, {name: str(q) for name, q in point.items()}, why).accepted:
                    accepted += 1
                    x, y = (mpmath.mpf(q.numerator) / q.denominator for q in point.values())
                    assert violated(claim, x, y), (claim, point)
                    assert not prove(claim, variables).accepted
    assert accepted >= 100


# ------------------------------------------------------------------------------------- counterexamples, meaning


@pytest.mark.parametrize(("text", "variables", "point", "why"), [
    ("x/x == 1", X, {"x": 0}, "undefined"),
    ("d(log(x), x) == 1/x", X, {"x": -1}, "undefined"),
    ("0*(1/x) == 0", X, {"x": "0"}, "undefined"),
    ("x**2 >= x", X, {"x": "1/2"}, "false"),
    ("tanh(x) >= x", X, {"x": "1/2"}, "false"),
    ("d(abs(x), x) == -sign(x)", X, {"x": 1}, "false"),
    ("cos(pi*x) == 1", X, {"x": 1}, "false"),
    ("sqrt(x) == 1", X, {"x": "4/9"}, "false"),
    ("sqrt(x)*sqrt(x) == x**2", {"x": "positive"}, {"x": "4"}, "false"),
    ("log(x*x) == 2*log(x)", X, {"x": -1}, "undefined"),
    ("x > 0 or 1/x < 0", X, {"x": 0}, "undefined"),
    ("x**(1/2) >= 0", X, {"x": 0}, "undefined"),
    ("not x < 1", X, {"x": 0}, "false"),
    ("u[0] == u[1]", {"u": {"vector": 2}}, {"u": [1, 2]}, "false"),
    ("u != 2*u", {"u": {"vector": 2}}, {"u": [0, 0]}, "false"),
    ("at(d(x**3, x), x=2) == 3", X, {"x": 0}, "false"),
    ("0.1 == 1/10 + 0*x and 1e-1 > 0.1", X, {"x": 0}, "false"),
    ("step(x) == 1", X, {"x": 0}, "false"),
    ("sum(i*j for i in range(3) for j in range(3) if i < j) == 3", X, {"x": 0}, "false"),
])  # fmt: skip
def test_counterexample_is_accepted(text, variables, point, why):
    assert refute(text, variables, point, why).accepted
    assert not refute(text, variables, point, "false" if why == "undefined" else "undefined").accepted
    assert not prove(text, variables).accepted


@pytest.mark.parametrize(("text", "variables", "point", "why"), [
    ("d(abs(x), x) == 7", X, {"x": 0}, "false"),
    ("d(abs(x), x) == 7", X, {"x": 0}, "undefined"),
    ("d(sqrt(x), x) > 0", {"x": "nonnegative"}, {"x": 0}, "undefined"),
    ("d(abs(x), x) == 1/x", X, {"x": 0}, "undefined"),
    ("d(abs(x), x) + 1/x == 0", X, {"x": 0}, "undefined"),
    ("x > 1", {"x": "positive"}, {"x": -1}, "false"),
    ("x > 1", {"x": {"real": "x > 1"}}, {"x": 0}, "false"),
    ("x > 1", {"x": {"values": [2, 3]}}, {"x": 1}, "false"),
    ("x > 1", X, {}, "false"),
    ("x > 1", X, {"x": 0, "y": 1}, "false"),
    ("x > 1", X, {"x": [0]}, "false"),
    ("x > 1", X, {"x": 0.5}, "false"),
    ("x > 1", X, {"x": True}, "false"),
    ("x > 1", X, {"x": "1/0"}, "false"),
    ("x > 1", X, {"x": "0.5"}, "false"),
    ("x > 1", X, {"x": "0 "}, "false"),
    ("x > 1", X, {"x": 0}, "maybe"),
    ("implies(x > 0, 1/x < 0)", X, {"x": 0}, "undefined"),
    ("x <= 0 or 1/x > 0", X, {"x": 0}, "undefined"),
    ("sin(x)**2 + cos(x)**2 == 1", X, {"x": 1}, "false"),
    ("u == u", {"u": {"vector": 2}}, {"u": [1, 2, 3]}, "false"),
])  # fmt: skip
def test_counterexample_is_rejected(text, variables, point, why):
    assert not refute(text, variables, point, why).accepted


NET_POINT = {"w": [[1, 1]], "v": [2], "x": [[1, 2], [1, -2]], "y": [1, -1]}
ONE_NEURON = {"variables": {}, "network": network(width=1), "hypotheses": []}


def network_refute(text, point=NET_POINT, **more):
    sizes = more.pop("network", network(width=1))
    return refute(text, {}, point, network=sizes, **more)


def test_network_point_needs_the_right_shapes():
    text = "v[0] == 0"
    assert network_refute(text).accepted
    assert network_refute(text, {**NET_POINT, "eta": "1/2"}).accepted
    assert not network_refute(text, {**NET_POINT, "eta": 0}).accepted
    assert not network_refute(text, {**NET_POINT, "e": [0, 0]}).accepted
    assert not network_refute(text, {**NET_POINT, "v": [[2]]}).accepted
    assert not network_refute(text, {**NET_POINT, "x": [[1, 2]]}).accepted
    assert not network_refute(text, {k: NET_POINT[k] for k in "wvx"}).accepted
    assert not network_refute("eta < 0").accepted
    assert network_refute("eta < 0", {**NET_POINT, "eta": 1}).accepted


def test_network_residual_is_that_of_the_squared_loss():
    # f = v*relu(w.x): 2*3 = 6 and 0, so that e = (-5, -1)
    assert network_refute("f[0] == 0 and 1 < 0").accepted
    assert network_refute("not (f[0] == 6 and f[1] == 0 and e[0] == -5 and e[1] == -1)").accepted
    squared = network(width=1, loss="squared")
    assert network_refute("not (e[0] == -5 and gamma[0] == -5*x[0]/2)", network=squared).accepted
    early = network(width=1, loss="squared", early=True)
    assert network_refute("not (e[0] == 1 and e[1] == -1)", network=early).accepted
    logistic = network(width=1, loss="logistic", early=True)
    assert network_refute("not e[0] == 1/2", network=logistic).accepted


def test_network_flow_is_off_the_gate_boundaries():
    boundary = {**NET_POINT, "x": [[1, 2], [1, -1]]}
    assert not network_refute("d(v[0]) == 100", boundary).accepted
    assert network_refute("d(v[0]) == 100").accepted
    assert network_refute("v[0] == 100", boundary).accepted


def test_network_quantities_that_are_not_available():
    for text in (
        "y[0] == 0",
        "d(e[0]) == 7",
        "next(e[0]) == 7",
        "C[0,0] == x[0]",
        "d(f[0], v[0]) == 7 and next(gamma[0]) != x[0]",
    ):
        assert not network_refute(text).accepted
    assert network_refute("d(e[0]) != 0", network=network(width=1, early=True)).accepted
    assert prove("d(e[0]) == 0", {}, network=network(early=True)).accepted


def test_network_with_vector_read_out():
    sizes = network(width=1, outputs=2, loss="squared")
    point = {**NET_POINT, "v": [[2, -1]], "y": [[1, 0], [0, 1]]}
    assert network_refute("not (f[0] == v[0]*3 and e[0][1] == 3 and C[0,1] == 3*x[0]/2)", point, network=sizes).accepted
    assert not network_refute("gamma[0] == x[0]", point, network=sizes).accepted
    text = "dot(w[0], grad_w[0]) == dot(v[0], grad_v[0])"
    assert prove(text, {}, network=network(outputs=2)).accepted
    assert not prove("dot(w[0], grad_w[0]) == dot(v[0], grad_v[1])", {}, network=network(outputs=2)).accepted


def test_chain_is_accepted_when_its_links_give_the_relation():
    def chain(text, links, variables=XY, hints=()):
        certificate = {"format": FORMAT, "kind": "chain", "links": links, "hints": list(hints)}
        return replay({**certificate, "statement": statement(text, variables)}).accepted

    positive = {"x": "positive", "y": "positive"}
    assert chain("x < x + 2*y", [["<", "x + y"], ["<=", "x + y + y"]], positive)
    assert chain("x <= x + 2*y", [["<=", "x + y + y"], ["==", "x + 2*y"]], positive)
    assert chain("(x + y)**2 == x**2 + 2*x*y + y**2", [["==", "(x + y)*(x + y)"], ["==", "x**2 + 2*x*y + y**2"]])
    assert not chain("x < x + 2*y", [["<=", "x + y"], ["==", "x + 2*y"]], positive)
    assert not chain("x == x + 2*y", [["<=", "x + y"], ["<=", "x + 2*y"]], positive)
    assert not chain("x <= x + 2*y", [["<=", "x + y"], [">=", "x + 2*y"]], positive)
    assert not chain("x <= x + 2*y", [["<=", "x + y"]], positive)
    assert not chain("x <= x + 2*y", [])
    assert not chain("x/x == 1", [["==", "1"]])
    assert not chain("x != x + 1", [["!=", "x + 1"]])
    assert not chain("x <= y", [["<=", "y*y/y"]], {"x": "negative", "y": "real"})


def test_contradicting_hypotheses_are_answered():
    for text in ("x == 1", "sqrt(x) > 5", "log(x) < atanh(x)", "log(x) < 0", "implies(log(x) > 1, x > 3)"):
        result = prove(text, X, hypotheses=["x < -2", "sqrt(x) > 1", "log(x) > 0", "asin(x) > 0", "acosh(x) >= 0"])
        assert "failed" not in result.reason


def test_hints_do_not_change_what_the_claim_says():
    # a hint with d(...) must not put the claim off the gate boundaries
    text = "dot(w[0], x[0]) != 0"
    assert not prove(text, {}, ["d(v[0])", "d(gate[0,0])"], network=network()).accepted
    assert prove(f"d(v[0]) == -grad_v[0] and {text}", {}, network=network()).accepted


# ------------------------------------------------------------------------------------------- hostile texts


@pytest.mark.parametrize("text", [
    "", "x", "x >", "x = 1", "x > 1; x", "x > 1\nx", "__import__('os')", "().__class__", "lambda: 0",
    "x if x else x", "[x]",
    "(x, x) == (x, x)", "x > y", "f(x) > 0", "x.real > 0", "x > 1j", "x > 0x1", "x > 1_0", "x > True",
    "'a' == 'a'", "x@x > 0",
    "x//2 > 0", "x%2 > 0", "x in x", "x is x", "x > 1 > (x > 2)", "d(x) == 1", "d(x, 1) == 0",
    "next(x) == x", "at(x, y=1) == x",
    "sum(x) == 0", "sum([x for i in range(2)]) == 0", "sum(x for x in range(2)) == 0",
    "sum(i for i in x) == 0",
    "sum(i for i in range(x)) == 0", "all(i for i in range(2))", "x[0] == 0", "dot(x, x) == 0",
    "sin(x, x) == 0", "sin() == 0",
    "min(x) == 0", "x**1001 == 0", "x**x**x**x == 0 > 1", "x == 1e99999", "x == " + "9"*1001,
    "("*81 + "x" + ")"*81 + " > 0",
    "-"*500 + "x > 0", "not "*2000 + "x > 0", "x" + "+x"*9000 + " > 0", "x" + "**x"*900 + " > 0",
    "sum(i for i in range(999999)) == 0",
    "sum(1 for i in range(999) for j in range(999) for k in range(999)) == 0",
    "((9**1000)**1000)**1000 == x", "abs(*x) > 0", "at(x, **x) > 0", "implies(x, x)",
    "sum(x async for i in range(2)) == 0", "x > 0 if x else 1", "neurons == 1", "w[0] == 0", "m == 2",
    "e == 1", "\u0445 > 0",
])  # fmt: skip
def test_hostile_text_is_rejected_with_one_line(text):
    for result in (prove(text, X), refute(text, X, {"x": 0})):
        assert not result.accepted
        assert result.reason and "\n" not in result.reason and "failed" not in result.reason


@pytest.mark.parametrize("more", [
    {"hypotheses": "x > 0"}, {"hypotheses": [1]}, {"define": {"a": "x"}}, {"define": [["a", "a"]]},
    {"define": [["a", "b"], ["b", "x"]]},
    {"define": [["x", "1"]]}, {"define": [["sin", "1"]]}, {"flow": {"z": "1"}}, {"flow": {"x": "x > 0"}},
    {"network": {}},
    {"network": network(width=0)}, {"network": network(loss="hinge")}, {"network": network(early=1)},
    {"network": network(width=1.0)},
    {"network": network(extra=1)}, {"relu_at_zero": 2}, {"relu_at_zero": "x"}, {"relu_at_zero": None},
    {"unknown": 1},
])  # fmt: skip
def test_malformed_statement_is_rejected(more):
    result = prove("x == x", X, **more)
    assert not result.accepted and "failed" not in result.reason


@pytest.mark.parametrize("variables", [
    [], {"x": "int"}, {"x": 1}, {"x": {"values": []}}, {"x": {"values": [0.5]}}, {"x": {"vector": 0}},
    {"x": {"vector": True}},
    {"x": {"real": "x > 0", "values": [1]}}, {"pi": "real", "x": "real"}, {"x": "real", "d": "real"},
    {"x": "real", "a b": "real"},
])  # fmt: skip
def test_malformed_variables_are_rejected(variables):
    result = prove("x == x", variables)
    assert not result.accepted and "failed" not in result.reason


def test_work_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(certificate, "SECONDS", 1.0)
    for text in ("(((x + 1)**1000)**1000)**1000 == 0", "x > 0" + " and x > 0" * 1500, "(x + y + z + 1)**200 == 1"):
        result = prove(text, {"x": "real", "y": "real", "z": "real"})
        assert not result.accepted and "failed" not in result.reason


def test_doubling_definitions_are_rejected_in_time(monkeypatch):
    monkeypatch.setattr(certificate, "SECONDS", 1.0)
    define = [["a0", "x > 0 and x > 0"]] + [[f"a{i}", f"a{i - 1} and a{i - 1}"] for i in range(1, 60)]
    assert not prove("a59", X, define=define).accepted
    define = [["a0", "x + 1"]] + [[f"a{i}", f"a{i - 1}*a{i - 1}"] for i in range(1, 60)]
    assert not prove("a59 == 1", X, define=define).accepted
    assert not refute("a59 == 0", X, {"x": "1/3"}, define=define).accepted


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", "NaN", '{"format": 1, "format": 1}', "[" * 100000, '{"kind": NaN}',
    '{"kind": 1.5}', "9" * 5000,
    '{"kind": "proof"}', '{"kind": {}}',
    '{"kind": "proof", "hints": [], "format": "raceproof-certificate/2", "statement": {}}',
])  # fmt: skip
def test_malformed_json_is_rejected(text):
    result = replay_text(text)
    assert not result.accepted and result.reason and "\n" not in result.reason


def test_command_line_prints_a_verdict_for_each_file(tmp_path, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    certificate = {"format": FORMAT, "kind": "proof", "hints": [], "statement": statement("x**2 >= 0", X)}
    good.write_text(json.dumps(certificate), encoding="utf-8")
    bad.write_bytes(b"\xff\xfe")
    assert main([str(good)]) == 0
    assert main([str(good), str(bad), str(tmp_path / "none.json")]) == 1
    assert main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{good}: ACCEPTED" and lines[2].startswith(f"{bad}: REJECTED ") and len(lines) == 4


@pytest.mark.parametrize(
    ("text", "why", "accepted"),
    [
        ("exp(x)*exp(-x) == 1 and x == 2", "false", True),
        ("exp(x)*exp(-x) == 1 and x == 2", "undefined", False),
        ("exp(x)*exp(-x) == 1 and x == 1", "false", False),
        ("exp(x)*exp(-x) == 1 and 1/(x - 1) == 2", "undefined", False),
        ("exp(x)*exp(-x) == 1 and 1/(x - 1) == 2", "false", False),
        ("exp(x)*exp(-x) != 1 or x == 2", "false", False),
        ("exp(x)*exp(-x) != 1 or x == 1", "false", False),
    ],
)
def test_a_part_that_is_true_or_false_does_not_hide_a_false_one(text: str, why: str, accepted: bool) -> None:
    point = {"format": "raceproof-certificate/1", "statement": {"text": text, "variables": {"x": "real"}}}
    assert replay({**point, "kind": "counterexample", "point": {"x": "1"}, "why": why}).accepted is accepted
