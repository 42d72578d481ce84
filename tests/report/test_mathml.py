"""LaTeX to MathML: what is shown is white-listed MathML or escaped source, never anything else."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.registry import suite
from proofs_check.report.mathml import ATTRIBUTES, ELEMENTS, formula, prose
from proofs_check.report.views import claim_math

HOSTILE = (
    r"\text{<script>alert(1)</script>}",
    r"\href{javascript:alert(1)}{x}",
    r"\style{background:url(http://a)}{x}",
    r"\class{a}{b}",
    r"\text{</math><img src=x onerror=alert(1)>}",
    r"\text{<!--}",
    r"\text{<!DOCTYPE a [<!ENTITY b 'c'>]>}",
    "x" * 5_000,
    r"\unknowncommand{3}",
    r"\left(\frac{1}{2}\right",
    "{" * 300,
    "&",
)
PIECES = [*r"\${}[]()_^&<>'\"xy12 -~", r"\frac", r"\text{", r"\emph{", "<b>", "</math>", "<!--", "<![CDATA["]


def assert_safe(text: str) -> None:
    """Check that ``text`` is white-listed MathML and escaped text."""
    for element in ElementTree.fromstring(f"<r>{text}</r>").iter():
        name = element.tag  # a page in HTML needs no namespace: `math` brings its own
        if name in ("r", "em", "strong", "span"):
            assert not element.attrib
        elif name == "code":
            assert element.attrib == {"class": "tex"}
        else:
            assert name in ELEMENTS
            assert set(element.attrib) <= ATTRIBUTES


@pytest.mark.parametrize("latex", HOSTILE)
def test_hostile_latex_is_shown_as_source(latex: str) -> None:
    shown = str(formula(latex))
    assert shown.startswith('<code class="tex">')
    assert_safe(shown)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_text_becomes_safe_html(pieces: list[str]) -> None:
    assert_safe(str(prose("".join(pieces))))


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\frac{a}{b}", "<mfrac>"),
        (r"\Gamma\cos\delta", "<mtext>\u2009</mtext><mi>cos</mi><mtext>\u2009</mtext>"),
        (r"\operatorname{artanh}(x)", "<mi>artanh</mi>"),
        ("a<b", "&lt;"),
    ],
)
def test_formula_has_its_structure(latex: str, part: str) -> None:
    assert part in str(formula(latex))


def test_prose_parts_words_and_formulas() -> None:
    shown = str(prose(r"the \emph{gate} $g_k$ --- on & off"))
    assert "the <em>gate</em> <math" in shown
    assert "\u2014 on &amp; off" in shown


@pytest.mark.parametrize("text", ["x +", "import os", "a.b", "<script>"])
def test_claim_outside_the_language_is_escaped_text(text: str) -> None:
    shown = str(claim_math(text))
    assert shown.startswith("<code>") and "<script" not in shown


def test_statements_and_claims_of_the_suite_are_all_converted() -> None:
    for lemma in suite():
        assert 'class="tex"' not in str(prose(lemma.statement)), lemma.name
        for claim in (*lemma.claims, *lemma.twins):
            assert str(claim_math(claim.statement.text)).startswith("<math"), (lemma.name, claim.statement.text)
