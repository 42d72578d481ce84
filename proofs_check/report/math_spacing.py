"""The spacing that TeX gives and a plain MathML conversion does not: function names, bars and signs of a number."""

from __future__ import annotations

from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
FUNCTIONS = frozenset(
    "sin cos tan sinh cosh tanh arcsin arccos arctan artanh arcosh arsinh exp log ln min max sign relu Re Im "
    "lim sup inf det rank".split()
)
OPENING = frozenset("([{⟨|‖")
CLOSING = frozenset(")]}⟩|‖")
BARS = frozenset("|‖")
CAPITALS = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ")
SIGNS = frozenset("+-−±")
AFTER_VALUE = frozenset(")]}⟩!")


def space(tree: Element) -> None:
    """Put thin spaces around function names, none inside bars, and none after the sign of a number.

    Examples
    --------
    >>> from xml.etree.ElementTree import fromstring, tostring
    >>> tree = fromstring(f'<math xmlns="{NAMESPACE}"><mi>a</mi><mi>cos</mi><mi>b</mi></math>')
    >>> space(tree)
    >>> [child.tag.split("}")[1] for child in tree]
    ['mi', 'mspace', 'mi', 'mspace', 'mi']
    """
    for parent in list(tree.iter()):
        if _kind(parent) not in ("mrow", "math", "mtd"):
            continue
        children = list(parent)
        for k, element in enumerate(children):
            _set_bar(element)
            _set_sign(children, k)
        parent[:] = [part for k in range(len(children)) for part in _spaced(children, k)]
    for element in tree.iter():
        _set_bar(element)  # also those under a power
        if _kind(element) == "mi" and _text(element) in CAPITALS:
            element.set("mathvariant", "normal")  # as TeX prints them; a slanted one leans into what follows


def _kind(element: Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _set_bar(element: Element) -> None:
    """A bar hugs what it encloses; by default it is spaced like a relation."""
    if _kind(element) == "mo" and _text(element) in BARS:
        element.set("lspace", "0")
        element.set("rspace", "0")


def _set_sign(children: list[Element], k: int) -> None:
    """A plus or minus after an opening bracket, a relation or another operator is the sign of what follows."""
    element = children[k]
    if _kind(element) != "mo" or _text(element) not in SIGNS:
        return
    before = children[k - 1] if k else None
    if before is None or (_kind(before) == "mo" and _text(before) not in AFTER_VALUE | BARS):
        element.set("form", "prefix")
        element.set("lspace", "0")
        element.set("rspace", "0")


def _spaced(children: list[Element], k: int) -> list[Element]:
    element = children[k]
    if not _is_function(element):
        return [element]
    before = [_thin()] if k > 0 and _ends_a_value(children[k - 1]) else []
    after = [_thin()] if k + 1 < len(children) and _starts_a_value(children[k + 1]) else []
    return [*before, element, *after]


def _thin() -> Element:
    return Element(f"{{{NAMESPACE}}}mspace", width="0.1667em")


def _is_function(element: Element) -> bool:
    """Say whether ``element`` is a function name, alone or with a power or index; mo becomes mi."""
    name = element[0] if len(element) and _kind(element) in ("msup", "msub", "msubsup") else element
    if _text(name) not in FUNCTIONS or len(name):
        return False
    name.tag = f"{{{NAMESPACE}}}mi"
    name.attrib.pop("form", None)
    return True


def _ends_a_value(element: Element) -> bool:
    if _kind(element) == "mo":
        return _text(element) in CLOSING
    return _kind(element) not in ("mspace", "mtext")


def _starts_a_value(element: Element) -> bool:
    """Say whether a value follows without a bracket of its own; another function name brings its own space."""
    if _kind(element) in ("mo", "mspace", "mtext") or _is_function(element):
        return False
    first = element[0] if _kind(element) == "mrow" and len(element) else element
    return not (_kind(first) == "mo" and _text(first) in OPENING)
