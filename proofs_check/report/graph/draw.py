"""The graph as SVG: a sign, a letter and a colour for each verdict, a link for each lemma, and no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import escape

from proofs_check.report.characters import holdable
from proofs_check.report.graph import lines as drawn
from proofs_check.report.graph.layout import BOX, Band, Layout, Node, label, layout
from proofs_check.report.graph.lines import FOUND, SAID, TIP, USED, Line

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
.G text{fill:var(--g)}.G .band{fill:var(--p);stroke:var(--e)}
.G .title{font-weight:600;paint-order:stroke;stroke:var(--p);stroke-width:3}
.G .box{fill:var(--b);stroke:var(--l)}.G a:hover .box,.G a:focus .box{stroke:var(--g);stroke-width:2}
.G .odd{fill:none;stroke:#d00;stroke-width:2}.G a:hover use,.G a:focus use{stroke:var(--g);stroke-width:1.5}
""" + "".join(
    # one class each: what a `use` shows does not see the classes around it
    f".v{letter}{{fill:{colour}}}.v{letter} text{{fill:{ink};font-weight:700;text-anchor:middle;stroke:none}}\n"
    for letter, colour, ink, _ in (*LOOKS.values(), UNKNOWN)
)
STYLE += drawn.STYLE


def graph_svg(
    groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]],
    anchors: Mapping[str, str],
    standalone: bool = False,
    edges: Iterable[Mapping[str, Any]] | None = None,
) -> str:
    """Return the graph of lemmas, grouped by paper, as SVG text.

    Parameters
    ----------
    groups : titles of papers, each with its lemmas (`name`, `title`, `uses`, and once verified `verdict`, `expected`).
    anchors : where a lemma's link leads; a lemma without one is no link.
    standalone : a file of its own, with its style inside; a page puts `STYLE` into its own.
    edges : the edges of a report's model; without them what each lemma says that it uses, all of it declared only.

    Examples
    --------
    >>> svg = graph_svg([("A paper", [{"name": "a", "title": "A", "uses": [], "verdict": "PROVED"}])], {"a": "#a"})
    >>> 'href="#a"' in svg and "PROVED" in svg
    True
    """
    lines = drawn.lines_of([lemma for _, members in groups for lemma in members], edges)
    place, words = layout(groups, lines), drawn.rests_on(lines)
    style = f"<style>{STYLE}.G{{background:var(--b)}}</style>" if standalone else ""
    size = f'viewBox="0 0 {_number(place.width)} {_number(place.height)}"'
    said = drawn.described(lines, len(place.nodes))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="G" {size} width="{_number(place.width)}" '
        f'height="{_number(place.height)}" role="group" aria-label="{said}">{style}',
        _signs(place),
        drawn.legend(lines),
        *(_band(band, place.width) for band in place.bands),
        *_edges(lines, place, standalone),
        *(_title(band) for band in place.bands),
        *(_node(node, anchors.get(name), words.get(name, "")) for name, node in place.nodes.items()),
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


def _verdict(node: Node) -> str:
    return str(node.lemma.get("verdict") or "")


def _signs(place: Layout) -> str:
    """Define each sign once."""
    words = sorted({_verdict(node) for node in place.nodes.values()})
    shown = [(word, *LOOKS.get(word, UNKNOWN)) for word in words]
    inside = "".join(
        f'<g id="g{letter}" class="v{letter}">{shape}{_letter(letter, word)}</g>' for word, letter, _, _, shape in shown
    )
    return f"<defs>{inside}{drawn.tips()}</defs>"


def _letter(letter: str, verdict: str) -> str:
    # the letter sits in the wide part of its shape
    drop = {"REFUTED": 6.5, "VACUOUS": 3.0}.get(verdict, 4.0)
    return f'<text y="{drop:g}">{letter}</text>'


def _band(band: Band, width: float) -> str:
    return (
        f'<rect class="band" x="4.5" y="{_number(band.y)}" width="{_number(width - 9)}" '
        f'height="{_number(band.height)}" rx="5"/>'
    )


def _title(band: Band) -> str:
    return f'<text class="title" x="18" y="{_number(band.y + 15)}">{escape(band.title)}</text>'


def _edges(lines: Sequence[Line], place: Layout, standalone: bool) -> list[str]:
    """Return the lines by their look, what proofs used on top; an edge that runs backwards closes a circle."""
    groups: dict[str, list[str]] = {f"{look}{back}": [] for look in (SAID, FOUND, USED) for back in ("", " back")}
    for line in lines:
        used, user = place.nodes[line.used], place.nodes[line.user]
        title = f"<title>{escape(line.shown)}</title>" if standalone and line.shown else ""
        back = " back" if user.x - TIP <= used.x + used.width else ""
        groups[line.look + back].append(_edge(used, user, title))
    return [f'<g class="edge {look}">{"".join(paths)}</g>' for look, paths in groups.items() if paths]


def _edge(used: Node, user: Node, title: str) -> str:
    """Draw from what is used to what uses it."""
    x0, y0 = used.x + used.width, used.y + BOX / 2
    x1, y1 = user.x - TIP, user.y + BOX / 2
    bend = max(24.0, abs(x1 - x0) / 2)
    curve = f"M{_number(x0)} {_number(y0)}C{_number(x0 + bend)} {_number(y0)} {_number(x1 - bend)} {_number(y1)}"
    path = f'<path d="{curve} {_number(x1)} {_number(y1)}"'
    return f"{path}>{title}</path>" if title else f"{path}/>"


def _node(node: Node, target: str | None, uses: str) -> str:
    lemma, verdict = node.lemma, _verdict(node)
    letter = LOOKS.get(verdict, UNKNOWN)[0]
    said = f"{lemma['name']}: {verdict or 'not verified'}. {lemma.get('title', '')}"
    odd = not lemma.get("expected", True)
    if odd:
        said += " (not as expected)"
    said += uses
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
