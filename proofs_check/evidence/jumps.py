"""Where samples are blind: jumps and premises at points that are not rational. What is found takes support away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import inf

from proofs_check.evidence.balls import decide
from proofs_check.evidence.optimise import spread
from proofs_check.evidence.points import Domain, Point, _roots
from proofs_check.evidence.signs import Signs
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import Formula, Term, formula_terms, sub, subterms, variables
from proofs_check.printers.text import to_text

KINKS = ("abs", "relu", "step", "sign", "min", "max")
RATIONAL = (*KINKS, "num", "var", "add", "sub", "neg", "mul", "div", "pow", "also", "smooth")
PLACES = 12
STARTS = 12
LOOKED_AT = 60
VALUES = 3  # that a variable of the hypotheses has to take, or the points are too special to tell


def unseen(problem: Problem, relu_at_zero: int = 0, witness: Mapping[str, Fraction] | None = None) -> str:
    """Return which part of the claim no sample can see, or "".

    A `step` or `sign` may jump where its argument vanishes. Rational points lie close to all such places when the
    argument is rational and of degree 1 in some variable; `sign(x**2 - 2)` is 0 only where no rational point is. So it
    is with equalities among the hypotheses, when the claim is an equality: sin(x) == 0 holds at one rational point. And
    points at which the premise of an `implies` is false say nothing about its conclusion.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> unseen(elaborate(Statement("sign(x**2 - 2)**2 == 1", {"x": "real"})))
    'whether it holds where x**2 - 2 == 0, at points that are not rational'
    >>> unseen(elaborate(Statement("sign(x - 2)**2 == 1", {"x": "real"})))
    ''
    >>> unseen(elaborate(Statement("implies(x**2 == 2, x < 0)", {"x": "real"})))
    'no point satisfies the premise of an implies'
    """
    signs = Signs(list(problem.domain), (), relu_at_zero)
    jumps = [node.args[0] for node in subterms(*formula_terms(problem.claim)) if node.op in ("step", "sign")]
    for u in jumps:
        if not _is_dense(u, problem) and not signs.bounds(u).excludes_zero():
            return f"whether it holds where {to_text(u)} == 0, at points that are not rational"
    if any(part.op in ("==", "!=") for part in _relations(problem.claim)):
        sparse = _sparse(problem)
        if sparse:
            return f"whether it holds where {sparse}, at points that are not rational"
    domain = Domain.of(problem, relu_at_zero)
    points = [*spread(domain, 13, witness, LOOKED_AT), *on_kinks(domain, witness, 13)]
    points = [point for point in points if domain.contains(point)]
    bound = variables(*(t for f in problem.hypotheses for t in formula_terms(f))) - set(problem.values)
    for name in sorted(bound & set(domain.free)):
        seen = {point[name] for point in points}
        if len(seen) < VALUES:
            return (
                f"the points of the domain that were found have {name} in {{{', '.join(map(str, sorted(seen)))}}} only"
            )
    for premise in _premises(problem.claim):
        if not any(decide(premise, point, relu_at_zero) == "true" for point in points):
            return "no point satisfies the premise of an implies"
    return ""


def on_kinks(domain: Domain, witness: Mapping[str, Fraction] | None, seed: int) -> Iterator[Point]:
    """Yield completed rational points on kinks, and where sides of relations in a premise or an `or` are equal."""
    claim = domain.problem.claim
    places: dict[Term, None] = {}
    for node in subterms(*formula_terms(claim)):
        if node.op in KINKS:
            places[sub(*node.args) if len(node.args) == 2 else node.args[0]] = None
    for formula in _choices(claim):
        places |= dict.fromkeys(sub(*part.terms) for part in _relations(formula))
    wanted = [place for place in places if variables(place)][:PLACES]
    for start in spread(domain, seed, witness, STARTS) if wanted else ():
        for place in wanted:
            for name in sorted(variables(place) & set(domain.free) - set(domain.problem.values)):
                for root in _roots(place, name, start, domain.relu_at_zero):
                    yield {**{n: start[n] for n in domain.free}, name: root}


def _sparse(problem: Problem) -> str:
    """Return an equality of the domain that few rational points may satisfy, such as sin(x) == 0, or ""."""
    solved: set[str] = set()
    equal = [part for formula in problem.domain for part in _relations(formula) if part.op == "=="]
    for part in equal:
        gap = sub(*part.terms)
        free = sorted(variables(gap) - set(problem.values))
        name = next((n for n in free if n not in solved and _degree(gap, n) == 1), None)
        if free and (name is None or not _is_dense(gap, problem)):
            return f"{to_text(part.terms[0])} == {to_text(part.terms[1])}"
        solved |= {name} if name is not None else set()
    return ""


def _is_dense(u: Term, problem: Problem) -> bool:
    """Whether rational points lie close to every place where the term is 0: of degree 1 in some variable."""
    if any(node.op not in RATIONAL for node in subterms(u)):
        return False
    return any(_degree(u, name) == 1 for name in variables(u) - set(problem.values))


def _degree(u: Term, name: str) -> float:
    """Return the degree in a variable, infinite when the term is no polynomial in it."""
    if name not in variables(u):
        return 0
    if u.op == "var":
        return 1
    below = [_degree(part, name) for part in u.args]
    if u.op in ("add", "sub", "neg"):
        return max(below)
    if u.op == "mul":
        return sum(below)
    if u.op == "div":
        return below[0] if below[1] == 0 else inf
    if u.op == "pow" and int(u.value) >= 0:  # type: ignore[arg-type]
        return int(u.value) * below[0]  # type: ignore[arg-type]
    return below[0] if u.op in ("also", "smooth") else inf


def _premises(claim: Formula) -> Iterator[Formula]:
    if claim.op == "implies":
        yield claim.args[0]
    for part in claim.args:
        yield from _premises(part)


def _choices(claim: Formula) -> Iterator[Formula]:
    """Yield the parts of a claim that decide which others are reached."""
    if claim.op == "implies":
        yield claim.args[0]
    if claim.op == "or":
        yield from claim.args
    for part in claim.args:
        yield from _choices(part)


def _relations(claim: Formula) -> Iterator[Formula]:
    if claim.terms:
        yield claim
    for part in claim.args:
        yield from _relations(part)


__all__ = ["on_kinks", "unseen"]
