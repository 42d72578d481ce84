"""What `pip install .` of the tutorial brings: everything the commands need, with no checkout around."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.docs.console import ROOT

pytestmark = pytest.mark.slow
PARTS = ("theory", "numerics", "proofs_check", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as pip installs it, without its dependencies (they are here already)."""
    if importlib.util.find_spec("pip") is None or int(version("setuptools").split(".")[0]) < 77:
        pytest.skip("pip and setuptools 77 are not here")
    place = tmp_path_factory.mktemp("install")
    source, target = place / "source", place / "target"
    source.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__", "*.nb?"))
        else:
            shutil.copy(ROOT / part, source / part)
    install = ["install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target", str(target), "."]
    subprocess.run([sys.executable, "-m", "pip", *install], cwd=source, check=True, capture_output=True, timeout=200)
    shutil.rmtree(source)
    return target


def call(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in ``folder``, where nothing else of ours is on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RACEPROOF_")}
    return subprocess.run(
        [sys.executable, str(installed / "bin" / "raceproof"), *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(installed), "RACEPROOF_CACHE": str(installed.parent / "cache")},
        text=True,
        capture_output=True,
        timeout=200,
        check=False,
    )


def test_installed_command_is_that_of_the_install(installed: Path, tmp_path: Path) -> None:
    done = call(installed, tmp_path, "--version")
    assert done.returncode == 0 and done.stdout.startswith("raceproof 0")
    asked = "import proofs_check, sys; print(proofs_check.__file__)"
    kept = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, env=kept, text=True, capture_output=True, check=True
    )
    assert done.stdout.strip().startswith(str(installed))


def test_installed_package_has_its_lemmas_templates_and_schemas(installed: Path, tmp_path: Path) -> None:
    listed = call(installed, tmp_path, "lemmas")
    assert listed.returncode == 0 and "balance_const" in listed.stdout and "derived_sliding" in listed.stdout
    assert call(installed, tmp_path, "init", "mypaper").returncode == 0
    made = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "mypaper").rglob("*") if path.is_file()}
    assert {"mypaper/lemma_free.toml", "mypaper/lemma.schema.json", "mypaper/.github/workflows/lemmas.yml"} <= made
    verified = call(installed, tmp_path, "verify", "mypaper")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    report = call(installed, tmp_path, "report", "--lemmas", "mypaper", "--no-race", "-o", "out")
    assert report.returncode == 0 and (tmp_path / "out" / "index.html").is_file(), report.stderr


def test_every_data_file_of_the_checkout_is_installed(installed: Path) -> None:
    kinds = (".toml", ".json", ".jinja", ".css", ".yml", ".md", ".typed", ".txt")
    for package in ("theory", "numerics", "proofs_check"):
        here = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.suffix in kinds}
        lost = sorted(str(path) for path in here if not (installed / path).is_file())
        assert here and not lost, lost
