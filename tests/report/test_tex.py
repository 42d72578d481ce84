"""The LaTeX file: everything escaped, and it compiles where LaTeX is installed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.cli.engine import suite_json
from proofs_check.registry import sources, suite
from proofs_check.report.latex_file import appendix, bibliography, latex_report
from proofs_check.report.model import report_model
from proofs_check.report.pdf import compile_appendix
from proofs_check.report.tex import SIGNS, code, prose, words
from proofs_check.report.tex_math import breakable
from tests.report import examples

TROUBLE = re.compile(r"^!.*|.*Warning.*|^(?:Over|Under)full.*", re.MULTILINE)


def test_every_lemma_and_verdict_is_there() -> None:
    text = latex_report(examples.model())
    assert text.count(r"\begin{raceprooflemma}") == 5
    assert text.count(r"\textsc{refuted} (rung") == 2
    assert "It is false at" in text


def test_environments_are_closed() -> None:
    text = latex_report(examples.model())
    assert sorted(re.findall(r"\\begin\{(\w+\*?)\}", text)) == sorted(re.findall(r"\\end\{(\w+\*?)\}", text))


@pytest.mark.parametrize("text", [r"50 % of x_1 & \input{/etc/passwd}", "a#b$c^d~e", "{unbalanced", "“quotes” – ≥ Γ"])
def test_words_are_plain_ascii_without_commands(text: str) -> None:
    shown = words(text)
    allowed = r"\\(%|&|#|\$|_|\{|\}|textbackslash|textasciicircum|textasciitilde|[a-zA-Z]+)"
    assert not re.search(r"(?<!\\)[%&#$_^~]", re.sub(r"\$[^$]*\$", "", shown)), shown
    assert r"\input{" not in shown
    assert re.sub(allowed, "", shown).isascii() or "Γ" not in shown


def packaged_model() -> dict[str, Any]:
    """Return every lemma of the suite as if it had been verified: the texts are the real ones."""
    lemmas = []
    for lemma in suite():
        claims = [
            examples.claim(
                claim.statement.text,
                name=claim.name,
                steps=[
                    {"text": text, "reason": reason, "verdict": "PROVED", "level": 6} for text, reason, _ in claim.steps
                ],
            )
            for claim in lemma.claims
        ]
        base = lemma.claims[0].statement
        shown = examples.lemma(
            lemma.name,
            lemma.title,
            lemma.source.get("locator", ""),
            claims,
            [],
            statement=lemma.statement,
            hypotheses=list(lemma.hypotheses),
            define=[list(pair) for pair in base.define],
            assumes=list(lemma.assumes),
            uses=list(lemma.uses),
            source=dict(lemma.source),
        )
        lemmas.append(shown)
    return report_model(suite_json(lemmas), version="0.1.0", sources=sources())


def compiled(folder: Path, model: dict[str, Any], **options: str) -> str:
    """Compile a model's appendix with plain pdflatex and return all that the last run complains of."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex here")
    (folder / "lemmas.tex").write_text(latex_report(model, **options), encoding="utf-8")
    (folder / "appendix.tex").write_text(appendix(model), encoding="utf-8")
    (folder / "sources.bib").write_text(bibliography(model["sources"]), encoding="utf-8")
    assert compile_appendix(folder) == ""
    assert (folder / "appendix.pdf").stat().st_size > 10_000
    return "\n".join(TROUBLE.findall((folder / "appendix.log").read_text(errors="replace")))


def test_files_are_ascii_and_the_same_twice() -> None:
    first, second = (latex_report(packaged_model()) for _ in range(2))
    assert first == second and first.isascii()


def test_example_compiles_without_a_warning(tmp_path: Path) -> None:
    assert compiled(tmp_path, examples.model(races=1)) == ""


def test_title_with_brackets_and_signs_compiles(tmp_path: Path) -> None:
    model = examples.model()
    model["lemmas"][0]["title"] = "On [0, 1] and ℝ^2: ½ π ≤ x₁, x² ∈ [a, b]"
    assert "[{On [0, 1] and" in latex_report(model)
    assert compiled(tmp_path, model) == ""


def test_common_signs_of_mathematics_are_commands(tmp_path: Path) -> None:
    assert words("π ℝ ½") == r"\ensuremath{\pi} \ensuremath{\mathbb{R}} \ensuremath{\frac{1}{2}}"
    assert "[U+" not in words("".join(SIGNS)) and words("".join(SIGNS)).isascii()
    model = examples.model()
    model["lemmas"][0]["scope"] = " ".join(SIGNS)
    assert compiled(tmp_path, model) == ""


@pytest.mark.slow
def test_whole_suite_compiles_without_a_warning_or_an_overfull_box(tmp_path: Path) -> None:
    assert compiled(tmp_path, packaged_model()) == ""


def test_an_overfull_box_would_be_seen(tmp_path: Path) -> None:
    model = examples.model()
    model["lemmas"][0]["statement"] = r"$\mathrm{" + "M" * 200 + "}$"
    assert "Overfull" in compiled(tmp_path, model)


def test_lemmas_are_numbered_within_a_counter_and_labelled(tmp_path: Path) -> None:
    text = latex_report(examples.model(), theorem_within="section", label_prefix="app:")
    assert r"\newtheorem{raceprooflemma}{Lemma}[section]" in text
    assert r"\label{app:balance_const}" in text
    assert "[section]" not in latex_report(examples.model())
    assert compiled(tmp_path, examples.model(), theorem_within="section", label_prefix="app:") == ""


@pytest.mark.parametrize("options", [{"theorem_within": r"\input"}, {"label_prefix": "}"}, {"label_prefix": "x" * 50}])
def test_options_that_latex_could_not_read_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="="):
        latex_report(examples.model(), **options)


@pytest.mark.parametrize(
    "text",
    [
        r"\input{/etc/passwd}",
        r"\write18{ls}",
        r"\def\x{}",
        r"\catcode`\@=11",
        "{",
        r"\frac{a}",
        "a^^41",
        "é",
        r"\left(x",
        "a_b_c",
    ],
)
def test_formula_with_more_than_mathematics_is_shown_as_text(text: str) -> None:
    shown = prose(f"see ${text}$ there")
    assert "$" + text + "$" not in shown
    assert not re.search(r"\\(input|write|def|catcode)", shown)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_becomes_ascii_without_open_groups(text: str) -> None:
    for shown in (words(text), prose(text), code(text)):
        assert shown.isascii()
        bare = re.sub(r"\\[{}\\%&#$_]", "", shown)
        assert bare.count("{") == bare.count("}")


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(alphabet=r"\leftrigh(){}|.fac^_+x, ", max_size=40))
def test_breakable_formula_keeps_its_letters(text: str) -> None:
    letters = re.compile(r"[x+]")
    assert letters.findall(breakable(text)) == letters.findall(text)


def test_wide_fraction_and_root_become_breakable() -> None:
    wide = " + ".join(["alphabet"] * 6)
    assert breakable(rf"\frac{{{wide}}}{{2}}").endswith(r"\bigr)\big/2")
    assert breakable(rf"\sqrt{{{wide}}}").endswith("^{1/2}")
    assert breakable(r"\frac{1}{2}") == r"\frac{1}{2}"


def test_bibliography_has_every_source_that_is_cited() -> None:
    model = packaged_model()
    entries = set(re.findall(r"@misc\{(.+),", bibliography(model["sources"])))
    assert entries == {lemma["source"]["key"] for lemma in model["lemmas"]}
