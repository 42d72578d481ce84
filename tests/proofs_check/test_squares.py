"""The search for sums of squares: what it must find, what it must not, and its exact parts."""

import random
from fractions import Fraction
from itertools import product

import pytest
from flint import Ordering, fmpq, fmpq_mpoly_ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.checker import replay
from proofs_check.evidence.exact import prove
from proofs_check.language.elaborate import Elaboration, elaborate
from proofs_check.language.errors import ClaimError
from proofs_check.language.statement import Statement
from proofs_check.squares import Limits, prove_by_squares
from proofs_check.squares import prove as prove_module
from proofs_check.squares.program import Block, build, monomials
from proofs_check.squares.rounding import ldl
from proofs_check.squares.write import term_text
from proofs_check.verify import decide

REALS = dict.fromkeys("xyz", "real")
POSITIVE = dict.fromkeys("xyz", "positive")
NONNEGATIVE = dict.fromkeys("xyz", "nonnegative")
BOX = {"x": {"real": "0 <= x and x <= 1"}, "y": {"real": "0 <= y and y <= 1"}}
VECTORS = {"u": {"vector": 3}, "v": {"vector": 3}}
TRUE = {
    "cauchy-schwarz in R^3": ("dot(u, v)**2 <= dot(u, u)*dot(v, v)", VECTORS, ()),
    "cauchy-schwarz with norms": ("dot(u, v) <= norm(u)*norm(v)", {"u": {"vector": 2}, "v": {"vector": 2}}, ()),
    "arithmetic and geometric mean of two": ("(x + y)/2 >= sqrt(x*y)", NONNEGATIVE, ()),
    "arithmetic and geometric mean of three": ("(x + y + z)**3 >= 27*x*y*z", POSITIVE, ()),
    "determinant": ("a*e - b*c <= (a**2 + b**2 + c**2 + e**2)/2", dict.fromkeys("abce", "real"), ()),
    "hadamard": ("(a*e - b*c)**2 <= (a**2 + c**2)*(b**2 + e**2)", dict.fromkeys("abce", "real"), ()),
    "on a box": ("x*y*(2 - x - y) <= 8/27", BOX, ()),
    "on a box, strict": ("x**2*y + x*y**2 < 3*x*y + 1/10", BOX, ()),
    "on a simplex": ("x*y + y*z + z*x <= 1/3", NONNEGATIVE, ("x + y + z == 1",)),
    "on a simplex, of degree three": ("x*y*z <= 1/27", NONNEGATIVE, ("x + y + z == 1",)),
    "touching zeros": ("x**3 + y**3 >= x**2*y + x*y**2", NONNEGATIVE, ()),
    "two touching zeros": ("x**4 + y**2 + 1 >= 2*x*y + x**2 - y*x + x*y - (x**2 - 1)*x**2 - 1 - x**2", REALS, ()),
    "irrational zeros": ("x**4 - 4*x**2 + x**2*y**2 - 4*x*y + 8 >= 0", REALS, ()),
    "motzkin": ("x**4*y**2 + x**2*y**4 - 3*x**2*y**2 + 1 >= 0", REALS, ()),
    "quotients": ("x/(y + z) + y/(z + x) + z/(x + y) >= 3/2", POSITIVE, ()),
    "denominator by squares": ("(x + y + 1)/(x**2 - x*y + y**2 + 1) <= 3", REALS, ()),
    "equality from inequalities": ("x == y", REALS, ("x**2 + y**2 + z**2 <= 2*x*y",)),
    "inequation": ("x**2 + x*y + y**2 != 0", REALS, ("x != 0",)),
    "implication": ("implies(x > y and y > z, 3*(x - y)*(y - z) < (x - z)**2)", REALS, ()),
    "conjunction": ("x**2 + 1 > x and x**2 + x + 1 > 0", REALS, ()),
    "finitely many values": ("x**2 + s*x + 1/2 > 0", {"x": "real", "s": {"values": [-1, 1]}}, ()),
    "triangle inequality": ("abs(x + y) <= abs(x) + abs(y)", REALS, ()),
    "relu": ("relu(x + y) <= relu(x) + relu(y)", REALS, ()),
    "max": ("max(x, y)**2 <= x**2 + y**2", REALS, ()),
    "tanh": ("tanh(x)**2 - tanh(x) + 1/3 > 0", REALS, ()),
}


@pytest.fixture(autouse=True)
def solver():
    pytest.importorskip("cvxpy")
    pytest.importorskip("clarabel")


