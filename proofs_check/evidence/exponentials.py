"""Exponentials and logarithms as ratios over generators."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_mpoly

from proofs_check.evidence.field import Key
from proofs_check.evidence.interval import Interval
from proofs_check.evidence.ratio import NotNormal, Ratio, Restart, to_fraction
from proofs_check.evidence.roots import Roots, prime_powers

SPLIT_LIMIT = 8


class Exponentials(Roots):
    """exp of a sum as a product of generators with integer exponents; log of a product split where signs are known."""

    def _pieces(self, u: Ratio) -> list[tuple[Fraction, Ratio]]:
        """Write u as a sum of rational multiples of atoms (monomial over a common denominator)."""
        den = u.den
        if len(u.num) > SPLIT_LIMIT:
            lead = u.num.leading_coefficient()
            return [(to_fraction(lead), Ratio(u.num / lead, den))]
        pieces: list[tuple[Fraction, Ratio]] = []
        for exponents, coefficient in u.num.to_dict().items():
            mono = self.ring.ctx.from_dict({exponents: fmpq(1)})
            g = mono.gcd(den)
            pieces.append((to_fraction(coefficient), Ratio(mono / g, den / g)))
        return pieces

    def _exp(self, u: Ratio) -> Ratio:
        result = self.ring.const(1)
        for factor, atom in self._pieces(u) if not u.num.is_zero() else []:
            result = self.ring.mul(result, self._exp_atom(atom, factor))
        return result

    def _exp_atom(self, atom: Ratio, factor: Fraction) -> Ratio:
        index = self._single(atom)
        if index is not None and index in self.logs and factor.denominator in (1, 2):
            base = self.logs[index]
            if factor.denominator == 2:
                base = self._sqrt(base)
            return self.ring.power(base, int(factor * factor.denominator))
        key = ("exp", str(atom))
        n = self._whole(key, factor)
        scaled = self.ring.mul(atom, self.ring.const(Fraction(1, self.finer.get(key, 1))))
        above = self.ratio_interval(scaled)
        bound = Interval(
            Fraction(1 if above.sign(">=") else 0),
            Fraction(1) if above.sign("<=") else None,
            not above.sign(">=") or above.sign(">"),
            above.sign("<"),
        )
        i = self.generator(key, bound)
        self.exps[i] = scaled
        return self.ring.power(self.ring.gen(i), n)

    def _whole(self, key: Key, factor: Fraction) -> int:
        """Return factor * D for the key's common denominator D; raises Restart when D must grow."""
        d = self.finer.get(key, 1)
        if (factor * d).denominator != 1:
            self.finer[key] = lcm(d, factor.denominator)
            if self.finer[key] > 60:
                raise NotNormal(f"an exponent with the denominator {self.finer[key]}")
            raise Restart("finer")
        return int(factor * d)

    def _single(self, atom: Ratio) -> int | None:
        """Return the generator's index when the atom is one generator to the first power."""
        if not atom.den.is_one() or atom.num.total_degree() != 1 or len(atom.num) != 1:
            return None
        return next(i for i, e in enumerate(atom.num.degrees()) if e)

    def _half_exp(self, u: Ratio, sign: int) -> Ratio:
        e = self._exp(u)
        inverse = self.ring.div(self.ring.const(sign), e)
        return self.ring.mul(self.ring.add(e, inverse), self.ring.const(Fraction(1, 2)))

    def _tanh(self, u: Ratio) -> Ratio:
        e = self._exp(self.ring.mul(u, self.ring.const(2)))
        one = self.ring.const(1)
        return self.ring.div(self.ring.sub(e, one), self.ring.add(e, one))

    def _real_power(self, base: Ratio, exponent: Ratio, value: Fraction | None) -> Ratio:
        if value is not None and value.denominator == 2:
            return self.ring.power(self._sqrt(base), value.numerator)
        return self._exp(self.ring.mul(exponent, self._log(base)))

    def _atanh(self, u: Ratio) -> Ratio:
        one = self.ring.const(1)
        gap = self.ring.sub(self._log(self.ring.add(one, u)), self._log(self.ring.sub(one, u)))
        return self.ring.mul(gap, self.ring.const(Fraction(1, 2)))

    def _log(self, u: Ratio) -> Ratio:
        if u.num.is_zero():
            raise NotNormal("log of zero")
        pieces = self._positive_factors(u)
        if pieces is None:
            return self._log_atom(u)
        constant, factors = pieces
        result = self.ring.const(0)
        for base, e in [*prime_powers(constant), *factors]:
            ratio = self.ring.const(base) if isinstance(base, int) else Ratio(base, self.ring.one)
            result = self.ring.add(result, self.ring.mul(self._log_atom(ratio), self.ring.const(e)))
        return result

    def _log_atom(self, u: Ratio) -> Ratio:
        if u.constant() == 1:
            return self.ring.const(0)
        index = self._single(u)
        if index is not None and index in self.exps:
            return self.exps[index]
        above_one = self.ratio_interval(self.ring.sub(u, self.ring.const(1)))
        bound = Interval(
            Fraction(0) if above_one.sign(">=") else None,
            Fraction(0) if above_one.sign("<=") else None,
            above_one.sign(">"),
            above_one.sign("<"),
        )
        i = self.generator(("log", str(u)), bound)
        self.logs[i] = u
        return self.ring.gen(i)

    def _positive_factors(self, u: Ratio) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]] | None:
        """Return (positive constant, [(positive factor, exponent)]) with product u, None when a sign is not known."""
        constant = Fraction(1)
        factors: list[tuple[fmpq_mpoly, int]] = []
        for poly, side in ((u.num, 1), (u.den, -1)):
            c, parts = poly.factor()
            constant *= to_fraction(c) ** side
            for factor, e in parts:
                bound = self.poly_interval(factor)
                if bound.sign("<"):
                    factor, constant = -factor, constant * (-1) ** int(e)
                elif not bound.sign(">"):
                    return None
                lead = to_fraction(factor.leading_coefficient())
                if lead > 0 and lead != 1:
                    factor, constant = (
                        factor / fmpq(lead.numerator, lead.denominator),
                        constant * lead ** (int(e) * side),
                    )
                factors.append((factor, int(e) * side))
        return (constant, factors) if constant > 0 else None
