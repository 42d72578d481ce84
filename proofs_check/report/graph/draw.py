"""The graph as SVG: a sign, a letter and a colour for each verdict, a link for each lemma, and no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import escape

from proofs_check.report.characters import holdable
from proofs_check.report.graph.layout import BOX, Band, Layout, Node, label, layout

# Okabe and Ito's colours, darkened so that white letters can be read on them; the shape differs too.
LOOKS = {
    "PROVED": ("P", "#00694d", "#fff", '<circle r="8"/>'),
    "CERTIFIED": ("C", "#005a96", "#fff", '<path d="M0-9.5L9.5 0L0 9.5L-9.5 0z"/>'),
    "SUPPORTED": ("S", "#e69f00", "#000", '<rect x="-7.5" y="-7.5" width="15" height="15"/>'),
    "OPEN": ("O", "#5c5d5f", "#fff", '<path d="M-4-8.5H4L8.5-4V4L4 8.5H-4L-8.5 4V-4z"/>'),
    "VACUOUS": ("V", "#93407a", "#fff", '<path d="M-9.5-6.5H9.5L0 9.5z"/>'),
    "REFUTED": ("R", "#b03a00", "#fff", '<path d="M0-9.5L9 7.5H-9z"/>'),
}
UNKNOWN = ("N", "#5c5d5f", "#fff", '<circle r="8"/>')
STYLE = """.G{--g:#1b1c1d;--l:#8d9094;--b:#fff;--p:#f4f5f6;--e:#cfd1d4;font:10.5px system-ui,sans-serif}
@media(prefers-color-scheme:dark){.G{--g:#e8e8e6;--l:#85888c;--b:#17181a;--p:#202225;--e:#45484c}}
.G text{fill:var(--g)}.G .band{fill:var(--p);stroke:var(--e)}.G .title{font-weight:600}
.G .edge{fill:none;stroke:var(--l);stroke-width:1.1}.G .back{stroke-dasharray:4 3}.G .tip{fill:var(--l)}
.G .box{fill:var(--b);stroke:var(--l)}.G a:hover .box,.G a:focus .box{stroke:var(--g);stroke-width:2}
.G .odd{fill:none;stroke:#d00;stroke-width:2}.G a:hover use,.G a:focus use{stroke:var(--g);stroke-width:1.5}
""" + "".join(
    # one class each: what a `use` shows does not see the classes around it
    f".v{letter}{{fill:{colour}}}.v{letter} text{{fill:{ink};font-weight:700;text-anchor:middle;stroke:none}}\n"
    for letter, colour, ink, _ in (*LOOKS.values(), UNKNOWN)
)
TIP = 5  # pixels of an arrow's head


def graph_svg(
    groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]],
    anchors: Mapping[str, str],
    standalone: bool = False,
) -> str:
    """Return the graph of lemmas, grouped by paper, as SVG text.

    Parameters
    ----------
    groups : titles of papers, each with its lemmas (`name`, `title`, `uses`, and once verified `verdict`, `expected`).
    anchors : where a lemma's link leads; a lemma without one is no link.
    standalone : a file of its own, with its style inside; a page puts `STYLE` into its own.

    Examples
    --------
    >>> svg = graph_svg([("A paper", [{"name": "a", "title": "A", "uses": [], "verdict": "PROVED"}])], {"a": "#a"})
    >>> 'href="#a"' in svg and "PROVED" in svg
    True
    """
    place = layout(groups)
    lines = [_edge(place.nodes[used], place.nodes[user]) for used, user in place.edges]
    style = f"<style>{STYLE}.G{{background:var(--b)}}</style>" if standalone else ""
    size = f'viewBox="0 0 {_number(place.width)} {_number(place.height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="G" {size} width="{_number(place.width)}" '
        f'height="{_number(place.height)}" role="group" aria-label="{_described(place)}">{style}',
        _signs(place),
        *(_band(band, place.width) for band in place.bands),
        *lines,
        *(_node(node, anchors.get(name)) for name, node in place.nodes.items()),
        "</svg>\n",
    ]
    return holdable("\n".join(parts))


def sign(verdict: str) -> str:
    """Return a verdict's sign as a small SVG of its own, for legends.

    Examples
    --------
    >>> ">P</text>" in sign("PROVED")
    True
    """
    letter, _, _, shape = LOOKS.get(verdict, UNKNOWN)
    return (
        f'<svg class="G sign" viewBox="-10 -10 20 20" width="20" height="20" aria-hidden="true">'
        f'<g class="v{letter}">{shape}{_letter(letter, verdict)}</g></svg>'
    )


def _described(place: Layout) -> str:
    return f"Which lemma uses which: {len(place.nodes)} lemmas, {len(place.edges)} uses"


def _verdict(node: Node) -> str:
    return str(node.lemma.get("verdict") or "")


def _signs(place: Layout) -> str:
    """Define each sign once."""
    words = sorted({_verdict(node) for node in place.nodes.values()})
    shown = [(word, *LOOKS.get(word, UNKNOWN)) for word in words]
    inside = "".join(
        f'<g id="g{letter}" class="v{letter}">{shape}{_letter(letter, word)}</g>' for word, letter, _, _, shape in shown
    )
    return f"<defs>{inside}</defs>"


def _letter(letter: str, verdict: str) -> str:
    # the letter sits in the wide part of its shape
    drop = {"REFUTED": 6.5, "VACUOUS": 3.0}.get(verdict, 4.0)
    return f'<text y="{drop:g}">{letter}</text>'


def _band(band: Band, width: float) -> str:
    return (
        f'<rect class="band" x="4.5" y="{_number(band.y)}" width="{_number(width - 9)}" '
        f'height="{_number(band.height)}" rx="5"/>'
        f'<text class="title" x="18" y="{_number(band.y + 15)}">{escape(band.title)}</text>'
    )


def _edge(used: Node, user: Node) -> str:
    """Draw from what is used to what uses it; an edge that runs backwards closes a circle and is dashed."""
    x0, y0 = used.x + used.width, used.y + BOX / 2
    x1, y1 = user.x - TIP, user.y + BOX / 2
    back = " back" if x1 <= x0 else ""
    bend = max(24.0, abs(x1 - x0) / 2)
    curve = f"M{_number(x0)} {_number(y0)}C{_number(x0 + bend)} {_number(y0)} {_number(x1 - bend)} {_number(y1)}"
    tip = f"M{_number(x1 + TIP)} {_number(y1)}l-{TIP}-3v6z"
    return f'<path class="edge{back}" d="{curve} {_number(x1)} {_number(y1)}"/><path class="tip" d="{tip}"/>'


def _node(node: Node, target: str | None) -> str:
    lemma, verdict = node.lemma, _verdict(node)
    letter = LOOKS.get(verdict, UNKNOWN)[0]
    said = f"{lemma['name']}: {verdict or 'not verified'}. {lemma.get('title', '')}"
    odd = not lemma.get("expected", True)
    if odd:
        said += " (not as expected)"
    x, y = node.x + BOX / 2, node.y + BOX / 2
    inside = f"<title>{escape(said)}</title>"
    if node.width:
        corner = f'x="{_number(node.x)}" y="{_number(node.y)}" width="{_number(node.width)}" height="{BOX}" rx="4"'
        inside += f'<rect class="box" {corner}/>'
        inside += f'<text x="{_number(node.x + BOX + 5)}" y="{_number(y + 4)}">{escape(label(lemma["name"]))}</text>'
    inside += f'<use href="#g{letter}" x="{_number(x)}" y="{_number(y)}"/>'
    if odd:
        inside += f'<circle class="odd" cx="{_number(x)}" cy="{_number(y)}" r="11"/>'
    return f'<a href="{escape(target)}">{inside}</a>' if target else f"<g>{inside}</g>"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
