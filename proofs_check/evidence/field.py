"""Generators with what is known of them: facts about polynomials, and intervals for their values."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from proofs_check.evidence.interval import Interval
from proofs_check.evidence.ratio import Ratio, Ring, to_fraction

Key = tuple[str, object]


class Field:
    """A ring with named generators and facts; the sign rules for polynomials live here.

    Examples
    --------
    >>> field = Field()
    >>> x = field.ring.gen(field.generator(("var", "x")))
    >>> field.learn_ratio(x, ">")
    >>> field.ratio_interval(field.ring.mul(x, x)).sign(">")
    True
    """

    def __init__(self) -> None:
        self.finer: dict[Key, int] = {}
        self.slots = 24
        self.clear()

    def clear(self) -> None:
        """Forget every generator and fact (before the ring is made anew)."""
        self.ring = Ring(self.slots)
        self.index: dict[Key, int] = {}
        self.logs: dict[int, Ratio] = {}
        self.exps: dict[int, Ratio] = {}
        self.angles: dict[int, tuple[str, Ratio]] = {}
        self.bounds: dict[int, Interval] = {}
        self.known: dict[str, Interval] = {}
        self.known_polys: list[fmpq_mpoly] = []
        self.signs: dict[str, Interval] = {}
        self._asking: set[str] = set()

    def contradictory(self) -> bool:
        """Return True when no point satisfies all the facts: the bounds of some polynomial leave nothing."""
        return any(self.poly_interval(poly).empty() for poly in self.known_polys)

    def generator(self, key: Key, bound: Interval | None = None) -> int:
        """Return the index of the generator of that key, made now with the bound if it is new."""
        if key not in self.index:
            self.index[key] = self.ring.new()
            if bound is not None:
                self.bounds[self.index[key]] = bound
        return self.index[key]

    def learn_ratio(self, gap: Ratio, op: str) -> None:
        """Take `gap op 0` for a fact."""
        den = self.poly_interval(gap.den)
        poly = gap.num
        if den.sign("<"):
            poly = -poly
        elif not den.sign(">") and op not in ("==", "!="):
            poly = gap.num * gap.den
        if poly.is_constant():
            return
        if op == "==":
            self._substitute(poly)
        shape, scale, shift = self._shape(poly)
        if op == "!=":
            monic = poly / poly.leading_coefficient()
            self._know(monic, Interval(nonzero=True))
        else:
            flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}[op] if scale < 0 else op
            self._know(shape, Interval.of(flipped, -shift / scale))

    def _know(self, poly: fmpq_mpoly, bound: Interval) -> None:
        key = str(poly)
        self.known[key] = self.known.get(key, Interval()).meet(bound)
        self.known_polys.append(poly)
        self.signs.clear()

    def _substitute(self, poly: fmpq_mpoly) -> None:
        """Use an equality `c*g**k + rest == 0` (rest free of the variable g) as a relation."""
        names = {i for key, i in self.index.items() if key[0] == "var"}
        terms = poly.to_dict()
        for i in sorted(names):
            if i in self.ring.relations:
                continue
            with_i = {e: c for e, c in terms.items() if e[i]}
            if len(with_i) != 1:
                continue
            (exponents, coefficient), *_ = with_i.items()
            k = int(exponents[i])
            if sum(exponents) != k:
                continue
            rest = self.ring.ctx.from_dict({e: c for e, c in terms.items() if not e[i]})
            self.ring.relate(i, k, Ratio(-rest / coefficient, self.ring.one))
            return

    def _shape(self, poly: fmpq_mpoly) -> tuple[fmpq_mpoly, Fraction, Fraction]:
        """Return (monic polynomial without constant, scale, shift) with poly = scale*shape + shift."""
        zero = (0,) * self.ring.slots
        shift = poly.to_dict().get(zero, fmpq(0))
        rest = poly - shift
        scale = rest.leading_coefficient()
        return rest / scale, to_fraction(scale), to_fraction(shift)

    def ratio_interval(self, ratio: Ratio) -> Interval:
        """Return an interval of the ratio's value."""
        num, den = self.poly_interval(ratio.num), self.poly_interval(ratio.den)
        return num if ratio.den.is_one() else num * Interval(den.lo, den.hi, den.lo_open, den.hi_open, True).inverse()

    def poly_interval(self, poly: fmpq_mpoly) -> Interval:
        """Return an interval of the polynomial's value on the domain of the facts."""
        if poly.is_zero():
            return Interval.point(0)
        if poly.is_constant():
            return Interval.point(to_fraction(poly.leading_coefficient()))
        key = str(poly)
        if key in self.signs:
            return self.signs[key]
        if key in self._asking:
            return Interval()
        self._asking.add(key)
        try:
            result = self._poly_interval(poly)
        finally:
            self._asking.discard(key)
        self.signs[key] = result
        return result

    def _poly_interval(self, poly: fmpq_mpoly) -> Interval:
        shape, scale, shift = self._shape(poly)
        fact = self.known.get(str(shape), Interval())
        result = fact * Interval.point(scale) + Interval.point(shift)
        monic = self.known.get(str(poly / poly.leading_coefficient()))
        if monic is not None:
            result = result.meet(monic * Interval.point(to_fraction(poly.leading_coefficient())))
        result = result.meet(self._sum_interval(poly)).meet(self._fact_interval(poly))
        if len(poly) > 1 and len(poly) <= 400:
            result = result.meet(self._factor_interval(poly))
        return result

    def _fact_interval(self, poly: fmpq_mpoly) -> Interval:
        """Return what one fact says: poly = c*fact + rest, the rest bounded term by term."""
        result = Interval()
        if len(poly) > 40:
            return result
        own = poly.to_dict()
        for fact in self.known_polys[:40]:
            bound = self.known[str(fact)]
            lead = next(iter(fact.to_dict()))
            if len(fact) < 2 or lead not in own or (bound.lo is None and bound.hi is None):
                continue
            scale = own[lead] / fact.to_dict()[lead]
            rest = poly - fact * scale
            result = result.meet(bound * Interval.point(to_fraction(scale)) + self._sum_interval(rest))
        return result

    def _sum_interval(self, poly: fmpq_mpoly) -> Interval:
        result: Interval | None = None
        for exponents, coefficient in poly.to_dict().items():
            term = Interval.point(to_fraction(coefficient))
            for i, e in enumerate(exponents):
                if e:
                    term = term * self._gen_interval(i).power(int(e))
            result = term if result is None else result + term
        return result or Interval.point(0)

    def _factor_interval(self, poly: fmpq_mpoly) -> Interval:
        constant, factors = poly.factor()
        if len(factors) == 1 and factors[0][1] == 1:
            return Interval()
        result = Interval.point(to_fraction(constant))
        for factor, e in factors:
            result = result * self.poly_interval(factor).power(int(e))
        return result

    def _gen_interval(self, i: int) -> Interval:
        known = self.known.get(str(self.ring.generators[i]), Interval())
        return known.meet(self.bounds.get(i, Interval()))
