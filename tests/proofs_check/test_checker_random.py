"""The checker: no false claim out of many random ones is proved, by an evaluation of its own."""

import ast
import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from proofs_check.checker import certificate
from tests.proofs_check.checker_claims import prove, refute

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