def squares(text, variables, hypotheses=(), seconds=30.0):
    statement = Statement(text, variables, tuple(hypotheses))
    return prove_by_squares(statement, elaborate(statement), Limits(seconds=seconds))


@pytest.mark.parametrize("name", TRUE)
def test_squares_prove_true_claim(name):
    found = squares(*TRUE[name])
    assert isinstance(found, dict), found
    result = replay(found)
    assert result.accepted, result.reason


def test_squares_prove_what_rung_three_leaves_open():
    helped = 0
    for text, variables, hypotheses in TRUE.values():
        problem = elaborate(Statement(text, variables, hypotheses))
        helped += not problem.values and not prove(problem.claim, problem.domain).proved
    assert helped >= 14


@pytest.mark.parametrize(
    ("text", "variables", "hypotheses", "reason"),
    [
        ("x**2 > 0", REALS, (), "none found"),
        ("x**2 + y**2 > 2*x*y", REALS, (), "none found"),
        ("x*y <= 1/5", BOX, (), "none found"),
        ("x*y + y*z + z*x < 1/3", NONNEGATIVE, ("x + y + z == 1",), "none found"),
        ("x**3 >= 0", REALS, (), "none found"),
        ("sqrt(x) <= x", NONNEGATIVE, (), "none found"),
        ("x/y >= 0", REALS, ("x*y >= 0",), "none found"),
        ("abs(x - y) <= abs(x) - abs(y)", REALS, (), "sums of squares: "),
        ("x**2 + s*x + 1/5 > 0", {"x": "real", "s": {"values": [-1, 0]}}, (), "none found"),
        ("s >= 0", {"s": {"values": list(range(100))}}, (), "more than 64 cases"),
        ("exp(x) <= 1 + x", REALS, (), "none found"),
    ],
)
def test_squares_do_not_prove(text, variables, hypotheses, reason):
    found = squares(text, variables, hypotheses, 10.0)
    assert isinstance(found, str) and reason in found


def test_squares_stop_at_the_time_limit():
    found = squares("(x + y + z)**3 >= 27*x*y*z", POSITIVE, (), 0.0)
    assert isinstance(found, str) and "the time is over" in found


def test_squares_name_the_extra_that_is_missing(monkeypatch):
    monkeypatch.setattr(prove_module, "find_spec", lambda name: None)
    found = squares("x**2 + 1 > x", REALS)
    assert found == "sums of squares: cvxpy and clarabel not installed: pip install 'raceproof[sos]'"


def test_motzkin_polynomial_is_no_sum_of_squares():
    solve = pytest.importorskip("proofs_check.squares.solve")
    ctx = fmpq_mpoly_ctx.get(["x", "y"], Ordering.degrevlex)
    x, y = ctx.gens()
    motzkin = x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 1

    def margin(poly):
        basis = monomials([x, y], [4, 4], (int(poly.total_degree()) + 1) // 2, ctx.constant(1))
        near = solve.approximate(build(poly, [Block((), basis)], [], lambda p: p), 30.0)
        assert near is not None
        return near.margin

    assert margin(motzkin) < -1e-2
    assert margin(motzkin + 5) < -1e-3  # no constant helps
    assert margin(motzkin * (x**2 + y**2 + 1)) > -1e-6
    assert margin((x - y) ** 2 + x**2 + 1) > 1e-2


# -- false twins -----------------------------------------------------------------------------------------------------


def value(poly, point):
    """Exact value of {exponents: coefficient}, independent of everything tested here."""
    total = Fraction(0)
    for exponents, c in poly.items():
        part = Fraction(c)
        for e, p in zip(exponents, point, strict=True):
            part *= p**e
        total += part
    return total


def times(p, q):
    out = {}
    for (a, c), (b, e) in product(p.items(), q.items()):
        m = tuple(i + j for i, j in zip(a, b, strict=True))
        out[m] = out.get(m, Fraction(0)) + c * e
    return out


def plus(p, q, scale=Fraction(1)):
    return {m: p.get(m, Fraction(0)) + scale * q.get(m, Fraction(0)) for m in p.keys() | q.keys()}


def written(poly):
    parts = [f"({c})*x**{a}*y**{b}" for (a, b), c in sorted(poly.items()) if c]
    return " + ".join(parts) or "0"


def twin(rng):
    """A claim about x and y in [-2, 2] that is false at a point by a little, and true but for one change."""
    point = tuple(Fraction(rng.randrange(-8, 9), 4) for _ in range(2))
    target = {(0, 0): Fraction(0)}
    degrees = [(1, 0), (0, 1)] + ([(2, 0), (1, 1), (0, 2)] if rng.random() < 0.4 else [])
    for _ in range(rng.randrange(1, 4)):
        line = {m: Fraction(rng.randrange(-3, 4)) for m in degrees}
        line[0, 0] = -value(line, point)  # vanishes at the point
        target = plus(target, times(line, line), rng.randrange(1, 4))
    kind = rng.choice(["lowered", "strict", "tilted", "unequal"])
    if kind == "lowered":
        lowered = plus(target, {(0, 0): Fraction(1)}, -Fraction(1, 10 ** rng.randrange(1, 7)))
        return lowered, rng.choice([">=", ">"]), point
    if kind == "tilted":  # a product with a factor that is negative at the point
        shift = {(1, 0): Fraction(1), (0, 0): -point[0] - Fraction(1, 10)}
        return plus(times(shift, {(0, 0): Fraction(1)}), target), ">=", point
    return target, ">" if kind == "strict" else "!=", point


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 25))])
def test_squares_never_prove_ten_false_twins(seed):
    rng = random.Random(seed)
    for _ in range(10):
        poly, relation, point = twin(rng)
        at = value(poly, point)
        assert not {">=": at >= 0, ">": at > 0, "!=": at != 0}[relation], "the twin must be false"
        box = rng.random() < 0.5
        hypotheses = ("-2 <= x", "x <= 2", "-2 <= y", "y <= 2") if box else ()
        found = squares(f"{written(poly)} {relation} 0", {"x": "real", "y": "real"}, hypotheses, 2.0)
        assert isinstance(found, str), (written(poly), relation, point, found)


