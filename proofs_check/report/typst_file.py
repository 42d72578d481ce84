"""The appendix as a Typst document, for machines without TeX: formulas come from the same MathML as the page's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from proofs_check.language.errors import ClaimError
from proofs_check.printers.latex import to_latex
from proofs_check.report.lemma_notes import lemma_notes
from proofs_check.report.mathml import PIECE, tree_of
from proofs_check.report.unexpected import why
from proofs_check.report.views import source_text

HEAD = """#set document(title: "Lemmas and their evidence", date: none)
#set page(paper: "a4", numbering: "1", margin: 2.6cm)
#set text(size: 10pt)
#set par(justify: true)
#set math.equation(numbering: none)
#show math.equation: set text(size: 10pt)
#set par(spacing: 0.9em)
#let shown(it) = block(inset: (left: 2em), above: 0.8em, below: 0.8em, {
  set text(top-edge: "bounds", bottom-edge: "bounds")
  it
})
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
        f"#v(0.8em)\n#par[*Lemma {number}* ({_prose(lemma['title'])}). {_prose(lemma['statement'])}]",
        f"#par[{_text(lemma['verdict'])} (rung {lemma['level']}), #raw({_quoted(lemma['name'])}), "
        f"{_text(source_text(dict(lemma), sources))}. {_text('Scope: ' + lemma['scope'])}.]",
    ]
    if lemma["assumes"]:
        lines.append(_par("Assumed, not proved: " + "; ".join(lemma["assumes"])))
    if lemma["uses"]:
        lines.append(_par("Uses " + ", ".join(lemma["uses"])))
    lines += [_par(f"Note: {note}") for note in lemma_notes(lemma)]
    if lemma["twins"]:
        refuted = sum(twin["verdict"] == "REFUTED" for twin in lemma["twins"])
        lines.append(_par(f"{refuted} of {len(lemma['twins'])} false twins refuted"))
    if lemma["hypotheses"]:
        lines += ["#par[Hypotheses:]", *(f"#shown[{_claim(text)}]" for text in lemma["hypotheses"])]
    if lemma["define"]:
        lines += ["#par[Here]", *(f"#shown[{_claim(name + ' == ' + text)}]" for name, text in lemma["define"])]
    for claim in lemma["claims"]:
        lines += _decided(claim)
    return "\n".join(lines) + "\n"


def _decided(claim: Mapping[str, Any]) -> list[str]:
    """Return a claim with its verdict, its derivation, and where it fails or why it is not decided."""
    said = f"({claim['verdict'].lower()}, rung {claim['level']}):"
    lines = [f"#par[_{_prose(claim['name'])}_ {_text(said)}]\n#shown[{_claim(claim['text'])}]"]
    for step in claim["steps"]:
        reason = f"({step['reason']}; {step['verdict'].lower()}, rung {step['level']})"
        lines.append(f"#shown[{_claim(step['text'])} {_text(reason)}]")
    if claim["counterexample"] is not None:
        lines.append(_par(f"It is {why(claim)}"))
    elif claim["reason"]:
        lines.append(_par(claim["reason"]))
    return [*lines, *_repair(claim.get("repair"))]


def _repair(repair: Mapping[str, Any] | None) -> list[str]:
    """Return what is true instead; only what a certificate proved that was replayed."""
    if not repair:
        return []
    lines = [_par(f"It fails on {text}") for text in repair["fails_on"]]
    for true in repair["true"]:
        said = f"True instead ({true['change']}; proved, rung {true['level']}, its certificate replayed):"
        conditions = "".join(f", {_claim(text)}" for text in true["conditions"])
        lines.append(f"#par[{_text(said)}]\n#shown[{_claim(true['text'])}{conditions}]")
    if not repair["true"]:
        lines.append(_par("True instead: nothing that was tried could be proved"))
    return lines


def _par(sentence: str) -> str:
    return f"#par[{_text(sentence)}.]"


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
        return _formula(to_latex(text), "display({})")
    except (ClaimError, ValueError, RecursionError):
        return f"#raw({_quoted(text)})"


def _formula(latex: str, form: str = "{}") -> str:
    tree = tree_of(latex)
    return f"#raw({_quoted(latex)})" if tree is None else f"${form.format(_math(tree))}$"


def _math(element: Element) -> str:
    """Return one MathML element as Typst mathematics; text is quoted."""
    parts = [_math(child) for child in element]
    tag = element.tag.rsplit("}", 1)[-1]
    if tag in ("mi", "mn", "mtext"):
        return _letters(element.text or "", "mtext" if _upright(element) else tag)
    if tag == "mo":
        return _operator(element.text or "")
    if tag == "mspace":
        width = WIDTH.fullmatch(element.get("width", ""))
        return f"#h({width[0]})" if width else " "
    if len(parts) > 1 and all(map(_upright, element)):  # a name of several letters
        return _letters("".join(child.text or "" for child in element), "mtext")
    if tag == "mfrac" and len(parts) == 2:
        return f"frac({parts[0]}, {parts[1]})"
    if tag == "msqrt":
        return f"sqrt({' '.join(parts)})"
    if tag == "mover" and len(parts) == 2 and (element[1].text or "") in ACCENTS:
        return f'accent({parts[0]}, "{ACCENTS[element[1].text or ""]}")'
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


WIDTH = re.compile(r"\d*\.?\d+em")
ACCENTS = {"^": r"\u{302}", "~": r"\u{303}", "¯": r"\u{304}", "‾": r"\u{304}", "˙": r"\u{307}", "¨": r"\u{308}"}
BARS = "|‖∥"  # norms and absolute values, not relations
PRIMES = "′″"  # signs, which a font raises; as text they would be raised twice


def _upright(element: Element) -> bool:
    return element.tag.rsplit("}", 1)[-1] == "mi" and element.get("mathvariant") == "normal"


def _letters(text: str, tag: str) -> str:
    if len(text) == 1 and text.isalpha() and tag == "mi":
        return text
    if text in PRIMES:
        return _operator(text)
    return f"upright({_quoted(text)})" if text.strip() else " "


def _operator(text: str) -> str:
    """Return an operator as a symbol given by its code points: none of them is read as Typst syntax."""
    if not text.strip():
        return " "
    signs = [rf"\u{{{ord(char):x}}}" for char in text.strip()]
    return f'class("normal", {signs[0]})' if text.strip() in BARS else " ".join(signs)
