"""A second checker of certificates in one file, to be read in one sitting: accepted, rejected or not decided.

It reads the claim from its text (docs/claims.md) and replays counterexamples, proofs and chains (docs/certificates.md).
It imports the standard library alone, shares no code with anything, and works when copied by itself to another machine:

    python core.py certificate.json        # or: raceproof replay --core certificate.json

What it has no rule for is *not decided*, never accepted; so is whatever ends in an exception. Why each rule is right:
docs/soundness.md, "The checker in one file". A text is interpreted over numbers of two sorts: intervals at a point
(`Place`), or products of polynomials on the whole domain (`Algebra`), which prove what their operations need at once.
Vectors are lists, derivatives are carried along (`Dual`), a bound index is an `int`, a set of possible signs a set.
"""

from __future__ import annotations

import ast
import functools
import itertools
import json
import math
import pathlib
import sys
from fractions import Fraction
from typing import Any, NamedTuple

ANY = frozenset((-1, 0, 1))
LIMIT = 300_000  # of work on one case, a few seconds
RELATIONS = {ast.Eq: {0}, ast.NotEq: {-1, 1}, ast.Lt: {-1}, ast.LtE: {-1, 0}, ast.Gt: {1}, ast.GtE: {0, 1}}
KINDS = {"positive": "> 0", "nonnegative": ">= 0", "negative": "< 0", "nonpositive": "<= 0", "nonzero": "!= 0"}
LETTERS = {*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-*/().,<>=![] "}
SLOPES = {"exp": "exp(a)", "log": "1/a", "sqrt": "1/(2*sqrt(a))", "sin": "cos(a)", "cos": "-sin(a)", "step": "0"}
MADE = {  # other functions by these: equal, and defined at the same points
    "sinh": "(exp(a) - 1/exp(a))/2", "cosh": "(exp(a) + 1/exp(a))/2", "tan": "sin(a)/cos(a)",
    "tanh": "(exp(a) - 1/exp(a))/(exp(a) + 1/exp(a))", "atanh": "log((1 + a)/(1 - a))/2",
    "asinh": "log(a + sqrt(a*a + 1))", "abs": "a*(2*step(a) - 1)", "relu": "a*step(a)", "sign": "step(a) - step(-a)",
    "max": "b + (a - b)*step(a - b)", "min": "a - (a - b)*step(a - b)", "norm": "sqrt(dot(a, a))",
}  # fmt: skip
LOSSES = {"squared": "y[k] - f[k]", "logistic": "y[k]/(1 + exp(y[k]*f[k]))", "exponential": "y[k]*exp(-y[k]*f[k])"}
NETWORK = {  # names with their indices, for a scalar read-out; then what is different for several outputs
    "gate": ("jk", "step(dot(w[j], x[k]))"), "f": ("k", "sum(v[j]*gate[j,k]*dot(w[j], x[k]) for j in neurons)"),
    "gamma": ("j", "sum(gate[j,k]*e[k]*x[k] for k in samples)/n"), "grad_w": ("j", "-v[j]*gamma[j]"),
    "grad_v": ("j", "-dot(w[j], gamma[j])"),
}  # fmt: skip
OUTPUTS = {
    "C": ("ja", "sum(gate[j,k]*e[k][a]*x[k] for k in samples)/n"), "grad_v": ("ja", "-dot(w[j], C[j,a])"),
    "grad_w": ("j", "-sum(v[j][a]*C[j,a] for a in outputs)"), "gamma": ("", ""),
}  # fmt: skip
WORDS = {*SLOPES, *MADE, *"asin acos acosh atan dot sum all d next at implies range pi".split()}
WORDS |= {"neurons", "samples", "dims", "outputs"}


class Undecided(Exception):
    """The certificate needs a rule that this file does not have."""


class Rejected(Exception):
    """The certificate is wrong."""


class Empty(Exception):
    """Nothing satisfies the conditions."""


class Dual(NamedTuple):
    """A number with its derivative; of nested derivatives each has its level."""

    level: int
    value: Any
    slope: Any


def number(value: Any) -> Fraction:
    """Return an exact number of a certificate: an integer or a text p or p/q."""
    if isinstance(value, bool) or not isinstance(value, (int, str)) or len(str(value)) > 2000:
        raise Rejected("not an exact number")
    if not all(part.isascii() and part.isdecimal() for part in str(value).removeprefix("-").split("/")):
        raise Undecided("a number that is not written as p or p/q")
    return Fraction(str(value))


def sign(value: Any) -> int:
    """Return the sign of a number."""
    return (value > 0) - (value < 0)


def product(*sets: Any) -> Any:
    """Return the possible signs of a product."""
    return functools.reduce(lambda a, b: frozenset(s * t for s in a for t in b), sets, frozenset({1}))


def total(a: Any, b: Any) -> Any:
    """Return the possible signs of a sum."""
    return frozenset(r for s in a for t in b for r in (ANY if s * t < 0 else {s or t}))


def power(a: Any, n: Any) -> Any:
    """Return the possible signs of a power, where it is defined."""
    return frozenset(int(s ** abs(n)) for s in a if s or n >= 0)


def parse(text: Any) -> ast.expr:
    """Return the syntax tree of one line; its numbers are replaced by exact ones."""
    if not isinstance(text, str) or len(text) > 20_000 or not {*text} <= LETTERS:
        raise Undecided("not a line of the claim language")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise Rejected("not an expression") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            literal = text.strip()[node.col_offset : node.end_col_offset]
            if type(node.value) not in (int, float) or "_" in literal or len(literal.lower().partition("e")[2]) > 4:
                raise Undecided("a constant that is not a plain number")
            node.value = Fraction(literal)  # type: ignore[assignment]
    return tree


def each(make: Any, *values: Any) -> Any:
    """Apply an operation to numbers, or to the components of vectors of one length."""
    lists = [len(value) if isinstance(value, list) else None for value in values]
    if len({*lists}) > 1:
        raise Undecided("an operation on values of different shape")
    return make(*values) if lists[0] is None else [each(make, *parts) for parts in zip(*values, strict=True)]


def flat(value: Any) -> list[Any]:
    """Return the numbers in nested lists."""
    return [part for inner in value for part in flat(inner)] if isinstance(value, list) else [value]


def filled(make: Any, value: Any, shape: tuple[int, ...]) -> Any:
    """Return numbers made of nested lists of this shape; of a name, of its components."""
    if shape and isinstance(value, str):
        value = [f"{value}[{i}]" for i in range(shape[0])]
    if shape and (not isinstance(value, list) or len(value) != shape[0]):
        raise Rejected("a vector of another length")
    return [filled(make, part, shape[1:]) for part in value] if shape else make(value)


class Statement:
    """A statement and its interpretation over one sort of numbers."""

    def __init__(self, table: dict[str, Any], sort: Any) -> None:
        if not table.keys() <= {*"text variables hypotheses define flow step network relu_at_zero".split()}:
            raise Rejected("unknown keys")
        self.sort, self.depth, self.text, self.kinds = sort, 0, parse(table["text"]), table.get("variables") or {}
        self.motion = {"flow": table.get("flow") or {}, "step": table.get("step") or {}}
        self.define = {name: parse(text) for name, text in table.get("define") or []}
        self.sizes, self.derived, self.shapes, self.cases, self.domain = {}, {}, {}, {}, []
        self.free, self.early, sort.at_zero = False, False, table.get("relu_at_zero", 0)
        for name, kind in self.kinds.items():
            ((key, value),) = kind.items() if isinstance(kind, dict) else [(kind, "")]
            self.shapes[name] = (value,) if key == "vector" else ()
            if key == "values":
                self.cases[name] = [number(part) for part in value]
            elif isinstance(kind, str) or key == "real":
                self.domain += [parse(value or f"{name} {KINDS[key]}")] if kind != "real" else []
            elif key != "vector":
                raise Rejected("a variable of unknown kind")
        hypotheses = [parse(text) for text in table.get("hypotheses") or []]
        if table.get("network"):
            self.build(**table["network"])
            trees = [self.text, *hypotheses]
            trees += [self.define[name] for tree in trees for name in self.used(tree) & {*self.define}]
            calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call) and len(n.args) == 1]
            if any(n.func.id == "d" for n in calls if isinstance(n.func, ast.Name)):
                self.domain.append(parse("all(dot(w[j], x[k]) != 0 for j in neurons for k in samples)"))
        self.domain += hypotheses
        names = [
            *self.shapes,
            *self.derived,
            *(name for name, _ in table.get("define") or []),
            *"mn"[: len(self.sizes)],
        ]
        proper = all({*n} <= LETTERS and n.isidentifier() and n[:2] != "__" for n in names)
        if len({*names, *WORDS}) < len(names) + len(WORDS) or not proper:
            raise Undecided("a name that is not available")
        moves: list[ast.AST] = [parse(text) for texts in self.motion.values() for text in texts.values()]
        for i, tree in enumerate([*self.define.values(), *moves, self.text, *self.domain]):
            given = {*self.shapes, *self.derived, *WORDS, *list(self.define)[:i], *("mn" if self.sizes else "")}
            found = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
            if {n.id for n in found} - given - {n.id for n in found if isinstance(n.ctx, ast.Store)}:
                raise Rejected("a name that is not known, or not yet")
            if tree in moves and {n.id for n in found} & {"d", "next"}:
                raise Undecided("a derivative or step in a motion")
        if not {*self.motion["flow"], *self.motion["step"]} <= {*self.kinds}:
            raise Rejected("a motion of what is no variable")
        sizes = [size for shape in self.shapes.values() for size in shape]
        if sort.at_zero not in (0, 1) or not all(type(n) is int and 0 <= n < 13 for n in (sort.at_zero, *sizes)):
            raise Undecided("a size or relu_at_zero of another kind")

    def used(self, tree: ast.AST) -> set[str]:
        """Return the names in an expression, also by definitions."""
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        return names.union(*(self.used(self.define[name]) for name in names & {*self.define}))

    def build(self, width: int, dimension: int, samples: int, loss: str, outputs: int = 1, early: bool = False) -> None:
        """Name the two-layer network and its gradient."""
        self.sizes = {"neurons": width, "samples": samples, "dims": dimension, "outputs": outputs}
        more = (outputs,) if outputs != 1 else ()
        network = {
            "w": (width, dimension),
            "x": (samples, dimension),
            "v": (width, *more),
            "y": (samples, *more),
            "eta": (),
        }
        if (
            {*self.shapes} & {*network, "m", "n"}
            or type(early) is not bool
            or (more and loss not in ("any", "squared"))
        ):
            raise Undecided("a network of another kind")
        self.shapes, self.free, self.early = self.shapes | network, loss == "any", early
        residual = LOSSES["squared" if self.free else loss]
        self.derived = NETWORK | (OUTPUTS if more else {})
        self.derived["e"] = ("k", residual.replace("f[k]", "0*y[k]") if early and not self.free else residual)
        self.domain.append(parse("eta > 0"))

    def begin(self, values: dict[str, Any], make: Any) -> dict[str, Any]:
        """Return the numbers of all names; free residuals are those of the values, or else of the squared loss."""
        env = {name: filled(make, values[name], shape) for name, shape in self.shapes.items()}
        env |= (
            {"m": self.sort.num(self.sizes["neurons"]), "n": self.sort.num(self.sizes["samples"])} if self.sizes else {}
        )
        if self.free:
            env["e"] = filled(make, values["e"], self.shapes["y"]) if "e" in values else self.network("e", [], env)
            del env["y"]
        return env

    def outside(self, env: dict[str, Any]) -> dict[str, Any]:
        """Return the names without the bound indices, which a definition does not know."""
        return {name: value for name, value in env.items() if not isinstance(value, int)}

    def network(self, name: str, places: list[int], env: dict[str, Any]) -> Any:
        """Return a name of the network with some of its indices, as a list over the others."""
        letters, text = self.derived[name]
        if len(places) < len(letters):
            size = self.sizes[{"j": "neurons", "k": "samples", "a": "outputs"}[letters[len(places)]]]
            return [self.network(name, [*places, i], env) for i in range(size)]
        return self.read(parse(text), self.outside(env) | dict(zip(letters, places, strict=True)))

    def moved(self, kind: str, env: dict[str, Any]) -> dict[str, Any]:
        """Return the velocities, or the values after one step, of what moves."""
        if self.sizes:
            text = parse("-g" if kind == "flow" else "p - eta*g")
            move = lambda p, g: self.read(text, {"p": p, "g": g, "eta": env["eta"]})  # noqa: E731
            return {name: each(move, env[name], self.network("grad_" + name, [], env)) for name in "wv"}
        rates = {name: self.read(parse(text), self.outside(env)) for name, text in self.motion[kind].items()}
        if not rates or None in flat([*rates.values()]):
            raise Undecided("a motion that is not given, or not defined")
        return rates

    def along(self, rates: dict[str, Any], node: ast.expr, env: dict[str, Any]) -> Any:
        """Return the derivative of an expression when variables move at these rates."""
        self.depth += 1
        level, zero = self.depth, self.sort.num(0)
        moving = {name: each(lambda p, rate: Dual(level, p, rate), env[name], rate) for name, rate in rates.items()}
        result = self.read(node, env | moving)
        self.depth -= 1
        if not isinstance(result, Dual) or result.level < level:
            return self.apply("mul", zero, result)  # which is defined where the expression is
        return self.apply("add", result.slope, self.apply("mul", zero, result.value))

    def apply(self, op: str, a: Any, b: Any = None) -> Any:
        """Apply an operation to numbers; inside a derivative its rule too, with the highest level outside."""
        self.sort.work += 20
        if isinstance(a, list) or isinstance(b, list) or self.sort.work > LIMIT:
            raise Undecided("a vector where a number is needed, or too much work")
        smooth = {"step": {-1, 1}, "sqrt": {1}}.get(op) if self.depth and not isinstance(a, Dual) else None
        if smooth and (a is None or not self.sort.signs(a) <= smooth):
            raise Undecided("a derivative at a kink")  # also in a condition of the domain
        level = max(n.level if isinstance(n, Dual) else 0 for n in (a, b))
        if not level:
            return self.sort.apply(op, a, b)
        zero = self.sort.num(0)
        (a, da), (b, db) = (
            (n.value, n.slope) if isinstance(n, Dual) and n.level == level else (n, zero) for n in (a, b)
        )
        value = self.apply(op, a, b)
        if op == "add":
            return Dual(level, value, self.apply("add", da, db))
        if op == "mul":
            return Dual(level, value, self.apply("add", self.apply("mul", da, b), self.apply("mul", a, db)))
        rule = SLOPES.get(op) or (f"{b}*a**{b - 1}" if b else "0")
        return Dual(level, value, self.apply("mul", self.read(parse(rule), {"a": a}), da))

    def read(self, node: ast.expr, env: dict[str, Any]) -> Any:
        """Return the number or vector of numbers that an expression stands for."""
        add, mul = functools.partial(self.apply, "add"), functools.partial(self.apply, "mul")
        match node:
            case ast.Constant(value=value):
                return self.sort.num(value)
            case ast.Name(id=name) if name in env and not isinstance(env[name], int):
                return env[name]
            case ast.Name(id=name) if name in self.define:
                return self.read(self.define[name], self.outside(env))
            case ast.Name(id=name) if name not in env and name not in self.derived:
                raise (Undecided if name == "pi" else Rejected)(f"the name {name[:40]} is not known")
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return each(functools.partial(mul, self.sort.num(-1)), self.read(inner, env))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                plain = right.operand if isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub) else right
                n: Any = plain.value if isinstance(plain, ast.Constant) else Fraction(1, 2)
                if n == int(n) <= 1000:
                    return self.apply("pow", self.read(left, env), int(n) * (1 if plain is right else -1))
                exponent, names = self.read(right, env), self.used(right)
                if not names & {*self.shapes, *self.derived} and (names or exponent[0] == int(exponent[0])):
                    raise Undecided("a constant power that is not a plain integer")
                if names & env.get("at", set()):
                    raise Undecided("a power in which something is put in the place of a variable")
                return self.apply("exp", mul(exponent, self.apply("log", self.read(left, env))))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return each(add, self.read(left, env), self.read(right, env))
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return each(lambda p, q: add(p, mul(self.sort.num(-1), q)), self.read(left, env), self.read(right, env))
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                a, b = self.read(left, env), self.read(right, env)
                return each(functools.partial(mul, b), a) if isinstance(a, list) else each(functools.partial(mul, a), b)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                a, b = self.read(left, env), self.apply("pow", self.read(right, env), -1)
                return each(functools.partial(mul, b), a)
            case ast.Subscript(value=value, slice=place):
                places = [self.index(part, env) for part in (place.elts if isinstance(place, ast.Tuple) else [place])]
                if isinstance(value, ast.Name) and value.id in self.derived and value.id not in env:
                    found, count = self.network(value.id, [], env), 2 if value.id in ("gate", "C") else 1
                else:
                    found, count = self.read(value, env), 1
                if len(places) != count or min(places) < 0 or not isinstance(found, list):
                    raise Rejected("an index too many or too few")
                return functools.reduce(lambda vector, i: vector[i], places, found)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if not keywords or name == "at":
                return self.call(name, args, keywords, env)
        raise Undecided("an expression of another kind")

    def call(self, name: str, args: list[ast.expr], keywords: list[ast.keyword], env: dict[str, Any]) -> Any:
        """Return a function of the claim language."""
        sums = functools.partial(functools.reduce, functools.partial(each, functools.partial(self.apply, "add")))
        kept = env if not self.free else {key: value for key, value in env.items() if key != "e"}
        match name, args:
            case "sum", [ast.GeneratorExp(elt=inner, generators=fors)]:
                return sums([self.read(inner, run) for run in self.runs(fors, env)])
            case "dot", [left, right]:
                return sums(each(functools.partial(self.apply, "mul"), self.read(left, env), self.read(right, env)))
            case "d", [inner]:
                return self.along(self.moved("flow", env), inner, env if self.early else kept)
            case "d", [inner, ast.Name(id=t)] if t in self.kinds and self.shapes[t] == () and t not in self.cases:
                return self.along({t: self.sort.num(1)}, inner, env)
            case "next", [inner]:
                moved = self.moved("step", env)
                return self.read(inner, kept | moved | {"at": env.get("at", set()) | {*moved, *self.derived}})
            case "at", [inner] if all(keyword.arg in self.kinds for keyword in keywords):
                values = {str(keyword.arg): self.read(keyword.value, env) for keyword in keywords}
                if len(values) < len(keywords):
                    raise Rejected("a name is given twice")
                each(lambda *pair: None, [env[key] for key in values], [*values.values()])  # of the same shapes
                return self.read(inner, env | values | {"at": env.get("at", set()) | {*values}})
            case (("min" | "max"), [*_, _, last]):
                first = self.read(args[0], env) if len(args) == 2 else self.call(name, args[:-1], [], env)
                return self.read(parse(MADE[name]), {"a": first, "b": self.read(last, env)})
            case _, [inner] if name in SLOPES:
                return self.apply(name, self.read(inner, env))
            case _, [inner] if name in MADE:
                return self.read(parse(MADE[name]), {"a": self.read(inner, env)})
        raise Undecided(f"{name[:20]} of another kind")

    def index(self, node: ast.expr, env: dict[str, Any]) -> int:
        """Return an index: an integer or a bound name."""
        found = (
            node.value if isinstance(node, ast.Constant) else env.get(node.id) if isinstance(node, ast.Name) else None
        )
        if not isinstance(found, (int, Fraction)) or found != int(found):
            raise Undecided("an index of another kind")
        return int(found)

    def runs(self, fors: list[ast.comprehension], env: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the names with every choice of the bound indices."""
        if not fors:
            return [env]
        match fors[0].iter:
            case ast.Name(id=over) if over in self.sizes:
                size = self.sizes[over]
            case ast.Call(func=ast.Name(id="range"), args=[ast.Constant() as end]):
                size = self.index(end, {})
            case _:
                raise Undecided("a range of another kind")
        name, found = fors[0].target.id, []  # type: ignore[attr-defined]
        if name in {*env, *self.define, *WORDS, *self.derived} or size > 12 or len(fors) > 3:
            raise Undecided("a bound index that hides a name, or a long sum")
        for i in range(size):
            inner, kept = env | {name: i}, True
            for test in fors[0].ifs:
                ((op, right),) = zip(test.ops, test.comparators, strict=True)  # type: ignore[attr-defined]
                kept &= sign(self.index(test.left, inner) - self.index(right, inner)) in RELATIONS[type(op)]  # type: ignore[attr-defined]
            found += self.runs(fors[1:], inner) if kept else []
        return found

    def parts(self, node: ast.expr, env: dict[str, Any], true: bool) -> list[tuple[ast.expr, dict[str, Any]]] | None:
        """Return the parts of a conjunction with their names; or, if false is asked for, of a disjunction."""
        match node:
            case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And if true else ast.Or):
                return [(value, env) for value in values]
            case ast.Call(func=ast.Name(id="implies"), args=[premise, conclusion]) if not true:
                return [(ast.UnaryOp(ast.Not(), premise), env), (conclusion, env)]
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(elt=inner, generators=fors)]) if true:
                return [(inner, run) for run in self.runs(fors, env)]
            case ast.Compare(left=left, ops=[_, _, *_] as ops, comparators=rights) if true:
                return [
                    (ast.Compare(a, [op], [b]), env) for a, op, b in zip([left, *rights], ops, rights, strict=False)
                ]
        return None

    def truth(self, node: ast.expr, env: dict[str, Any]) -> bool | str | None:
        """Return True or False where that is certain, None if undefined, "?" if unknown; with short circuit."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                one = self.truth(inner, env)
                return not one if isinstance(one, bool) else one
            case ast.Compare(ops=[op]):
                goal, gaps = RELATIONS[type(op)], self.gaps(node, env)
                if None in gaps:
                    return None
                signs = [self.sort.signs(gap) for gap in gaps]
                if len(signs) == 1:
                    return True if signs[0] <= goal else "?" if signs[0] & goal else False
                equal = "?" if all(0 in one for one in signs) else False
                equal = True if all(one == {0} for one in signs) else equal
                return equal if equal == "?" or goal == {0} else not equal
        both = self.parts(node, env, True)
        parts, before, result = (
            both if both is not None else self.parts(node, env, False),
            self.sort.facts,
            both is not None,
        )
        if parts is None:
            raise Undecided("a formula of another kind")
        for part, names in parts:
            try:
                one = self.truth(part, names)
                if one == "?":  # the next part is reached only where this one is true (false in a disjunction)
                    result = one
                    self.assume(part, names, both is not None)
            except Empty:
                if both is not None or result != "?":
                    raise
                one = True  # a disjunction whose parts so far cannot all be false
            if one is None or one is (both is None):
                result = one if one is not None or result != "?" else self.sort.need(None, {})
                break
        self.sort.facts = before
        return result

    def gaps(self, node: ast.Compare, env: dict[str, Any]) -> list[Any]:
        """Return the differences of the sides of a relation; only equality is for vectors."""
        found = self.read(ast.BinOp(node.left, ast.Sub(), node.comparators[0]), env)
        if isinstance(found, list) and not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            raise Undecided("an order of vectors")
        return flat(found)

    def assume(self, node: ast.expr, env: dict[str, Any], true: bool) -> None:
        """Make facts of the relations that hold where a formula is true, or false."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.assume(inner, env, not true)
            case ast.Compare(ops=[op]):
                gaps, signs = self.gaps(node, env), RELATIONS[type(op)] if true else ANY - RELATIONS[type(op)]
                for gap in gaps if len(gaps) == 1 or signs == {0} else []:
                    self.sort.fact(gap, signs)
        for part, names in self.parts(node, env, true) or []:
            self.assume(part, names, true)


class Place:
    """Numbers at a point: exact fractions or rational intervals (low, high); None where undefined."""

    def __init__(self, bits: int) -> None:
        self.bits, self.facts, self.at_zero, self.work = bits, None, 0, 0

    def num(self, value: Any) -> tuple[Fraction, Fraction]:
        """Return a constant."""
        return Fraction(value), Fraction(value)

    def signs(self, a: Any) -> Any:
        """Return the possible signs."""
        return frozenset(s for s in ANY if (a[0] < 0, a[0] <= 0 <= a[1], a[1] > 0)[s + 1])

    def fact(self, a: Any, signs: Any) -> None:
        """Refuse: at a point an unknown sign ends the attempt at this precision."""
        raise Undecided("the precision")

    def need(self, a: Any, signs: Any) -> None:
        """Ask that a derivative rule applies."""
        if a is None or not self.signs(a) <= signs:
            raise Undecided("a derivative that is not decided")

    def near(self, x: Fraction, up: int) -> Fraction:
        """Return a short number below x, or above."""
        scale = Fraction(2) ** (self.bits - x.numerator.bit_length() + x.denominator.bit_length())
        return (math.ceil(x * scale) if up else math.floor(x * scale)) / scale

    def rounded(self, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        """Return the interval with short ends; an exact number stays while it is short."""
        exact = low == high and low.numerator.bit_length() + low.denominator.bit_length() < 4000
        return (low, high) if exact else (self.near(low, 0), self.near(high, 1))

    def apply(self, op: str, a: Any, b: Any = None) -> Any:
        """Return an interval that contains every value, None where the operation is undefined."""
        if None in ((a, b) if op in ("add", "mul") else (a,)):
            return None
        signs, low, high = self.signs(a), *a
        bad = {"log": {-1, 0}, "sqrt": {-1}, "pow": {0} if op == "pow" and b < 0 else {}}.get(op, {})
        if signs & {*bad}:
            return None if signs <= {*bad} else self.need(a, {})
        if op == "add":
            return self.rounded(low + b[0], high + b[1])
        if op == "mul":
            ends = [p * q for p in a for q in b]
            return self.rounded(min(ends), max(ends))
        if op == "pow":
            if max(n.bit_length() for x in a for n in (x.numerator, x.denominator)) * abs(b) > 20_000:
                raise Undecided("a large power")
            ends = [low**b, high**b, *([Fraction(0)] if b and signs == ANY else [])]
            return self.rounded(min(ends), max(ends))
        if op == "step":
            self.need(a, signs if len(signs) == 1 else {})
            return self.num({-1: 0, 0: self.at_zero, 1: 1}[min(signs)])
        if op in ("sin", "cos"):
            middle = Fraction(round((low + high) * 2**self.bits), 2 ** (self.bits + 1))
            found, far = self.series(middle, op == "sin", 2, -1), max(high - middle, middle - low)
            return (found[0] - far, found[1] + far) if middle or far else self.num(op == "cos")
        function = {"exp": self.exp, "log": self.log, "sqrt": self.sqrt}[op]
        return self.rounded(function(low)[0], function(high)[1])

    def series(self, x: Fraction, n: int, step: int, turn: int) -> tuple[Fraction, Fraction]:
        """Enclose x^n/n! + turn*x^(n+step)/(n+step)! + ...: the rest is at most twice the first term left out."""
        term, found = x**n, Fraction(0)
        self.need(self.num(100 - abs(x)), {1})
        while abs(term) > Fraction(1, 2**self.bits) or n < 2 * abs(x):
            found, term, n = found + term, turn * term * x**step / math.perm(n + step, step), n + step
        return found - 2 * abs(term), found + 2 * abs(term)

    def exp(self, x: Fraction) -> tuple[Fraction, Fraction]:
        """Enclose exp(x): the series at x/2^k on a grid, then k squares; exp(y + r) <= (1 + 2r)exp(y), and y < 1."""
        k, grid = math.ceil(abs(x)).bit_length(), 2 ** (self.bits + 20)
        self.need(self.num(1000 - abs(x)), {1})
        low, high = self.series(Fraction(math.floor(x / 2**k * grid), grid), 0, 1, 1) if x else self.num(1)
        high += Fraction(6, grid) if x else 0
        for _ in range(k):
            low, high = self.rounded(low**2, high**2)
        return low, high

    def log(self, x: Fraction) -> tuple[Fraction, Fraction]:
        """Enclose log(x) = 2*atanh((m - 1)/(m + 1)) + 2k*atanh(1/3) for x = m*2^k; atanh has slopes below 2 here."""
        k = x.numerator.bit_length() - x.denominator.bit_length()
        m, found, error = x / Fraction(2) ** k, Fraction(0), Fraction(0)
        for y, factor in ((m - 1) / (m + 1), 2), (Fraction(1, 3), 2 * k):
            z = self.near(y, 0) if y else y
            term, n, error = z, 1, error + 2 * abs(factor * (z - y))
            while abs(term) > Fraction(1, 2**self.bits):
                found, term, n = found + factor * term / n, term * z * z, n + 2
            error += 2 * abs(factor * term)
        return found - error, found + error

    def sqrt(self, x: Fraction) -> tuple[Fraction, Fraction]:
        """Enclose a root: exact for squares, by integer roots otherwise."""
        root = Fraction(math.isqrt(x.numerator), math.isqrt(x.denominator))
        scale = 2 ** (self.bits + max(0, x.denominator.bit_length() - x.numerator.bit_length()))
        low = math.isqrt(x.numerator * scale**2 // x.denominator)
        return self.num(root) if root**2 == x else (Fraction(low, scale), Fraction(low + 1, scale))


class Algebra:
    """Numbers on the whole domain: (constant, {factor: exponent}, possible signs).

    A factor is a generator (an int) or a polynomial: sorted pairs of a monomial and a coefficient, that of the largest
    monomial 1; a monomial is sorted pairs of a generator and an exponent. Factors with negative exponents are not 0.
    """

    def __init__(self) -> None:
        self.generators: list[tuple[str, Any]] = []
        self.places: dict[Any, int] = {}
        self.relations: list[tuple[Any, Any]] = []  # a monomial, and the polynomial that may replace it
        self.facts: dict[Any, Any] = {
            "known": {},
            "rules": [],
        }  # signs of factors; what they imply; rules of the domain
        self.at_zero, self.work, self.trusting, self.careful = 0, 0, False, False

    def num(self, value: Any) -> Any:
        """Return a constant."""
        return Fraction(value), {}, frozenset({sign(value)})

    def generator(self, kind: str, argument: Any, exponent: Any = 1) -> Any:
        """Return a power of a generator, with the relation that it satisfies wherever it is defined."""
        key = (kind, argument if kind == "var" else (argument[0], frozenset(argument[1].items())))
        if key not in self.places:
            (cos,) = self.generator("cos", argument)[1] if kind == "sin" else (0,)
            g = self.places[key] = len(self.generators)
            self.generators.append((kind, argument))
            if kind in ("sqrt", "step", "sin"):
                square = {((g, 1),): Fraction(1)} if kind == "step" else {(): Fraction(1), ((cos, 2),): Fraction(-1)}
                facts = self.facts
                self.facts = facts | {"rules": []}  # the relation outlives the rules of a premise
                self.relations.append((((g, 2),), self.expanded(argument) if kind == "sqrt" else square))
                self.facts = facts
        return Fraction(1), {self.places[key]: exponent}, ANY

    def times(self, p: Any, q: Any) -> Any:
        """Return a product of polynomials."""
        found: Any = {}
        self.work += 20 + len(p) * len(q)
        if self.work > LIMIT:
            raise Undecided("too much work")
        for (a, c), (b, d) in itertools.product(p.items(), q.items()):
            mono = dict(a)
            for g, e in b:
                mono[g] = mono.get(g, 0) + e
            key = tuple(sorted((g, e) for g, e in mono.items() if e))
            found[key] = found.get(key, 0) + c * d
        return {mono: c for mono, c in found.items() if c}

    def plus(self, p: Any, q: Any) -> Any:
        """Return a sum of polynomials."""
        found = {mono: p.get(mono, 0) + q.get(mono, 0) for mono in {**p, **q}}
        return {mono: c for mono, c in found.items() if c}

    def clean(self, p: Any) -> Any:
        """Replace the monomials that the left side of a relation or rule divides."""
        done: Any = {}
        while p:
            mono, c = p.popitem()
            for left, right in (*self.relations, *self.facts["rules"]):
                if all((mono_g := dict(mono).get(g, 0)) and mono_g >= e for g, e in left):
                    p = self.plus(p, self.times(right, self.times({mono: c}, {tuple((g, -e) for g, e in left): 1})))
                    break
            else:
                done[mono] = done.get(mono, 0) + c
        return {mono: c for mono, c in done.items() if c}

    def expanded(self, a: Any) -> Any:
        """Return the polynomial of a number without polynomials below; exponents of generators may be negative."""
        found = {tuple(sorted((f, e) for f, e in a[1].items() if isinstance(f, int) and e)): a[0]} if a[0] else {}
        for factor, e in a[1].items():
            polynomial = {} if isinstance(factor, int) else dict(factor)
            for _ in range(e if polynomial else 0):
                found = self.clean(self.times(found, polynomial))
        return self.clean(found)

    def factors(self, p: Any) -> Any:
        """Return a polynomial as a number: a constant, generators that divide it, and what is left."""
        if not p:
            return self.num(0)
        monos = [dict(mono) for mono in p]
        least = {g: min(mono.get(g, 0) for mono in monos) for g in {g for mono in monos for g in mono}}
        rest = self.times(p, {tuple(sorted((g, -e) for g, e in least.items() if e)): Fraction(1)})
        lead, found = rest[max(rest)], {g: e for g, e in least.items() if e}
        if len(rest) > 1:
            found[tuple(sorted((mono, c / lead) for mono, c in rest.items()))] = 1
        return lead, found, ANY

    def apply(self, op: str, a: Any, b: Any = None) -> Any:
        """Apply an operation after proving what it needs; in the domain's conditions, that is known."""
        signs = self.signs if self.careful else lambda n: n[2]
        if op == "mul":
            found = {f: a[1].get(f, 0) + b[1].get(f, 0) for f in {**a[1], **b[1]}} if a[0] * b[0] else {}
            both = power(signs(a), 2) if a[:2] == b[:2] else product(signs(a), signs(b))
            return a[0] * b[0], {f: e for f, e in found.items() if e}, both
        if op == "add":
            if not a[0] or not b[0]:
                return a if a[0] else b
            common = {f: min(a[1].get(f, 0), b[1].get(f, 0)) for f in {**a[1], **b[1]}}
            rests = [(n[0], {f: n[1].get(f, 0) - e for f, e in common.items()}) for n in (a, b)]
            found = self.factors(self.clean(self.plus(*map(self.expanded, rests))))
            powers = {f: found[1].get(f, 0) + common.get(f, 0) for f in {**found[1], **common}} if found[0] else {}
            return found[0], {f: e for f, e in powers.items() if e}, total(signs(a), signs(b))
        if op == "pow":
            if b < 0:
                self.need(a, {-1, 1})
            if max(a[0].numerator.bit_length(), a[0].denominator.bit_length()) * abs(b) > 20_000:
                raise Undecided("a large power")
            return a[0] ** b, {f: e * b for f, e in a[1].items() if b}, power(self.signs(a), b)
        if op in ("log", "sqrt"):
            self.need(a, {1} if op == "log" else {0, 1})
        if not a[0]:
            return self.num({"step": self.at_zero, "exp": 1, "cos": 1}.get(op, 0))
        if op == "sin":
            return self.apply("mul", self.num(sign(a[0])), self.generator(op, (abs(a[0]), a[1])))
        if op == "cos":
            return self.generator(op, (abs(a[0]), a[1]))
        return {"exp": self.exp, "log": self.log, "sqrt": self.sqrt, "step": self.step}[op](a)

    def exp(self, a: Any) -> Any:
        """Return exp of a sum as a product; exp(n/2*log(u)) is a power of u or of its root."""
        found, below = self.num(1), {f: e for f, e in a[1].items() if e < 0 and not isinstance(f, int)}
        for mono, c in self.expanded((a[0], {f: e for f, e in a[1].items() if f not in below})).items():
            kind, u = self.generators[mono[0][0]] if mono and not below else ("", ())
            if kind == "log" and len(mono) == 1 and mono[0][1] == 1 and c.denominator <= 2:
                part = self.apply("pow", (*u, ANY) if c.denominator == 1 else self.sqrt((*u, ANY)), c.numerator)
            else:
                part = self.generator("exp", (Fraction(1), dict(mono) | below), c)
            found = self.apply("mul", found, part)
        return (*found[:2], frozenset({1}))

    def log(self, a: Any) -> Any:
        """Return the sum of the logarithms of the factors of known sign, and of the others together."""
        found, others, turn = self.num(0), {}, Fraction(sign(a[0]))
        for p, e in [(p, 1) for p in primes(a[0].numerator)] + [(p, -1) for p in primes(a[0].denominator)]:
            found = self.apply("add", found, self.apply("mul", self.num(e), self.generator("log", (Fraction(p), {}))))
        for factor, e in a[1].items():
            signs = self.signs_of(factor)
            if signs not in ({1}, {-1}):
                others[factor] = e
                continue
            turn *= min(signs) ** abs(e) if -1 in signs else 1
            kind, u = self.generators[factor] if isinstance(factor, int) else ("", ())
            part = self.generator("log", (Fraction(min(signs)), {factor: 1}))
            if kind in ("exp", "sqrt"):
                part = u if kind == "exp" else self.apply("mul", self.num(Fraction(1, 2)), self.log((*u, ANY)))
            found = self.apply("add", found, self.apply("mul", self.num(e), (*part[:2], ANY)))
        found = self.apply("add", found, self.generator("log", (turn, others))) if others else found
        return (*found[:2], self.signs(self.apply("add", a, self.num(-1))) if self.careful else ANY)

    def sqrt(self, a: Any) -> Any:
        """Return a root: even powers of what has a known sign, or is even itself, stand outside."""
        found = primes(a[0].numerator) + primes(a[0].denominator)
        c = math.prod(p for p in {*found} for _ in range(found.count(p) // 2)) / Fraction(a[0].denominator)
        outside, inside = {}, {}
        for factor, e in a[1].items():
            signs, half = self.signs_of(factor), e // 2
            if isinstance(factor, int) and self.generators[factor][0] == "exp":
                outside[factor] = Fraction(e) / 2
            elif half % 2 == 0 or not signs >= {-1, 1}:
                outside[factor], inside[factor] = half, e % 2
                c *= -1 if -1 in signs and half % 2 else 1
            else:
                inside[factor] = e
        under = (
            Fraction(math.prod(p for p in {*found} if found.count(p) % 2) * sign(a[0])),
            {f: e for f, e in inside.items() if e},
        )
        if any(e < 0 and not isinstance(f, int) for f, e in inside.items()):
            raise Undecided("the root of a quotient of unknown sign")
        root = self.num(1) if under == (1, {}) else self.generator("sqrt", under)
        found = self.apply("mul", (c, {f: e for f, e in outside.items() if e}, ANY), root)
        return (*found[:2], self.signs(a) - {-1})

    def step(self, a: Any) -> Any:
        """Return a gate, without the factors whose sign is known."""
        signs, turn, kept = self.signs(a), Fraction(sign(a[0])), {}
        if len(signs) == 1:
            return self.num({-1: 0, 0: self.at_zero, 1: 1}[min(signs)])
        for factor, e in a[1].items():
            one = power(self.signs_of(factor), e)
            turn *= min(one) if len(one) == 1 else 1
            kept |= {factor: abs(e)} if len(one) > 1 else {}
        return (*self.generator("step", (turn, kept))[:2], frozenset({0, 1}))

    def signs(self, a: Any) -> Any:
        """Return the possible signs of a number that is defined: what is carried, by factors, and multiplied out."""
        if not a[0]:
            return frozenset({0})
        parts = {f: power(self.signs_of(f), e) for f, e in a[1].items()}
        found = a[2] & product({sign(a[0])}, *parts.values())
        if len(found) > 1 and len(parts) > 1:
            turn, top = self.key(self.expanded((a[0], {f: e for f, e in a[1].items() if e > 0})))
            found &= product({turn}, self.signs_of(top), *(parts[f] for f, e in a[1].items() if e < 0))
        if not found:
            raise Empty
        return found

    def key(self, p: Any) -> tuple[int, Any]:
        """Return the sign of the largest monomial's coefficient and, divided by it, a polynomial as a factor."""
        if not p:
            return 0, ()
        lead = p[max(p)]
        alone = len(p) == 1 and len(max(p)) == 1 and max(p)[0][1] == 1
        return sign(lead), max(p)[0][0] if alone else tuple(sorted((mono, c / lead) for mono, c in p.items()))

    def signs_of(self, factor: Any, depth: int = 2) -> Any:
        """Return the possible signs of a factor: from facts, its parts, and what a fact leaves over of it."""
        known, found = self.facts["known"], self.facts.get(factor, ANY)
        if (factor, depth) in known or factor == ():
            return known.get((factor, depth), {0})
        known[factor, depth] = ANY  # so that nothing rests on itself
        p = {((factor, 1),): Fraction(1)} if isinstance(factor, int) else dict(factor)
        if isinstance(factor, int):
            kind, u = self.generators[factor]
            if kind in ("exp", "step", "sqrt"):
                found &= {0, 1} if kind == "step" or (kind == "sqrt" and 0 in self.signs((*u, ANY))) else {1}
            elif kind == "log":
                found &= self.signs(self.apply("add", (*u, ANY), self.num(-1)))
        else:
            parts = [product({sign(c)}, *(power(self.signs_of(g), e) for g, e in mono)) for mono, c in factor]
            found &= functools.reduce(total, parts)
            if len(found) > 1 and len(p) > 1 and factor not in (inner := self.factors(p))[1]:
                found &= product({sign(inner[0])}, *(power(self.signs_of(f, depth), e) for f, e in inner[1].items()))
            if len(p) == 2 and sum(p.values()) == 0:  # exp(u) - exp(v) has the sign of u - v
                ratio = self.times({max(p): Fraction(1)}, {tuple((g, -e) for g, e in min(p)): Fraction(1)})
                if all(self.generators[g][0] == "exp" for g, _ in max(ratio)):
                    terms = [(e, self.generators[g][1][1], ANY) for g, e in max(ratio)]
                    gap = functools.reduce(functools.partial(self.apply, "add"), terms)
                    found &= product(self.signs(gap), *(power(self.signs_of(g), e) for g, e in min(p)))
        for fact, signs in self.facts.items() if depth else []:
            if len(found) == 1 or not isinstance(fact, tuple) or len(fact) == 1 or signs >= {-1, 1}:
                continue
            for mono, c in p.items():
                over = self.times({mono: c}, {tuple((g, -e) for g, e in fact[-1][0]): Fraction(1)})
                ((part, _),) = over.items()
                first = product(signs, {sign(c)}, *(power(self.signs_of(g), e) for g, e in part))
                if not first >= {-1, 1} and all(e > 0 for _, e in part):
                    turn, rest = self.key(self.plus(p, self.times({(): Fraction(-1)}, self.times(dict(fact), over))))
                    shorter = isinstance(rest, int) or len(rest) <= len(p)
                    found &= total(first, product({turn}, self.signs_of(rest, depth - 1))) if shorter else ANY
        known[factor, depth] = found
        return found

    def need(self, a: Any, signs: Any) -> None:
        """Prove what an operation needs; in a condition of the domain it is known."""
        if not (self.trusting or self.signs(a) <= signs):
            raise Undecided("the sign of a denominator, root, logarithm or kink")

    def fact(self, a: Any, signs: Any) -> None:
        """Note the signs of a number, those of a factor where the others are known, and a rule if it is 0."""
        if not self.signs(a) & signs:
            raise Empty
        powers = {f: power(self.signs_of(f), e) for f, e in a[1].items()}
        top = self.expanded((a[0], {f: e for f, e in a[1].items() if e > 0})) if a[0] else {}
        turn, whole = self.key(top)
        notes = [(whole, product({turn}, signs, *(powers[f] for f, e in a[1].items() if e < 0)))] if top else []
        for f, e in a[1].items():
            others = product({sign(a[0])}, *(powers[g] for g in powers if g != f))
            if e % 2 == 1 and 0 not in others:
                notes.append((f, product(signs, others)))
            elif 0 not in signs:
                notes.append((f, ANY - {0}))
        new = self.facts | {"known": {}}
        for f, one in notes:
            new[f] = new.get(f, ANY) & one
            if not new[f]:
                raise Empty
        if signs == {0} and top:  # replace a power of a variable that stands nowhere else, or the largest monomial
            least = {g: min(0, *(dict(mono).get(g, 0) for mono in top)) for g, _ in itertools.chain(*top)}
            top = self.times(top, {tuple((g, -e) for g, e in sorted(least.items()) if e): Fraction(1)})
            alone = [m for m in top if len(m) == 1 and sum(m[0][0] in dict(other) for other in top) == 1]
            left = max([m for m in alone if self.generators[m[0][0]][0] == "var"] or top)
            right = {mono: -c / top[left] for mono, c in top.items() if mono != left}
            new["rules"] = [*new["rules"], (left, right)] if left else new["rules"]
        self.facts = new


def primes(n: int) -> list[int]:
    """Return numbers whose product is the size of n: primes, and what has none below 1000."""
    n, found, p = abs(n), [], 2
    while n > 1 and p < 1000:
        while n % p == 0:
            found.append(p)
            n //= p
        p += 1
    return found + [n] * (n > 1)


def replay_point(certificate: dict[str, Any], bits: int) -> str:
    """Find the point in the domain and the claim false or undefined there."""
    claim = Statement(certificate["statement"], sort := Place(bits))
    point = ({"eta": "1"} if claim.sizes else {}) | certificate["point"]
    env = claim.begin(point, lambda value: sort.num(number(value)))
    if {*point} != {*claim.shapes} or any(env[name][0] not in values for name, values in claim.cases.items()):
        raise Rejected("not a point of the variables")
    for condition in claim.domain:
        if (found := claim.truth(condition, env)) is not True:
            raise Undecided("the precision") if found == "?" else Rejected("the point is outside the domain")
    found = claim.truth(claim.text, env)
    if found == "?":
        raise Undecided("the precision")
    if found is True or certificate["why"] != {False: "false", None: "undefined"}[found]:  # type: ignore[index]
        raise Rejected(f"the claim is {found} at the point")
    return "the claim fails at the point"


def replay_proof(certificate: dict[str, Any], fixed: dict[str, Fraction]) -> None:
    """Prove a claim, or the links of a chain, for fixed values of the variables with finitely many."""
    claim = Statement(certificate["statement"], sort := Algebra())
    names = {name: name for name in (*claim.shapes, *["e"] * claim.free)}
    env = claim.begin(names, lambda name: sort.num(fixed[name]) if name in fixed else sort.generator("var", name))
    for condition in claim.domain * 2:  # twice: an equality may decide what another needs
        try:
            sort.trusting, claim.depth = True, 0
            claim.assume(condition, env, True)
        except Undecided:
            continue  # a derivative that is not decided: nothing is used
        finally:
            sort.trusting, claim.depth = False, 0
    for hint in certificate["hints"]:
        try:
            sort.careful = True
            value = claim.read(parse(hint), env)
            sort.fact(value, sort.signs(value))
        except Undecided:
            claim.depth = 0
        finally:
            sort.careful = False
    goals = [claim.text]
    if certificate["kind"] == "chain":
        goal, links = claim.text, [(r, parse(text)) for r, text in certificate["links"]]
        links.append(("==", goal.comparators[0]))  # type: ignore[attr-defined]
        goals = [ast.Compare(a, parse(f"0 {r} 0").ops, [b])  # type: ignore[attr-defined]
                 for a, (r, b) in zip([goal.left, *(b for _, b in links)], links, strict=False)]  # type: ignore[attr-defined]  # fmt: skip
        signs = functools.reduce(total, [RELATIONS[type(one.ops[0])] for one in goals])
        if len(goal.ops) != 1 or isinstance(goal.ops[0], ast.NotEq) or not signs <= RELATIONS[type(goal.ops[0])]:  # type: ignore[attr-defined]
            raise Undecided("links that do not add up")
    if not all(claim.truth(one, env) is True for one in goals):
        raise Undecided("the sign of a difference")


def replay(certificate: Any) -> tuple[str, str]:
    """Return accepted, rejected or not decided, with the reason."""
    parts = {"counterexample": {"point", "why"}, "proof": {"hints"}, "chain": {"hints", "links"}}
    error: Exception = Undecided("a certificate of another kind")
    try:
        kind = certificate["kind"]
        if certificate["format"] != "raceproof-certificate/1" or kind not in parts:
            raise error
        if {*certificate} - {"format", "kind", "statement"} != parts[kind]:
            raise Rejected("parts that do not belong to its kind")
        if kind != "counterexample":
            cases, holds = Statement(certificate["statement"], Algebra()).cases, 0
            if math.prod(map(len, cases.values())) > 64:
                raise Undecided("too many cases")
            for choice in itertools.product(*cases.values()):
                try:
                    replay_proof(certificate, dict(zip(cases, choice, strict=True)))
                    holds += 1
                except Empty:
                    continue  # a case that the domain excludes
            return ("accepted", "proved") if holds else ("not decided", "nothing seems to satisfy the conditions")
        for bits in (64, 256):
            try:
                return "accepted", replay_point(certificate, bits)
            except Undecided as reason:
                error = reason
    except Rejected as reason:
        return "rejected", str(reason)
    except Exception as reason:  # nothing is accepted by accident
        error = reason
    return "not decided", str(error) if isinstance(error, Undecided) else f"{type(error).__name__}: {error}"[:200]


def load(text: str) -> Any:
    """Return the value of a JSON text in which no key stands twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise Rejected("a key that stands twice")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def certificates(value: Any) -> list[Any]:
    """Return the certificates in a JSON value, itself or deep inside."""
    if isinstance(value, dict) and "format" in value and "kind" in value:
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [found for part in inner for found in certificates(part)]


def main(files: list[str]) -> int:
    """Print what is decided about each certificate and the counts; 1 if one is rejected, 2 if there is none."""
    counts = {"accepted": 0, "rejected": 0, "not decided": 0}
    for name in files:
        try:
            text = sys.stdin.read() if name == "-" else pathlib.Path(name).read_text(encoding="utf-8")
            found = [(*replay(one), one) for one in certificates(load(text))]
        except (Rejected, OSError, ValueError, RecursionError) as error:
            found = [("rejected", str(error), name)]
        for verdict, reason, one in found:
            counts[verdict] += 1
            sys.stdout.write("" if verdict == "accepted" else f"{verdict}: {reason}: {ascii(one)[:200]}\n")
    sys.stdout.write(", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + "\n")
    return 2 if not sum(counts.values()) else int(counts["rejected"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
