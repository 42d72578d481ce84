"""One network in doubles by heyoka: against SciPy and Taylor's method, event by event; compiled once; missing."""

from __future__ import annotations

import subprocess
import sys
import threading
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from numerics.flow.double import taylor_steps
from numerics.flow.double.field import double_data, double_field
from numerics.flow.integrate import integrate
from numerics.flow.limits import Limits
from numerics.flow.mode import Mode
from numerics.flow.network import Network, exact_rows
from numerics.flow.program import Product, Program
from numerics.flow.solution import FlowResult
from tests.numerics.flow.problems import random_labels
from tests.numerics.flow.test_fast import draw, network_of
from tests.numerics.flow.test_rest import CASES

TIMES = [Fraction(2), Fraction(9), Fraction(20)]


@pytest.fixture(autouse=True)
def _heyoka() -> None:
    pytest.importorskip("heyoka")


def story(result: FlowResult) -> list[tuple]:
    return [(e.neuron, e.sample, e.kind, e.choices) for e in result.events]


def distances(one: FlowResult, other: FlowResult) -> list[float]:
    pairs = zip(one.states, other.states, strict=True)
    return [float(np.linalg.norm([float(p - q) for p, q in zip(a, b, strict=True)])) for a, b in pairs]


def agree(network: Network, times: list[Fraction], **options: Any) -> tuple[FlowResult, FlowResult]:
    """Compare heyoka with SciPy and with 18 digits; return the flow of heyoka and the last."""
    scipy = integrate(network, times, method="double", **options)
    fast = integrate(network, times, method="double", engine="heyoka", **options)
    truth = integrate(network, times, 18, **options)
    assert fast.reason == scipy.reason == truth.reason == ""
    assert story(fast) == story(scipy) == story(truth)
    assert [mode for _, mode in fast.extra["modes"]] == [mode for _, mode in scipy.extra["modes"]]
    assert (fast.method, fast.guarantee, fast.names, fast.times) == ("double", "ESTIMATED", truth.names, truth.times)
    assert (fast.extra["engine"], scipy.extra["engine"]) == ("heyoka", "scipy")
    for a, b in zip(fast.events, truth.events, strict=True):
        assert abs(a.time - b.time) < Fraction(1, 10**11)
    for away, error in zip(distances(fast, truth), fast.errors, strict=True):
        assert away <= error < Fraction(1, 10**5) and away < 1e-12
    between = zip(distances(fast, scipy), fast.errors, scipy.errors, strict=True)
    assert all(away <= one + other for away, one, other in between)
    return fast, truth


@pytest.mark.parametrize("seed", [*range(20, 28), 302, 303, 304, 305])
def test_heyoka_finds_the_events_and_states_of_the_other_methods(seed: int) -> None:
    fast, _ = agree(random_labels(seed), TIMES)
    assert len(fast.events) >= 1


def test_the_networks_of_these_tests_slide() -> None:
    flows = [integrate(random_labels(seed), TIMES, method="double", engine="heyoka") for seed in range(20, 28)]
    kinds = [event.kind for flow in flows for event in flow.events]
    assert kinds.count("slide") >= 10 and sum(kind.startswith("release") for kind in kinds) >= 3
    assert kinds.count("on") >= 3 and kinds.count("off") >= 3


@pytest.mark.parametrize(("loss", "c"), [("logistic", 1), ("exponential", 1), ("softmax", 2), ("softmax", 3)])
def test_heyoka_takes_every_loss(loss: str, c: int) -> None:
    x, y, w, v = draw(range(3), c=c, loss=loss)
    events = 0
    for i in range(3):
        fast, _ = agree(network_of(x, y, w, v, i, loss), [Fraction(1), Fraction(6)])
        events += len(fast.events)
    assert events > 3


def test_heyoka_takes_several_outputs_with_the_squared_loss() -> None:
    x, y, w, v = draw(range(2), c=2)
    assert sum(len(agree(network_of(x, y, w, v, i), [Fraction(8)])[0].events) for i in range(2)) > 2


@pytest.mark.parametrize(("seed", "time", "neuron", "sample"), CASES)
def test_heyoka_names_the_end_of_a_rest_and_follows_either_choice(
    seed: int, time: float, neuron: int, sample: int
) -> None:
    for choice in (0, 1):
        fast, _ = agree(random_labels(seed), [Fraction(20)], follow=lambda _, choice=choice: choice)
        (event,) = (e for e in fast.events if e.kind == "not unique")
        assert abs(float(event.time) - time) < 1e-9 and (event.neuron, event.sample) == (neuron, sample)


