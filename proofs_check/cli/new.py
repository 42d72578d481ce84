"""`raceproof new`: a lemma file drafted from a LaTeX statement, to be corrected by hand."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from proofs_check.cli.exits import AS_EXPECTED, UsageError
from proofs_check.cli.files import write_atomically

SUMMARY = "draft a lemma file from a LaTeX statement, for you to correct"
EXAMPLE = r"raceproof new 'For $x > 0$, $\log(x) \le x - 1$' -o lemma_log.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `new`."""
    parser.add_argument("statement", metavar="LATEX", help="the statement in quotation marks; - reads standard input")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a new file *.toml (default: print the draft)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write or print the draft, and say on standard error what needs a look; no file is overwritten."""
    from proofs_check.latex_reader.draft import draft_lemma
    from proofs_check.latex_reader.tokens import MAX_LENGTH, NotRead

    output = arguments.output
    _check(output)
    statement = arguments.statement
    if statement == "-":
        statement = sys.stdin.buffer.read(4 * MAX_LENGTH + 1).decode("utf-8", errors="replace")
    name = "draft" if output is None else output.stem
    schema = output is not None and (output.parent / "lemma.schema.json").is_file()
    try:
        text, doubts = draft_lemma(statement, name, schema)
    except NotRead as error:
        raise UsageError(str(error)) from None
    if output is None:
        print(text, end="")
    else:
        write_atomically(output, text.encode())
        print(f"wrote {output}: a draft. Read and correct it, then remove `reviewed = false`")
    for doubt in doubts:
        print(doubt, file=sys.stderr)
    return AS_EXPECTED


def _check(output: Path | None) -> None:
    if output is None:
        return
    if output.suffix != ".toml":
        raise UsageError(f"'{output}' must end in .toml")
    if not re.fullmatch(r"\w{1,100}", output.stem):
        raise UsageError(
            f"the name '{output.stem}' must be letters, digits and underscores: it becomes the lemma's name"
        )
    if output.exists():
        raise UsageError(f"'{output}' exists and new never overwrites; name another file")
