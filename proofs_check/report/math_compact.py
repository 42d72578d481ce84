"""The same MathML in fewer bytes: what browsers assume anyway is left out, and groups of one are opened."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from proofs_check.report.math_tighten import tighten

OPENING, CLOSING, BARS = frozenset("([{⟨"), frozenset(")]}⟩"), frozenset("|‖")
ROWS = frozenset({"math", "mrow", "mtd"})  # elements whose children stand in a row
FENCE = ("form", "stretchy", "fence")


def compact(tree: Element) -> str:
    """Return MathML (tags without namespace) as short text that looks the same in HTML.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring
    >>> compact(fromstring('<math display="inline"><mrow><mo form="prefix" fence="true">(</mo><mi>x</mi>'
    ...     '<mo form="postfix" fence="true">)</mo></mrow></math>'))
    '<math><mo>(</mo><mi>x</mi><mo>)</mo></math>'
    """
    if tree.get("display") == "inline":
        del tree.attrib["display"]
    _shorten(tree)
    while tree.tag == "math" and len(tree) == 1 and tree[0].tag == "mrow" and not tree[0].attrib:
        tree[:] = list(tree[0])
    _drop_defaults(tree)
    tighten(tree)
    return tostring(tree, encoding="unicode").replace(" />", "/>")


def _shorten(parent: Element) -> None:
    """Open groups of one element, join upright letters to one name, and drop invisible fences."""
    for position, child in enumerate(list(parent)):
        _shorten(child)
        if child.tag == "mrow" and not child.attrib:
            name = _name(child)
            if name is not None:
                parent[position] = name
            elif len(child) == 1:
                parent[position] = child[0]
    if parent.tag in ROWS:
        for child in list(parent):
            if child.tag == "mo" and not child.text and not len(child):
                parent.remove(child)  # \left. and \right.
    _drop_defaults_of_row(parent)


def _name(row: Element) -> Element | None:
    """Return several upright letters as one identifier: upright is what a name of two letters is anyway."""
    if len(row) < 2 or any(child.tag != "mi" or child.attrib != {"mathvariant": "normal"} for child in row):
        return None
    name = Element("mi")
    name.text = "".join(child.text or "" for child in row)
    return name


def _drop_defaults_of_row(parent: Element) -> None:
    """Drop what the operator dictionary says of a bracket that is first or last in its row."""
    if parent.tag != "mrow" or len(parent) < 2:
        return
    for child, letters, form in ((parent[0], OPENING, "prefix"), (parent[-1], CLOSING, "postfix")):
        if child.tag == "mo" and child.get("form") == form and (child.text or "") in letters | BARS:
            for key in FENCE:
                child.attrib.pop(key, None)
            if child.text in BARS:
                child.attrib.pop("lspace", None)
                child.attrib.pop("rspace", None)


def _drop_defaults(tree: Element) -> None:
    """Drop what the operator dictionary says of a bracket wherever it stands."""
    for element in tree.iter():
        form = {"prefix": OPENING, "postfix": CLOSING}.get(element.get("form", ""), frozenset())
        if element.tag == "mo" and element.text in form:
            for key in FENCE:
                element.attrib.pop(key, None)