def test_heyoka_takes_linear_gates_and_starts_on_kinks_and_repeated_and_zero_inputs() -> None:
    base = random_labels(5)
    fast, _ = agree(Network(base.x, base.y, base.w, base.v, gates="on"), TIMES)
    assert not fast.events
    x = (*base.x, base.x[0], tuple(-2 * value for value in base.x[1]), (Fraction(0),) * 3)
    fast, _ = agree(Network(x, (*base.y, *base.y[:3]), base.w, base.v), TIMES)
    assert fast.events
    # neuron 0 starts on the kink of sample 0
    start = Network(exact_rows([[1, 0], [1, 2]]), exact_rows([[1], ["1/2"]]), exact_rows([[0, 1], [1, "1/3"]]),
                    exact_rows([[1], ["-1/2"]]))  # fmt: skip
    agree(start, [Fraction(0), Fraction(1), Fraction(5)])


def test_heyoka_is_as_exact_for_small_weights() -> None:
    base = random_labels(22)
    w, v = (tuple(tuple(value / 10**9 for value in row) for row in part) for part in (base.w, base.v))
    network = Network(base.x, base.y, w, v)
    fast = integrate(network, [Fraction(3)], method="double", engine="heyoka")
    truth = integrate(network, [Fraction(3)], 18)
    assert story(fast) == story(truth)
    (away,), size = distances(fast, truth), float(np.linalg.norm([float(value) for value in truth.states[0]]))
    assert size < 1e-6 and away < 1e-13 * size and away <= fast.errors[0] < Fraction(size) / 10**8


def test_a_network_that_does_not_move_stays() -> None:
    dead = Network(exact_rows([[1]]), exact_rows([[1]]), exact_rows([[-1]]), exact_rows([[3]]))
    fast = integrate(dead, [1, 1000], method="double", engine="heyoka")
    assert fast.states == ((-1, 3), (-1, 3)) and not fast.reason and len(fast.extra["steps"]) == 1


def test_a_step_is_its_dense_output_and_solves_the_equation() -> None:
    network = random_labels(13)
    fast = integrate(network, [2], method="double", engine="heyoka")
    assert not fast.events
    field = double_field(double_data(network), fast.extra["modes"][0][1])
    for step, after in zip(fast.extra["steps"], fast.extra["steps"][1:], strict=False):
        assert np.allclose(step(step.t), after.y_old, rtol=0, atol=1e-15)
        for s in (0.0, 0.3, 1.0):
            powers = s ** np.arange(len(step.F))
            slope = ((powers * np.arange(1, len(step.F) + 1)) @ step.F) / step.h
            assert np.allclose(slope, field(0.0, step(step.t_old + s * step.h)), rtol=0, atol=1e-11)
        both = step(np.array([step.t_old, step.t]))
        assert np.array_equal(both[:, 0], step.y_old) and np.array_equal(both[:, 1], step(step.t))


def test_a_planted_error_in_the_mode_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    # without the projection a sliding neuron leaves its kink, and nothing may hide that
    network = random_labels(25)
    truth = integrate(network, TIMES, 18)
    assert any(event.kind == "slide" for event in truth.events)
    begin = taylor_steps.HeyokaTaylor.begin

    def careless(self, field, *rest):
        steps = begin(self, field, *rest)
        gated = field.gates.T[:, :, None] * field.data.x[:, None, :]
        steps.integrator.pars[: gated.size] = gated.reshape(-1)
        return steps

    monkeypatch.setattr(taylor_steps.HeyokaTaylor, "begin", careless)
    wrong = integrate(network, TIMES, method="double", engine="heyoka")
    assert wrong.reason or story(wrong) != story(truth) or distances(wrong, truth)[-1] > 1e-6


def test_the_integrator_is_compiled_once_for_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    import heyoka

    made: list[int] = []
    real = heyoka.taylor_adaptive
    monkeypatch.setattr(heyoka, "taylor_adaptive", lambda *a, **k: made.append(1) or real(*a, **k))
    taylor_steps.compiled_flow.cache_clear()
    flows = [integrate(random_labels(seed), TIMES, method="double", engine="heyoka") for seed in (20, 21, 20)]
    assert len(made) == 1 and len(flows[0].extra["modes"]) > 3  # modes and data are parameters
    assert flows[0].states == flows[2].states != flows[1].states
    integrate(random_labels(20, loss="logistic"), [1], method="double", engine="heyoka")
    integrate(random_labels(20, width=3), [1], method="double", engine="heyoka")
    assert len(made) == 3
    integrate(random_labels(22), [1], method="double")
    assert len(made) == 3


