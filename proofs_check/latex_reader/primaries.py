"""What stands between the signs of an expression: names, numbers, brackets, functions, fractions, roots, sums."""

from __future__ import annotations

import keyword
from abc import ABC, abstractmethod
from collections.abc import Sequence

from proofs_check.language.names import RESERVED
from proofs_check.latex_reader.application import written
from proofs_check.latex_reader.cursor import END, Cursor, shown
from proofs_check.latex_reader.tokens import FUNCTIONS, GREEK, WRAPPERS, NotRead, Token
from proofs_check.latex_reader.tree import Node, name

SIZE = 3  # of a sum whose last index is a letter
OPENING = {"(": ")", "[": "]", "{": "}", "lbrace": "rbrace", "langle": "rangle"}
STARS = dict.fromkeys(["*", "star", "ast"], "substar")  # x^* becomes x_star
INDICATOR = "an indicator, or a vector of ones: write step(...) for 1 where something is positive"
OVER = ("max", "min")
INDICES = ("i", "j", "k", "l")
BARS = {"|": "|", "lvert": "rvert", "vert": "vert", "mid": "mid"}
NORMS = {"|": "|", "lVert": "rVert", "Vert": "Vert"}  # the command \| stands as the command "|"


class Primaries(Cursor, ABC):
    """Reads one primary; `notes`, `vectors` and `sizes` gather what its author should look at."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.vectors: set[str] = set()
        self.sizes: dict[str, int] = {}  # the lengths of vectors that a sum runs over
        self.components: dict[str, str] = {}  # the names x_1 by what may be a vector x
        self.closing: list[tuple[str, str]] = []  # the bars that are open
        self.bound: dict[str, int] = {}  # the indices of sums and their first value

    def inside(self, tokens: Sequence[Token]) -> Node:
        """Read the tokens of a group as one expression."""
        outer = self.tokens, self.at, self.closing
        self.tokens, self.at, self.closing = tokens, 0, []
        node = self.sum()
        if self.peek() is not END:
            raise NotRead(self.peek().bad or f"{shown(self.peek())} cannot stand here")
        self.tokens, self.at, self.closing = outer
        return node

    @abstractmethod
    def sum(self) -> Node:
        """Read terms joined by + and -."""

    @abstractmethod
    def product(self, in_function: bool = False) -> Node:
        """Read factors up to a sign between terms, or up to the next function."""

    def primary(self) -> Node:
        """Read a name, a number, a bracket or what a command makes."""
        token = self.next()
        if token.kind == "number":
            return Node("number", text=token.text)
        if token.kind == "letter":
            return self._name(token.text)
        if token.kind == "sign" and token.text in "([{":
            return self._bracket(token)
        if token.kind == "sign" and token.text == "|":
            return Node("abs", (self._barred("|", "sign"),))
        if token.kind != "command":
            raise NotRead(f"{shown(token)} cannot stand here")
        return self._command(token)

    def _command(self, token: Token) -> Node:
        text = token.text
        if text == "pi":
            return name("pi")
        if text in GREEK:
            return self._name(GREEK[text])
        if text in FUNCTIONS:
            return self._function(FUNCTIONS[text])
        if text in ("frac", "tfrac", "dfrac"):
            return self._fraction()
        if text == "sqrt":
            return self._root()
        if text in BARS and text != "|":
            return Node("abs", (self._barred(BARS[text], "command"),))
        if text in NORMS:
            inside = self._barred(NORMS[text], "command")
            self.mark(inside)
            if self.at_sign("_"):
                self.next()
                kind = "".join(token.text for token in self.group())
                if kind != "2":
                    raise NotRead(f"a norm with the subscript {kind}: only the Euclidean norm is read")
            return Node("norm", (inside,))
        if text == "langle":
            return self._inner()
        if text in WRAPPERS:
            return self._wrapped(text)
        if text == "dot":
            moving = self.inside(self.group())
            if moving.op == "name" and self.at_sign("_"):
                moving = self._name(moving.text)  # the dot stands on the letter, the subscript behind both
            return Node("d", (moving, name("t")))
        if text == "sum":
            return self._folded()
        if text in ("{", "lbrace"):
            return self._bracket(token)
        if text == "mathbb":
            inside = self.group()
            if inside and inside[0].kind == "number":
                raise NotRead(f"\\mathbb{{{inside[0].text}}}: {INDICATOR}")
            raise NotRead("\\mathbb: an expectation, a probability or a set")
        raise NotRead(f"{shown(token)} cannot stand here")

    def _wrapped(self, text: str) -> Node:
        """Read a name in bold, with a hat and so on."""
        inside = self.group()
        if len(inside) == 1 and (inside[0].kind == "letter" or inside[0].text in GREEK):
            plain = GREEK.get(inside[0].text, inside[0].text)
            return self._name(plain if text in ("mathbf", "boldsymbol", "bm", "vec", "mathrm", "mathit", "mathcal")
                              else f"{plain}_{text}")  # fmt: skip
        if inside and text in ("mathrm", "mathit") and all(token.kind == "letter" for token in inside):
            return self._name("".join(token.text for token in inside))
        if len(inside) == 1 and inside[0].kind == "number":
            raise NotRead(f"\\{text}{{{inside[0].text}}}: {INDICATOR}")
        raise NotRead(f"\\{text} of {'more than one letter' if inside else 'nothing'}")

    def _bracket(self, token: Token) -> Node:
        close = OPENING[token.text]
        kind = "command" if token.kind == "command" else "sign"
        outer, self.closing = self.closing, []
        node = self.sum()
        self.closing = outer
        self.expect(close, kind)
        return node

    def _barred(self, close: str, kind: str) -> Node:
        self.closing.append((close, kind))
        node = self.sum()
        self.closing.pop()
        self.expect(close, kind)
        return node

    def _inner(self) -> Node:
        outer, self.closing = self.closing, []
        first = self.sum()
        self.expect(",", "sign")
        second = self.sum()
        self.closing = outer
        self.expect("rangle", "command")
        self.mark(first)
        self.mark(second)
        return Node("dot", (first, second))

    def _name(self, text: str) -> Node:
        """Read the subscript of a name."""
        if text in RESERVED or keyword.iskeyword(text):
            text = f"{text}_"
            self.notes.append(f"{text[:-1]} is a word of the claim language and was renamed {text}")
        if text in self.bound and not self.at_sign("_"):
            first = self.bound[text]
            return name(text) if first == 0 else Node("+", (name(text), Node("number", text=str(first))))
        if self.at_sign("_"):
            self.next()
            shown = [token.text for token in self.group() if token.text not in (",", "{", "}")]
            parts = [STARS.get(part, GREEK.get(part, part)) for part in shown]
            if len(parts) == 1 and parts[0] in self.bound:
                return Node("index", (name(parts[0]),), text)
            if not all(part.isalnum() and part.isascii() for part in parts) or any(p in self.bound for p in parts):
                raise NotRead(f"the subscript of {text}")
            whole = text
            text = (
                "_".join([text, *parts])
                if all(len(p) > 1 or p.isdigit() for p in parts)
                else f"{text}_{''.join(parts)}"
            )
            if len(parts) == 1 and parts[0] in INDICES:
                self.notes.append(f"{text} was read as one variable: its index {parts[0]} takes no values")
            if len(parts) == 1 and parts[0].isdigit():
                self.components.setdefault(whole, text)
        return name(text)

    def _function(self, function: str) -> Node:
        power: Node | None = None
        base: Node | None = None
        while self.at_sign("^") or self.at_sign("_"):
            if self.next().text == "_":
                base = self._base(function, base)
                continue
            if power is not None:
                raise NotRead(f"two superscripts of {function}")
            power = self.inside(self.group())
            if power.op == "neg" or power.op != "number":
                raise NotRead(f"the power of {function}: write (\\{function}(x))^p, or the inverse by its name")
        if function in ("max", "min"):
            token = self.next()
            if token.text not in ("(", "{", "[", "lbrace"):
                raise NotRead(f"{function} needs its arguments in brackets")
            outer, self.closing = self.closing, []
            args = [self.sum()]
            while self.at_sign(","):
                self.next()
                args.append(self.sum())
            self.closing = outer
            self.expect(OPENING[token.text], token.kind)
            node = Node(function, tuple(args))
        elif self.at_sign("(") or self.at_sign("[") or self.at_sign("{"):
            node = Node(function, (self._bracket(self.next()),))
        else:
            inside = self.product(in_function=True)
            if inside.op in ("*", "/"):
                self.notes.append(f"{function} without brackets was read as {function} of the whole product after it")
            node = Node(function, (inside,))
        node = node if base is None else Node("/", (node, Node("log", (base,))))
        return node if power is None else Node("**", (node, power))

    def _base(self, function: str, known: Node | None) -> Node:
        """Read the base of a logarithm, the only subscript of a function."""
        group = self.group()
        if function in OVER:
            raise NotRead(f"\\{function}_{{{written(group)}}}: the {function}imum over what stands below is not read")
        if function != "log" or known is not None:
            raise NotRead(f"the subscript {written(group)} of {function}")
        return self.inside(group)

    def _fraction(self) -> Node:
        above, below = self.group(last=False), self.group()
        texts = [token.text for token in above]
        if texts[:1] in (["d"], ["partial"]) and [t.text for t in below[:1]] == texts[:1] and len(below) >= 2:
            variable = self.inside(below[1:])
            if variable.op != "name":
                raise NotRead("a derivative of higher order or by an expression")
            return Node("d", (self.inside(above[1:]) if len(above) > 1 else self.product(), variable))
        return Node("/", (self.inside(above), self.inside(below)))

    def _root(self) -> Node:
        if not self.at_sign("["):
            return Node("sqrt", (self.inside(self.group()),))
        self.next()
        token = self.next()
        self.expect("]", "sign")
        if token.kind != "number":
            raise NotRead("a root of an order that is not a number")
        order = Node("/", (Node("number", text="1"), Node("number", text=token.text)))
        return Node("**", (self.inside(self.group()), order))

    def _folded(self) -> Node:
        """Read a finite sum; its index counts from 0 in claim text."""
        low: list[Token] = []
        high: list[Token] = []
        for _ in range(2):
            if self.at_sign("_"):
                self.next()
                low = self.group()
            elif self.at_sign("^"):
                self.next()
                high = self.group()
        if not low or low[0].kind != "letter" or low[0].text in (*RESERVED, *self.bound):
            raise NotRead("a sum without an index such as k=1")
        first = int(low[2].text) if len(low) == 3 and low[1].text == "=" and low[2].text.isdigit() else 1
        if len(high) == 1 and high[0].text.isdigit() and int(high[0].text) >= first:
            size = int(high[0].text) - first + 1
        else:
            size = SIZE
            self.notes.append(f"a sum of any length was read as one of {SIZE} terms")
        index = low[0].text
        self.bound[index] = first
        body = self.product()
        del self.bound[index]
        self.sizes |= {vector: max(size, self.sizes.get(vector, 0)) for vector in body.indexed(index)}
        return Node("sum", (body,), f"{index} in range({size})")

    def mark(self, node: Node) -> None:
        """Take the names that must be vectors as such: inside a norm or an inner product."""
        if node.op == "name":
            self.vectors.add(node.text)
        elif node.op in ("+", "-", "neg"):
            for arg in node.args:
                self.mark(arg)
        elif node.op == "*":
            if node.text:  # a product would make a vector of the time in w(t)
                raise NotRead(f"{node.text} in a norm or an inner product: leave out the argument of a function")
            self.mark(node.args[1])
        elif node.op in ("/", "d"):
            self.mark(node.args[0])
