"""`at` and `first` as numbers: every moment of a claim is enclosed once and then stands for a constant."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb

from proofs_check.evidence.balls import Number, Undecided, Undefined, ball, evaluate
from proofs_check.language.errors import ClaimError
from proofs_check.language.term import Formula, Term, map_formula, rebuild, var, variables
from proofs_check.trajectory.language import FIRST, HELD
from proofs_check.trajectory.outcomes import TRUE
from proofs_check.trajectory.path import Stretch, between
from proofs_check.trajectory.scan import Scan

HALVINGS = 64
MAX_LEAVES = 3_000


@dataclass(frozen=True)
class Moments:
    """Resolves the moments in formulas; results are kept in the scan's constants.

    Examples
    --------
    >>> from proofs_check.language.term import num, relation
    >>> from proofs_check.trajectory.path import Path
    >>> path = Path((Stretch(Fraction(0), Fraction(1), {}),), Fraction(1), Fraction(1))
    >>> moments = Moments(Scan(path, {}))
    >>> term = moments.term(Term(FIRST, (), relation(">=", var("t"), num(Fraction(1, 3)))))
    >>> moments.scan.constants[str(term.value)].contains(Fraction(1, 3).numerator / arb(3))
    True
    """

    scan: Scan
    names: dict[Term, str] = field(default_factory=dict)

    def formula(self, formula: Formula) -> Formula:
        """Return the formula with every moment replaced by a constant of the scan."""
        return map_formula(formula, self.term)

    def term(self, term: Term) -> Term:
        """Return the term with every moment replaced by a constant of the scan."""
        return rebuild(term, self._resolved)

    def _resolved(self, node: Term, args: tuple[Term, ...]) -> Term | None:
        if node.op not in (FIRST, HELD):
            return None
        moment = node if node.op == FIRST else Term(HELD, args)
        if moment not in self.names:
            self.names[moment] = f"moment {len(self.names)}"
            try:
                value = self._held(*args) if node.op == HELD else self._first(self.formula(node.value))  # type: ignore[arg-type]
            except (Undefined, Undecided) as reason:
                value = reason
            self.scan.constants[self.names[moment]] = value
        return var(self.names[moment])

    # -- at ----------------------------------------------------------------------------------------------------------

    def time(self, term: Term) -> Number:
        """Return the value of a time that does not move."""
        constants = self.scan.constants
        for name in variables(term):
            value = constants[name]
            if isinstance(value, (Undefined, Undecided)):
                raise value
        return evaluate(term, constants)  # type: ignore[arg-type]  # balls are values too

    def _held(self, term: Term, when: Term) -> Number:
        path, time = self.scan.path, self.time(when)
        low, high = (time, time) if isinstance(time, Fraction) else rational_ends(time)
        if isinstance(time, Fraction):
            _check_time(time, path.until, path.discrete)
            point = {**self.scan.constants, **path.exact.get(time, {}), "t": time}
            if all(isinstance(point.get(name), Fraction) for name in variables(term)):
                return evaluate(term, point, self.scan.relu_at_zero)  # type: ignore[arg-type]
        elif path.discrete:
            raise Undecided("the number of steps is not certain")
        if low < 0 or high > path.reached:
            raise Undecided(f"the enclosure ends at t = {float(path.reached):.12g}")
        found: arb | None = None
        for stretch in path.stretches:
            if stretch.stop < low or stretch.start > high:
                continue
            value = self.scan.value(term, stretch, max(low, stretch.start), min(high, stretch.stop))
            if low == high:
                return value
            found = ball(value) if found is None else found.union(ball(value))
        if found is None:
            raise Undecided("no step lies at that time")
        return found

    # -- first -------------------------------------------------------------------------------------------------------

    def _first(self, condition: Formula) -> Number:
        """Return the infimum of the times at which the condition holds.

        Raises
        ------
        Undefined
            When it holds at no time.
        Undecided
            When it cannot be told whether it does, or only within too many small intervals.
        """
        path = self.scan.path
        stack: list[tuple[Stretch, Fraction, Fraction]] = [(s, s.start, s.stop) for s in reversed(path.stretches)]
        finest = max(path.until, Fraction(1)) / 2**HALVINGS
        earliest: Fraction | None = None
        for _ in range(MAX_LEAVES):
            if not stack:
                break
            stretch, start, stop = stack.pop()
            found = self.scan.over(condition, stretch, start, stop)
            if "true" not in found:
                continue
            if found == TRUE or self.scan.at(condition, start) == TRUE:
                low = start if earliest is None else earliest
                return start if low == start else between(low, start)
            narrow = finest if earliest is None else max(finest, (start - earliest) / 4)
            if stop - start <= narrow:
                earliest = start if earliest is None else earliest
                if self.scan.at(condition, stop) == TRUE:
                    return between(earliest, stop)
                continue
            middle = (start + stop) / 2
            stack += [(stretch, middle, stop), (stretch, start, middle)]
        if stack or earliest is not None:
            raise Undecided("the first time could not be told")
        if path.reached < path.until:
            raise Undecided(f"the condition does not hold before t = {float(path.reached):.12g}, where it ends")
        raise Undefined("the condition holds at no time")


def rational_ends(value: arb) -> tuple[Fraction, Fraction]:
    """Return rational ends of a ball.

    Examples
    --------
    >>> rational_ends(arb(3) / 2)
    (Fraction(3, 2), Fraction(3, 2))
    """
    if not value.is_finite():
        raise Undecided("a time that is not finite")
    return tuple(_dyadic(end) for end in (value.lower(), value.upper()))  # type: ignore[return-value]


def _dyadic(value: arb) -> Fraction:
    mantissa, exponent = value.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _check_time(time: Fraction, until: Fraction, discrete: bool) -> None:
    if not 0 <= time <= until:
        raise ClaimError(f"at(..., t={time}): the time must lie between 0 and {until}")
    if discrete and time.denominator != 1:
        raise ClaimError(f"at(..., t={time}): descent has whole steps only")