def test_threads_do_not_disturb_each_other() -> None:
    seeds = range(20, 26)
    alone = {seed: integrate(random_labels(seed), TIMES, method="double", engine="heyoka").states for seed in seeds}
    found: dict[int, tuple] = {}

    def run(seed: int) -> None:
        found[seed] = integrate(random_labels(seed), TIMES, method="double", engine="heyoka").states

    threads = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


def test_limits_end_with_a_value() -> None:
    network = random_labels(1)
    for limits, words in ((Limits(steps=5), "more than 5 steps"), (Limits(bytes=20_000), "20000 bytes"),
                          (Limits(events=1), "1 events")):  # fmt: skip
        flow = integrate(network, [1, 20], method="double", engine="heyoka", limits=limits)
        assert words in flow.reason and flow.ended < 20 and len(flow.times) < 2


def test_a_flow_out_of_range_names_the_time() -> None:
    # all happens within 1e-56, and the series is out of range
    wild = Network(exact_rows([[1]]), exact_rows([[-(10**60)]]), exact_rows([[1]]), exact_rows([[10**30]]))
    flow = integrate(wild, [1], limits=Limits(steps=2000), method="double", engine="heyoka")
    assert "near t = 0" in flow.reason and not flow.times


REFUSED = {
    "unknown": ({"engine": "cuda"}, "unknown engine='cuda'"),
    "taylor": ({"engine": "heyoka", "method": "taylor"}, "needs method='double'"),
    "digits": ({"engine": "heyoka", "digits": 30}, "digits=30 is out of range"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_engines_are_refused(name: str) -> None:
    options, words = REFUSED[name]
    with pytest.raises(ValueError, match=words):
        integrate(random_labels(1), [1], **{"method": "double", **options})


def test_programs_and_large_networks_are_refused() -> None:
    square = Program(("u",), (Product(0, 0),), (1,))
    with pytest.raises(ValueError, match="takes a network"):
        integrate(square, [1], method="double", start=[1], engine="heyoka")
    large = random_labels(1, width=20, dimension=30, samples=100)
    with pytest.raises(ValueError, match="at most m\\*d\\*n\\*c = 40000, got 60000"):
        integrate(large, [1], method="double", engine="heyoka")


def test_the_order_of_modes_does_not_matter_to_the_parameters() -> None:
    # a stretch overwrites all parameters of the one before
    network = random_labels(25)
    data = double_data(network)
    method = taylor_steps.heyoka_method(network)
    state = np.array([float(value) for value in network.state()])
    kinks = len(network.kinks)
    sliding = Mode(tuple((0,) + (1,) * (kinks - 1) for _ in range(4)), (1,) * 4)
    off = Mode(tuple((-1,) * kinks for _ in range(4)), (0,) * 4)
    rates = []
    for mode in (sliding, off, sliding):
        field = double_field(data, mode)
        steps = method.begin(field, 0.0, field.project(state), 1e-3, None)
        assert steps.step() == ""
        step = steps.dense()
        rates.append(step.F[0] / step.h)
        assert np.allclose(rates[-1], field(0.0, field.project(state)), rtol=0, atol=1e-13)
    assert np.array_equal(rates[0], rates[2]) and not np.allclose(rates[0], rates[1])


@pytest.fixture(scope="module")
def without_heyoka() -> str:
    return "import sys; sys.modules['heyoka'] = None; "


def test_a_missing_heyoka_is_one_clear_line(without_heyoka: str) -> None:
    code = (
        without_heyoka + "from numerics.flow.integrate import integrate; "
        "from tests.numerics.flow.problems import random_labels; "
        "print(len(integrate(random_labels(1), [1], method='double').states)); "
        "integrate(random_labels(1), [1], method='double', engine='heyoka')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and done.stdout == "1\n"
    last = done.stderr.strip().splitlines()[-1]
    assert last == (
        "ValueError: integrate: engine='heyoka' needs heyoka; install raceproof[fast] or use engine='scipy'"
    )
