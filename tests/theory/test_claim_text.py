"""The printer: exact, inside the white-list, and meaning what SymPy means."""

from __future__ import annotations

import ast
import re
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.cases import all_cases, derived, label
from tests.theory.claim_oracle import FUNCTIONS, Point, exact, number
from theory.claim_text import claim_text, symbol_text
from theory.derivation import steps_as_claims

NODES = "Expression Compare Eq BinOp UnaryOp USub Add Sub Mult Div Pow Call keyword Name Load Subscript "
ALLOWED = tuple(getattr(ast, name) for name in (NODES + "Tuple Constant").split())
NETWORK = {"w", "v", "x", "y", "e", "f", "gate", "gamma", "C", "grad_w", "grad_v", "eta"}
X, Y = sympy.symbols("x y", real=True)


@pytest.mark.parametrize("case", all_cases(), ids=label)
def test_every_step_parses_inside_the_white_list(case):
    derivation = derived(*case)
    known = set(derivation.variables) | (NETWORK if derivation.network else set())
    for text, _ in steps_as_claims(derivation):
        tree = ast.parse(text, mode="eval")
        calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            assert isinstance(node, ALLOWED), (text, node)
            if isinstance(node, ast.Constant):
                assert type(node.value) is int
            if isinstance(node, ast.Name):
                functions = {*FUNCTIONS, "d", "next", "at"}
                assert node.id in (functions if node in calls else known), (text, node.id)


def expressions():
    leaves = st.one_of(
        st.sampled_from([X, Y]),
        st.fractions(min_value=-3, max_value=3, max_denominator=7).map(
            lambda q: sympy.Rational(q.numerator, q.denominator)
        ),
    )

    def extend(inner):
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(lambda two: two[0] + two[1]),
            pair.map(lambda two: two[0] - two[1]),
            pair.map(lambda two: two[0] * two[1]),
            pair.map(lambda two: two[0] / (two[1] ** 2 + 1)),
            inner.map(lambda one: -one),
            st.tuples(inner, st.integers(-2, 3)).map(lambda two: (two[0] ** 2 + 1) ** two[1]),
            inner.map(lambda one: sympy.sqrt(one**2 + 2)),
            inner.map(lambda one: 1 / sympy.sqrt(one**2 + 2) ** 3),
            inner.map(sympy.tanh),
            inner.map(sympy.sin),
            inner.map(lambda one: sympy.exp(-(one**2))),
            inner.map(sympy.Abs),
        )

    return st.recursive(leaves, extend, max_leaves=8)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(expressions(), st.fractions(-3, 3, max_denominator=9), st.fractions(-3, 3, max_denominator=9))
def test_text_has_the_value_of_the_expression(expression, x, y):
    point = Point({"x": exact(x), "y": exact(y)})
    expected = sympy.lambdify((X, Y), expression, "mpmath")
    with mpmath.workdps(60):
        value = expected(exact(x), exact(y))
        assert abs(number(claim_text(expression), point) - value) <= mpmath.mpf(10) ** -40 * max(1, abs(value))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (sympy.Rational(-2, 3) * X, "-(2/3)*x"),
        (X ** sympy.Rational(3, 2), "sqrt(x)**3"),
        (1 / (X * Y), "1/(x*y)"),
        ((-X) ** 3 + Y, "-x**3 + y"),
        (X ** (Y + 1), "x**(y + 1)"),
        ((X + Y) ** -2, "1/(x + y)**2"),
        (sympy.Subs(X**2, X, 0), "at(x**2, x=0)"),
        (sympy.Derivative(X**3, X, 2), "d(d(x**3, x), x)"),
        (sympy.Min(X, Y) + sympy.E, "min(x, y) + exp(1)"),
    ],
)
def test_text_of_small_expressions(expression, text):
    assert claim_text(expression) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w[1,11]", "w[1][11]"),
        ("v[0]", "v[0]"),
        ("v[0,1]", "v[0][1]"),
        ("C[0,1,2]", "C[0,1][2]"),
        ("gate[2,0]", "gate[2,0]"),
    ],
)
def test_symbol_text_follows_the_claim_language(name, text):
    assert symbol_text(name) == text


@pytest.mark.parametrize(
    "expression",
    [
        sympy.Float("0.5") * X,
        sympy.Function("h")(X),
        sympy.Piecewise((X, X > 0), (0, True)),
        sympy.I * X,
        sympy.zoo,
    ],
    ids=["float", "undefined-function", "piecewise", "imaginary", "infinity"],
)
def test_text_refuses_what_claims_do_not_have(expression):
    with pytest.raises(ValueError, match="claim language has no"):
        claim_text(expression)


def test_rationals_are_printed_exactly():
    numerator = claim_text(sympy.Rational(10**30 + 1, 3))
    assert re.fullmatch(r"\(10{29}1/3\)", numerator)
    assert Fraction(10**30 + 1, 3) == Fraction(*(int(part) for part in numerator.strip("()").split("/")))
