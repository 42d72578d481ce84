"""A small checker that replays certificates with the standard library alone.

The checker shares no code with the rest of the toolkit: it parses the statement of a certificate again
(`docs/claims.md`), and accepts or rejects its evidence (`docs/certificates.md`). It raises nothing and evaluates
no text: every failure is a rejection with one line of reason.

Why a proof that is accepted is right. Fix a point of the domain.

1. *Obligations* are what the nodes of a term need: a denominator is not zero, the argument of `log` is positive,
   a derivative rule applies, and so on. They are collected from the terms as written, before any simplification,
   and each is decided by the sign rules from facts that hold at the point and from terms that lie strictly inside
   the node; so, by induction on terms, every node of the claim has a value at the point.
2. *Invariant of normal forms*: where the obligations of a term hold, its normal form num/den has den != 0 and
   value*den = num. Each step keeps it: a denominator is added for a division only, whose divisor is not zero
   there; the rewriting rules of the generators hold wherever their arguments are defined; a rule that needs a
   sign asks the sign rules first; cancelling removes a factor of den, and that is not zero. Variables, `exp` and
   other generators without a relation may get negative exponents, again by division only.
   So a numerator that reduces to zero proves that the value is zero.
3. *Sign rules* bound the value of a term by intervals from the declared kinds, the hypotheses and the ranges of
   the functions. A hypothesis counts as defined and true, for that is what the domain says; one whose derivative
   rules are not proved to apply is not used at all.
"""

from __future__ import annotations

import ast
import itertools
import json
import math
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

__all__ = ["Result", "main", "replay", "replay_text"]

# ---------------------------------------------------------------------------------------------------- limits

MAX_JSON = 5_000_000
MAX_TEXT = 20_000
MAX_DEPTH = 80
MAX_TREE = 200
MAX_DIGITS = 1000
MAX_EXPONENT = 1000
MAX_TERMS = 200_000
MAX_FORMULA = 20_000
MAX_MONOMIALS = 60_000
MAX_BITS = 100_000
MAX_CASES = 4096
MAX_SIZE = 64
SECONDS = 60.0
PRECISIONS = (64, 128, 256, 512, 1024)


class Reject(Exception):
    """The certificate is not accepted, for the reason given."""


def need(condition: object, reason: str) -> None:
    """Raise `Reject` with the reason unless the condition holds."""
    if not condition:
        raise Reject(reason)


class Clock:
    """The time left for one certificate; every long loop calls `tick`."""

    def __init__(self, seconds: float = 1e9) -> None:
        self.end = time.monotonic() + seconds
        self.count = 0

    def tick(self, amount: int = 1) -> None:
        self.count += amount
        if self.count >= 1000:
            self.count = 0
            need(time.monotonic() < self.end, "no verdict within the time allowed")


# --------------------------------------------------------------------------------------------------- parsing

UNARY = frozenset(
    [
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
        "sinh",
        "cosh",
        "tanh",
        "atan",
        "asinh",
        "asin",
        "acos",
        "atanh",
        "acosh",
        "abs",
        "relu",
        "step",
        "sign",
    ]
)
FUNCTIONS = UNARY | frozenset(["tan", "min", "max", "dot", "norm", "sum", "all", "d", "next", "at", "implies", "range"])
RANGES = ("neurons", "samples", "dims", "outputs")
NETWORK = frozenset(
    ["w", "v", "x", "y", "gate", "f", "e", "gamma", "C", "grad_w", "grad_v", "eta", "m", "n"]
) | frozenset(RANGES)
RELATIONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
FLIPPED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
ALLOWED = re.compile(r"[A-Za-z0-9_+\-*/().,<>=!\[\] ]*")
LITERAL = re.compile(r"(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?|\.(\d+)(?:[eE]([+-]?\d{1,4}))?")
RATIONAL = re.compile(r"-?\d+(?:/\d+)?")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def literal(text: str) -> Fraction:
    """The exact value of a number as written."""
    need(LITERAL.fullmatch(text) and len(text) <= MAX_DIGITS, f"number {text[:20]!r} is not a decimal number")
    exponent = re.search(r"[eE](.*)", text)
    need(not exponent or abs(int(exponent[1])) <= MAX_EXPONENT, f"number {text[:20]!r} is out of range")
    return Fraction(text)


