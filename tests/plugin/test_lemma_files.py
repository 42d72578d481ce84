"""Lemma files collected by pytest: a user's own lemmas are tests of his own project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

import numpy  # noqa: F401  (pytester forgets what is first imported in a run, and numpy cannot be loaded again)
import pytest

import proofs_check.verify  # noqa: F401

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]
TRUE = """
name = "square"
[variables]
x = "real"
[[claim]]
name = "square is not negative"
text = "x**2 >= 0"
[[twin]]
text = "x**2 > 0"
"""
FALSE = """
name = "cube"
[variables]
x = "real"
[[claim]]
text = "x**3 >= 0"
"""
TRAJECTORY = """
[trajectory]
along = "flow"
until = 1
[trajectory.flow]
p = "-p"
[trajectory.start]
p = "1"
[[claim]]
text = "at(p, t=1) < 1/2"
[[twin]]
text = "at(p, t=1) > 1/2"
"""


# where raceproof is installed pytest loads the plugin by itself, and would refuse to load it twice
INSTALLED = bool(entry_points(group="pytest11", name="raceproof"))
OPTIONS = ("-p", "no:cacheprovider", *(() if INSTALLED else ("-p", "proofs_check.pytest_plugin")))


@dataclass(frozen=True)
class Done:
    """How a run of pytest ended."""

    returncode: int
    stdout: str


Run = Callable[..., Done]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def project(pytester: pytest.Pytester, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RACEPROOF_CACHE", str(cache))
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    (pytester.path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (pytester.path / "lemma_square.toml").write_text(TRUE)
    return pytester.path


@pytest.fixture
def run(project: Path, pytester: pytest.Pytester) -> Run:
    """Run pytest in this process, which has loaded the engines."""

    def called(*arguments: str) -> Done:
        result = pytester.runpytest_inprocess(*OPTIONS, *arguments)
        return Done(int(result.ret), result.stdout.str() + "\n" + result.stderr.str())

    return called


@pytest.fixture
def run_alone(project: Path, cache: Path) -> Run:
    """Run pytest as a process of its own."""

    def called(*arguments: str) -> Done:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "RACEPROOF_CACHE": str(cache), "PYTHONPATH": path}
        command = [sys.executable, "-m", "pytest", *OPTIONS, *arguments]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=240)
        return Done(done.returncode, done.stdout + done.stderr)

    return called


def test_true_lemma_passes_claim_by_claim(run: Run) -> None:
    done = run("-v")
    assert done.returncode == 0, done.stdout
    assert "lemma_square.toml::claim 1: square is not negative PASSED" in done.stdout
    assert "lemma_square.toml::twin 1 PASSED" in done.stdout
    assert "2 passed" in done.stdout


def test_false_claim_fails_with_its_counterexample(run: Run, project: Path) -> None:
    (project / "lemma_cube.toml").write_text(FALSE)
    done = run()
    assert done.returncode == 1
    assert "x**3 >= 0\nis REFUTED, expected PROVED\ncounterexample: x = -1" in done.stdout
    assert "Traceback" not in done.stdout


def test_twin_that_is_true_fails(run: Run, project: Path) -> None:
    (project / "lemma_square.toml").write_text(TRUE.replace("x**2 > 0", "x**2 >= -1"))
    done = run()
    assert done.returncode == 1 and "is PROVED, expected REFUTED" in done.stdout


def test_witness_outside_the_domain_fails_the_claim_alone(run: Run, project: Path) -> None:
    outside = 'hypotheses = ["x >= 1"]\nname = "square"\n[witness]\nx = 0\n'
    (project / "lemma_square.toml").write_text(TRUE.replace('\nname = "square"\n', outside).replace("> 0", "< 0"))
    done = run()
    assert "the witness is outside the domain: x >= 1 is false there" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_lemma_that_was_not_reviewed_fails(run: Run, project: Path) -> None:
    (project / "lemma_square.toml").write_text("reviewed = false\n" + TRUE)
    done = run()
    assert done.returncode == 1 and "is OPEN, expected PROVED\nreason: not yet reviewed" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_lemma_is_held_back_by_what_it_uses(run: Run, project: Path) -> None:
    (project / "lemma_cube.toml").write_text(FALSE)
    (project / "lemma_user.toml").write_text('uses = ["cube", "square"]\n' + TRUE.replace("square", "user"))
    done = run("lemma_user.toml")
    assert done.returncode == 1
    assert "at most OPEN, expected PROVED: cube is REFUTED, square is PROVED" in done.stdout
    (project / "lemma_user.toml").write_text('uses = ["square"]\n' + TRUE.replace("square", "user"))
    assert "3 passed" in run("lemma_user.toml").stdout
    (project / "lemma_square.toml").write_text('uses = ["user"]\n' + TRUE)
    circle = run("lemma_user.toml")
    assert circle.returncode == 1 and "in a circle" in circle.stdout and "Traceback" not in circle.stdout


@pytest.mark.slow
def test_lemma_may_use_the_packaged_suite(run: Run, project: Path) -> None:
    (project / "lemma_square.toml").write_text('uses = ["balance_const"]\n' + TRUE)
    assert "3 passed" in run().stdout


def test_unusable_file_is_one_line(run: Run, project: Path) -> None:
    (project / "lemma_broken.toml").write_text('name = "broken"\n[[claim]]\ntekst = "1 > 0"\n')
    done = run()
    assert done.returncode == 2
    assert "lemma_broken.toml:3:1: claim 1: unknown key 'tekst': did you mean 'text'?" in done.stdout
    assert "Traceback" not in done.stdout


def test_two_lemmas_of_one_name_in_a_folder_are_an_error(run: Run, project: Path) -> None:
    (project / "lemma_twice.toml").write_text(TRUE)
    (project / "other").mkdir()
    (project / "other" / "lemma_square.toml").write_text(TRUE)
    done = run()
    assert done.returncode == 2
    assert "the name square is taken by lemma_square.toml of this folder" in done.stdout
    assert "1 error" in done.stdout and "Traceback" not in done.stdout


def test_unusable_claim_points_to_its_place(run: Run, project: Path) -> None:
    (project / "lemma_square.toml").write_text(TRUE.replace("x**2 >= 0", "xx**2 >= 0"))
    done = run()
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "lemma_square.toml:7:9: square is not negative: unknown name 'xx': did you mean" in done.stdout


def test_junit_holds_the_verdicts(run: Run, project: Path) -> None:
    assert run("--junitxml=out.xml", "--raceproof-profile", "quick").returncode == 0
    cases = ElementTree.parse(project / "out.xml").iter("testcase")
    found = [{p.get("name"): p.get("value") for p in case.iter("property")} for case in cases]
    assert [case["verdict"] for case in found] == ["PROVED", "REFUTED"]
    assert [case["expected"] for case in found] == ["PROVED", "REFUTED"]
    assert all(
        case["lemma"] == "square" and case["profile"] == "quick" and int(case["rung"] or 0) >= 3 for case in found
    )


@pytest.mark.parametrize("setting", ["expect", "fail", "accept"])
def test_profile_and_settings_come_from_the_folder(run: Run, project: Path, setting: str) -> None:
    (project / "raceproof.toml").write_text(f'[verify]\nprofile = "quick"\non_supported = "{setting}"\n')
    done = run("--junitxml=out.xml")
    assert done.returncode == 0
    assert 'name="profile" value="quick"' in (project / "out.xml").read_text()


def test_trajectory_lemma_is_examined_claim_by_claim(run: Run, project: Path) -> None:
    (project / "lemma_decay.toml").write_text(TRAJECTORY)
    done = run("-v", "lemma_decay.toml", "--junitxml=out.xml")
    assert done.returncode == 0, done.stdout
    assert 'name="verdict" value="CERTIFIED"' in (project / "out.xml").read_text()


def test_other_toml_files_are_left_alone(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("")
    (project / "square.toml").write_text(FALSE)
    assert "2 passed" in run().stdout


def test_parallel_runs_agree(run_alone: Run, project: Path) -> None:
    pytest.importorskip("xdist")
    (project / "lemma_cube.toml").write_text(FALSE)
    summaries = [run_alone(*extra, "-q").stdout.strip().splitlines()[-1] for extra in ((), ("-n", "2"))]
    found = [sorted(re.findall(r"\d+ (?:passed|failed)", line)) for line in summaries]
    assert found[0] == found[1] == ["1 failed", "2 passed"]


def test_parallel_runs_keep_the_properties(run_alone: Run, project: Path) -> None:
    pytest.importorskip("xdist")
    assert run_alone("-n", "2", "--junitxml=out.xml").returncode == 0
    assert 'name="verdict" value="PROVED"' in (project / "out.xml").read_text()


def test_plugin_imports_nothing_before_a_lemma_file_is_met() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import proofs_check.pytest_plugin;"
        "print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert set(loaded.split()) <= {"proofs_check", "proofs_check.pytest_plugin", "proofs_check.profiles", "fnmatch"}


@pytest.mark.parametrize(("right", "outcome"), [("0 + sum(v[j] for j in neurons)", "passed"), ("v[0]", "failed")])
def test_a_licence_that_is_not_granted_fails(run: Run, project: Path, right: str, outcome: str) -> None:
    general = '[general]\nlicence = "finite support"\nsizes = ["neurons"]\n[network]\nwidth = 1\n'
    claim = f'[[claim]]\ntext = "sum(v[j] for j in neurons) == {right}"\n'
    (project / "lemma_sums.toml").write_text(general + claim)
    done = run("lemma_sums.toml")
    assert ("no licence (finite support)" in done.stdout) == (outcome == "failed")
    assert f"{'2 passed' if outcome == 'passed' else '1 failed, 1 passed'}" in done.stdout
