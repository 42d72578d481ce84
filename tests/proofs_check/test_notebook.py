"""What lemmas, results and flows show in a notebook: well-formed, escaped, with what matters in it."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from numerics.flow.integrate import integrate
from numerics.flow.network import Network, exact_rows
from proofs_check.lemma import from_text
from proofs_check.printers.latex import to_latex
from proofs_check.verify import decide, verify_lemmas

HOSTILE = "<script>alert(1)</script>"
LEMMA = f"""
title = "{HOSTILE}"
statement = '{HOSTILE} $x^2 \\ge 0$'
[variables]
x = "real"
[[claim]]
name = "{HOSTILE}"
text = "x**2 >= 0"
[[twin]]
text = "x > 0"
"""


class Tags(HTMLParser):
    """Checks that every tag is closed in order, and keeps tags and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data + " "


def test_refuted_claim_shows_its_counterexample() -> None:
    result = decide("tanh(x) >= x - x**3/4", ["0 <= x <= 1"])
    shown = Tags(result._repr_html_())
    assert "REFUTED" in shown.words and "x = 1/2" in shown.words
    assert result._repr_latex_() == rf"$\displaystyle {to_latex(result.text)}$"


def test_lemma_and_its_result_show_and_escape(tmp_path: Path) -> None:
    lemma = from_text(LEMMA, Path("a.toml"))
    (result,) = verify_lemmas([lemma], use_cache=False)
    for shown in (Tags(lemma._repr_html_()), Tags(result._repr_html_())):
        assert "script" not in shown.seen and shown.words.count(HOSTILE) == 3
        assert rf"\({to_latex('x**2 >= 0')}\)" in shown.words
    assert "PROVED" in result._repr_html_() and "1 of 1 refuted" in result._repr_html_()
    assert lemma._repr_latex_() == result._repr_latex_() == lemma.statement


def test_statement_that_asks_for_more_than_formulas_is_not_typeset() -> None:
    lemma = from_text(LEMMA.replace("$x^2", r"$\href{javascript:alert(1)}{x}^2"), Path("a.toml"))
    assert lemma._repr_latex_() is None
    assert "<code>" in lemma._repr_html_()


def test_lemma_that_was_not_reviewed_says_so() -> None:
    assert "at most OPEN" in from_text("reviewed = false\n" + LEMMA, Path("a.toml"))._repr_html_()


@pytest.mark.parametrize(("method", "word"), [("double", "error about"), ("rigorous", "error below")])
def test_flow_shows_states_events_and_what_is_guaranteed(method: str, word: str) -> None:
    network = Network(
        exact_rows([[1, 0], ["3/5", "4/5"]]), exact_rows([[1], [-1]]),
        exact_rows([["1/10", "-1/20"]]), exact_rows([["1/10"]]),
    )  # fmt: skip
    result = integrate(network, ["1/2", 1], method=method)
    shown = Tags(result._repr_html_())
    assert result.guarantee in shown.words and word in shown.words
    assert shown.words.count("0.5") >= 1 and "w[0,0]" in shown.words
