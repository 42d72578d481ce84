"""The appendix as PDF: by pdflatex where it is installed, else by the typst package; the same bytes every time."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECONDS, MOST_RUNS = 300, 5
RERUN = re.compile(r"Rerun to get|Label\(s\) may have changed|There were undefined references")
# no programs, and no files outside the folder; the year 1970 unless SOURCE_DATE_EPOCH says otherwise
SAFE = {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "FORCE_SOURCE_DATE": "1", "max_print_line": "1000"}


def pdf_engine() -> str:
    """Return what makes the PDF here: "pdflatex", "typst", or nothing.

    Examples
    --------
    >>> pdf_engine() in ("pdflatex", "typst", "")
    True
    """
    if shutil.which("pdflatex"):
        return "pdflatex"
    return "typst" if importlib.util.find_spec("typst") else ""


def appendix_pdf(files: Mapping[str, bytes], model: Mapping[str, Any], engine: str | None = None) -> tuple[bytes, str]:
    """Return (the PDF, why there is none): one of them is empty.

    Parameters
    ----------
    files : the files of the report by name; `appendix.tex` is compiled with what it reads.
    engine : "pdflatex" or "typst"; what `pdf_engine` finds where none is named.

    Examples
    --------
    >>> appendix_pdf({}, {}, engine="")[1]
    'no PDF: neither pdflatex nor the typst package is installed (pip install "raceproof[pdf]")'
    """
    engine = pdf_engine() if engine is None else engine
    if engine == "pdflatex":
        return _by_latex(files)
    if engine == "typst":
        from proofs_check.report.typst_file import typst_pdf

        return typst_pdf(model)
    return b"", 'no PDF: neither pdflatex nor the typst package is installed (pip install "raceproof[pdf]")'


def _by_latex(files: Mapping[str, bytes]) -> tuple[bytes, str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            if file.endswith((".tex", ".bib", ".pdf")):
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_bytes(content)
        problem = compile_appendix(folder)
        made = folder / "appendix.pdf"
        if problem or not made.exists():
            return b"", f"no PDF: pdflatex failed: {problem or 'it wrote none'}"
        return made.read_bytes(), ""


def compile_appendix(folder: Path) -> str:
    """Compile `appendix.tex` in a folder until its references stand still, and return what went wrong."""
    for run in range(MOST_RUNS):
        code, said = _tex(folder, "pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
        if code:
            found = re.search(r"^! .*", said, re.MULTILINE)
            return found[0] if found else said.strip().splitlines()[-1][:200] if said.strip() else "no message"
        if run == 0 and (folder / "sources.bib").exists() and shutil.which("bibtex"):
            _tex(folder, "bibtex")
        elif run and not RERUN.search((folder / "appendix.log").read_text(errors="replace")):
            break
    return ""


def _tex(folder: Path, program: str, *options: str) -> tuple[int, str]:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0"), **SAFE}
    try:
        done = subprocess.run(
            [program, *options, "appendix"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, f"! {program} took longer than {SECONDS} s"
    except OSError as error:
        return 1, f"! {program}: {error.strerror or error}"
    return done.returncode, done.stdout
