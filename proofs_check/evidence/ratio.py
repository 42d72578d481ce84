"""Quotients of polynomials over generators with algebraic relations, on python-flint's exact multivariate polynomials.

Invariant that every operation keeps: at each point where the obligations of the original term hold, `den != 0` and
`value * den == num`. Cancelling a common factor keeps it, and so does replacing `generator**k` by what it equals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

MAX_MONOMIALS = 60_000
MAX_DEGREE = 2_000
MAX_PRODUCT = 4_000_000


class NotNormal(Exception):
    """The term has no normal form here; the text says why."""


class Restart(Exception):
    """The ring must be made anew with more room or finer roots."""


@dataclass(frozen=True)
class Ratio:
    """num / den with den not the zero polynomial."""

    num: fmpq_mpoly
    den: fmpq_mpoly

    def __str__(self) -> str:
        return f"({self.num})/({self.den})"

    def constant(self) -> Fraction | None:
        """Return the rational number that this is, or None."""
        if not (self.num.is_constant() and self.den.is_constant()):
            return None
        return to_fraction(_scalar(self.num)) / to_fraction(_scalar(self.den))


def to_fraction(value: fmpq) -> Fraction:
    """Return a python-flint rational as a Fraction.

    Examples
    --------
    >>> to_fraction(fmpq(3, 4))
    Fraction(3, 4)
    """
    return Fraction(int(value.p), int(value.q))


def _scalar(poly: fmpq_mpoly) -> fmpq:
    return poly.leading_coefficient() if not poly.is_zero() else fmpq(0)


@dataclass
class Ring:
    """Polynomials over the first `used` of `slots` generators, and the relations `generator**k = ratio`."""

    slots: int
    used: int = 0
    relations: dict[int, tuple[int, Ratio]] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ctx = fmpq_mpoly_ctx.get([f"g{i}" for i in range(self.slots)], Ordering.degrevlex)
        self.generators = self.ctx.gens()
        self.one = self.ctx.constant(1)
        self.zero = self.ctx.constant(0)

    def new(self) -> int:
        """Return the index of a fresh generator; raises Restart when none is left."""
        if self.used == self.slots:
            raise Restart("slots")
        self.used += 1
        return self.used - 1

    def gen(self, index: int) -> Ratio:
        """Return the generator as a ratio."""
        return Ratio(self.generators[index], self.one)

    def relate(self, index: int, k: int, value: Ratio) -> None:
        """Declare generator**k == value; later relations are applied first."""
        self.relations[index] = (k, value)
        self.order.insert(0, index)

    def const(self, value: Fraction | int) -> Ratio:
        """Return a rational constant."""
        f = Fraction(value)
        return Ratio(self.ctx.constant(fmpq(f.numerator, f.denominator)), self.one)

    def add(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a + b."""
        if a.den == b.den:
            return self._tidy(a.num + b.num, a.den)
        g = a.den.gcd(b.den)
        bd = b.den / g
        self._affordable(a.num, bd)
        self._affordable(b.num, a.den)
        return self._tidy(a.num * bd + b.num * (a.den / g), a.den * bd)

    def mul(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a * b."""
        self._affordable(a.num, b.num)
        self._affordable(a.den, b.den)
        return self._tidy(a.num * b.num, a.den * b.den)

    def _affordable(self, a: fmpq_mpoly, b: fmpq_mpoly) -> None:
        """Refuse a product that would not end: hostile definitions square a polynomial forty times over."""
        if len(a) * len(b) > MAX_PRODUCT:
            raise NotNormal("a product writes out too long")
        if a.total_degree() + b.total_degree() > MAX_DEGREE:
            raise NotNormal(f"a polynomial of a degree above {MAX_DEGREE:,}")

    def neg(self, a: Ratio) -> Ratio:
        """Return -a."""
        return Ratio(-a.num, a.den)

    def sub(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a - b."""
        return self.add(a, self.neg(b))

    def div(self, a: Ratio, b: Ratio) -> Ratio:
        """Return a / b; raises NotNormal when b is identically zero."""
        if b.num.is_zero():
            raise NotNormal("a denominator is identically zero")
        self._affordable(a.num, b.den)
        self._affordable(a.den, b.num)
        return self._tidy(a.num * b.den, a.den * b.num)

    def power(self, a: Ratio, n: int) -> Ratio:
        """Return a ** n."""
        if n < 0:
            return self.div(self.const(1), self.power(a, -n))
        if len(a.num) ** min(n, 8) > 10**7 or n > 200:
            raise NotNormal(f"a power of degree {n} writes out too long")
        result = self.const(1)
        for bit in bin(n)[2:]:
            result = self.mul(result, result)
            if bit == "1":
                result = self.mul(result, a)
        return result

    def _tidy(self, num: fmpq_mpoly, den: fmpq_mpoly) -> Ratio:
        if len(num) > MAX_MONOMIALS or len(den) > MAX_MONOMIALS:
            raise NotNormal(f"more than {MAX_MONOMIALS:,} monomials")
        reduced_num, reduced_den = self.reduce(num), self.reduce(den)
        if reduced_num is not None or reduced_den is not None:
            top = reduced_num or Ratio(num, self.one)
            bottom = reduced_den or Ratio(den, self.one)
            num, den = top.num * bottom.den, top.den * bottom.num
            if self._reducible(num) or self._reducible(den):
                return self._tidy(num, den)
        if den.is_zero():
            raise NotNormal("a denominator is identically zero")
        if num.is_zero():
            return Ratio(self.zero, self.one)
        if not den.is_constant():
            g = num.gcd(den)
            if not g.is_one():
                num, den = num / g, den / g
        lead = den.leading_coefficient()
        return Ratio(num / lead, den / lead) if lead != 1 else Ratio(num, den)

    def _reducible(self, poly: fmpq_mpoly) -> bool:
        if not self.relations or poly.is_zero():
            return False
        degrees = poly.degrees()
        return any(degrees[i] >= self.relations[i][0] for i in self.order)

    def reduce(self, poly: fmpq_mpoly) -> Ratio | None:
        """Return the polynomial with every `generator**k` replaced, None when there is nothing to replace."""
        if not self._reducible(poly):
            return None
        value = Ratio(poly, self.one)
        for _ in range(40):
            index = next((i for i in self.order if value.num.degrees()[i] >= self.relations[i][0]), None)
            if index is None:
                return value
            replaced = self._replace(value.num, index)
            value = Ratio(replaced.num, value.den * replaced.den)
            if value.num.is_zero():
                return Ratio(self.zero, self.one)
            if len(value.num) > MAX_MONOMIALS:
                raise NotNormal(f"more than {MAX_MONOMIALS:,} monomials")
        raise NotNormal("the relations do not terminate")

    def _replace(self, poly: fmpq_mpoly, index: int) -> Ratio:
        k, value = self.relations[index]
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for exponents, coefficient in poly.to_dict().items():
            q, r = divmod(int(exponents[index]), k)
            key = (*exponents[:index], r, *exponents[index + 1 :])
            parts.setdefault(q, {})[key] = coefficient
        top = max(parts)
        num = self.zero
        for q, monomials in parts.items():
            num += self.ctx.from_dict(monomials) * value.num**q * value.den ** (top - q)
        return Ratio(num, value.den**top)
