"""The field of a mode on the whole space, as minus the gradient of one function, and the residuals it reads.

While neuron j slides along the kinks S its weights stay in T_j, the orthogonal complement of their directions. Let P
be the orthogonal projector on the product of the T_j, and L the loss with the gates of the mode frozen. The flow of
the mode is that of ``-grad(L o P)``, which agrees with the mode's program on T and has a symmetric derivative off T
too: a proposal that misses T by a rounding error is compared with a gradient flow all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from numerics.flow.field import _predictions, network_program
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, Vector
from numerics.flow.program import Adjoined, Linear, Product, Program, ProgramBuilder

Rest = tuple[int, int]


@dataclass(frozen=True)
class System:
    """``program`` with the nodes ``residuals`` (n, c), and ``gates`` (m, n); a field of the user has no network.

    ``rests`` are pairs (neuron, kink): a neuron without active samples that stands on that kink for good. The guard
    of the kink, zero for ever, is replaced by one of kind "rest": the push back from the other side.
    """

    program: Program
    network: Network | None = None
    mode: Mode | None = None
    residuals: tuple[tuple[int, ...], ...] = ()
    gates: tuple[tuple[int, ...], ...] = ()
    rests: frozenset[Rest] = frozenset()


def system_of(network: Network, mode: Mode, rests: frozenset[Rest] = frozenset()) -> System:
    """Return the field of a mode, built from the network alone.

    Raises
    ------
    DependentKinks
        When a neuron slides along linearly dependent directions.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> system = system_of(network, Mode(((1,),), (0,)))
    >>> system.program.values([Fraction(2), Fraction(3)], Fraction)[system.residuals[0][0]]
    Fraction(-5, 1)
    """
    gates = mode.gates(network)
    program, residuals = _with_residuals(network_program(network, mode), network, gates, mode, rests)
    replaced: dict[int, list[tuple[int, Fraction]]] = {}
    d = network.dimension
    for j in range(network.width):
        sliding = mode.sliding(j)
        if sliding:
            rows = projector([network.kinks[h].direction for h in sliding])
            for i, row in enumerate(rows):
                replaced[j * d + i] = [(j * d + k, value) for k, value in enumerate(row) if value != 0]
    move, composed = _composed(program, replaced)
    places = tuple(tuple(move(place) for place in row) for row in residuals)
    return System(composed, network, mode, places, gates, rests)


def projector(directions: list[Vector]) -> list[Vector]:
    """Return the matrix of the orthogonal projector on the complement of independent directions."""
    d = len(directions[0])
    rows = fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in directions])
    part = rows.transpose() * (rows * rows.transpose()).solve(rows)
    return [
        tuple(Fraction(int(i == k)) - Fraction(int(part[i, k].p), int(part[i, k].q)) for k in range(d))
        for i in range(d)
    ]


def _with_residuals(
    program: Program, network: Network, gates: tuple[tuple[int, ...], ...], mode: Mode, rests: frozenset[Rest]
) -> tuple[Program, tuple[tuple[int, ...], ...]]:
    size, c = program.size, network.outputs
    builder = ProgramBuilder(program.states[:size], len(program.adjoined))
    builder.states, builder.adjoined = list(program.states), list(program.adjoined)
    builder.nodes = list(program.nodes)
    builder.known = {node: builder.room + i for i, node in enumerate(program.nodes)}
    rows = []
    f = _predictions(builder, network, gates) if network.loss == "squared" else []
    for k, labels in enumerate(network.y):
        if network.loss == "squared":
            rows.append(tuple(builder.linear([(f[k][a], Fraction(-1))], labels[a]) for a in range(c)))
        elif network.loss == "softmax":
            rows.append(tuple(builder.linear([(size + k * c + a, Fraction(-1))], labels[a]) for a in range(c)))
        else:
            rows.append((builder.linear([(size + k, labels[0])]),))
    guards = [(name, place) for name, place in program.guards if (name.neuron, name.kink) not in rests]
    for j, h in sorted(rests):
        guards.append((Guard("rest", j, h), _push_back(builder, network, mode, j, h, rows)))
    full = Program(program.states, tuple(builder.nodes), program.velocity, program.adjoined, tuple(guards))
    return full, tuple(rows)


def _push_back(
    builder: ProgramBuilder, network: Network, mode: Mode, j: int, h: int, rows: list[tuple[int, ...]]
) -> int:
    """Return how strongly the far side of a kink pushes a resting neuron back: ``side * sum factor v_j.e_k`` over the
    samples that are active there."""
    side, c = mode.sides[j][h], network.outputs
    first = network.width * network.dimension + j * c
    parts = [
        (builder.product(first + a, rows[k][a]), factor * side)
        for k, factor in network.kinks[h].active(-side)
        for a in range(c)
    ]
    return builder.linear(parts)


def _composed(
    program: Program, replaced: dict[int, list[tuple[int, Fraction]]]
) -> tuple[Callable[[int], int], Program]:
    """Return the program that reads linear forms in place of some states (but keeps those states)."""
    room = len(program.states)
    nodes: list[Linear | Product] = [Linear(tuple(terms)) for terms in replaced.values()]
    moved = dict(zip(replaced, range(room, room + len(nodes)), strict=True))
    shift = len(nodes)

    def move(place: int) -> int:
        return place + shift if place >= room else moved.get(place, place)

    for node in program.nodes:
        if isinstance(node, Product):
            nodes.append(Product(move(node.left), move(node.right)))
        else:
            nodes.append(Linear(tuple((move(place), factor) for place, factor in node.terms), node.constant))
    return move, Program(
        program.states,
        tuple(nodes),
        tuple(move(place) for place in program.velocity),
        tuple(Adjoined(a.function, tuple(move(p) for p in a.arguments), a.index) for a in program.adjoined),
        tuple((name, move(place)) for name, place in program.guards),
    )

