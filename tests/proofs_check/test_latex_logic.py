"""Words and arrows between relations in LaTeX, and names that must stay apart."""

from __future__ import annotations

import pytest

from proofs_check.latex_reader.draft import draft_lemma
from proofs_check.latex_reader.statement import read_statement
from proofs_check.verify import decide

BOTH = ["implies(x == 0, x**2 == 0) and implies(x**2 == 0, x == 0)"]


@pytest.mark.parametrize(
    "latex",
    [
        r"$x = 0$ if and only if $x^2 = 0$",
        r"$x = 0$ iff $x^2 = 0$",
        r"We have $x = 0$, if and only if $x^2 = 0$.",
        r"x = 0 \iff x^2 = 0",
        r"x = 0 \Leftrightarrow x^2 = 0",
        r"\begin{align} x = 0 \Longleftrightarrow x^2 = 0 \end{align}",
    ],
)
def test_equivalence_is_two_implications(latex: str) -> None:
    draft = read_statement(latex)
    assert (draft.hypotheses, draft.claims, draft.missed) == ([], BOTH, [])
    assert "an equivalence was read as two implications" in draft.notes


def test_equivalence_is_decided_like_any_claim() -> None:
    assert decide(read_statement(r"x = 0 \iff x^2 = 0").claims[0], []).verdict == "PROVED"
    assert decide(read_statement(r"x = 1 \iff x^2 = 1").claims[0], []).verdict == "REFUTED"


def test_equivalence_of_bounds_keeps_its_condition() -> None:
    draft = read_statement(r"For $x > 0$, $x < 1$ iff $0 < x < 1$")
    assert draft.hypotheses == ["x > 0"]
    assert draft.claims == ["implies(x < 1, 0 < x < 1) and implies(0 < x < 1, x < 1)"]


@pytest.mark.parametrize(
    "latex",
    [
        r"a = 0 \iff b = 0 \iff c = 0",
        r"$a = 0$ iff $b = 0$ and $c = 0$",
        r"$a = 0, b = 0$ iff $c = 0$",
        r"$a = 0$ iff $b$ vanishes",
        r"$a = 0$ iff $\int b = 0$",
        r"$a = 0$ holds for every net iff $b = 0$",
        r"$a = 0$ only if $b = 0$",
        r"$a = 0$ unless $b = 0$",
        r"$a = 0$ or $b = 0$",
        r"a = 0 \iff b = 0 \implies c = 0",
    ],
)
def test_joined_relations_leave_no_bare_claim(latex: str) -> None:
    draft = read_statement(latex)
    assert (draft.hypotheses, draft.claims) == ([], []) and len(draft.missed) >= 2


def test_chain_of_implications_is_not_read() -> None:
    draft = read_statement(r"x > 2 \implies x^2 > 4 \implies x^3 > 8")
    assert (draft.claims, len(draft.missed)) == ([], 2)


def test_branches_of_cases_are_no_hypotheses() -> None:
    latex = r"$y = \begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}$ and $y \ge 0$"
    draft = read_statement(latex)
    assert (draft.hypotheses, draft.claims) == ([], ["y >= 0"])
    assert draft.missed[0][1] == "the environment cases is not known"


def test_stars_above_and_below_are_two_names() -> None:
    draft = read_statement(r"x^* \ge x_\star")
    assert draft.claims == ["x_star >= x_substar"] and draft.notes == []
    assert read_statement(r"x^{\star} \ge x_{*}").claims == draft.claims


@pytest.mark.parametrize(
    ("latex", "note"),
    [
        (r"\epsilon \ge \varepsilon", r"\epsilon and \varepsilon became the same name epsilon"),
        (r"\mathbf{x} \ge x", r"\mathbf x and x became the same name x"),
        (r"$x^* \ge 0$ and $x^\star \ge 1$", r"x^* and x^\star became the same name x_star"),
    ],
)
def test_names_that_became_one_are_noted(latex: str, note: str) -> None:
    assert note in read_statement(latex).notes
    assert f"# TODO check: {note}" in draft_lemma(latex, "mine")[0]


def test_name_in_two_places_is_one_name() -> None:
    assert read_statement(r"x_1 + x_{1} + (x_1) \ge \mathbf{w} + \mathbf w").notes == []
