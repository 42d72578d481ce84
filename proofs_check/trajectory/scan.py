"""A formula over the times of an enclosed trajectory: its outcomes on a part of a stretch or at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from proofs_check.evidence.balls import Number, Undecided, Undefined, evaluate
from proofs_check.language.network import Network
from proofs_check.language.term import Formula, Term, sub, variables
from proofs_check.trajectory.outcomes import ANY, UNDEFINED, Outcomes, outcomes, sign_outcomes
from proofs_check.trajectory.path import Path, Stretch
from proofs_check.trajectory.stretch_values import Constant, StretchTerm


@dataclass(eq=False)
class Scan:
    """A trajectory with the numbers that do not move, ready to be asked about formulas.

    Parameters
    ----------
    constants : data, parameters and resolved moments by the name of their variable; an exception stands for no value.
    network : of the names, or None for a user's flow.
    """

    path: Path
    constants: dict[str, Constant]
    network: Network | None = None
    relu_at_zero: int = 0
    evaluations: int = 0
    kept: dict[tuple[int, Term], StretchTerm] = field(default_factory=dict, repr=False)
    names: dict[tuple[Term, ...], frozenset[str]] = field(default_factory=dict, repr=False)

    def over(
        self, formula: Formula, stretch: Stretch, start: Fraction, stop: Fraction, sharp: bool = False
    ) -> Outcomes:
        """Return every outcome that the formula has at a time between `start` and `stop`, for a start in the box.

        `sharp` takes Taylor forms where the plain enclosures leave a relation undecided.
        """
        if start == stop:
            return self.at(formula, start)
        self.evaluations += 1
        return outcomes(formula, lambda part: self._relation(part, stretch, start, stop, sharp))

    def at(self, formula: Formula, time: Fraction) -> Outcomes:
        """Return every outcome that the formula can have at one time; all of them where the enclosure does not reach.

        Where the state is known exactly the relations between rational numbers are decided exactly.
        """
        stretch = self.path.at(time)
        if stretch is None:
            return ANY
        point = {**self.constants, **self.path.exact.get(time, {}), "t": time}
        self.evaluations += 1

        def relation(part: Formula) -> Outcomes:
            known = self._exact(part, point)
            return self._relation(part, stretch, time, time) if known is None else known

        return outcomes(formula, relation)

    def fixed(self, formula: Formula) -> Outcomes:
        """Return every outcome of a formula in which nothing moves."""
        return self.at(formula, Fraction(0))

    def value(self, term: Term, stretch: Stretch, start: Fraction, stop: Fraction) -> Number:
        """Return where the term lies between two times; raises `Undefined` or `Undecided`."""
        self.evaluations += 1
        return self._ready(term, stretch).over(start, stop)

    def _relation(
        self, part: Formula, stretch: Stretch, start: Fraction, stop: Fraction, sharp: bool = False
    ) -> Outcomes:
        known = self._exact(part, self.constants)
        if known is not None:
            return known
        ready = self._ready(sub(*part.terms), stretch)
        try:
            found = sign_outcomes(part.op, ready.over(start, stop))
            if sharp and len(found) > 1 and ready.smooth:
                found = sign_outcomes(part.op, ready.over(start, stop, sharp=True))
        except Undefined:
            return UNDEFINED
        except Undecided:
            return ANY
        return found

    def _exact(self, part: Formula, point: Mapping[str, Constant]) -> Outcomes | None:
        """Return the outcome of a relation between exact numbers, None when a side is not known exactly."""
        names = self.names.get(part.terms)
        if names is None:
            names = self.names[part.terms] = frozenset(variables(*part.terms))
        if not all(isinstance(point.get(name), Fraction) for name in names):
            return None
        try:
            left, right = (evaluate(term, point, self.relu_at_zero) for term in part.terms)  # type: ignore[arg-type]
        except Undefined:
            return UNDEFINED
        except Undecided:
            return None
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return sign_outcomes(part.op, left - right)
        return None

    def _ready(self, term: Term, stretch: Stretch) -> StretchTerm:
        key = (id(stretch), term)
        if key not in self.kept:
            self.kept[key] = StretchTerm(term, stretch, self.constants, self._zero(stretch), self.relu_at_zero)
        return self.kept[key]

    def _zero(self, stretch: Stretch) -> frozenset[Term]:
        network = self.network
        if network is None:
            return frozenset()
        return frozenset(network.preactivation(j, k) for j, k in stretch.zero)
