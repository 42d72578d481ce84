"""Numbers in LaTeX: TeX takes one digit where an argument has no braces."""

from __future__ import annotations

import pytest

from proofs_check.latex_reader.statement import read_statement


@pytest.mark.parametrize(
    ("latex", "claim"),
    [
        (r"\frac12 x \ge 0", "1/2*x >= 0"),
        (r"\tfrac14 = \dfrac 1 4", "1/4 == 1/4"),
        (r"\frac12\|w\|^2 \ge 0", "1/2*dot(w, w) >= 0"),
        (r"\frac12(x+1)^2 \ge 0", "1/2*(x + 1)**2 >= 0"),
        (r"\frac1{12} = \frac{12}5", "1/12 == 12/5"),
        (r"\frac x2 \ge y", "x/2 >= y"),
        (r"x^{12} \ge x_{12}", "x**12 >= x_12"),
    ],
)
def test_argument_without_braces_is_one_digit(latex: str, claim: str) -> None:
    draft = read_statement(latex)
    assert draft.claims == [claim]
    assert not any("digit" in note for note in draft.notes)


@pytest.mark.parametrize(
    ("latex", "claim"),
    [
        ("x^12 > 0", "x**1*2 > 0"),
        ("x_12 > 0", "x_1*2 > 0"),
        (r"\frac123 > 0", "1/2*3 > 0"),
        (r"\frac1 23 > 0", "1/2*3 > 0"),
        (r"\sqrt12 > 0", "sqrt(1)*2 > 0"),
        ("2^10 > 0", "2**1*0 > 0"),
    ],
)
def test_digits_that_were_left_over_are_noted(latex: str, claim: str) -> None:
    draft = read_statement(latex)
    assert draft.claims == [claim]
    assert any("TeX takes one digit" in note for note in draft.notes)


@pytest.mark.parametrize("latex", ["x^1.5 > 0", r"\frac.5 2 > 0", "x < 1,000", "x < 10 000", "x < 1{,}000"])
def test_number_that_may_be_another_is_not_read(latex: str) -> None:
    draft = read_statement(latex)
    assert draft.claims == [] and draft.missed


def test_list_of_numbers_is_no_number_with_a_comma() -> None:
    assert read_statement(r"$x > 1, 200 > y$").claims == ["x > 1", "200 > y"]
