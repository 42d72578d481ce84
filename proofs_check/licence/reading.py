"""From the syntax tree of a claim to indexed polynomials; what is not plainly covered is refused with a reason."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from proofs_check.language.network import NAMES
from proofs_check.language.parse import number, parse
from proofs_check.language.statement import Statement
from proofs_check.language.term import UNARY
from proofs_check.licence.calculus import derivative
from proofs_check.licence.indexed import (
    Condition,
    Expr,
    Fixed,
    Index,
    Leaf,
    Parameter,
    Place,
    Refused,
    Size,
    Vec,
    add,
    const,
    dot,
    inverse,
    minus,
    mul,
    power,
    total,
)
from proofs_check.licence.network import ETA, NetworkForms
from proofs_check.licence.parameters import exact_text, free_of_sizes

Value = Expr | Vec
Bound = Mapping[str, Place]
RANGES = ("neurons", "samples", "dims", "outputs")
MAX_EXPONENT = 64
MAX_NODES = 20_000
AXES_OF = {"gate": ("neurons", "samples"), "C": ("neurons", "outputs")} | {
    name: ("samples",) if name in "xyfe" else ("neurons",) for name in NAMES if name not in ("gate", "C")
}


@dataclass(frozen=True)
class Equality:
    """The difference of two sides that must be zero for all values of the outer indices."""

    difference: Expr
    outer: tuple[Index, ...]


@dataclass
class Reader:
    """Expressions of one statement as indexed polynomials.

    `vectors` says along which axis a vector variable lies; `fixed` collects the indices written as numbers.
    """

    statement: Statement
    vectors: Mapping[str, str]
    fixed: set[Fixed] = field(default_factory=set)
    network: NetworkForms | None = None
    visited: int = 0

    def __post_init__(self) -> None:
        if self.statement.network is not None:
            self.network = NetworkForms.of(self.statement.network)
        self.defined = dict(self.statement.define)
        for name, spec in self.statement.variables.items():
            self._check_variable(name, spec)

    def _check_variable(self, name: str, spec: Any) -> None:
        if isinstance(spec, dict) and "real" in spec and not free_of_sizes(parse(spec["real"]), self.statement):
            raise Refused(f"the condition on {name} is about more than the scalar variables")
        if isinstance(spec, dict) and "vector" in spec and name not in self.vectors:
            raise Refused(f"the vector {name} has a fixed length: say along which size it lies, under vectors")

    # -- claims --------------------------------------------------------------------------------------------------------

    def equalities(self, text: str) -> list[Equality]:
        """Return the equalities that a claim consists of."""
        return self._equalities(parse(text), {}, ())

    def _equalities(self, node: ast.expr, bound: Bound, outer: tuple[Index, ...]) -> list[Equality]:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [found for part in node.values for found in self._equalities(part, bound, outer)]
        if isinstance(node, ast.Name) and node.id in self.defined and node.id not in bound:
            return self._equalities(parse(self.defined[node.id]), {}, outer)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "all":
            body, inner, found, _ = self._binding(node, bound)
            return self._equalities(body, inner, (*outer, *found))
        if isinstance(node, ast.Compare) and all(isinstance(op, ast.Eq) for op in node.ops):
            sides = [self.value(side, bound) for side in (node.left, *node.comparators)]
            return [_equal(a, b, outer) for a, b in pairwise(sides)]
        raise Refused("it is no equality, nor a conjunction of equalities")

    def _binding(
        self, node: ast.Call, bound: Bound
    ) -> tuple[ast.expr, dict[str, Place], list[Index], tuple[Condition, ...]]:
        generator = node.args[0] if len(node.args) == 1 else None
        if not isinstance(generator, ast.GeneratorExp):
            raise Refused("a sum is not of the form sum(... for k in samples)")
        inner, indices, conditions = dict(bound), [], []
        for part in generator.generators:
            sized = isinstance(part.iter, ast.Name) and part.iter.id in RANGES
            if not sized or not isinstance(part.target, ast.Name):
                raise Refused(f"an index runs through {ast.unparse(part.iter)}, which is no size of the network")
            index = Index(part.iter.id)  # type: ignore[attr-defined]
            inner[part.target.id] = index
            indices.append(index)
            for test in part.ifs:
                conditions += self._conditions(test, inner)
        return generator.elt, inner, indices, tuple(conditions)

    def _conditions(self, node: ast.expr, bound: Bound) -> list[Condition]:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [found for part in node.values for found in self._conditions(part, bound)]
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            left, right = node.left, node.comparators[0]
            axes = [bound[s.id].axis for s in (left, right) if isinstance(s, ast.Name) and s.id in bound]
            if axes and len(set(axes)) == 1:
                a, b = (self._place(side, axes[0], bound) for side in (left, right))
                return [(a, b, isinstance(node.ops[0], ast.Eq))]
        raise Refused(f"the condition {ast.unparse(node)} on indices is not symmetric: only == and != are")

    def _place(self, node: ast.expr, axis: str, bound: Bound) -> Place:
        if isinstance(node, ast.Name) and node.id in bound:
            place = bound[node.id]
            if place.axis != axis:
                raise Refused(f"the index {node.id} of {place.axis} stands where one of {axis} belongs")
            return place
        if isinstance(node, ast.Constant) and number(node).denominator == 1:
            place = Fixed(axis, int(number(node)))
            self.fixed.add(place)
            return place
        raise Refused(f"the index {ast.unparse(node)} is computed: only names and numbers are symmetric")

    # -- values --------------------------------------------------------------------------------------------------------

    def value(self, node: ast.expr, bound: Bound) -> Value:
        """Return an expression as an indexed polynomial, or a vector of them."""
        self.visited += 1
        if self.visited > MAX_NODES:
            raise Refused(f"it has more than {MAX_NODES:,} operations")
        if isinstance(node, ast.Constant):
            return const(number(node))
        if isinstance(node, ast.Name):
            return self._name(node.id, bound)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self.value(node.operand, bound)
            return value if isinstance(node.op, ast.UAdd) else _each(value, minus)
        if isinstance(node, ast.BinOp):
            return self._binary(node, bound)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, bound)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node, node.func.id, bound)
        raise Refused(f"{ast.unparse(node)[:60]} is no polynomial")

    def _scalar(self, node: ast.expr, bound: Bound) -> Expr:
        value = self.value(node, bound)
        if isinstance(value, Vec):
            raise Refused(f"{ast.unparse(node)[:60]} is a vector")
        return value

    def _name(self, name: str, bound: Bound) -> Value:
        if name in bound:
            raise Refused(f"the index {name} is used as a number, which is not symmetric")
        if name in self.statement.variables:
            spec = self.statement.variables[name]
            if isinstance(spec, dict) and "vector" in spec:
                return Vec(self.vectors[name], lambda i: Leaf(name, (i,)))
            return Parameter(name)
        if name in self.defined:
            return self.value(parse(self.defined[name]), {})
        if self.network is not None and name in ("m", "n"):
            return Size("neurons" if name == "m" else "samples", 1)
        if self.network is not None and name == "eta":
            return ETA
        if name == "pi":
            return Parameter("pi")
        raise Refused(f"{name} has no value without an index")

    def _binary(self, node: ast.BinOp, bound: Bound) -> Value:
        if isinstance(node.op, ast.Pow):
            exponent = self._exponent(node.right)
            if exponent is not None:
                base = self._scalar(node.left, bound)
                return power(base, exponent) if exponent >= 0 else power(inverse(base), -exponent)
            return self._parameter(node, bound)
        if isinstance(node.op, ast.Div) and self._is_parameter(node, bound):
            return self._parameter(node, bound)
        a, b = self.value(node.left, bound), self.value(node.right, bound)
        if isinstance(node.op, ast.Add | ast.Sub):
            second = b if isinstance(node.op, ast.Add) else _each(b, minus)
            return _plus(a, second)
        if isinstance(node.op, ast.Mult):
            if isinstance(a, Vec) and isinstance(b, Vec):
                raise Refused("a product of two vectors")
            return _each(a, lambda p: mul(p, b)) if isinstance(b, Expr) else _each(b, lambda q: mul(a, q))  # type: ignore[arg-type]
        if isinstance(node.op, ast.Div) and isinstance(b, Expr):
            over = inverse(b)
            return _each(a, lambda p: mul(p, over))
        raise Refused(f"{ast.unparse(node)[:60]} is no polynomial")

    def _exponent(self, node: ast.expr) -> int | None:
        sign = 1
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            sign, node = -1, node.operand
        if isinstance(node, ast.Constant) and number(node).denominator == 1 and number(node) <= MAX_EXPONENT:
            return sign * int(number(node))
        return None

    def _subscript(self, node: ast.Subscript, bound: Bound) -> Value:
        base = node.value
        taken = self.statement.variables.keys() | self.defined.keys()
        if self.network is not None and isinstance(base, ast.Name) and base.id in NAMES and base.id not in taken:
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            axes = AXES_OF[base.id]
            if len(parts) != len(axes):
                raise Refused(f"{base.id} with {len(parts)} indices")
            return self.network.named(
                base.id, [self._place(p, axis, bound) for p, axis in zip(parts, axes, strict=True)]
            )
        vector = self.value(base, bound)
        if not isinstance(vector, Vec):
            raise Refused(f"{ast.unparse(base)[:60]} has no index")
        return vector.at(self._place(node.slice, vector.axis, bound))

    def _call(self, node: ast.Call, name: str, bound: Bound) -> Value:
        if name == "dot" and len(node.args) == 2:
            u, v = (self.value(arg, bound) for arg in node.args)
            if isinstance(u, Vec) and isinstance(v, Vec):
                return dot(u, v)
        if name == "sum":
            body, inner, indices, conditions = self._binding(node, bound)
            return self._summed(self.value(body, inner), indices, conditions)
        if name in ("d", "next"):
            return self._moved(node, name, bound)
        if name in (*UNARY, "min", "max"):
            return self._parameter(node, bound)
        raise Refused(f"{ast.unparse(node)[:60]} is no polynomial")

    def _summed(self, body: Value, indices: list[Index], conditions: tuple[Condition, ...]) -> Value:
        def folded(part: Expr) -> Expr:
            for i, index in enumerate(reversed(indices)):
                part = total(index, conditions if i == 0 else (), part)
            return part

        return _each(body, folded)

    def _moved(self, node: ast.Call, name: str, bound: Bound) -> Value:
        network = self.network
        if len(node.args) != 1:
            raise Refused("a partial derivative")
        if network is None or self.statement.flow or self.statement.step:
            raise Refused(f"{name}(...) with a [flow] or [step] table")
        value = self.value(node.args[0], bound)
        if name == "next":
            return _each(value, network.after_step)
        return _each(value, lambda part: derivative(part, network.velocity))

    # -- parameters ----------------------------------------------------------------------------------------------------

    def _is_parameter(self, node: ast.expr, bound: Bound) -> bool:
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        return not names & set(bound) and free_of_sizes(node, self.statement)

    def _parameter(self, node: ast.expr, bound: Bound) -> Expr:
        if not self._is_parameter(node, bound):
            raise Refused(f"{ast.unparse(node)[:60]} is no polynomial in the network's variables")
        return Parameter(exact_text(node))


def _each(value: Value, change: Any) -> Value:
    if isinstance(value, Vec):
        return Vec(value.axis, lambda i: change(value.at(i)))
    return change(value)


def _plus(a: Value, b: Value) -> Value:
    if isinstance(a, Vec) and isinstance(b, Vec) and a.axis == b.axis:
        return Vec(a.axis, lambda i: add(a.at(i), b.at(i)))
    if isinstance(a, Vec) or isinstance(b, Vec):
        raise Refused("a sum of unlike vectors")
    return add(a, b)


def _equal(a: Value, b: Value, outer: tuple[Index, ...]) -> Equality:
    gap = _plus(a, _each(b, minus))
    if isinstance(gap, Vec):
        index = Index(gap.axis)
        return Equality(gap.at(index), (*outer, index))
    return Equality(gap, outer)


__all__ = ["RANGES", "Equality", "Reader"]
