"""What was read, as a small tree, and its claim text."""

from __future__ import annotations

from dataclasses import dataclass

SUM, PRODUCT, SIGN, POWER, ATOM = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Node:
    """An expression: op is name, number, neg, + - * / **, a function's name, d, index or sum.

    The text of a product is its LaTeX when it may be a function and its argument, else empty.
    """

    op: str
    args: tuple[Node, ...] = ()
    text: str = ""

    def names(self) -> set[str]:
        """Return the variables in the expression."""
        own = {self.text} if self.op in ("name", "index") and self.text != "pi" else set()
        found = own.union(*(arg.names() for arg in self.args))
        return found - {self.text.split()[0]} if self.op == "sum" else found  # the index of a sum is no variable

    def indexed(self, index: str) -> set[str]:
        """Return the names that have that index."""
        own = {self.text} if self.op == "index" and self.args[0] == name(index) else set()
        return own.union(*(arg.indexed(index) for arg in self.args))


def name(text: str) -> Node:
    """Return a variable."""
    return Node("name", text=text)


def claim_text(node: Node, along_flow: bool = False) -> str:
    """Return an expression as claim text; `along_flow` writes time derivatives as ``d(expr)``.

    Examples
    --------
    >>> claim_text(Node("**", (Node("+", (name("a"), name("b"))), Node("number", text="2"))))
    '(a + b)**2'
    """
    return _print(node, along_flow)[0]


def _print(node: Node, along: bool) -> tuple[str, int]:
    def at(arg: Node, level: int) -> str:
        text, own = _print(arg, along)
        return text if own >= level else f"({text})"

    if node.op in ("name", "number"):
        return node.text, ATOM
    if node.op == "neg":
        return f"-{at(node.args[0], PRODUCT)}", SUM
    if node.op in ("+", "-"):
        a, b = node.args
        return f"{at(a, SUM)} {node.op} {at(b, PRODUCT)}", SUM
    if node.op in ("*", "/"):
        a, b = node.args
        return f"{at(a, PRODUCT)}{node.op}{at(b, POWER)}", PRODUCT
    if node.op == "**":
        a, b = node.args
        return f"{at(a, ATOM)}**{at(b, ATOM)}", POWER
    if node.op == "index":
        return f"{node.text}[{_print(node.args[0], along)[0]}]", ATOM
    if node.op == "sum":
        return f"sum({_print(node.args[0], along)[0]} for {node.text})", ATOM
    if node.op == "d" and along and node.args[1] == name("t"):
        return f"d({_print(node.args[0], along)[0]})", ATOM
    return f"{node.op}({', '.join(_print(arg, along)[0] for arg in node.args)})", ATOM
