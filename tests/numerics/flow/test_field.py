"""The program of a mode equals what `theory` derives, exactly, at random rational points."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
import sympy

import theory.network as symbolic
from numerics.flow.double.field import double_data, double_field, expand
from numerics.flow.field import DependentKinks, network_program
from numerics.flow.hybrid.local_series import LocalGuards
from numerics.flow.mode import Guard, Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Program
from theory.flow import gradient_flow
from theory.gate_events import sliding_multipliers

SHAPES = {"squared": (1, 2), "logistic": (1,), "exponential": (1,), "softmax": (2, 3)}
CASES = [(loss, c, seed) for loss, outputs in SHAPES.items() for c in outputs for seed in (1, 2)]


def rational(source: random.Random) -> Fraction:
    """Return a small fraction that is not zero."""
    return Fraction(source.choice([-1, 1]) * source.randint(1, 9), source.randint(1, 7))


def rows(source: random.Random, count: int, size: int) -> tuple[tuple[Fraction, ...], ...]:
    """Return a matrix of small fractions."""
    return tuple(tuple(rational(source) for _ in range(size)) for _ in range(count))


def network_of(loss: str, c: int, seed: int, m: int = 2, d: int = 2, n: int = 3) -> Network:
    """Return a network whose last samples repeat the first: doubled, mirrored, and a zero input."""
    source = random.Random(f"{loss}-{c}-{seed}")
    x = rows(source, n, d)
    x = (*x, x[0], tuple(-2 * value for value in x[1]), (Fraction(0),) * d)
    return Network(x, rows(source, len(x), c), rows(source, m, d), rows(source, m, c), loss)


def signs(network: Network) -> Mode:
    """Return the mode of the weights of a network."""
    found = []
    for w in network.w:
        z = [sum(a * b for a, b in zip(w, kink.direction, strict=True)) for kink in network.kinks]
        found.append(tuple(1 if value > 0 else -1 for value in z))
    return Mode(tuple(found), (0,) * network.width)


def full_state(program: Program, network: Network, source: random.Random) -> list[Fraction]:
    """Return the weights, and any rational numbers for the adjoined states."""
    return [*network.state(), *(rational(source) for _ in program.adjoined)]


def exact(value: object) -> sympy.Basic:
    """Return a fraction as a SymPy number."""
    assert isinstance(value, Fraction)
    return sympy.Rational(value.numerator, value.denominator)


def derived(network: Network, mode: Mode, e: list[list[Fraction]]) -> dict[str, Fraction]:
    """Return the velocities that `theory` derives, with the gates of a mode and residuals e, by name of the state."""
    model = symbolic.Network(network.width, network.dimension, network.samples, network.outputs)
    point: dict[sympy.Symbol, sympy.Basic] = {}
    gates = mode.gates(network)
    for k in range(network.samples):
        point |= {name: exact(value) for name, value in zip(model.x(k), network.x[k], strict=True)}
        point |= {name: exact(value) for name, value in zip(model.e(k), e[k], strict=True)}
        point |= {model.gate(j, k): sympy.Integer(int(gates[j][k] == 1)) for j in range(network.width)}
    for j in range(network.width):
        point |= {name: exact(value) for name, value in zip(model.w(j), network.w[j], strict=True)}
        point |= {name: exact(value) for name, value in zip(model.v(j), network.v[j], strict=True)}
    found = {}
    for j in range(network.width):
        for name, velocity in gradient_flow(model, j).items():
            value = velocity.xreplace(point)
            found[str(name)] = Fraction(int(value.p), int(value.q))
    return found


def adjoined_residuals(network: Network, program: Program, state: list[Fraction]) -> list[list[Fraction]]:
    """Return e from the adjoined states of a program, by the definition of each loss."""
    extra = state[program.size :]
    if network.loss == "softmax":
        shares = [extra[k * network.outputs : (k + 1) * network.outputs] for k in range(network.samples)]
        return [[y - s for y, s in zip(a, b, strict=True)] for a, b in zip(network.y, shares, strict=True)]
    if network.loss in ("logistic", "exponential"):
        return [[y[0] * s] for y, s in zip(network.y, extra, strict=True)]
    f = predictions(network)
    return [[y - p for y, p in zip(a, b, strict=True)] for a, b in zip(network.y, f, strict=True)]


def predictions(network: Network) -> list[list[Fraction]]:
    """Return f by its definition with the rectifier."""
    found = []
    for x in network.x:
        hidden = [max(Fraction(0), sum((a * b for a, b in zip(w, x, strict=True)), Fraction(0))) for w in network.w]
        found.append([sum((h * v[a] for h, v in zip(hidden, network.v, strict=True)), Fraction(0))
                      for a in range(network.outputs)])
    return found


@pytest.mark.parametrize(("loss", "c", "seed"), CASES)
def test_program_is_the_derived_gradient_flow(loss: str, c: int, seed: int) -> None:
    network = network_of(loss, c, seed)
    mode = signs(network)
    program = network_program(network, mode)
    state = full_state(program, network, random.Random(seed))
    values = program.values(state, Fraction)
    expected = derived(network, mode, adjoined_residuals(network, program, state))
    assert {name: values[place] for name, place in zip(program.states, program.velocity, strict=False)
            if name in expected} == expected


@pytest.mark.parametrize(("loss", "c", "seed"), CASES)
def test_adjoined_states_stand_for_what_the_loss_needs(loss: str, c: int, seed: int) -> None:
    """The arguments of the adjoined functions are the predictions (softmax) or minus the margins, the residual that
    `theory` derives from the loss is the one the program uses, and the velocities follow from the chain rule."""
    network = network_of(loss, c, seed)
    program = network_program(network, signs(network))
    state = full_state(program, network, random.Random(seed))
    values, f = program.values(state, Fraction), predictions(network)
    model = symbolic.Network(network.width, network.dimension, network.samples, c, loss)
    change = {place: values[node] for place, node in enumerate(program.velocity)}
    f_change = predictions_change(network, program, state)
    for number, entry in enumerate(program.adjoined):
        place = program.size + number
        s, u = sympy.Symbol("s"), sympy.Symbol("u")
        if loss == "softmax":
            k, a = divmod(number, c)
            assert [values[i] for i in entry.arguments] == f[k]
            assert (entry.function, entry.index) == ("softmax", a)
            shares = state[program.size + k * c : program.size + (k + 1) * c]
            mean = sum(p * rate for p, rate in zip(shares, f_change[k], strict=True))
            assert change[place] == shares[a] * (f_change[k][a] - mean)
            if k == 0:
                residual = symbolic.residuals(model, k)[a]
                share = sympy.exp(model.f(k)[a]) / sum(sympy.exp(name) for name in model.f(k))
                assert sympy.simplify(residual - (model.y(k)[a] - share)) == 0
            continue
        margin = -network.y[number][0] * f[number][0]
        assert [values[i] for i in entry.arguments] == [margin]
        function = 1 / (1 + sympy.exp(-u)) if entry.function == "logistic" else sympy.exp(u)
        slope = sympy.diff(function, u)
        written = s - s**2 if entry.function == "logistic" else s
        assert sympy.simplify(slope - written.subs(s, function)) == 0
        rate = -network.y[number][0] * f_change[number][0]
        value = state[place]
        assert change[place] == (value - value**2 if entry.function == "logistic" else value) * rate
        label, output = model.y(number)[0], model.f(number)[0]
        if number == 0:
            derived_residual = symbolic.residuals(model, number)[0]
            assert sympy.simplify(derived_residual - label * function.subs(u, -label * output)) == 0


def predictions_change(network: Network, program: Program, state: list[Fraction]) -> list[list[Fraction]]:
    """Return f' by the product rule, gates frozen, from the velocities of the weights."""
    values = program.values(state, Fraction)
    rate = [values[node] for node in program.velocity]
    m, d, c = network.width, network.dimension, network.outputs
    gates = signs(network).gates(network)
    found = []
    for k, x in enumerate(network.x):
        row = []
        for a in range(c):
            total = Fraction(0)
            for j in range(m):
                if gates[j][k] == 1:
                    z = sum(p * q for p, q in zip(network.w[j], x, strict=True))
                    dz = sum(p * q for p, q in zip(rate[j * d : (j + 1) * d], x, strict=True))
                    total += network.v[j][a] * dz + rate[m * d + j * c + a] * z
            row.append(total)
        found.append(row)
    return found


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sliding_neurons_move_as_derived(count: int, seed: int) -> None:
    """The drive of `theory`: gamma_A + (1/n) sum lambda_k x_k, with lambda from requiring w.x constant."""
    source = random.Random(seed)
    d, n = 3, 4
    x = rows(source, n, d)
    network = Network(x, rows(source, n, 1), rows(source, 1, d), rows(source, 1, 1))
    sides = tuple(0 if k < count else 1 for k in range(n))
    program = network_program(network, Mode((sides,), (1 if network.v[0][0] > 0 else -1,)))
    values = program.values(network.state(), Fraction)
    w, v = network.w[0], network.v[0][0]
    f = [max(Fraction(0), Fraction(0)) if k < count else v * sum(a * b for a, b in zip(w, x[k], strict=True))
         for k in range(n)]
    e = [network.y[k][0] - f[k] for k in range(n)]
    gamma = [sum(e[k] * x[k][i] for k in range(count, n)) / n for i in range(d)]
    point = {sympy.Symbol(f"g[{i}]", real=True): exact(gamma[i]) for i in range(d)}
    point |= {sympy.Symbol(f"x{k + 1}[{i}]", real=True): exact(x[k][i]) for k in range(count) for i in range(d)}
    found = [value.subs(point) for value in sliding_multipliers(count, d, n)]
    multipliers = [Fraction(int(value.p), int(value.q)) for value in found]
    drive = [gamma[i] + sum(multipliers[k] * x[k][i] for k in range(count)) / n for i in range(d)]
    assert [values[place] for place in program.velocity[:d]] == [v * part for part in drive]
    assert all(sum(a * b for a, b in zip(drive, x[k], strict=True)) == 0 for k in range(count))
    guards = {guard: values[place] for guard, place in program.guards}
    turned = 1 if v > 0 else -1
    for k in range(count):
        # the multiplier lies between that of the off side, 0, and that of the on side, e_k
        assert guards[Guard("plus", 0, k)] == turned * (multipliers[k] - e[k])
        assert guards[Guard("minus", 0, k)] == -turned * multipliers[k]


