"""Folders with files that cannot be used, and caches that cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs_check import cache
from proofs_check.fields import LemmaError
from proofs_check.project import project_files
from proofs_check.registry import find, usable, with_uses

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


def use(folder: Path, name: str, *used: str) -> str:
    (folder / f"{name}.toml").write_text(f"uses = {list(used)}\n" + GOOD.format(name=name))
    return str(folder / f"{name}.toml")


def test_file_may_use_the_files_beside_it(tmp_path: Path) -> None:
    top = use(tmp_path, "top", "middle")
    use(tmp_path, "middle", "bottom", "balance_const")
    use(tmp_path, "bottom")
    (tmp_path / "broken.toml").write_text("name = ")
    names = [lemma.name for lemma in with_uses(find([top]))]
    assert names == ["bottom", "balance_const", "middle", "top"]
    with pytest.raises(LemmaError, match="which is no lemma"):
        with_uses(find([use(tmp_path, "top", "broken")]))


def test_two_files_of_one_name_beside_a_lemma_are_not_chosen_from(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(GOOD.format(name="base"))
    with pytest.raises(LemmaError, match="two lemmas of one name 'base'"):
        with_uses(find([use(tmp_path, "top", "base")]))


def test_each_lemma_names_what_it_uses_itself(tmp_path: Path) -> None:
    use(tmp_path, "a", "b")
    use(tmp_path, "b", "c")
    use(tmp_path, "c", "d")
    use(tmp_path, "d", "c")
    _, problems = usable(find([str(tmp_path)]))
    told = {name: str(error).split(": ", 1)[1] for name, error in problems.items()}
    assert told["a"] == "a uses 'b', which cannot be used"
    assert told["b"] == "b uses 'c', which cannot be used"
    assert "c -> d -> c" in told["d"]


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
