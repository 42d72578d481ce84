"""The Hypothesis strategies: shapes, exactness, degenerate cases that do come, and the documented example."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from numerics.flow.integrate import integrate
from numerics.flow.network import LOSSES, Network
from proofs_check.strategies import data, gates, networks, numbers, weights

ROOT = Path(__file__).resolve().parents[2]
QUIETLY = settings(database=None, derandomize=True, deadline=None, max_examples=200)
SMALL = st.integers(1, 3)
SEEDED = settings(derandomize=True, max_examples=2_000, database=None)


def dot(a: tuple[Fraction, ...], b: tuple[Fraction, ...]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def parallel(network: Network) -> bool:
    return any(
        any(a) and any(b) and all(a[i] * b[j] == a[j] * b[i] for i in range(len(a)) for j in range(len(a)))
        for a, b in combinations(network.x, 2)
    )


DEGENERATE = {
    "parallel inputs": parallel,
    "opposite inputs": lambda net: any(any(a) and a == tuple(-q for q in b) for a, b in combinations(net.x, 2)),
    "equal inputs": lambda net: any(any(a) and a == b for a, b in combinations(net.x, 2)),
    "a zero input": lambda net: any(not any(row) for row in net.x),
    "a zero neuron": lambda net: any(not any(w) for w in net.w),
    "a zero read-out": lambda net: any(not any(v) for v in net.v),
    "equal neurons": lambda net: net.w[0] == net.w[1] and any(net.w[0]),
    "a neuron on a kink": lambda net: any(any(w) and any(x) and dot(w, x) == 0 for w in net.w for x in net.x),
    "nothing degenerate": lambda net: all(dot(w, x) for w in net.w for x in net.x) and not parallel(net),
}


def drawn_networks(dimension: int, exact: bool, degenerate: bool) -> list[Network]:
    """Return what 300 draws give, without shrinking."""
    drawn: list[Network] = []

    @settings(QUIETLY, max_examples=300, phases=[Phase.generate])
    @given(networks(dimension=dimension, exact=exact, degenerate=degenerate))
    def keep(network: Network) -> None:
        drawn.append(network)

    keep()
    assert len(drawn) >= 250
    return drawn


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("dimension", [2, 3])
def test_every_case_is_drawn(exact: bool, dimension: int) -> None:
    drawn = drawn_networks(dimension, exact, degenerate=True)
    often = {case: sum(map(holds, drawn)) for case, holds in DEGENERATE.items()}
    assert min(often.values()) >= 3, often


def test_degenerate_cases_can_be_left_out() -> None:
    seldom, often = drawn_networks(2, False, degenerate=False), drawn_networks(2, False, degenerate=True)
    for case in ("parallel inputs", "a zero neuron", "a zero read-out", "equal neurons", "a neuron on a kink"):
        assert sum(map(DEGENERATE[case], seldom)) < sum(map(DEGENERATE[case], often)), case


@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(SMALL, SMALL, SMALL, scale=0.5, exact=False))
def test_numbers_are_doubles_where_asked_for(network: Network) -> None:
    for rows in (network.x, network.y, network.w, network.v):
        assert all(Fraction(float(q)) == q for row in rows for q in row)
    assert all(abs(q) <= Fraction(1, 2) for row in (*network.w, *network.v) for q in row)


@settings(derandomize=True, deadline=None)
@given(networks(SMALL, SMALL, SMALL, scale=3, loss=st.sampled_from(["squared", "logistic", "exponential"])))
def test_networks_have_small_exact_numbers_and_fitting_labels(network: Network) -> None:
    numbers_of = [q for rows in (network.x, network.y) for row in rows for q in row]
    assert all(isinstance(q, Fraction) and q.denominator <= 8 for q in numbers_of)
    assert all(abs(q) <= 3 for row in (*network.w, *network.v) for q in row)
    if network.loss != "squared":
        assert all(abs(row[0]) == 1 for row in network.y)


@settings(derandomize=True, deadline=None)
@given(data(samples=SMALL, dimension=3, outputs=3, loss="softmax"))
def test_softmax_labels_are_probabilities(drawn) -> None:
    x, y = drawn
    assert all(len(row) == 3 for row in x)
    assert all(sum(row) == 1 and min(row) >= 0 for row in y)


@settings(derandomize=True, deadline=None)
@given(st.data(), SMALL, SMALL)
def test_sizes_are_those_asked_for(drawn, m: int, n: int) -> None:
    pattern = drawn.draw(gates(m, n))
    assert len(pattern) == m and all(len(row) == n and set(row) <= {0, 1} for row in pattern)
    w, v = drawn.draw(weights(m, n, outputs=2))
    assert len(w) == len(v) == m and all(len(row) == n for row in w) and all(len(row) == 2 for row in v)
    assert 0 <= drawn.draw(numbers(0, 1, exact=drawn.draw(st.booleans()))) <= 1


@pytest.mark.parametrize(("low", "high"), [(-2, 2), (0.3, 1), (-1000, 1000)])
def test_exact_numbers_have_every_small_denominator(low: float, high: float) -> None:
    for q in range(1, 9):
        found = find(numbers(low, high), lambda drawn, q=q: drawn.denominator == q, settings=SEEDED)
        assert low <= found <= high


def test_exact_numbers_shrink_to_the_simplest() -> None:
    assert find(numbers(0.3, 1), lambda q: q < 1, settings=SEEDED) == Fraction(1, 2)
    assert find(numbers(), lambda q: q < 0, settings=SEEDED) == -1
    with pytest.raises(ValueError, match="no fraction of denominator at most 8 lies in"):
        numbers(0.01, 0.02)


def test_wrong_arguments_are_one_line() -> None:
    for call in (lambda: networks(width=0), lambda: networks(loss="logistc"), lambda: numbers(1, 0), lambda: data(-1)):
        with pytest.raises(ValueError, match="=") as error:
            call()
        assert "\n" not in str(error.value)
    assert "softmax" in LOSSES


@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(networks(width=2, dimension=2, samples=2))
def test_flow_of_a_drawn_network_keeps_its_balance(network: Network) -> None:
    flow = integrate(network, [1], method="double")
    assert flow.states or flow.reason
    for state in flow.states:
        for j in range(2):
            before = dot(network.w[j], network.w[j]) - network.v[j][0] ** 2
            after = state[2 * j] ** 2 + state[2 * j + 1] ** 2 - state[4 + j] ** 2
            assert abs(after - before) < 1e-6


def test_false_law_falls_to_a_small_network() -> None:
    """A law that forgets the kinks: every neuron has a gate that is on or off."""
    found = find(networks(width=1, samples=1), DEGENERATE["a neuron on a kink"], settings=QUIETLY)
    assert all(abs(q) <= 1 for rows in (found.x, found.w, found.y, found.v) for row in rows for q in row)


def documented_example() -> str:
    page = (ROOT / "docs" / "authors.md").read_text(encoding="utf-8")
    return next(block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "@given" in block)


def test_documented_example_runs_and_can_fail(tmp_path: Path) -> None:
    example = documented_example()
    assert len(example[example.index("@settings") :].strip().splitlines()) <= 5
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    path = tmp_path / "test_example.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name]
    outcomes = []
    for text in (example, example.replace("- c**2", "+ c**2")):
        path.write_text(text)
        environment = {"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200)
        outcomes.append(done.returncode)
    assert outcomes == [0, 1]


def test_entry_point_registers_networks_and_loads_little() -> None:
    code = (
        "import sys, hypothesis; before = set(sys.modules); import proofs_check.hypothesis_entry;"
        "print(*set(sys.modules) - before);"
        "from hypothesis import find, strategies as st; from numerics import Network;"
        "assert isinstance(find(st.from_type(Network), lambda net: True), Network)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not {"sympy", "numba", "flint"} & set(done.stdout.split())