def test_sliding_along_dependent_directions_is_refused() -> None:
    network = Network(exact_rows([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]]), exact_rows([[1]] * 4),
                      exact_rows([[0, 0, 1]]), exact_rows([[1]]))
    with pytest.raises(DependentKinks):
        network_program(network, Mode(((0, 0, 0, 1),), (1,)))


@pytest.mark.parametrize(("loss", "c"), [(loss, c) for loss, outputs in SHAPES.items() for c in outputs])
@pytest.mark.parametrize("sliding", [False, True])
def test_double_field_equals_the_program(loss: str, c: int, sliding: bool) -> None:
    from numerics.flow.taylor.start import full_start

    network = network_of(loss, c, 5, d=3)
    mode = signs(network)
    if sliding:
        mode = Mode(((0, *mode.sides[0][1:]), mode.sides[1]), (1, 0))
    program = network_program(network, mode)
    state = [float(Fraction(value, 2**80)) for value in full_start(program, network.state(), 80)]
    field = double_field(double_data(network), mode)
    start = np.array([float(value) for value in network.state()])
    values = program.values(state, float)
    expected = np.array([values[place] for place in program.velocity[: program.size]])
    assert np.allclose(field(0.0, start), expected, rtol=1e-12, atol=1e-13 * np.abs(expected).max())
    ours = {entry.guard: entry for entry in expand(field, start)}
    exact_start = full_start(program, network.state(), 200)
    theirs = {entry.guard: entry for entry in LocalGuards(program).expansions(exact_start, 200)}
    assert ours.keys() == theirs.keys() and len(ours) > 0
    for guard, entry in theirs.items():
        coefficients = [float(value) for value in entry.coefficients]
        size = max(map(abs, coefficients)) + 1e-6
        assert np.allclose(ours[guard].coefficients, coefficients, rtol=1e-9, atol=1e-9 * size), guard


def test_the_comparison_with_theory_can_fail() -> None:
    network = network_of("squared", 1, 1)
    mode = signs(network)
    flipped = Mode((tuple(-side for side in mode.sides[0]), *mode.sides[1:]), mode.turned)
    program = network_program(network, mode)
    values = program.values(network.state(), Fraction)
    e = adjoined_residuals(network, program, list(network.state()))
    expected = derived(network, flipped, e)
    assert any(values[place] != expected[name] for name, place in zip(program.states, program.velocity, strict=True))
