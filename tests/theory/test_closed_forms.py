"""Closed forms against the equations they solve and the vectors they describe, at high precision."""

from __future__ import annotations

import mpmath
import pytest
import sympy

from theory.closed_forms import closed_forms
from theory.gate_events import sliding_multipliers
from theory.linear_flow import linear_solution
from theory.symbols import real

mpf = mpmath.mpf
TINY = mpf(10) ** -30
FORMS = closed_forms()


@pytest.fixture(autouse=True)
def digits():
    with mpmath.workdps(50):
        yield


def compiled(name: str):
    form = FORMS[name]
    return sympy.lambdify(form.arguments, form.expression, "mpmath")


def neuron(seed: int):
    """Return w, v, gamma, x as three-dimensional rational vectors."""
    rows = [[mpf((seed * 7 + 5 * i * i + 3 * i * k + k) % 17 - 8) / 5 for i in range(3)] for k in range(1, 4)]
    return rows[0], mpf(seed % 5 - 2) / 3 + mpf(1) / 7, rows[1], rows[2]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def moved(w, v, gamma, time):
    """Return w(t) and v(t) built from the closed forms."""
    strength = mpmath.sqrt(dot(gamma, gamma))
    unit = [entry / strength for entry in gamma]
    p0 = dot(w, unit)
    p, v_t = (compiled(name)(time, strength, p0, v) for name in ("projection", "read_out"))
    return [a + (p - p0) * b for a, b in zip(w, unit, strict=True)], v_t


@pytest.mark.parametrize("seed", range(5))
def test_weights_solve_the_flow_of_the_neuron(seed):
    w, v, gamma, _ = neuron(seed)
    time = mpf(seed + 1) / 3
    w_t, v_t = moved(w, v, gamma, time)
    for i in range(3):
        speed = mpmath.diff(lambda t, i=i: moved(w, v, gamma, t)[0][i], time)
        assert abs(speed - v_t * gamma[i]) < TINY
    assert abs(mpmath.diff(lambda t: moved(w, v, gamma, t)[1], time) - dot(w_t, gamma)) < TINY
    assert all(abs(a - b) < TINY for a, b in zip(moved(w, v, gamma, mpf(0))[0], w, strict=True))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("root", ["gate_root_lower", "gate_root_upper"])
def test_gate_roots_are_where_the_pre_activation_vanishes(seed, root):
    w, v, gamma, x = neuron(seed)
    strength = mpmath.sqrt(dot(gamma, gamma))
    p0, c = dot(w, gamma) / strength, dot(gamma, x) / strength
    z = dot(w, x) - p0 * c
    growth = compiled(root)(p0, v, c, z)
    # a complex root is a crossing that does not happen, at complex time: the identity holds there too
    w_t, _ = moved(w, v, gamma, mpmath.log(growth) / strength)
    assert abs(dot(w_t, x)) < TINY
    parts = [compiled(f"gate_{part}")(p0, v, c, z) for part in ("leading", "middle", "constant")]
    assert abs(parts[0] * growth**2 + parts[1] * growth + parts[2]) < TINY


def test_some_gate_roots_are_real_and_ahead():
    found = 0
    for seed in range(8):
        w, v, gamma, x = neuron(seed)
        strength = mpmath.sqrt(dot(gamma, gamma))
        p0, c = dot(w, gamma) / strength, dot(gamma, x) / strength
        roots = [compiled(f"gate_root_{side}")(p0, v, c, dot(w, x) - p0 * c) for side in ("lower", "upper")]
        found += sum(mpmath.im(growth) == 0 and mpmath.re(growth) > 1 for growth in roots)
    assert found >= 3


@pytest.mark.parametrize("seed", range(5))
def test_norm_product_is_the_product_of_the_norms(seed):
    w, v, gamma, _ = neuron(seed)
    strength = mpmath.sqrt(dot(gamma, gamma))
    p0 = dot(w, gamma) / strength
    q = mpmath.sqrt(dot(w, w) - p0**2)
    w_t, v_t = moved(w, v, gamma, mpf(1) / 2)
    product = mpmath.sqrt(dot(w_t, w_t)) * abs(v_t)
    assert abs(compiled("norm_product")(mpf(1) / 2, strength, p0, v, q) - product) < TINY


@pytest.mark.parametrize("sign", [-1, 1])
def test_balanced_norm_product_and_cosine_follow_the_vectors(sign):
    w, _, gamma, _ = neuron(3)
    norm, strength = mpmath.sqrt(dot(w, w)), mpmath.sqrt(dot(gamma, gamma))
    c0, time = dot(w, gamma) / (norm * strength), mpf(1) / 3
    w_t, v_t = moved(w, sign * norm, gamma, time)
    length = mpmath.sqrt(dot(w_t, w_t))
    product = compiled("norm_product_balanced")(time, strength, norm**2, c0, sign)
    cosine = compiled("alignment_cosine")(time, strength, c0, sign)
    assert abs(product - length * abs(v_t)) < TINY
    assert abs(cosine - dot(w_t, gamma) / (length * strength)) < TINY


