"""Cosines, sines and inverse angles as ratios over generators."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.evidence.exponentials import Exponentials
from proofs_check.evidence.field import Key
from proofs_check.evidence.interval import Interval
from proofs_check.evidence.ratio import NotNormal, Ratio, to_fraction


class Angles(Exponentials):
    """cos and sin by the addition theorems over generators with sin**2 = 1 - cos**2."""

    def _cos_sin(self, u: Ratio) -> tuple[Ratio, Ratio]:
        ring = self.ring
        c, s = ring.const(1), ring.const(0)
        for factor, atom in self._pieces(u) if not u.num.is_zero() else []:
            a, b = self._angle_atom(atom, factor)
            c, s = ring.sub(ring.mul(c, a), ring.mul(s, b)), ring.add(ring.mul(s, a), ring.mul(c, b))
        return c, s

    def _angle_atom(self, atom: Ratio, factor: Fraction) -> tuple[Ratio, Ratio]:
        ring = self.ring
        index = self._single(atom)
        if index is not None and index == self.index.get(("pi", None)) and (2 * factor).denominator == 1:
            quarter = int(2 * factor) % 4
            return ring.const((1, 0, -1, 0)[quarter]), ring.const((0, 1, 0, -1)[quarter])
        if index is not None and index in self.angles and factor.denominator == 1:
            base = self._known_angle(*self.angles[index])
            n = factor.numerator
        else:
            key: Key = ("angle", str(atom))
            n = self._whole(key, factor)
            base = self._new_angle(key)
        if abs(n) > 64:
            raise NotNormal(f"a multiple angle of order {n}")
        c, s = ring.const(1), ring.const(0)
        for _ in range(abs(n)):
            c, s = (
                ring.sub(ring.mul(c, base[0]), ring.mul(s, base[1])),
                ring.add(ring.mul(s, base[0]), ring.mul(c, base[1])),
            )
        return (c, s) if n > 0 else (c, ring.neg(s))

    def _new_angle(self, key: Key) -> tuple[Ratio, Ratio]:
        within = Interval(Fraction(-1), Fraction(1))
        cos_key, sin_key = ("cos", key), ("sin", key)
        fresh = sin_key not in self.index
        c = self.ring.gen(self.generator(cos_key, within))
        s = self.ring.gen(self.generator(sin_key, within))
        if fresh:
            self.ring.relate(self.index[sin_key], 2, self.ring.sub(self.ring.const(1), self.ring.mul(c, c)))
        return c, s

    def _known_angle(self, op: str, u: Ratio) -> tuple[Ratio, Ratio]:
        ring = self.ring
        if op == "atan":
            root = self._sqrt(ring.add(ring.const(1), ring.mul(u, u)))
            return ring.div(ring.const(1), root), ring.div(u, root)
        other = self._sqrt(ring.sub(ring.const(1), ring.mul(u, u)))
        return (u, other) if op == "acos" else (other, u)

    def _inverse_angle(self, op: str, u: Ratio) -> Ratio:
        if op not in ("asin", "acos", "atan"):
            raise NotNormal(f"no normal form for {op}")
        if u.num.is_zero() and op != "acos":
            return u
        odd = op != "acos" and to_fraction(u.num.leading_coefficient()) < 0
        canonical = self.ring.neg(u) if odd else u
        above = self.ratio_interval(canonical)
        low, high = Fraction(-15708, 10**4), Fraction(15708, 10**4)
        if op == "acos":
            bound = Interval(Fraction(0), Fraction(31416, 10**4))
        else:
            bound = Interval(
                low if not above.sign(">=") else Fraction(0),
                high if not above.sign("<=") else Fraction(0),
                above.sign(">"),
                above.sign("<"),
            )
        i = self.generator((op, str(canonical)), bound)
        self.angles[i] = (op, canonical)
        value = self.ring.gen(i)
        return self.ring.neg(value) if odd else value
