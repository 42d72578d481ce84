"""A polynomial field as a straight-line program: every node is a linear form of earlier nodes or a product of two.

Taylor series, enclosures and floating-point velocities all read this one form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Linear:
    """``constant + sum(factor * node)`` over ``terms``, pairs (node, factor)."""

    terms: tuple[tuple[int, Fraction], ...]
    constant: Fraction = Fraction(0)


@dataclass(frozen=True)
class Product:
    """The product of two earlier nodes."""

    left: int
    right: int


Node = Linear | Product


@dataclass(frozen=True)
class Adjoined:
    """A state that stands for a function of others: ``function`` of the values of the nodes ``arguments``.

    ``function`` is one of exp, log, sqrt, inverse, tanh, sin, cos, atan, logistic (``1/(1 + exp(-u))``) and softmax, of
    which ``index`` says the component. The start of such a state is computed from the start of the others.
    """

    function: str
    arguments: tuple[int, ...]
    index: int = 0


@dataclass(frozen=True)
class Program:
    """A field ``y' = F(y)``: node ``i < len(states)`` is state i, later ones are ``nodes`` in order.

    Parameters
    ----------
    states : names of the states, the adjoined ones last.
    nodes : every node reads earlier ones only.
    velocity : the node that is the derivative of each state.
    adjoined : one entry for each of the last states.
    """

    states: tuple[str, ...]
    nodes: tuple[Node, ...]
    velocity: tuple[int, ...]
    adjoined: tuple[Adjoined, ...] = ()
    guards: tuple[tuple[Any, int], ...] = field(default=())

    @property
    def size(self) -> int:
        """The number of states that are not adjoined."""
        return len(self.states) - len(self.adjoined)

    def values(self, state: Sequence[Any], number: Callable[[Fraction], Any]) -> list[Any]:
        """Return the value of every node at a full state, in the arithmetic of the numbers given.

        Parameters
        ----------
        state : one number a state, adjoined ones included.    number : makes a number of a fraction.

        Examples
        --------
        >>> builder = ProgramBuilder(["p", "v"])
        >>> program = builder.program([builder.product(0, 1), builder.linear([(0, Fraction(2))])])
        >>> program.values([Fraction(3), Fraction(5)], Fraction)[2:]
        [Fraction(15, 1), Fraction(6, 1)]
        """
        found = list(state)
        for node in self.nodes:
            if isinstance(node, Product):
                found.append(found[node.left] * found[node.right])
                continue
            total = number(node.constant)
            for place, factor in node.terms:
                total = total + (found[place] if factor == 1 else found[place] * number(factor))
            found.append(total)
        return found


class ProgramBuilder:
    """Builds a program; equal nodes are shared, and a linear form of linear forms becomes one.

    Examples
    --------
    >>> builder = ProgramBuilder(["p", "v"])
    >>> twice = builder.linear([(0, Fraction(2))])
    >>> builder.program([twice, builder.linear([(twice, Fraction(1, 2))])]).velocity
    (2, 0)
    """

    def __init__(self, states: Sequence[str], room: int = 0) -> None:
        """``room`` is the number of adjoined states that will follow."""
        self.states = list(states)
        self.room = len(states) + room
        self.nodes: list[Node] = []
        self.known: dict[Node, int] = {}
        self.adjoined: list[Adjoined] = []
        self.rates: dict[int, int] = {}

    def linear(self, terms: Iterable[tuple[int, Fraction]], constant: Fraction = Fraction(0)) -> int:
        """Return the node of a linear form; a node may occur in several of its ``terms``."""
        flat: dict[int, Fraction] = {}
        for place, factor in terms:
            inner = self._node(place)
            if isinstance(inner, Linear) and len(inner.terms) <= 1:
                constant += factor * inner.constant
                parts = [(deeper, factor * f) for deeper, f in inner.terms]
            else:
                parts = [(place, factor)]
            for deeper, f in parts:
                flat[deeper] = flat.get(deeper, Fraction(0)) + f
        kept = tuple(sorted((place, factor) for place, factor in flat.items() if factor != 0))
        if len(kept) == 1 and constant == 0 and kept[0][1] == 1:
            return kept[0][0]
        return self._add(Linear(kept, constant))

    def product(self, left: int, right: int) -> int:
        """Return the node of a product; a constant factor makes it linear."""
        for a, b in ((left, right), (right, left)):
            node = self._node(a)
            if isinstance(node, Linear) and not node.terms:
                return self.linear([(b, node.constant)])
        return self._add(Product(min(left, right), max(left, right)))

    def total(self, places: Sequence[int]) -> int:
        """Return the node of a sum."""
        return self.linear((place, Fraction(1)) for place in places)

    def constant(self, value: Fraction) -> int:
        """Return the node of a number."""
        return self._add(Linear((), value))

    def adjoin(self, name: str, function: str, arguments: Sequence[int], index: int = 0) -> int:
        """Add a state that stands for a function of nodes; its velocity is set with `rate`."""
        if len(self.states) >= self.room:
            raise ValueError(f"program: no room for the adjoined state name={name!r}; ask for more")
        self.states.append(name)
        self.adjoined.append(Adjoined(function, tuple(arguments), index))
        return len(self.states) - 1

    def rate(self, place: int) -> int:
        """Return the node of the time derivative of a node; velocities of its states are in ``rates``."""
        if place in self.rates:
            return self.rates[place]
        node = self._node(place)
        if node is None:
            raise ValueError(f"program: the velocity of state {self.states[place]!r} is not known yet; set it first")
        if isinstance(node, Product):
            parts = [
                self.product(self.rate(node.left), node.right),
                self.product(node.left, self.rate(node.right)),
            ]
            found = self.total(parts)
        else:
            found = self.linear([(self.rate(inner), factor) for inner, factor in node.terms])
        self.rates[place] = found
        return found

    def program(self, velocity: Sequence[int], guards: Sequence[tuple[Any, int]] = ()) -> Program:
        """Return the finished program; nodes that nothing reads are kept out."""
        if len(velocity) != len(self.states) or len(self.states) != self.room:
            raise ValueError(f"program: {len(velocity)} velocities for {len(self.states)} states; give one a state")
        wanted = [*velocity, *(place for _, place in guards)]
        wanted += [place for entry in self.adjoined for place in entry.arguments]
        return _pruned(self, wanted, velocity, guards)

    def _node(self, place: int) -> Node | None:
        return None if place < self.room else self.nodes[place - self.room]

    def _add(self, node: Node) -> int:
        if node not in self.known:
            self.nodes.append(node)
            self.known[node] = self.room + len(self.nodes) - 1
        return self.known[node]


def _pruned(builder: ProgramBuilder, wanted: Sequence[int], velocity: Sequence[int], guards: Any) -> Program:
    room = builder.room
    needed = set(wanted)
    for i in range(len(builder.nodes) - 1, -1, -1):
        if room + i in needed:
            node = builder.nodes[i]
            needed |= {node.left, node.right} if isinstance(node, Product) else {place for place, _ in node.terms}
    move = {place: place for place in range(room)}
    nodes: list[Node] = []
    for i, node in enumerate(builder.nodes):
        if room + i not in needed:
            continue
        if isinstance(node, Product):
            nodes.append(Product(move[node.left], move[node.right]))
        else:
            nodes.append(Linear(tuple((move[place], factor) for place, factor in node.terms), node.constant))
        move[room + i] = room + len(nodes) - 1
    return Program(
        tuple(builder.states),
        tuple(nodes),
        tuple(move[place] for place in velocity),
        tuple(Adjoined(a.function, tuple(move[p] for p in a.arguments), a.index) for a in builder.adjoined),
        tuple((name, move[place]) for name, place in guards),
    )
