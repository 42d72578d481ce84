"""The appendix as a Typst document, for machines without TeX: formulas come from the same MathML as the page's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from proofs_check.language.errors import ClaimError
from proofs_check.printers.latex import to_latex
from proofs_check.report.failing import how_it_fails
from proofs_check.report.mathml import PIECE, tree_of
from proofs_check.report.views import point_items, source_text

HEAD = """#set document(title: "Lemmas and their evidence", date: none)
#set page(paper: "a4", numbering: "1", margin: 2.6cm)
#set text(size: 10pt)
#set par(justify: true)
#set math.equation(numbering: none)
#show math.equation: set text(size: 10pt)
#let shown(it) = block(inset: (left: 2em), above: 0.7em, below: 0.7em, it)
= Lemmas and their evidence
"""


def typst_pdf(model: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return (the PDF, why there is none)."""
    import typst

    try:
        made = typst.compile(typst_source(model).encode(), timestamp=0, ignore_system_fonts=True)
    except (RuntimeError, ValueError) as error:
        return b"", f"no PDF: typst failed: {' '.join(str(error).split())[:200]}"
    return bytes(made) if isinstance(made, bytes | bytearray) else b"", ""


def typst_source(model: Mapping[str, Any]) -> str:
    """Return the lemmas as Typst markup; every text is a string of Typst, so that none can be a command.

    Examples
    --------
    >>> typst_source({"version": "0", "lemmas": [], "sources": {}}).startswith("#set document")
    True
    """
    parts = [HEAD, f"{_text('raceproof ' + model['version'])}\n"]
    for number, lemma in enumerate(model["lemmas"], 1):
        parts.append(_lemma(number, lemma, model["sources"]))
    return "\n".join(parts) + "\n"


def _lemma(number: int, lemma: Mapping[str, Any], sources: Mapping[str, Any]) -> str:
    lines = [
        f"#par[*Lemma {number}* ({_prose(lemma['title'])}). {_prose(lemma['statement'])}]",
        f"#par[{_text(lemma['verdict'])} (rung {lemma['level']}), #raw({_quoted(lemma['name'])}), "
        f"{_text(source_text(dict(lemma), sources))}. {_text('Scope: ' + lemma['scope'])}.]",
    ]
    if lemma["assumes"]:
        lines.append(f"#par[{_text('Assumed, not proved: ' + '; '.join(lemma['assumes']))}.]")
    lines += [f"#shown[{_claim(name + ' == ' + text)}]" for name, text in lemma["define"]]
    for claim in lemma["claims"]:
        said = f"{claim['verdict'].lower()}, rung {claim['level']}"
        lines.append(f"#par[_{_prose(claim['name'])}_ {_text('(' + said + '):')}]\n#shown[{_claim(claim['text'])}]")
        lines += [f"#shown[{_claim(step['text'])} {_text('(' + step['reason'] + ')')}]" for step in claim["steps"]]
        if claim["counterexample"] is not None:
            where = ", ".join(f"{name} = {value}" for name, value in point_items(claim["counterexample"]))
            fails = f"It is {how_it_fails(claim)} at {where or 'every point'}"
            lines.append(f"#par[{_text(fails)}.]")
        lines += _repair(claim.get("repair"))
    return "\n".join(lines) + "\n"


def _repair(repair: Mapping[str, Any] | None) -> list[str]:
    """Return what is true instead; only what a certificate proved that was replayed."""
    if not repair:
        return []
    lines = [f"#par[{_text('It fails on ' + text)}.]" for text in repair["fails_on"]]
    for true in repair["true"]:
        said = f"True instead ({true['change']}; proved, rung {true['level']}, its certificate replayed):"
        conditions = "".join(f", {_claim(text)}" for text in true["conditions"])
        lines.append(f"#par[{_text(said)}]\n#shown[{_claim(true['text'])}{conditions}]")
    if not repair["true"]:
        lines.append(f"#par[{_text('True instead: nothing that was tried could be proved')}.]")
    return lines


def _quoted(text: str) -> str:
    r"""Return a Typst string: JSON's, but for its escapes of code points.

    Examples
    --------
    >>> _quoted('a "b" \\ #x')
    '"a \\"b\\" \\\\ #x"'
    """
    shown = "".join(char if char.isprintable() else " " for char in text)
    return json.dumps(shown, ensure_ascii=False)


def _text(text: str) -> str:
    return f"#text({_quoted(text)})"


def _prose(text: str) -> str:
    parts, position = [], 0
    for piece in PIECE.finditer(text):
        parts.append(_text(text[position : piece.start()]))
        inside = next(part for part in piece.groups() if part is not None)
        parts.append(_formula(inside))
        position = piece.end()
    return "".join([*parts, _text(text[position:])])


def _claim(text: str) -> str:
    try:
        return _formula(to_latex(text))
    except (ClaimError, ValueError, RecursionError):
        return f"#raw({_quoted(text)})"


def _formula(latex: str) -> str:
    tree = tree_of(latex)
    return f"#raw({_quoted(latex)})" if tree is None else f"${_math(tree)}$"


def _math(element: Element) -> str:
    """Return one MathML element as Typst mathematics; text is quoted."""
    parts = [_math(child) for child in element]
    tag = element.tag.rsplit("}", 1)[-1]
    if tag in ("mi", "mn", "mtext"):
        return _letters(element.text or "", tag)
    if tag == "mo":
        return _operator(element.text or "")
    if tag == "mspace":
        return " "
    if tag == "mfrac" and len(parts) == 2:
        return f"frac({parts[0]}, {parts[1]})"
    if tag == "msqrt":
        return f"sqrt({' '.join(parts)})"
    if tag in FORMS and len(parts) == 2 + (tag in ("msubsup", "munderover")):
        return FORMS[tag].format(*parts)
    return " ".join(parts)


FORMS = {
    "msup": "attach({}, t: {})",
    "msub": "attach({}, b: {})",
    "msubsup": "attach({}, b: {}, t: {})",
    "mover": "attach({}, t: {})",
    "munder": "attach({}, b: {})",
    "munderover": "attach({}, b: {}, t: {})",
    "mroot": "root(index: {1}, {0})",
}


def _letters(text: str, tag: str) -> str:
    if len(text) == 1 and text.isalpha() and tag == "mi":
        return text
    return f"upright({_quoted(text)})" if text.strip() else " "


def _operator(text: str) -> str:
    """Return an operator as a symbol given by its code points: none of them is read as Typst syntax."""
    if not text.strip():
        return " "
    return " ".join(rf"\u{{{ord(char):x}}}" for char in text.strip())
