"""The folder of a report: one that a report is in already, or one without files that it would overwrite."""

from __future__ import annotations

from pathlib import Path

from proofs_check.cli.exits import UsageError
from proofs_check.cli.files import require_writable_folder

WRITTEN = (
    "index.html", "lemmas.tex", "appendix.tex", "appendix.pdf", "sources.bib", "graph.svg", "badge.svg", "summary.md",
    "junit.xml", "report.json",
)  # fmt: skip
MARK = b'"schema": "raceproof-report/'


def require_report_folder(folder: Path) -> None:
    """Check that a report can be written into ``folder`` without harm to what somebody else put there.

    Raises
    ------
    UsageError
        If the folder cannot be written, or holds a file of that name and no report of ours.

    Examples
    --------
    >>> import tempfile
    >>> require_report_folder(Path(tempfile.mkdtemp()) / "report")
    """
    require_writable_folder(folder)
    if _is_report(folder / "report.json"):
        return
    figures = sorted(f"figures/{path.name}" for path in (folder / "figures").glob("race*-*"))
    taken = next((name for name in (*WRITTEN, *figures) if (folder / name).exists()), None)
    if taken is not None:
        raise UsageError(
            f"'{folder / taken}' is not of a raceproof report and would be overwritten; name another folder with -o"
        )


def _is_report(path: Path) -> bool:
    """Say whether a file begins like a report of ours; it is written first, so that one cut short is known too."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return MARK in stream.read(100)
