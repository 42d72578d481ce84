"""Evaluate claim texts at a point with mpmath alone: no SymPy, no gradient formula, no differentiation rule.

Derivatives are numerical (60 digits); network velocities are numerical gradients of the loss with rectifiers.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import mpmath

from tests.theory.network_oracle import network_names

DIGITS = 60
TOLERANCE = mpmath.mpf(10) ** -30

FUNCTIONS = {
    name: getattr(mpmath, name)
    for name in [
        "exp",
        "log",
        "sqrt",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
    ]
}
FUNCTIONS |= {
    "abs": abs,
    "min": min,
    "max": max,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "step": lambda z: mpmath.mpf(1 if z > 0 else 0),
    "sign": mpmath.sign,
    "dot": lambda a, b: sum(x * y for x, y in zip(a, b, strict=True)),
}


@dataclass(frozen=True)
class Point:
    """Values of the variables (numbers, nested lists), with flow, step and network of the derivation."""

    values: dict[str, Any]
    flow: dict[str, str] = field(default_factory=dict)
    step: dict[str, str] = field(default_factory=dict)
    network: dict[str, Any] | None = None

    def names(self) -> dict[str, Any]:
        return network_names(self.values, self.network) if self.network else self.values


class Undefined(ArithmeticError):
    """A side of a claim is not defined at the point."""


def holds(text: str, point: Point) -> bool:
    """Return whether the claim is true at the point, to 30 digits; raise Undefined where it has no value."""
    with mpmath.workdps(DIGITS):
        try:
            return bool(_value(ast.parse(text, mode="eval").body, point))
        except ZeroDivisionError as error:
            raise Undefined(text) from error


def number(text: str, point: Point) -> Any:
    """Return the value of an expression at the point."""
    with mpmath.workdps(DIGITS):
        return _value(ast.parse(text, mode="eval").body, point)


def exact(value: Any) -> Any:
    """Return fractions, "p/q" strings and nested lists of them as mpmath numbers."""
    if isinstance(value, list):
        return [exact(entry) for entry in value]
    fraction = Fraction(value)
    with mpmath.workdps(DIGITS):
        return mpmath.mpf(fraction.numerator) / fraction.denominator


def _value(node: ast.expr, point: Point) -> Any:
    match node:
        case ast.Constant(value=int()):
            return mpmath.mpf(node.value)
        case ast.Name(id="pi"):
            return mpmath.pi()
        case ast.Name():
            return point.names()[node.id]
        case ast.Subscript():
            return _entry(node, point)
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, point)
        case ast.BinOp():
            return _operation(node, point)
        case ast.Call(func=ast.Name()):
            return _call(node, point)
        case ast.Compare():
            return _comparison(node, point)
        case ast.BoolOp(op=ast.And()):
            return all(_value(part, point) for part in node.values)
    raise ValueError(f"claim oracle: unknown syntax {ast.dump(node)}")


def _entry(node: ast.Subscript, point: Point) -> Any:
    index = ast.literal_eval(node.slice)
    base = _value(node.value, point)
    for part in index if isinstance(index, tuple) else (index,):
        base = base[part]
    return base


def _operation(node: ast.BinOp, point: Point) -> Any:
    left, right = _value(node.left, point), _value(node.right, point)
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow():
            return left ** int(right) if right == int(right) else mpmath.exp(right * _real(mpmath.log(left)))
    raise ValueError(f"claim oracle: unknown operator {node.op}")


def _real(value: Any) -> Any:
    if isinstance(value, mpmath.mpc):
        raise Undefined(str(value))
    return value


def _comparison(node: ast.Compare, point: Point) -> bool:
    sides = [_value(side, point) for side in (node.left, *node.comparators)]
    return all(_relation(op, a, b) for op, a, b in zip(node.ops, sides, sides[1:], strict=False))


def _relation(op: ast.cmpop, a: Any, b: Any) -> bool:
    equal = abs(a - b) <= TOLERANCE * max(1, abs(a), abs(b))
    match op:
        case ast.Eq():
            return equal
        case ast.NotEq():
            return not equal
        case ast.Lt():
            return a < b
        case ast.LtE():
            return a <= b or equal
        case ast.Gt():
            return a > b
        case ast.GtE():
            return a >= b or equal
    raise ValueError(f"claim oracle: unknown relation {op}")


def _call(node: ast.Call, point: Point) -> Any:
    assert isinstance(node.func, ast.Name)
    name, arguments = node.func.id, node.args
    if name == "at":
        places = {keyword.arg: _value(keyword.value, point) for keyword in node.keywords}
        return _value(arguments[0], replace(point, values=point.values | places))
    if name == "next":
        return _value(arguments[0], _after_step(point))
    if name == "d" and len(arguments) == 1:
        return mpmath.diff(lambda h: _value(arguments[0], _moved(point, h)), 0)
    if name == "d":
        variable = arguments[1].id  # type: ignore[attr-defined]
        place = point.values[variable]
        return mpmath.diff(
            lambda value: _value(arguments[0], replace(point, values=point.values | {variable: value})), place
        )
    return _real(FUNCTIONS[name](*(_value(argument, point) for argument in arguments)))


def _moved(point: Point, time: Any) -> Point:
    """Return the point moved along its velocity: the same first derivative as along the flow itself."""
    if point.network:
        names = point.names()
        moves = {name: _minus(point.values[name], names[f"grad_{name}"], time) for name in ("w", "v")}
    else:
        velocities = {name: _value(ast.parse(text, mode="eval").body, point) for name, text in point.flow.items()}
        moves = {name: point.values[name] + time * velocity for name, velocity in velocities.items()}
    return replace(point, values=point.values | moves)


def _after_step(point: Point) -> Point:
    if point.network:
        return _moved(point, point.values["eta"])
    after = {name: _value(ast.parse(text, mode="eval").body, point) for name, text in point.step.items()}
    return replace(point, values=point.values | after)


def _minus(value: Any, gradient: Any, time: Any) -> Any:
    if isinstance(value, list):
        return [_minus(a, b, time) for a, b in zip(value, gradient, strict=True)]
    return value - time * gradient
