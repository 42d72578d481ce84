"""Far out: beyond a bound on all roots, a relation between rational functions of one variable never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flint import fmpq, fmpq_poly

from proofs_check.evidence.balls import Undecided, Undefined, evaluate
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, Term, sub, variables

MAX_DEGREE = 60
Pair = tuple[fmpq_poly, fmpq_poly]


def root_bound(problem: Problem, name: str, fixed: Mapping[str, Fraction]) -> Fraction | None:
    """Return B such that every relation of the claim and its domain is constant for x > B, and for x < -B.

    None when some side is no rational function of the variable with rational coefficients. Cauchy's bound on the roots
    of all numerators and of everything divided by: beyond it all of them keep their sign, and all is defined.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> root_bound(elaborate(Statement("x**2 >= 3", {"x": "real"})), "x", {})
    Fraction(4, 1)
    """
    found: list[fmpq_poly] = []
    try:
        for formula in (problem.claim, *problem.domain):
            for part in _relations(formula):
                found.append(_ratio(sub(*part.terms), name, fixed, found)[0])
    except (Undefined, Undecided, ValueError):
        return None
    return max((_cauchy(p) for p in found), default=Fraction(0))


def polynomial(relation: Formula, name: str, fixed: Mapping[str, Fraction]) -> fmpq_poly | None:
    """Return the numerator of the difference of the two sides as a polynomial of the variable, None when it is none."""
    if not relation.terms:
        return None
    try:
        return _ratio(sub(*relation.terms), name, fixed, [])[0]
    except (Undefined, Undecided, ValueError):
        return None


def _relations(formula: Formula) -> list[Formula]:
    if formula.terms:
        return [formula]
    return [r for part in formula.args for r in _relations(part)]


def _ratio(term: Term, name: str, fixed: Mapping[str, Fraction], divisors: list[fmpq_poly]) -> Pair:
    one = fmpq_poly([1])
    if name not in variables(term):
        value = evaluate(term, fixed)
        if not isinstance(value, Fraction):
            raise ValueError("not rational")
        return fmpq_poly([fmpq(value.numerator, value.denominator)]), one
    if term.op == "var":
        return fmpq_poly([0, 1]), one
    if term.op not in ("add", "sub", "neg", "mul", "div", "pow"):
        raise ValueError(f"{term.op} is not rational")
    (p, q), (r, s) = (_ratio(a, name, fixed, divisors) for a in (term.args[0], term.args[-1]))
    if term.op == "neg":
        return -p, q
    if term.op in ("add", "sub"):
        return _small(p * s + r * q if term.op == "add" else p * s - r * q, q * s)
    if term.op == "mul":
        return _small(p * r, q * s)
    if term.op == "div":
        divisors.append(r)
        return _small(p * s, q * r)
    n = int(term.value)  # type: ignore[arg-type]
    if abs(n) * max(p.degree(), q.degree()) > MAX_DEGREE:
        raise ValueError("degree")
    if n < 0:
        divisors.append(p)
        p, q, n = q, p, -n
    return _small(p**n, q**n)


def _small(p: fmpq_poly, q: fmpq_poly) -> Pair:
    if max(p.degree(), q.degree()) > MAX_DEGREE:
        raise ValueError("degree")
    return p, q


def _cauchy(p: fmpq_poly) -> Fraction:
    coefficients = [Fraction(int(c.p), int(c.q)) for c in p.coeffs()]
    if len(coefficients) < 2:
        return Fraction(0)
    return 1 + max(abs(c) for c in coefficients[:-1]) / abs(coefficients[-1])
