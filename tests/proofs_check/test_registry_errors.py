"""Folders with files that cannot be used, and caches that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs_check import cache
from proofs_check.fields import LemmaError
from proofs_check.project import project_files
from proofs_check.registry import find

GOOD = 'name = "{name}"\n[variables]\nx = "real"\n[[claim]]\ntext = "x == x"\n'


def test_folder_names_every_file_that_cannot_be_used(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (tmp_path / f"{name}.toml").write_text(GOOD.format(name=name))
    (tmp_path / "b.toml").write_text("name = ")
    (tmp_path / "d.toml").write_text(GOOD.format(name="d") + "wrong = 1\n")
    with pytest.raises(LemmaError, match=r"b\.toml.*\(and d\.toml cannot be used either\)"):
        find([str(tmp_path)])
    (tmp_path / "d.toml").unlink()
    with pytest.raises(LemmaError, match="not TOML") as alone:
        find([str(tmp_path)])
    assert "either" not in str(alone.value)


def test_cache_that_cannot_be_written_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "file" / "cache"))
    assert "file/cache: Not a directory" in cache.problem()
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    assert cache.problem() == "" and list((tmp_path / "cache").iterdir()) == []


def test_new_folder_pins_the_version_that_is_installed_and_no_other() -> None:
    workflow = ".github/workflows/lemmas.yml"
    assert "raceproof==0.1.0 #" in project_files("p", "0.1.0")[workflow]
    assert "raceproof #" in project_files("p", "(not installed)")[workflow]