def rational(value: object, what: str) -> Fraction:
    """A number of a certificate: an integer or a string `p/q`."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if value.bit_length() < 3 * MAX_DIGITS else "?"
    need(isinstance(value, str) and RATIONAL.fullmatch(value), f"{what} is not a number p/q")
    text = str(value)
    need(len(text) <= 2 * MAX_DIGITS and not re.search(r"/0+$", text), f"{what} is not a number p/q")
    return Fraction(text)


def parse(text: object) -> ast.expr:
    """Parse one expression; its constants become fractions, its depth is bounded."""
    need(isinstance(text, str), "an expression is not a string")
    source = str(text).strip()
    need(0 < len(source) <= MAX_TEXT, "an expression is empty or too long")
    need(ALLOWED.fullmatch(source), f"{source[:40]!r} has a character that no expression has")
    depth = 0
    for char in source:
        depth += (char in "([") - (char in ")]")
        need(depth <= MAX_DEPTH, "brackets are nested too deeply")
    need(len(re.findall(r"\*\*|\bnot\b", source)) <= 1000, "an expression has too many powers or negations")
    need(not re.search(r"([+-] *){40}", source), "an expression has a long chain of signs")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, Warning):
        raise Reject(f"{source[:40]!r} is not an expression") from None
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        need(depth <= MAX_TREE, "an expression is nested too deeply")
        for node in level:
            if isinstance(node, ast.Constant):
                node.value = literal(source[node.col_offset : node.end_col_offset])  # type: ignore[assignment]
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return tree


class Term:
    """A node of an expression; equal terms are one object, and parts come before the whole (`serial`)."""

    __slots__ = ("args", "data", "op", "serial")

    def __init__(self, op: str, args: tuple[Term, ...], data: Any, serial: int) -> None:
        self.op, self.args, self.data, self.serial = op, args, data, serial


Vector = tuple[Term, ...]


@dataclass(frozen=True)
class Formula:
    """A truth value: a relation between two tuples of terms, or `and`, `or`, `not`, `implies` of parts."""

    kind: str
    parts: tuple[Formula, ...] = ()
    left: Vector = ()
    right: Vector = ()
    weight: int = 1

    def __post_init__(self) -> None:
        weight = 1 + sum(part.weight for part in self.parts)
        need(weight <= MAX_FORMULA, "a truth value has too many parts")
        object.__setattr__(self, "weight", weight)

    def terms(self) -> list[Term]:
        return [*self.left, *self.right, *(term for part in self.parts for term in part.terms())]


def negated(formula: Formula) -> Formula:
    """The negation with `not` pushed to the relations; what is reached stays the same."""
    kind, parts = formula.kind, formula.parts
    if kind == "not":
        return positive(parts[0])
    if kind == "and":
        return Formula("or", tuple(negated(part) for part in parts))
    if kind == "or":
        return Formula("and", tuple(negated(part) for part in parts))
    if kind == "implies":
        return Formula("and", (positive(parts[0]), negated(parts[1])))
    return replace(formula, kind=FLIPPED[kind])


def positive(formula: Formula) -> Formula:
    """The formula without `not`."""
    if formula.kind == "not":
        return negated(formula.parts[0])
    return replace(formula, parts=tuple(positive(part) for part in formula.parts))


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
            return zero if n == 0 else self._times(self.mul(self.num(n), make("pow", a, data=n - 1)), da)
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
        value = zero if inner is zero else self._times(inner, da)
        return value if kink is None else make("smooth", value, kink)


# ----------------------------------------------------------------------------------------------- elaboration


@dataclass(frozen=True)
class Network:
    """Sizes, loss and phase of a two-layer network."""

    width: int
    dimension: int
    samples: int
    outputs: int
    loss: str
    early: bool


def fields(value: object, what: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """A JSON object with exactly the keys expected."""
    need(isinstance(value, dict), f"{what} is not an object")
    assert isinstance(value, dict)
    for key in required:
        need(key in value, f"{what} has no {key!r}")
    for key in value:
        need(key in (*required, *optional), f"{what} has an unknown key {str(key)[:40]!r}")
    return value


def items(value: object, what: str, length: int | None = None) -> list[Any]:
    """A JSON list, of the length given."""
    need(isinstance(value, (list, tuple)), f"{what} is not a list")
    assert isinstance(value, (list, tuple))
    need(length is None or len(value) == length, f"{what} has {len(value)} entries, needs {length}")
    return list(value)


def read_network(value: object) -> Network | None:
    """The table `network` of a statement."""
    if value is None:
        return None
    sizes = ("width", "dimension", "samples")
    table = fields(value, "network", (*sizes, "loss"), ("outputs", "early"))
    table = {"outputs": 1, "early": False, **table}
    for key in (*sizes, "outputs"):
        need(type(table[key]) is int and 1 <= table[key] <= MAX_SIZE, f"network has a bad {key}")
    need(table["loss"] in ("any", "squared", "logistic", "exponential"), "network has an unknown loss")
    need(type(table["early"]) is bool, "network has a bad early")
    need(table["outputs"] == 1 or table["loss"] in ("any", "squared"), "this loss has one output")
    return Network(**table)


class Statement:
    """A statement elaborated to terms: variables, domain, claim."""

    def __init__(self, value: object, clock: Clock) -> None:
        optional = ("hypotheses", "define", "flow", "step", "network", "relu_at_zero")
        table = fields(value, "statement", ("text", "variables"), optional)
        self.store = Store(clock)
        self.clock = clock
        self.net = read_network(table.get("network"))
        self.corner = rational(table.get("relu_at_zero", 0), "relu_at_zero")
        need(0 <= self.corner <= 1, "relu_at_zero is not between 0 and 1")
        self.uses_flow = False
        self.rounds = 0
        self.memo: dict[Any, Any] = {}
        self.defined: dict[str, ast.expr] = {}
        self.variables: dict[str, Term | Vector] = {}
        self.cases: dict[Term, list[Fraction]] = {}
        self.kinds: list[Formula] = []
        conditions = self._declare(table["variables"])
        self._define(table.get("define", []))
        self.flow = self._motion(table.get("flow", {}), "flow")
        self.map = self._motion(table.get("step", {}), "step")
        self.has_flow, self.has_map = bool(self.flow) or bool(self.net), bool(self.map) or bool(self.net)
        self._network_motion()
        self.kinds += [self.formula(text) for text in conditions]
        if self.net:
            self._kind(self.variable("eta"), ">")
        self.hypotheses = [self.formula(text) for text in items(table.get("hypotheses", []), "hypotheses")]
        self.claim = positive(self.formula(table["text"]))
        self.domain = self._domain()  # before hints and links are read: they do not change what the claim says

    def _name(self, name: object, what: str) -> str:
        need(isinstance(name, str) and IDENTIFIER.fullmatch(name) and len(name) <= 100, f"a {what} has a bad name")
        text = str(name)
        taken = text in FUNCTIONS or text == "pi" or (self.net is not None and text in NETWORK)
        need(not taken, f"the name {text!r} is taken")
        need(text not in self.variables and text not in self.defined, f"the name {text!r} is used twice")
        return text

    def variable(self, name: str) -> Term:
        return self.store.make("var", data=name)

    def _kind(self, term: Term, relation: str) -> None:
        self.kinds.append(Formula(relation, left=(term,), right=(self.store.zero,)))

    def _declare(self, table: object) -> list[str]:
        need(isinstance(table, dict), "variables is not an object")
        assert isinstance(table, dict)
        signs = {
            "real": "",
            "positive": ">",
            "nonnegative": ">=",
            "negative": "<",
            "nonpositive": "<=",
            "nonzero": "!=",
        }
        conditions = []
        for raw, kind in table.items():
            name = self._name(raw, "variable")
            self.variables[name] = term = self.variable(name)
            if isinstance(kind, str):
                need(kind in signs, f"variable {name} has an unknown kind")
                if signs[kind]:
                    self._kind(term, signs[kind])
                continue
            kind = fields(kind, f"the kind of {name}", (), ("real", "values", "vector"))
            need(len(kind) == 1, f"the kind of {name} is not one of real, values, vector")
            if "real" in kind:
                conditions.append(kind["real"])
            elif "values" in kind:
                self.cases[term] = [
                    rational(q, f"a value of {name}") for q in items(kind["values"], f"values of {name}")
                ]
                need(self.cases[term], f"variable {name} has no values")
            else:
                size = kind["vector"]
                need(type(size) is int and 1 <= size <= MAX_SIZE, f"variable {name} has a bad length")
                self.variables[name] = tuple(self.variable(f"{name}[{i}]") for i in range(size))
        return conditions

    def _define(self, entries: object) -> None:
        pairs = [items(entry, "an entry of define", 2) for entry in items(entries, "define")]
        later = {str(name) for name, _ in pairs}
        for raw, text in pairs:
            name, tree = self._name(raw, "definition"), parse(text)
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            need(not used & later, f"the definition of {name} uses a name that is not defined before it")
            later.discard(name)
            self.defined[name] = tree

    def _motion(self, table: object, what: str) -> dict[Term, Term]:
        need(isinstance(table, dict), f"{what} is not an object")
        assert isinstance(table, dict)
        motion: dict[Term, Term] = {}
        self.has_flow = self.has_map = False
        for name, text in table.items():
            need(name in self.variables, f"{what} has no variable {str(name)[:40]!r}")
            target: Any = self.variables[name]
            value: Any = self.value(text)
            if isinstance(target, tuple):
                need(
                    isinstance(value, tuple) and len(value) == len(target), f"{what} of {name} is not a vector like it"
                )
                motion.update(zip(target, value, strict=True))
            else:
                need(isinstance(value, Term), f"{what} of {name} is not a number")
                motion[target] = value
        return motion

    def _network_motion(self) -> None:
        """Gradient flow and gradient descent of the network."""
        net, store = self.net, self.store
        self.stuck: set[Term] = set()
        if net is None:
            return
        eta = self.variable("eta")
        for j in range(net.width):
            pairs = list(zip(self.network("w", j), self.network("grad_w", j), strict=True))
            v, grad_v = self.network("v", j), self.network("grad_v", j)
            pairs += [(v, grad_v)] if net.outputs == 1 else list(zip(v, grad_v, strict=True))
            for target, gradient in pairs:
                self.flow[target] = store.mul(store.minus, gradient)
                self.map[target] = store.sub(target, store.mul(eta, gradient))
        if net.loss == "any":
            residuals = [self.network("e", k) for k in range(net.samples)]
            self.stuck = {t for e in residuals for t in (e if isinstance(e, tuple) else (e,))}

    def network(self, name: str, *index: int) -> Any:
        """A quantity of the network by name and indices; each is built once."""
        if (name, index) not in self.memo:
            self.memo[name, index] = self._network(name, index)
        return self.memo[name, index]

    def _network(self, name: str, index: tuple[int, ...]) -> Any:
        net, store = self.net, self.store
        assert net is not None
        sizes = {"w": "m", "v": "m", "x": "n", "y": "n", "gate": "mn", "f": "n", "e": "n", "gamma": "m", "C": "mc",
                 "grad_w": "m", "grad_v": "m"}  # fmt: skip
        limits = {"m": net.width, "n": net.samples, "c": net.outputs}
        need(name in sizes and len(index) == len(sizes[name]), f"{name} does not have {len(index)} indices")
        for i, letter in zip(index, sizes[name], strict=True):
            need(0 <= i < limits[letter], f"index {i} of {name} is out of range")
        i = index[0]
        many = net.outputs > 1

        def variables(size: int) -> Vector:
            return tuple(self.variable(f"{name}[{i}][{a}]") for a in range(size))

        def mean(weights: list[Term]) -> Vector:
            rows = [[store.mul(weight, x) for x in self.network("x", k)] for k, weight in enumerate(weights)]
            scale = store.num(Fraction(1, net.samples))
            return tuple(store.mul(scale, store.add(*column)) for column in zip(*rows, strict=True))

        if name in ("w", "x"):
            return variables(net.dimension)
        if name == "y":
            need(net.loss != "any", "y is not available when the loss is any")
        if name in ("v", "y") or (name == "e" and net.loss == "any"):
            return variables(net.outputs) if many else self.variable(f"{name}[{i}]")
        if name == "gate":
            return store.make("step", store.dot(self.network("w", i), self.network("x", index[1])))
        if name == "f":
            active = []
            for j in range(net.width):
                reach = store.dot(self.network("w", j), self.network("x", i))
                active.append(store.mul(self.network("gate", j, i), reach))
            rows = [self.network("v", j) if many else (self.network("v", j),) for j in range(net.width)]
            out = tuple(store.dot(column, active) for column in zip(*rows, strict=True))
            return out if many else out[0]
        if name == "e":
            return self._residual(i, many)
        if name in ("gamma", "C"):
            need(many == (name == "C"), f"{name} is not available with {net.outputs} outputs")
            residuals = [self.network("e", k) for k in range(net.samples)]
            parts = [e[index[1]] if many else e for e in residuals]
            return mean([store.mul(self.network("gate", i, k), e) for k, e in enumerate(parts)])
        drives = [self.network("C", i, a) for a in range(net.outputs)] if many else [self.network("gamma", i)]
        if name == "grad_v":
            slopes = tuple(store.mul(store.minus, store.dot(self.network("w", i), drive)) for drive in drives)
            return slopes if many else slopes[0]
        read = self.network("v", i) if many else (self.network("v", i),)
        return tuple(store.mul(store.minus, store.dot(read, column)) for column in zip(*drives, strict=True))

    def _residual(self, k: int, many: bool) -> Any:
        net, store = self.net, self.store
        assert net is not None
        y: Any = self.network("y", k)
        f: Any = self.network("f", k)
        if net.early:
            f = tuple(store.zero for _ in f) if many else store.zero
        if net.loss == "squared":
            return tuple(map(store.sub, y, f)) if many else store.sub(y, f)
        if net.loss == "logistic":
            return store.make("div", y, store.add(store.one, store.make("exp", store.mul(y, f))))
        return store.mul(y, store.make("exp", store.mul(store.minus, store.mul(y, f))))

    # reading expressions

    def formula(self, text: object) -> Formula:
        """The truth value written in a text."""
        result = self.read(parse(text), {})
        need(isinstance(result, Formula), f"{str(text)[:40]!r} is not a truth value")
        return result

    def value(self, text: object) -> Term | Vector:
        """The number or vector written in a text."""
        result = self.read(parse(text), {})
        need(not isinstance(result, Formula), f"{str(text)[:40]!r} is not a number or a vector")
        return result

    def number(self, node: ast.AST, env: dict[str, int]) -> Term:
        result = self.read(node, env)
        need(isinstance(result, Term), "a number is needed where there is a vector or a truth value")
        return result

    def plain(self, node: ast.AST, env: dict[str, int]) -> Any:
        """A number or a vector."""
        result = self.read(node, env)
        need(not isinstance(result, Formula), "a truth value is used as a number")
        return result

    def vector(self, node: ast.AST, env: dict[str, int]) -> Vector:
        result = self.read(node, env)
        need(isinstance(result, tuple), "a vector is needed where there is none")
        return result

    def truth(self, node: ast.AST, env: dict[str, int]) -> Formula:
        result = self.read(node, env)
        need(isinstance(result, Formula), "a truth value is needed where there is none")
        return result

    def constant(self, node: ast.AST, env: dict[str, int]) -> Fraction | None:
        """The value of an arithmetic expression of numbers and indices, else None."""
        if isinstance(node, ast.Constant):
            return node.value  # type: ignore[return-value]
        if isinstance(node, ast.Name):
            sizes = {"m": self.net.width, "n": self.net.samples} if self.net else {}
            found = env.get(node.id, sizes.get(node.id))
            return None if found is None else Fraction(found)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inner = self.constant(node.operand, env)
            return None if inner is None else -inner if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp):
            a, b = self.constant(node.left, env), self.constant(node.right, env)
            if a is None or b is None:
                return None
            if isinstance(node.op, ast.Add):
                return a + b
            if isinstance(node.op, ast.Sub):
                return a - b
            if isinstance(node.op, ast.Mult):
                return a * b
            return a / b if isinstance(node.op, ast.Div) and b else None
        return None

    def index(self, node: ast.AST, env: dict[str, int]) -> int:
        value = self.constant(node, env)
        if value is None or value.denominator != 1 or not 0 <= value < 10**6:
            raise Reject("an index is not a constant whole number")
        return int(value)

    def read(self, node: ast.AST, env: dict[str, int]) -> Any:
        """A term, a vector of terms or a formula."""
        self.clock.tick()
        if isinstance(node, ast.Constant):
            return self.store.num(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return self._read_name(node.id, env)
        if isinstance(node, ast.UnaryOp):
            if isinstance(node.op, ast.Not):
                return Formula("not", (self.truth(node.operand, env),))
            inner = self.plain(node.operand, env)
            need(isinstance(node.op, (ast.USub, ast.UAdd)), "an operator is not part of the language")
            return self._scale(self.store.minus, inner) if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp):
            return self._read_operator(node, env)
        if isinstance(node, ast.Compare):
            return self._read_relation(node, env)
        if isinstance(node, ast.BoolOp):
            kind = "and" if isinstance(node.op, ast.And) else "or"
            return Formula(kind, tuple(self.truth(part, env) for part in node.values))
        if isinstance(node, ast.Subscript):
            return self._read_index(node, env)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._read_call(node.func.id, node, env)
        raise Reject(f"{type(node).__name__} is not part of the language")

    def _scale(self, factor: Term, value: Term | Vector) -> Term | Vector:
        if isinstance(value, tuple):
            return tuple(self.store.mul(factor, part) for part in value)
        return self.store.mul(factor, value)

    def _read_name(self, name: str, env: dict[str, int]) -> Any:
        if name in env:
            return self.store.num(env[name])
        if name in self.variables:
            return self.variables[name]
        if name in self.defined:
            key = ("define", name, tuple(sorted(env.items())))
            if key not in self.memo:
                self.memo[key] = self.read(self.defined[name], env)
            return self.memo[key]
        if name == "pi":
            return self.store.make("pi")
        if self.net and name in ("m", "n"):
            return self.store.num(self.net.width if name == "m" else self.net.samples)
        if self.net and name == "eta":
            return self.variable("eta")
        raise Reject(f"the name {name[:40]!r} is not known")

    def _read_operator(self, node: ast.BinOp, env: dict[str, int]) -> Any:
        store = self.store
        if isinstance(node.op, ast.Pow):
            base = self.number(node.left, env)
            power = self.constant(node.right, env)
            if power is not None and power.denominator == 1:
                need(abs(power) <= MAX_EXPONENT, "an exponent is too large")
                return store.make("pow", base, data=int(power))
            return store.make("exp", store.mul(self.number(node.right, env), store.make("log", base)))
        a = first = self.plain(node.left, env)
        b = second = self.plain(node.right, env)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            join = store.add if isinstance(node.op, ast.Add) else store.sub
            if isinstance(a, tuple) and isinstance(b, tuple):
                need(len(a) == len(b), "vectors of different lengths are added")
                return tuple(map(join, a, b))
            need(isinstance(a, Term) and isinstance(b, Term), "a vector and a number are added")
            return join(first, second)
        if isinstance(node.op, ast.Mult):
            need(isinstance(a, Term) or isinstance(b, Term), "two vectors are multiplied")
            return self._scale(a, b) if isinstance(a, Term) else self._scale(b, a)
        need(isinstance(node.op, ast.Div) and isinstance(b, Term), "an operator is not part of the language")
        return tuple(store.make("div", p, b) for p in a) if isinstance(a, tuple) else store.make("div", a, b)

    def _read_relation(self, node: ast.Compare, env: dict[str, int]) -> Formula:
        values = [self.plain(part, env) for part in (node.left, *node.comparators)]
        parts = []
        for op, a, b in zip(node.ops, values, values[1:], strict=False):
            need(type(op) in RELATIONS, "a relation is not part of the language")
            kind = RELATIONS[type(op)]
            if isinstance(a, tuple) or isinstance(b, tuple):
                same = isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)
                need(same and kind in ("==", "!="), "vectors are compared with something unlike")
                parts.append(Formula(kind, left=a, right=b))
            else:
                parts.append(Formula(kind, left=(a,), right=(b,)))
        return parts[0] if len(parts) == 1 else Formula("and", tuple(parts))

    def _read_index(self, node: ast.Subscript, env: dict[str, int]) -> Any:
        entries = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        index = [self.index(entry, env) for entry in entries]
        if isinstance(node.value, ast.Name) and self.net and node.value.id in NETWORK:
            return self.network(node.value.id, *index)
        base = self.vector(node.value, env)
        need(len(index) == 1 and index[0] < len(base), "an index is out of range")
        return base[index[0]]

    def _ranges(self, generators: list[ast.comprehension], env: dict[str, int]) -> Iterable[dict[str, int]]:
        if not generators:
            yield env
            return
        head = generators[0]
        need(isinstance(head.target, ast.Name) and not head.is_async, "an index is not a name")
        assert isinstance(head.target, ast.Name)
        name, source = head.target.id, head.iter
        taken = name in self.variables or name in self.defined or name in FUNCTIONS or name in env or name == "pi"
        need(not taken and not (self.net and name in NETWORK), f"the index {name!r} hides another name")
        if isinstance(source, ast.Name) and self.net and source.id in RANGES:
            net = self.net
            size = dict(zip(RANGES, (net.width, net.samples, net.dimension, net.outputs), strict=True))[source.id]
        elif isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "range":
            need(len(source.args) == 1 and not source.keywords, "range needs one argument")
            size = self.index(source.args[0], env)
        else:
            raise Reject("an index runs over something unknown")
        for i in range(size):
            self.rounds += 1
            need(self.rounds <= MAX_TERMS, "sums are too long")
            inner = {**env, name: i}
            if all(self._index_test(test, inner) for test in head.ifs):
                yield from self._ranges(generators[1:], inner)

    def _index_test(self, node: ast.AST, env: dict[str, int]) -> bool:
        if isinstance(node, ast.BoolOp):
            parts = [self._index_test(part, env) for part in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self._index_test(node.operand, env)
        need(isinstance(node, ast.Compare), "an if is not a comparison of indices")
        assert isinstance(node, ast.Compare)
        values = [self.constant(part, env) for part in (node.left, *node.comparators)]
        for op, a, b in zip(node.ops, values, values[1:], strict=False):
            if a is None or b is None:
                raise Reject("an if is not a comparison of indices")
            if not related(RELATIONS.get(type(op), "?"), a - b):
                return False
        return True

    def _read_call(self, name: str, node: ast.Call, env: dict[str, int]) -> Any:
        store, args = self.store, node.args
        need(name in FUNCTIONS and (name == "at" or not node.keywords), f"the function {name[:40]!r} is not known")
        if name in ("sum", "all"):
            need(len(args) == 1 and isinstance(args[0], ast.GeneratorExp), f"{name} needs one expression with `for`")
            assert isinstance(args[0], ast.GeneratorExp)
            parts = [self.read(args[0].elt, inner) for inner in self._ranges(args[0].generators, env)]
            if name == "all":
                need(all(isinstance(part, Formula) for part in parts), "all needs truth values")
                return Formula("and", tuple(parts))
            if parts and all(isinstance(part, tuple) and len(part) == len(parts[0]) for part in parts):
                return tuple(store.add(*column) for column in zip(*parts, strict=True))
            need(all(isinstance(part, Term) for part in parts), "sum needs numbers, or vectors of one length")
            return store.add(*parts)
        arity = {"min": None, "max": None, "dot": 2, "implies": 2, "d": None, "range": 0}.get(name, 1)
        need(len(args) == arity or (arity is None and args), f"{name} does not take {len(args)} arguments")
        if name in UNARY:
            return store.make(name, self.number(args[0], env))
        if name == "tan":
            a = self.number(args[0], env)
            return store.make("div", store.make("sin", a), store.make("cos", a))
        if name in ("min", "max"):
            need(len(args) >= 2, f"{name} needs two arguments")
            value = self.number(args[0], env)
            for arg in args[1:]:
                value = store.make(name, value, self.number(arg, env))
            return value
        if name in ("dot", "norm"):
            u = self.vector(args[0], env)
            v = self.vector(args[-1], env)
            need(len(u) == len(v), "dot needs vectors of one length")
            return store.dot(u, v) if name == "dot" else store.make("sqrt", store.dot(u, u))
        if name == "implies":
            return Formula("implies", (self.truth(args[0], env), self.truth(args[1], env)))
        need(name in ("d", "next", "at"), f"{name} is misplaced")
        value = self.read(args[0], env)
        need(not isinstance(value, Formula), f"{name} needs a number or a vector")
        change = self._change(name, node, env)
        return tuple(map(change, value)) if isinstance(value, tuple) else change(value)

    def _change(self, name: str, node: ast.Call, env: dict[str, int]) -> Callable[[Term], Term]:
        """What `d`, `next` or `at` does to a term."""
        store = self.store
        if name == "at":
            swap: dict[Term, Term] = {}
            for keyword in node.keywords:
                need(keyword.arg in self.variables, "at replaces variables of the statement only")
                target, value = self.variables[str(keyword.arg)], self.read(keyword.value, env)
                if isinstance(target, tuple):
                    need(
                        isinstance(value, tuple) and len(value) == len(target), "at puts something unlike for a vector"
                    )
                    swap.update(zip(target, value, strict=True))
                else:
                    need(isinstance(value, Term), "at puts something unlike for a number")
                    swap[target] = value
            return lambda term: store.substitute(term, swap)
        if name == "next":
            need(self.has_map, "next needs a step or a network")

            def step(term: Term) -> Term:
                free = self.stuck.isdisjoint(order([term], self.clock))
                need(free, "next of a residual is not available when the loss is any")
                return store.substitute(term, self.map)  # type: ignore[arg-type]

            return step
        still = {} if self.net is None or self.net.early else dict.fromkeys(self.stuck)
        if len(node.args) == 2:
            variable = self.number(node.args[1], env)
            need(variable.op == "var", "d needs a variable as its second argument")
            own = {t for v in self.variables.values() for t in (v if isinstance(v, tuple) else (v,))}
            still = {} if variable in own else dict.fromkeys(self.stuck)
            return lambda term: store.derivative(term, {**still, variable: store.one})
        need(len(node.args) == 1 and self.has_flow, "d needs a flow, a network or a variable")
        self.uses_flow = True
        return lambda term: store.derivative(term, {**still, **self.flow})

    def _domain(self) -> list[Formula]:
        """The kinds and hypotheses, in order; for a flow of a network also off the gate boundaries."""
        off: list[Formula] = []
        if self.net and self.uses_flow:
            for j, k in itertools.product(range(self.net.width), range(self.net.samples)):
                reach = self.store.dot(self.network("w", j), self.network("x", k))
                off.append(Formula("!=", left=(reach,), right=(self.store.zero,)))
        return [positive(part) for part in (*self.kinds, *off, *self.hypotheses)]


def related(kind: str, difference: Fraction) -> bool:
    """Whether a relation holds for a difference left - right."""
    tests = {"==": difference == 0, "!=": difference != 0, "<": difference < 0, "<=": difference <= 0,
             ">": difference > 0, ">=": difference >= 0}  # fmt: skip
    need(kind in tests, "a relation is not part of the language")
    return tests[kind]


# ------------------------------------------------------------------------------ rational interval evaluation

UNDEFINED, UNDECIDED = "undefined", "undecided"
Interval = tuple[Fraction, Fraction]
Value = Interval | str
ZERO, ONE = Fraction(0), Fraction(1)
MAX_ARGUMENT = 2**16


class Undecided(Exception):
    """A value is too large or too imprecise to be enclosed."""


def scaled(q: Fraction, bits: int) -> int:
    """floor(q * 2**bits)."""
    return (q.numerator << bits) // q.denominator if bits >= 0 else q.numerator // (q.denominator << -bits)


def size(q: Fraction) -> int:
    """An integer k with 2**(k-1) < |q| < 2**(k+1)."""
    return q.numerator.bit_length() - q.denominator.bit_length()


def dyadic(low: int, high: int, bits: int) -> Interval:
    return Fraction(low, 1 << bits), Fraction(high, 1 << bits)


def outward(interval: Interval, precision: int) -> Interval:
    """A wider interval with short ends; an exact value of moderate length stays exact."""
    low, high = interval
    if low == high and low.numerator.bit_length() + low.denominator.bit_length() <= MAX_BITS // 10:
        return interval

    def down(q: Fraction) -> Fraction:
        if q == 0:
            return ZERO
        shift = precision + 16 - size(q)
        if abs(shift) > 4 * MAX_BITS:
            raise Undecided
        return scaled(q, shift) * Fraction(2) ** -shift

    return down(low), -down(-high)


def atan_series(z: Fraction, bits: int, sign: int) -> tuple[int, int]:
    """atan (sign -1) or atanh (sign 1) of 0 <= z <= 1/2 times 2**bits: each term is off by less than 5."""
    power, square = scaled(z, bits), scaled(z * z, bits)
    total, k, turn = 0, 0, 1
    while power:
        total += turn * (power // (2 * k + 1))
        power = (power * square) >> bits
        k, turn = k + 1, turn * sign
    return total - 5 * k - 16, total + 5 * k + 16


@lru_cache(maxsize=64)
def pi_fixed(bits: int) -> tuple[int, int]:
    """pi times 2**bits by Machin's formula 16 atan(1/5) - 4 atan(1/239)."""
    a, b = atan_series(Fraction(1, 5), bits, -1), atan_series(Fraction(1, 239), bits, -1)
    return 16 * a[0] - 4 * b[1], 16 * a[1] - 4 * b[0]


