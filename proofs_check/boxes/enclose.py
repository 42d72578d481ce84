"""Ranges of terms over a box, the signs that their parts need, and terms without kinks whose side is certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flint import arb, fmpq

from proofs_check.boxes.shared import Shared
from proofs_check.boxes.span import BITS, RISING, Span, ends_of, point, rising, turning
from proofs_check.evidence.balls import precision
from proofs_check.language.term import NEGATED, ZERO, Formula, Term, neg, num, sub, subterms

Box = Mapping[str, Span]
KINKS = ("abs", "relu", "min", "max")


class Enclosures:
    """Ranges of terms over one box.

    Examples
    --------
    >>> from proofs_check.language.term import power, var
    >>> Enclosures({"x": Span(fmpq(-1), fmpq(2))}).of(power(var("x"), 2))
    Span(lo=0, hi=4, lo_open=False, hi_open=False)
    """

    def __init__(self, box: Box, relu_at_zero: int = 0, shared: Shared | None = None):
        self.box = box
        self.shared = shared or Shared()
        self.relu_at_zero = relu_at_zero
        self.memo: dict[Term, Span] = {}

    def of(self, term: Term) -> Span:
        """Return an interval that contains the term's value at every point of the box at which it has one."""
        found = self.memo.get(term)
        if found is None:
            for node in self.shared.parts(term):
                if node not in self.memo:
                    self.memo[node] = self._node(node, [self.memo[a] for a in node.args]).short()
            found = self.memo[term]
        return found

    def defined(self, *terms: Term) -> bool:
        """Return True when the terms certainly have values on the whole box."""
        for needed in (needed for term in terms for needed in self.shared.needs(term)):
            span = self.of(needed.term)
            if not (span.nonzero() if needed.relation == "!=" else span.positive(needed.relation == ">")):
                return False
        return True

    def _node(self, node: Term, args: list[Span]) -> Span:
        op = node.op
        if op == "num":
            return point(node.value)  # type: ignore[arg-type]
        if op == "var":
            return self.box.get(str(node.value), Span())
        if op == "pi":
            return _pi(1)
        if op in ("add", "mul") and node.args[0] == node.args[1]:
            return args[0] * point(2) if op == "add" else args[0].power(2)
        a = args[0]
        if op in ("add", "sub", "mul", "div"):
            b = args[1]
            return a + b if op == "add" else a - b if op == "sub" else a * b if op == "mul" else a * b.inverse()
        if op in ("neg", "also", "smooth"):
            return -a if op == "neg" else a
        if op == "pow":
            return a.power(int(node.value))  # type: ignore[arg-type]
        if op == "rpow":
            return rising("exp", args[1] * rising("log", a))
        if op in RISING:
            return rising(op, a)
        if op in ("sin", "cos"):
            return turning(op, a)
        if op == "tan":
            return turning("sin", a) * turning("cos", a).inverse()
        if op == "cosh":
            size = rising("exp", a.magnitude())
            low = max(size.lo or fmpq(1), fmpq(1))
            return Span((low + 1 / low) / 2, None if size.hi is None else (size.hi + 1 / size.hi) / 2)
        if op == "acos":
            return _pi(2) - rising("asin", a)
        return self._kink(op, args)

    def _kink(self, op: str, args: list[Span]) -> Span:
        a = args[0]
        if op == "abs":
            return a.magnitude()
        if op == "relu":
            lo = fmpq(0) if a.lo is None or a.lo < 0 else a.lo
            hi = None if a.hi is None else max(a.hi, fmpq(0))
            return Span(lo, hi, a.lo_open and lo == a.lo, False)
        if op in ("min", "max"):
            b = args[1]
            if op == "min":
                return -self._kink("max", [-a, -b])
            lows = [s.lo for s in (a, b) if s.lo is not None]
            hi = None if a.hi is None or b.hi is None else max(a.hi, b.hi)
            return Span(max(lows, default=None), hi)
        below, at_zero = (0, self.relu_at_zero) if op == "step" else (-1, 0)
        values = [] if a.negative(False) else [1]
        values += [] if a.positive(False) else [below]
        values += [] if a.nonzero() else [at_zero]
        return Span(fmpq(min(values)), fmpq(max(values)))


