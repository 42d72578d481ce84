"""The smaller outputs: summary, badge, JUnit, PDF; and that every file is the same twice."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofs_check.cli.junit import junit_xml
from proofs_check.registry import sources
from proofs_check.report.badge import BAD, GOOD, WAIT, badge_svg
from proofs_check.report.build import html_report
from proofs_check.report.differences import compared
from proofs_check.report.latex_file import latex_report
from proofs_check.report.model import report_model
from proofs_check.report.pages import PageOptions, report_pages, report_pdf
from proofs_check.report.pdf import appendix_pdf, pdf_engine
from proofs_check.report.summary import MOST_ROWS, summary_markdown
from proofs_check.report.typst_file import typst_source
from tests.report import examples


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))


def pages() -> dict[str, bytes]:
    return report_pages(examples.suite(), [examples.race()], "0.1.0", PageOptions(sources=examples.sources()))


def test_every_file_is_the_same_bytes_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pages()
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "another"))
    slow = examples.suite()
    for lemma in slow["lemmas"]:
        lemma["seconds"] *= 7
    options = PageOptions(sources=examples.sources())
    assert report_pages(slow, [examples.race(predict_seconds=3.0)], "0.1.0", options) == first
    assert {"index.html", "report.json", "lemmas.tex", "figures/race1-loss.pdf"} <= set(first)
    here = str(Path.cwd()).encode()
    assert not [name for name, content in first.items() if here in content or b"20" + b"26-" in content]


def test_summary_names_what_is_unexpected_and_refuted() -> None:
    text = summary_markdown(examples.model(races=1))
    assert text.startswith("## raceproof: 1 not as expected")
    assert r"a\_claim\_that\_fails" in text and "x = 0" in text
    assert text.index("Not as expected") < text.index("Refuted, as stated")
    assert "1 of 2 winners predicted" in text


def test_summary_and_typst_tell_undefined_from_false() -> None:
    model = examples.model()
    assert "undefined at x = 0" in summary_markdown(model)
    assert "It is undefined at x = 0" in typst_source(model) and "It is false at" in typst_source(model)


def test_one_lemma_and_one_claim_are_not_plural() -> None:
    suite = examples.suite()
    one = report_model({"lemmas": suite["lemmas"][-1:]}, sources=sources())
    assert "1 lemma, 1 claim: " in summary_markdown(one)
    assert "1 lemma with 1 claim, from" in html_report(one)


def test_summary_names_claim_counterexample_and_reason() -> None:
    model = examples.model()
    row = next(line for line in summary_markdown(model).splitlines() if line.startswith(r"| a\_claim\_that\_fails"))
    assert "x/x == 1" in row and "undefined at x = 0" in row
    model["lemmas"][-1]["claims"][0] |= {"verdict": "OPEN", "counterexample": None, "reason": "no engine decided it"}
    assert "| x/x == 1 | no engine decided it |" in summary_markdown(model)


def test_junit_names_claim_counterexample_and_reason() -> None:
    failure = ElementTree.fromstring(junit_xml(examples.suite())).find(".//failure")
    assert failure is not None and failure.text is not None
    assert failure.text.startswith("x/x == 1 is REFUTED, not PROVED: undefined at x = 0")
    assert (failure.get("message") or "").endswith("is not as expected: " + failure.text)


def limited(**changes: object) -> dict:
    """Return a suite whose first lemma is proved and rests on one that is OPEN."""
    suite = examples.suite(with_unexpected=False)
    suite["lemmas"][0] |= {"verdict": "OPEN", "limited_by": [{"name": "base", "verdict": "OPEN"}], **changes}
    return suite


def test_lemma_pulled_down_by_another_says_by_which() -> None:
    said = "limited by base, which is OPEN"
    failure = ElementTree.fromstring(junit_xml(limited(expected=False))).find(".//failure")
    assert failure is not None and failure.text == said
    skipped = ElementTree.fromstring(junit_xml(limited(expected=True))).find(".//skipped")
    assert skipped is not None and said in (skipped.get("message") or "")
    model = report_model(limited(expected=False))
    assert f"|  | {said} |" in summary_markdown(model)
    assert html_report(model).count(said) == 2  # in the table of what is not as expected, and at the lemma
    assert said in latex_report(model)


def test_summary_cannot_be_a_link_or_html() -> None:
    model = examples.model()
    model["lemmas"][-1] |= {"name": "<img src=x onerror=a> [a](http://b) @team `c` |"}
    text = summary_markdown(model)
    assert "<img" not in text and "[a](" not in text and "| `c`" not in text
    assert r"\@team" in text


def test_summary_of_many_is_cut_with_a_count() -> None:
    model = examples.model()
    model["lemmas"] += [{**model["lemmas"][-1], "name": f"l{k}"} for k in range(200)]
    text = summary_markdown(model)
    assert f"… and {201 - MOST_ROWS} more" in text


def test_summary_shows_differences() -> None:
    old = examples.model()
    old["lemmas"][0] = {**old["lemmas"][0], "verdict": "OPEN"}
    model = examples.model(differences=compared(old, examples.model()))
    assert "OPEN → PROVED" in summary_markdown(model)
    assert "No difference" in summary_markdown(examples.model(differences=compared(model, model)))


@pytest.mark.parametrize(
    ("summary", "unexpected", "colour"),
    [({"PROVED": 2}, 0, GOOD), ({"PROVED": 2}, 1, BAD), ({"PROVED": 1, "SUPPORTED": 1}, 0, WAIT), ({}, 0, WAIT)],
)
def test_badge_is_green_only_when_all_is_decided_as_expected(
    summary: dict[str, int], unexpected: int, colour: str
) -> None:
    model = {"summary": summary, "counts": {"lemmas": sum(summary.values()), "unexpected": unexpected}}
    badge = badge_svg(model)
    assert ElementTree.fromstring(badge) is not None
    assert [code for code in (GOOD, BAD, WAIT) if code in badge] == [colour]


def test_junit_without_times_is_the_same_twice_and_holds_any_text() -> None:
    suite = examples.suite()
    suite["lemmas"][0] |= {"name": "a\x00<b>\ufffe", "seconds": 3.0}
    first = junit_xml(suite, times=False)
    suite["lemmas"][0]["seconds"] = 4.0
    assert junit_xml(suite, times=False) == first != junit_xml(suite)
    assert b"time=" not in first
    assert ElementTree.fromstring(first)[0].get("name") == "a\ufffd<b>\ufffd"


@pytest.mark.parametrize("engine", ["pdflatex", "typst"])
def test_pdf_is_the_same_bytes_twice(engine: str) -> None:
    if engine == "typst":
        pytest.importorskip("typst")
    elif pdf_engine() != "pdflatex":
        pytest.skip("no pdflatex here")
    first, second = (appendix_pdf(pages(), examples.model(races=1), engine) for _ in range(2))
    assert first == second
    assert first[0].startswith(b"%PDF") and first[1] == ""


def test_no_tex_and_no_typst_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofs_check.report.pdf.pdf_engine", lambda: "")
    made, why = report_pdf(pages())
    assert made == b"" and "neither pdflatex nor" in why


def test_tex_that_fails_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    if pdf_engine() != "pdflatex":
        pytest.skip("no pdflatex here")
    made, why = appendix_pdf(
        {"appendix.tex": b"\\documentclass{article}\\begin{document}\\nonsense\\end{document}"}, {}
    )
    assert made == b"" and "Undefined control sequence" in why and "\n" not in why


def test_typst_reads_text_as_text() -> None:
    model = examples.model()
    model["lemmas"][0] |= {"title": '#read("/etc/passwd") "; $x$ \\', "scope": '"#panic()'}
    source = typst_source(model)
    assert r'#text("#read(\"/etc/passwd\") \"; ")' in source
    pytest.importorskip("typst")
    assert appendix_pdf({}, model, "typst")[0].startswith(b"%PDF")


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\hat\gamma", r'accent(γ, "\u{302}")'),
        (r"|w|'", r'class("normal", \u{7c})'),
        (r"\mathrm{eps}\,W", 'upright("eps") #h(0.167em) W'),
        (r"v'", r"attach(v, t: \u{2032})"),
    ],
)
def test_typst_draws_accents_bars_primes_and_names(latex: str, part: str) -> None:
    typst = pytest.importorskip("typst")
    model = examples.model()
    model["lemmas"][0]["statement"] = f"${latex}$"
    source = typst_source(model)
    assert part in source
    assert typst.compile(source.encode()).startswith(b"%PDF")
