"""The sign rules for quotients: what the facts known so far say about their ranges."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from proofs_check.checker.intervals import ONE, ZERO
from proofs_check.checker.limits import Clock
from proofs_check.checker.polynomials import Key, Poly, constant_of, key_of, primitive
from proofs_check.checker.quotients import Quotients, Rat
from proofs_check.checker.ranges import PI, RELATION_RANGES, Range, image, point_range


class Facts(Quotients):
    """Ranges of quotients, given the facts known so far; exponents of `exp` are whole multiples of 1/denominator."""

    def __init__(self, clock: Clock, denominator: int) -> None:
        super().__init__(clock)
        self.denominator = denominator
        self.unit = Fraction(1, denominator)
        self.facts: dict[Any, Range] = {}
        self.forget()

    def forget(self) -> None:
        """Drop what was derived from the facts, because there are new ones."""
        self.ranges: dict[Key, Range] = {}

    def learn(self, a: Rat, known: Range, depth: int = 0) -> None:
        """Record the range of a quotient, and what follows for its numerator and factors."""
        if constant_of(a.num) is not None or depth > 8 or known == Range():
            return
        self._learn(a, known)
        for kind in (">", ">=", "<", "<=", "!=", "=="):
            if not known.holds(kind):
                continue
            c, mono, factors = self.ring.factor(a.num)
            entries = [({((g, 1),): ONE}, e) for g, e in mono] + [(dict(f), n) for f, n in factors.items()]
            entries += [(dict(f), -n) for f, n in a.den.items()]
            ranges = [self.range_poly(f) for f, _ in entries]
            if known.holds("!="):
                for f, _ in entries:
                    self._learn(Rat(f, {}), Range(nonzero=True))
            open_ones = [i for i, r in enumerate(ranges) if entries[i][1] % 2 and not (r.holds(">") or r.holds("<"))]
            fixed = all(i in open_ones or r.holds("!=") or known.holds("!=") for i, r in enumerate(ranges))
            if len(open_ones) == 1 and fixed:
                sign = 1 if c > 0 else -1
                for i, (_, n) in enumerate(entries):
                    sign *= -1 if i not in open_ones and n % 2 and ranges[i].holds("<") else 1
                f = Rat(entries[open_ones[0]][0], {})
                self._learn(f, RELATION_RANGES[kind].scale(Fraction(sign)))
            self.forget()
        for m in a.num if len(a.num) == 1 else ():  # sqrt(p) is not zero: p > 0
            for g, _ in m:
                if self.ring.of(g).kind == "sqrt" and known.holds("!="):
                    self.learn(Rat(self.ring.of(g).value, {}), RELATION_RANGES[">"], depth + 1)
        self.forget()

    def _split(self, a: Rat, shift: bool) -> tuple[Any, Fraction, Fraction]:
        """(key, scale, constant): a = scale * (the quotient of the key) + constant."""
        constant = a.num.get((), ZERO) if shift and not a.den else ZERO
        rest = {m: c for m, c in a.num.items() if m != () or not constant}
        scale, rest = primitive(rest)
        if rest[max(rest)] < 0:
            scale, rest = -scale, {m: -c for m, c in rest.items()}
        return (shift, key_of(rest), tuple(sorted(a.den.items()))), scale, constant

    def _learn(self, a: Rat, known: Range) -> None:
        for shift in (False, True):
            key, scale, constant = self._split(a, shift)
            fact = (known + point_range(-constant) if constant else known).scale(1 / scale)
            self.facts[key] = self.facts.get(key, Range()).meet(fact)
        _, _, factors = self.ring.factor(a.num)
        for f in factors:
            if len(self.ring.pool) < 60:
                self.ring.pool.setdefault(f)
        self.forget()

    def recall(self, a: Rat) -> Range:
        """What the facts say about a quotient, up to a factor and a constant."""
        known = Range()
        if constant_of(a.num) is not None and not a.den:
            return point_range(a.num.get((), ZERO))
        for shift in (False, True) if a.num else ():
            key, scale, constant = self._split(a, shift)
            fact = self.facts.get(key)
            if fact is not None:
                fact = fact.scale(scale)
                known = known.meet(fact + point_range(constant) if constant else fact)
        return known

    def range_rat(self, a: Rat) -> Range:
        out = self.range_poly(a.num)
        for f, n in a.den.items():
            out = out * replace(self.range_poly(dict(f)), nonzero=True).tidy().power(-n)
        return out.meet(self.recall(a))

    def range_poly(self, p: Poly) -> Range:
        """The range of a polynomial by facts, monomial by monomial, and factor by factor."""
        if not p:
            return point_range(ZERO)
        key = key_of(p)
        if key not in self.ranges:
            out = self.recall(Rat(p, {}))
            total = point_range(ZERO)
            for m, c in p.items():
                part = point_range(c)
                for g, e in m:
                    part = part * self._range_generator(g).power(e)
                total = total + part
            out = out.meet(total)
            c, mono, factors = self.ring.factor(p)
            if len(factors) + len(mono) > 1 or (factors and max(factors.values()) > 1):
                product = point_range(c)
                for g, e in mono:
                    product = product * self._range_generator(g).power(e)
                for f, n in factors.items():
                    product = product * self.range_poly(dict(f)).power(n)
                out = out.meet(product)
            self.ranges[key] = out
        return self.ranges[key]

    def _range_generator(self, g: int) -> Range:
        known = self.ring.of(g)
        out = self.recall(Rat({((g, 1),): ONE}, {}))
        if known.kind == "pi":
            return PI
        if known.kind == "exp":
            return out.meet(image("exp", self.range_rat(known.argument).scale(self.unit)))
        if known.kind == "root":
            return out.meet(RELATION_RANGES[">"])
        if known.kind == "sqrt":
            return out.meet(image("sqrt", self.range_poly(known.value)))
        if known.kind in ("log", "atan", "asin"):
            return out.meet(image(known.kind, self.range_rat(known.argument)))
        if known.kind in ("gate", "zero"):
            return out.meet(Range(ZERO, ONE))
        if known.kind in ("cos", "sin"):
            out = out.meet(Range(-ONE, ONE))
            angle = self.range_rat(known.argument).scale(self.unit)
            if known.kind == "cos":
                angle = angle + PI.scale(Fraction(1, 2))
            if angle.holds(">") and (angle + PI.scale(-ONE)).holds("<"):
                out = out.meet(RELATION_RANGES[">"])
        return out
