"""The checker: its files, proofs that it must accept, and false ones that it must not."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofs_check import checker
from tests.proofs_check.checker_claims import XY, X, network, prove

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
