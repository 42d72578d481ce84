"""The program of a network's gradient flow in one mode, with the guards that say how long the mode holds.

In a mode the flow is the gradient flow of a smooth loss on a linear subspace: the gates are constants, and a neuron
that slides along the kinks S moves in the orthogonal complement of their directions (``raceproof derive
flow_equations`` and ``raceproof derive sliding``). Tests compare this program with what `theory` derives.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mat

from numerics.exact_race.lines import dot
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, Vector
from numerics.flow.program import Program, ProgramBuilder

Form = list[tuple[int, Fraction]]
ADJOINED = {"squared": 0, "logistic": 1, "exponential": 1}


class DependentKinks(ValueError):
    """The directions of the kinks along which a neuron slides are linearly dependent: no unique multipliers."""


def network_program(network: Network, mode: Mode) -> Program:
    """Return the flow of a network in a mode.

    Returns
    -------
    A program whose states are those of `Network.state`, then one adjoined state a sample (logistic, exponential) or a
    sample and output (softmax); its guards are pairs (`numerics.flow.mode.Guard`, node), positive while the mode holds.

    Raises
    ------
    DependentKinks
        When a neuron slides along linearly dependent directions.

    Examples
    --------
    >>> from numerics.flow.network import exact_rows
    >>> network = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[2]]), exact_rows([[3]]))
    >>> program = network_program(network, Mode(((1,),), (0,)))
    >>> [str(value) for value in program.values([Fraction(2), Fraction(3)], Fraction)[-3:]]
    ['-5', '-15', '-10']
    """
    builder = ProgramBuilder(network.state_names(), network.samples * ADJOINED.get(network.loss, network.outputs))
    gates = mode.gates(network)
    f = _predictions(builder, network, gates)
    e = _residuals(builder, network, f)
    velocity: list[int] = [0] * len(network.state_names())
    guards: list[tuple[Guard, int]] = []
    for j in range(network.width):
        slopes, multipliers = _sliding(network, mode, gates, j)
        _velocities(builder, network, velocity, j, slopes, e)
        guards += _guards(builder, network, mode, j, multipliers, e)
    builder.rates |= dict(enumerate(velocity))
    velocity += _adjoined_velocities(builder, network, f)
    return builder.program(velocity, guards)


def _w(network: Network, j: int, i: int) -> int:
    return j * network.dimension + i


def _v(network: Network, j: int, a: int) -> int:
    return network.width * network.dimension + j * network.outputs + a


def _predictions(builder: ProgramBuilder, network: Network, gates: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    """Return the nodes f[k][a]; a neuron costs min(active samples, d) products an output."""
    found: list[list[Form]] = [[[] for _ in range(network.outputs)] for _ in range(network.samples)]
    for j, row in enumerate(gates):
        active = [k for k, gate in enumerate(row) if gate == 1]
        for a in range(network.outputs):
            if len(active) < network.dimension:
                for k in active:
                    part = builder.product(_v(network, j, a), _z(builder, network, j, network.x[k]))
                    found[k][a].append((part, Fraction(1)))
                continue
            parts = [builder.product(_v(network, j, a), _w(network, j, i)) for i in range(network.dimension)]
            for k in active:
                found[k][a] += zip(parts, network.x[k], strict=True)
    return [[builder.linear(terms) for terms in row] for row in found]


def _z(builder: ProgramBuilder, network: Network, j: int, direction: Vector) -> int:
    return builder.linear((_w(network, j, i), value) for i, value in enumerate(direction))


def _residuals(builder: ProgramBuilder, network: Network, f: list[list[int]]) -> list[list[int]]:
    """Return the nodes e[k][a]; the states that a loss needs are adjoined here."""
    rows = []
    for k, (predictions, labels) in enumerate(zip(f, network.y, strict=True)):
        if network.loss == "squared":
            rows.append([builder.linear([(p, Fraction(-1))], y) for p, y in zip(predictions, labels, strict=True)])
        elif network.loss == "softmax":
            shares = [builder.adjoin(f"share[{k},{a}]", "softmax", predictions, a) for a in range(network.outputs)]
            rows.append([builder.linear([(s, Fraction(-1))], y) for s, y in zip(shares, labels, strict=True)])
        else:
            margin = builder.linear([(predictions[0], -labels[0])])
            name, function = ("slope", "logistic") if network.loss == "logistic" else ("loss", "exp")
            rows.append([builder.linear([(builder.adjoin(f"{name}[{k}]", function, [margin]), labels[0])])])
    return rows


def _adjoined_velocities(builder: ProgramBuilder, network: Network, f: list[list[int]]) -> list[int]:
    found = []
    first = len(builder.states) - len(builder.adjoined)
    for place, entry in enumerate(builder.adjoined, first):
        if entry.function == "softmax":
            start = place - entry.index
            rates = [builder.rate(argument) for argument in entry.arguments]
            mean = builder.total([builder.product(start + a, rate) for a, rate in enumerate(rates)])
            change = builder.linear([(rates[entry.index], Fraction(1)), (mean, Fraction(-1))])
            found.append(builder.product(place, change))
            continue
        rate = builder.rate(entry.arguments[0])
        if entry.function == "logistic":
            square = builder.product(place, place)
            found.append(builder.product(builder.linear([(place, Fraction(1)), (square, Fraction(-1))]), rate))
        else:
            found.append(builder.product(place, rate))
    return found


def _sliding(
    network: Network, mode: Mode, gates: tuple[tuple[int, ...], ...], j: int
) -> tuple[dict[int, Vector], dict[int, dict[int, Fraction]]]:
    """Return the projected input of every active sample, and the multiplier of every sliding kink as a form in e."""
    active = [k for k, gate in enumerate(gates[j]) if gate == 1]
    sliding = mode.sliding(j)
    slopes = {k: network.x[k] for k in active}
    if not sliding:
        return slopes, {}
    directions = [network.kinks[h].direction for h in sliding]
    parts = _projections(directions, [network.x[k] for k in active])
    multipliers: dict[int, dict[int, Fraction]] = {h: {} for h in sliding}
    for k, row in zip(active, parts, strict=True):
        for h, direction, part in zip(sliding, directions, row, strict=True):
            slopes[k] = tuple(a - part * b for a, b in zip(slopes[k], direction, strict=True))
            multipliers[h][k] = -part
    return slopes, multipliers


def _projections(directions: list[Vector], inputs: list[Vector]) -> list[Vector]:
    """Return for every input the coefficients of its projection on the span of the directions."""
    if not inputs:
        return []
    gram = fmpq_mat([[_fmpq(dot(a, b)) for b in directions] for a in directions])
    right = fmpq_mat([[_fmpq(dot(a, x)) for x in inputs] for a in directions])
    try:
        solved = gram.solve(right)
    except ZeroDivisionError:
        raise DependentKinks("sliding along linearly dependent kinks: their multipliers are not unique") from None
    size = range(len(directions))
    return [tuple(Fraction(int(solved[h, k].p), int(solved[h, k].q)) for h in size) for k in range(len(inputs))]


def _fmpq(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _velocities(
    builder: ProgramBuilder,
    network: Network,
    velocity: list[int],
    j: int,
    slopes: dict[int, Vector],
    e: list[list[int]],
) -> None:
    """Set w_j' = sum_a C_ja v_ja and v_ja' = w_j.C_ja, with C_ja = (1/n) sum_k e_ka x_k over the active samples."""
    n, d = network.samples, network.dimension
    w_parts: list[Form] = [[] for _ in range(d)]
    for a in range(network.outputs):
        v_parts: Form = []
        if len(slopes) < d:
            for k, slope in slopes.items():
                push = builder.product(_v(network, j, a), e[k][a])
                for i, value in enumerate(slope):
                    w_parts[i].append((push, value / n))
                v_parts.append((builder.product(e[k][a], _z(builder, network, j, network.x[k])), Fraction(1, n)))
        else:
            for i in range(d):
                gamma = builder.linear((e[k][a], slope[i] / n) for k, slope in slopes.items())
                w_parts[i].append((builder.product(_v(network, j, a), gamma), Fraction(1)))
                v_parts.append((builder.product(_w(network, j, i), gamma), Fraction(1)))
        velocity[_v(network, j, a)] = builder.linear(v_parts)
    for i in range(d):
        velocity[_w(network, j, i)] = builder.linear(w_parts[i])


def _guards(
    builder: ProgramBuilder,
    network: Network,
    mode: Mode,
    j: int,
    multipliers: dict[int, dict[int, Fraction]],
    e: list[list[int]],
) -> list[tuple[Guard, int]]:
    found: list[tuple[Guard, int]] = []
    for h, kink in enumerate(network.kinks):
        side = mode.sides[j][h]
        if (j, h) in mode.rests:
            back = {k: -factor for k, factor in kink.active(-side)}
            found.append((Guard("rest", j, h), _room(builder, network, mode, j, back, -side, e)))
            continue
        if side != 0:
            z = _z(builder, network, j, kink.direction)
            found.append((Guard("kink", j, h), builder.linear([(z, Fraction(side))])))
            continue
        for name, sign in (("plus", 1), ("minus", -1)):
            # the coefficient of the direction lies strictly between those of the two sides
            form = dict(multipliers[h])
            for k, factor in kink.active(sign):
                form[k] = form.get(k, Fraction(0)) - factor
            found.append((Guard(name, j, h), _room(builder, network, mode, j, form, sign, e)))
    if network.outputs == 1 and 0 in mode.sides[j]:
        found.append((Guard("turn", j), builder.linear([(_v(network, j, 0), Fraction(mode.turned[j]))])))
    return found


def _room(
    builder: ProgramBuilder,
    network: Network,
    mode: Mode,
    j: int,
    form: dict[int, Fraction],
    sign: int,
    e: list[list[int]],
) -> int:
    """Return sign * v.(form in e); with one output the read-out, whose sign a sliding or resting neuron keeps, is left
    out."""
    if network.outputs == 1:
        return builder.linear((e[k][0], sign * mode.turned[j] * value) for k, value in form.items())
    parts = []
    for a in range(network.outputs):
        total = builder.linear((e[k][a], sign * value) for k, value in form.items())
        parts.append(builder.product(_v(network, j, a), total))
    return builder.total(parts)
