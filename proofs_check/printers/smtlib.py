"""SMT-LIB scripts of a claim: one for each obligation and relation, each unsatisfiable exactly when its goal holds.

Division and roots are total in SMT. Denominators are cleared and every obligation is a goal of its own, so a claim is
proved only when *all* scripts are unsatisfiable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from proofs_check.language.calculus import substitute
from proofs_check.language.elaborate import Problem
from proofs_check.language.numbers import constant_of
from proofs_check.language.term import Formula, Term, formula_terms, map_formula, num, subterms
from proofs_check.printers.exponents import Exponents
from proofs_check.printers.smtlib_quotient import NotPrintable, symbol
from proofs_check.printers.smtlib_terms import Terms
from proofs_check.printers.total import Goal, goals, premise

MAX_CASES = 32
MAX_NODES = 20_000
DOMAIN = "domain"


@dataclass(frozen=True)
class Script:
    """One question to a solver.

    Attributes
    ----------
    text : declarations and assertions, without logic, options and `(check-sat)`.
    why : what the goal is for: obligation, claim, or `domain` (then the script is the domain alone).
    names : the variables whose values make a point, with their symbols.
    fixed : the values of variables that this case has replaced by constants.
    abstracted : functions of which only some properties are told; when there are any, a model is no counterexample.
    """

    text: str
    why: str
    names: tuple[str, ...]
    fixed: dict[str, Fraction] = field(default_factory=dict)
    abstracted: tuple[str, ...] = ()


def scripts(problem: Problem, relu_at_zero: int = 0) -> list[Script]:
    """Return the scripts of a claim, the domain's own last.

    Raises
    ------
    NotPrintable
        When a term is too large or has no form here.

    Examples
    --------
    >>> from proofs_check.language.elaborate import elaborate
    >>> from proofs_check.language.statement import Statement
    >>> first, second, domain = scripts(elaborate(Statement("1/x > 0", {"x": "positive"})))
    >>> print(first.text)
    (declare-const |v!x| Real)
    (assert (> |v!x| 0.0))
    (assert (not (not (= |v!x| 0.0))))
    >>> second.text.splitlines()[-1]
    '(assert (not (> 1.0 0.0)))'
    """
    found: list[Script] = []
    for case in _cases(problem):
        here = {name: num(value) for name, value in case.items()}

        def at(term: Term, values: dict[str, Term] = here) -> Term:
            return substitute(term, values) if values else term

        told = [premise(map_formula(f, at)) for f in problem.domain]
        claim = map_formula(problem.claim, at)
        names = tuple(n for n in problem.names if n not in case)
        for goal in goals(claim):
            found.append(_script(told, goal, names, case, relu_at_zero))
    told = [premise(f) for f in problem.domain]
    found.append(_script(told, Goal((), Formula("true"), DOMAIN), problem.names, {}, relu_at_zero))
    return found


def _cases(problem: Problem) -> Iterator[dict[str, Fraction]]:
    """Yield the values of the variables with finitely many, or no values at all when the cases are too many."""
    count = 1
    for values in problem.values.values():
        count *= len(values)
    if count > MAX_CASES:
        yield {}
        return
    for choice in product(*problem.values.values()):
        yield dict(zip(problem.values, choice, strict=True))


def _script(
    told: Sequence[Formula], goal: Goal, names: tuple[str, ...], case: dict[str, Fraction], relu_at_zero: int
) -> Script:
    formulas = [*told, *goal.facts, goal.formula]
    roots = [t for f in formulas for t in formula_terms(f)]
    if sum(1 for _ in subterms(*roots)) > MAX_NODES:
        raise NotPrintable(f"more than {MAX_NODES:,} terms")
    terms = Terms(Exponents(roots), relu_at_zero, _positive(told))
    lines = [f"(declare-const {symbol(n)} Real)" for n in names]
    asserted = [terms.formula(f) for f in formulas[:-1]]
    if goal.why != DOMAIN:
        asserted.append(f"(not {terms.formula(goal.formula)})")
    lines += terms.lines + [f"(assert {text})" for text in asserted if text != "true"]
    return Script("\n".join(lines), goal.why, names, dict(case), tuple(sorted(terms.abstracted)))


def _positive(told: Sequence[Formula]) -> set[str]:
    """Return the symbols of the variables that the domain plainly says are positive."""
    found: set[str] = set()
    for formula in told:
        if formula.op == "and":
            found |= _positive(formula.args)
        elif formula.op in ("<", ">"):
            low, high = formula.terms if formula.op == "<" else formula.terms[::-1]
            bound = constant_of(low)
            if high.op == "var" and bound is not None and bound >= 0:
                found.add(symbol(str(high.value)))
    return found
