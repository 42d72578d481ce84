"""The normal forms and ranges of terms."""

from __future__ import annotations

from fractions import Fraction

from proofs_check.checker.functions import Functions
from proofs_check.checker.intervals import ONE, RISING, ZERO
from proofs_check.checker.limits import need
from proofs_check.checker.quotients import Rat
from proofs_check.checker.ranges import PI, RELATION_RANGES, Range, image, point_range
from proofs_check.checker.terms import Store, Term


class Algebra(Functions):
    """Normal forms and ranges of terms, given the facts known so far."""

    def __init__(self, store: Store, corner: Fraction, denominator: int) -> None:
        self.store = store
        super().__init__(store.clock, corner, denominator)

    def forget(self) -> None:
        super().forget()
        self.forms: dict[Term, Rat] = {}
        self.bounds: dict[Term, Range] = {}

    # normal forms

    def form(self, term: Term) -> Rat:
        """The normal form of a term."""
        if term not in self.forms:
            self.store.clock.tick(5)
            self.forms[term] = self._form(term)
        return self.forms[term]

    def _form(self, term: Term) -> Rat:
        op, args, make = term.op, term.args, self.store.make
        if op == "num":
            return self.number(term.data)
        if op in ("var", "pi"):
            return self.atom(self.ring.generator(op, term.data))
        if op == "add":
            total = self.number(0)
            for arg in args:
                total = self.add(total, self.form(arg))
            return total
        if op in ("also", "smooth"):
            return self.form(args[0])
        if op == "mul":
            return self.mul(self.form(args[0]), self.form(args[1]))
        if op == "div":
            return self.mul(self.form(args[0]), self._inverse_of(args[1]))
        if op == "pow":
            n = term.data
            return self.power(self.form(args[0]), n) if n >= 0 else self.power(self._inverse_of(args[0]), -n)
        a = args[0]
        if op == "log":
            return self._log_of(a)
        if op in ("asinh", "acosh", "atanh"):
            log = [make("log", t) for t in self._log_arguments(op, a)]
            if op == "atanh":
                return self.scaled(self.add(self.form(log[0]), self.form(log[1]), -1), Fraction(1, 2))
            return self.form(log[0])
        if op in ("min", "max"):
            gap = self.form(make("abs", self.store.sub(a, args[1])))
            both = self.add(self.form(a), self.form(args[1]))
            return self.scaled(self.add(both, gap, -1 if op == "min" else 1), Fraction(1, 2))
        u = self.form(a)
        if op == "relu":
            return self.scaled(self.add(u, self.form(make("abs", a))), Fraction(1, 2))
        if op in ("abs", "step", "sign"):
            return self._gated(op, u, self.range_of(a))
        if op == "exp":
            return self.exp(u)
        if op == "sqrt":
            return self.sqrt(u)
        if op in ("sinh", "cosh"):
            up = self.exp(u)
            return self.scaled(self.add(up, self.inverse(up), 1 if op == "cosh" else -1), Fraction(1, 2))
        if op == "tanh":
            up = self.exp(self.scaled(u, 2))
            return self.mul(self.add(up, self.number(1), -1), self.inverse(self.add(up, self.number(1))))
        if op in ("sin", "cos"):
            return self.cos_sin(u)[op == "sin"]
        need(op in ("atan", "asin", "acos"), f"{op} has no normal form")
        if op == "acos":
            pi = self.atom(self.ring.generator("pi", None))
            return self.add(self.scaled(pi, Fraction(1, 2)), self.form(make("asin", a)), -1)
        if not u.num:
            return u
        sign = 1 if u.num[max(u.num)] > 0 else -1
        return self.scaled(self.atom(self.keyed(op, self.scaled(u, sign))), sign)

    def _log_arguments(self, op: str, a: Term) -> list[Term]:
        store = self.store
        if op == "atanh":
            return [store.add(store.one, a), store.sub(store.one, a)]
        square = store.make("pow", a, data=2)
        inside = store.add(square, store.one) if op == "asinh" else store.sub(square, store.one)
        return [store.add(a, store.make("sqrt", inside))]

    def _log_of(self, term: Term) -> Rat:
        """log of a term that is positive."""
        op, args = term.op, term.args
        if op in ("mul", "div") and all(self.range_of(arg).holds(">") for arg in args):
            return self.add(self._log_of(args[0]), self._log_of(args[1]), 1 if op == "mul" else -1)
        if op == "pow" and self.range_of(args[0]).holds(">"):
            return self.scaled(self._log_of(args[0]), term.data)
        if op == "exp":
            return self.form(args[0])
        if op == "sqrt":
            return self.scaled(self._log_of(args[0]), Fraction(1, 2))
        return self.log(self.form(term))

    def _inverse_of(self, term: Term) -> Rat:
        """1/term, with the factors of the term as written."""
        if term.op == "mul":
            return self.mul(self._inverse_of(term.args[0]), self._inverse_of(term.args[1]))
        if term.op == "pow" and term.data > 0:
            return self.power(self._inverse_of(term.args[0]), term.data)
        return self.inverse(self.form(term))

    # ranges

    def range_of(self, term: Term) -> Range:
        """The range of a term: by its structure, and by the facts about its normal form."""
        if term not in self.bounds:
            self.store.clock.tick(5)
            written = self._range_written(term)
            self.bounds[term] = written.meet(self.range_rat(self.form(term)))
        return self.bounds[term]

    def _range_written(self, term: Term) -> Range:
        op, args, store = term.op, term.args, self.store
        if op == "num":
            return point_range(term.data)
        if op in ("var", "pi"):
            return Range() if op == "var" else PI
        if op == "mul":
            return self._range_product(term)
        a = self.range_of(args[0])
        if op == "add":
            for arg in args[1:]:
                a = a + self.range_of(arg)
            return a
        if op == "div":
            return a * self.range_of(args[1]).inverse()
        if op == "pow":
            return a.power(term.data)
        if op in ("also", "smooth"):
            return a
        if op in RISING:
            return image(op, a)
        if op == "acos":
            return image("asin", a).scale(-ONE) + PI.scale(Fraction(1, 2))
        if op == "cosh":
            size = image("exp", a.absolute())
            high = None if size.high is None else (size.high + 1 / size.high) / 2
            return Range(ONE, high, a.nonzero, False).tidy()
        if op in ("sin", "cos"):
            out = Range(-ONE, ONE)
            pi = store.make("pi")
            ends = (
                (store.num(0), pi)
                if op == "sin"
                else (store.mul(store.num(Fraction(-1, 2)), pi), store.mul(store.num(Fraction(1, 2)), pi))
            )
            low, high = self.range_of(store.sub(args[0], ends[0])), self.range_of(store.sub(ends[1], args[0]))
            for kind in (">=", ">"):
                out = out.meet(RELATION_RANGES[kind]) if low.holds(kind) and high.holds(kind) else out
            return out
        if op == "abs":
            return a.absolute()
        if op == "relu":
            low = ZERO if a.low is None else max(a.low, ZERO)
            high = None if a.high is None else max(a.high, ZERO)
            return Range(low, high, a.low_open and low > 0, False, a.holds(">")).tidy()
        if op in ("step", "sign"):
            values = [ONE] if not a.holds("<=") else []
            values += [ZERO if op == "step" else -ONE] if not a.holds(">=") else []
            values += [self.corner if op == "step" else ZERO] if not a.holds("!=") else []
            return (
                Range(min(values, default=ZERO), max(values, default=ONE), nonzero=ZERO not in values).tidy()
                if values
                else Range()
            )
        need(op in ("min", "max"), f"{op} has no range")
        return self._range_extreme(op, a, self.range_of(args[1]))

    def _range_extreme(self, op: str, a: Range, b: Range) -> Range:
        if op == "min":
            return self._range_extreme("max", a.scale(-ONE), b.scale(-ONE)).scale(-ONE)
        out = a.join(b)
        for r in (a, b):
            out = out.meet(Range(r.low, None, r.low_open, False, False)) if r.low is not None else out
        return out

    def _range_product(self, term: Term) -> Range:
        """A product as written; equal factors make a power."""
        powers: dict[Term, int] = {}
        stack = [term]
        while stack:
            node = stack.pop()
            if node.op == "mul":
                stack.extend(node.args)
            else:
                powers[node] = powers.get(node, 0) + 1
        out = point_range(ONE)
        for node, n in powers.items():
            out = out * self.range_of(node).power(n)
        return out.meet(self.range_of(term.args[0]) * self.range_of(term.args[1]))
