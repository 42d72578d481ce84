"""Expressions by recursive descent: usual LaTeX mathematics with implied products, into a tree; doubts become notes."""

from __future__ import annotations

from collections.abc import Sequence

from proofs_check.latex_reader.application import application, written
from proofs_check.latex_reader.cursor import END, shown
from proofs_check.latex_reader.primaries import Primaries
from proofs_check.latex_reader.tokens import FUNCTIONS, GREEK, RELATIONS, WRAPPERS, NotRead, Token
from proofs_check.latex_reader.tree import Node, name

MAX_DEPTH = 40
MAX_FACTORS = 250  # in one relation


class Expressions(Primaries):
    """Reads the tokens of one relation: sums, products and powers of primaries."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.depth = self.factors = 0
        self.spelled: dict[str, dict[str, None]] = {}

    def relation(self) -> list[Node | str]:
        """Return sides and relation signs in turn; raises NotRead when something is left over."""
        parts: list[Node | str] = [self.sum()]
        while self.peek().text in RELATIONS and self.peek().kind in ("sign", "command"):
            parts += [RELATIONS[self.next().text], self.sum()]
        if self.peek() is not END:
            raise NotRead(self.peek().bad or f"{shown(self.peek())} cannot stand here")
        return parts

    def sum(self) -> Node:
        """Read terms joined by + and -."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotRead(f"nested deeper than {MAX_DEPTH} levels")
        sign = self.next().text if self.at_sign("-") or self.at_sign("+") else "+"
        node = self.product()
        node = Node("neg", (node,)) if sign == "-" else node
        while self.at_sign("+") or self.at_sign("-"):
            op = self.next().text
            node = Node(op, (node, self.product()))
        self.depth -= 1
        return node

    def product(self, in_function: bool = False) -> Node:
        """Read factors, joined by signs or by nothing."""
        start = self.at
        node = last = self._factor()
        while True:
            if not in_function and (self.at_sign("*") or self.peek().text in ("cdot", "times")):
                self.next()
                start = self.at
                last = self._factor()
                node = Node("*", (node, last))
            elif self.at_sign("/") or self.at_sign("div", "command"):
                self.next()
                start = self.at
                last = self._factor()
                node = Node("/", (node, last))
                if self._starts_factor(in_function):
                    self.notes.append("after a slash one factor was taken as the denominator: a/bc was read as (a/b)*c")
            elif self._starts_factor(in_function):
                if last.op == "number" and self.peek().kind == "number":
                    raise NotRead(f"two numbers side by side, which TeX shows as {last.text}{self.peek().text}")
                function, start = self._applied(last, start), self.at
                last = self._factor()
                node = Node("*", (node, last), function)
            else:
                return node

    def _applied(self, factor: Node, start: int) -> str:
        """Note a name before a bracket; return it with its argument when it looks like a function of one name."""
        if not self.at_sign("(") and not self.at_sign("["):
            return ""
        found = application(factor, self.tokens, start, self.at)
        if found is None:
            return ""
        self.notes.append(f"{found.latex} was read as a product: is it a function of what is in the bracket?")
        return found.latex if found.single else ""

    def _starts_factor(self, in_function: bool) -> bool:
        token = self.peek()
        if token.kind in ("number", "letter"):
            return True
        if token.kind == "sign":
            return token.text in "({[" or (token.text == "|" and ("|", "sign") not in self.closing)
        if token.kind != "command" or (token.text, "command") in self.closing[-1:]:
            return False
        if in_function and token.text in FUNCTIONS:
            return False
        starts = {"frac", "tfrac", "dfrac", "sqrt", "pi", "langle", "lvert", "lVert", "|", "sum", "dot", "vert", "Vert"}
        return token.text in starts or token.text in GREEK or token.text in FUNCTIONS or token.text in WRAPPERS

    def _factor(self) -> Node:
        self.factors += 1
        if self.factors > MAX_FACTORS:
            raise NotRead(f"more than {MAX_FACTORS} factors in one relation")
        start = self.at
        node, raised = self.primary(), False
        self._spell(node, start)
        while True:
            if self.at_sign("^"):
                self.next()
                if raised:
                    raise NotRead("two superscripts: put braces around what is raised")
                raised = True
                power = self.group()
                if len(power) == 1 and (power[0].text in ("top", "intercal") or power[0].text == "T"):
                    other = self._factor()
                    self.mark(node)
                    self.mark(other)
                    return Node("dot", (node, other))
                if len(power) == 1 and power[0].text in ("star", "ast", "*") and node.op == "name":
                    node = name(f"{node.text}_star")
                    self._spell(node, start)
                    continue
                if len(power) == 3 and power[0].text == "(" and power[2].text == ")":
                    raise NotRead(f"the superscript {written(power)} in brackets: a subscript keeps an index")
                node = self._raised(node, self.inside(power))
            elif self.at_sign("'") or self.at_sign("!"):
                raise NotRead("a prime: write the derivative as \\frac{d}{dt}" if self.at_sign("'") else "a factorial")
            else:
                return node

    def _spell(self, node: Node, start: int) -> None:
        """Keep how a name stands in the LaTeX: two that became one name are a doubt."""
        read = self.tokens[start : self.at]
        if node.op == "name" and read[0].text not in ("(", "[", "{"):
            plain = [token for token in read if token.kind != "sign" or token.text not in "{}"]
            self.spelled.setdefault(node.text, {})[written(plain)] = None

    def _raised(self, node: Node, power: Node) -> Node:
        if node == name("e"):
            self.notes.append("e was read as Euler's number")
            return Node("exp", (power,))
        if node.op == "norm" and power == Node("number", text="2"):
            return Node("dot", (node.args[0], node.args[0]))
        return Node("**", (node, power))
