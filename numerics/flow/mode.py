"""Gates as a mode: for every neuron and kink the side it is on, or 0 while it slides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from numerics.flow.network import Network

Sides = tuple[tuple[int, ...], ...]


class Guard(NamedTuple):
    """A function of the state that is positive as long as the mode holds, named by what its zero means.

    ``kind`` is "kink" (neuron reaches a kink), "plus" or "minus" (a sliding neuron leaves to that side), "turn"
    (the read-out of a sliding neuron with one output vanishes), or "rest" (nothing pushes a neuron without active
    samples back any more to the kink on which it stopped).
    """

    kind: str
    neuron: int
    kink: int = -1


@dataclass(frozen=True)
class Mode:
    """``sides`` (m, kinks): +1 or -1 the sign of ``w_j.direction``, 0 sliding; ``turned`` (m,) the sign of each scalar
    read-out while its neuron slides or rests (0 where it does not matter).

    ``rests`` are pairs (neuron, kink): the neuron has no active samples and stands on that kink, pushed back from its
    far side; the guard of such a kink is that push. Integrators watch it; the modes they hand out are `bare`.
    """

    sides: Sides
    turned: tuple[int, ...]
    rests: tuple[tuple[int, int], ...] = ()

    def bare(self) -> Mode:
        """Return the mode without rests.

        Examples
        --------
        >>> Mode(((1,), (0,)), (1, 1), ((0, 0),)).bare()
        Mode(sides=((1,), (0,)), turned=(0, 1), rests=())
        """
        if not self.rests:
            return self
        turned = (sign if 0 in row else 0 for sign, row in zip(self.turned, self.sides, strict=True))
        return Mode(self.sides, tuple(turned))

    def sliding(self, neuron: int) -> tuple[int, ...]:
        """Return the kinks along which a neuron slides."""
        return tuple(h for h, side in enumerate(self.sides[neuron]) if side == 0)

    def gates(self, network: Network) -> tuple[tuple[int, ...], ...]:
        """Return the gate of every neuron and sample: 1 on, 0 off, 2 sliding; a zero input is off.

        Examples
        --------
        >>> from numerics.flow.network import exact_rows
        >>> network = Network(exact_rows([[1, 0], [-2, 0]]), exact_rows([[1], [1]]), exact_rows([[1, 1]]),
        ...                   exact_rows([[1]]))
        >>> Mode(((1,),), (0,)).gates(network)
        ((1, 0),)
        """
        if network.gates == "on":
            return tuple((1,) * network.samples for _ in range(network.width))
        rows = []
        for sides in self.sides:
            row = [0] * network.samples
            for kink, side in zip(network.kinks, sides, strict=True):
                for k, factor in kink.members:
                    row[k] = 2 if side == 0 else int(factor * side > 0)
            rows.append(tuple(row))
        return tuple(rows)
