"""Slips of typing in a claim, as mathematics or another language would write it: what to write instead.

Only errors ask: what the claim language accepts does not depend on this.
"""

from __future__ import annotations

import re

WORDS = "and|or|not|if|else|for|in|is"
EXPONENT = r"[eE][+-]?\d"
MEMBER = re.compile(r"([A-Za-z_][\w\[\]]*)\s+in\s*([\[(])\s*([^,\[\]()]+),\s*([^,\[\]()]+?)\s*([\])])")
BARS = re.compile(r"(?<!\|)\|([^|]+)\|(?!\|)")
PRODUCT = re.compile(rf"(?<![\w.])(\d+\.?\d*)\s*(?!(?:{WORDS})\b|{EXPONENT})([A-Za-z_]\w*|\()")
POWER = re.compile(r"([\w.]*)\s*\^\s*([\w.]*)")
SINGLE = re.compile(r"(?<![<>=!:])=(?!=)")


def slip(line: str) -> str:
    """Return ": write ..." for the first slip that is known in a text, "" when there is none.

    Examples
    --------
    >>> slip("2x > x"), slip("x = 1"), slip("|x| > 1"), slip("a && b")
    (': write 2*x', ': write == for equality', ': write abs(x)', ': write `and`')
    >>> slip("x^2 > 0"), slip("x in [0, 1)"), slip("x >")
    (': write x**2', ': write 0 <= x < 1', '')
    """
    outside = _outside_brackets(line)
    if "&&" in line or re.search(r"[^|]\|\|\s*[^|\s]", line):
        return ": write `and`" if "&&" in line else ": write `or`"
    if found := MEMBER.search(line):
        name, opens, low, high, closes = found.groups()
        return f": write {low.strip()} {'<=' if opens == '[' else '<'} {name} {'<=' if closes == ']' else '<'} {high}"
    if found := BARS.search(line):
        return f": write abs({found[1].strip()})"
    if "^" in line and (found := POWER.search(line)):
        return f": write {found[1]}**{found[2]}" if found[1] and found[2] else ": write ** for a power"
    if found := PRODUCT.search(line):
        return f": write {found[1]}*{'(...)' if found[2] == '(' else found[2]}"
    if re.search(r"!(?!=)", line):
        return ": write `not`"
    return ": write == for equality" if SINGLE.search(outside) else ""


def _outside_brackets(line: str) -> str:
    """Return a text without what stands in brackets, where `=` names an argument."""
    kept, depth = [], 0
    for char in line:
        depth += char in "([{"
        kept += [] if depth > 0 else [char]
        depth -= char in ")]}" and depth > 0
    return "".join(kept)
