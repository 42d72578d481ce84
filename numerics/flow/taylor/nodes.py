"""Values and series on a piece: states at a time, and the Taylor coefficients of any node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from flint import fmpz_poly

from numerics.flow.program import Linear, Product, Program
from numerics.flow.solution import Piece

SPARE = 16  # extra bits inside an evaluation, so that its own roundings do not count


def part_of(piece: Piece, time: Fraction) -> Fraction:
    """Return the s with ``time = start + s * length``."""
    return (time - piece.start) / piece.length


def evaluate(rows: Sequence[Sequence[int]], bits: int, s: Fraction) -> tuple[int, ...]:
    """Return ``sum_k c_k s**k`` of every row, rounded; integers over ``2**bits`` like the coefficients.

    Examples
    --------
    >>> evaluate([[8, 4, 16]], 3, Fraction(1, 2))
    (14,)
    """
    if s == 0:
        return tuple(row[0] for row in rows)
    if s == 1:
        return tuple(sum(row) for row in rows)
    top, shift = s.numerator, s.denominator.bit_length() - 1
    if s.denominator != 1 << shift or shift > bits + 2 * SPARE:
        shift = bits + 2 * SPARE
        top = (s.numerator << shift) // s.denominator
    half = 1 << (SPARE - 1)
    return tuple((_horner(row, top, shift) + half) >> SPARE for row in rows)


def _horner(row: Sequence[int], top: int, shift: int) -> int:
    total = 0
    for c in reversed(row):
        total = (total * top >> shift) + (c << SPARE)
    return total


def node_series(program: Program, piece: Piece, nodes: Iterable[int]) -> list[list[int]]:
    """Return the Taylor coefficients of nodes on a piece, to the order of its states.

    Returns
    -------
    A list a node: integers over ``2**bits`` in powers of the piece's s, rounded once a linear form or product.

    Examples
    --------
    >>> program = Program(("u",), (Product(0, 0),), (1,))
    >>> node_series(program, Piece(Fraction(0), Fraction(1), 4, ((16, 8, 4),)), [1])
    [[16, 16, 12]]
    """
    wanted = list(nodes)
    states = len(program.states)
    found: dict[int, list[int]] = {place: list(row) for place, row in enumerate(piece.coefficients)}
    for place in sorted(_ancestors(program, wanted)):
        node = program.nodes[place - states]
        if isinstance(node, Product):
            found[place] = _product(found[node.left], found[node.right], piece.bits)
        else:
            found[place] = _linear(node, found, piece)
    return [found[place] for place in wanted]


def _ancestors(program: Program, wanted: Sequence[int]) -> set[int]:
    states = len(program.states)
    seen: set[int] = set()
    waiting = [place for place in wanted if place >= states]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        node = program.nodes[place - states]
        needs = (node.left, node.right) if isinstance(node, Product) else tuple(p for p, _ in node.terms)
        waiting += [p for p in needs if p >= states]
    return seen


def _product(left: list[int], right: list[int], bits: int) -> list[int]:
    product = fmpz_poly(left) * fmpz_poly(right)
    half = 1 << (bits - 1)
    return [(int(product[k]) + half) >> bits for k in range(len(left))]


def _linear(node: Linear, found: dict[int, list[int]], piece: Piece) -> list[int]:
    divisor = lcm(node.constant.denominator, *(factor.denominator for _, factor in node.terms))
    total = [0] * len(piece.coefficients[0])
    total[0] = int(node.constant * divisor) << piece.bits
    for place, factor in node.terms:
        times = int(factor * divisor)
        total = [t + times * c for t, c in zip(total, found[place], strict=True)]
    return total if divisor == 1 else [(t + divisor // 2) // divisor for t in total]
