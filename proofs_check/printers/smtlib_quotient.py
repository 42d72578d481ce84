"""Quotients of products of SMT-LIB texts, and the texts of constants and variables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction


class NotPrintable(ValueError):
    """A term that is not written for this engine: one line that says why."""


@dataclass(frozen=True)
class Quotient:
    """`scale` times the product of the texts in `top` over the product of those in `bottom`; powers are counts."""

    scale: Fraction = Fraction(1)
    top: Counter[str] = field(default_factory=Counter)
    bottom: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, text: str, count: int = 1) -> Quotient:
        """Return a power of the text."""
        return cls(Fraction(1), Counter({text: count}))


ZERO, ONE = Quotient(Fraction(0)), Quotient()


def literal(value: Fraction) -> str:
    """Return an exact real constant.

    Examples
    --------
    >>> literal(Fraction(-1, 3))
    '(- (/ 1.0 3.0))'
    """
    size = f"{abs(value.numerator)}.0"
    if value.denominator != 1:
        size = f"(/ {size} {value.denominator}.0)"
    return f"(- {size})" if value < 0 else size


def symbol(name: str) -> str:
    """Return the quoted symbol of a variable; the prefix keeps it apart from every word of SMT-LIB."""
    return f"|v!{name}|"


def product(factors: Counter[str], scale: Fraction = Fraction(1)) -> str:
    """Return the product of the texts and the constant."""
    if not scale:
        return "0.0"
    texts = [text for text, count in factors.items() for _ in range(count)]
    if scale != 1 or not texts:
        texts.insert(0, literal(scale))
    return texts[0] if len(texts) == 1 else f"(* {' '.join(texts)})"
