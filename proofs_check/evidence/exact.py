"""Rung 3: decide a formula by normal forms and sign rules, every obligation included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from proofs_check.evidence.obligations import Obligation, obligations
from proofs_check.evidence.signs import Signs
from proofs_check.language.term import NEGATED, Formula, Term, num, relation, sub, subterms
from proofs_check.printers.text import to_text

MAX_KINKS = 4


@dataclass
class Proof:
    """Whether the formula is proved, what was needed, and what is missing.

    Examples
    --------
    >>> Proof(True).missing
    []
    """

    proved: bool
    obligations: list[tuple[Obligation, bool]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def prove(claim: Formula, facts: Sequence[Formula], hints: Sequence[Term] = (), relu_at_zero: int = 0) -> Proof:
    """Prove the formula at every point where the facts hold, or say what is missing.

    Guarantee: exact. `proved` is True only when every relation and every obligation was decided.

    Examples
    --------
    >>> from proofs_check.language.term import div, num, relation, var
    >>> x = var("x")
    >>> prove(relation("==", div(x, x), num(1)), []).missing
    ['denominator: x != 0']
    >>> prove(relation("==", div(x, x), num(1)), [relation("!=", x, num(0))]).proved
    True
    """
    proof = Proof(False)
    proof.proved = _prove(claim, list(facts), tuple(hints), relu_at_zero, proof)
    return proof


def defined(claim: Formula, facts: Sequence[Formula], hints: Sequence[Term] = (), relu_at_zero: int = 0) -> Proof:
    """Prove that every relation of the formula that is reached has a value at every point where the facts hold.

    Nothing is asked about the truth of the relations, so no obligation is left out because another part is open.

    Examples
    --------
    >>> from proofs_check.language.term import div, num, relation, var
    >>> x = var("x")
    >>> both = Formula("and", (relation("<", x, num(1)), relation("<", div(num(1), x), num(1))))
    >>> defined(both, []).missing, defined(both, [relation(">", x, num(0))]).proved
    (['denominator: x != 0'], True)
    """
    proof = Proof(False)
    proof.proved = _defined(claim, list(facts), tuple(hints), relu_at_zero, proof)
    return proof


def _prove(claim: Formula, facts: list[Formula], hints: tuple[Term, ...], at_zero: int, proof: Proof) -> bool:
    if claim.op == "true":
        return True
    if claim.op == "and":
        outcomes = []
        for i, part in enumerate(claim.args):
            outcomes.append(_prove(part, facts + list(claim.args[:i]), hints, at_zero, proof))
            if not outcomes[-1]:
                break
        return all(outcomes)
    if claim.op == "implies":
        antecedent, conclusion = claim.args
        defined = _defined(antecedent, facts, hints, at_zero, proof)
        return defined and _prove(conclusion, [*facts, antecedent], hints, at_zero, proof)
    if claim.op == "not" and claim.args[0].terms:
        inner = claim.args[0]
        return _prove(relation(NEGATED[inner.op], *inner.terms), facts, hints, at_zero, proof)
    if claim.op == "not" and claim.args[0].op == "not":
        return _prove(claim.args[0].args[0], facts, hints, at_zero, proof)
    if claim.op == "or":
        return _prove_or(claim, facts, hints, at_zero, proof)
    if claim.terms:
        return _relation(claim, facts, hints, at_zero, proof)
    proof.missing.append(f"no rule for {claim.op}")
    return False


def _prove_or(claim: Formula, facts: list[Formula], hints: tuple[Term, ...], at_zero: int, proof: Proof) -> bool:
    """Prove some part, all parts before it being defined: those are reached first."""
    trial = Proof(False)
    for part in claim.args:
        attempt = Proof(False)
        if _prove(part, facts, hints, at_zero, attempt):
            proof.obligations += trial.obligations + attempt.obligations
            return True
        if not _defined(part, facts, hints, at_zero, trial):
            break
    proof.missing.append("no part of the `or` was proved")
    return False


def _defined(formula: Formula, facts: list[Formula], hints: tuple[Term, ...], at_zero: int, proof: Proof) -> bool:
    """Prove that every relation that is reached has both sides defined."""
    if formula.terms:
        return _obligations(formula.terms, Signs(facts, hints, at_zero), proof)
    known = list(facts)
    for i, part in enumerate(formula.args):
        if not _defined(part, known, hints, at_zero, proof):
            return False
        if formula.op == "and" or (formula.op == "implies" and i == 0):
            known.append(part)
    return True


def _obligations(terms: tuple[Term, ...], signs: Signs, proof: Proof) -> bool:
    for needed in obligations(*terms):
        done = signs.proves(needed.term, needed.relation)
        proof.obligations.append((needed, done))
        if not done:
            proof.missing.append(f"{needed.why}: {to_text(needed.term)} {needed.relation} 0")
            return False
    return True


def _relation(claim: Formula, facts: list[Formula], hints: tuple[Term, ...], at_zero: int, proof: Proof) -> bool:
    signs = Signs(facts, hints, at_zero)
    if not _obligations(claim.terms, signs, proof):
        return False
    if _follows(claim, signs) or _by_cases(claim, facts, hints, at_zero, MAX_KINKS):
        return True
    missing = "no rule brings the difference to zero"
    if claim.op != "==":
        missing = f"the sign of the difference of the two sides is not decided ({claim.op})"
    proof.missing.append(missing)
    return False


def _follows(claim: Formula, signs: Signs) -> bool:
    a, b = claim.terms
    gap = sub(b, a) if claim.op in ("<", "<=") else sub(a, b)
    return signs.proves(gap, {"<": ">", "<=": ">="}.get(claim.op, claim.op))


def _by_cases(claim: Formula, facts: list[Formula], hints: tuple[Term, ...], at_zero: int, depth: int) -> bool:
    """Prove the relation on each side of a kink, and on it; the obligations hold already."""
    kink = next(iter(_kinks(claim.terms, Signs(facts, (), at_zero))), None) if depth else None
    if kink is None:
        return False
    apart = Signs(facts, (), at_zero).bounds(kink).excludes_zero()
    for side in (">", "<") if apart else (">", "<", "=="):
        known = [*facts, relation(side, kink, num(0))]
        signs = Signs(known, hints, at_zero)
        if signs.forms.contradictory() or _follows(claim, signs):
            continue
        if not _by_cases(claim, known, hints, at_zero, depth - 1):
            return False
    return True


def _kinks(terms: tuple[Term, ...], signs: Signs) -> Iterator[Term]:
    """Yield the arguments of abs, relu, step, sign, max, min whose sign is open, innermost first."""
    for node in subterms(*terms):
        if node.op in ("abs", "relu", "step", "sign", "max", "min"):
            u = sub(*node.args) if node.op in ("max", "min") else node.args[0]
            bound = signs.bounds(u)
            if not (bound.sign(">") or bound.sign("<") or bound.sign("==")):
                yield u
