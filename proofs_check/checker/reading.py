"""From syntax trees to terms, vectors of terms and formulas."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from proofs_check.checker.formulas import Formula, related
from proofs_check.checker.limits import MAX_BITS, MAX_EXPONENT, MAX_TERMS, Clock, Reject, need
from proofs_check.checker.network import Network, NetworkTerms
from proofs_check.checker.parse import FUNCTIONS, NETWORK, RANGES, RELATIONS, UNARY, parse
from proofs_check.checker.terms import Term, Vector, order

ARITHMETIC = frozenset(["num", "add", "mul", "div", "pow"])


def bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def arithmetic(node: Term, parts: list[Fraction]) -> Fraction | None:
    """A sum, product, quotient or whole power of numbers; None where there is none, or a part is missing."""
    if len(parts) < len(node.args):
        return None
    if node.op == "add":
        return sum(parts, Fraction(0))
    if node.op == "mul":
        return parts[0] * parts[1]
    if node.op == "div":
        return parts[0] / parts[1] if parts[1] else None
    n = node.data
    if abs(n) > MAX_EXPONENT or (n < 0 and not parts[0]):
        return None
    need(bits(parts[0]) * abs(n) <= 2 * MAX_BITS, "an exponent or an index comes from too long a number")
    return parts[0] ** n


class Reader(NetworkTerms):
    """Reads expressions, given the names that are declared and defined so far."""

    # set by `Statement` when it has read the motion: how `d` and `next` move terms, and which terms they cannot move
    flow: dict[Term, Term]
    map: dict[Term, Term]
    partial_flow: list[Term]
    partial_map: list[Term]
    stuck: set[Term]
    has_flow: bool
    has_map: bool

    def __init__(self, net: Network | None, clock: Clock) -> None:
        super().__init__(net, clock)
        self.variables: dict[str, Term | Vector] = {}
        self.defined: dict[str, ast.expr] = {}
        self.rounds = 0
        self.uses_flow = False

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
        """The value of an expression that is built from numbers, indices and sizes by arithmetic, else None."""
        return self.exact(self.number(node, env))

    def exact(self, term: Term) -> Fraction | None:
        """The value of a term that is built from numbers by + - * / and whole powers, else None."""
        if term.op not in ARITHMETIC:
            return None
        nodes = order([term], self.clock)
        if any(node.op not in ARITHMETIC for node in nodes):
            return None
        known: dict[Term, Fraction | None] = {}
        for node in nodes:
            parts = [known[arg] for arg in node.args]
            value = node.data if node.op == "num" else arithmetic(node, [part for part in parts if part is not None])
            known[node] = None if None in parts else value
            need(value is None or bits(value) <= MAX_BITS, "an exponent or an index comes from too long a number")
        return known[term]

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
            key = ("define", name)
            if key not in self.memo:
                self.memo[key] = self.read(self.defined[name], {})  # a definition knows no index of where it is used
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
            base, exponent = self.number(node.left, env), self.number(node.right, env)
            power = self.exact(exponent)
            if power is not None and power.denominator == 1:
                need(abs(power) <= MAX_EXPONENT, "an exponent is too large")
                return store.make("pow", base, data=int(power))
            return store.make("exp", store.mul(exponent, store.make("log", base)))
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
        assert isinstance(head.target, ast.Name)
        name, source = head.target.id, head.iter
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

    def _index_names(self, generators: list[ast.comprehension], env: dict[str, int]) -> None:
        """Every index is a name, and a new one."""
        taken = {*self.variables, *self.defined, *FUNCTIONS, *RANGES, *(NETWORK if self.net else ()), *env, "pi"}
        for head in generators:
            need(isinstance(head.target, ast.Name) and not head.is_async, "an index is not a name")
            assert isinstance(head.target, ast.Name)
            need(head.target.id not in taken, f"the index {head.target.id!r} hides another name")
            taken.add(head.target.id)

    def _index_test(self, node: ast.AST, env: dict[str, int]) -> bool:
        if isinstance(node, ast.BoolOp):
            parts = [self._index_test(part, env) for part in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self._index_test(node.operand, env)
        need(isinstance(node, ast.Compare), "an if is not a comparison of indices")
        assert isinstance(node, ast.Compare)
        values = [self.constant(part, env) for part in (node.left, *node.comparators)]
        known = [value for value in values if value is not None]
        need(len(known) == len(values), "an if is not a comparison of indices")
        pairs = zip(node.ops, known, known[1:], strict=False)
        return all(related(RELATIONS[type(op)], a - b) for op, a, b in pairs)

    def _read_call(self, name: str, node: ast.Call, env: dict[str, int]) -> Any:
        store, args = self.store, node.args
        need(name in FUNCTIONS and (name == "at" or not node.keywords), f"the function {name[:40]!r} is not known")
        if name in ("sum", "all"):
            need(len(args) == 1 and isinstance(args[0], ast.GeneratorExp), f"{name} needs one expression with `for`")
            assert isinstance(args[0], ast.GeneratorExp)
            self._index_names(args[0].generators, env)
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
            names = [keyword.arg for keyword in node.keywords]
            need(len(set(names)) == len(names), "at replaces a variable twice")
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
                return store.whole(store.substitute(term, self.map), self.partial_map)  # type: ignore[arg-type]

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
        return lambda term: store.whole(store.derivative(term, {**still, **self.flow}), self.partial_flow)
