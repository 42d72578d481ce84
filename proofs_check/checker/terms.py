"""Terms, which are expressions as graphs: how they are made, substituted and differentiated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from proofs_check.checker.limits import MAX_TERMS, Clock, Reject, need


class Term:
    """A node of an expression; equal terms are one object, and parts come before the whole (`serial`)."""

    __slots__ = ("args", "data", "op", "serial")

    def __init__(self, op: str, args: tuple[Term, ...], data: Any, serial: int) -> None:
        self.op, self.args, self.data, self.serial = op, args, data, serial


Vector = tuple[Term, ...]


def order(terms: Iterable[Term], clock: Clock) -> list[Term]:
    """All nodes of the terms, parts first."""
    seen: set[Term] = set()
    stack = list(terms)
    while stack:
        term = stack.pop()
        if term not in seen:
            clock.tick()
            seen.add(term)
            stack.extend(term.args)
    return sorted(seen, key=lambda term: term.serial)


class Store:
    """Makes terms, each only once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.table: dict[Any, Term] = {}
        self.zero, self.one, self.minus = self.num(0), self.num(1), self.num(-1)

    def make(self, op: str, *args: Term, data: Any = None) -> Term:
        key = (op, args, data)
        term = self.table.get(key)
        if term is None:
            self.clock.tick()
            need(len(self.table) < MAX_TERMS, "the statement has too many terms")
            term = self.table[key] = Term(op, args, data, len(self.table))
        return term

    def num(self, value: Fraction | int) -> Term:
        return self.make("num", data=Fraction(value))

    def add(self, *args: Term) -> Term:
        return args[0] if len(args) == 1 else self.make("add", *args) if args else self.zero

    def mul(self, a: Term, b: Term) -> Term:
        return self.make("mul", a, b)

    def sub(self, a: Term, b: Term) -> Term:
        return self.make("add", a, self.mul(self.minus, b))

    def dot(self, u: Sequence[Term], v: Sequence[Term]) -> Term:
        return self.add(*(self.mul(a, b) for a, b in zip(u, v, strict=True)))

    def substitute(self, term: Term, change: dict[Term, Term]) -> Term:
        """Replace variables, all at once."""
        new: dict[Term, Term] = {}
        for node in order([term], self.clock):
            if node in change:
                new[node] = change[node]
            else:
                args = tuple(new[arg] for arg in node.args)
                new[node] = node if args == node.args else self.make(node.op, *args, data=node.data)
        return new[term]

    def whole(self, term: Term, motion: Sequence[Term]) -> Term:
        """The term where all entries of a motion are defined: what moves in part only does not move."""
        for entry in motion:
            term = self.make("also", term, entry)
        return term

    def partial(self, term: Term) -> bool:
        """Whether a term may be undefined somewhere, for all that its operations tell."""
        nodes = [node for node in order([term], self.clock) if node.op not in ("num", "var", "add", "mul")]
        return not all(node.op == "pow" and node.data >= 0 for node in nodes)

    def derivative(self, term: Term, motion: dict[Term, Term | None]) -> Term:
        """The derivative by the rules; `motion` has the derivatives of the variables, None if there is none."""
        rate: dict[Term, Term] = {}
        for node in order([term], self.clock):
            if node.op == "var":
                moved = motion.get(node, self.zero)
                if moved is None:
                    raise Reject(f"{node.data} has no derivative here")
                rate[node] = moved
            else:
                rate[node] = self._rule(node, [rate[arg] for arg in node.args])
        # the expression itself must be defined where its derivative is taken
        return self.make("also", rate[term], term)

    def _plus(self, *args: Term) -> Term:
        return self.add(*(arg for arg in args if arg is not self.zero))

    def _times(self, a: Term, rate: Term) -> Term:
        return self.zero if rate is self.zero else a if rate is self.one else self.mul(a, rate)

    def _dropped(self, rate: Term) -> Term:
        """Zero times a rate: a kink inside it is a jump outside it, so the rules that it needs stay."""
        kinks = any(node.op == "smooth" for node in order([rate], self.clock))
        return self.mul(self.zero, rate) if kinks else self.zero

    def _rule(self, node: Term, rates: list[Term]) -> Term:
        zero, one, make = self.zero, self.one, self.make
        op, args = node.op, node.args
        if all(rate is zero for rate in rates):
            return zero
        a, da = args[0], rates[0]
        if op == "add":
            return self._plus(*rates)
        if op == "mul":
            return self._plus(self._times(args[1], da), self._times(a, rates[1]))
        if op == "div":
            b = args[1]
            over = self.zero if da is zero else make("div", da, b)
            under = self._times(make("div", a, make("pow", b, data=2)), rates[1])
            return self._plus(over, self._times(self.minus, under))
        if op == "pow":
            n = node.data
            return self._dropped(da) if n == 0 else self._times(self.mul(self.num(n), make("pow", a, data=n - 1)), da)
        if op in ("also", "smooth"):
            return make("smooth", da, args[1]) if op == "smooth" else da
        if op in ("min", "max"):
            gap = self.sub(args[1], a) if op == "min" else self.sub(a, args[1])
            first = self._times(make("step", gap), da)
            second = self._times(make("step", self.mul(self.minus, gap)), rates[1])
            return make("smooth", self._plus(first, second), gap)
        square = make("pow", a, data=2)
        inner, kink = {
            "exp": lambda: (node, None),
            "log": lambda: (make("div", one, a), None),
            "sin": lambda: (make("cos", a), None),
            "cos": lambda: (self.mul(self.minus, make("sin", a)), None),
            "sinh": lambda: (make("cosh", a), None),
            "cosh": lambda: (make("sinh", a), None),
            "tanh": lambda: (self.sub(one, make("pow", node, data=2)), None),
            "atan": lambda: (make("div", one, self.add(one, square)), None),
            "asinh": lambda: (make("div", one, make("sqrt", self.add(one, square))), None),
            "atanh": lambda: (make("div", one, self.sub(one, square)), None),
            "sqrt": lambda: (make("div", one, self.mul(self.num(2), node)), a),
            "asin": lambda: (make("div", one, make("sqrt", self.sub(one, square))), self.sub(one, square)),
            "acos": lambda: (make("div", self.minus, make("sqrt", self.sub(one, square))), self.sub(one, square)),
            "acosh": lambda: (make("div", one, make("sqrt", self.sub(square, one))), self.sub(a, one)),
            "abs": lambda: (make("sign", a), a),
            "relu": lambda: (make("step", a), a),
            "sign": lambda: (zero, a),
            "step": lambda: (zero, a),
        }[op]()
        value = self._dropped(da) if inner is zero else self._times(inner, da)
        return value if kink is None else make("smooth", value, kink)
