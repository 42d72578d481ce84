"""The menu of extra hypotheses, and which of them are weaker than which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

# key: (condition, the keys of what it implies)
ONE = {
    ">=": ("{x} >= 0", ()),
    "<=": ("{x} <= 0", ()),
    "!=": ("{x} != 0", ()),
    ">": ("{x} > 0", (">=", "!=")),
    "<": ("{x} < 0", ("<=", "!=")),
    "small": ("abs({x}) <= 1", ("<=1",)),
    "large": ("abs({x}) >= 1", ("!=",)),
    ">=1": ("{x} >= 1", (">", ">=", "!=", "large")),
    "<=1": ("{x} <= 1", ()),
    "unit": ("0 < {x} and {x} < 1", (">", ">=", "!=", "small", "<=1")),
    "0": ("{x} == 0", (">=", "<=", "small", "<=1")),
}
TWO = {
    "<=": ("{x} <= {y}", ()),
    ">=": ("{x} >= {y}", ()),
    "==": ("{x} == {y}", ("<=", ">=")),
}
PRODUCTS = {
    "same": ("{x}*{y} >= 0", ()),
    "opposite": ("{x}*{y} <= 0", ()),
}


@dataclass(frozen=True)
class Item:
    """A hypothesis of the menu: its text, where it comes from, and the texts that it implies.

    `single` names the one variable that it is about; "" for pairs and siblings.

    Examples
    --------
    >>> [item.text for item in menu(["x"]) if "x >= 0" in item.implies]
    ['x > 0', 'x >= 1', '0 < x and x < 1', 'x == 0']
    """

    text: str
    origin: str
    implies: frozenset[str]
    single: str = ""


def menu(names: Sequence[str], siblings: Iterable[str] = ()) -> list[Item]:
    """Return the menu for these variables: signs and sizes, pairs, then hypotheses of sibling claims."""
    items = []
    for name in names:
        for text, implied in ONE.values():
            weaker = frozenset(ONE[key][0].format(x=name) for key in implied)
            items.append(Item(text.format(x=name), "menu", weaker, name))
    for x, y in permutations(names, 2):
        if names.index(x) > names.index(y):
            continue
        for table in (TWO, PRODUCTS):
            for text, implied in table.values():
                weaker = frozenset(table[key][0].format(x=x, y=y) for key in implied)
                items.append(Item(text.format(x=x, y=y), "menu", weaker))
    known = {item.text for item in items}
    extra = [text for text in dict.fromkeys(siblings) if text not in known]
    return [*items, *(Item(text, "sibling", frozenset()) for text in extra)]


def implied_by_both(a: Item, b: Item) -> frozenset[str]:
    """Return what a pair of hypotheses implies, each alone included.

    Examples
    --------
    >>> x, y = menu(["x"])[0], menu(["y"])[3]
    >>> sorted(implied_by_both(x, y))
    ['x >= 0', 'y != 0', 'y > 0', 'y >= 0']
    """
    return frozenset({a.text, b.text}) | a.implies | b.implies
