"""Print a SymPy expression as text of the claim language (Python expression syntax, exact numbers)."""

from __future__ import annotations

import re

import sympy
from sympy.core.function import AppliedUndef
from sympy.functions.elementary import hyperbolic, trigonometric

from theory.symbols import Expr, FlowDerivative, NextValue, relu, step

FUNCTIONS: dict[type, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    trigonometric.asin: "asin",
    trigonometric.acos: "acos",
    trigonometric.atan: "atan",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    hyperbolic.asinh: "asinh",
    hyperbolic.acosh: "acosh",
    hyperbolic.atanh: "atanh",
    sympy.Abs: "abs",
    sympy.Min: "min",
    sympy.Max: "max",
    sympy.sign: "sign",
    relu: "relu",
    step: "step",
    FlowDerivative: "d",
    NextValue: "next",
}
# How many of the bracketed indices belong to the network name; one more picks a component of that vector.
NAME_INDICES = {
    "w": 1,
    "v": 1,
    "x": 1,
    "y": 1,
    "e": 1,
    "f": 1,
    "gamma": 1,
    "grad_w": 1,
    "grad_v": 1,
    "C": 2,
    "gate": 2,
}


def symbol_text(name: str) -> str:
    """Return the claim text of a symbol: ``w[0,1]`` prints as ``w[0][1]``, ``gate[0,1]`` stays.

    Examples
    --------
    >>> symbol_text("w[0,1]"), symbol_text("gate[0,1]"), symbol_text("C[0,1,0]"), symbol_text("x1[0]")
    ('w[0][1]', 'gate[0,1]', 'C[0,1][0]', 'x1[0]')
    """
    match = re.fullmatch(r"([A-Za-z_]\w*)\[([\d,]+)\]", name)
    if match is None:
        return name
    letter, indices = match.group(1), match.group(2).split(",")
    own = NAME_INDICES.get(letter, 1)
    return f"{letter}[{','.join(indices[:own])}]" + "".join(f"[{component}]" for component in indices[own:])


def claim_text(expression: Expr) -> str:
    """Return an expression in claim syntax.

    Raises
    ------
    ValueError
        If the expression holds something the claim language does not have (a Float, an undefined function).

    Examples
    --------
    >>> x, t = sympy.symbols("x t", real=True)
    >>> claim_text(sympy.Derivative(x**2 * sympy.exp(-t) / 2, t))
    'd((1/2)*x**2*exp(-t), t)'
    >>> claim_text((x - t) / sympy.sqrt(x**2 + 1))
    '(-t + x)/sqrt(x**2 + 1)'
    """
    if isinstance(expression, sympy.Symbol):
        return symbol_text(expression.name)
    if isinstance(expression, sympy.Rational):
        return str(expression.p) if expression.q == 1 else f"({expression.p}/{expression.q})"
    if expression is sympy.pi:
        return "pi"
    if expression is sympy.E:
        return "exp(1)"
    if isinstance(expression, sympy.Add):
        return _sum_text(expression)
    if isinstance(expression, sympy.Mul):
        return _product_text(expression)
    if isinstance(expression, sympy.Pow):
        return _power_text(expression)
    if isinstance(expression, sympy.Derivative):
        return _derivative_text(expression)
    if isinstance(expression, sympy.Subs):
        return _substitution_text(expression)
    if type(expression) in FUNCTIONS and not isinstance(expression, AppliedUndef):
        arguments = ", ".join(claim_text(argument) for argument in expression.args)
        return f"{FUNCTIONS[type(expression)]}({arguments})"
    raise ValueError(
        f"claim_text: the claim language has no {type(expression).__name__}, got expression={expression}; "
        "rewrite it with the functions of docs/claims.md"
    )


def _substitution_text(expression: Expr) -> str:
    pairs = zip(expression.variables, expression.point, strict=True)
    places = ", ".join(f"{claim_text(name)}={claim_text(value)}" for name, value in pairs)
    return f"at({claim_text(expression.expr)}, {places})"


def _sum_text(expression: Expr) -> str:
    text = ""
    for term in expression.as_ordered_terms():
        part = claim_text(term)
        if not text:
            text = part
        else:
            text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def _product_text(expression: Expr) -> str:
    coefficient, rest = expression.as_coeff_Mul()
    sign, coefficient = ("-", -coefficient) if coefficient.is_negative else ("", coefficient)
    above, below = [], []
    for factor in rest.as_ordered_factors() if rest.is_Mul else [rest]:
        if isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp.is_negative:
            below.append(_factor_text(sympy.Pow(factor.base, -factor.exp, evaluate=False)))
        else:
            above.append(_factor_text(factor))
    if coefficient != 1 or not above:
        above.insert(0, claim_text(coefficient))
    numerator = "*".join(above)
    if not below:
        return sign + numerator
    return f"{sign}{numerator}/{below[0] if len(below) == 1 else '(' + '*'.join(below) + ')'}"


def _factor_text(factor: Expr) -> str:
    if isinstance(factor, sympy.Pow) and factor.exp == 1:
        factor = factor.base
    text = claim_text(factor)
    # a product inside a product would regroup harmlessly, but a quotient or a sign would not
    return f"({text})" if isinstance(factor, (sympy.Add, sympy.Mul)) or text.startswith("-") else text


def _power_text(expression: Expr) -> str:
    base, exponent = expression.base, expression.exp
    if exponent.is_Rational and exponent.is_negative:
        return f"1/{_factor_text(sympy.Pow(base, -exponent, evaluate=False))}"
    if exponent.is_Rational and exponent.q == 2:
        root = f"sqrt({claim_text(base)})"
        return root if exponent.p == 1 else f"{root}**{exponent.p}"
    text = claim_text(base)
    plain = isinstance(base, (sympy.Symbol, sympy.Function)) or (base.is_Integer and base.is_nonnegative)
    power = claim_text(exponent)
    power = power if isinstance(exponent, sympy.Symbol) or exponent.is_Integer else f"({power})"
    return f"{text if plain else f'({text})'}**{power}"


def _derivative_text(expression: Expr) -> str:
    text = claim_text(expression.expr)
    for variable, count in expression.variable_count:
        for _ in range(int(count)):
            text = f"d({text}, {claim_text(variable)})"
    return text