def exp_point(q: Fraction, precision: int) -> Interval:
    """exp(q): Taylor's series of q/2**k, squared k times."""
    if q == 0:
        return ONE, ONE
    if q < 0:
        if q < -MAX_ARGUMENT:
            return ZERO, Fraction(1, 1 << MAX_ARGUMENT)
        low, high = exp_point(-q, precision)
        return 1 / high, 1 / low
    if q > MAX_ARGUMENT:
        raise Undecided
    k = max(0, size(q) + 9)
    bits = precision + k + 40
    start = scaled(q, bits - k)

    def series(x: int) -> tuple[int, int]:  # floors only: below the value by less than 3 a term, 8 for the rest
        term = total = 1 << bits
        i = 0
        while term:
            i += 1
            term = ((term * x) >> bits) // i
            total += term
        return total, total + 3 * i + 8

    low, high = series(start)[0], series(start + 1)[1]
    for _ in range(k):
        low, high = (low * low) >> bits, -((-high * high) >> bits)
    return dyadic(low, high, bits)


def log_point(q: Fraction, precision: int) -> Interval:
    """log(q) for q > 0: log(2**k m) = 2 atanh((m-1)/(m+1)) + 2 k atanh(1/3)."""
    if q == 1:
        return ZERO, ZERO
    k = size(q)
    if q <= 0 or abs(k) > MAX_BITS:
        raise Undecided
    m = q / Fraction(2) ** k
    while m > Fraction(4, 3):
        k, m = k + 1, m / 2
    while m < Fraction(2, 3):
        k, m = k - 1, m * 2
    bits = precision + k.bit_length() + 40
    z = (m - 1) / (m + 1)
    low, high = atan_series(abs(z), bits, 1)
    if z < 0:
        low, high = -high, -low
    two = atan_series(Fraction(1, 3), bits, 1)
    ends = (k * two[0], k * two[1])
    return dyadic(2 * (low + min(ends)), 2 * (high + max(ends)), bits)


def atan_point(q: Fraction, precision: int) -> Interval:
    """atan(q): about 0, about 3/4 (atan(3/4) = 2 atan(1/3)), or from pi/2."""
    if q == 0:
        return ZERO, ZERO
    if q < 0:
        low, high = atan_point(-q, precision)
        return -high, -low
    bits = precision + 40
    if q > 1:
        low, high = atan_point(1 / q, precision + 8)
        half = pi_fixed(bits)
        return Fraction(half[0], 2 << bits) - high, Fraction(half[1], 2 << bits) - low
    if 2 * q <= 1:
        return dyadic(*atan_series(q, bits, -1), bits)
    z = (q - Fraction(3, 4)) / (1 + q * Fraction(3, 4))
    base, (low, high) = atan_series(Fraction(1, 3), bits, -1), atan_series(abs(z), bits, -1)
    if z < 0:
        low, high = -high, -low
    return dyadic(2 * base[0] + low, 2 * base[1] + high, bits)


def sincos_point(q: Fraction, precision: int) -> tuple[Interval, Interval]:
    """sin(q) and cos(q): q = k pi/2 + r with |r| < 0.8, then Taylor's series."""
    if q == 0:
        return (ZERO, ZERO), (ONE, ONE)
    if size(q) > 4000:
        raise Undecided
    bits = precision + max(0, size(q)) + 40
    pi_low, pi_high = pi_fixed(bits)
    start = scaled(q, bits)
    k = (4 * start + pi_low) // (2 * pi_low)
    ends = (2 * start - k * pi_low, 2 * start - k * pi_high)
    r = min(ends) // 2
    margin = max(ends) // 2 + 3 - r
    x, square = abs(r), (r * r) >> bits

    def series(term: int, i: int) -> int:  # each term is off by less than 6, the rest is below 16
        nonlocal margin
        total, turn = 0, 1
        while term:
            total += turn * term
            term = ((term * square) >> bits) // ((i + 1) * (i + 2))
            i, turn = i + 2, -turn
        margin = max(margin, width + 8 * i + 16)
        return total

    width = margin
    sine, cosine = series(x, 1) * (1 if r >= 0 else -1), series(1 << bits, 0)
    turned = [(sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine)][k % 4]
    one = 1 << bits
    a, b = (dyadic(max(-one, u - margin), min(one, u + margin), bits) for u in turned)
    return a, b


def sqrt_point(q: Fraction, precision: int) -> Interval:
    """The root of q >= 0, exact when it is rational."""
    top, below = math.isqrt(q.numerator), math.isqrt(q.denominator)
    if top * top == q.numerator and below * below == q.denominator:
        return Fraction(top, below), Fraction(top, below)
    half = precision + 40 - size(q) // 2
    root = math.isqrt(scaled(q, 2 * half))
    return Fraction(root) * Fraction(2) ** -half, Fraction(root + 1) * Fraction(2) ** -half


def tanh_point(q: Fraction, precision: int) -> Interval:
    if q == 0:
        return ZERO, ZERO
    low, high = exp_point(-2 * abs(q), precision + max(0, -size(q)))
    low, high = (1 - high) / (1 + high), (1 - low) / (1 + low)
    return (low, high) if q > 0 else (-high, -low)


def sinh_point(q: Fraction, precision: int) -> Interval:
    low, high = exp_point(q, precision + max(0, -size(q)) if q else precision)
    return (low - 1 / low) / 2, (high - 1 / high) / 2


def asin_point(q: Fraction, precision: int) -> Interval:
    if abs(q) == 1:
        low, high = pi_fixed(precision + 8)
        half = Fraction(low, 2 << (precision + 8)), Fraction(high, 2 << (precision + 8))
        return half if q > 0 else (-half[1], -half[0])
    low, high = sqrt_point(1 - q * q, precision + 8)
    ends = sorted((q / low, q / high))
    return atan_point(ends[0], precision)[0], atan_point(ends[1], precision)[1]


def acos_point(q: Fraction, precision: int) -> Interval:
    if q == 1:
        return ZERO, ZERO
    (low, high), (bottom, top) = asin_point(ONE, precision + 8), asin_point(q, precision + 8)
    return low - top, high - bottom


def asinh_point(q: Fraction, precision: int) -> Interval:
    if q < 0:
        low, high = asinh_point(-q, precision)
        return -high, -low
    low, high = sqrt_point(q * q + 1, precision + 8 + max(0, size(q)) if q else precision)
    return log_point(q + low, precision)[0], log_point(q + high, precision)[1]


def acosh_point(q: Fraction, precision: int) -> Interval:
    low, high = sqrt_point(q * q - 1, precision + 8)
    return log_point(q + low, precision)[0], log_point(q + high, precision)[1]


def atanh_point(q: Fraction, precision: int) -> Interval:
    low, high = log_point((1 + q) / (1 - q), precision)
    return low / 2, high / 2


RISING = {"exp": exp_point, "log": log_point, "sqrt": sqrt_point, "atan": atan_point, "asin": asin_point,
          "asinh": asinh_point, "acosh": acosh_point, "atanh": atanh_point, "tanh": tanh_point,
          "sinh": sinh_point}  # fmt: skip
# where the functions are defined: the bounds of the argument, and whether they belong to it
DOMAINS: dict[str, tuple[Fraction | None, Fraction | None, bool]] = {
    "log": (ZERO, None, False), "sqrt": (ZERO, None, True), "asin": (-ONE, ONE, True), "acos": (-ONE, ONE, True),
    "atanh": (-ONE, ONE, False), "acosh": (ONE, None, True)}  # fmt: skip


def in_domain(op: str, interval: Interval) -> str | None:
    """None if the function is defined on the interval, else why not."""
    low, high, closed = DOMAINS[op]
    for bound, near, far in ((low, interval[0], interval[1]), (high, interval[1], interval[0])):
        if bound is not None:
            side = 1 if bound is low else -1
            if (side * (far - bound) < 0) or (far == bound and not closed):
                return UNDEFINED
            if side * (near - bound) < 0 or (near == bound and not closed):
                return UNDECIDED
    return None


