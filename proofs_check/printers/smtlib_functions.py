"""Roots, exponentials and the other functions for SMT solvers: defining equations, or some true properties only.

Every assertion is satisfied by the true value of the function wherever its guards hold, and by any value elsewhere.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from proofs_check.language.term import Term
from proofs_check.printers.exponents import EXPONENTIAL, Exponents, Unit
from proofs_check.printers.smtlib_quotient import ONE, ZERO, NotPrintable, Quotient

if TYPE_CHECKING:
    from proofs_check.printers.smtlib_terms import Terms

MINUS, HALF = Quotient(Fraction(-1)), Quotient(Fraction(1, 2))
PI_LOW, PI_HIGH = "(/ 314159.0 100000.0)", "(/ 314160.0 100000.0)"
BOUNDS = {  # true of the function at every argument of its domain
    "atan": "(and (< (- (/ 157080.0 100000.0)) {f}) (< {f} (/ 157080.0 100000.0)))",
    "asin": "(and (< (- (/ 157080.0 100000.0)) {f}) (< {f} (/ 157080.0 100000.0)))",
    "acos": "(and (<= 0.0 {f}) (< {f} (/ 314160.0 100000.0)))",
    "acosh": "(<= 0.0 {f})",
}
ODD = {"atan": "<=", "asinh": "<=", "asin": ">=", "atanh": ">="}  # how f(u) stands to u for u >= 0


def function(terms: Terms, exponents: Exponents, node: Term, args: list[Quotient]) -> Quotient:
    """Return the value of a function node, with what is told about it asserted in `terms`."""
    op = node.op
    if op == "sqrt":
        return _root(terms, node, args[0])
    if op in EXPONENTIAL:
        return _exponential(terms, exponents, node)
    terms.abstracted.add(op)
    if op == "pi":
        name, new = terms.fresh("pi", "f")
        if new:
            terms.tell_positive(name)
            terms.tell([], f"(and (< {PI_LOW} {name}) (< {name} {PI_HIGH}))")
        return Quotient.of(name)
    if op in ("sin", "cos", "tan"):
        s, c = _circle(terms, node.args[0])
        return terms.divide(s, c) if op == "tan" else s if op == "sin" else c
    if op not in BOUNDS and op not in ODD and op != "log":
        raise NotPrintable(f"{op} is not known to this printer")
    name, new = terms.fresh(node, "f")
    value = Quotient.of(name)
    if new:
        if op in BOUNDS:
            terms.tell([], BOUNDS[op].format(f=name))
        if op in ODD:
            _odd(terms, op, value, args[0])
        if op == "log":
            _logarithm(terms, value, args[0])
    return value


def _root(terms: Terms, node: Term, u: Quotient) -> Quotient:
    name, new = terms.fresh(node, "s")
    if new:
        equation = terms.compare("==", Quotient.of(name, 2), u)
        terms.tell([*terms.apart(u), terms.compare(">=", u, ZERO)], f"(and (>= {name} 0.0) {equation})")
    return Quotient.of(name)


def _circle(terms: Terms, angle: Term) -> tuple[Quotient, Quotient]:
    (s, new), (c, _) = terms.fresh(("sin", angle), "f"), terms.fresh(("cos", angle), "f")
    if new:
        terms.tell([], f"(= (+ (* {s} {s}) (* {c} {c})) 1.0)")
    return Quotient.of(s), Quotient.of(c)


def _odd(terms: Terms, op: str, value: Quotient, u: Quotient) -> None:
    """Assert that f(u) has the sign of u and lies between 0 and u, or beyond u."""
    guards = terms.apart(u)
    if op in ("asin", "atanh"):
        guards += [terms.compare("<", u, ONE), terms.compare(">", u, MINUS)]
    mirrored = {"<=": ">=", ">=": "<="}[ODD[op]]
    upper = f"(and {terms.compare('>=', value, ZERO)} {terms.compare(ODD[op], value, u)})"
    lower = f"(and {terms.compare('<=', value, ZERO)} {terms.compare(mirrored, value, u)})"
    terms.tell([*guards, terms.compare(">=", u, ZERO)], upper)
    terms.tell([*guards, terms.compare("<=", u, ZERO)], lower)


def _logarithm(terms: Terms, value: Quotient, u: Quotient) -> None:
    """Assert 1 - 1/u <= log u <= u - 1 for u > 0, and that log is increasing."""
    guards = [*terms.apart(u), terms.compare(">", u, ZERO)]
    terms.tell(guards, terms.compare("<=", value, terms.add(u, ONE, "-")))
    terms.tell(guards, terms.compare("<=", terms.add(u, ONE, "-"), terms.multiply(value, u)))

    for other in terms.logarithms:
        both = [*guards, *terms.apart(other[1]), terms.compare(">", other[1], ZERO)]
        less, equal = (terms.compare(op, u, other[1]) for op in ("<", "=="))
        below, same = (terms.compare(op, value, other[0]) for op in ("<", "=="))
        terms.tell(both, f"(and (= {less} {below}) (= {equal} {same}))")
    terms.logarithms.append((value, u))


def _exponential(terms: Terms, exponents: Exponents, node: Term) -> Quotient:
    """Return exp, a real power or a hyperbolic function through units (see `exponents`)."""
    result = ONE
    for unit, count in exponents.units(node):
        base = _unit(terms, unit)
        factor = terms.power(base, abs(count))
        result = terms.multiply(result, factor) if count > 0 else terms.divide(result, factor)
    if node.op in ("exp", "rpow"):
        return result
    inverse = terms.divide(ONE, result)
    plus, minus = terms.add(result, inverse), terms.add(result, inverse, "-")
    if terms.is_positive(result):
        terms.mark_positive(plus)
    if node.op == "tanh":
        return terms.divide(minus, plus)
    return terms.multiply(HALF, plus if node.op == "cosh" else minus)


def _unit(terms: Terms, unit: Unit) -> Quotient:
    """Return exp(g*m), or m**g for a logarithm's argument."""
    term, g, is_log = unit
    inside = terms.quotient(term)
    if is_log and g == 1:
        return inside
    name, new = terms.fresh(unit, "E")
    value = Quotient.of(name)
    if not is_log:
        terms.abstracted.add("exp")
    if new:
        terms.tell_positive(name)
        guards, scaled = terms.apart(inside), terms.multiply(Quotient(g), inside)
        if is_log:
            guards.append(terms.compare(">", inside, ZERO))
            terms.tell(guards, terms.compare("==", terms.power(value, g.denominator), inside))
        else:  # 1 + u <= exp(u), and exp(u)*(1 - u) <= 1
            terms.tell(guards, terms.compare("<=", terms.add(ONE, scaled), value))
            terms.tell(guards, terms.compare("<=", terms.multiply(value, terms.add(ONE, scaled, "-")), ONE))
    return value
