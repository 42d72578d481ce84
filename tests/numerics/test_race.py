"""The race as a whole: predicted winners against descent, the report, the stored file."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.data import Problem, load_problem
from numerics.descent import descend
from numerics.early_race.predict import predict
from numerics.groups import find_groups, spearman
from numerics.initial import initial_weights
from numerics.race import run_race
from numerics.save import save_race
from tests.numerics.oracle import textbook_descent

PICTURES = Path(__file__).parents[3] / "shared" / "data"
PAIR = PICTURES / "cifar10_airplane_automobile_200.npz"
TEN = PICTURES / "cifar10_10class_1000.npz"
needs_pictures = pytest.mark.skipif(not PAIR.exists(), reason="the CIFAR-10 files are not there")


def small(problem, count):
    keep = np.sort(np.concatenate([np.flatnonzero(problem.y == s)[:count] for s in (1, -1)]))
    x = problem.x[keep] - problem.x[keep].mean(axis=0)
    return Problem(problem.name, x / np.sqrt((x**2).sum(1).mean()), problem.y[keep], problem.classes)


def large_groups(result, least=20):
    return [group for group in result.groups if len(group.members) >= least]


def assert_predicted(result):
    assert not result.early.status.any()
    for group in large_groups(result):
        assert group.spearman is not None and group.spearman >= 0.98
        if group.predicted_margin is not None and group.predicted_margin > 0.01:
            assert group.predicted_winner == group.descent_winner


@pytest.mark.parametrize("classes", [(0, 1), (3, 8), (4, 9)])
def test_digits_race_is_predicted(classes):
    problem = small(load_problem("digits", classes), 60)
    result = run_race(problem, width=200, scale=1e-4, seed=1)
    assert result.descent.reason == "loss reached" and large_groups(result)
    assert_predicted(result)


@given(seed=st.integers(0, 10**4), eta=st.sampled_from([0.01, 0.1, 1.0]))
@settings(derandomize=True, deadline=None, max_examples=15)
def test_winner_is_predicted_at_every_step_size(seed, eta):
    problem = small(load_problem("digits", (0, 1)), 10)
    result = run_race(problem, width=60, scale=1e-4, eta=eta, seed=seed)
    assert result.descent.reason == "loss reached"
    checked = [g for g in large_groups(result, 10) if g.predicted_margin is not None and g.predicted_margin > 0.05]
    for group in checked:
        assert group.predicted_winner == group.descent_winner


def test_winner_property_would_fail_for_a_worse_prediction():
    problem = small(load_problem("digits", (0, 1)), 10)
    checked, missed = 0, 0
    for seed in range(6):
        result = run_race(problem, width=60, scale=1e-4, eta=0.1, seed=seed)
        for group in large_groups(result, 10):
            if group.predicted_margin is not None and group.predicted_margin > 0.05:
                checked += 1
                start = result.early.norm_product_start[group.members]
                missed += int(group.members[np.argmax(start)] != group.descent_winner)
    assert checked >= 6 and missed >= checked // 2


def test_groups_predicted_at_the_horizon_hold_together_in_descent():
    problem = small(load_problem("digits", (0, 1)), 40)
    result = run_race(problem, width=120, scale=1e-5)
    w = result.early.weights(problem.x, result.w0)
    predicted = find_groups(w, result.early.v)
    assert sum(map(len, predicted)) == 120
    big = [set(g.tolist()) for g in predicted if len(g) >= 20]
    assert big
    for group in big:
        assert max(len(group & set(g.members.tolist())) for g in result.groups) >= 0.9 * len(group)


def test_report_is_plain_json_with_the_documented_keys():
    result = run_race(small(load_problem("digits"), 10), width=15)
    text = json.dumps(result.to_json(), allow_nan=False)
    found = json.loads(text)
    for key in ("schema", "data", "classes", "n", "d", "width", "scale", "loss", "eta", "seed", "horizon",
                "predict_seconds", "descent_seconds", "descent_steps", "events_total", "slides_total",
                "ambiguous_total", "inconsistent_total", "unresolved_total", "failures", "center", "init",
                "level", "final_loss", "drop_step"):  # fmt: skip
        assert key in found
    for key in ("sign", "size", "spearman", "spearman_cos0", "spearman_norm0", "predicted_winner", "predicted_margin",
                "descent_winner", "top10_overlap"):  # fmt: skip
        assert key in found["groups"][0]
    assert sum(group["size"] for group in found["groups"]) == 15


def test_report_of_a_diverged_race_holds_no_nan():
    result = run_race(small(load_problem("digits"), 10), width=15, loss="squared", eta=1e4)
    assert result.descent.diverged and result.groups == ()
    json.dumps(result.to_json(), allow_nan=False)
    broken = replace(result.descent, last_loss=float("nan"))
    assert replace(result, descent=broken).to_json()["final_loss"] is None


def test_saved_race_can_be_checked_by_a_stranger(tmp_path):
    result = run_race(small(load_problem("digits"), 15), width=20, scale=1e-2)
    save_race(tmp_path / "race.npz", result)
    assert [file.name for file in tmp_path.iterdir()] == ["race.npz"]
    with np.load(tmp_path / "race.npz", allow_pickle=False) as stored:
        assert set(stored.files) == {"x", "y", "w0", "v0", "predicted_norm_product", "final_norm_product"}
        w, v = textbook_descent(
            stored["x"], stored["y"], stored["w0"], stored["v0"], "logistic", result.eta, result.descent.steps
        )
        final = stored["final_norm_product"]
    assert np.abs(np.linalg.norm(w, axis=1) * np.abs(v) - final).max() <= 1e-8 * final.max()


def test_saving_fails_cleanly(tmp_path, monkeypatch):
    result = run_race(small(load_problem("digits"), 5), width=3, max_steps=1)
    with pytest.raises(ValueError, match="no folder"):
        save_race(tmp_path / "absent" / "race.npz", result)
    monkeypatch.setattr(np, "savez", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save_race(tmp_path / "race.npz", result)
    assert list(tmp_path.iterdir()) == []


def test_every_option_changes_the_race():
    problem = small(load_problem("digits"), 10)
    base = {"width": 12, "scale": 1e-2, "max_steps": 400}
    first = run_race(problem, **base)
    for option in ({"scale": 1e-3}, {"loss": "squared"}, {"eta": 0.2}, {"seed": 1}, {"init": "balanced"},
                   {"stop": 0.9}, {"max_steps": 50}, {"width": 13}):  # fmt: skip
        other = run_race(problem, **{**base, **option})
        assert other.final_norm_product.shape != first.final_norm_product.shape or not np.allclose(
            other.final_norm_product, first.final_norm_product, rtol=1e-6
        ), option
    assert run_race(problem, **base, level=0.2).early.horizon != first.early.horizon
    assert run_race(problem, **base, timeline_cap=10).early.timeline
    seen = []
    run_race(problem, **base, progress=lambda step, loss: seen.append((step, loss)))
    assert seen


@pytest.mark.parametrize("options", [{"width": 0}, {"scale": 0.0}, {"scale": float("inf")}, {"kind": "x"}])
def test_initial_weights_reject_bad_options(options):
    with pytest.raises(ValueError, match="init" if "kind" in options else next(iter(options))):
        initial_weights(**{"width": 2, "dimension": 3, **options})


def test_initial_weights_are_the_documented_draw():
    w, v = initial_weights(3, 4, 0.5, seed=7)
    rng = np.random.default_rng(7)
    assert np.array_equal(w, rng.standard_normal((3, 4)) * 0.5 / 2)
    assert np.array_equal(v, rng.standard_normal(3) * 0.5 / 2)


def test_spearman_agrees_with_scipy():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 6, 40), rng.integers(0, 6, 40)
    assert spearman(a, b) == pytest.approx(spearmanr(a, b)[0], abs=1e-12)
    assert spearman(a, np.zeros(40)) is None


def test_import_is_light():
    code = "import sys, numerics; print([m for m in ('numba', 'sklearn', 'flint', 'mpmath') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@needs_pictures
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [1e-2, 1e-3, 1e-5, 1e-12])
def test_pictures_are_resolved(center, scale):
    problem = load_problem(PAIR, center=center)
    w0, v0 = initial_weights(300, problem.x.shape[1], scale)
    race = predict(problem.x, problem.y, w0, v0)
    assert race.failures() == [] and race.events.sum() > 5000 and race.slides.sum() > 100


@needs_pictures
@pytest.mark.slow
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("scale", [1e-2, 1e-3, 1e-5])
def test_pictures_race_is_predicted(center, scale):
    result = run_race(load_problem(PAIR, center=center), scale=scale, seed=0)
    assert len(large_groups(result)) >= 2
    assert_predicted(result)


@needs_pictures
@pytest.mark.slow
@pytest.mark.parametrize("classes", [(3, 5), (0, 8), (4, 7)])
def test_other_pictures_are_predicted(classes):
    assert_predicted(run_race(load_problem(TEN, classes), scale=1e-3, seed=0))


@needs_pictures
@pytest.mark.slow
def test_saved_pictures_can_be_checked_in_the_direct_form(tmp_path):
    problem = load_problem(PAIR)
    result = run_race(problem, width=30, scale=1e-2, max_steps=300)
    save_race(tmp_path / "race.npz", result)
    direct = descend(problem.x, problem.y, result.w0, result.v0, max_steps=300, form="direct")
    final = np.linalg.norm(direct.w, axis=1) * np.abs(direct.v)
    assert np.abs(final - result.final_norm_product).max() <= 1e-8 * final.max()