def _pi(parts: int) -> Span:
    with precision(BITS):
        lo, hi = ends_of(arb.pi() / parts) or (fmpq(0), fmpq(4))
    return Span(lo, hi)


def pieces(node: Term) -> tuple[Term, Term]:
    """Return what a kinked node is where its argument (or the difference of both) is >= 0, and where it is <= 0."""
    a = node.args[0]
    if node.op in ("abs", "relu"):
        return a, (neg(a) if node.op == "abs" else ZERO)
    return (a, node.args[1]) if node.op == "max" else (node.args[1], a)


def plain(root: Term, known: Enclosures) -> Term:
    """Return a term equal on the box, without the kinks whose side is certain there."""
    new: dict[Term, Term] = {}
    for node in known.shared.parts(root):
        args = tuple(new[a] for a in node.args)
        made = node if args == node.args else Term(node.op, args, node.value)
        if node.op in ("also", "smooth"):
            made = args[0]
        elif node.op in (*KINKS, "step", "sign"):
            inside = known.of(sub(*node.args) if len(args) == 2 else node.args[0])
            made = _side(made, inside, known.relu_at_zero)
        new[node] = made
    return known.shared.one(new[root])


def _side(node: Term, inside: Span, relu_at_zero: int) -> Term:
    if node.op in KINKS:
        if inside.positive(False):
            return pieces(node)[0]
        return pieces(node)[1] if inside.negative(False) else node
    if inside.positive(True):
        return num(1)
    if inside.negative(True):
        return num(0 if node.op == "step" else -1)
    at_zero = relu_at_zero if node.op == "step" else 0
    return num(at_zero) if inside.is_point() and inside.lo == 0 else node


def first_kink(root: Term) -> Term | None:
    """Return the first node with a kink, arguments first, or None."""
    return next((node for node in subterms(root) if node.op in KINKS), None)


def replaced(root: Term, old: Term, new: Term) -> Term:
    """Return the term with one node replaced."""
    done: dict[Term, Term] = {}
    for node in subterms(root):
        args = tuple(done[a] for a in node.args)
        done[node] = new if node == old else node if args == node.args else Term(node.op, args, node.value)
    return done[root]


def positive_form(formula: Formula) -> Formula:
    """Return the formula with `not` pushed to the relations."""
    if formula.op == "not":
        return _negated(formula.args[0])
    return Formula(formula.op, tuple(positive_form(part) for part in formula.args), formula.terms)


def _negated(formula: Formula) -> Formula:
    if formula.op == "not":
        return positive_form(formula.args[0])
    if formula.op in ("and", "or"):
        return Formula("or" if formula.op == "and" else "and", tuple(_negated(part) for part in formula.args))
    if formula.op == "implies":
        return Formula("and", (positive_form(formula.args[0]), _negated(formula.args[1])))
    return Formula(NEGATED[formula.op], (), formula.terms)


def excluded(formula: Formula, known: Enclosures) -> bool:
    """Return True when the formula is certainly not true on the box."""
    if formula.op in ("and", "or"):
        answers = [excluded(part, known) for part in formula.args]
        return any(answers) if formula.op == "and" else all(answers)
    if not formula.terms:
        return False
    rules = [node.args[1] for node in subterms(*formula.terms) if node.op == "smooth"]
    if not all(known.of(u).nonzero() for u in rules):
        return False
    gap = known.of(sub(*formula.terms))
    if formula.op in ("<", "<="):
        return gap.positive(formula.op == "<=")
    if formula.op in (">", ">="):
        return gap.negative(formula.op == ">=")
    return gap.nonzero() if formula.op == "==" else gap.is_point() and gap.lo == 0


def relations(domain: Iterable[Formula]) -> list[Formula]:
    """Return the relations that hold wherever the formulas do."""
    found: list[Formula] = []
    for formula in domain:
        found += relations(formula.args) if formula.op == "and" else [formula] if formula.terms else []
    return found


def minus(a: Term) -> Term:
    """Return the negative of a term, without a double sign."""
    return a.args[0] if a.op == "neg" else neg(a)
