"""Values and derivatives of a program over a box of balls."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from numerics.flow.program import Product, Program
from numerics.flow.rigorous.functions import ball

Row = dict[int, arb]


def gradients(program: Program, state: Sequence[arb]) -> tuple[list[arb], list[Row]]:
    """Return the enclosure of every node and of its derivatives by the states (those that are not zero).

    Examples
    --------
    >>> program = Program(("u",), (Product(0, 0),), (1,))
    >>> gradients(program, [arb(3)])[1][1][0] == 6
    True
    """
    values = list(state)
    rows: list[Row] = [{i: arb(1)} for i in range(len(state))]
    for node in program.nodes:
        row: Row = {}
        if isinstance(node, Product):
            left, right = values[node.left], values[node.right]
            values.append(left * left if node.left == node.right else left * right)
            for place, value in rows[node.left].items():
                row[place] = value * right
            for place, value in rows[node.right].items():
                row[place] = row[place] + value * left if place in row else value * left
        else:
            total = ball(node.constant)
            for place, factor in node.terms:
                weight = ball(factor)
                total = total + values[place] * weight
                for state_place, value in rows[place].items():
                    part = value * weight
                    row[state_place] = row[state_place] + part if state_place in row else part
            values.append(total)
        rows.append(row)
    return values, rows


def along(program: Program, state: Sequence[arb], direction: Sequence[arb]) -> tuple[list[arb], list[arb]]:
    """Return the enclosure of every node and of its derivative in a direction."""
    values, slopes = list(state), list(direction)
    for node in program.nodes:
        if isinstance(node, Product):
            left, right = values[node.left], values[node.right]
            values.append(left * right)
            slopes.append(slopes[node.left] * right + left * slopes[node.right])
            continue
        total, slope = ball(node.constant), arb(0)
        for place, factor in node.terms:
            weight = ball(factor)
            total, slope = total + values[place] * weight, slope + slopes[place] * weight
        values.append(total)
        slopes.append(slope)
    return values, slopes
