"""Any text raises nothing but the reader's own error, in time that grows with its length."""

from __future__ import annotations

import time
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proofs_check.latex_reader.draft import draft_lemma
from proofs_check.latex_reader.tokens import COMMANDS, MAX_LENGTH, NotRead

ENVIRONMENTS = [rf"\{end}{{{name}}}" for end in ("begin", "end") for name in ("align", "aligned", "equation*", "cases")]
PIECES = [
    *ENVIRONMENTS, *r"$ & \\ \\[2pt] { } ( ) [ ] | \| \{ \} , ; : . = < > + - * / ' ! ^ _ % # ~ é".split(),
    *r"12 1.5 0 1,000 x y t e f d w_j x_k x_12 x^12 x^* x_\star f(x) w(0) O(x) K(x,y) \le 0 = 1".split(),
    *r"\frac12 \frac{d}{dt} \dot w_j \sum_{k=1}^3 \log_2 \max_j \sqrt[3] \hat{x} \mathrm{ab} \mathit{}".split(),
    *r"\in \mathbb{R} \mathbb{R}^3 \forall \iff \implies \quad \langle x,y\rangle \|x\|_2^2 ^\top".split(),
    " if ", " then ", " or ", " iff ", " implies ", " not ", " is conserved ", "for all ",
    r"\text{if }", "'''", '"', "\n",
    *(f"\\{name} " for name in sorted(COMMANDS)),
]  # fmt: skip
STARTS = ["", r"Let $\dot p = v$, $\dot v = p$. Then $x^2", "If $x>0$ and $y = 1$ then $x", "$x > 0$ iff $y"]


@settings(derandomize=True, deadline=None, max_examples=1500)
@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["", " = 1", r" \ge x"]))
@example("", ["x", r"\mathit{}"], " = 1")
def test_any_pieces_of_latex_give_a_draft_or_the_readers_error(start: str, pieces: list[str], end: str) -> None:
    latex = start + "".join(pieces) + end
    latex += "$" * (latex.count("$") % 2)
    try:
        text, _ = draft_lemma(latex, "mine")
    except NotRead as error:
        assert "\n" not in str(error)
        return
    assert tomllib.loads(text)["reviewed"] is False


PARTS = ["&", r"\\-", "a,", "$x$ or ", r"\begin{a}", "f(x)", "x_12", r"\dot", "|", r"x \implies "]


@pytest.mark.parametrize("piece", PARTS)
def test_long_statement_is_read_in_a_moment(piece: str) -> None:
    begin = time.perf_counter()
    draft_lemma(piece * (MAX_LENGTH // len(piece)), "mine")
    assert time.perf_counter() - begin < 5
