"""What a draft says about the LaTeX that was not read: in its author's words, and short."""

from __future__ import annotations

import tomllib

import pytest

from proofs_check.latex_reader.draft import PART, draft_lemma
from proofs_check.latex_reader.statement import read_statement


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\mathbf{1}\{x > 0\} \ge 0", r"\mathbf{1}: an indicator"),
        (r"\mathbb{1}_{x > 0} \ge 0", r"\mathbb{1}: an indicator"),
        (r"K(x,y) \ge 0", "K(x,y): a function of several arguments"),
        (r"\max_{j} w_j \ge 0", r"\max_{j}: the maximum over what stands below"),
        (r"\tanh_2 x \ge 0", "the subscript 2 of tanh"),
    ],
)
def test_reason_names_what_it_is_about(latex: str, reason: str) -> None:
    assert any(reason in why for _, why in read_statement(latex).missed), read_statement(latex).missed


@pytest.mark.parametrize(
    ("latex", "claim"),
    [
        (r"\log_2 x \ge 0", "log(x)/log(2) >= 0"),
        (r"\log_{10}(x) \ge 0", "log(x)/log(10) >= 0"),
        (r"\log_b^2 x \ge 0", "(log(x)/log(b))**2 >= 0"),
        (r"\log^2_b x \ge 0", "(log(x)/log(b))**2 >= 0"),
    ],
)
def test_logarithm_to_a_base_is_a_quotient(latex: str, claim: str) -> None:
    assert read_statement(latex).claims == [claim]


def test_claim_that_is_not_in_the_language_is_shown_as_latex() -> None:
    text, doubts = draft_lemma(r"For $x \in \mathbb{R}$, $\lVert x\rVert^2 \ge 0$", "mine")
    why = "x is not a vector (a lemma file declares it: x = { vector = 3 })"
    assert doubts[0] == rf"not read: \lVert x\rVert^2 \ge 0 ({why})"
    assert f"# TODO {doubts[0]}\n" in text


def test_velocity_that_is_not_in_the_language_is_shown_as_latex() -> None:
    _, doubts = draft_lemma(r"Let $\dot w = 3$. Then $\langle w, w \rangle \ge 0$", "mine")
    assert any(doubt.startswith(r"not read: \dot w = 3 (") for doubt in doubts)


@pytest.mark.parametrize(
    "latex", ["x + " * 1500 + "x > 0", r"\mathrm{" + "a1" * 3000 + "} > 0", r"\operatorname{" + "a" * 6000 + "} > 0"]
)
def test_long_statement_is_not_shown_whole(latex: str) -> None:
    text, doubts = draft_lemma(latex, "mine")
    assert doubts and all(len(doubt) < 2 * PART + 30 for doubt in doubts)
    assert all(len(line) < 2 * PART + 30 for line in text.splitlines() if line.startswith("#"))


def test_title_holds_no_mathematics() -> None:
    text, _ = draft_lemma(r"For every $x$ that is positive we have $\log(x) + \log(x) \le 2x - 2$", "the_lemma")
    assert tomllib.loads(text)["title"] == "TODO a title for the_lemma"
