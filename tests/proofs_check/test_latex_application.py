"""A name before a bracket in LaTeX: a product with a note, or not read where no product can be meant."""

from __future__ import annotations

import pytest

from proofs_check.latex_reader.statement import read_statement

NOTE = "{} was read as a product: is it a function of what is in the bracket?"


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"f(x) \ge 0", "f(x)"),
        (r"f(\theta) \ge 0", r"f(\theta)"),
        (r"f(x_1) \ge 0", "f(x_1)"),
        (r"f\left(x\right) \ge 0", "f(x)"),
        (r"f_j(x) \ge 0", "f_j(x)"),
        (r"g_\theta(x) \ge 0", r"g_\theta(x)"),
        (r"\lambda_{\max}(H) \ge 0", r"\lambda_{\max}(H)"),
        (r"\Gamma(x + 1) \ge x", r"\Gamma(x+1)"),
        (r"\hat{f}(x) \ge x", r"\hat{f}(x)"),
        (r"2 \cdot f(x) \ge x", "f(x)"),
        (r"y/f(x) \ge x", "f(x)"),
        (r"f^2(x) \ge x", "f^2(x)"),
        (r"f^{-1}(x + y) \ge x", "f^{-1}(x+y)"),
        (r"x^*(t) \ge x", "x^*(t)"),
        (r"F[x] \ge x", "F[x]"),
        (r"a(x+1) \ge 0", "a(x+1)"),
        (r"\sum_{k=1}^2 f(x_k) \ge 0", "f(x_k)"),
    ],
)
def test_name_before_a_bracket_is_noted(latex: str, shown: str) -> None:
    draft = read_statement(latex)
    assert len(draft.claims) == 1, draft.missed
    assert NOTE.format(shown) in draft.notes


@pytest.mark.parametrize(
    "latex", [r"2(x+1) \ge 0", r"\tanh(x) \ge 0", r"x^2(x+1) \ge 0", r"(x)(y) \ge 0", r"\pi(x+1) > 0"]
)
def test_bracket_that_is_a_factor_is_not_noted(latex: str) -> None:
    assert read_statement(latex).notes == []


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"w_j(0) = 1", "w_j(0): the value of a function at 0"),
        (r"x \le O(\epsilon)", r"O(\epsilon) is an order"),
        (r"x \le \tilde{O}(n)", "is an order"),
        (r"x \le \mathcal{O}(n)", "is an order"),
        (r"o(1) = x", "o(1) is an order"),
        (r"K(x, y) \ge 0", "K(x,y): a function of several arguments"),
        (r"P(x > 0) \ge 0", "P(x>0): a function of a condition"),
        (r"\|w_j(t)\|_2 \ge 0", "w_j(t) in a norm"),
        (r"\langle u(t), v\rangle \ge 0", "u(t) in a norm"),
        (r"\dot p(t) = p", "p(t): a function of t"),
    ],
)
def test_function_that_is_no_product_is_not_read(latex: str, reason: str) -> None:
    draft = read_statement(latex)
    assert draft.claims == []
    assert any(reason in why for _, why in draft.missed), draft.missed


def test_comma_of_an_inner_product_separates_no_arguments() -> None:
    assert read_statement(r"a(\langle x, y \rangle + 1) \ge 0").claims == ["a*(dot(x, y) + 1) >= 0"]


def test_norm_of_a_scaled_sum_is_read() -> None:
    draft = read_statement(r"\|a(x + y)\| \ge 0")
    assert draft.claims == ["norm(a*(x + y)) >= 0"] and draft.kinds["x"] == {"vector": 2} and draft.kinds["a"] == "real"