def times(a: Interval, b: Interval) -> Interval:
    if a[0] == a[1] and b[0] == b[1]:
        product = a[0] * b[0]
        return product, product
    products = [p * q for p in a for q in b]
    return min(products), max(products)


def power(a: Interval, n: int, precision: int) -> Interval:
    """a**n for n >= 0 by repeated squaring."""
    low, high = a
    if n % 2 == 0 and low < 0:
        low, high = (-high, -low) if high <= 0 else (ZERO, max(-low, high))
    result, square = (ONE, ONE), (low, high)
    odd = n % 2 == 1 and low < 0
    if odd:  # an odd power rises: take the ends one by one
        ends = [power((-q, -q), n, precision) if q < 0 else power((q, q), n, precision) for q in (low, high)]
        return (-ends[0][1], -ends[1][0] if high < 0 else ends[1][1])
    while n:
        if n % 2:
            result = outward(times(result, square), precision)
        n //= 2
        if n:
            square = outward(times(square, square), precision)
    return result


def apply(term: Term, args: list[Interval], precision: int, corner: Fraction) -> Value:
    """The value of one node from the values of its parts."""
    op, a = term.op, args[0]
    if op == "add":
        return sum((x[0] for x in args), ZERO), sum((x[1] for x in args), ZERO)
    if op == "mul":
        return times(a, args[1])
    if op == "div" or (op == "pow" and term.data < 0):
        b = args[1] if op == "div" else a
        if b[0] <= 0 <= b[1]:
            return UNDEFINED if b[0] == b[1] else UNDECIDED
        inverse = (1 / b[1], 1 / b[0])
        return times(a, inverse) if op == "div" else power(inverse, -term.data, precision)
    if op == "pow":
        return power(a, term.data, precision)
    if op in DOMAINS:
        problem = in_domain(op, a)
        if problem:
            return problem
    if op in RISING:
        low = RISING[op](a[0], precision)
        return low if a[0] == a[1] else (low[0], RISING[op](a[1], precision)[1])
    if op == "acos":
        return acos_point(a[1], precision)[0], acos_point(a[0], precision)[1]
    if op == "cosh":
        low, high = (ZERO if a[0] <= 0 <= a[1] else min(map(abs, a))), max(map(abs, a))
        ends = exp_point(low, precision), exp_point(high, precision)
        return (ends[0][0] + 1 / ends[0][0]) / 2 if low else ONE, (ends[1][1] + 1 / ends[1][1]) / 2
    if op in ("sin", "cos"):
        middle = (a[0] + a[1]) / 2
        middle = outward((middle, middle), precision + 64)[0]
        radius = max(a[1] - middle, middle - a[0])
        low, high = sincos_point(middle, precision)[op == "cos"]
        return (max(-ONE, low - radius), min(ONE, high + radius)) if radius else (low, high)
    if op in ("step", "sign"):
        if a[0] <= 0 <= a[1] and a[0] != a[1]:
            return UNDECIDED
        at_zero, below = (corner, ZERO) if op == "step" else (ZERO, -ONE)
        value = ONE if a[0] > 0 else below if a[1] < 0 else at_zero
        return value, value
    if op in ("min", "max"):
        choose = min if op == "min" else max
        return choose(a[0], args[1][0]), choose(a[1], args[1][1])
    if op == "relu":
        return max(a[0], ZERO), max(a[1], ZERO)
    need(op == "abs", f"{op} has no value")
    return (max(ZERO, a[0], -a[1]), max(-a[0], a[1]))


def evaluate(terms: Iterable[Term], point: dict[str, Fraction], precision: int, corner: Fraction,
             memo: dict[Term, Value], clock: Clock) -> None:  # fmt: skip
    """Enclose the values of the terms at a point, into `memo`; what is not decided wins over what is undefined."""
    for term in order(terms, clock):
        if term in memo:
            continue
        clock.tick(50)
        args = [memo[arg] for arg in term.args]
        if term.op == "smooth" and args[1] != UNDEFINED:
            kink = args[1] == UNDECIDED or args[1][0] <= 0 <= args[1][1]  # type: ignore[operator]
            memo[term] = UNDECIDED if kink else args[0]
        elif UNDECIDED in args or UNDEFINED in args:
            memo[term] = UNDECIDED if UNDECIDED in args else UNDEFINED
        elif term.op in ("also", "smooth"):
            memo[term] = args[0]
        elif term.op == "num":
            memo[term] = (term.data, term.data)
        elif term.op == "var":
            need(term.data in point, f"the point has no value for {term.data}")
            memo[term] = (point[term.data], point[term.data])
        elif term.op == "pi":
            memo[term] = dyadic(*pi_fixed(precision + 8), precision + 8)
        else:
            try:
                value = apply(term, args, precision, corner)  # type: ignore[arg-type]
                memo[term] = value if isinstance(value, str) else outward(value, precision)
            except (Undecided, ZeroDivisionError):
                memo[term] = UNDECIDED


class Evaluation:
    """The truth of formulas at a point, at one precision: True, False, UNDEFINED or UNDECIDED."""

    def __init__(self, statement: Statement, point: dict[str, Fraction], precision: int) -> None:
        self.statement, self.point, self.precision = statement, point, precision
        self.memo: dict[Term, Value] = {}

    def truth(self, formula: Formula) -> bool | str:
        if formula.kind in ("and", "or"):
            end = formula.kind == "or"
            for part in formula.parts:
                value = self.truth(part)
                if value is not (not end):
                    return value
            return not end
        if formula.kind == "implies":
            value = self.truth(formula.parts[0])
            return True if value is False else value if value is not True else self.truth(formula.parts[1])
        need(formula.kind in FLIPPED, "a formula is not in positive form")
        return self.relation(formula)

    def relation(self, formula: Formula) -> bool | str:
        terms = [*formula.left, *formula.right]
        evaluate(terms, self.point, self.precision, self.statement.corner, self.memo, self.statement.clock)
        values = [self.memo[term] for term in terms]
        for problem in (UNDECIDED, UNDEFINED):
            if problem in values:
                return problem
        kind = "==" if formula.kind == "!=" else formula.kind
        verdict: bool | str = True
        for a, b in zip(formula.left, formula.right, strict=True):
            (p, q), (r, s) = self.memo[a], self.memo[b]  # type: ignore[misc]
            low, high = p - s, q - r  # type: ignore[operator]
            answers = {related(kind, low), related(kind, high), related(kind, (low + high) / 2)}
            if kind == "==" and low <= 0 <= high and low != high:
                answers = {True, False}
            if answers == {False}:
                verdict = False
                break
            if len(answers) == 2:
                verdict = UNDECIDED
        return verdict if kind == formula.kind or isinstance(verdict, str) else not verdict


# ----------------------------------------------------------------------------------------------- polynomials
# A monomial is a tuple of (generator, exponent) with generators 0, -1, -2, ... in falling order, so that the
# order of tuples is the lexicographic order of monomials. A polynomial is a dict from monomials to fractions.

Mono = tuple[tuple[int, int], ...]
Poly = dict[Mono, Fraction]
Key = tuple[tuple[Mono, Fraction], ...]
UNIT: Key = (((), ONE),)


class Finer(Exception):
    """The proof needs exponents in finer units: start again with this denominator."""


def key_of(p: Poly) -> Key:
    return tuple(sorted(p.items()))


def join(a: Mono, b: Mono) -> Mono:
    """The product of two monomials."""
    if not a or not b:
        return a or b
    out = dict(a)
    for g, e in b:
        e += out.pop(g, 0)
        if e:
            out[g] = e
    return tuple(sorted(out.items(), reverse=True))


def inverse_mono(a: Mono) -> Mono:
    return tuple((g, -e) for g, e in a)


def constant_of(p: Poly) -> Fraction | None:
    """The value of a constant polynomial, else None."""
    return ZERO if not p else p[()] if len(p) == 1 and () in p else None


def primitive(p: Poly) -> tuple[Fraction, Poly]:
    """p = c * q with q of whole coefficients without a common divisor and c > 0."""
    top = math.gcd(*(c.numerator for c in p.values()))
    below = math.lcm(*(c.denominator for c in p.values()))
    c = Fraction(top, below)
    return c, (p if c == 1 else {m: a / c for m, a in p.items()})


@dataclass(frozen=True)
class Rat:
    """A quotient: the numerator, and the factors of the denominator with their multiplicities."""

    num: Poly
    den: dict[Key, int]

    def key(self) -> tuple[Key, tuple[tuple[Key, int], ...]]:
        return key_of(self.num), tuple(sorted(self.den.items()))


@dataclass(frozen=True)
class Generator:
    """One generator: its kind, its argument, and the relation generator**power = value if power > 0."""

    kind: str
    argument: Any
    power: int
    value: Poly
    depends: frozenset[int]


