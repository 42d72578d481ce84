"""Polynomials over generators that may have relations: arithmetic, division, roots, factors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from proofs_check.checker.intervals import ONE, ZERO, sqrt_point
from proofs_check.checker.limits import MAX_BITS, MAX_MONOMIALS, Clock, need

# A monomial is a tuple of (generator, exponent) with generators 0, -1, -2, ... in falling order, so that the
# order of tuples is the lexicographic order of monomials. A polynomial is a dict from monomials to fractions.

Mono = tuple[tuple[int, int], ...]
Poly = dict[Mono, Fraction]
Key = tuple[tuple[Mono, Fraction], ...]


def key_of(p: Poly) -> Key:
    return tuple(sorted(p.items()))


def join(a: Mono, b: Mono) -> Mono:
    """The product of two monomials."""
    if not a or not b:
        return a or b
    out = dict(a)
    for g, e in b:
        e += out.pop(g, 0)
        if e:
            out[g] = e
    return tuple(sorted(out.items(), reverse=True))


def inverse_mono(a: Mono) -> Mono:
    return tuple((g, -e) for g, e in a)


def constant_of(p: Poly) -> Fraction | None:
    """The value of a constant polynomial, else None."""
    return ZERO if not p else p[()] if len(p) == 1 and () in p else None


def primitive(p: Poly) -> tuple[Fraction, Poly]:
    """p = c * q with q of whole coefficients without a common divisor and c > 0."""
    top = math.gcd(*(c.numerator for c in p.values()))
    below = math.lcm(*(c.denominator for c in p.values()))
    c = Fraction(top, below)
    return c, (p if c == 1 else {m: a / c for m, a in p.items()})


@dataclass(frozen=True)
class Generator:
    """One generator: its kind, its argument, and the relation generator**power = value if power > 0."""

    kind: str
    argument: Any
    power: int
    value: Poly
    depends: frozenset[int]


class Ring:
    """Polynomials over generators, reduced by the relations generator**power = value."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.generators: list[Generator] = []
        self.index: dict[Any, int] = {}
        self.reductions: dict[Mono, Poly | None] = {}
        self.pool: dict[Key, None] = {}

    def generator(self, kind: str, key: Any, argument: Any = None, power: int = 0, value: Poly | None = None,
                  depends: Iterable[int] = ()) -> int:  # fmt: skip
        """The generator of this kind and key, made on demand."""
        if (kind, key) not in self.index:
            self.index[kind, key] = name = -len(self.generators)
            inner = frozenset(depends) if kind != "var" else frozenset((name,))
            self.generators.append(Generator(kind, argument, power, value or {}, inner))
        return self.index[kind, key]

    def of(self, g: int) -> Generator:
        return self.generators[-g]

    def relate(self, g: int, power: int, value: Poly) -> None:
        """Install a relation for a variable."""
        self.generators[-g] = replace(self.of(g), power=power, value=value)
        self.reductions.clear()

    def support(self, p: Poly) -> set[int]:
        """The generators of the variables that p depends on."""
        return {v for m in p for g, _ in m for v in self.of(g).depends}

    def reduction(self, m: Mono) -> Poly | None:
        """The reduced form of a monomial, None if it is reduced."""
        if m not in self.reductions:
            self.reductions[m] = self._reduce(m)
        return self.reductions[m]

    def _reduce(self, m: Mono) -> Poly | None:
        for g, e in m:
            known = self.of(g)
            if known.power and e >= known.power:
                times, left = divmod(e, known.power)
                if known.kind in ("gate", "zero"):
                    times, left = 0, 1
                rest = join(tuple(pair for pair in m if pair[0] != g), ((g, left),) if left else ())
                return self.mul({rest: ONE}, self.pow(known.value, times))
        for g, _ in m:
            known = self.of(g)
            if known.kind == "zero":  # the indicator of p == 0: its products with p and with the gate of p are 0
                gate, p = known.argument
                if any(other == gate for other, _ in m):
                    return {}
                lead = max(p)
                rest = join(m, inverse_mono(lead))
                if all(e > 0 for _, e in rest):
                    tail = {n: -c / p[lead] for n, c in p.items() if n != lead}
                    return self.mul({rest: ONE}, tail)
        return None

    def add(self, p: Poly, q: Poly, scale: Fraction = ONE) -> Poly:
        """p + scale * q."""
        out = dict(p)
        for m, c in q.items():
            c = out.pop(m, ZERO) + scale * c
            if c:
                out[m] = c
        self.clock.tick(len(q))
        return out

    def mul(self, p: Poly, q: Poly) -> Poly:
        if len(p) > len(q):
            p, q = q, p
        for c in itertools.chain(p.values(), q.values()):
            need(c.numerator.bit_length() + c.denominator.bit_length() < MAX_BITS, "a coefficient is too long")
        out: Poly = {}
        for m, c in p.items():
            self.clock.tick(3 * len(q))
            for n, d in q.items():
                product = join(m, n)
                reduced = self.reductions.get(product, ...)
                if reduced is ...:
                    reduced = self.reduction(product)
                if reduced is None:
                    out[product] = out.get(product, ZERO) + c * d
                else:
                    for k, e in reduced.items():
                        out[k] = out.get(k, ZERO) + c * d * e
            need(len(out) <= MAX_MONOMIALS, "an expression has too many monomials")
        return {m: c for m, c in out.items() if c}

    def pow(self, p: Poly, n: int) -> Poly:
        out: Poly = {(): ONE}
        while n:
            out = self.mul(out, p) if n % 2 else out
            n //= 2
            p = self.mul(p, p) if n else p
        return out

    def product(self, factors: Iterable[tuple[Key, int]]) -> Poly:
        out: Poly = {(): ONE}
        for f, n in factors:
            out = self.mul(out, self.pow(dict(f), n))
        return out

    def strip(self, p: Poly) -> tuple[Mono, Poly]:
        """p = m * q, with the largest common monomial m of generators without relation."""
        least: dict[int, int] = {}
        for i, m in enumerate(p):
            powers = dict(m)
            for g in least.keys() | powers.keys() if i else powers:
                old = least.get(g, 0 if i else powers[g])
                least[g] = min(old, powers.get(g, 0))
        common = tuple((g, e) for g, e in sorted(least.items(), reverse=True) if e and not self.of(g).power)
        down = inverse_mono(common)
        return common, {join(m, down): c for m, c in p.items()} if common else p

    def divide(self, p: Poly, f: Poly) -> Poly | None:
        """The quotient p/f if it is a polynomial found by plain division."""
        if len(p) > 3000 or len(f) > len(p) or not p:
            return None
        common, rest = self.strip(p)
        lead, last = max(f), min(f)
        quotient: Poly = {}
        rest = dict(rest)
        while rest:
            top = max(rest)
            self.clock.tick(len(rest) // 8 + len(f))
            step = join(top, inverse_mono(lead))
            if any(e < 0 for _, e in step) or (
                not quotient and any(e < 0 for _, e in join(min(rest), inverse_mono(last)))
            ):
                return None
            c = rest[top] / f[lead]
            quotient[step] = c
            for m, a in f.items():
                m = join(m, step)
                a = rest.pop(m, ZERO) - c * a
                if a:
                    rest[m] = a
            if len(quotient) > 3000:
                return None
        return {join(m, common): c for m, c in quotient.items()}

    def root(self, p: Poly) -> Poly | None:
        """A polynomial whose square is p, if there is one."""
        top = max(p)
        if len(p) > 2000 or any(e % 2 for m in (top, min(p)) for _, e in m) or p[top] < 0:
            return None
        number = sqrt_point(p[top], 8)
        if number[0] != number[1]:
            return None
        lead: Mono = tuple((g, e // 2) for g, e in top)
        out: Poly = {lead: number[0]}
        rest = self.add(p, self.mul(out, out), -ONE)
        while rest:
            step = join(max(rest), inverse_mono(lead))
            if any(e < 0 for _, e in step) or step in out or len(out) > len(p):
                return None
            term = {step: rest[max(rest)] / (2 * number[0])}
            rest = self.add(rest, self.add(self.mul(out, term), self.mul(term, out)), -ONE)
            rest = self.add(rest, self.mul(term, term), -ONE)
            out |= term
        return out

    def factor(self, p: Poly) -> tuple[Fraction, Mono, dict[Key, int]]:
        """p = c * monomial * product of primitive factors, as far as it is cheap to see."""
        common, rest = self.strip(p)
        c, rest = primitive(rest)
        found: dict[Key, int] = {}
        shared = set.intersection(*({g for g, _ in m} for m in rest))
        candidates = [key_of({((g, 1),): ONE}) for g in sorted(shared)]
        for f in candidates + [f for f in self.pool if len(f) > 1]:
            while constant_of(rest) is None:
                quotient = self.divide(rest, dict(f))
                if quotient is None:
                    break
                rest, found[f] = quotient, found.get(f, 0) + 1
        if constant_of(rest) is None:
            scale, rest = primitive(rest)
            c *= scale
            if rest[max(rest)] < 0:
                c, rest = -c, {m: -a for m, a in rest.items()}
            root = self.root(rest)
            scale, rest = primitive(root) if root else (ONE, rest)
            f, n = key_of(rest), 2 if root else 1
            c *= scale**n
            found[f] = found.get(f, 0) + n
        else:
            c *= rest[()]
        return c, common, found
