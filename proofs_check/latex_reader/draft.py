"""The draft of a lemma file: what was read, what was guessed, what was not read, and that nobody has reviewed it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from proofs_check.fields import LemmaError
from proofs_check.language.elaborate import elaborate
from proofs_check.language.errors import ClaimError, shorten
from proofs_check.latex_reader.statement import Draft, read_statement
from proofs_check.lemma import from_text

HEAD = """\
# A draft made from LaTeX by a program. It may say something else than the statement: read every line,
# correct it, then remove `reviewed = false`. Until then every verdict of this lemma is at most OPEN.
reviewed = false
"""
TWINS = """
# TODO at least two false variants of the claim, each must be refuted: a sign flipped, a hypothesis dropped
# [[twin]]
# text = "..."
"""
KEPT = "TODO"
PART = 160  # characters of a part that is shown; the whole stands in `statement`


def draft_lemma(latex: str, lemma_name: str, schema: bool = False) -> tuple[str, list[str]]:
    """Return the text of a lemma file drafted from a LaTeX statement, and everything in it that needs a look.

    The draft says `reviewed = false`, so that no verdict of it is better than OPEN before its author has read it.

    Parameters
    ----------
    lemma_name : letters, digits and underscores.
    schema : whether a file lemma.schema.json lies beside it for the editor.

    Raises
    ------
    NotRead
        When the statement is empty, too long, or holds characters that do not show.

    Examples
    --------
    >>> text, doubts = draft_lemma(r"x^2 + y^2 \\ge 2xy", "mine")
    >>> 'text = "x**2 + y**2 >= 2*x*y"' in text and "reviewed = false" in text
    True
    """
    draft = read_statement(latex)
    _keep_what_is_in_the_language(draft)
    missed = [f"not read: {shorten(part, PART)} ({shorten(reason, PART)})" for part, reason in draft.missed]
    notes = [f"check: {shorten(note, PART)}" for note in dict.fromkeys(draft.notes)]
    lines = ["#:schema ./lemma.schema.json"] if schema else []
    # No LaTeX in the title: what is cut to its length might end within a formula.
    lines += [HEAD, f"name = {_quoted(lemma_name)}", f"title = {_quoted(f'TODO a title for {lemma_name}')}"]
    lines += ['source = { key = "TODO", locator = "TODO" }', f"statement = {_literal(latex)}"]
    lines.append(f"hypotheses = [{', '.join(_quoted(text) for text in draft.hypotheses)}]")
    lines += [f"# TODO {doubt}" for doubt in [*notes, *missed]]
    lines += ["", "[variables]", *(f"{name} = {_kind(kind)}" for name, kind in draft.kinds.items())]
    if draft.flow:
        lines += ["", "[flow]", *(f"{name} = {_quoted(text)}" for name, text in draft.flow.items())]
    if draft.hypotheses:
        lines += ["", "# TODO a point where every hypothesis holds", "# [witness]"]
        lines += [f"# {name} = ..." for name in draft.kinds]
    for text in draft.claims or [KEPT]:
        lines += ["", "[[claim]]", f"text = {_quoted(text)}"]
    content = "\n".join(lines) + "\n" + TWINS
    from_text(content, Path(f"{lemma_name}.toml"))  # a draft that cannot be read is a bug of ours
    doubts = [*notes, *missed]
    return content, doubts if draft.claims else [*doubts, "no claim could be read: write it by hand"]


def _keep_what_is_in_the_language(draft: Draft) -> None:
    """Move every text that the claim language refuses to what was not read, with its reason."""
    for moving, velocity in list(draft.flow.items()):
        reason = _refused(draft, f"d({moving}) == {velocity}")
        if reason:
            draft.missed.append((draft.sources[f"d({moving}) == {velocity}"], reason))
            del draft.flow[moving]
    for kind in ("hypotheses", "claims"):
        kept = []
        for text in getattr(draft, kind):
            reason = _refused(draft, text)
            if reason:
                draft.missed.append((draft.sources.get(text) or str(text), reason))
            else:
                kept.append(text)
        setattr(draft, kind, kept)


def _refused(draft: Draft, text: str) -> str:
    from proofs_check.language.statement import Statement

    try:
        elaborate(Statement(text, draft.kinds, (), (), draft.flow))
    except (ClaimError, LemmaError) as error:
        return re.sub(r" in '.*'$", "", str(error))  # the claim text, which its author did not write
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON text is a TOML text


def _literal(latex: str) -> str:
    """Return LaTeX as a TOML text that keeps backslashes readable where that is possible."""
    line = " ".join(latex.split())
    return _quoted(line) if "'''" in line or line.endswith("'") else f"'''{line}'''"


def _kind(kind: Any) -> str:
    if isinstance(kind, str):
        return _quoted(kind)
    key, value = next(iter(kind.items()))
    return f"{{ {key} = {json.dumps(value)} }}"
