"""A folder of a user's own lemmas: its settings (`raceproof.toml`) and the files that start a new one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proofs_check.fields import LemmaError, refuse_unknown, string_of, table_of
from proofs_check.profiles import PROFILES, USUAL

SETTINGS = "raceproof.toml"
ON_SUPPORTED = ("expect", "accept", "fail")
TEMPLATES = Path(__file__).parent / "templates" / "project"
SCHEMA = "lemma.schema.json"
PLACES = {"workflows/lemmas.yml": ".github/workflows/lemmas.yml"}  # a packaged folder name must not begin with a dot


@dataclass(frozen=True)
class Project:
    """The settings of a folder of lemmas.

    Parameters
    ----------
    profile : how hard to look: quick, ci or deep.
    on_supported : what a SUPPORTED claim does to the exit code: "expect" goes by what its file expects, "accept" lets
        it stand for PROVED, "fail" counts it as undecided even where its file expects it. What is printed is the same.
    labels : what LaTeX labels of the appendix begin with.
    """

    profile: str = USUAL
    on_supported: str = "expect"
    labels: str = "lem:"


def read_project(path: Path) -> Project:
    """Read a settings file.

    Raises
    ------
    LemmaError
        With the file and what to mend.

    Examples
    --------
    >>> read_project(TEMPLATES / SETTINGS).profile
    'ci'
    """
    import tomllib  # here, since every start of the command line reads this file

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LemmaError(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and TOML's own errors are ValueErrors
        raise LemmaError(f"{path}: not TOML: {error}") from None
    refuse_unknown(table, ("verify", "report"), path, "")
    verify, report = table_of(table, "verify", path), table_of(table, "report", path)
    refuse_unknown(verify, ("profile", "on_supported"), path, "[verify] ")
    refuse_unknown(report, ("labels",), path, "[report] ")
    usual = Project()
    profile = string_of(verify, "profile", path, usual.profile)
    on_supported = string_of(verify, "on_supported", path, usual.on_supported)
    labels = string_of(report, "labels", path, usual.labels)
    if profile not in PROFILES:
        raise LemmaError(f"{path}: profile={profile!r} is none of {', '.join(PROFILES)}")
    if on_supported not in ON_SUPPORTED:
        raise LemmaError(f"{path}: on_supported={on_supported!r} is none of {', '.join(ON_SUPPORTED)}")
    if not re.fullmatch(r"[A-Za-z0-9:._-]{0,40}", labels):
        raise LemmaError(f"{path}: labels={labels!r} must be letters, digits and : . _ - (at most 40)")
    return Project(profile, on_supported, labels)


def find_project(names: Sequence[str]) -> Project:
    """Return the settings that stand in the folders named (or beside the files named), the usual ones where none do.

    Raises
    ------
    LemmaError
        When a settings file cannot be used, or two of them disagree.

    Examples
    --------
    >>> find_project([]).on_supported
    'expect'
    """
    found: dict[Path, Project] = {}
    for name in names:
        path = Path(name)
        settings = (path if path.is_dir() else path.parent) / SETTINGS
        if path.exists() and settings.is_file() and settings.resolve() not in found:
            found[settings.resolve()] = read_project(settings)
    if len(set(found.values())) > 1:
        raise LemmaError(f"the settings {' and '.join(map(str, found))} disagree: verify their folders one by one")
    return next(iter(found.values()), Project())


def project_files(name: str, version: str) -> dict[str, str]:
    """Return the files of a new folder of lemmas by their place in it; `name` is its title.

    Examples
    --------
    >>> sorted(project_files("mypaper", "0.1.0"))[:2]
    ['.github/workflows/lemmas.yml', 'README.md']
    """
    files = {}
    pinned = f"=={version}" if version[:1].isdigit() else ""  # a checkout that is not installed has no version
    for path in sorted(p for p in TEMPLATES.rglob("*") if p.is_file() and p.suffix in (".toml", ".md", ".yml")):
        place = path.relative_to(TEMPLATES).as_posix()
        text = path.read_text(encoding="utf-8").replace("@NAME@", name).replace("==@VERSION@", pinned)
        files[PLACES.get(place, place)] = text
    files[SCHEMA] = (Path(__file__).parent / SCHEMA).read_text(encoding="utf-8")
    return files
