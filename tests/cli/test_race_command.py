"""`race` and `derive` from the shell: documented keys, saved race, figures, bad data files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from proofs_check.cli import exits
from proofs_check.cli.race import describe_race
from tests.cli.conftest import Run, one_line_error

SMALL = ("iris", "--width", "30", "--eta", "0.5")
RACE_KEYS = {
    "schema", "data", "classes", "n", "d", "width", "scale", "loss", "eta", "seed", "horizon", "predict_seconds",
    "descent_seconds", "descent_steps", "events_total", "groups",
}  # fmt: skip
GROUP_KEYS = {
    "sign", "size", "spearman", "spearman_cos0", "spearman_norm0", "predicted_winner", "predicted_margin",
    "descent_winner", "top10_overlap",
}  # fmt: skip


def test_race_json_has_the_documented_keys(process: Run) -> None:
    result = process("race", *SMALL, "--json")
    assert result.returncode == exits.AS_EXPECTED
    assert result.stderr == ""
    race = json.loads(result.stdout)
    assert set(race) >= RACE_KEYS
    assert all(set(group) >= GROUP_KEYS for group in race["groups"])
    assert sum(group["size"] for group in race["groups"]) == 30


def test_race_of_several_seeds_is_one_object(raceproof: Run) -> None:
    value = json.loads(raceproof("race", *SMALL, "--seed", "0-1,4", "--json").stdout)
    assert [race["seed"] for race in value["races"]] == [0, 1, 4]
    assert "schema" in value


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--width", "31"),
        ("--scale", "1e-4"),
        ("--loss", "squared"),
        ("--eta", "0.25"),
        ("--seed", "1"),
        ("--init", "balanced"),
        ("--level", "0.05"),
        ("--no-center", None),
        ("--classes", "setosa virginica"),
    ],
)
def test_race_option_changes_the_race(raceproof: Run, option: str, value: str | None) -> None:
    def outcome(*arguments: str) -> list[object]:
        race = json.loads(raceproof("race", *SMALL, *arguments, "--json").stdout)
        return [race["horizon"], race["descent_steps"], race["groups"]]

    assert outcome(option, *(value or "").split()) != outcome()


def test_saved_race_is_recomputed_by_plain_descent(raceproof: Run, tmp_path: Path) -> None:
    race = json.loads(raceproof("race", *SMALL, "--save", "race.npz", "--json").stdout)
    with np.load(tmp_path / "race.npz", allow_pickle=False) as saved:
        x, y, w, v = saved["x"], saved["y"], saved["w0"].copy(), saved["v0"].copy()
        final = saved["final_norm_product"]
    for _ in range(race["descent_steps"]):
        z = x @ w.T
        f = np.maximum(z, 0) @ v
        e = y / (1 + np.exp(y * f)) / len(y)
        gate = z > 0
        w, v = w + race["eta"] * v[:, None] * ((e[:, None] * gate).T @ x), v + race["eta"] * (e @ (gate * z))
    assert np.allclose(np.linalg.norm(w, axis=1) * np.abs(v), final, rtol=1e-8, atol=0)


def test_race_figures_are_the_same_bytes_twice(raceproof: Run, tmp_path: Path) -> None:
    for folder in ("first", "second"):
        assert raceproof("race", *SMALL, "--figures", folder).returncode == exits.AS_EXPECTED
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_race_says_when_it_comes_from_the_cache(raceproof: Run) -> None:
    arguments = ("race", *SMALL, "--seed", "77")
    assert "from the cache" not in raceproof(*arguments).stdout
    assert "from the cache" in raceproof(*arguments).stdout


def test_race_with_an_unresolved_neuron_is_unexpected() -> None:
    race = {
        "data": "a", "classes": ["0", "1"], "n": 1, "d": 1, "width": 1, "scale": 1.0, "loss": "squared", "eta": 1.0,
        "seed": 0, "horizon": None, "predict_seconds": 0.0, "descent_seconds": 0.0, "descent_steps": 1,
        "descent_reason": "step limit", "events_total": 1, "slides_total": 0, "ambiguous_total": 0,
        "inconsistent_total": 1, "unresolved_total": 0, "note": "", "groups": [],
        "failures": [{"neuron": 3, "reason": "a gate contradicts the sign of w.x"}],
    }  # fmt: skip
    assert "neuron 3: a gate contradicts the sign of w.x" in describe_race(race)


def random_labels(folder: Path, y: np.ndarray) -> str:
    x = np.random.default_rng(5).normal(size=(len(y), 10))
    np.savez(folder / "data.npz", x=x, y=y)
    return str(folder / "data.npz")


def test_race_without_a_group_to_compare_says_so(raceproof: Run, tmp_path: Path) -> None:
    alone = raceproof("race", "iris", "--width", "1", "--eta", "0.5").stdout
    assert alone.rstrip().endswith("no group of 5 or more: nothing to compare (1 smaller group)")
    diverged = raceproof("race", *SMALL[:3], "--eta", "1e6").stdout
    assert "diverged" in diverged and diverged.rstrip().endswith("no groups to compare: descent did not end")


def test_race_says_how_many_samples_it_leaves_out(raceproof: Run, tmp_path: Path) -> None:
    path = random_labels(tmp_path, np.repeat([0, 1, 2], [10, 12, 14]))
    assert "left out    14 samples of other classes" in raceproof("race", path, "--width", "5").stdout
    assert "left out" not in raceproof("race", path, "--width", "5", "--classes", "0", "1").stdout
    real = random_labels(tmp_path, np.linspace(-1, 1, 20))
    assert "real numbers as labels" in one_line_error(raceproof("race", real), exits.USAGE)


def test_the_first_ten_of_ten_neurons_are_no_success(raceproof: Run) -> None:
    for width in (10, 30):
        groups = json.loads(raceproof("race", "iris", "--width", str(width), "--eta", "0.5", "--json").stdout)["groups"]
        assert groups and all((group["top10_overlap"] is None) == (group["size"] <= 10) for group in groups)


def bad_files(folder: Path) -> dict[str, Path]:
    x, y = np.arange(12.0).reshape(4, 3), np.array([0, 0, 1, 1])
    arrays = {
        "shape": {"x": x, "y": y[:3]},
        "nan": {"x": np.where(x == 5, np.nan, x), "y": y},
        "one_class": {"x": x, "y": np.zeros(4)},
        "no_y": {"x": x},
        "pickle": {"x": np.array([{"a": 1}] * 4, dtype=object), "y": y},
        "complex": {"x": x * 1j, "y": y},
        "empty": {"x": x[:0], "y": y[:0]},
        "constant": {"x": np.ones((4, 3)), "y": y},
    }
    paths = {}
    for name, content in arrays.items():
        paths[name] = folder / f"{name}.npz"
        np.savez(paths[name], **content)
    paths["garbage"] = folder / "garbage.npz"
    paths["garbage"].write_bytes(b"not a zip file")
    paths["cut"] = folder / "cut.npz"
    paths["cut"].write_bytes(paths["nan"].read_bytes()[:200])
    paths["folder"] = folder / "folder.npz"
    paths["folder"].mkdir()
    return paths


@pytest.mark.parametrize(
    "name",
    ["shape", "nan", "one_class", "no_y", "pickle", "complex", "empty", "constant", "garbage", "cut", "folder"],
)
def test_malformed_data_is_one_line_and_exit_code_four(raceproof: Run, tmp_path: Path, name: str) -> None:
    line = one_line_error(raceproof("race", str(bad_files(tmp_path)[name])), exits.USAGE)
    assert "npz" in line


def test_derive_prints_steps_latex_and_json(raceproof: Run) -> None:
    name = "balance_conservation"
    assert " 1. " in raceproof("derive", name).stdout
    assert r"\begin{align*}" in raceproof("derive", name, "--latex").stdout
    value = json.loads(raceproof("derive", name, "--json").stdout)
    assert value["schema"] == "raceproof-derivation/1"
    assert value["steps"] and all(set(step) == {"text", "reason", "lhs", "relation", "rhs"} for step in value["steps"])
    vector = json.loads(raceproof("derive", name, "--readout", "vector", "--json").stdout)
    assert vector["steps"] != value["steps"]
