"""What strangers put into lemma files: it is shown or named, never obeyed, and never stops a report."""

from __future__ import annotations

import copy
import errno
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from proofs_check.cli.report_folder import WRITTEN, require_report_folder
from proofs_check.cli.run import run
from proofs_check.report.build import html_report
from proofs_check.report.latex_file import appendix, bibliography, latex_report
from proofs_check.report.model import model_bytes, report_model
from proofs_check.report.pages import PageOptions, report_pages
from proofs_check.report.pdf import appendix_pdf, pdf_engine
from proofs_check.report.sources import known_sources
from tests.report import examples
from tests.report.page_reader import PageReader

HOSTILE = (
    r"\ { } $ & # _ % ~ ^ < > | \" ' ` \input{/etc/passwd} \end{document} $\end{x}$ $\left( x$ $$ $x^$",
    "<script>alert(1)</script></style></title>--><img src=x onerror=alert(1)>&lt;&#0;",
    "Ünïcödé ∀ε>0 ∃δ “quotes” 日本語 العربية 🏁 e\u0301 \u202e\u200b\x00\x07\ufffe",
    "x" * 10_000,
    "word " * 2_000,
    "$" + "x + " * 2_500 + "x$",
    "",
    "   \n\n\t ",
    "{{ 7*7 }} {% raise %} << 7*7 >> ((% x %))",
)


def hostile_lemma(text: str, position: int) -> dict[str, Any]:
    """Return a lemma with the same text in every field that is text."""
    claim = examples.claim(text, name=text, reason=text, obligations=[{"text": text, "verdict": "OPEN"}])
    claim["steps"] = [{"text": text, "reason": text, "verdict": "OPEN", "level": 0}]
    claim["evidence"] = [{"rung": 1, "engine": text, "outcome": "disagrees", "detail": text}]
    twin = {**examples.twin(text, {text or "x": text, "v": [text, ["1"]]}), "certificate": None}
    return examples.lemma(
        text or f"name{position}", text, text, [claim], [twin], statement=text, scope=text, assumes=[text], uses=[text],
        hypotheses=[text], variables={text: text}, define=[[text, text]], source={"key": text, "locator": text},
        expected=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    lemmas = [hostile_lemma(text, position) for position, text in enumerate(HOSTILE)]
    sources = {text: {"title": text, "authors": [text], "year": text, "venue": text} for text in HOSTILE}
    return report_model({"lemmas": lemmas}, version="0.1.0", sources=sources)


def test_page_escapes_every_field(model: dict[str, Any]) -> None:
    html = html_report(model)
    page = PageReader(html)
    assert page.open == [] and page.unbalanced == []
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed", "link", "form", "base"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert "{{ 7*7 }}" in html and "49" not in page.text.split("{{ 7*7 }}")[1][:40]


def test_long_statement_is_there_in_full(model: dict[str, Any]) -> None:
    assert "x" * 10_000 in html_report(model)
    assert "x" * 10_000 in json.loads(model_bytes(model))["lemmas"][3]["statement"]


def test_latex_of_every_field_compiles_and_reads_nothing(model: dict[str, Any]) -> None:
    files = {
        "lemmas.tex": latex_report(model),
        "appendix.tex": appendix(model),
        "sources.bib": bibliography(model["sources"]),
    }
    assert all(text.isascii() for text in files.values())
    assert r"\input{/etc" not in files["lemmas.tex"] and r"\end{document} " not in files["lemmas.tex"]
    if pdf_engine() != "pdflatex":
        pytest.skip("no pdflatex here")
    made, why = appendix_pdf({name: text.encode() for name, text in files.items()}, model, "pdflatex")
    assert made.startswith(b"%PDF"), why


def test_typst_of_every_field_compiles(model: dict[str, Any]) -> None:
    pytest.importorskip("typst")
    made, why = appendix_pdf({}, model, "typst")
    assert made.startswith(b"%PDF"), why


def test_other_outputs_hold_every_field(model: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path))
    suite = {"lemmas": [hostile_lemma(text, position) for position, text in enumerate(HOSTILE)]}
    files = report_pages(suite, [], "0.1.0", PageOptions())
    for name in ("graph.svg", "badge.svg"):
        assert ElementTree.fromstring(files[name]) is not None
    assert b"<script" not in files["summary.md"] and b"<script" not in files["graph.svg"]


@pytest.mark.slow
def test_5000_lemmas_are_reported() -> None:
    base = [lemma for lemma in examples.suite()["lemmas"] if lemma["expected"]]
    lemmas = [{**base[k % len(base)], "name": f"lemma_{k}", "uses": [f"lemma_{k // 3}"]} for k in range(5000)]
    html = html_report(report_model({"lemmas": lemmas}))
    assert html.count("id=lemma-lemma_") == 5000


def test_missing_figures_are_named() -> None:
    html = html_report(examples.model(races=1), {})
    assert html.count("is missing.") == 6


def test_folder_that_cannot_be_written_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run(["report", "--no-race", "-o", str(tmp_path / "file" / "report")]) == 4
    said = capsys.readouterr().err
    assert "cannot write" in said and said.count("\n") == 1


