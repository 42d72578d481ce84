"""The HTML report: self-contained, escaped, deterministic, well-formed, and honest about what it shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from proofs_check.report.build import html_report
from proofs_check.report.model import report_model
from proofs_check.report.pages import report_pages
from tests.report import examples

VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """Collects tags, attributes and ids, and checks that every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (self.open[-3:], tag, self.getpos())
        self.open.pop()


@pytest.fixture(scope="module")
def html() -> str:
    return html_report(examples.model(races=1), examples.figures())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_page_is_well_formed(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_links_inside_the_page_lead_somewhere(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    targets = {a[key] for _, a in page.tags for key in ("href", "xlink:href") if (a.get(key) or "").startswith("#")}
    # a lemma may use one that is not part of this report
    assert {str(target)[1:] for target in targets} - ids <= {"lemma-alignment_ode"}


def test_page_runs_no_script_and_loads_nothing(html: str, page: Page) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "iframe", "object", "embed", "link", "form", "base", "audio", "video"}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for key in ("src", "href", "xlink:href", "action", "data"):
            value = attributes.get(key) or ""
            assert value.startswith(("#", "data:image/png;base64,")) or value == "", (tag, key, value[:80])
    assert "@import" not in html and not re.search(r"url\((?!#)", html)
    policies = [a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies and str(policies[0]).startswith("default-src 'none'")
    assert "script-src" not in str(policies[0])


def test_strange_text_is_escaped(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in html
    assert "<b>is false</b>" not in html and "&lt;b&gt;is false&lt;/b&gt;" in html
    assert "<b>digits</b>" not in html and "&lt;b&gt;digits&lt;/b&gt;" in html


def test_every_verdict_has_its_word_beside_its_colour(page: Page, html: str) -> None:
    for verdict in ("PROVED", "REFUTED", "SUPPORTED"):
        assert re.search(rf"<b class={verdict[0]}>\S+ {verdict}</b>", html)


def test_refuted_claim_shows_its_counterexample_in_the_first_table(html: str) -> None:
    table = html[html.index("id=verdicts") : html.index("id=lemmas")]
    assert "w = ((1, 0))" in table and "eta = 1/2" in table


def test_unexpected_verdict_comes_before_everything_else(html: str) -> None:
    assert html.index("<h3>Not as expected") < html.index("<h3>False")
    first = html[html.index("<h3>Not as expected") : html.index("<h3>False")]
    assert "x/x == 1</code> is REFUTED, not PROVED" in first and "x = 0" in first
    assert "Not as expected" not in html_report(examples.model(with_unexpected=False))


def test_undecided_lemma_is_not_listed_as_holding(html: str) -> None:
    undecided = html[html.index("<h3>Not decided") :]
    assert "spherical Cauchy" in undecided[: undecided.index("<h3>", 5)]
    assert "<b>1</b>not decided" in html


def test_race_shows_the_miss(html: str) -> None:
    assert "<b>1 / 2</b>winners" in html
    assert "9 ✗" in html


def test_figures_name_their_axes(html: str) -> None:
    for label in ("mean loss", "final norm product", "angle to the target", "cosine", "time (steps × η)"):
        assert label in html
    assert "norm product ‖w‖|v|" in html and "Spearman 1.00000" in html
    assert html.count("<figure>") == html.count("<figcaption>") == 6


def test_page_is_the_same_bytes_twice(html: str) -> None:
    assert html_report(examples.model(races=1), examples.figures()) == html


def test_page_without_lemmas_or_race_is_well_formed() -> None:
    assert Page(html_report(report_model({"lemmas": []}))).open == []


def test_kept_page_follows_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path))
    suite, records = examples.suite(), [examples.race()]
    first = report_pages(suite, records, "0.1.0")["index.html"]
    suite["lemmas"][0]["seconds"] = 99.0  # not shown: the kept page still serves
    monkeypatch.setattr("proofs_check.report.build.html_report", lambda *_: "drawn again")
    assert report_pages(suite, records, "0.1.0")["index.html"] == first
    suite["lemmas"][0]["verdict"] = "OPEN"
    assert report_pages(suite, records, "0.1.0")["index.html"] == b"drawn again"
    assert report_pages(examples.suite(), [examples.race(seed=3)], "0.1.0")["index.html"] == b"drawn again"


def test_numbers_at_the_top_count_what_is_false_and_not_expected() -> None:
    lemmas = examples.suite()["lemmas"]
    false = [{**lemma, "expected": False} for lemma in lemmas if lemma["verdict"] == "REFUTED"]
    assert false
    page = html_report(report_model({**examples.suite(), "lemmas": false}))
    assert f"<li><b>{len(false)}</b>are false as stated, each with a counterexample</li>" in page
    assert "<li><b>0</b>hold</li>" in page


def test_lemma_of_ones_own_is_replayed_from_the_report() -> None:
    suite = examples.suite()
    suite["lemmas"][0]["packaged"] = True
    page = html_report(report_model(suite))
    assert page.count("--json | raceproof replay -") == 1
    assert page.count("Replay: <code>raceproof replay report.json</code>") == len(suite["lemmas"]) - 1
