"""The normal form of a term: rung 3. Equality of normal forms proves an identity wherever the obligations hold.

Generators: variables, `exp` of a product of variables, `cos` and `sin` of one, square roots, logarithms, gates; each
with the relations that hold wherever it is defined. Two different normal forms prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from proofs_check.evidence.angles import Angles
from proofs_check.evidence.interval import Interval
from proofs_check.evidence.ratio import NotNormal, Ratio, Restart
from proofs_check.language.numbers import constant_of
from proofs_check.language.term import NEGATED, Formula, Term, subterms

MAX_SLOTS = 400
MAX_RESTARTS = 60
PI_BOUNDS = Interval(Fraction(314159, 10**5), Fraction(31416, 10**4), True, True)


class NormalForms(Angles):
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
        super().__init__()

    def clear(self) -> None:
        """Make the ring anew and learn the facts again, in a finer ring when a fact needs one."""
        for _ in range(MAX_RESTARTS):
            super().clear()
            self.memo: dict[Term, Ratio] = {}
            try:
                for formula in self.fact_formulas:
                    self._learn(formula)
                return
            except Restart as reason:
                self._grow(reason)
        raise NotNormal("exponents refine without end")

    def _grow(self, reason: Restart) -> None:
        if str(reason) == "slots":
            self.slots *= 2
            if self.slots > MAX_SLOTS:
                raise NotNormal(f"more than {MAX_SLOTS} generators") from None

    def is_zero(self, term: Term) -> bool:
        """Return True when the normal form of the term is zero: it vanishes wherever its obligations hold."""
        return self.of(term).num.is_zero()

    def of(self, term: Term) -> Ratio:
        """Return the normal form; raises NotNormal with the reason when there is none."""
        for _ in range(MAX_RESTARTS):
            try:
                return self._of(term)
            except Restart as reason:
                self._grow(reason)
                self.clear()
        raise NotNormal("exponents refine without end")

    def sign_of(self, term: Term) -> Interval:
        """Return an interval that contains the term's value, from its normal form."""
        ratio = self.of(term)
        return self.ratio_interval(ratio)

    def _learn(self, formula: Formula) -> None:
        if formula.op == "and":
            for part in formula.args:
                self._learn(part)
            return
        if formula.op == "not" and formula.args[0].op in NEGATED:
            formula = Formula(NEGATED[formula.args[0].op], (), formula.args[0].terms)
        if not formula.terms:
            return
        a, b = formula.terms
        try:
            gap = self.ring.sub(self._of(a), self._of(b))
        except NotNormal:
            return
        self.learn_ratio(gap, formula.op)
        if formula.op == "==":
            self.memo.clear()  # the equality may have become a relation

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
            return ring.gen(self.generator(("var", node.value)))
        if op == "pi":
            return ring.gen(self.generator(("pi", None), PI_BOUNDS))
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
