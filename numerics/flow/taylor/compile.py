"""What the kernel needs for one program at one precision: its code, its work space, and the way in and out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from numerics.flow.program import Product
from numerics.flow.taylor.form import Form, Sum
from numerics.flow.taylor.kernel import PRODUCT, SMALL, SPARE, WIDE, Code, Room, taylor_series
from numerics.flow.taylor.limbs import HALF, LIMB, MASK

MOST_LIMBS = 4  # before the point
FACTORS = 1 << 28
DIVISOR = 1 << 36


class Kernel:
    """Taylor coefficients of one program in limbs; the number of limbs before the point grows when needed."""

    def __init__(self, form: Form, bits: int, order: int) -> None:
        self.form, self.bits, self.order = form, bits, order
        self.fraction = bits // LIMB
        self._prepare(max(1 if bits < 700 else 2, _whole_limbs(form)))

    def series(self, state: Sequence[int], length: tuple[int, int], order: int) -> list[list[int]]:
        """Return the coefficients, shorter lists where a value is beyond the range."""
        while True:
            count = 0
            if max(map(int.bit_length, state)) < LIMB * self.size - 1:
                data = b"".join(value.to_bytes(3 * self.size, "little", signed=True) for value in state)
                start = np.frombuffer(data, dtype=np.uint8).reshape(len(state), 3 * self.size)
                count = taylor_series(self.code, self.room, start, length[0], length[1], order, self.fraction)
            if count > min(2, order) or self.whole == MOST_LIMBS:
                return self._rows(state, count)
            self._prepare(self.whole + 1)

    def _rows(self, state: Sequence[int], count: int) -> list[list[int]]:
        if count == 0:
            return [[value] for value in state]
        step = 3 * (self.size + 1)
        places = range(0, count * step, step)
        read = int.from_bytes
        rows = []
        for block in self.room.coefficients[:, :count]:
            data = block.tobytes()
            rows.append([read(data[place : place + step], "little", signed=True) for place in places])
        return rows

    def _prepare(self, whole: int) -> None:
        self.whole = whole
        self.size = self.fraction + whole
        self.code = _code(self.form, self.fraction, self.size)
        states, size = self.form.states, self.size
        nodes = states + len(self.form.nodes)
        rows, width = -(-size // 4) * 4 + 4, self.order + 1 + SPARE
        forward, backward = int(self.code.forward.max()) + 1, int(self.code.backward.max()) + 1
        self.room = Room(
            np.zeros((nodes + states, size), dtype=np.int64),
            np.zeros((forward, rows, width), dtype=np.int32),
            np.zeros((backward, rows, width), dtype=np.int32),
            np.zeros((forward, size), dtype=np.int64),
            np.zeros((backward, size), dtype=np.int64),
            np.zeros(2 * size + 12, dtype=np.int64),
            np.zeros(2 * size + 12, dtype=np.int64),
            np.zeros((states, self.order + 1, 3 * (size + 1)), dtype=np.uint8),
        )


def _whole_limbs(form: Form) -> int:
    """Return how many limbs before the point the numbers of the field need."""
    largest = 0
    for node in form.nodes:
        if isinstance(node, Sum):
            numbers = [node.constant, *(factor for _, factor in node.terms)]
            largest = max(largest, *(abs(number) // node.divisor for number in numbers))
    if largest.bit_length() > LIMB * MOST_LIMBS - 2:
        raise ValueError(f"taylor: a number of the field is beyond 2**{LIMB * MOST_LIMBS - 2}; change the units")
    return (largest.bit_length() + 1) // LIMB + 1


def _code(form: Form, fraction: int, size: int) -> Code:
    forward: dict[int, int] = {}
    backward: dict[int, int] = {}
    rows: list[tuple[int, int, int, int, int]] = []
    first, places, factors, wide, constants = [0], [], [], [], []
    for node in form.nodes:
        if isinstance(node, Product):
            left = forward.setdefault(node.left, len(forward))
            right = backward.setdefault(node.right, len(backward))
            rows.append((PRODUCT, left, right, 1, 0))
            constants.append([0] * size)
        else:
            small = _is_small(node)
            rows.append((SMALL, 0, 0, node.divisor, node.constant) if small else (WIDE, 0, 0, 1, 0))
            constants.append([0] * size if small else _limbs(Fraction(node.constant, node.divisor), fraction, size))
            for place, factor in node.terms:
                places.append(place)
                factors.append(factor if small else 0)
                wide.append([] if small else _limbs(Fraction(factor, node.divisor), fraction, size))
        first.append(len(places))
    kept = size if any(wide) else 0
    nodes = form.states + len(form.nodes)
    kind, left, right, divisors, whole = (np.array(column, dtype=np.int64) for column in _columns(rows))
    return Code(
        kind, left, right,
        np.array([forward.get(i, -1) for i in range(nodes)], dtype=np.int64),
        np.array([backward.get(i, -1) for i in range(nodes)], dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(factors, dtype=np.int64),
        divisors, whole,
        np.array([(row or [0] * size)[:kept] for row in wide], dtype=np.int64).reshape(len(wide), kept),
        np.array(constants, dtype=np.int64).reshape(len(constants), size),
        np.array(form.velocity, dtype=np.int64),
    )  # fmt: skip


def _columns(rows: list[tuple[int, int, int, int, int]]) -> list[tuple[int, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * 5


def _is_small(node: Sum) -> bool:
    total = abs(node.constant) + sum(abs(factor) for _, factor in node.terms)
    return total < FACTORS and node.divisor < DIVISOR


def _limbs(value: Fraction, fraction: int, size: int) -> list[int]:
    """Return a number that fits in balanced limbs."""
    rest = round(value * (1 << (LIMB * fraction)))
    limbs = []
    for _ in range(size):
        limb = ((rest + HALF) & MASK) - HALF
        limbs.append(limb)
        rest = (rest - limb) >> LIMB
    return limbs