class Ring:
    """Polynomials over generators, reduced by the relations generator**power = value."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.generators: list[Generator] = []
        self.index: dict[Any, int] = {}
        self.reductions: dict[Mono, Poly | None] = {}
        self.pool: dict[Key, None] = {}

    def generator(self, kind: str, key: Any, argument: Any = None, power: int = 0, value: Poly | None = None,
                  depends: Iterable[int] = ()) -> int:  # fmt: skip
        """The generator of this kind and key, made on demand."""
        if (kind, key) not in self.index:
            self.index[kind, key] = name = -len(self.generators)
            inner = frozenset(depends) if kind != "var" else frozenset((name,))
            self.generators.append(Generator(kind, argument, power, value or {}, inner))
        return self.index[kind, key]

    def of(self, g: int) -> Generator:
        return self.generators[-g]

    def relate(self, g: int, power: int, value: Poly) -> None:
        """Install a relation for a variable."""
        self.generators[-g] = replace(self.of(g), power=power, value=value)
        self.reductions.clear()

    def support(self, p: Poly) -> set[int]:
        """The generators of the variables that p depends on."""
        return {v for m in p for g, _ in m for v in self.of(g).depends}

    def reduction(self, m: Mono) -> Poly | None:
        """The reduced form of a monomial, None if it is reduced."""
        if m not in self.reductions:
            self.reductions[m] = self._reduce(m)
        return self.reductions[m]

    def _reduce(self, m: Mono) -> Poly | None:
        for g, e in m:
            known = self.of(g)
            if known.power and e >= known.power:
                times, left = divmod(e, known.power)
                if known.kind in ("gate", "zero"):
                    times, left = 0, 1
                rest = join(tuple(pair for pair in m if pair[0] != g), ((g, left),) if left else ())
                return self.mul({rest: ONE}, self.pow(known.value, times))
        for g, _ in m:
            known = self.of(g)
            if known.kind == "zero":  # the indicator of p == 0: its products with p and with the gate of p are 0
                gate, p = known.argument
                if any(other == gate for other, _ in m):
                    return {}
                lead = max(p)
                rest = join(m, inverse_mono(lead))
                if all(e > 0 for _, e in rest):
                    tail = {n: -c / p[lead] for n, c in p.items() if n != lead}
                    return self.mul({rest: ONE}, tail)
        return None

    def add(self, p: Poly, q: Poly, scale: Fraction = ONE) -> Poly:
        """p + scale * q."""
        out = dict(p)
        for m, c in q.items():
            c = out.pop(m, ZERO) + scale * c
            if c:
                out[m] = c
        self.clock.tick(len(q))
        return out

    def mul(self, p: Poly, q: Poly) -> Poly:
        if len(p) > len(q):
            p, q = q, p
        for c in itertools.chain(p.values(), q.values()):
            need(c.numerator.bit_length() + c.denominator.bit_length() < MAX_BITS, "a coefficient is too long")
        out: Poly = {}
        for m, c in p.items():
            self.clock.tick(3 * len(q))
            for n, d in q.items():
                product = join(m, n)
                reduced = self.reductions.get(product, ...)
                if reduced is ...:
                    reduced = self.reduction(product)
                if reduced is None:
                    out[product] = out.get(product, ZERO) + c * d
                else:
                    for k, e in reduced.items():
                        out[k] = out.get(k, ZERO) + c * d * e
            need(len(out) <= MAX_MONOMIALS, "an expression has too many monomials")
        return {m: c for m, c in out.items() if c}

    def pow(self, p: Poly, n: int) -> Poly:
        out: Poly = {(): ONE}
        while n:
            out = self.mul(out, p) if n % 2 else out
            n //= 2
            p = self.mul(p, p) if n else p
        return out

    def product(self, factors: Iterable[tuple[Key, int]]) -> Poly:
        out: Poly = {(): ONE}
        for f, n in factors:
            out = self.mul(out, self.pow(dict(f), n))
        return out

    def strip(self, p: Poly) -> tuple[Mono, Poly]:
        """p = m * q, with the largest common monomial m of generators without relation."""
        least: dict[int, int] = {}
        for i, m in enumerate(p):
            powers = dict(m)
            for g in least.keys() | powers.keys() if i else powers:
                old = least.get(g, 0 if i else powers[g])
                least[g] = min(old, powers.get(g, 0))
        common = tuple((g, e) for g, e in sorted(least.items(), reverse=True) if e and not self.of(g).power)
        down = inverse_mono(common)
        return common, {join(m, down): c for m, c in p.items()} if common else p

    def divide(self, p: Poly, f: Poly) -> Poly | None:
        """The quotient p/f if it is a polynomial found by plain division."""
        if len(p) > 3000 or len(f) > len(p) or not p:
            return None
        common, rest = self.strip(p)
        lead, last = max(f), min(f)
        quotient: Poly = {}
        rest = dict(rest)
        while rest:
            top = max(rest)
            self.clock.tick(len(rest) // 8 + len(f))
            step = join(top, inverse_mono(lead))
            if any(e < 0 for _, e in step) or (
                not quotient and any(e < 0 for _, e in join(min(rest), inverse_mono(last)))
            ):
                return None
            c = rest[top] / f[lead]
            quotient[step] = c
            for m, a in f.items():
                m = join(m, step)
                a = rest.pop(m, ZERO) - c * a
                if a:
                    rest[m] = a
            if len(quotient) > 3000:
                return None
        return {join(m, common): c for m, c in quotient.items()}

    def root(self, p: Poly) -> Poly | None:
        """A polynomial whose square is p, if there is one."""
        top = max(p)
        if len(p) > 2000 or any(e % 2 for m in (top, min(p)) for _, e in m) or p[top] < 0:
            return None
        number = sqrt_point(p[top], 8)
        if number[0] != number[1]:
            return None
        lead: Mono = tuple((g, e // 2) for g, e in top)
        out: Poly = {lead: number[0]}
        rest = self.add(p, self.mul(out, out), -ONE)
        while rest:
            step = join(max(rest), inverse_mono(lead))
            if any(e < 0 for _, e in step) or step in out or len(out) > len(p):
                return None
            term = {step: rest[max(rest)] / (2 * number[0])}
            rest = self.add(rest, self.add(self.mul(out, term), self.mul(term, out)), -ONE)
            rest = self.add(rest, self.mul(term, term), -ONE)
            out |= term
        return out

    def factor(self, p: Poly) -> tuple[Fraction, Mono, dict[Key, int]]:
        """p = c * monomial * product of primitive factors, as far as it is cheap to see."""
        common, rest = self.strip(p)
        c, rest = primitive(rest)
        found: dict[Key, int] = {}
        shared = set.intersection(*({g for g, _ in m} for m in rest))
        candidates = [key_of({((g, 1),): ONE}) for g in sorted(shared)]
        for f in candidates + [f for f in self.pool if len(f) > 1]:
            while constant_of(rest) is None:
                quotient = self.divide(rest, dict(f))
                if quotient is None:
                    break
                rest, found[f] = quotient, found.get(f, 0) + 1
        if constant_of(rest) is None:
            scale, rest = primitive(rest)
            c *= scale
            if rest[max(rest)] < 0:
                c, rest = -c, {m: -a for m, a in rest.items()}
            root = self.root(rest)
            scale, rest = primitive(root) if root else (ONE, rest)
            f, n = key_of(rest), 2 if root else 1
            c *= scale**n
            found[f] = found.get(f, 0) + n
        else:
            c *= rest[()]
        return c, common, found


# -------------------------------------------------------------------------------------------------- ranges


@dataclass(frozen=True)
class Range:
    """An interval of reals; None is infinite; `nonzero` says that 0 does not belong to it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    nonzero: bool = False

    def tidy(self) -> Range:
        low_open = self.low_open or (self.nonzero and self.low == 0)
        high_open = self.high_open or (self.nonzero and self.high == 0)
        out = self.low is not None and (self.low > 0 or (self.low == 0 and low_open))
        out = out or (self.high is not None and (self.high < 0 or (self.high == 0 and high_open)))
        return Range(self.low, self.high, low_open, high_open, self.nonzero or out)

    def holds(self, kind: str) -> bool:
        """Whether every number of the range stands in the relation to 0."""
        if kind in (">", ">="):
            return self.low is not None and self.low >= 0 and (kind == ">=" or self.tidy().nonzero)
        if kind in ("<", "<="):
            return self.high is not None and self.high <= 0 and (kind == "<=" or self.tidy().nonzero)
        return self.tidy().nonzero if kind == "!=" else self.low == self.high == 0

    def __add__(self, other: Range) -> Range:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(low, high, self.low_open or other.low_open, self.high_open or other.high_open).tidy()

    def __mul__(self, other: Range) -> Range:
        # corners: (value or an infinite sign, whether it is reached); a reached 0 makes 0, whatever the other is
        lows: list[tuple[Fraction | float, bool]] = []
        for p, p_open, p_sign in self._ends():
            for q, q_open, q_sign in other._ends():
                if p == 0 or q == 0:
                    lows.append((ZERO, (p == 0 and not p_open) or (q == 0 and not q_open)))
                elif p is None or q is None:
                    lows.append((math.inf * p_sign * q_sign, False))
                else:
                    lows.append((p * q, not p_open and not q_open))
        least, most = min(v for v, _ in lows), max(v for v, _ in lows)
        reached = [any(closed for v, closed in lows if v == end) for end in (least, most)]
        low = least if isinstance(least, Fraction) else None
        high = most if isinstance(most, Fraction) else None
        return Range(low, high, not reached[0], not reached[1], self.nonzero and other.nonzero).tidy()

    def _ends(self) -> list[tuple[Fraction | None, bool, int]]:
        signs = [-1 if q is None or q < 0 else 1 for q in (self.low,)] + [
            1 if self.high is None or self.high > 0 else -1
        ]
        return [(self.low, self.low_open, signs[0]), (self.high, self.high_open, signs[1])]

    def scale(self, c: Fraction) -> Range:
        return self * point_range(c)

    def inverse(self) -> Range:
        """The range of 1/a for the nonzero numbers a of the range."""
        a = replace(self, nonzero=True).tidy()
        if a.low is not None and a.low >= 0:
            high = None if a.low == 0 else 1 / a.low
            low = ZERO if a.high is None else 1 / a.high if a.high else None
            return Range(low, high, a.high is None or a.high_open, a.low_open, True).tidy()
        if a.high is not None and a.high <= 0:
            return a.scale(-ONE).inverse().scale(-ONE)
        return Range(nonzero=True)

    def power(self, n: int) -> Range:
        if n < 0:
            return self.inverse().power(-n)
        if n == 0:
            return point_range(ONE)
        if n % 2 == 0:
            a = self.absolute()
        else:
            a = self
        low, high = (None if q is None else q**n for q in (a.low, a.high))
        return Range(low, high, a.low_open, a.high_open, a.nonzero).tidy()

    def absolute(self) -> Range:
        if self.holds(">="):
            return self
        if self.holds("<="):
            return self.scale(-ONE)
        ends = [None, False] if self.low is None or self.high is None else [
            max(-self.low, self.high),
            (self.low_open or -self.low < self.high) and (self.high_open or self.high < -self.low)]  # fmt: skip
        return Range(ZERO, ends[0], self.nonzero, bool(ends[1]), self.nonzero).tidy()

    def meet(self, other: Range) -> Range:
        """Both are known; if they contradict each other there is no point, and either will do."""
        low, low_open = self.low, self.low_open
        if other.low is not None and (low is None or (other.low, other.low_open) > (low, low_open)):
            low, low_open = other.low, other.low_open
        high, high_open = self.high, self.high_open
        if other.high is not None and (high is None or (-other.high, other.high_open) > (-high, high_open)):
            high, high_open = other.high, other.high_open
        if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):
            return self
        return Range(low, high, low_open, high_open, self.nonzero or other.nonzero).tidy()

    def join(self, other: Range) -> Range:
        """A range that contains both."""
        low = high = None
        low_open = high_open = False
        if self.low is not None and other.low is not None:
            low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        if self.high is not None and other.high is not None:
            high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
            high_open = not closed
        return Range(low, high, low_open, high_open, self.nonzero and other.nonzero).tidy()


def point_range(q: Fraction) -> Range:
    return Range(q, q, nonzero=q != 0)


RELATION_RANGES = {"==": Range(ZERO, ZERO), "!=": Range(nonzero=True), "<": Range(None, ZERO, False, True, True),
                   "<=": Range(None, ZERO), ">": Range(ZERO, None, True, nonzero=True),
                   ">=": Range(ZERO, None)}  # fmt: skip
PI = Range(Fraction(333, 106), Fraction(355, 113), True, True, True)


def image(op: str, a: Range) -> Range:
    """The range of a rising function on a range, inside the domain of the function."""
    if op in DOMAINS:
        low, high, closed = DOMAINS[op]
        a = a.meet(Range(low, high, not closed and low is not None, not closed and high is not None))
    out = {"exp": RELATION_RANGES[">"], "tanh": Range(-ONE, ONE, True, True), "sqrt": RELATION_RANGES[">="],
           "acosh": RELATION_RANGES[">="]}.get(op, Range())  # fmt: skip
    if op == "atan":
        out = Range(-PI.high / 2, PI.high / 2, True, True)  # type: ignore[operator]
    bounds: list[Any] = []
    for q, is_open, side in ((a.low, a.low_open, 0), (a.high, a.high_open, 1)):
        bound, strict = None, False
        outside = q is not None and op in DOMAINS and in_domain(op, (q, q)) and not is_open
        if outside:  # the facts contradict each other: there is no point
            return Range()
        if q is not None and not (is_open and op in ("log", "atanh") and q in (0, 1, -1) and q in DOMAINS[op][:2]):
            try:
                ends = RISING[op](q, 64)
                bound, strict = ends[side], is_open and ends[0] == ends[1]
            except (Undecided, ZeroDivisionError, ValueError):  # too large, or facts that contradict the domain
                bound = None
        bounds += [bound, strict]
    keeps_zero = op in ("sqrt", "tanh", "sinh", "asinh", "atanh", "atan", "asin")
    return out.meet(Range(bounds[0], bounds[2], bounds[1], bounds[3], keeps_zero and a.nonzero).tidy())


# ----------------------------------------------------------------------------------------------- normal form


