"""Quotients of polynomials, whose denominators are kept as factors."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofs_check.checker.intervals import ONE
from proofs_check.checker.limits import Clock, need
from proofs_check.checker.polynomials import Key, Poly, Ring, constant_of, inverse_mono, key_of


@dataclass(frozen=True)
class Rat:
    """A quotient: the numerator, and the factors of the denominator with their multiplicities."""

    num: Poly
    den: dict[Key, int]

    def key(self) -> tuple[Key, tuple[tuple[Key, int], ...]]:
        return key_of(self.num), tuple(sorted(self.den.items()))


class Quotients:
    """Arithmetic of quotients over one ring."""

    def __init__(self, clock: Clock) -> None:
        self.ring = Ring(clock)

    def rat(self, num: Poly, den: dict[Key, int] | None = None) -> Rat:
        """A quotient with what divides cancelled."""
        left = {}
        for f, n in (den or {}).items():
            while n and num:
                quotient = self.ring.divide(num, dict(f))
                if quotient is None:
                    break
                num, n = quotient, n - 1
            if n and num:
                left[f] = n
        return Rat(num, left)

    def number(self, q: Fraction | int) -> Rat:
        return Rat({(): Fraction(q)} if q else {}, {})

    def atom(self, g: int, n: int = 1) -> Rat:
        poly: Poly = {((g, n),): ONE}
        return Rat(self.ring.mul(poly, {(): ONE}), {})

    def add(self, a: Rat, b: Rat, scale: Fraction | int = 1) -> Rat:
        """a + scale * b, over the least common multiple of the denominators."""
        den = {f: max(a.den.get(f, 0), b.den.get(f, 0)) for f in a.den | b.den}
        nums = []
        for r in (a, b):
            more = self.ring.product((f, n - r.den.get(f, 0)) for f, n in den.items())
            nums.append(r.num if constant_of(more) == 1 else self.ring.mul(r.num, more))
        num = self.ring.add(nums[0], nums[1], Fraction(scale))
        return Rat(num, den) if a.den == b.den == {} else self.rat(num, den)

    def mul(self, a: Rat, b: Rat) -> Rat:
        den = {f: a.den.get(f, 0) + b.den.get(f, 0) for f in a.den | b.den}
        return self.rat(self.ring.mul(a.num, b.num), den)

    def scaled(self, a: Rat, c: Fraction | int) -> Rat:
        return self.mul(a, self.number(c))

    def inverse(self, a: Rat) -> Rat:
        """1/a where a is not zero."""
        need(a.num, "a denominator is zero everywhere")
        c, mono, factors = self.ring.factor(a.num)
        num: Poly = {inverse_mono(mono): 1 / c}
        num = self.ring.mul(num, self.ring.product(a.den.items()))
        out = Rat(num, {})
        for f, n in factors.items():
            g = f[0][0][0][0] if len(f) == 1 and f[0][0] else 1
            if g <= 0 and self.ring.of(g).kind == "sqrt":  # 1/s = s/s**2
                out = self.mul(out, self.power(self.inverse(Rat(self.ring.of(g).value, {})), (n + 1) // 2))
                out = self.mul(out, self.atom(g)) if n % 2 else out
            else:
                out = self.rat(out.num, {**out.den, f: out.den.get(f, 0) + n})
                self.ring.pool.setdefault(f)
        return out

    def power(self, a: Rat, n: int) -> Rat:
        if n < 0:
            return self.power(self.inverse(a), -n)
        return self.rat(self.ring.pow(a.num, n), {f: k * n for f, k in a.den.items() if n})

    def equal(self, a: Rat, b: Rat) -> bool:
        return not self.add(a, b, -1).num

    def depends(self, a: Rat) -> set[int]:
        return self.ring.support(a.num).union(*(self.ring.support(dict(f)) for f in a.den))

    def keyed(self, kind: str, a: Rat) -> int:
        """The generator of a kind with an argument equal to a."""
        key = a.key()
        if (kind, key) not in self.ring.index:
            for g, known in enumerate(self.ring.generators):
                if known.kind == kind and self.equal(known.argument, a):
                    return -g
        return self.ring.generator(kind, key, a, depends=self.depends(a))
