"""The same claim where samples do not reach: very far out, next to a singular place, at all phases at once.

log(x) < 1000 fails from 1e435 on, sin(x) + sin(sqrt(2)*x) < 2 - 1e-9 where both angles are near a turning point at
once. So before samples count, the claim is looked at again in other variables: one that has no bound is written as an
iterated sinh or exp, which is doubly exponential at small numbers already; an angle without bound is free; what a
logarithm, a power or a quotient is singular in is free too. The wider claim says more than the claim itself: it only
takes support away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from proofs_check.evidence.balls import decide
from proofs_check.evidence.clearance import _relations, unclear
from proofs_check.evidence.interval import Interval
from proofs_check.evidence.optimise import spread
from proofs_check.evidence.points import Domain, Point, _conjuncts
from proofs_check.evidence.signs import Signs
from proofs_check.language.calculus import derivative, substitute, towards
from proofs_check.language.elaborate import Problem
from proofs_check.language.term import (
    ONE,
    Formula,
    Term,
    add,
    call,
    conjunction,
    div,
    formula_terms,
    map_formula,
    mul,
    neg,
    num,
    rebuild,
    relation,
    sub,
    subterms,
    var,
    variables,
)

KINKS = ("abs", "relu", "min", "max", "step", "sign")
SEEN = 60  # points
LARGE = num(10**6)
DRAWN = 6
OUTER = tuple(sign * Fraction(n, 2) for n in (4, 6, 7, 8, 9, 10) for sign in (1, -1))
TURNS = 60  # an angle that may run over more than this is free
ANGLES = ("sin", "cos")
POLE = Fraction(3, 2)  # of a tangent: half pi is near
ROOTS = 4  # within each other: the sixteenth root is as flat as a logarithm
PERIOD = num(Fraction(22, 7)), num(Fraction(-22, 7))


def out_of_reach(problem: Problem, relu_at_zero: int = 0, seconds: float = 2.0) -> str:
    """Return where the claim comes too close to failing at places that samples do not reach, or "".

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> out_of_reach(elaborate(Statement("log(x) < 1000", {"x": "positive"})))[:9]
    'far out: '
    >>> out_of_reach(elaborate(Statement("sin(x) + cos(2*y) < 3", {"x": "real", "y": "real"})))
    ''
    """
    for name in sorted(_tied(_solved_for(_without_network(problem)))):
        bounded = conjunction([relation("<", var(name), LARGE), relation(">", var(name), neg(LARGE))])
        if unclear(replace(problem, claim=bounded), relu_at_zero, None, seconds):
            return f"{name} may be large, tied by an equality to others: samples cannot tell"
    for where, wider in beyond(problem, relu_at_zero):
        drawn = spread(Domain.of(wider, relu_at_zero), 5, None, DRAWN)
        if not drawn:
            return f"{where} no point of the domain was found: samples cannot tell"
        why = unclear(wider, relu_at_zero, None, seconds, list(_outer(drawn, set(problem.values))))
        if why:
            return f"{where}: {why}"
    return ""


def _outer(drawn: list[Point], values: set[str]) -> Iterator[Point]:
    """Yield the points with one variable, or all, where an iterated sinh is large and its logarithm is too."""
    for point in drawn:
        names = [name for name in point if name not in values]
        for far in OUTER:
            yield {**point, **dict.fromkeys(names, far)}
            for name in names if len(names) > 1 else ():
                yield {**point, name: far}


def beyond(problem: Problem, relu_at_zero: int = 0) -> Iterator[tuple[str, Problem]]:
    """Yield wider problems in other variables, each with a word for where it looks; none where samples reach all.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> for where, wider in beyond(elaborate(Statement("sin(x) + log(y) < 3", {"x": "real", "y": "positive"}))):
    ...     print(where, wider.claim)
    far out (add(sin(sinh(sinh(sinh(x)))), log(exp(sinh(sinh(y))))) < 3)
    at other phases (add(sin(_1), log(exp(sinh(sinh(y))))) < 3)
    """
    flat = _solved_for(_without_network(problem))
    signs = Signs(list(flat.domain), (), relu_at_zero)
    sided = list(_sides(flat, signs, relu_at_zero))
    far = _stretched(replace(flat, claim=conjunction([flat.claim, *sided])), relu_at_zero)
    if far != flat:
        yield "far out", far
    # an equality holds only because its parts belong together
    strict = replace(flat, claim=conjunction([*sided, *(f for f in _relations(flat.claim) if f.op != "==")]))
    free = _freed(strict, signs)
    if free != strict:
        yield "at other phases", _stretched(free, relu_at_zero)


def _solved_for(problem: Problem) -> Problem:
    """Return the problem without the equalities that are linear in a variable, which is written out instead."""
    for formula in problem.hypotheses:
        gap = sub(*formula.terms) if formula.op == "==" else num(0)
        for name in sorted(variables(gap) - set(problem.values)):
            slope = derivative(gap, towards(name)).args[0]  # without the condition that it exists
            if name not in variables(slope):
                value = div(neg(substitute(gap, {name: num(0)})), slope)
                kept = tuple(f for f in problem.hypotheses if f != formula)
                names = tuple(n for n in problem.names if n != name)
                return _solved_for(_changed(replace(problem, names=names, hypotheses=kept), {var(name): value}))
    return problem


def _sides(problem: Problem, signs: Signs, relu_at_zero: int) -> Iterator[Formula]:
    """Yield on which side of a kink an equality was seen, where it was seen on one side only: it may fail beyond."""
    domain = Domain.of(problem, relu_at_zero)
    equal = [t for f in _relations(problem.claim) if f.op == "==" for t in f.terms]
    kinks = [node for node in subterms(*equal) if node.op in KINKS]
    points = spread(domain, 19, None, SEEN) if kinks else []
    for node in kinks:
        inside = sub(*node.args) if len(node.args) == 2 else node.args[0]
        if signs.proves(inside, ">=") or signs.proves(inside, "<="):
            continue
        for op in ("<", ">"):
            if all(decide(relation(op, inside, num(0)), point, relu_at_zero) != "true" for point in points):
                yield relation({"<": ">", ">": "<"}[op], inside, num(0))


def _without_network(problem: Problem) -> Problem:
    """Return the problem as one about plain numbers: residuals take every value, so they are variables."""
    if problem.network is None:
        return problem
    terms = [t for f in (*problem.domain, problem.claim) for t in formula_terms(f)]
    names = [*problem.names, *sorted(variables(*terms) - set(problem.names))]
    return replace(problem, names=tuple(names), network=None)


def _changed(problem: Problem, new: dict[Term, Term]) -> Problem:
    """Return the problem with terms replaced, everywhere."""

    def change(term: Term) -> Term:
        return rebuild(term, lambda node, _: new.get(node))

    kinds, hypotheses = (tuple(map_formula(f, change) for f in part) for part in (problem.kinds, problem.hypotheses))
    return replace(problem, kinds=kinds, hypotheses=hypotheses, claim=map_formula(problem.claim, change))


def _stretched(problem: Problem, relu_at_zero: int) -> Problem:
    """Return the problem on another scale: a variable of size 4 stands for a number of 1e11 digits."""
    signs = Signs(list(problem.domain), (), relu_at_zero)
    names = [name for name in problem.names if name not in problem.values and name not in _tied(problem)]
    return _changed(problem, {var(name): _scale(name, signs.bounds(var(name))) for name in names})


def _tied(problem: Problem) -> set[str]:
    """Return the variables of equalities among the hypotheses: on another scale no rational point satisfies these."""
    equalities = [f for f in _conjuncts(problem.hypotheses) if f.op == "=="]
    return {name for f in equalities for name in variables(*formula_terms(f))} - set(problem.values)


def _scale(name: str, bound: Interval) -> Term:
    """Return what stands for a variable: it takes all values between the bounds, most of them next to open ends."""
    twice = call("sinh", call("sinh", var(name)))
    if bound.lo is None and bound.hi is None:
        return call("sinh", twice)
    if bound.hi is None:
        return call("exp", twice) if bound.lo == 0 else add(num(bound.lo or 0), call("exp", twice))
    if bound.lo is None:
        return sub(num(bound.hi), call("exp", twice))
    if not (bound.lo_open or bound.hi_open) or bound.lo >= bound.hi:
        return var(name)
    share = call("exp", mul(num(-1), call("exp", call("sinh", var(name)))))
    return add(num(bound.lo), mul(num(bound.hi - bound.lo), share if bound.lo_open else sub(ONE, share)))


def _freed(problem: Problem, signs: Signs) -> Problem:
    """Return the problem with a variable of its own for every angle without bound and every singular place."""
    new: dict[Term, Term] = {}
    fresh: dict[Term, Term] = {}
    kinds: list[Formula] = []

    def name(term: Term) -> Term:
        return fresh.setdefault(term, var(f"_{len(fresh) + 1}"))  # no name of a claim begins so

    depth: dict[Term, int] = {}
    for node in subterms(*formula_terms(problem.claim)):
        depth[node] = (node.op == "sqrt") + max((depth[a] for a in node.args), default=0)
        place = node.args[1] if node.op == "div" else node.args[0] if node.args else node
        bound = signs.bounds(place)
        turns = None if bound.lo is None or bound.hi is None else bound.hi - bound.lo
        if node.op == "tan" and (turns is None or bound.magnitude().hi > POLE):  # type: ignore[operator]
            new[node] = name(node)
        elif node.op in ANGLES and (turns is None or turns > TURNS):
            new[node] = call(node.op, name(place))
            kinds += [relation("<=", name(place), PERIOD[0]), relation(">=", name(place), PERIOD[1])]
        elif node.op == "div" or (node.op == "pow" and int(node.value) < 0):  # type: ignore[arg-type]
            if not _away(bound):
                new[place] = div(ONE, name(place))
                kinds += [relation("!=", name(place), num(0))]
        elif node.op in ("log", "rpow") or depth[node] >= ROOTS > depth[place]:
            if place.op != "var" and not _away(bound):
                new[place] = call("exp", name(place))
        elif node.op == "atanh" and not all(_away(signs.bounds(end)) for end in (sub(ONE, place), add(ONE, place))):
            new[node] = name(node)  # grows as slowly as a logarithm
    names = tuple(str(v.value) for v in fresh.values())
    wider = _changed(problem, new)
    return replace(wider, names=(*problem.names, *names), kinds=(*wider.kinds, *dict.fromkeys(kinds)))


def _away(bound: Interval) -> bool:
    """Whether every number of the interval has at least some distance from 0."""
    return (bound.lo is not None and bound.lo > 0) or (bound.hi is not None and bound.hi < 0)