class Algebra:
    """Normal forms and ranges of terms, given the facts known so far."""

    def __init__(self, store: Store, corner: Fraction, denominator: int) -> None:
        self.store, self.corner, self.denominator = store, corner, denominator
        self.ring = Ring(store.clock)
        self.unit = Fraction(1, denominator)
        self.facts: dict[Any, Range] = {}
        self.forget()

    def forget(self) -> None:
        """Drop what was derived from the facts, because there are new ones."""
        self.forms: dict[Term, Rat] = {}
        self.bounds: dict[Term, Range] = {}
        self.ranges: dict[Key, Range] = {}

    # quotients

    def rat(self, num: Poly, den: dict[Key, int] | None = None) -> Rat:
        """A quotient with what divides cancelled."""
        left = {}
        for f, n in (den or {}).items():
            while n and num:
                quotient = self.ring.divide(num, dict(f))
                if quotient is None:
                    break
                num, n = quotient, n - 1
            if n and num:
                left[f] = n
        return Rat(num, left)

    def number(self, q: Fraction | int) -> Rat:
        return Rat({(): Fraction(q)} if q else {}, {})

    def atom(self, g: int, n: int = 1) -> Rat:
        poly: Poly = {((g, n),): ONE}
        return Rat(self.ring.mul(poly, {(): ONE}), {})

    def add(self, a: Rat, b: Rat, scale: Fraction | int = 1) -> Rat:
        """a + scale * b, over the least common multiple of the denominators."""
        den = {f: max(a.den.get(f, 0), b.den.get(f, 0)) for f in a.den | b.den}
        nums = []
        for r in (a, b):
            more = self.ring.product((f, n - r.den.get(f, 0)) for f, n in den.items())
            nums.append(r.num if constant_of(more) == 1 else self.ring.mul(r.num, more))
        num = self.ring.add(nums[0], nums[1], Fraction(scale))
        return Rat(num, den) if a.den == b.den == {} else self.rat(num, den)

    def mul(self, a: Rat, b: Rat) -> Rat:
        den = {f: a.den.get(f, 0) + b.den.get(f, 0) for f in a.den | b.den}
        return self.rat(self.ring.mul(a.num, b.num), den)

    def scaled(self, a: Rat, c: Fraction | int) -> Rat:
        return self.mul(a, self.number(c))

    def inverse(self, a: Rat) -> Rat:
        """1/a where a is not zero."""
        need(a.num, "a denominator is zero everywhere")
        c, mono, factors = self.ring.factor(a.num)
        num: Poly = {inverse_mono(mono): 1 / c}
        num = self.ring.mul(num, self.ring.product(a.den.items()))
        out = Rat(num, {})
        for f, n in factors.items():
            g = f[0][0][0][0] if len(f) == 1 and f[0][0] else 1
            if g <= 0 and self.ring.of(g).kind == "sqrt":  # 1/s = s/s**2
                out = self.mul(out, self.power(self.inverse(Rat(self.ring.of(g).value, {})), (n + 1) // 2))
                out = self.mul(out, self.atom(g)) if n % 2 else out
            else:
                out = self.rat(out.num, {**out.den, f: out.den.get(f, 0) + n})
                self.ring.pool.setdefault(f)
        return out

    def power(self, a: Rat, n: int) -> Rat:
        if n < 0:
            return self.power(self.inverse(a), -n)
        return self.rat(self.ring.pow(a.num, n), {f: k * n for f, k in a.den.items() if n})

    def equal(self, a: Rat, b: Rat) -> bool:
        return not self.add(a, b, -1).num

    def depends(self, a: Rat) -> set[int]:
        return self.ring.support(a.num).union(*(self.ring.support(dict(f)) for f in a.den))

    def keyed(self, kind: str, a: Rat) -> int:
        """The generator of a kind with an argument equal to a."""
        key = a.key()
        if (kind, key) not in self.ring.index:
            for g, known in enumerate(self.ring.generators):
                if known.kind == kind and self.equal(known.argument, a):
                    return -g
        return self.ring.generator(kind, key, a, depends=self.depends(a))

    # functions

    def form(self, term: Term) -> Rat:
        """The normal form of a term."""
        if term not in self.forms:
            self.store.clock.tick(5)
            self.forms[term] = self._form(term)
        return self.forms[term]

    def _form(self, term: Term) -> Rat:
        op, args, make = term.op, term.args, self.store.make
        if op == "num":
            return self.number(term.data)
        if op in ("var", "pi"):
            return self.atom(self.ring.generator(op, term.data))
        if op == "add":
            total = self.number(0)
            for arg in args:
                total = self.add(total, self.form(arg))
            return total
        if op in ("also", "smooth"):
            return self.form(args[0])
        if op == "mul":
            return self.mul(self.form(args[0]), self.form(args[1]))
        if op == "div":
            return self.mul(self.form(args[0]), self._inverse_of(args[1]))
        if op == "pow":
            n = term.data
            return self.power(self.form(args[0]), n) if n >= 0 else self.power(self._inverse_of(args[0]), -n)
        a = args[0]
        if op == "log":
            return self._log_of(a)
        if op in ("asinh", "acosh", "atanh"):
            log = [make("log", t) for t in self._log_arguments(op, a)]
            if op == "atanh":
                return self.scaled(self.add(self.form(log[0]), self.form(log[1]), -1), Fraction(1, 2))
            return self.form(log[0])
        if op in ("min", "max"):
            gap = self.form(make("abs", self.store.sub(a, args[1])))
            both = self.add(self.form(a), self.form(args[1]))
            return self.scaled(self.add(both, gap, -1 if op == "min" else 1), Fraction(1, 2))
        u = self.form(a)
        if op == "relu":
            return self.scaled(self.add(u, self.form(make("abs", a))), Fraction(1, 2))
        if op in ("abs", "step", "sign"):
            return self._gated(op, u, self.range_of(a))
        if op == "exp":
            return self.exp(u)
        if op == "sqrt":
            return self.sqrt(u)
        if op in ("sinh", "cosh"):
            up = self.exp(u)
            return self.scaled(self.add(up, self.inverse(up), 1 if op == "cosh" else -1), Fraction(1, 2))
        if op == "tanh":
            up = self.exp(self.scaled(u, 2))
            return self.mul(self.add(up, self.number(1), -1), self.inverse(self.add(up, self.number(1))))
        if op in ("sin", "cos"):
            return self.cos_sin(u)[op == "sin"]
        need(op in ("atan", "asin", "acos"), f"{op} has no normal form")
        if op == "acos":
            pi = self.atom(self.ring.generator("pi", None))
            return self.add(self.scaled(pi, Fraction(1, 2)), self.form(make("asin", a)), -1)
        if not u.num:
            return u
        sign = 1 if u.num[max(u.num)] > 0 else -1
        return self.scaled(self.atom(self.keyed(op, self.scaled(u, sign))), sign)

    def _log_arguments(self, op: str, a: Term) -> list[Term]:
        store = self.store
        if op == "atanh":
            return [store.add(store.one, a), store.sub(store.one, a)]
        square = store.make("pow", a, data=2)
        inside = store.add(square, store.one) if op == "asinh" else store.sub(square, store.one)
        return [store.add(a, store.make("sqrt", inside))]

    def _inverse_of(self, term: Term) -> Rat:
        """1/term, with the factors of the term as written."""
        if term.op == "mul":
            return self.mul(self._inverse_of(term.args[0]), self._inverse_of(term.args[1]))
        if term.op == "pow" and term.data > 0:
            return self.power(self._inverse_of(term.args[0]), term.data)
        return self.inverse(self.form(term))

    def _units(self, c: Fraction) -> int:
        """c in units of 1/denominator."""
        if (c * self.denominator).denominator != 1:
            raise Finer(c.denominator)
        return int(c * self.denominator)

    def exp(self, u: Rat) -> Rat:
        """exp of a sum over a denominator: the product of exp(monomial/(D den))**k."""
        ring, out = self.ring, self.number(1)
        den = tuple(sorted(u.den.items()))
        for mono, c in u.num.items():
            g = mono[0][0] if len(mono) == 1 and mono[0][1] == 1 and not den else 1
            if g <= 0 and ring.of(g).kind == "log":
                a = ring.of(g).argument
                whole, part = math.floor(c), c - math.floor(c)
                out = self.mul(out, self.power(a, whole))
                if part == Fraction(1, 2):
                    out = self.mul(out, self.sqrt(a))
                elif part:
                    power = 0 if a.den else self.denominator
                    root = ring.generator("root", g, a, power, a.num, self.depends(a))
                    out = self.mul(out, self.atom(root, self._units(part)))
            else:
                need(abs(c) < 10**6, "an exponent is too large")
                argument = Rat({mono: ONE}, u.den)
                name = ring.generator("exp", (mono, den), argument, depends=self.depends(argument))
                out = self.mul(out, self.atom(name, self._units(c)))
        return out

    def log_number(self, q: Fraction) -> Rat:
        """log of a positive rational through small primes."""
        out = self.number(0)
        for n, sign in ((q.numerator, 1), (q.denominator, -1)):
            for part, times in prime_powers(n).items():
                argument = self.number(part)
                out = self.add(out, self.atom(self.keyed("log", argument)), sign * times)
        return out

    def _log_of(self, term: Term) -> Rat:
        """log of a term that is positive."""
        op, args = term.op, term.args
        if op in ("mul", "div") and all(self.range_of(arg).holds(">") for arg in args):
            return self.add(self._log_of(args[0]), self._log_of(args[1]), 1 if op == "mul" else -1)
        if op == "pow" and self.range_of(args[0]).holds(">"):
            return self.scaled(self._log_of(args[0]), term.data)
        if op == "exp":
            return self.form(args[0])
        if op == "sqrt":
            return self.scaled(self._log_of(args[0]), Fraction(1, 2))
        return self.log(self.form(term))

    def log(self, u: Rat) -> Rat:
        """log of a positive quotient: of its factors whose sign is known, and of the rest."""
        need(u.num, "the argument of log is zero everywhere")
        ring = self.ring
        c, mono, factors = ring.factor(u.num)
        out, sign = self.log_number(abs(c)), 1 if c > 0 else -1
        rest = self.number(1)
        for g, e in mono:
            known = ring.of(g)
            if known.kind == "exp":
                out = self.add(out, known.argument, e * self.unit)
            elif self.range_poly({((g, 1),): ONE}).holds(">"):
                out = self.add(out, self.atom(self.keyed("log", self.atom(g))), e)
            else:
                rest = self.mul(rest, self.atom(g, e))
        for f, n in [*factors.items(), *((f, -n) for f, n in u.den.items())]:
            g = f[0][0][0][0] if len(f) == 1 and f[0][0] else 1
            known = self.range_poly(dict(f))
            if g <= 0 and ring.of(g).kind == "sqrt" and known.holds(">"):
                out = self.add(out, self.log(Rat(ring.of(g).value, {})), Fraction(n, 2))
            elif known.holds(">") or known.holds("<"):
                one = 1 if known.holds(">") else -1
                sign *= one ** (n % 2)
                out = self.add(out, self.atom(self.keyed("log", self.scaled(Rat(dict(f), {}), one))), n)
            elif n > 0:
                rest = self.mul(rest, Rat(ring.pow(dict(f), n), {}))
            else:
                rest = self.rat(rest.num, {**rest.den, f: -n})
        rest = self.scaled(rest, sign)
        if constant_of(rest.num) == 1 and not rest.den:
            return out
        return self.add(out, self.atom(self.keyed("log", rest)))

    def sqrt(self, u: Rat) -> Rat:
        """The root of a quotient that is at least zero."""
        ring = self.ring
        if not u.num:
            return u
        c, mono, factors = ring.factor(u.num)
        entries = [(key_of({((g, 1),): ONE}), e, e < 0) for g, e in mono]
        entries += [(f, n, False) for f, n in factors.items()] + [(f, -n, True) for f, n in u.den.items()]
        out, sign = self._sqrt_number(abs(c)), 1 if c > 0 else -1
        odd: list[Key] = []
        even: list[tuple[Key, int]] = []
        for f, n, divisor in entries:
            known = self.range_poly(dict(f))
            half = n // 2
            if n % 2 and known.holds("<="):
                f, sign = tuple((m, -a) for m, a in f), -sign
                known = known.scale(-ONE)
            if n % 2:
                if known.holds(">"):
                    out = self.mul(out, self._sqrt_atom(dict(f)))
                else:
                    odd.append(f)
            if half and (divisor or known.holds("!=")):
                out = self.mul(out, self.power(self._absolute(f), half))
            elif half:
                even.append((f, half))
        if sign > 0 and all(self.range_poly(dict(f)).holds(">=") for f in odd):
            for f in odd:
                out = self.mul(out, self._sqrt_atom(dict(f)))
            odd = []
        if odd or sign < 0:
            rest = ring.product([*((f, 1) for f in odd), *((f, 2 * n) for f, n in even)])
            return self.mul(out, self._sqrt_atom({m: sign * a for m, a in rest.items()}))
        for f, half in even:  # the rest is proved nonnegative
            out = self.mul(out, self.power(self._absolute(f), half))
        return out

    def _absolute(self, f: Key) -> Rat:
        return self._gated("abs", Rat(dict(f), {}), self.range_poly(dict(f)))

    def _sqrt_number(self, q: Fraction) -> Rat:
        out = self.number(Fraction(1, q.denominator))
        for part, n in prime_powers(q.numerator * q.denominator).items():
            out = self.scaled(out, part ** (n // 2))
            if n % 2:
                out = self.mul(out, self._sqrt_atom({(): Fraction(part)}))
        return out

    def _sqrt_atom(self, p: Poly) -> Rat:
        """sqrt(p) as a generator s with s**2 = p."""
        number = constant_of(p)
        if number == 1:
            return self.number(1)
        mono = next(iter(p))
        if len(p) == 1 and len(mono) == 1 and self.ring.of(mono[0][0]).kind == "exp":
            raise Finer(2 * self.denominator)
        return self.atom(self.ring.generator("sqrt", key_of(p), None, 2, p, self.ring.support(p)))

    def _gated(self, op: str, u: Rat, known: Range) -> Rat:
        """abs, step or sign of a quotient."""
        known = known.meet(self.range_rat(u))
        one = self.number(1)
        values = {"abs": (u, self.scaled(u, -1), self.number(0)), "sign": (one, self.number(-1), self.number(0)),
                  "step": (one, self.number(0), self.number(self.corner))}[op]  # fmt: skip
        if not u.num or known.holds("=="):
            return values[2]
        if known.holds(">") or (op == "abs" and known.holds(">=")):
            return values[0]
        if known.holds("<") or (op == "abs" and known.holds("<=")):
            return values[1]
        p = self._sign_polynomial(u)
        number = constant_of(p)
        if number is not None:  # every factor has a known sign
            return values[0] if number > 0 else values[1] if number < 0 else values[2]
        above, zero, below = self._gates(p, known.holds("!="))
        if op == "step":
            return self.add(above, zero, self.corner)
        if op == "sign":
            return self.add(above, below, -1)
        return self.mul(u, self.add(self.scaled(above, 2), one, -1))  # u*zero is 0

    def _gates(self, p: Poly, nonzero: bool) -> tuple[Rat, Rat, Rat]:
        """The indicators of p > 0, p == 0 and p < 0, through one gate for p and -p."""
        ring, key, one = self.ring, key_of(p), self.number(1)
        twin = tuple((m, -c) for m, c in key)
        if ("gate", twin) in ring.index:
            below, zero, above = self._gates(dict(twin), nonzero)
            return above, zero, below
        depends = ring.support(p)
        gate = ring.generator("gate", key, None, 2, None, depends)
        zero = self.number(0) if nonzero else self.atom(ring.generator("zero", key, (gate, p), 2, None, depends))
        return self.atom(gate), zero, self.add(self.add(one, self.atom(gate), -1), zero, -1)

    def _sign_polynomial(self, u: Rat) -> Poly:
        """A polynomial that has the sign of a quotient wherever the obligations hold."""
        ring = self.ring
        c, mono, factors = ring.factor(u.num)
        out: Poly = {(): ONE if c > 0 else -ONE}
        entries = [(key_of({((g, 1),): ONE}), e, e < 0) for g, e in mono]
        entries += [(f, n, False) for f, n in factors.items()] + [(f, n, True) for f, n in u.den.items()]
        for f, n, divisor in entries:
            known = self.range_poly(dict(f))
            if known.holds(">") or (n % 2 == 0 and (divisor or known.holds("!="))):
                continue
            if known.holds("<"):
                out = {m: -a for m, a in out.items()}
            else:
                out = ring.mul(out, ring.pow(dict(f), 1 if n % 2 else 2))
        return primitive(out)[1] if out else out

    def cos_sin(self, u: Rat) -> tuple[Rat, Rat]:
        """cos and sin of a sum by the addition theorems."""
        total = (self.number(1), self.number(0))
        for mono, c in u.num.items():
            total = self._turn(total, self._angle(mono, c, u.den))
        return total

    def _turn(self, a: tuple[Rat, Rat], b: tuple[Rat, Rat]) -> tuple[Rat, Rat]:
        """cos and sin of the sum of two angles."""
        cosine = self.add(self.mul(a[0], b[0]), self.mul(a[1], b[1]), -1)
        return cosine, self.add(self.mul(a[0], b[1]), self.mul(a[1], b[0]))

    def _angle(self, mono: Mono, c: Fraction, den: dict[Key, int]) -> tuple[Rat, Rat]:
        """cos and sin of c * mono / den."""
        ring, one, zero = self.ring, self.number(1), self.number(0)
        start = (one, zero)
        known = ring.of(mono[0][0]) if len(mono) == 1 and mono[0][1] == 1 and not den else None
        if known and known.kind == "pi":
            quarters = math.floor(2 * c)
            minus = self.number(-1)
            start = [(one, zero), (zero, one), (minus, zero), (zero, minus)][quarters % 4]
            c -= Fraction(quarters, 2)
            if c == 0:
                return start
        if known and known.kind in ("atan", "asin") and c.denominator == 1:
            a, n = known.argument, int(c)
            other = self.sqrt(self.add(one, self.power(a, 2), 1 if known.kind == "atan" else -1))
            base = (self.inverse(other), self.mul(a, self.inverse(other))) if known.kind == "atan" else (other, a)
        else:
            n = self._units(c)
            argument = Rat({mono: ONE}, den)
            depends, key = self.depends(argument), (mono, tuple(sorted(den.items())))
            cosine = ring.generator("cos", key, argument, depends=depends)
            square: Poly = {(): ONE, ((cosine, 2),): -ONE}
            base = (self.atom(cosine), self.atom(ring.generator("sin", key, argument, 2, square, depends)))
        need(abs(n) <= 64, "a multiple of an angle is too large")
        base = base if n >= 0 else (base[0], self.scaled(base[1], -1))
        for _ in range(abs(n)):
            start = self._turn(start, base)
        return start

    # sign rules

    def learn(self, a: Rat, known: Range, depth: int = 0) -> None:
        """Record the range of a quotient, and what follows for its numerator and factors."""
        if constant_of(a.num) is not None or depth > 8 or known == Range():
            return
        self._learn(a, known)
        for kind in (">", ">=", "<", "<=", "!=", "=="):
            if not known.holds(kind):
                continue
            c, mono, factors = self.ring.factor(a.num)
            entries = [({((g, 1),): ONE}, e) for g, e in mono] + [(dict(f), n) for f, n in factors.items()]
            entries += [(dict(f), -n) for f, n in a.den.items()]
            ranges = [self.range_poly(f) for f, _ in entries]
            if known.holds("!="):
                for f, _ in entries:
                    self._learn(Rat(f, {}), Range(nonzero=True))
            open_ones = [i for i, r in enumerate(ranges) if entries[i][1] % 2 and not (r.holds(">") or r.holds("<"))]
            fixed = all(i in open_ones or r.holds("!=") or known.holds("!=") for i, r in enumerate(ranges))
            if len(open_ones) == 1 and fixed:
                sign = 1 if c > 0 else -1
                for i, (_, n) in enumerate(entries):
                    sign *= -1 if i not in open_ones and n % 2 and ranges[i].holds("<") else 1
                f = Rat(entries[open_ones[0]][0], {})
                self._learn(f, RELATION_RANGES[kind].scale(Fraction(sign)))
            self.forget()
        for m in a.num if len(a.num) == 1 else ():  # sqrt(p) is not zero: p > 0
            for g, _ in m:
                if self.ring.of(g).kind == "sqrt" and known.holds("!="):
                    self.learn(Rat(self.ring.of(g).value, {}), RELATION_RANGES[">"], depth + 1)
        self.forget()

    def _split(self, a: Rat, shift: bool) -> tuple[Any, Fraction, Fraction]:
        """(key, scale, constant): a = scale * (the quotient of the key) + constant."""
        constant = a.num.get((), ZERO) if shift and not a.den else ZERO
        rest = {m: c for m, c in a.num.items() if m != () or not constant}
        scale, rest = primitive(rest)
        if rest[max(rest)] < 0:
            scale, rest = -scale, {m: -c for m, c in rest.items()}
        return (shift, key_of(rest), tuple(sorted(a.den.items()))), scale, constant

    def _learn(self, a: Rat, known: Range) -> None:
        for shift in (False, True):
            key, scale, constant = self._split(a, shift)
            fact = (known + point_range(-constant) if constant else known).scale(1 / scale)
            self.facts[key] = self.facts.get(key, Range()).meet(fact)
        _, _, factors = self.ring.factor(a.num)
        for f in factors:
            if len(self.ring.pool) < 60:
                self.ring.pool.setdefault(f)
        self.forget()

    def recall(self, a: Rat) -> Range:
        """What the facts say about a quotient, up to a factor and a constant."""
        known = Range()
        if constant_of(a.num) is not None and not a.den:
            return point_range(a.num.get((), ZERO))
        for shift in (False, True) if a.num else ():
            key, scale, constant = self._split(a, shift)
            fact = self.facts.get(key)
            if fact is not None:
                fact = fact.scale(scale)
                known = known.meet(fact + point_range(constant) if constant else fact)
        return known

    def range_rat(self, a: Rat) -> Range:
        out = self.range_poly(a.num)
        for f, n in a.den.items():
            out = out * replace(self.range_poly(dict(f)), nonzero=True).tidy().power(-n)
        return out.meet(self.recall(a))

    def range_poly(self, p: Poly) -> Range:
        """The range of a polynomial by facts, monomial by monomial, and factor by factor."""
        if not p:
            return point_range(ZERO)
        key = key_of(p)
        if key not in self.ranges:
            out = self.recall(Rat(p, {}))
            total = point_range(ZERO)
            for m, c in p.items():
                part = point_range(c)
                for g, e in m:
                    part = part * self._range_generator(g).power(e)
                total = total + part
            out = out.meet(total)
            c, mono, factors = self.ring.factor(p)
            if len(factors) + len(mono) > 1 or (factors and max(factors.values()) > 1):
                product = point_range(c)
                for g, e in mono:
                    product = product * self._range_generator(g).power(e)
                for f, n in factors.items():
                    product = product * self.range_poly(dict(f)).power(n)
                out = out.meet(product)
            self.ranges[key] = out
        return self.ranges[key]

    def _range_generator(self, g: int) -> Range:
        known = self.ring.of(g)
        out = self.recall(Rat({((g, 1),): ONE}, {}))
        if known.kind == "pi":
            return PI
        if known.kind == "exp":
            return out.meet(image("exp", self.range_rat(known.argument).scale(self.unit)))
        if known.kind == "root":
            return out.meet(RELATION_RANGES[">"])
        if known.kind == "sqrt":
            return out.meet(image("sqrt", self.range_poly(known.value)))
        if known.kind in ("log", "atan", "asin"):
            return out.meet(image(known.kind, self.range_rat(known.argument)))
        if known.kind in ("gate", "zero"):
            return out.meet(Range(ZERO, ONE))
        if known.kind in ("cos", "sin"):
            out = out.meet(Range(-ONE, ONE))
            angle = self.range_rat(known.argument).scale(self.unit)
            if known.kind == "cos":
                angle = angle + PI.scale(Fraction(1, 2))
            if angle.holds(">") and (angle + PI.scale(-ONE)).holds("<"):
                out = out.meet(RELATION_RANGES[">"])
        return out

    def range_of(self, term: Term) -> Range:
        """The range of a term: by its structure, and by the facts about its normal form."""
        if term not in self.bounds:
            self.store.clock.tick(5)
            written = self._range_written(term)
            self.bounds[term] = written.meet(self.range_rat(self.form(term)))
        return self.bounds[term]

    def _range_written(self, term: Term) -> Range:
        op, args, store = term.op, term.args, self.store
        if op == "num":
            return point_range(term.data)
        if op in ("var", "pi"):
            return Range() if op == "var" else PI
        if op == "mul":
            return self._range_product(term)
        a = self.range_of(args[0])
        if op == "add":
            for arg in args[1:]:
                a = a + self.range_of(arg)
            return a
        if op == "div":
            return a * self.range_of(args[1]).inverse()
        if op == "pow":
            return a.power(term.data)
        if op in ("also", "smooth"):
            return a
        if op in RISING:
            return image(op, a)
        if op == "acos":
            return image("asin", a).scale(-ONE) + PI.scale(Fraction(1, 2))
        if op == "cosh":
            size = image("exp", a.absolute())
            high = None if size.high is None else (size.high + 1 / size.high) / 2
            return Range(ONE, high, a.nonzero, False).tidy()
        if op in ("sin", "cos"):
            out = Range(-ONE, ONE)
            pi = store.make("pi")
            ends = (
                (store.num(0), pi)
                if op == "sin"
                else (store.mul(store.num(Fraction(-1, 2)), pi), store.mul(store.num(Fraction(1, 2)), pi))
            )
            low, high = self.range_of(store.sub(args[0], ends[0])), self.range_of(store.sub(ends[1], args[0]))
            for kind in (">=", ">"):
                out = out.meet(RELATION_RANGES[kind]) if low.holds(kind) and high.holds(kind) else out
            return out
        if op == "abs":
            return a.absolute()
        if op == "relu":
            low = ZERO if a.low is None else max(a.low, ZERO)
            high = None if a.high is None else max(a.high, ZERO)
            return Range(low, high, a.low_open and low > 0, False, a.holds(">")).tidy()
        if op in ("step", "sign"):
            values = [ONE] if not a.holds("<=") else []
            values += [ZERO if op == "step" else -ONE] if not a.holds(">=") else []
            values += [self.corner if op == "step" else ZERO] if not a.holds("!=") else []
            return (
                Range(min(values, default=ZERO), max(values, default=ONE), nonzero=ZERO not in values).tidy()
                if values
                else Range()
            )
        need(op in ("min", "max"), f"{op} has no range")
        return self._range_extreme(op, a, self.range_of(args[1]))

    def _range_extreme(self, op: str, a: Range, b: Range) -> Range:
        if op == "min":
            return self._range_extreme("max", a.scale(-ONE), b.scale(-ONE)).scale(-ONE)
        out = a.join(b)
        for r in (a, b):
            out = out.meet(Range(r.low, None, r.low_open, False, False)) if r.low is not None else out
        return out

    def _range_product(self, term: Term) -> Range:
        """A product as written; equal factors make a power."""
        powers: dict[Term, int] = {}
        stack = [term]
        while stack:
            node = stack.pop()
            if node.op == "mul":
                stack.extend(node.args)
            else:
                powers[node] = powers.get(node, 0) + 1
        out = point_range(ONE)
        for node, n in powers.items():
            out = out * self.range_of(node).power(n)
        return out.meet(self.range_of(term.args[0]) * self.range_of(term.args[1]))


@lru_cache(maxsize=256)
def _small_primes(limit: int) -> list[int]:
    return [n for n in range(2, limit) if all(n % k for k in range(2, math.isqrt(n) + 1))]


def prime_powers(n: int) -> dict[int, int]:
    """n > 0 as a product of powers of small primes and a rest."""
    out: dict[int, int] = {}
    for p in _small_primes(1000):
        while n % p == 0:
            n, out[p] = n // p, out.get(p, 0) + 1
    if n > 1:
        root = math.isqrt(n)
        out[root if root * root == n else n] = 2 if root * root == n else 1
    return out


# ---------------------------------------------------------------------------------------------------- proofs

OBLIGATIONS: dict[str, Callable[[Store, Term], list[tuple[Term, str]]]] = {
    "log": lambda s, a: [(a, ">")],
    "sqrt": lambda s, a: [(a, ">=")],
    "asin": lambda s, a: [(s.sub(s.one, a), ">="), (s.add(s.one, a), ">=")],
    "acos": lambda s, a: [(s.sub(s.one, a), ">="), (s.add(s.one, a), ">=")],
    "atanh": lambda s, a: [(s.sub(s.one, a), ">"), (s.add(s.one, a), ">")],
    "acosh": lambda s, a: [(s.sub(a, s.one), ">=")],
}


def obligations(terms: Iterable[Term], store: Store) -> list[tuple[Term, str, bool]]:
    """What the nodes of the terms need: (term, relation to 0, whether it is about a derivative rule)."""
    found = []
    for node in order(terms, store.clock):
        if node.op == "div":
            found.append((node.args[1], "!=", False))
        elif node.op == "pow" and node.data < 0:
            found.append((node.args[0], "!=", False))
        elif node.op == "smooth":
            found.append((node.args[1], "!=", True))
        elif node.op in OBLIGATIONS:
            found += [(term, kind, False) for term, kind in OBLIGATIONS[node.op](store, node.args[0])]
    return found


class Prover:
    """Proves formulas from hypotheses."""

    def __init__(self, store: Store, corner: Fraction, denominator: int, known: Sequence[Formula],
                 hints: Sequence[Term]) -> None:  # fmt: skip
        self.store, self.corner, self.denominator = store, corner, denominator
        self.known, self.hints = list(known), list(hints)
        self.algebra = Algebra(store, corner, denominator)
        self.failure = ""
        self.proved: set[tuple[Term, str]] = set()
        relations = [part for formula in known for part in self._conjuncts(formula)]
        self._relate(relations)
        for _ in range(2):  # the second time all facts are known
            for part in relations:
                self._learn(part)
        for hint in self.hints:
            if self.defined_terms([hint]):
                form, found = self.algebra.form(hint), self.algebra.range_of(hint)
                self.algebra.learn(form, found)

    def _conjuncts(self, formula: Formula) -> list[Formula]:
        if formula.kind == "and":
            return [part for inner in formula.parts for part in self._conjuncts(inner)]
        return [formula] if formula.kind in FLIPPED else []

    def _usable(self, formula: Formula) -> bool:
        """Whether the derivative rules in a hypothesis are proved to apply; else it is not used."""
        algebra = self.algebra
        needs = obligations([*formula.left, *formula.right], self.store)
        # the rules come first: what stands inside a derivative is an obligation only where its rule applies
        if not all(algebra.range_of(term).holds(kind) for term, kind, rule in needs if rule):
            return False
        for term, kind, _ in needs:
            algebra.learn(algebra.form(term), RELATION_RANGES[kind])
        return True

    def _relate(self, relations: list[Formula]) -> None:
        """Equalities in which a variable occurs as c*x**k only become relations of x."""
        algebra, ring = self.algebra, self.algebra.ring
        related: list[int] = []
        for part in relations:
            if part.kind != "==" or any(rule for _, _, rule in obligations([*part.left, *part.right], self.store)):
                continue
            for a, b in zip(part.left, part.right, strict=True):
                num = algebra.form(self.store.sub(a, b)).num
                blocked = {v for g in related for v in ring.support(ring.of(g).value)} | set(related)
                best = self._relation(num, blocked)
                if best:
                    power, g, value = best
                    ring.relate(g, power, value)
                    related.append(g)
                    algebra.forget()
        algebra.facts.clear()

    def _relation(self, num: Poly, blocked: set[int]) -> tuple[int, int, Poly] | None:
        ring = self.algebra.ring
        found = []
        for m, c in num.items():
            if len(m) != 1 or ring.of(m[0][0]).kind != "var" or m[0][1] < 1 or m[0][0] in blocked:
                continue
            g, power = m[0]
            rest = {n: -a / c for n, a in num.items() if n != m}
            if g not in ring.support(rest) and not any(e < 0 for n in rest for _, e in n):
                together = sum((a > 0) == (c > 0) for a in num.values())
                found.append((power, -together, g, rest))
        if not found:
            return None
        power, _, g, rest = min(found, key=lambda entry: entry[:3])
        return power, g, rest

    def _learn(self, part: Formula) -> None:
        if not self._usable(part) or (part.kind == "!=" and len(part.left) > 1):
            return
        for a, b in zip(part.left, part.right, strict=True):
            self.algebra.learn(self.algebra.form(self.store.sub(a, b)), RELATION_RANGES[part.kind])

    def with_known(self, *more: Formula) -> Prover:
        return Prover(self.store, self.corner, self.denominator, [*self.known, *more], self.hints)

    def fail(self, reason: str) -> bool:
        self.failure = self.failure or reason
        return False

    def sign(self, term: Term, kind: str) -> bool:
        """Whether the sign rules prove `term kind 0`."""
        if (term, kind) not in self.proved:
            if not self.algebra.range_of(term).holds(kind):
                return False
            self.proved.add((term, kind))
        return True

    def defined_terms(self, terms: Iterable[Term]) -> bool:
        """Whether all obligations of the terms are proved."""
        for term, kind, rule in obligations(terms, self.store):
            if not self.sign(term, kind):
                what = "a derivative rule" if rule else "the statement"
                return self.fail(f"{what} needs {show(term)} {kind} 0, which is not proved")
        return True

    def defined(self, formula: Formula) -> bool:
        """Whether the formula is proved to have a truth value everywhere in the domain."""
        if formula.kind in FLIPPED:
            return self.defined_terms([*formula.left, *formula.right])
        prover = self
        for part in formula.parts:
            if not prover.defined(part):
                return self.fail(prover.failure)
            if part is not formula.parts[-1]:
                prover = prover.with_known(negated(part) if formula.kind == "or" else part)
        return True

    def prove(self, formula: Formula) -> bool:
        """Whether the formula is proved to hold everywhere in the domain."""
        if formula.kind in FLIPPED:
            return self.relation(formula)
        if formula.kind == "implies":
            premise, conclusion = formula.parts
            if not self.defined(premise):
                return False
            inner = self.with_known(premise)
            return inner.prove(conclusion) or self.fail(inner.failure)
        if formula.kind == "and":
            for i, part in enumerate(formula.parts):
                if not self.prove(part):
                    inner = self.with_known(*formula.parts[:i]) if i else self
                    if not i or not inner.prove(part):
                        return self.fail(inner.failure)
                    self.failure = ""
            return True
        need(formula.kind == "or", "a formula is not in positive form")
        for i, part in enumerate(formula.parts):
            earlier = formula.parts[:i]
            prover = self.with_known(*map(negated, earlier)) if i else self
            if prover.prove(part):
                return self.defined(Formula("or", earlier))
            self.fail(prover.failure)
        return False

    def relation(self, formula: Formula) -> bool:
        if not self.defined_terms([*formula.left, *formula.right]):
            return False
        verdicts = [self.compare(formula.kind, a, b) for a, b in zip(formula.left, formula.right, strict=True)]
        done = any(verdicts) if formula.kind == "!=" else all(verdicts)
        return done or self.fail(f"{show(formula.left[0])} {formula.kind} {show(formula.right[0])} is not proved")

    def compare(self, kind: str, a: Term, b: Term) -> bool:
        difference, algebra = self.store.sub(a, b), self.algebra
        if a is b:
            return kind in ("==", "<=", ">=")
        form = algebra.form(difference)
        if not form.num:
            return kind in ("==", "<=", ">=")
        return self.sign(difference, kind)


def show(term: Term, depth: int = 4) -> str:
    """A short text for a term in a reason."""
    if not term.args or depth == 0:
        return str(term.data)[:20] if term.op in ("num", "var") else term.op if not term.args else "..."
    inner = [show(arg, depth - 1) for arg in term.args[:4]]
    signs = {"add": " + ", "mul": "*", "div": "/"}
    if term.op in signs:
        return "(" + signs[term.op].join(inner) + ")"
    return f"{inner[0]}**{term.data}" if term.op == "pow" else f"{term.op}({', '.join(inner)})"


def prove(statement: Statement, certificate: dict[str, Any]) -> str:
    """Check a certificate of kind proof or chain, case by case of the finitely many values."""
    store, goal = statement.store, [statement.claim]
    hints: list[Term] = []
    for text in items(certificate.get("hints", []), "hints"):
        value = statement.value(text)
        hints += value if isinstance(value, tuple) else (value,)
    if certificate["kind"] == "chain":
        goal += chain(statement, items(certificate["links"], "links"))
    variables = list(statement.cases)
    need(math.prod(len(values) for values in statement.cases.values()) <= MAX_CASES, "there are too many cases")
    denominator = 1
    for case in itertools.product(*statement.cases.values()):
        change = dict(zip(variables, map(store.num, case), strict=True))
        domain = [substituted(store, part, change) for part in statement.domain]
        goals = [substituted(store, part, change) for part in goal]
        local = [store.substitute(hint, change) for hint in hints]
        if any(impossible(statement, part) for part in domain):
            continue
        while True:
            try:
                prover = Prover(store, statement.corner, denominator, domain, local)
                claim, links = goals[0], goals[1:]
                if links:
                    done = prover.defined(claim) and all(prover.prove(link) for link in links)
                else:
                    done = prover.prove(claim)
                need(done, prover.failure or "the claim is not proved")
                break
            except Finer as finer:
                denominator = math.lcm(denominator, finer.args[0])
                need(denominator <= 1000, "exponents have too large denominators")
    return f"the claim is proved ({certificate['kind']})"


def substituted(store: Store, formula: Formula, change: dict[Term, Term]) -> Formula:
    if not change:
        return formula
    left, right = (tuple(store.substitute(t, change) for t in side) for side in (formula.left, formula.right))
    return Formula(formula.kind, tuple(substituted(store, part, change) for part in formula.parts), left, right)


def impossible(statement: Statement, formula: Formula) -> bool:
    """Whether a hypothesis without variables is certainly not true."""
    if any(node.op == "var" for node in order(formula.terms(), statement.clock)):
        return False
    return Evaluation(statement, {}, PRECISIONS[0]).truth(formula) not in (True, UNDECIDED)


def chain(statement: Statement, links: list[Any]) -> list[Formula]:
    """The links of a chain as relations that together imply the claim."""
    claim = statement.claim
    need(claim.kind in ("==", "<", "<=", ">", ">=") and links, "a chain needs one relation and at least one link")
    found, current, kinds = [], claim.left, set()
    for link in links:
        kind, text = items(link, "a link", 2)
        need(isinstance(kind, str) and kind in ("==", "<", "<=", ">", ">="), "a link has an unknown relation")
        value = statement.value(text)
        value = value if isinstance(value, tuple) else (value,)
        need(len(value) == len(current), "a link compares unlike values")
        found.append(Formula(kind, left=current, right=value))
        kinds.add(kind)
        current = value
    if current != claim.right:
        found.append(Formula("==", left=current, right=claim.right))
    strict, loose = claim.kind.rstrip("=") or "==", claim.kind
    allowed = {"=="} if loose == "==" else {"==", strict, strict + "="}
    need(kinds <= allowed, "the relations of the links do not give the relation of the claim")
    need(loose in ("==", strict + "=") or strict in kinds, "no link of the chain is strict")
    need(len(claim.left) == 1 or loose == "==", "vectors are compared by == only")
    return found


# --------------------------------------------------------------------------------------------------- verdict


@dataclass(frozen=True)
class Result:
    """The verdict on a certificate: accepted or not, and why in one line."""

    accepted: bool
    reason: str


def read_point(statement: Statement, value: object) -> dict[str, Fraction]:
    """The values of all variables at a point, of the right shapes and nothing else."""
    net, point = statement.net, {}
    shapes: dict[str, tuple[int, ...]] = {}
    for name, target in statement.variables.items():
        shapes[name] = (len(target),) if isinstance(target, tuple) else ()
    optional: tuple[str, ...] = ()
    if net:
        outputs = (net.outputs,) if net.outputs > 1 else ()
        shapes |= {"w": (net.width, net.dimension), "v": (net.width, *outputs)}
        shapes |= {"x": (net.samples, net.dimension), "y": (net.samples, *outputs), "eta": ()}
        terms = [term for part in (*statement.hypotheses, statement.claim) for term in part.terms()]
        used = statement.variable("eta") in order(terms, statement.clock)
        optional = () if used else ("eta",)
    table = fields(value, "point", [name for name in shapes if name not in optional], optional)

    def fill(name: str, entry: object, shape: tuple[int, ...]) -> None:
        if shape:
            for i, part in enumerate(items(entry, f"the value of {name}", shape[0])):
                fill(f"{name}[{i}]", part, shape[1:])
        else:
            point[name] = rational(entry, f"the value of {name}")

    for name, entry in table.items():
        fill(name, entry, shapes[name])
    if net:
        point.setdefault("eta", ONE)
        if net.loss == "any":
            realise(statement, net, point)
    return point


def realise(statement: Statement, net: Network, point: dict[str, Fraction]) -> None:
    """The residuals of the squared loss at the point: e = y - f."""
    for k in range(net.samples):
        outputs, names = statement.network("f", k), statement.network("e", k)
        pairs = zip(outputs, names, strict=True) if net.outputs > 1 else [(outputs, names)]
        for f, e in pairs:
            memo: dict[Term, Value] = {}
            evaluate([f], point, PRECISIONS[0], statement.corner, memo, statement.clock)
            value = memo[f]
            need(not isinstance(value, str) and value[0] == value[1], "the predictions at the point are not exact")
            point[e.data] = point["y" + e.data[1:]] - value[0]  # type: ignore[operator]


def refute(statement: Statement, certificate: dict[str, Any]) -> str:
    """Check a certificate of kind counterexample."""
    why = certificate["why"]
    need(why in ("false", "undefined"), "why is neither 'false' nor 'undefined'")
    point = read_point(statement, certificate["point"])
    for term, values in statement.cases.items():
        need(point[term.data] in values, f"{term.data} is not one of its values")
    for precision in PRECISIONS:
        at = Evaluation(statement, point, precision)
        domain = at.truth(Formula("and", tuple(statement.domain)))
        need(domain in (True, UNDECIDED), "the point is not in the domain of the claim")
        if domain is not True:
            continue
        claim = at.truth(statement.claim)
        need(claim is not True, "the claim is true at the point")
        if claim != UNDECIDED:
            found = "undefined" if claim == UNDEFINED else "false"
            need(found == why, f"the claim is {found} at the point, not {why}")
            return f"the claim is {found} at a point of its domain"
    raise Reject(f"not decided at the point with {PRECISIONS[-1]} bits")


def replay(certificate: object) -> Result:
    """Replay a certificate: accept it, or reject it with a reason; never raise.

    Examples
    --------
    >>> statement = {"text": "x**2 >= x", "variables": {"x": "real"}}
    >>> replay({"format": "raceproof-certificate/1", "statement": statement,
    ...         "kind": "counterexample", "point": {"x": "1/2"}, "why": "false"}).accepted
    True
    """
    try:
        result = Result(True, _replay(certificate))
    except Reject as failure:
        result = Result(False, str(failure))
    except (RecursionError, MemoryError):
        result = Result(False, "the certificate is nested too deeply or too large")
    except Exception as failure:  # a defect of the checker must not look like a verdict: it rejects
        result = Result(False, f"the checker failed on this certificate ({type(failure).__name__})")
    return replace(result, reason=" ".join(ascii(result.reason)[1:-1].split()))


def _replay(certificate: object) -> str:
    need(isinstance(certificate, dict), "a certificate is not an object")
    assert isinstance(certificate, dict)
    more = {"counterexample": ("point", "why"), "proof": ("hints",), "chain": ("links",)}
    kind = certificate.get("kind")
    need(isinstance(kind, str) and kind in more, "a certificate has an unknown kind")
    optional = ("hints",) if kind == "chain" else ()
    fields(certificate, "a certificate", ("format", "statement", "kind", *more[str(kind)]), optional)
    need(certificate["format"] == "raceproof-certificate/1", "a certificate has an unknown format")
    statement = Statement(certificate["statement"], Clock(SECONDS))
    return refute(statement, certificate) if kind == "counterexample" else prove(statement, certificate)


def replay_text(text: str) -> Result:
    """Replay a certificate given as JSON text; see `replay`."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len({key for key, _ in pairs}) == len(pairs), "the JSON has a key twice")
        return dict(pairs)

    def no_number(text: str) -> Any:
        raise Reject(f"the JSON has the number {text[:20]}: numbers are whole or strings p/q")

    def whole(text: str) -> int:
        need(len(text) <= MAX_DIGITS, "the JSON has a number that is too long")
        return int(text)

    try:
        need(isinstance(text, str) and len(text) <= MAX_JSON, "the JSON is not text or too long")
        return replay(
            json.loads(text, object_pairs_hook=unique, parse_float=no_number, parse_int=whole, parse_constant=no_number)
        )
    except Reject as failure:
        return Result(False, " ".join(ascii(str(failure))[1:-1].split()))
    except (ValueError, RecursionError, MemoryError):
        return Result(False, "the text is not JSON")


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay the certificates in the files named; 0 if all are accepted."""
    names = list(sys.argv[1:] if arguments is None else arguments)
    accepted = bool(names)
    for name in names:
        try:
            with open(name, encoding="utf-8") as file:
                result = replay_text(file.read(MAX_JSON + 1))
        except (OSError, ValueError) as failure:
            result = Result(False, f"the file cannot be read ({type(failure).__name__})")
        accepted &= result.accepted
        sys.stdout.write(f"{name}: ACCEPTED\n" if result.accepted else f"{name}: REJECTED {result.reason}\n")
    if not names:
        sys.stderr.write("usage: python -m proofs_check.checker FILE...\n")
    return 0 if accepted else 1


if __name__ == "__main__":
    raise SystemExit(main())
