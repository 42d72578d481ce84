"""Fewer bytes, the same page: elements, attributes and words survive every step that shortens them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from proofs_check.registry import sources, suite
from proofs_check.report import build, math_compact
from proofs_check.report.html_compact import squeezed
from proofs_check.report.mathml import formula
from proofs_check.report.model import report_model
from proofs_check.report.views import claim_math
from tests.report import examples

# what stands in a line: around every other element a browser begins a new one
INLINE = frozenset("a abbr b br code em i math mi mn mo msub msup mtext samp span strong svg text use".split())
SPACE = re.compile(r"[\s\u2009]+")


class Reader(HTMLParser):
    """What a browser finds: elements with their attributes, and the words between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *sorted(f"{name}={value}" for name, value in attrs)))
        self.words += "" if tag in INLINE else " "

    def handle_endtag(self, tag: str) -> None:
        self.words += "" if tag in INLINE else " "

    def handle_data(self, data: str) -> None:
        self.words += data


def same(before: str, after: str) -> bool:
    first, second = Reader(before), Reader(after)
    return first.found == second.found and first.words.split() == second.words.split()


def test_squeezed_page_is_the_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    model, figures = examples.model(races=1), examples.figures()
    short = build.html_report(model, figures)
    monkeypatch.setattr(build, "squeezed", lambda page: page)
    long = build.html_report(model, figures)
    assert same(long, short) and len(short) < 0.985 * len(long)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.text(alphabet="ab/=\"'`<>& \n\t\u00a0é", max_size=8), min_size=1, max_size=4))
def test_any_attribute_and_text_survive(texts: list[str]) -> None:
    attributes = " ".join(f'a{k}="{escape(text)}"' for k, text in enumerate(texts))
    page = f"<div {attributes}>\n<p>{escape(texts[0])}</p>\n<mspace {attributes}/><b>{escape(texts[-1])}</b>\n</div>\n"
    assert same(page, squeezed(page))


def test_slash_never_becomes_part_of_a_value() -> None:
    assert Reader(squeezed('<a href="x/"><mspace width="1em"/><b c="d">')).found == [
        ("a", "href=x/"), ("mspace", "width=1em"), ("b", "c=d")
    ]  # fmt: skip


def test_many_line_breaks_are_read_in_one_pass() -> None:
    page = "<p>" + "\n" * 200_000 + "x</p>"
    assert same(page, squeezed(page))


def test_formulas_of_the_suite_keep_every_character(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [claim.statement.text for lemma in suite()[::3] for claim in (*lemma.claims, *lemma.twins)]
    tight = [read(str(claim_math(text))) for text in texts]
    monkeypatch.setattr(math_compact, "tighten", lambda tree: None)
    assert tight == [read(str(claim_math(text))) for text in texts] and len(tight) > 300


def read(math: str) -> str:
    return SPACE.sub("", "".join(ElementTree.fromstring(math).itertext()))


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        ("v_j^2", "<msubsup><mi>v</mi><mi>j</mi><mn>2</mn></msubsup>"),
        ("{v_j}^2", "<msubsup><mi>v</mi><mi>j</mi><mn>2</mn></msubsup>"),
        (r"f\left(x\right)", '<mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>'),
        (r"2\left(\frac{1}{x}\right)", "<mrow><mo>(</mo><mfrac>"),
        ("|w_j|^2", "<msup><mrow><mo>|</mo><msub><mi>w</mi><mi>j</mi></msub><mo>|</mo></mrow><mn>2</mn></msup>"),
        ("|a|+|b|", "<mrow><mo>|</mo><mi>a</mi><mo>|</mo></mrow><mo>+</mo><mrow><mo>|</mo><mi>b</mi><mo>|</mo></mrow>"),
        ("-x", "<math><mo>−</mo><mi>x</mi></math>"),
        ("a=-x", '<mo form="prefix">−</mo>'),
        ("a-x", "<mi>a</mi><mo>−</mo><mi>x</mi>"),
    ],
)
def test_short_form_of(latex: str, part: str) -> None:
    assert part in str(formula(latex))


def test_odd_number_of_bars_is_left_alone() -> None:
    assert "<mrow>" not in str(formula("p(x|y)"))


@pytest.mark.slow
def test_page_of_the_suite_is_under_two_megabytes() -> None:
    """The real texts, with evidence and counterexamples of the usual length: the real page has about 1.6 MB."""
    evidence = [
        {"rung": 0, "engine": "witness", "outcome": "agrees", "detail": "the witness lies in the domain"},
        {"rung": 1, "engine": "search", "outcome": "agrees", "detail": "holds at 120 points of the domain"},
        {"rung": 2, "engine": "sympy", "outcome": "agrees", "detail": "the difference simplifies to 0; 5 points agree"},
        {"rung": 3, "engine": "normal form and sign rules", "outcome": "proof", "detail": "4 obligations decided"},
        {"rung": 6, "engine": "checker", "outcome": "proof", "detail": "replayed"},
    ]
    point = {"w": [["1", "0"], ["0", "0"]], "v": ["1", "0"], "eta": "1/2"}
    lemmas = []
    for lemma in suite():
        claims = []
        for k, claim in enumerate(lemma.claims):
            found = [*evidence, {**evidence[1], "detail": str(k)}]
            claims.append(examples.claim(claim.statement.text, name=claim.name, evidence=found))
        twins = [{**examples.twin(twin.statement.text, point), "certificate": None} for twin in lemma.twins]
        said = {
            "statement": lemma.statement, "source": lemma.source, "hypotheses": list(lemma.hypotheses),
            "uses": list(lemma.uses), "define": [list(pair) for pair in lemma.claims[0].statement.define],
        }  # fmt: skip
        lemmas.append(examples.lemma(lemma.name, lemma.title, "", claims, twins, **said))
    page = build.html_report(report_model({"lemmas": lemmas}, [examples.race()], sources=sources()), examples.figures())
    assert len(lemmas) > 200 and len(page.encode()) < 2_000_000
