"""The LaTeX file: everything escaped, and it compiles where LaTeX is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proofs_check.cli.engine import suite_json
from proofs_check.registry import suite
from proofs_check.report.build import latex_report
from proofs_check.report.tex import words
from tests.report import examples

DOCUMENT = r"""\documentclass{article}
\usepackage{amsmath,amsthm}
\begin{document}
\input{lemmas}
\end{document}
"""


def test_every_lemma_and_verdict_is_there() -> None:
    text = latex_report(examples.suite())
    assert text.count(r"\begin{raceprooflemma}") == 5
    assert text.count(r"\textsc{refuted}") == 2
    assert "It is false at" in text


def test_environments_are_closed() -> None:
    text = latex_report(examples.suite())
    assert sorted(re.findall(r"\\begin\{(\w+\*?)\}", text)) == sorted(re.findall(r"\\end\{(\w+\*?)\}", text))


@pytest.mark.parametrize("text", [r"50 % of x_1 & \input{/etc/passwd}", "a#b$c^d~e", "{unbalanced", "“quotes” – ≥ Γ"])
def test_words_are_plain_ascii_without_commands(text: str) -> None:
    shown = words(text)
    allowed = r"\\(%|&|#|\$|_|\{|\}|textbackslash|textasciicircum|textasciitilde|[a-zA-Z]+)"
    assert not re.search(r"(?<!\\)[%&#$_^~]", re.sub(r"\$[^$]*\$", "", shown)), shown
    assert r"\input{" not in shown
    assert re.sub(allowed, "", shown).isascii() or "Γ" not in shown


def packaged_suite() -> dict[str, Any]:
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
        lemmas.append(examples.lemma(lemma.name, lemma.title, "", claims, [], statement=lemma.statement))
    return suite_json(lemmas)


@pytest.mark.parametrize("verified", [examples.suite, packaged_suite])
def test_it_compiles_with_amsmath_and_amsthm_alone(tmp_path: Path, verified: Callable[[], dict[str, Any]]) -> None:
    latex = shutil.which("pdflatex")
    if latex is None:
        pytest.skip("no pdflatex here")
    (tmp_path / "lemmas.tex").write_text(latex_report(verified()), encoding="utf-8")
    (tmp_path / "main.tex").write_text(DOCUMENT)
    command = [latex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "main.tex"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, errors="replace", check=False
    )
    assert result.returncode == 0, result.stdout[-2000:]
    assert (tmp_path / "main.pdf").exists()
