"""What a formula can be when its terms are known to lie in balls: a set of outcomes that contains the true one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import arb

from proofs_check.language.term import Formula

Outcomes = frozenset[str]
TRUE, FALSE, UNDEFINED = frozenset({"true"}), frozenset({"false"}), frozenset({"undefined"})
EITHER = TRUE | FALSE
ANY = EITHER | UNDEFINED
SIGNS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}


def outcomes(formula: Formula, relation: Callable[[Formula], Outcomes]) -> Outcomes:
    """Return every outcome that the formula can have, left to right with short circuit.

    Parameters
    ----------
    relation : gives the outcomes of a relation between two terms.

    Examples
    --------
    >>> from proofs_check.language.term import num, var
    >>> from proofs_check.language.term import relation as make
    >>> claim = Formula("or", (make("<", var("x"), num(1)), make("<", num(1), num(0))))
    >>> sorted(outcomes(claim, lambda part: EITHER if part.terms[0] == var("x") else FALSE))
    ['false', 'true']
    """
    op, args = formula.op, formula.args
    if op == "true":
        return TRUE
    if formula.terms:
        return relation(formula)
    if op == "not":
        swap = {"true": "false", "false": "true", "undefined": "undefined"}
        return frozenset(swap[o] for o in outcomes(args[0], relation))
    if op == "implies":
        first = outcomes(args[0], relation)
        found = (TRUE if "false" in first else frozenset()) | (first & UNDEFINED)
        return found | outcomes(args[1], relation) if "true" in first else found
    goes_on, stops = ("true", "false") if op == "and" else ("false", "true")
    found: Outcomes = frozenset()
    for part in args:
        here = outcomes(part, relation)
        found |= here & (UNDEFINED | {stops})
        if goes_on not in here:
            return found
    return found | {goes_on}


def sign_outcomes(op: str, gap: Fraction | arb) -> Outcomes:
    """Return the outcomes of ``gap op 0`` for a number or a ball.

    Examples
    --------
    >>> sorted(sign_outcomes("<=", Fraction(0))), sorted(sign_outcomes("==", arb(0, 1)))
    (['true'], ['false', 'true'])
    """
    if isinstance(gap, Fraction) or not gap.is_finite():
        possible = {(gap > 0) - (gap < 0)} if isinstance(gap, Fraction) else {-1, 0, 1}
    else:
        low, high = gap.lower(), gap.upper()
        possible = {s for s, may in ((-1, low < 0), (0, low <= 0 and high >= 0), (1, high > 0)) if may}
    wanted = SIGNS[op]
    yes = TRUE if any(s in wanted for s in possible) else frozenset()
    no = FALSE if any(s not in wanted for s in possible) else frozenset()
    return yes | no


def within(condition: Outcomes, claim: Callable[[], Outcomes]) -> Outcomes:
    """Return the outcomes of a claim that is asked only where a condition is defined and true.

    Examples
    --------
    >>> sorted(within(FALSE, lambda: FALSE)), sorted(within(EITHER, lambda: FALSE))
    (['true'], ['false', 'true'])
    """
    if "true" not in condition:
        return TRUE
    return claim() if condition == TRUE else claim() | TRUE
