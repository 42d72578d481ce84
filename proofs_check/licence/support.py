"""How many indices decide an indexed polynomial, and at how many values of 1/n and 1/m (docs/soundness.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from proofs_check.licence.indexed import (
    Add,
    Expr,
    Gate,
    Index,
    Leaf,
    Mul,
    Pow,
    Refused,
    Size,
    Sum,
    children,
)
from proofs_check.licence.reading import Equality

MAX_DEGREES = 4_000
Degree = tuple[tuple[str, int], ...]
Term = tuple[Degree, int, int]  # degrees in the variables by letter, powers of n and of m
COUNTED = ("samples", "neurons")


@dataclass(frozen=True)
class Support:
    """What decides one equality.

    Attributes
    ----------
    indices : by axis, how many indices besides those written as numbers a monomial can touch.
    sizes : by axis, how many different sizes decide how the equality depends on the size as a number.
    """

    indices: dict[str, int]
    sizes: dict[str, int]


def support(equality: Equality, axes: Collection[str]) -> Support:
    """Return what decides an equality whose sizes along the axes are arbitrary.

    Raises
    ------
    Refused
        When a sum has a term without a variable of its index.

    Examples
    --------
    >>> from proofs_check.licence.indexed import Index, Leaf, power, total
    >>> k = Index("samples")
    >>> support(Equality(power(total(k, (), Leaf("e", (k,))), 3), ()), ["samples"]).indices
    {'samples': 3}
    """
    _check_sums(equality.difference, axes, ())
    outer = [index.axis for index in equality.outer]
    indices = {axis: touched(equality.difference, axis) + outer.count(axis) for axis in axes}
    spans = _spans(equality.difference)
    return Support(indices, {axis: span + 1 for axis, span in zip(COUNTED, spans, strict=True) if axis in axes})


def touched(part: Expr, axis: str) -> int:
    """Return a bound on how many indices bound by sums one monomial has along the axis.

    A sum adds one, a product adds the bounds of its factors, a sum of terms takes the largest.
    """
    if isinstance(part, Add):
        return max(touched(one, axis) for one in part.parts)
    if isinstance(part, Mul):
        return sum(touched(one, axis) for one in part.parts)
    if isinstance(part, Pow):
        return part.exponent * touched(part.base, axis)
    if isinstance(part, Sum):
        return touched(part.body, axis) + (part.index.axis == axis)
    return 0


def _check_sums(part: Expr, axes: Collection[str], around: tuple[Index, ...]) -> None:
    """Refuse a sum that setting the variables of an index to zero does not shorten."""
    if isinstance(part, Sum):
        if part.index in around:
            raise Refused("an index is bound twice")
        around = (*around, part.index)
        if part.index.axis in axes and not _carries(part.body, part.index):
            raise Refused(
                f"a sum over {part.index.axis} has a term without a variable of that index: it grows with the size"
            )
    for one in children(part):
        _check_sums(one, axes, around)


def _carries(part: Expr, index: Index) -> bool:
    """Whether every monomial has a variable with the index (a gate is none: it does not vanish)."""
    if isinstance(part, Leaf):
        return index in part.places
    if isinstance(part, Mul):
        return any(_carries(one, index) for one in part.parts)
    if isinstance(part, Gate) or not children(part):
        return False
    return all(_carries(one, index) for one in children(part))


def _spans(part: Expr) -> tuple[int, int]:
    """Return by how much the powers of n and m differ among monomials of one degree in the variables."""
    by_degree: dict[Degree, list[tuple[int, int]]] = {}
    for degree, n, m in _terms(part):
        by_degree.setdefault(degree, []).append((n, m))
    spans = [(_span(n for n, _ in powers), _span(m for _, m in powers)) for powers in by_degree.values()]
    return max((n for n, _ in spans), default=0), max((m for _, m in spans), default=0)


def _span(powers: Iterable[int]) -> int:
    found = list(powers)
    return max(found) - min(found)


def _terms(part: Expr) -> set[Term]:
    """Return the degrees and powers that monomials can have; more than there are is allowed."""
    if isinstance(part, Leaf) and part.places:  # the step size may also stand in parameters, which have no degree
        return {(((part.letter, 1),), 0, 0)}
    if isinstance(part, Size):
        return {((), part.power, 0) if part.axis == "samples" else ((), 0, part.power)}
    if isinstance(part, Sum):
        return _terms(part.body)
    if isinstance(part, Add):
        return _limited({term for one in part.parts for term in _terms(one)})
    if isinstance(part, Mul | Pow):
        factors = part.parts if isinstance(part, Mul) else (part.base,) * part.exponent
        found: set[Term] = {((), 0, 0)}
        for factor in factors:
            inner = _terms(factor)
            found = _limited({_product(a, b) for a in found for b in inner})
        return found
    return {((), 0, 0)}


def _product(a: Term, b: Term) -> Term:
    degrees = dict(a[0])
    for letter, count in b[0]:
        degrees[letter] = degrees.get(letter, 0) + count
    return tuple(sorted(degrees.items())), a[1] + b[1], a[2] + b[2]


def _limited(terms: set[Term]) -> set[Term]:
    if len(terms) > MAX_DEGREES:
        raise Refused("its terms have too many different degrees")
    return terms


__all__ = ["Support", "support", "touched"]
