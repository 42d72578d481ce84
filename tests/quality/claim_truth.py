"""The truth of a claim at a point by mpmath and Python's own syntax tree: no part of the toolkit decides anything here.

It adds to the oracle of the derivations what lemma files may use: definitions, indexed sums, conditions, logic. Values
are good to 30 digits; a comparison closer than that is no verdict.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath

from proofs_check.language.statement import Statement
from tests.quality.network_place import network_of, place
from tests.theory import claim_oracle
from tests.theory.claim_oracle import DIGITS, Point, Undefined, exact
from tests.theory.domain import SIGNS

EARLY = {"squared": mpmath.mpf(1), "exponential": mpmath.mpf(1), "logistic": mpmath.mpf(1) / 2}
CLOSE = mpmath.mpf(10) ** -25  # relative; nearer than this two numbers are neither equal nor different


class Unknown(Exception):
    """The point is too close to a kink, or the two sides to each other, to say."""


def false_at(statement: Statement, values: dict[str, Any]) -> bool:
    """Return True when the point certainly lies in the domain and the claim certainly fails there."""
    network = network_of(statement)
    reader, point = Reader(statement, network), place(statement, network, values)
    with mpmath.workdps(DIGITS):
        try:
            return reader.inside(point) and not reader.truth(statement.text, point)
        except (Unknown, Undefined, ZeroDivisionError, OverflowError, ValueError, TypeError, KeyError, IndexError):
            return False  # nothing is claimed about undefined points: only certain failures count


class Reader:
    """Evaluates texts of one statement; indices are bound in `bound`."""

    def __init__(self, statement: Statement, network: dict[str, Any] | None) -> None:
        self.statement, self.network = statement, network
        self.define = {name: ast.parse(text, mode="eval").body for name, text in statement.define}
        self.ranges = {}
        if network:
            sizes = {"neurons": "width", "samples": "samples", "dims": "dimension", "outputs": "outputs"}
            self.ranges = {name: network[key] for name, key in sizes.items()}

    def inside(self, point: Point) -> bool:
        """Return whether every declared kind and hypothesis holds, off the gate boundaries."""
        for name, kind in self.statement.variables.items():
            value = point.values[name]
            if isinstance(kind, str) and kind in SIGNS and not SIGNS[kind](value):
                return False
            if isinstance(kind, dict) and "values" in kind and not any(value == exact(v) for v in kind["values"]):
                return False
            if isinstance(kind, dict) and "real" in kind and not self.truth(kind["real"], point):
                return False
        if point.network:
            pairs = [(row, x) for row in point.values["w"] for x in point.values["x"]]
            if any(abs(sum(a * b for a, b in zip(row, x, strict=True))) < CLOSE for row, x in pairs):
                return False
        return all(self.truth(text, point) for text in self.statement.hypotheses)

    def truth(self, text: str, point: Point) -> bool:
        """Return the truth of a text at the point."""
        return self._truth(ast.parse(text.strip(), mode="eval").body, point, {})

    def _truth(self, node: ast.expr, point: Point, bound: dict[str, int]) -> bool:
        match node:
            case ast.BoolOp(op=ast.And()):
                return all(self._truth(part, point, bound) for part in node.values)
            case ast.BoolOp(op=ast.Or()):
                return any(self._truth(part, point, bound) for part in node.values)
            case ast.UnaryOp(op=ast.Not()):
                return not self._truth(node.operand, point, bound)
            case ast.Call(func=ast.Name(id="implies")):
                first, second = node.args
                return not self._truth(first, point, bound) or self._truth(second, point, bound)
            case ast.Call(func=ast.Name(id="all")):
                return all(self._truth(body, point, inner) for body, inner in self._each(node.args[0], point, bound))
            case ast.Compare():
                sides = [self._value(side, point, bound) for side in (node.left, *node.comparators)]
                pairs = zip(node.ops, sides, sides[1:], strict=False)
                return all(_relation(op, a, b) for op, a, b in pairs)
        raise ValueError(ast.dump(node))

    def _each(self, node: ast.expr, point: Point, bound: dict[str, int]) -> Iterator[tuple[ast.expr, dict[str, int]]]:
        assert isinstance(node, ast.GeneratorExp)

        def unfold(generators: list[ast.comprehension], inner: dict[str, int]) -> Iterator[dict[str, int]]:
            if not generators:
                yield inner
                return
            first = generators[0]
            assert isinstance(first.target, ast.Name)
            for i in range(self._range(first.iter, inner)):
                new = inner | {first.target.id: i}
                if all(self._truth(test, point, new) for test in first.ifs):
                    yield from unfold(generators[1:], new)

        for inner in unfold(node.generators, bound):
            yield node.elt, inner

    def _range(self, node: ast.expr, bound: dict[str, int]) -> int:
        if isinstance(node, ast.Name):
            return self.ranges[node.id]
        assert isinstance(node, ast.Call)
        return self._index(node.args[0], bound)

    def _index(self, node: ast.expr, bound: dict[str, int]) -> int:
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.Name(id=name):
                return bound[name]
            case ast.BinOp(op=ast.Add()):
                return self._index(node.left, bound) + self._index(node.right, bound)
            case ast.BinOp(op=ast.Sub()):
                return self._index(node.left, bound) - self._index(node.right, bound)
        raise ValueError(ast.dump(node))

    def _value(self, node: ast.expr, point: Point, bound: dict[str, int]) -> Any:
        match node:
            case ast.Constant(value=int() | float()):
                return exact(ast.unparse(node))
            case ast.Name(id=name) if name in bound:
                return mpmath.mpf(bound[name])
            case ast.Name(id=name) if name in self.define:
                return self._value(self.define[name], point, {})
            case ast.Name(id="pi"):
                return mpmath.pi()
            case ast.Name(id=name):
                return point.names()[name]
            case ast.Subscript():
                base = self._value(node.value, point, bound)
                parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                for part in parts:
                    base = base[self._index(part, bound)]
                return base
            case ast.UnaryOp(op=ast.USub()):
                return _scaled(mpmath.mpf(-1), self._value(node.operand, point, bound))
            case ast.BinOp():
                return self._operation(node, point, bound)
            case ast.Call(func=ast.Name()):
                return self._call(node, point, bound)
        raise ValueError(ast.dump(node))

    def _operation(self, node: ast.BinOp, point: Point, bound: dict[str, int]) -> Any:
        left, right = self._value(node.left, point, bound), self._value(node.right, point, bound)
        match node.op:
            case ast.Add():
                return _added(left, right)
            case ast.Sub():
                return _added(left, _scaled(mpmath.mpf(-1), right))
            case ast.Mult():
                return _scaled(left, right) if not isinstance(left, list) else _scaled(right, left)
            case ast.Div():
                return _scaled(1 / right, left)
            case ast.Pow():
                if right == int(right):
                    return left ** int(right)
                return mpmath.exp(right * claim_oracle._real(mpmath.log(left)))
        raise ValueError(ast.dump(node))

    def _call(self, node: ast.Call, point: Point, bound: dict[str, int]) -> Any:
        assert isinstance(node.func, ast.Name)
        name, arguments = node.func.id, node.args
        if name == "sum":
            terms = [self._value(body, point, inner) for body, inner in self._each(arguments[0], point, bound)]
            total: Any = mpmath.mpf(0)
            for i, term in enumerate(terms):
                total = term if i == 0 else _added(total, term)
            return total
        if name == "at":
            places = {k.arg: self._value(k.value, point, bound) for k in node.keywords}
            return self._value(arguments[0], replace(point, values=point.values | places), bound)
        if name == "next":
            return self._value(arguments[0], self._after_step(point), bound)
        if name == "d":
            return self._derivative(arguments, point, bound)
        values = [self._value(argument, point, bound) for argument in arguments]
        if name == "norm":
            return mpmath.sqrt(sum(part**2 for part in values[0]))
        if name in ("abs", "relu", "sign", "step") and abs(values[0]) < CLOSE:
            raise Unknown(name)
        if name in ("min", "max") and any(abs(a - b) < CLOSE for a, b in pairwise(values)):
            raise Unknown(name)
        return claim_oracle._real(claim_oracle.FUNCTIONS[name](*values))

    def _derivative(self, arguments: list[ast.expr], point: Point, bound: dict[str, int]) -> Any:
        def along(h: Any) -> Any:
            if len(arguments) == 1:
                return self._value(arguments[0], self._moved(point, h), bound)
            variable = arguments[1].id  # type: ignore[attr-defined]
            moved = point.values | {variable: point.values[variable] + h}
            return self._value(arguments[0], replace(point, values=moved), bound)

        here = along(mpmath.mpf(0))
        if isinstance(here, list):
            return [mpmath.diff(lambda h, i=i: along(h)[i], 0) for i in range(len(here))]
        return mpmath.diff(along, 0)

    def _moved(self, point: Point, time: Any) -> Point:
        if point.network:
            return claim_oracle._moved(point, time)
        moves = {
            name: point.values[name] + time * self._value(ast.parse(text, mode="eval").body, point, {})
            for name, text in point.flow.items()
        }
        return replace(point, values=point.values | moves)

    def _after_step(self, point: Point) -> Point:
        if point.network:
            return claim_oracle._moved(point, point.values["eta"])
        moves = {name: self._value(ast.parse(text, mode="eval").body, point, {}) for name, text in point.step.items()}
        return replace(point, values=point.values | moves)


def _added(a: Any, b: Any) -> Any:
    return [_added(p, q) for p, q in zip(a, b, strict=True)] if isinstance(a, list) else a + b


def _scaled(factor: Any, value: Any) -> Any:
    return [_scaled(factor, part) for part in value] if isinstance(value, list) else factor * value


def _relation(op: ast.cmpop, a: Any, b: Any) -> bool:
    if isinstance(a, list):
        same = [_relation(ast.Eq(), p, q) for p, q in zip(a, b, strict=True)]
        return all(same) if isinstance(op, ast.Eq) else not all(same)
    gap = abs(a - b)
    near = gap <= CLOSE * max(1, abs(a), abs(b))
    if near and not isinstance(op, (ast.Eq, ast.LtE, ast.GtE)):
        raise Unknown("too close")
    match op:
        case ast.Eq():
            return near
        case ast.NotEq():
            return not near
        case ast.Lt() | ast.LtE():
            return near or a < b
        case ast.Gt() | ast.GtE():
            return near or a > b
    raise ValueError(op)