# -- exact parts -----------------------------------------------------------------------------------------------------

entries = st.integers(-4, 4).map(lambda n: fmpq(n, 2))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(entries, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_ldl_gives_back_a_sum_of_squares(rows):
    n = len(rows[0])
    matrix = [[sum((r[i] * r[j] for r in rows), fmpq(0)) for j in range(n)] for i in range(n)]
    squares_of = ldl(matrix)
    assert squares_of is not None and all(d > 0 for d, _ in squares_of)
    for i, j in product(range(n), repeat=2):
        assert sum((d * row[i] * row[j] for d, row in squares_of), fmpq(0)) == matrix[i][j]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(entries, min_size=n, max_size=n), min_size=n, max_size=n)))
def test_ldl_refuses_a_matrix_with_a_negative_value(rows):
    n = len(rows)
    matrix = [[(rows[i][j] + rows[j][i]) / 2 for j in range(n)] for i in range(n)]
    trials = product(range(-2, 3), repeat=n)
    negative = any(sum((matrix[i][j] * v[i] * v[j] for i in range(n) for j in range(n)), fmpq(0)) < 0 for v in trials)
    if negative:
        assert ldl(matrix) is None


@pytest.mark.parametrize(
    "text",
    ["x - (y - z)", "x/(y/z)", "-x**2", "(-x)**2", "2**3*x", "-(x + y)*z", "x**(-2) - 1/3", "(x + y)**2/(x - y)",
     "relu(-x) + max(x, y)", "(1/2)**2 - x", "-(-x)", "(x*y)**3", "x - -y", "exp(x - y)/-2"],
)  # fmt: skip
def test_term_text_reads_back_as_the_same_value(text):
    reader = Elaboration(Statement("x == x", REALS))
    term = reader.term(text)
    again = reader.term(term_text(term))
    equal = Statement(f"{text} == {term_text(term)}", REALS, ("x*y*z*(x - y) != 0",))
    certificate = {"format": "raceproof-certificate/1", "kind": "proof", "hints": [], "statement": equal.to_json()}
    assert replay(certificate).accepted, again


def test_term_text_writes_network_weights_so_that_they_can_be_read():
    network = {"width": 2, "dimension": 2, "samples": 1, "loss": "any"}
    reader = Elaboration(Statement("w[0][1]**2 >= 0", {}, network=network))
    assert term_text(reader.term("w[0][1] - v[1]")) == "w[0][1] - v[1]"
    with pytest.raises(ClaimError):
        reader.term("w[0,1]")


def test_claim_that_leaves_no_equations_is_decided() -> None:
    assert decide("implies(x**2 == 0, x == 0)", []).verdict == "PROVED"
