"""Indices, negations and lists in LaTeX: what a draft cannot say is noted or not read."""

from __future__ import annotations

import pytest

from proofs_check.latex_reader.statement import read_statement


@pytest.mark.parametrize(
    ("latex", "note"),
    [
        (r"\forall j: w_j \ge 0", "w_j was read as one variable: its index j takes no values"),
        (r"\forall j: w_j \ge 0", "j is named and is no variable of the draft: is it an index?"),
        (r"For every $j$, $w_j^2 \ge 0$", "j is named and is no variable of the draft: is it an index?"),
        (r"\sum_{k=1}^3 x_k^2 \ge x_1^2", "x_1 was read as a name of its own, not as a component of x"),
        (r"$x > 1$ does not hold", "the word 'not' in the text was not read"),
        (r"For every integer $x$, $x^2 \ge x$", "such a kind is not part of the claim language"),
    ],
)
def test_what_a_draft_cannot_say_is_noted(latex: str, note: str) -> None:
    draft = read_statement(latex)
    assert note in draft.notes and len(draft.claims) == 1


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"For $j \in [m]$, $w \ge 0$", "a set of indices"),
        (r"$k = \arg\max_j w_j$", "the place of a maximum"),
        (r"w^{(t)} \ge 0", "the superscript (t) in brackets"),
        (r"$x \ge 0$; otherwise $y \ge 0$", "joined by a word"),
    ],
)
def test_index_or_branch_is_not_read(latex: str, reason: str) -> None:
    assert any(reason in why for _, why in read_statement(latex).missed)


@pytest.mark.parametrize(
    ("latex", "hypotheses", "claims"),
    [
        (r"x^2 > 4, x > 0 \Rightarrow x > 2", ["x**2 > 4", "x > 0"], ["x > 2"]),
        (r"$x = y$ implies $x^2 = y^2$", ["x == y"], ["x**2 == y**2"]),
        (r"We have $x^2 > 4$, and $x > 0 \implies x > -1$", ["x > 0"], ["x**2 > 4", "x > -1"]),
    ],
)
def test_what_stands_before_an_arrow_is_a_condition(latex: str, hypotheses: list[str], claims: list[str]) -> None:
    draft = read_statement(latex)
    assert (draft.hypotheses, draft.claims, draft.missed) == (hypotheses, claims, [])
