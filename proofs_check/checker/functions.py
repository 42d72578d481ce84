"""The functions of quotients by their rewriting rules: exp, log, roots, gates, angles."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from proofs_check.checker.facts import Facts
from proofs_check.checker.intervals import ONE
from proofs_check.checker.limits import Clock, need
from proofs_check.checker.polynomials import Key, Mono, Poly, constant_of, key_of, primitive
from proofs_check.checker.quotients import Rat
from proofs_check.checker.ranges import Range


class Finer(Exception):
    """The proof needs exponents in finer units: start again with this denominator."""


@lru_cache(maxsize=256)
def _small_primes(limit: int) -> list[int]:
    return [n for n in range(2, limit) if all(n % k for k in range(2, math.isqrt(n) + 1))]


def prime_powers(n: int) -> dict[int, int]:
    """n > 0 as a product of powers of small primes and a rest."""
    out: dict[int, int] = {}
    for p in _small_primes(1000):
        while n % p == 0:
            n, out[p] = n // p, out.get(p, 0) + 1
    if n > 1:
        root = math.isqrt(n)
        out[root if root * root == n else n] = 2 if root * root == n else 1
    return out


class Functions(Facts):
    """Functions of quotients; a rule that needs a sign asks the facts first."""

    def __init__(self, clock: Clock, corner: Fraction, denominator: int) -> None:
        super().__init__(clock, denominator)
        self.corner = corner

    # exponentials and logarithms

    def _units(self, c: Fraction) -> int:
        """c in units of 1/denominator."""
        if (c * self.denominator).denominator != 1:
            raise Finer(c.denominator)
        return int(c * self.denominator)

    def exp(self, u: Rat) -> Rat:
        """exp of a sum over a denominator: the product of exp(monomial/(D den))**k."""
        ring, out = self.ring, self.number(1)
        den = tuple(sorted(u.den.items()))
        for mono, c in u.num.items():
            g = mono[0][0] if len(mono) == 1 and mono[0][1] == 1 and not den else 1
            if g <= 0 and ring.of(g).kind == "log":
                a = ring.of(g).argument
                whole, part = math.floor(c), c - math.floor(c)
                out = self.mul(out, self.power(a, whole))
                if part == Fraction(1, 2):
                    out = self.mul(out, self.sqrt(a))
                elif part:
                    power = 0 if a.den else self.denominator
                    root = ring.generator("root", g, a, power, a.num, self.depends(a))
                    out = self.mul(out, self.atom(root, self._units(part)))
            else:
                need(abs(c) < 10**6, "an exponent is too large")
                argument = Rat({mono: ONE}, u.den)
                name = ring.generator("exp", (mono, den), argument, depends=self.depends(argument))
                out = self.mul(out, self.atom(name, self._units(c)))
        return out

    def log_number(self, q: Fraction) -> Rat:
        """log of a positive rational through small primes."""
        out = self.number(0)
        for n, sign in ((q.numerator, 1), (q.denominator, -1)):
            for part, times in prime_powers(n).items():
                argument = self.number(part)
                out = self.add(out, self.atom(self.keyed("log", argument)), sign * times)
        return out

    def log(self, u: Rat) -> Rat:
        """log of a positive quotient: of its factors whose sign is known, and of the rest."""
        need(u.num, "the argument of log is zero everywhere")
        ring = self.ring
        c, mono, factors = ring.factor(u.num)
        out, sign = self.log_number(abs(c)), 1 if c > 0 else -1
        rest = self.number(1)
        for g, e in mono:
            known = ring.of(g)
            if known.kind == "exp":
                out = self.add(out, known.argument, e * self.unit)
            elif self.range_poly({((g, 1),): ONE}).holds(">"):
                out = self.add(out, self.atom(self.keyed("log", self.atom(g))), e)
            else:
                rest = self.mul(rest, self.atom(g, e))
        for f, n in [*factors.items(), *((f, -n) for f, n in u.den.items())]:
            g = f[0][0][0][0] if len(f) == 1 and f[0][0] else 1
            known = self.range_poly(dict(f))
            if g <= 0 and ring.of(g).kind == "sqrt" and known.holds(">"):
                out = self.add(out, self.log(Rat(ring.of(g).value, {})), Fraction(n, 2))
            elif known.holds(">") or known.holds("<"):
                one = 1 if known.holds(">") else -1
                sign *= one ** (n % 2)
                out = self.add(out, self.atom(self.keyed("log", self.scaled(Rat(dict(f), {}), one))), n)
            elif n > 0:
                rest = self.mul(rest, Rat(ring.pow(dict(f), n), {}))
            else:
                rest = self.rat(rest.num, {**rest.den, f: -n})
        rest = self.scaled(rest, sign)
        if constant_of(rest.num) == 1 and not rest.den:
            return out
        return self.add(out, self.atom(self.keyed("log", rest)))

    # roots

    def sqrt(self, u: Rat) -> Rat:
        """The root of a quotient that is at least zero."""
        ring = self.ring
        if not u.num:
            return u
        c, mono, factors = ring.factor(u.num)
        entries = [(key_of({((g, 1),): ONE}), e, e < 0) for g, e in mono]
        entries += [(f, n, False) for f, n in factors.items()] + [(f, -n, True) for f, n in u.den.items()]
        out, sign = self._sqrt_number(abs(c)), 1 if c > 0 else -1
        odd: list[Key] = []
        even: list[tuple[Key, int]] = []
        for f, n, divisor in entries:
            known = self.range_poly(dict(f))
            half = n // 2
            if n % 2 and known.holds("<="):
                f, sign = tuple((m, -a) for m, a in f), -sign
                known = known.scale(-ONE)
            if n % 2:
                if known.holds(">"):
                    out = self.mul(out, self._sqrt_atom(dict(f)))
                else:
                    odd.append(f)
            if half and (divisor or known.holds("!=")):
                out = self.mul(out, self.power(self._absolute(f), half))
            elif half:
                even.append((f, half))
        if sign > 0 and all(self.range_poly(dict(f)).holds(">=") for f in odd):
            for f in odd:
                out = self.mul(out, self._sqrt_atom(dict(f)))
            odd = []
        if odd or sign < 0:
            rest = ring.product([*((f, 1) for f in odd), *((f, 2 * n) for f, n in even)])
            return self.mul(out, self._sqrt_atom({m: sign * a for m, a in rest.items()}))
        for f, half in even:  # the rest is proved nonnegative
            out = self.mul(out, self.power(self._absolute(f), half))
        return out

    def _absolute(self, f: Key) -> Rat:
        return self._gated("abs", Rat(dict(f), {}), self.range_poly(dict(f)))

    def _sqrt_number(self, q: Fraction) -> Rat:
        out = self.number(Fraction(1, q.denominator))
        for part, n in prime_powers(q.numerator * q.denominator).items():
            out = self.scaled(out, part ** (n // 2))
            if n % 2:
                out = self.mul(out, self._sqrt_atom({(): Fraction(part)}))
        return out

    def _sqrt_atom(self, p: Poly) -> Rat:
        """sqrt(p) as a generator s with s**2 = p."""
        number = constant_of(p)
        if number == 1:
            return self.number(1)
        mono = next(iter(p))
        if len(p) == 1 and len(mono) == 1 and self.ring.of(mono[0][0]).kind == "exp":
            raise Finer(2 * self.denominator)
        return self.atom(self.ring.generator("sqrt", key_of(p), None, 2, p, self.ring.support(p)))

    # gates

    def _gated(self, op: str, u: Rat, known: Range) -> Rat:
        """abs, step or sign of a quotient."""
        known = known.meet(self.range_rat(u))
        one = self.number(1)
        values = {"abs": (u, self.scaled(u, -1), self.number(0)), "sign": (one, self.number(-1), self.number(0)),
                  "step": (one, self.number(0), self.number(self.corner))}[op]  # fmt: skip
        if not u.num or known.holds("=="):
            return values[2]
        if known.holds(">") or (op == "abs" and known.holds(">=")):
            return values[0]
        if known.holds("<") or (op == "abs" and known.holds("<=")):
            return values[1]
        p = self._sign_polynomial(u)
        number = constant_of(p)
        if number is not None:  # every factor has a known sign
            return values[0] if number > 0 else values[1] if number < 0 else values[2]
        above, zero, below = self._gates(p, known.holds("!="))
        if op == "step":
            return self.add(above, zero, self.corner)
        if op == "sign":
            return self.add(above, below, -1)
        return self.mul(u, self.add(self.scaled(above, 2), one, -1))  # u*zero is 0

    def _gates(self, p: Poly, nonzero: bool) -> tuple[Rat, Rat, Rat]:
        """The indicators of p > 0, p == 0 and p < 0, through one gate for p and -p."""
        ring, key, one = self.ring, key_of(p), self.number(1)
        twin = tuple((m, -c) for m, c in key)
        if ("gate", twin) in ring.index:
            below, zero, above = self._gates(dict(twin), nonzero)
            return above, zero, below
        depends = ring.support(p)
        gate = ring.generator("gate", key, None, 2, None, depends)
        zero = self.number(0) if nonzero else self.atom(ring.generator("zero", key, (gate, p), 2, None, depends))
        return self.atom(gate), zero, self.add(self.add(one, self.atom(gate), -1), zero, -1)

    def _sign_polynomial(self, u: Rat) -> Poly:
        """A polynomial that has the sign of a quotient wherever the obligations hold."""
        ring = self.ring
        c, mono, factors = ring.factor(u.num)
        out: Poly = {(): ONE if c > 0 else -ONE}
        entries = [(key_of({((g, 1),): ONE}), e, e < 0) for g, e in mono]
        entries += [(f, n, False) for f, n in factors.items()] + [(f, n, True) for f, n in u.den.items()]
        for f, n, divisor in entries:
            known = self.range_poly(dict(f))
            if known.holds(">") or (n % 2 == 0 and (divisor or known.holds("!="))):
                continue
            if known.holds("<"):
                out = {m: -a for m, a in out.items()}
            else:
                out = ring.mul(out, ring.pow(dict(f), 1 if n % 2 else 2))
        return primitive(out)[1] if out else out

    # angles

    def cos_sin(self, u: Rat) -> tuple[Rat, Rat]:
        """cos and sin of a sum by the addition theorems."""
        total = (self.number(1), self.number(0))
        for mono, c in u.num.items():
            total = self._turn(total, self._angle(mono, c, u.den))
        return total

    def _turn(self, a: tuple[Rat, Rat], b: tuple[Rat, Rat]) -> tuple[Rat, Rat]:
        """cos and sin of the sum of two angles."""
        cosine = self.add(self.mul(a[0], b[0]), self.mul(a[1], b[1]), -1)
        return cosine, self.add(self.mul(a[0], b[1]), self.mul(a[1], b[0]))

    def _angle(self, mono: Mono, c: Fraction, den: dict[Key, int]) -> tuple[Rat, Rat]:
        """cos and sin of c * mono / den."""
        ring, one, zero = self.ring, self.number(1), self.number(0)
        start = (one, zero)
        known = ring.of(mono[0][0]) if len(mono) == 1 and mono[0][1] == 1 and not den else None
        if known and known.kind == "pi":
            quarters = math.floor(2 * c)
            minus = self.number(-1)
            start = [(one, zero), (zero, one), (minus, zero), (zero, minus)][quarters % 4]
            c -= Fraction(quarters, 2)
            if c == 0:
                return start
        if known and known.kind in ("atan", "asin") and c.denominator == 1:
            a, n = known.argument, int(c)
            other = self.sqrt(self.add(one, self.power(a, 2), 1 if known.kind == "atan" else -1))
            base = (self.inverse(other), self.mul(a, self.inverse(other))) if known.kind == "atan" else (other, a)
        else:
            n = self._units(c)
            argument = Rat({mono: ONE}, den)
            depends, key = self.depends(argument), (mono, tuple(sorted(den.items())))
            cosine = ring.generator("cos", key, argument, depends=depends)
            square: Poly = {(): ONE, ((cosine, 2),): -ONE}
            base = (self.atom(cosine), self.atom(ring.generator("sin", key, argument, 2, square, depends)))
        need(abs(n) <= 64, "a multiple of an angle is too large")
        base = base if n >= 0 else (base[0], self.scaled(base[1], -1))
        for _ in range(abs(n)):
            start = self._turn(start, base)
        return start
