"""Displayed mathematics beside text: environments, rows, and formulas that nobody marked as such."""

from __future__ import annotations

import pytest

from proofs_check.latex_reader.statement import read_statement

ENVIRONMENTS = "align align* equation equation* gather gather* multline eqnarray aligned displaymath".split()


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_environment_beside_dollars_is_read(environment: str) -> None:
    draft = read_statement(rf"Let $x > 0$. Then \begin{{{environment}}} \log x &\le x - 1. \end{{{environment}}}")
    assert (draft.hypotheses, draft.claims, draft.missed) == (["x > 0"], ["log(x) <= x - 1"], [])


def test_rows_of_an_environment_are_claims() -> None:
    draft = read_statement(r"For $x > 0$, \begin{gather*} \log x \le x - 1 \\[2pt] \sqrt{x} \le x + 1 \end{gather*}")
    assert (draft.claims, draft.missed) == (["log(x) <= x - 1", "sqrt(x) <= x + 1"], [])


def test_environment_within_another_is_read() -> None:
    latex = r"Here \begin{equation}\label{eq.a}\begin{aligned}[t] a &= b \\ &= c \end{aligned}\end{equation} holds"
    assert (read_statement(latex).claims, read_statement(latex).missed) == (["a == b == c"], [])
    assert read_statement(r"x > 0 \Rightarrow \begin{aligned} x^2 &> 0 \end{aligned}").hypotheses == ["x > 0"]


@pytest.mark.parametrize(
    ("rows", "claims"),
    [
        (r"a &= b \\ &\quad + c", ["a == b + c"]),
        (r"a &= b \\ &\qquad - c \\ &\le z", ["a == b - c <= z"]),
        (r"a = b \\ - c", ["a == b - c"]),
        (r"a &\le b \\ -c &\le z", ["a <= b", "-c <= z"]),
        (r"a = {}& b", []),
    ],
)
def test_row_that_goes_on_belongs_to_the_row_before(rows: str, claims: list[str]) -> None:
    assert read_statement(rf"\begin{{align}} {rows} \end{{align}}").claims == claims


@pytest.mark.parametrize(
    "latex",
    [
        r"For x > 0, $\log x \le x - 1$",
        r"If x \le 2, then $x < 3$",
        r"y = 1 \text{ if $x > 0$}",
        r"\[ y = 1 \text{ if $x > 0$} \]",
    ],
)
def test_mathematics_in_text_is_not_read(latex: str) -> None:
    assert any(reason == "mathematics outside $...$" for _, reason in read_statement(latex).missed)


def test_text_of_a_theorem_is_no_mathematics() -> None:
    latex = r"\begin{lemma}\label{lem:a_b} By \eqref{eq_1} \emph{we} have $x^2 \ge 0$. \end{lemma}"
    assert read_statement(latex).missed == []


def test_environment_that_is_not_known_is_one_part() -> None:
    draft = read_statement(r"\begin{pmatrix} a & b \\ c > 0 & d \end{pmatrix} = 1, x > 0")
    assert "the environment pmatrix is not known" in draft.missed[0][1]
    assert len(draft.missed) == 1 and (draft.hypotheses, draft.claims) == ([], ["x > 0"])
