"""A term over a stretch of time: its own ball polynomial where it has one, the mean-value form elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_poly

from proofs_check.evidence.balls import Number, Undecided, Undefined, ball, node_value
from proofs_check.language.term import Term, subterms
from proofs_check.trajectory.path import Stretch, ball_of, between
from proofs_check.trajectory.slopes import Slope, slope
from proofs_check.trajectory.taylor_form import SMOOTH, taylor_range
from proofs_check.verdict import Contradiction

Constant = Number | Undefined | Undecided
MAX_DEGREE = 600


class Value(NamedTuple):
    """A term on a part of a stretch: where it lies, where it lies at the centre (None: no bound), its derivative."""

    range: Number
    centre: Number | None
    slope: Slope


class StretchTerm:
    """One term on one stretch; what does not depend on the part of the stretch is computed once.

    Parameters
    ----------
    constants : the numbers that do not move, by the name of their variable; an exception stands for no value.
    zero : terms that are 0 on the whole stretch.
    """

    def __init__(
        self,
        root: Term,
        stretch: Stretch,
        constants: Mapping[str, Constant],
        zero: frozenset[Term] = frozenset(),
        relu_at_zero: int = 0,
    ) -> None:
        self.root, self.stretch, self.constants = root, stretch, constants
        self.zero, self.relu_at_zero = zero, relu_at_zero
        self.whole = between(*(self._place(time) for time in (stretch.start, stretch.stop)))
        self.polynomials: dict[Term, arb_poly | None] = {}
        nodes = list(subterms(root))
        for node in nodes:
            found = self._polynomial(node)
            self.polynomials[node] = found if found is None or found.degree() <= MAX_DEGREE else None
        self.plan = _needed(root, nodes, self.polynomials)
        self.smooth = _smooth_tops(root, self.plan, self.polynomials)
        self.derivatives = {node: p.derivative() for node, p in self.polynomials.items() if p is not None}

    def over(self, start: Fraction, stop: Fraction, sharp: bool = False) -> Number:
        """Return a number or ball that contains the term at every time of a part of the stretch.

        Parameters
        ----------
        sharp : also take the Taylor forms of what is smooth, which cost more and see more terms cancel.

        Raises
        ------
        Undefined
            When the term has no value at any time of the part.
        Undecided
            When it cannot be told.
        """
        low, high = self._place(start), self._place(stop)
        place, centre = between(low, high), ball_of((low + high) / 2)
        done: dict[Term, Value | Undefined | Undecided] = {}
        for node in self.plan:
            found = self._value(node, done, place, centre, start == stop)
            if sharp and node in self.smooth and isinstance(found, Value) and start < stop:
                form = taylor_range(self.smooth[node], self.polynomials, place, centre)
                found = found if form is None else Value(_meet(found.range, form), found.centre, found.slope)
            done[node] = found
        result = done[self.root]
        if isinstance(result, (Undefined, Undecided)):
            raise result
        return result.range

    def _place(self, time: Fraction) -> Fraction:
        return (time - self.stretch.origin) / self.stretch.scale

    # -- the polynomial of a node on the whole stretch ---------------------------------------------------------------

    def _polynomial(self, node: Term) -> arb_poly | None:
        if node in self.zero:
            return arb_poly([0])
        if node.op == "var":
            return self._variable(str(node.value))
        if node.op in ("num", "pi"):
            return arb_poly([ball(node_value(node, [], {}, 0))])
        args = [self.polynomials[a] for a in node.args]
        if node.op == "pow":
            return self._power(node, int(node.value))  # type: ignore[arg-type]
        if any(a is None for a in args):
            return None
        a, b = args[0], args[-1]
        assert a is not None and b is not None
        if node.op in ("add", "sub", "mul", "neg"):
            return {"add": lambda: a + b, "sub": lambda: a - b, "mul": lambda: a * b, "neg": lambda: -a}[node.op]()
        if node.op == "div" and b.degree() <= 0:
            divisor = b(arb(0))
            return a * (1 / divisor) if divisor > 0 or divisor < 0 else None
        if node.op in ("abs", "relu", "step", "sign", "max", "min"):
            return self._one_side(node.op, a, b)
        return None

    def _variable(self, name: str) -> arb_poly | None:
        if name in self.stretch.states:
            return self.stretch.states[name]
        if name == "t":
            return arb_poly([ball_of(self.stretch.origin), ball_of(self.stretch.scale)])
        value = self.constants[name]
        return None if isinstance(value, (Undefined, Undecided)) else arb_poly([ball(value)])

    def _power(self, node: Term, n: int) -> arb_poly | None:
        base = node.args[0]
        if base.op == "sqrt" and n > 0 and n % 2 == 0 and _nonnegative(base.args[0]):
            base, n = base.args[0], n // 2  # sqrt(u)**2 is u where u >= 0
        inner = self.polynomials[base]
        if inner is None or n < 0 or inner.degree() * n > MAX_DEGREE:
            return None
        return arb_poly([1]) if n == 0 else inner**n

    def _one_side(self, op: str, a: arb_poly, b: arb_poly) -> arb_poly | None:
        """Return the polynomial of a function with a kink when the stretch lies on one side of it."""
        gap = a - b if op in ("max", "min") else a
        value = gap(self.whole)
        sign = 1 if value > 0 else -1 if value < 0 else 0
        if sign == 0:
            return None
        if op in ("max", "min"):
            return a if (sign > 0) == (op == "max") else b
        if op in ("step", "sign"):
            return arb_poly([max(sign, 0) if op == "step" else sign])
        return a if sign > 0 else -a if op == "abs" else arb_poly([0])

    # -- the value of a node on a part -------------------------------------------------------------------------------

    def _value(
        self, node: Term, done: Mapping[Term, Value | Undefined | Undecided], place: arb, centre: arb, single: bool
    ) -> Value | Undefined | Undecided:
        if node in self.zero:
            return Value(Fraction(0), Fraction(0), arb(0))
        polynomial = self.polynomials[node]
        if polynomial is not None:
            moving = self.derivatives[node](place)
            return _tightened(Value(polynomial(place), polynomial(centre), moving), place - centre)
        if node.op == "var":
            return self.constants[str(node.value)]  # type: ignore[return-value]  # only what has no value gets here
        values = [done[a] for a in node.args]
        for kind in (Undefined, Undecided):
            for value in values:
                if isinstance(value, kind):
                    return value
        return self._combined(node, values, place - centre, single)  # type: ignore[arg-type]

    def _combined(self, node: Term, values: Sequence[Value], room: arb, single: bool) -> Value | Undefined | Undecided:
        ranges = [value.range for value in values]
        try:
            reach = _reach(node, ranges, self.relu_at_zero)
        except (Undefined, Undecided) as reason:
            return reason
        if single or isinstance(reach, Fraction):
            return Value(reach, reach, arb(0))
        moving = slope(node, reach, ranges, [value.slope for value in values])
        middle: Number | None = None
        if all(value.centre is not None for value in values):
            try:
                middle = _reach(node, [v.centre for v in values if v.centre is not None], self.relu_at_zero)
            except (Undefined, Undecided):
                middle = None
        return _tightened(Value(reach, middle, moving), room)


def _reach(node: Term, args: list[Number], relu_at_zero: int) -> Number:
    """Return where a node lies; a step that may jump lies between its two values."""
    if node.op in ("step", "sign") and not isinstance(args[0], Fraction):
        low, high = (0, 1) if node.op == "step" else (-1, 1)
        if not (args[0] > 0 or args[0] < 0) and args[0].is_finite():
            return arb(low).union(arb(high))
    if node.op == "sqrt" and isinstance(args[0], arb) and args[0].is_finite() and _nonnegative(node.args[0]):
        low_end, high_end = args[0].lower(), args[0].upper()  # a ball around a sum of squares may reach below 0
        return args[0].sqrt() if low_end > 0 else arb(0).union(high_end.max(arb(0)).sqrt())
    return node_value(node, args, {}, relu_at_zero)


def _tightened(value: Value, room: arb) -> Value:
    """Return the value with its range cut by the mean-value form."""
    reach, centre, moving = value
    if isinstance(reach, Fraction) or centre is None or moving is None:
        return value
    form = ball(centre) + moving * room
    return Value(_meet(reach, form), centre, moving) if form.is_finite() else value


def _meet(reach: Number, form: arb) -> Number:
    """Return what two enclosures of one term have in common."""
    if isinstance(reach, Fraction):
        return reach
    if not reach.is_finite():
        return form
    try:
        return reach.intersection(form)
    except ValueError:
        raise Contradiction(f"two enclosures of one term exclude each other: {reach} and {form}") from None


def _needed(root: Term, nodes: Sequence[Term], polynomials: Mapping[Term, arb_poly | None]) -> list[Term]:
    """Return the nodes whose values on a part are needed, arguments first: nothing below a polynomial is."""
    wanted = {root}
    for node in reversed(nodes):
        if node in wanted and polynomials[node] is None:
            wanted |= set(node.args)
    return [node for node in nodes if node in wanted]


def _smooth_tops(
    root: Term, plan: Sequence[Term], polynomials: Mapping[Term, arb_poly | None]
) -> dict[Term, list[Term]]:
    """Return the largest smooth terms that have no polynomial, each with all that is needed below it."""
    smooth: set[Term] = set()
    for node in plan:
        if polynomials[node] is not None or (node.op in SMOOTH and all(a in smooth for a in node.args)):
            smooth.add(node)
    inner = {a for node in plan if node in smooth and polynomials[node] is None for a in node.args}
    outer = {a for node in plan if node not in smooth for a in node.args} | {root}
    tops = [n for n in plan if n in smooth and polynomials[n] is None and (n in outer or n not in inner)]
    return {top: _needed(top, plan, polynomials) for top in tops}


def _nonnegative(term: Term) -> bool:
    if term.op == "add":
        return all(_nonnegative(a) for a in term.args)
    return (term.op == "pow" and int(term.value) % 2 == 0 and int(term.value) >= 0) or (  # type: ignore[arg-type]
        term.op == "num" and term.value >= 0  # type: ignore[operator]
    )
