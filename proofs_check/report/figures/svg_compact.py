"""Matplotlib's SVG in a fraction of its bytes, without style elements or attributes: a strict page may hold it."""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
NUMBERS = frozenset({"d", "x", "y", "width", "height", "transform", "points", "viewBox"})
FONT = "system-ui, sans-serif"
SHARED = ("fill", "stroke", "stroke-width", "opacity")
PNG = "data:image/png;base64,"
COLOURS = 32  # of an image of dots in four colours, with the blends at their rims
LONG = re.compile(r"\s*M [\d.]+ [\d.]+\s+(?:L [\d.]+ [\d.]+\s+){12,}z?\s*")
STROKE = re.compile(r"M[^A-Z]*L[^A-Z]*")
REFERENCE = re.compile(r"(?<=url\(#)[\w.-]+")


def compact_svg(svg: str, salt: str) -> str:
    """Return the same drawing as short SVG; ids begin with ``salt``, so that two figures of one page share none.

    Examples
    --------
    >>> compact_svg('<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><path d="M 0.001 2.5004" '
    ...     'style="fill: none"/></g></svg>', "f")
    '<svg xmlns="http://www.w3.org/2000/svg" stroke-linejoin="round"><path d="M0 2.5" fill="none"/></svg>'
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        parent.tag = parent.tag.removeprefix(SVG)
    _drop(root, {"style", "metadata"})
    used = {found for element in root.iter() for pair in element.attrib.items() for found in _references(*pair)}
    names = {name: f"{salt}{_letters(position)}" for position, name in enumerate(sorted(used))}
    for element in root.iter():
        element.attrib = _attributes(element, names)
        if not (element.text or "").strip():
            element.text = None
        element.tail = None
    _drop_said(root)
    _merge(root)
    root.attrib = {"xmlns": SVG[1:-1], **root.attrib, "stroke-linejoin": "round"}
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _drop(parent: Element, tags: set[str]) -> None:
    for child in list(parent):
        if child.tag in tags:
            parent.remove(child)
        else:
            _drop(child, tags)


def _letters(position: int) -> str:
    """Return 0 to 25 as a letter, others as a number: ids are the longest part of a dot."""
    return chr(ord("a") + position) if position < 26 else str(position)


def _drop_said(root: Element) -> None:
    """Drop what is said already: the font of the whole figure, and of a `use` what its target says itself."""
    targets = {"#" + element.get("id", ""): element for element in root.iter() if element.get("id")}
    text = [element for element in root.iter() if element.tag in ("text", "tspan")]
    for key in ("font-family", "font-size"):
        said = [element.attrib[key] for element in text if key in element.attrib]
        if said:
            usual = max(sorted(set(said)), key=said.count)
            root.set(key, usual)
            for element in text:
                if element.get(key) == usual:
                    del element.attrib[key]
    for element in root.iter("use"):
        target = targets.get(element.get("href", ""))
        if target is None:
            continue
        for key in set(element.attrib) & set(target.attrib) - {"id", "x", "y", "href"}:
            del element.attrib[key]
        if STROKE.fullmatch(target.get("d", "")):
            element.attrib.pop("fill", None)  # a straight line has no inside
        for key in ("x", "y"):
            if key in element.attrib:
                element.set(key, f"{float(element.attrib[key]):.1f}".removesuffix(".0"))


def _references(key: str, value: str) -> list[str]:
    return [value[1:]] if key == HREF and value.startswith("#") else REFERENCE.findall(value)


def _attributes(element: Element, names: dict[str, str]) -> dict[str, str]:
    """Return an element's attributes with styles as attributes, short numbers, and only the ids that are used."""
    found: dict[str, str] = {}
    for key, said in element.attrib.items():
        value = REFERENCE.sub(lambda match: names[match[0]], said)
        if key == "id":
            if value in names:
                found["id"] = names[value]
        elif key == "style":
            found |= _styles(value)
        elif key == "version":
            continue
        elif key == HREF:
            found["href"] = _few_colours(value) if value.startswith(PNG) else "#" + names[value.removeprefix("#")]
        else:
            found[key] = _rounded(value, LONG.fullmatch(value) is not None) if key in NUMBERS else value
    if re.fullmatch(r"rotate\(-?0 .*\)", found.get("transform", "")):
        del found["transform"]
    return found


def _styles(text: str) -> dict[str, str]:
    found = dict(part.split(":", 1) for part in text.split(";") if ":" in part)
    styles = {key.strip(): value.strip() for key, value in found.items()}
    if "font" in styles:
        styles["font-size"] = styles.pop("font").split()[0]
        styles["font-family"] = FONT
    if "font-family" in styles:
        styles["font-family"] = FONT
    return {key: value for key, value in styles.items() if value}


def _few_colours(uri: str) -> str:
    """Return an embedded image with a palette in place of four bytes a dot, when that is shorter."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(uri.removeprefix(PNG)))) as image:
        image.convert("RGBA").quantize(COLOURS, Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    short = PNG + base64.b64encode(buffer.getvalue()).decode()
    return min(uri, short, key=len)


def _rounded(text: str, line: bool = False) -> str:
    """Return numbers with two digits after the point; the points of a long line with one, its letters said once."""
    digits = 1 if line else 2
    short = re.sub(
        r"-?\d+\.\d+(?:e-?\d+)?", lambda match: f"{float(match[0]):.{digits}f}".rstrip("0").rstrip("."), text
    )
    short = re.sub(r"(?<=\d)\s+L ", " ", short) if line else short
    short = re.sub(r"(?<![\d.])-0(?![\d.])", "0", " ".join(short.split()))
    return re.sub(r" ?([MLCQzZ]) ?", r"\1", short)


def _merge(parent: Element) -> None:
    """Open groups without attributes, join neighbours that have the same, and say once what all children share."""
    children: list[Element] = []
    for child in parent:
        _merge(child)
        if child.tag == "g" and not child.attrib:
            children += list(child)
        elif children and child.tag == "g" == children[-1].tag and child.attrib == children[-1].attrib:
            children[-1].extend(list(child))
        else:
            children.append(child)
    parent[:] = [child for child in children if child.tag not in ("g", "defs") or len(child)]
    if parent.tag == "g" and len(parent) > 2:
        for key in SHARED:
            values = {child.get(key) for child in parent}
            if len(values) == 1 and None not in values and key not in parent.attrib:
                parent.set(key, values.pop() or "")
                for child in parent:
                    del child.attrib[key]