@pytest.mark.parametrize(("p0", "v0"), [("1/2", "3/4"), ("-1/3", "1/2"), ("-1/3", "-1/2"), ("1/3", "-1/2")])
def test_race_score_is_the_limit_of_the_norm_product(p0, v0):
    p0, v0 = (mpf(sympy.Rational(text).p) / sympy.Rational(text).q for text in (p0, v0))
    strength, q, late = mpf(1), mpf(1) / 5, mpf(60)
    # the projection on the direction along which the read-out grows
    score = compiled("race_score")(mpmath.sign(v0) * p0, v0)
    scaled = compiled("norm_product")(late, strength, p0, v0, q) * mpmath.exp(-2 * late)
    assert abs(scaled / score - 1) < TINY


@pytest.mark.parametrize(("p0", "v0", "zero"), [(-1, 3, "projection"), (3, -1, "read_out"), (2, -5, "projection")])
def test_unlocking_time_is_where_the_smaller_one_vanishes_and_the_norm_product_is_least(p0, v0, zero):
    time = compiled("unlocking_time")(mpf(2), mpf(p0), mpf(v0))
    assert time > 0
    assert abs(compiled(zero)(time, mpf(2), mpf(p0), mpf(v0))) < TINY
    product = compiled("norm_product")
    around = [product(time + shift, mpf(2), mpf(p0), mpf(v0), mpf(1)) for shift in (mpf(-1) / 100, 0, mpf(1) / 100)]
    assert around[0] > around[1] < around[2]


def test_total_strength_is_logistic_and_reaches_its_fraction_at_the_escape_time():
    total, escape = compiled("total_strength"), compiled("escape_time")
    lam, start = mpf(3) / 2, mpf(1) / 50
    time = escape(mpf(9) / 10, lam, start)
    assert abs(total(time, lam, start) - lam * 9 / 10) < TINY
    speed = mpmath.diff(lambda t: total(t, lam, start), time)
    assert abs(speed - 2 * total(time, lam, start) * (lam - total(time, lam, start))) < TINY
    expected = mpmath.log((lam / start - 1) * 9) / (2 * lam)
    assert abs(time - expected) < TINY


@pytest.mark.parametrize("count", [1, 2])
def test_sliding_multipliers_are_the_gram_solution(count):
    n, d = count + 1, 3
    multipliers = sliding_multipliers(count, d, n)
    g = [mpf(1), mpf(-2), mpf(3) / 2]
    x = [[mpf(1), mpf(1) / 3, mpf(2)], [mpf(-1), mpf(2), mpf(1) / 2]][:count]
    values = {real(f"g[{i}]"): g[i] for i in range(d)}
    values |= {real(f"x{k + 1}[{i}]"): x[k][i] for k in range(count) for i in range(d)}
    names = list(values)
    found = [sympy.lambdify(names, entry, "mpmath")(*values.values()) for entry in multipliers]
    gram = mpmath.matrix([[dot(a, b) for b in x] for a in x])
    expected = -n * (gram**-1) * mpmath.matrix([dot(a, g) for a in x])
    assert all(abs(found[k] - expected[k]) < TINY for k in range(count))


def test_sliding_multipliers_rejects_more_samples_than_dimensions():
    with pytest.raises(ValueError, match="count=3 must lie between 1 and dimension=2"):
        sliding_multipliers(3, 2, 4)


def test_linear_solution_rejects_a_matrix_without_eigenbasis():
    with pytest.raises(ValueError, match="diagonalisable"):
        linear_solution(sympy.Matrix([[0, 1], [0, 0]]), [real("a"), real("b")], real("t"))


@pytest.mark.parametrize("name", sorted(FORMS))
def test_closed_form_arguments_cover_its_symbols_and_it_compiles(name):
    form = FORMS[name]
    assert form.expression.free_symbols <= set(form.arguments)
    values = {"s": 1, "c0": 0.25, "p0": 0.75, "v0": -0.5, "z": 2.0, "S0": 0.125, "lam": 1.0}
    arguments = [values.get(argument.name, 0.375) for argument in form.arguments]
    value = sympy.lambdify(form.arguments, form.expression, "numpy")(*arguments)
    precise = compiled(name)(*(mpf(argument) for argument in arguments))
    assert abs(float(value) - precise) < 1e-12
