"""Square roots, absolute values and gates as ratios over generators."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from proofs_check.evidence.field import Field, Key
from proofs_check.evidence.interval import Interval
from proofs_check.evidence.ratio import NotNormal, Ratio, to_fraction


class Roots(Field):
    """Roots s with s**2 = u, and gates g with g**2 = g; products are split only where signs are known."""

    relu_at_zero = 0

    def _sqrt(self, u: Ratio) -> Ratio:
        if u.num.is_zero():
            return u
        ring = self.ring
        radicand = u.num * u.den
        reduced = ring.reduce(radicand)
        if reduced is not None:
            if not reduced.den.is_one():
                return self._root_atom(u)
            radicand = reduced.num
        if radicand.is_zero():
            return ring.const(0)
        constant, parts = radicand.factor()
        outside, inside, rest = ring.const(1), ring.const(1), ring.ctx.constant(constant)
        for factor, e in parts:
            bound = self.poly_interval(factor)
            if bound.sign("<"):
                factor, bound = -factor, -bound
                rest = rest * (-1) ** int(e)
            if bound.sign(">"):
                outside = ring.mul(outside, ring.power(Ratio(factor, ring.one), int(e) // 2))
                if e % 2:
                    inside = ring.mul(inside, self._root_atom(Ratio(factor, ring.one)))
            else:
                rest = rest * factor ** int(e)
        root = ring.mul(ring.mul(outside, inside), self._rest_root(rest))
        return ring.div(root, self._abs(Ratio(u.den, ring.one)))

    def _rest_root(self, rest: fmpq_mpoly) -> Ratio:
        """Return the root of a product of factors whose signs are not known."""
        ring = self.ring
        if rest.is_constant():
            return self._constant_root(to_fraction(rest.leading_coefficient()))
        constant, parts = rest.factor()
        scale = to_fraction(constant)
        squares = all(int(e) % 2 == 0 for _, e in parts)
        if squares and scale > 0:
            result = self._constant_root(scale)
            for factor, e in parts:
                result = ring.mul(result, self._abs(ring.power(Ratio(factor, ring.one), int(e) // 2)))
            return result
        lead = abs(to_fraction(rest.leading_coefficient()))
        monic = rest / fmpq(lead.numerator, lead.denominator)
        return ring.mul(self._constant_root(lead), self._root_atom(Ratio(monic, ring.one)))

    def _constant_root(self, value: Fraction) -> Ratio:
        if value < 0:
            raise NotNormal("root of a negative constant")
        result = self.ring.const(1)
        for prime, e in prime_powers(value):
            result = self.ring.mul(result, self.ring.const(Fraction(prime) ** (e // 2)))
            if e % 2:
                result = self.ring.mul(result, self._root_atom(self.ring.const(prime)))
        return result

    def _root_atom(self, u: Ratio) -> Ratio:
        known = u.constant()
        if known == 1:
            return u
        key: Key = ("root", str(u))
        if key not in self.index:
            i = self.generator(key, self.ratio_interval(u).root())
            self.ring.relate(i, 2, u)
        return self.ring.gen(self.index[key])

    def _abs(self, u: Ratio) -> Ratio:
        bound = self.ratio_interval(u)
        if bound.sign(">="):
            return u
        if bound.sign("<="):
            return self.ring.neg(u)
        return self.ring.mul(u, self._orientation(u))

    def _orientation(self, u: Ratio) -> Ratio:
        """Return 2g - 1 for the gate g of u: +1 or -1 where u is not 0, and never 0."""
        carrier, flip = self._sign_carrier(u)
        if carrier.is_constant():
            return self.ring.const(flip)
        if to_fraction(carrier.leading_coefficient()) < 0:
            carrier, flip = -carrier, -flip
        two_g = self.ring.mul(self.ring.const(2), self._gate(carrier))
        return self.ring.mul(self.ring.const(flip), self.ring.sub(two_g, self.ring.const(1)))

    def _step(self, u: Ratio) -> Ratio:
        bound = self.ratio_interval(u)
        if bound.sign(">"):
            return self.ring.const(1)
        if bound.sign("<"):
            return self.ring.const(0)
        if bound.sign("=="):
            return self.ring.const(self.relu_at_zero)
        carrier, flip = self._sign_carrier(u)
        if carrier.is_constant():
            return self.ring.const(1 if flip > 0 else 0)
        return self._gate(carrier * flip)

    def _sign_carrier(self, u: Ratio) -> tuple[fmpq_mpoly, int]:
        """Return (p, s) such that u and s*p have one sign everywhere: factors of known sign are left out."""
        constant, factors = (u.num * u.den).factor()
        flip = 1 if to_fraction(constant) > 0 else -1
        carrier = self.ring.one
        for factor, e in factors:
            bound = self.poly_interval(factor)
            if bound.sign("<") and e % 2:
                flip = -flip
            if bound.sign(">") or bound.sign("<") or (e % 2 == 0 and bound.excludes_zero()):
                continue
            carrier = carrier * factor ** (1 if e % 2 else 2)
        return carrier, flip

    def _gate(self, carrier: fmpq_mpoly) -> Ratio:
        """Return the generator g = step(carrier), with g**2 = g."""
        lead = abs(to_fraction(carrier.leading_coefficient()))
        key: Key = ("step", str(carrier / fmpq(lead.numerator, lead.denominator)))
        if key not in self.index:
            i = self.generator(key, Interval(Fraction(0), Fraction(1)))
            self.ring.relate(i, 2, self.ring.gen(i))
        return self.ring.gen(self.index[key])

    def _sign(self, u: Ratio) -> Ratio:
        bound = self.ratio_interval(u)
        for relation, value in ((">", 1), ("<", -1), ("==", 0)):
            if bound.sign(relation):
                return self.ring.const(value)
        if bound.excludes_zero():
            return self._orientation(u)
        carrier, flip = self._sign_carrier(u)
        if to_fraction(carrier.leading_coefficient()) < 0:
            carrier, flip = -carrier, -flip
        key: Key = ("sign", str(carrier / carrier.leading_coefficient()))
        if key not in self.index:
            i = self.generator(key, Interval(Fraction(-1), Fraction(1)))
            self.ring.relate(i, 3, self.ring.gen(i))
        return self.ring.mul(self.ring.const(flip), self.ring.gen(self.index[key]))


def prime_powers(value: Fraction) -> list[tuple[int, int]]:
    """Return the prime factorisation of a positive rational; a large cofactor stays whole."""
    powers: list[tuple[int, int]] = []
    for number, side in ((value.numerator, 1), (value.denominator, -1)):
        p = 2
        while p * p <= number and p < 2_000:
            e = 0
            while number % p == 0:
                number, e = number // p, e + 1
            if e:
                powers.append((p, e * side))
            p += 1
        if number > 1:
            powers.append((number, side))
    return powers
