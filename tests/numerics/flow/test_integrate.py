"""The one door: three methods beside each other, and every bad input ends with a value or one line."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import flint
import mpmath
import pytest

import numerics
from numerics.flow.from_sympy import program_from_sympy
from numerics.flow.integrate import integrate
from numerics.flow.limits import Limits
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Linear, Product, Program, ProgramBuilder
from tests.numerics.flow.problems import random_labels

ONE = exact_rows([[1]])
SMALL = Network(ONE, ONE, ONE, exact_rows([[0]]))
SQUARE = Program(("u",), (Product(0, 0),), (1,))


@pytest.mark.parametrize("seed", [2, 3])
def test_methods_agree_within_their_errors(seed: int) -> None:
    found = {method: integrate(random_labels(seed), [1, "7/3", 12], method=method)
             for method in ("double", "taylor", "rigorous")}
    stories = {tuple((e.neuron, e.sample, e.kind) for e in result.events) for result in found.values()}
    assert len(stories) == 1 and len(found["rigorous"].events) > 2
    assert [result.guarantee for result in found.values()] == ["ESTIMATED", "ESTIMATED", "RIGOROUS"]
    for result in found.values():
        assert not result.reason and len(result.states) == 3
        assert all(e.earliest is not None for e in result.events) == (result.method == "rigorous")
        for state, error, truth, bound in zip(
            result.states, result.errors, found["rigorous"].states, found["rigorous"].errors, strict=True
        ):
            gap = sum((a - b) ** 2 for a, b in zip(state, truth, strict=True))
            assert gap <= (error + bound) ** 2
    norms = [sum(value**2 for value in state) for state in found["rigorous"].states]
    assert all(b**2 <= norm / 10**56 for b, norm in zip(found["rigorous"].errors, norms, strict=True))


def test_what_is_not_unique_is_not_proved() -> None:
    result = integrate(random_labels(25), [5, 10], 20, "rigorous")
    assert result.times == (5,) and result.reason and "t = 6.99" in result.reason


def test_a_box_of_starts_is_enclosed() -> None:
    network = random_labels(87)
    width = Fraction(1, 10**6)
    box = integrate(network, [Fraction(1, 4)], 20, "rigorous", half_widths=[width] * 16)
    assert not box.reason and box.errors[0] > width
    corner = Network(network.x, network.y, tuple(tuple(value + width for value in row) for row in network.w), network.v)
    moved = integrate(corner, [Fraction(1, 4)], 20).states[0]
    assert sum((a - b) ** 2 for a, b in zip(moved, box.states[0], strict=True)) <= box.errors[0] ** 2


def test_exports_of_the_package() -> None:
    assert numerics.integrate is integrate and numerics.Network is Network and numerics.Limits is Limits


@pytest.mark.parametrize("method", ["double", "taylor", "rigorous"])
@pytest.mark.parametrize(
    ("times", "text"),
    [
        ([], "0 times"),
        ([-1], "negative"),
        ([1, 2, Fraction(1, 2)], "sort the times"),
        (["a"], "not a finite number"),
        ([float("nan")], "not a finite number"),
        ([float("inf")], "not a finite number"),
        ([10**30], "beyond 10\\*\\*12"),
        ("12", "must be a list"),
        (5, "must be a list"),
    ],
)
def test_times_that_cannot_be_are_refused(method: str, times: list, text: str) -> None:
    with pytest.raises(ValueError, match=text) as caught:
        integrate(SMALL, times, method=method)
    assert len(str(caught.value).splitlines()) == 1 and len(str(caught.value)) < 200


@pytest.mark.parametrize("method", ["double", "taylor", "rigorous"])
@pytest.mark.parametrize("digits", [0, -3, 10**6, True, 2.5])
@pytest.mark.parametrize("flow", [SMALL, SQUARE])
def test_digits_that_cannot_be_are_refused(method: str, digits: int, flow: Network | Program) -> None:
    start = None if flow is SMALL else [1]
    with pytest.raises(ValueError, match="digits"):
        integrate(flow, ["1/2"], digits, method, start=start)


def test_other_arguments_that_cannot_be_are_refused() -> None:
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        ({"method": "euler"}, "unknown method"),
        ({"half_widths": [0, 0]}, "rigorous"),
        ({"method": "rigorous", "half_widths": [1]}, "2 numbers"),
        ({"method": "rigorous", "half_widths": [1, -1]}, "at least 0"),
        ({"start": [3, 4]}, "differs"),
    )
    for change, text in changes:
        with pytest.raises(ValueError, match=text):
            integrate(SMALL, [1], **change)
    with pytest.raises(ValueError, match="start has none"):
        integrate(SQUARE, [1])
    with pytest.raises(ValueError, match="must be a Network or a Program"):
        integrate("p' = v", [1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="w is empty"):
        Network(ONE, ONE, (), ())


@pytest.mark.parametrize("method", ["double", "taylor", "rigorous"])
def test_blow_up_ends_with_the_time(method: str) -> None:
    began = time.perf_counter()
    result = integrate(SQUARE, ["1/2", 2], method=method, start=[1])
    assert result.times == (Fraction(1, 2),) and abs(result.states[0][0] - 2) < Fraction(1, 10**9)
    assert "t = " in result.reason and 0.9 < float(result.ended) <= 1.01, result.reason
    assert len(result.reason.splitlines()) == 1 and time.perf_counter() - began < 30


@pytest.mark.parametrize("method", ["double", "taylor", "rigorous"])
def test_a_pole_on_the_path_ends_with_the_time(method: str) -> None:
    import sympy

    x, t = sympy.symbols("x t")
    program = program_from_sympy({x: 1 / (t - 1), t: sympy.Integer(1)})
    result = integrate(program, ["1/2", 2], method=method, start=[0, 0])
    assert result.times == (Fraction(1, 2),) and "t = " in result.reason and 0.9 < float(result.ended) <= 1.01


@pytest.mark.parametrize("method", ["double", "taylor"])
def test_a_stiff_field_ends_within_its_limits(method: str) -> None:
    builder = ProgramBuilder(["u"])
    stiff = builder.program([builder.linear([(0, Fraction(-(10**7)))])])
    began = time.perf_counter()
    result = integrate(stiff, [1000], method=method, start=[1], limits=Limits(steps=2000))
    assert result.times == () and result.reason
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize(("limits", "text"), [(Limits(seconds=1), "no time left"), (Limits(steps=50), "after 50 steps"),
                                              (Limits(bytes=10**5), "100000 bytes")])
def test_a_stiff_program_that_runs_out_names_the_time(limits: Limits, text: str) -> None:
    builder = ProgramBuilder(["u", "a", "b"])
    pull = builder.linear([(0, Fraction(-(10**7))), (1, Fraction(10**7))])
    stiff = builder.program([pull, 2, builder.linear([(1, Fraction(-1))])])  # u follows a, which oscillates
    told: list[float] = []
    began = time.perf_counter()
    result = integrate(stiff, [0, 1000], start=[1, 1, 0], limits=limits, progress=told.append)
    assert time.perf_counter() - began < 10 and result.times == (0,)
    assert text in result.reason and f"t = {float(result.ended):.10g}" in result.reason and 0 < result.ended < 1000
    assert told == sorted(told) and told[-1] == float(result.ended)


@pytest.mark.parametrize("method", ["double", "taylor", "rigorous"])
def test_time_zero_is_the_start(method: str) -> None:
    result = integrate(SMALL, [0, 0], method=method)
    assert result.times == (0, 0) and result.states == ((1, 0), (1, 0)) and not result.reason


def test_explosive_losses_go_on_or_say_why() -> None:
    """The exponential loss with a large residual at the start."""
    network = Network(ONE, exact_rows([[-1]]), exact_rows([[6]]), exact_rows([[6]]), "exponential")
    for method in ("double", "taylor"):
        result = integrate(network, ["1/100", 1], method=method)
        assert result.reason or len(result.states) == 2


def test_precision_of_other_libraries_is_left_alone() -> None:
    before = mpmath.mp.prec, flint.ctx.prec
    integrate(random_labels(87), [3], 40)
    integrate(random_labels(87), [1], 20, "rigorous")
    with pytest.raises(ValueError, match="digits"):
        integrate(SMALL, [1], 10**6)
    assert (mpmath.mp.prec, flint.ctx.prec) == before


def test_a_constant_program_stays() -> None:
    still = Program(("u",), (Linear((), Fraction(0)),), (1,))
    for method in ("double", "taylor", "rigorous"):
        assert integrate(still, [5], method=method, start=["1/3"]).errors[0] < Fraction(1, 10**10)
