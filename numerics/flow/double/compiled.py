"""A program as a function of doubles: linear forms as matrices, products as vectors, level by level."""

from __future__ import annotations

import numpy as np

from numerics.flow.program import Linear, Product, Program

DENSE = 2_000_000


class ProgramField:
    """The velocity of a program in doubles.

    Examples
    --------
    >>> program = Program(("u",), (Product(0, 0),), (1,))
    >>> ProgramField(program)(0.0, np.array([3.0])).tolist()
    [9.0]
    """

    def __init__(self, program: Program) -> None:
        """Sort the nodes into levels, each of which reads earlier ones only."""
        self.program = program
        states = len(program.states)
        level = [0] * states
        for node in program.nodes:
            reads = (node.left, node.right) if isinstance(node, Product) else [place for place, _ in node.terms]
            level.append(1 + max((level[place] for place in reads), default=0))
        # the values of a level lie together: state, then level by level, linear forms before products
        kind = [isinstance(node, Product) for node in program.nodes]
        order = sorted(range(states, len(level)), key=lambda i: (level[i], kind[i - states]))
        self.size = len(level)
        move = {place: place for place in range(states)} | {old: states + i for i, old in enumerate(order)}
        self.steps: list[tuple] = []
        start = 0
        while start < len(order):
            first = program.nodes[order[start] - states]
            stop = start
            while stop < len(order) and level[order[stop]] == level[order[start]]:
                if isinstance(program.nodes[order[stop] - states], Product) != isinstance(first, Product):
                    break
                stop += 1
            nodes = [program.nodes[old - states] for old in order[start:stop]]
            self.steps.append(self._step(nodes, move, states + start))
            start = stop
        self.velocity = np.array([move[place] for place in program.velocity])

    def _step(self, nodes: list, move: dict[int, int], start: int) -> tuple:
        if isinstance(nodes[0], Product):
            left = np.array([move[node.left] for node in nodes])
            return (start, left, np.array([move[node.right] for node in nodes]), None)
        constant = np.array([float(node.constant) for node in nodes])
        if len(nodes) * start <= DENSE:
            matrix = np.zeros((len(nodes), start))
            for i, node in enumerate(nodes):
                _fill(matrix[i], node, move)
        else:
            from scipy.sparse import csr_array

            entries = [(i, move[place], float(factor)) for i, node in enumerate(nodes) for place, factor in node.terms]
            rows, columns, values = (list(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
            matrix = csr_array((values, (rows, columns)), shape=(len(nodes), start))
        return (start, None, matrix, constant)

    def __call__(self, _time: float, state: np.ndarray) -> np.ndarray:
        """Return the velocity of all states, adjoined ones included."""
        values = np.empty(self.size)
        values[: len(state)] = state
        for start, left, right, constant in self.steps:
            if constant is None:
                values[start : start + len(left)] = values[left] * values[right]
            else:
                values[start : start + len(constant)] = right @ values[:start] + constant
        return values[self.velocity]


def _fill(row: np.ndarray, node: Linear, move: dict[int, int]) -> None:
    for place, factor in node.terms:
        row[move[place]] += float(factor)
