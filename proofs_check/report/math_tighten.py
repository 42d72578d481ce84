"""MathML as a browser sets it best, in fewer bytes: brackets of natural size, spaces, signs and scripts."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

ROWS = frozenset({"math", "mrow", "mtd", "msqrt"})  # elements whose children stand in a row
SIGNS = frozenset("+-−±")
BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
LOW = frozenset({"mi", "mn", "mo", "mtext", "mspace", "mrow", "msub", "msup", "msubsup"})
BARS = ("|", "‖")
SCRIPTS = frozenset({"msub", "msup", "msubsup"})
ARROWS = frozenset("⟹⟺⇒⇔")
CONNECTIVES = frozenset("∧∨")
BESIDE = {"0.278em": "0.5em"}  # a space beside a connective, and with its own 0.222em
THIN = re.compile(r"0\.16(6)*7em")
LENGTH = re.compile(r"0(\.\d\d)\d*em")


def tighten(tree: Element) -> None:
    """Improve and shorten MathML (tags without namespace) in place.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring, tostring
    >>> tree = fromstring('<math><mo form="prefix" lspace="0" rspace="0">-</mo><msup><msub><mi>v</mi><mi>j</mi></msub>'
    ...     '<mn>2</mn></msup><mspace width="0.1667em"/></math>')
    >>> tighten(tree)
    >>> tostring(tree).decode()
    '<math><mo>-</mo><msubsup><mi>v</mi><mi>j</mi><mn>2</mn></msubsup><mtext>&#8201;</mtext></math>'
    """
    for parent in list(tree.iter()):
        if parent.tag in ROWS:
            for bar in BARS:
                _bars(parent, bar)
            _brackets(parent)
            _connectives(parent)
            _signs(parent)
    for element in list(tree.iter()):
        _scripts(element)
        _base_brackets(element)
        if element.get("minsize") and element.text in (*BRACKETS, *BRACKETS.values()):
            for key in ("stretchy", "fence"):
                element.attrib.pop(key, None)  # a bracket is both
        if element.tag == "mspace" and THIN.fullmatch(element.get("width", "")):
            element.tag, element.attrib, element.text = "mtext", {}, "\u2009"
        for key in ("width", "lspace", "rspace"):
            if key in element.attrib:
                element.set(key, LENGTH.sub(_short, element.attrib[key]))


def _brackets(row: Element) -> None:
    """Open a bracketed group of low content: brackets that may stretch get the room of their largest size beside them.

    Browsers reserve it even where nothing needs stretching, so `(x)` would stand as `( x )`.
    """
    for position in reversed(range(len(row))):
        group = row[position]
        if group.tag != "mrow" or group.attrib or len(group) < 2 or not _bracketed(group) or not _low(group):
            continue
        _brackets(group)
        for element in (group[0], group[-1]):
            element.set("stretchy", "false")
        row[position : position + 1] = list(group)


def _base_brackets(element: Element) -> None:
    """Keep the brackets of a low base at their natural size too; its power stays outside the group."""
    base = _base(element)
    if base is None or base.tag != "mrow" or base.attrib or len(base) < 2:
        return
    if _bracketed(base) and _low(base):
        for bracket in (base[0], base[-1]):
            bracket.set("stretchy", "false")


def _bars(row: Element, bar: str) -> None:
    """Group what stands between two bars, a power of the second bar with it: a group says which bar opens."""
    places = [k for k, element in enumerate(row) if _is_bar(element, bar) or _is_bar(_base(element), bar)]
    if len(places) % 2 or not all(_low(element) for element in row):
        return
    for first, last in reversed(list(zip(places[::2], places[1::2], strict=True))):
        if not _is_bar(row[first], bar):
            return
        closing = row[last]
        group = Element("mrow")
        group[:] = [_plain(row[first]), *row[first + 1 : last], _plain(closing if closing.tag == "mo" else closing[0])]
        if closing.tag == "mo":
            row[first : last + 1] = [group]
        else:
            closing[0] = group
            row[first : last + 1] = [closing]


def _base(element: Element) -> Element | None:
    return element[0] if element.tag in SCRIPTS and len(element) else None


def _is_bar(element: Element | None, bar: str) -> bool:
    return element is not None and element.tag == "mo" and element.text == bar and element.get("minsize") is None


def _plain(bar: Element) -> Element:
    found = Element("mo")
    found.text = bar.text
    return found


def _bracketed(group: Element) -> bool:
    first, last = group[0], group[-1]
    plain = first.tag == last.tag == "mo" and not first.attrib and not last.attrib
    return plain and first.text in BRACKETS and last.text == BRACKETS[first.text]


def _low(element: Element) -> bool:
    """Say whether nothing in it is higher than letters with their indices and powers."""
    return element.tag in LOW and element.get("minsize") is None and all(_low(child) for child in element)


def _short(length: re.Match[str]) -> str:
    return f"{round(float(length[0][:-2]), 2):g}em".removeprefix("0")


def _connectives(row: Element) -> None:
    """Let a connective bring the spaces that stand on both sides of it; an arrow has none of its own."""
    children = list(row)
    for element in children:
        if element.tag in ("mi", "mo") and element.text in ARROWS:  # the converter takes an arrow for a letter
            element.tag = "mo"
            element.attrib = {"stretchy": "false", "lspace": "0.5em", "rspace": "0.5em"}
    for k in range(1, len(children) - 1):
        before, element, after = children[k - 1 : k + 2]
        if element.tag != "mo" or element.text not in CONNECTIVES or element.attrib:
            continue
        wide = BESIDE.get(before.get("width", ""))
        if wide and before.tag == after.tag == "mspace" and before.attrib == after.attrib:
            row.remove(before)
            row.remove(after)
            element.attrib = {"lspace": wide, "rspace": wide}


def _signs(row: Element) -> None:
    """Drop what the operator dictionary says of a sign before a value: no space on either side."""
    for k, element in enumerate(row):
        if element.tag == "mo" and element.text in SIGNS and element.get("form") == "prefix":
            element.attrib.pop("lspace", None)
            element.attrib.pop("rspace", None)
            if k == 0 and len(row) > 1:
                del element.attrib["form"]  # the first of a row is a prefix


def _scripts(element: Element) -> None:
    """Set an index and a power of one letter above each other, as `v_j^2` is set."""
    if element.tag != "msup" or element.attrib or element[0].tag != "msub" or element[0].attrib:
        return
    base, index = element[0]
    if base.tag == "mi":
        element.tag = "msubsup"
        element[:] = [base, index, element[1]]