def test_old_report_of_another_schema_is_refused_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.json").write_text('{"schema": "raceproof-report/99", "lemmas": []}')
    assert run(["report", "--no-race", "-o", str(tmp_path / "out"), "--against", str(tmp_path)]) == 4
    assert "raceproof-report/99" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


LEMMA = """name = "small"
title = "x is at most $x + 1$"
source = { key = "mine", locator = "Lemma 1" }
statement = "$x < x + 1$"
[variables]
x = "real"
[[claim]]
text = "x < x + 1"
[[twin]]
text = "x < x"
"""
SOURCES = '[mine]\ntitle = "My own"\nauthors = ["A. Me"]\nyear = 2026\n'


@pytest.mark.slow
def test_report_of_a_folder_keeps_what_others_put_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    paper, out = tmp_path / "paper", tmp_path / "out"
    paper.mkdir()
    (paper / "small.toml").write_text(LEMMA)
    (paper / "sources.toml").write_text(SOURCES)
    (out / "figures").mkdir(parents=True)
    kept = {out / "thesis.tex": "mine", out / "figures" / "mine.pdf": "mine", out / ".hidden": "mine"}
    for path, text in kept.items():
        path.write_text(text)
    command = ["report", "--no-race", "--jobs", "1", "--lemmas", str(paper), "-o", str(out)]
    assert run([*command, "--theorem-within", "section", "--label-prefix", "my:"]) == 0
    first = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert all(path.read_text() == text for path, text in kept.items())
    assert (
        b"my:small" in first["lemmas.tex"] and b"My own" in first["sources.bib"] and b"Me 2026" in first["index.html"]
    )
    assert run([*command, "--against", str(out)]) == 0
    assert "same lemmas, claims and verdicts" in (out / "index.html").read_text()
    assert run(["replay", str(out / "report.json")]) == 0
    assert run(["graph", str(paper), "--unverified", "-o", str(out / "g.svg")]) == 0
    assert "Me 2026" in (out / "g.svg").read_text()
    capsys.readouterr()


@pytest.mark.parametrize("name", ["index.html", "report.json", "figures/race1-loss.svg"])
def test_foreign_file_that_would_be_overwritten_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = tmp_path / "out" / name
    path.parent.mkdir(parents=True)
    path.write_text('{"mine": 1}')
    assert run(["report", "--no-race", "--lemmas", "balance_const", "-o", str(tmp_path / "out")]) == 4
    error = capsys.readouterr().err
    assert f"{name}' is not of a raceproof report and would be overwritten" in error and error.count("\n") == 1
    assert path.read_text() == '{"mine": 1}'


def test_folder_of_an_older_report_is_written_again(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("an older page")
    (tmp_path / "report.json").write_bytes(model_bytes(report_model({"lemmas": []})))
    require_report_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "report.json"]


def test_every_file_of_a_report_is_looked_for() -> None:
    written = report_pages(examples.suite(), [], "0.1.0")
    assert set(written) <= set(WRITTEN)


def test_lemmas_without_a_name_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "--lemmas"]) == 4
    assert "--lemmas: expected at least one argument" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["x = ", "a = 1", "[a]\nauthors = 3", "[a]\ntitle = 3", "[a]\nyear = []"])
def test_sources_that_cannot_be_read_are_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(ValueError, match=r"sources\.toml") as caught:
        known_sources([str(tmp_path)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.toml": LEMMA, "b/a.toml": LEMMA}, "two lemmas of one name"),
        (
            {"a.toml": 'uses = ["big"]\n' + LEMMA, "b.toml": 'uses = ["small"]\n' + LEMMA.replace("small", "big", 1)},
            "use each other in a circle",
        ),
        ({"a.toml": 'uses = ["nothing_of_this_name"]\n' + LEMMA}, "nothing_of_this_name"),
        ({"a.toml": "name ="}, "a.toml"),
        ({}, "no lemma"),
    ],
)
def test_folder_that_is_no_suite_is_one_line_and_no_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        path = tmp_path / "paper" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "paper").mkdir(exist_ok=True)
    out = tmp_path / "out"
    assert run(["report", "--no-race", "--jobs", "1", "--lemmas", str(tmp_path / "paper"), "-o", str(out)]) == 4
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert list(out.iterdir()) == []


def test_read_only_file_system_is_said_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("proofs_check.cli.files.tempfile.TemporaryFile", refused)
    assert run(["report", "--no-race", "-o", str(tmp_path / "out")]) == 4
    said = capsys.readouterr().err
    assert "Read-only file system" in said and said.count("\n") == 1


def test_lemmas_that_use_each_other_or_share_a_name_are_still_shown() -> None:
    """A model from elsewhere may hold what a folder of lemmas may not."""
    first, second = (copy.deepcopy(examples.BALANCE) for _ in range(2))
    first |= {"uses": ["balance_const", "other"]}
    page = PageReader(html_report(report_model({"lemmas": [first, second, {**second, "name": "other"}]})))
    ids = page.values("id")
    assert page.open == [] and len(ids) == len(set(ids))
