"""The walk-throughs of `examples/`: each is run, and a fact that it shows is checked."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))


def test_verify_a_paper_proves_its_lemmas(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = load("verify_a_paper").main()
    assert verdicts["balance_const"] == "PROVED" and set(verdicts.values()) == {"PROVED", "CERTIFIED"}
    assert "not as expected: none" in capsys.readouterr().out


def test_find_the_false_lemma_finds_the_one(capsys: pytest.CaptureFixture[str]) -> None:
    fallen = load("find_the_false_lemma").main()
    assert fallen == {"Lemma 2 (tanh is nearly linear)": {"x": "1/2"}}
    assert "PROVED at rung" in capsys.readouterr().out


def test_predict_a_race_names_the_winners(capsys: pytest.CaptureFixture[str]) -> None:
    right, groups = load("predict_a_race").main()
    assert right == groups == 2
    assert "NOT" not in capsys.readouterr().out


def test_certify_one_neuron_encloses_its_flow(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = load("certify_one_neuron").main()
    assert verdicts.pop("it never turns") == "REFUTED"
    assert set(verdicts.values()) == {"CERTIFIED"} and len(verdicts) == 3
    assert "every start in the box" in capsys.readouterr().out


def test_examples_are_short_and_all_tested() -> None:
    names = {path.stem for path in FOLDER.glob("*.py")}
    assert names == {"verify_a_paper", "find_the_false_lemma", "predict_a_race", "certify_one_neuron"}
    assert all(len((FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()) < 60 for name in names)
