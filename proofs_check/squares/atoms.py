"""Terms as polynomials over atoms: the variables, and what is no polynomial (roots, kinks, other functions).

An atom comes with relations (`sqrt(u)**2 = u`) and with facts (`sqrt(u) >= 0`), each written so that the sign rules of
the checker see it: `abs(u) - u` is `2*relu(-u)`. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mpoly

from proofs_check.evidence.ratio import NotNormal, Ratio, Ring
from proofs_check.evidence.signs import Signs
from proofs_check.language.term import NEGATED, Formula, Term, add, call, mul, neg, num, power, sub, subterms
from proofs_check.squares.write import polynomial_text, term_text

PLAIN = frozenset(["num", "add", "sub", "neg", "mul", "div", "pow", "also", "smooth"])
MAX_FACT_MONOMIALS = 200


@dataclass(frozen=True, eq=False)
class Fact:
    """`poly kind 0` with kind one of > >= == !=, and poly = product of the factors (as text) times root**2."""

    poly: fmpq_mpoly
    kind: str
    factors: tuple[str, ...]
    root: str = "1"


class Atoms:
    """The polynomial ring of a goal and its facts."""

    def __init__(self, goal: Formula, facts: Sequence[Formula], relu_at_zero: int = 0, signed: bool = True):
        self.signed = signed  # whether to multiply by denominators of known sign, or by squares only
        self.signs = Signs(facts, (), relu_at_zero)
        self.relations = [part for fact in facts for part in conjuncts(fact)]
        roots = [*goal.terms, *(t for part in self.relations for t in part.terms)]
        self.terms = [t for t in subterms(*roots) if t.op not in PLAIN]
        self.place = {t: i for i, t in enumerate(self.terms)}
        self.names = [term_text(t) for t in self.terms]
        self.ring = Ring(max(len(self.terms), 1))
        self.memo: dict[Term, Ratio] = {}
        self.facts: list[Fact] = []
        for t in self.terms:
            self._about(t)
        for part in self.relations:
            if part.op == "==":
                self._eliminate(part)
        self.memo.clear()
        for part in self.relations:
            self._learn(part)

    def ratio(self, root: Term) -> Ratio:
        """Return the term as a quotient of polynomials; raises NotNormal when it is too large or divides by 0."""
        ring = self.ring
        for node in subterms(root):
            if node in self.memo:
                continue
            args = [self.memo[a] for a in node.args]
            if node.op not in PLAIN:
                value = ring.gen(self.place[node])
            elif node.op == "num":
                value = ring.const(node.value)  # type: ignore[arg-type]
            elif node.op in ("also", "smooth"):
                value = args[0]
            elif node.op == "pow":
                value = ring.power(args[0], int(node.value))  # type: ignore[arg-type]
            else:
                value = getattr(ring, node.op)(*args)
            # a bare atom may have a relation of degree one
            self.memo[node] = ring.mul(value, ring.const(1))
        return self.memo[root]

    def reduced(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        """Return the polynomial with the relations applied."""
        value = self.ring.reduce(poly)
        if value is None:
            return poly
        if not value.den.is_constant():
            raise NotNormal("a relation divides")
        return value.num / value.den.leading_coefficient()

    def text(self, poly: fmpq_mpoly) -> str:
        """Return the polynomial as text of the claim language."""
        return polynomial_text(poly, self.names)

    def term(self, poly: fmpq_mpoly) -> Term:
        """Return the polynomial as a term."""
        total = num(0)
        for exponents, c in poly.to_dict().items():
            part = num(Fraction(int(c.p), int(c.q)))
            for i, e in enumerate(exponents):
                part = mul(part, power(self.terms[i], int(e))) if e else part
            total = add(total, part)
        return total

    def fact(self, term: Term, kind: str) -> Fact:
        """Return `term kind 0` with the denominator multiplied out; raises NotNormal."""
        value = self.ratio(term)
        if value.den.is_constant():
            poly = value.num / value.den.leading_coefficient()
            return Fact(poly, kind, (self.text(poly),))
        return self._cleared(term, kind, value)

    def _cleared(self, term: Term, kind: str, value: Ratio) -> Fact:
        """Return the fact times what makes it a polynomial: factors of known sign, and squares of the others."""
        scale, parts = value.den.factor()
        poly, factors, roots = value.num / scale, [term_text(term)], []
        for part, n in parts:
            below = self.text(part)
            sign = next((s for s in ("><" if n % 2 and self.signed else "") if self._proves(part, s)), "")
            if sign == ">":
                factors.append(below)
            elif sign == "<":
                factors.append(f"-({below})")
                poly = -poly
            elif n % 2:
                poly, n = poly * part, n + 1
            roots += [f"({below})"] * (n // 2)
        return Fact(self.reduced(poly), kind, tuple(factors), "*".join(roots) or "1")

    def _proves(self, poly: fmpq_mpoly, sign: str) -> bool:
        return self.signs.proves(self.term(poly), sign)

    # what is known

    def _learn(self, part: Formula) -> None:
        a, b = part.terms
        gap = sub(b, a) if part.op in ("<", "<=") else sub(a, b)
        kind = {"<": ">", "<=": ">="}.get(part.op, part.op)
        try:
            fact = self.fact(gap, kind)
        except NotNormal:
            return
        if not fact.poly.is_constant() and len(fact.poly) <= MAX_FACT_MONOMIALS:
            self.facts.append(fact)

    def _eliminate(self, part: Formula) -> None:
        """Let an equality in which an atom occurs as c*x**k only replace that power."""
        self.memo.clear()
        try:
            poly = self.ratio(sub(*part.terms)).num
        except NotNormal:
            return
        blocked = set(self.ring.relations)
        for _, value in self.ring.relations.values():
            blocked |= _support(value.num)
        found = []
        for exponents, c in poly.to_dict().items():
            used = [i for i, e in enumerate(exponents) if e]
            if len(used) == 1 and used[0] not in blocked and self.terms[used[0]].op == "var":
                rest = poly - self.ring.ctx.from_dict({exponents: c})
                if used[0] not in _support(rest):
                    found.append((int(exponents[used[0]]), used[0], -rest / c))
        if found:
            k, i, value = min(found, key=lambda entry: entry[:2])
            self.ring.relate(i, k, Ratio(value, self.ring.one))

    def _about(self, t: Term) -> None:
        """Record relations and facts of an atom that is not a variable."""
        if t.op == "var":
            return
        with suppress(NotNormal):
            self._kink(t)
        bound = self.signs.bounds(t)
        for end, open_end, sign in ((bound.lo, bound.lo_open, 1), (bound.hi, bound.hi_open, -1)):
            if end is not None:
                poly = sign * (self.ring.gen(self.place[t]).num - self.ring.const(end).num)
                self.facts.append(Fact(poly, ">" if open_end else ">=", (self.text(poly),)))

    def _relate(self, t: Term, k: int, value: Ratio) -> None:
        if value.den.is_constant():
            self.ring.relate(self.place[t], k, value)

    def _nonnegative(self, poly: fmpq_mpoly, term: Term) -> None:
        self.facts.append(Fact(poly, ">=", (term_text(term),)))

    def _kink(self, t: Term) -> None:
        ring, op = self.ring, t.op
        square = {"sin": ("cos", 1, -1), "sinh": ("cosh", -1, 1)}.get(op)
        if square is not None and Term(square[0], t.args) in self.place:
            other = ring.gen(self.place[Term(square[0], t.args)])
            scaled = ring.mul(ring.const(square[2]), ring.mul(other, other))
            self._relate(t, 2, ring.add(ring.const(square[1]), scaled))
        if op not in ("sqrt", "abs", "relu", "step", "min", "max"):
            return
        a = self.ratio(t.args[0])
        self_ = ring.gen(self.place[t])
        up, down = call("relu", t.args[0]), call("relu", neg(t.args[0]))
        if op == "sqrt":
            self._relate(t, 2, a)
        if not a.den.is_constant():
            return
        u, g = a.num / a.den.leading_coefficient(), self_.num
        if op == "abs":
            self._relate(t, 2, ring.mul(a, a))
            self._nonnegative((g - u) / 2, down)
            self._nonnegative((g + u) / 2, up)
        elif op == "relu":
            self._relate(t, 2, ring.mul(self_, a))
            self._nonnegative(g - u, down)
        elif op == "step":
            self._relate(t, 2, self_)
            self._nonnegative(g * u, up)
            self._nonnegative(g * u - u, down)
        elif op in ("min", "max"):
            b = self.ratio(t.args[1])
            self._relate(t, 2, ring.sub(ring.mul(self_, ring.add(a, b)), ring.mul(a, b)))
            if b.den.is_constant():
                sign, v = (1 if op == "max" else -1), b.num / b.den.leading_coefficient()
                gap = sub(t.args[1], t.args[0])
                self._nonnegative(sign * (g - u), call("relu", gap if sign > 0 else neg(gap)))
                self._nonnegative(sign * (g - v), call("relu", neg(gap) if sign > 0 else gap))


def conjuncts(formula: Formula) -> Iterable[Formula]:
    """Yield the relations that the formula says to hold together; what it says otherwise is left out."""
    if formula.op == "and":
        for part in formula.args:
            yield from conjuncts(part)
    elif formula.op == "not" and formula.args[0].terms:
        yield Formula(NEGATED[formula.args[0].op], (), formula.args[0].terms)
    elif formula.terms:
        yield formula


def _support(poly: fmpq_mpoly) -> set[int]:
    return {i for exponents in poly.to_dict() for i, e in enumerate(exponents) if e}
