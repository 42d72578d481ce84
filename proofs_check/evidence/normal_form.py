"""The normal form of a term: rung 3. Equality of normal forms proves an identity wherever the obligations hold.

Generators: variables, `exp` of a product of variables, `cos` and `sin` of one, square roots, logarithms, gates; each
with the relations that hold wherever it is defined. Two different normal forms prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_mpoly

from proofs_check.evidence.interval import Interval
from proofs_check.evidence.ratio import NotNormal, Ratio, Restart, Ring, to_fraction
from proofs_check.language.elaborate import constant_of
from proofs_check.language.term import Formula, Term, subterms

SPLIT_LIMIT = 8
Key = tuple[str, object]


class NormalForms:
    """Normal forms under a list of facts (formulas known to hold); `finer` refines exponents found to be fractional.

    Examples
    --------
    >>> from proofs_check.language.term import add, call, num, power, sub, var
    >>> forms = NormalForms([])
    >>> x = var("x")
    >>> forms.is_zero(sub(sub(power(call("cosh", x), 2), power(call("sinh", x), 2)), num(1)))
    True
    """

    def __init__(self, facts: Sequence[Formula], relu_at_zero: int = 0):
        self.fact_formulas = tuple(facts)
        self.relu_at_zero = relu_at_zero
        self.finer: dict[Key, int] = {}
        self.slots = 24
        self._reset()

    def _reset(self) -> None:
        self.ring = Ring(self.slots)
        self.index: dict[Key, int] = {}
        self.logs: dict[int, Ratio] = {}
        self.exps: dict[int, Ratio] = {}
        self.angles: dict[int, tuple[str, Ratio]] = {}
        self.bounds: dict[int, Interval] = {}
        self.memo: dict[Term, Ratio] = {}
        self.known: dict[str, Interval] = {}
        self.known_polys: list[fmpq_mpoly] = []
        self.signs: dict[str, Interval] = {}
        self._asking: set[str] = set()
        for formula in self.fact_formulas:
            self._learn(formula)

    # -- public ------------------------------------------------------------------------------------------------------

    def is_zero(self, term: Term) -> bool:
        """Return True when the normal form of the term is zero: it vanishes wherever its obligations hold."""
        return self.of(term).num.is_zero()

    def of(self, term: Term) -> Ratio:
        """Return the normal form; raises NotNormal with the reason when there is none."""
        for _ in range(60):
            try:
                return self._of(term)
            except Restart as reason:
                if str(reason) == "slots":
                    self.slots *= 2
                    if self.slots > 400:
                        raise NotNormal("more than 400 generators") from None
                self._reset()
        raise NotNormal("exponents refine without end")

    def sign_of(self, term: Term) -> Interval:
        """Return an interval that contains the term's value, from its normal form."""
        ratio = self.of(term)
        return self.ratio_interval(ratio)

    def contradictory(self) -> bool:
        """Return True when no point satisfies all the facts: the bounds of some polynomial leave nothing."""
        return any(self.poly_interval(poly).empty() for poly in self.known_polys)

    # -- facts -------------------------------------------------------------------------------------------------------

    def _learn(self, formula: Formula) -> None:
        if formula.op == "and":
            for part in formula.args:
                self._learn(part)
            return
        if formula.op == "not" and formula.args[0].op in ("==", "!=", "<", "<=", ">", ">="):
            flipped = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}[formula.args[0].op]
            formula = Formula(flipped, (), formula.args[0].terms)
        if not formula.terms:
            return
        a, b = formula.terms
        try:
            gap = self.ring.sub(self._of(a), self._of(b))
        except NotNormal:
            return
        self._learn_ratio(gap, formula.op)

    def _learn_ratio(self, gap: Ratio, op: str) -> None:
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
            self.memo.clear()
            return

    def _shape(self, poly: fmpq_mpoly) -> tuple[fmpq_mpoly, Fraction, Fraction]:
        """Return (monic polynomial without constant, scale, shift) with poly = scale*shape + shift."""
        zero = (0,) * self.ring.slots
        shift = poly.to_dict().get(zero, fmpq(0))
        rest = poly - shift
        scale = rest.leading_coefficient()
        return rest / scale, to_fraction(scale), to_fraction(shift)

    # -- signs -------------------------------------------------------------------------------------------------------

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
        result = result.meet(self._sum_interval(poly))
        if len(poly) > 1 and len(poly) <= 400:
            result = result.meet(self._factor_interval(poly))
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

    # -- normal forms ------------------------------------------------------------------------------------------------

    def _of(self, root: Term) -> Ratio:
        for node in subterms(root):
            if node not in self.memo:
                self.memo[node] = self._node(node, [self.memo[a] for a in node.args])
        return self.memo[root]

    def _node(self, node: Term, args: list[Ratio]) -> Ratio:
        ring, op = self.ring, node.op
        if op == "num":
            return ring.const(node.value)  # type: ignore[arg-type]
        if op == "var":
            return ring.gen(self._generator(("var", node.value)))
        if op == "pi":
            return ring.gen(
                self._generator(
                    ("pi", None), bound=Interval(Fraction(314159, 10**5), Fraction(31416, 10**4), True, True)
                )
            )
        if op in ("add", "sub", "mul", "div"):
            return getattr(ring, op)(*args)
        if op == "neg":
            return ring.neg(args[0])
        if op == "pow":
            return ring.power(args[0], int(node.value))  # type: ignore[arg-type]
        if op in ("also", "smooth"):
            return args[0]
        if op == "rpow":
            return self._real_power(args[0], args[1], constant_of(node.args[1]))
        if op in ("min", "max"):
            half_sum = ring.mul(ring.add(*args), ring.const(Fraction(1, 2)))
            half_gap = ring.mul(self._abs(ring.sub(*args)), ring.const(Fraction(1, 2)))
            return ring.add(half_sum, half_gap) if op == "max" else ring.sub(half_sum, half_gap)
        functions: dict[str, Callable[[Ratio], Ratio]] = {
            "exp": self._exp,
            "log": self._log,
            "sqrt": self._sqrt,
            "sinh": lambda u: self._half_exp(u, -1),
            "cosh": lambda u: self._half_exp(u, 1),
            "tanh": self._tanh,
            "sin": lambda u: self._cos_sin(u)[1],
            "cos": lambda u: self._cos_sin(u)[0],
            "tan": lambda u: ring.div(*reversed(self._cos_sin(u))),
            "atanh": self._atanh,
            "asinh": lambda u: self._log(ring.add(u, self._sqrt(ring.add(ring.mul(u, u), ring.const(1))))),
            "acosh": lambda u: self._log(ring.add(u, self._sqrt(ring.sub(ring.mul(u, u), ring.const(1))))),
            "abs": self._abs,
            "step": self._step,
            "sign": self._sign,
            "relu": lambda u: ring.mul(ring.add(u, self._abs(u)), ring.const(Fraction(1, 2))),
        }
        if op in functions:
            return functions[op](args[0])
        return self._inverse_angle(op, args[0])

    def _generator(self, key: Key, bound: Interval | None = None) -> int:
        if key not in self.index:
            self.index[key] = self.ring.new()
            if bound is not None:
                self.bounds[self.index[key]] = bound
        return self.index[key]

    # exponentials and logarithms

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
        i = self._generator(key, bound)
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
        for base, e in [*_prime_powers(constant), *factors]:
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
        i = self._generator(("log", str(u)), bound)
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

    # roots and gates

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
        for prime, e in _prime_powers(value):
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
            i = self._generator(key, self.ratio_interval(u).root())
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
            i = self._generator(key, Interval(Fraction(0), Fraction(1)))
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
            i = self._generator(key, Interval(Fraction(-1), Fraction(1)))
            self.ring.relate(i, 3, self.ring.gen(i))
        return self.ring.mul(self.ring.const(flip), self.ring.gen(self.index[key]))

    # angles

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
        c = self.ring.gen(self._generator(cos_key, within))
        s = self.ring.gen(self._generator(sin_key, within))
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
        i = self._generator((op, str(canonical)), bound)
        self.angles[i] = (op, canonical)
        value = self.ring.gen(i)
        return self.ring.neg(value) if odd else value


def _prime_powers(value: Fraction) -> list[tuple[int, int]]:
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
