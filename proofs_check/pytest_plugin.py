"""A pytest plugin: every claim and every false twin in a file ``lemma_*.toml`` is a test.

Loaded with pytest wherever raceproof is installed, so it imports nothing of the toolkit before a lemma file is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from proofs_check.profiles import PROFILES

if TYPE_CHECKING:
    from proofs_check.lemma import Lemma
    from proofs_check.project import Project

PATTERN = "lemma_*.toml"
NAMES = pytest.StashKey[dict[tuple[Path, str], Path]]()
"""The file of each lemma collected so far, by its folder and name."""


class UnexpectedVerdict(Exception):
    """A claim did not come out as its lemma file says; carries the lines to show."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--raceproof-profile``."""
    parser.getgroup("raceproof").addoption(
        "--raceproof-profile",
        choices=PROFILES,
        default=None,
        help="how hard to look at the claims of lemma_*.toml: quick, ci or deep (default: raceproof.toml, else ci)",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect lemma files."""
    return LemmaFile.from_parent(parent, path=file_path) if fnmatch(file_path.name, PATTERN) else None


class LemmaFile(pytest.File):
    """One lemma file; a file that cannot be used is a collection error of one line."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for every claim and twin, one for the licence that is asked for, one for what the lemma uses."""
        from proofs_check.lemma import LemmaError, read_lemma
        from proofs_check.project import find_project

        try:
            lemma = read_lemma(self.path)
            project = find_project([str(self.path)])
        except LemmaError as error:
            raise self.CollectError(str(error)) from None
        first = self.config.stash.setdefault(NAMES, {}).setdefault((self.path.parent, lemma.name), self.path)
        if first != self.path:
            raise self.CollectError(f"{self.path}: the name {lemma.name} is taken by {first.name} of this folder")
        for kind, claims in (("claim", lemma.claims), ("twin", lemma.twins)):
            for number, claim in enumerate(claims):
                own = f"{kind} {number + 1}"
                name = own if claim.name == own else f"{own}: {claim.name}"
                yield ClaimItem.from_parent(self, name=name, lemma=lemma, project=project, kind=kind, number=number)
        if lemma.general is not None:
            name = f"licence: {lemma.general.licence}"
            yield LicenceItem.from_parent(self, name=name, lemma=lemma, project=project)
        if lemma.uses:
            yield UsesItem.from_parent(self, name=f"uses {', '.join(lemma.uses)}", lemma=lemma, project=project)


class LemmaItem(pytest.Item):
    """A test of a lemma file."""

    def __init__(self, *, lemma: Lemma, project: Project, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.lemma, self.project = lemma, project

    @property
    def profile(self) -> str:
        """How hard to look."""
        return self.config.getoption("raceproof_profile") or self.project.profile

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show an unexpected verdict and an unusable claim as plain lines instead of a traceback."""
        from proofs_check.fields import LemmaError

        if isinstance(excinfo.value, (UnexpectedVerdict, LemmaError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the test stands."""
        return self.path, self.line(), f"{self.lemma.name}: {self.name}"

    def line(self) -> int:
        """Return the line of the test in its file, from 0."""
        return 0


class ClaimItem(LemmaItem):
    """The test that a claim has its expected verdict (a false twin: that it is refuted)."""

    def __init__(self, *, kind: str, number: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kind, self.number = kind, number

    def runtest(self) -> None:
        """Examine the claim; its verdict goes into the JUnit properties of the test."""
        from proofs_check.ladder.witness import outside
        from proofs_check.verify import examine_one

        result = examine_one(self.lemma, f"{self.kind}s", self.number, self.profile)
        self.user_properties += [
            ("lemma", self.lemma.name),
            ("verdict", result["verdict"]),
            ("rung", str(result["level"])),
            ("expected", result["expect"]),
            ("profile", self.profile),
        ]
        if not _passes(result, self.project.on_supported):
            raise UnexpectedVerdict(_explain(result))
        if self.kind == "claim" and (wrong := outside([result])):  # a twin has a domain of its own
            raise UnexpectedVerdict(f"{result['text']}\n{wrong}")

    def line(self) -> int:
        """Return the line of the claim in its file, from 0."""
        from proofs_check.places import find_places

        places = find_places(self.lemma.text)
        return places.line_and_column(places.nearest((self.kind, self.number)))[0] - 1


class LicenceItem(LemmaItem):
    """The test that the licence which a lemma asks for is granted."""

    def runtest(self) -> None:
        """Examine the licence."""
        from proofs_check.verify import licence_of

        licence = licence_of(self.lemma, self.profile)
        if not licence["granted"]:
            raise UnexpectedVerdict(f"no licence ({licence['kind']}): {licence['reason']}")


class UsesItem(LemmaItem):
    """The test that a lemma is not held back by those it uses."""

    def runtest(self) -> None:
        """Verify what is used: lemmas of the packaged suite, and of the files beside this one."""
        from proofs_check.registry import find, with_uses
        from proofs_check.verdict import PROVED, limited_by
        from proofs_check.verify import verify_lemmas

        beside = find([str(path) for path in sorted(self.path.parent.glob("*.toml")) if self._may_be_used(path)])
        known = {lemma.name: lemma for lemma in [*beside, self.lemma]}
        needed = {lemma.name: lemma for lemma in with_uses([self.lemma, *known.values()])}
        results = verify_lemmas([needed[name] for name in self.lemma.uses], profile=self.profile)
        verdicts = {result.data["name"]: result.verdict for result in results}
        self.user_properties += [("lemma", self.lemma.name), *(("uses", f"{n} {v}") for n, v in verdicts.items())]
        best = limited_by(PROVED, list(verdicts.values()))
        wanted = min((claim.expect for claim in self.lemma.claims), key=_rank)
        if _rank(best) < _rank(wanted):
            told = ", ".join(f"{name} is {verdict}" for name, verdict in verdicts.items())
            raise UnexpectedVerdict(f"at most {best}, expected {wanted}: {told}")

    def _may_be_used(self, path: Path) -> bool:
        from proofs_check.registry import NOT_LEMMAS

        return path.name not in NOT_LEMMAS


def _rank(verdict: str) -> int:
    from proofs_check.verdict import WORST_FIRST

    return WORST_FIRST.index(verdict)


def _passes(result: dict[str, Any], on_supported: str) -> bool:
    """Say whether a verdict lets its test pass; SUPPORTED goes by the settings of the folder."""
    if result["verdict"] == "SUPPORTED" and on_supported != "expect":
        return on_supported == "accept" and result["expect"] in ("SUPPORTED", "PROVED", "CERTIFIED")
    return result["expected"]


def _explain(result: dict[str, Any]) -> str:
    lines = [result["text"], f"is {result['verdict']}, expected {result['expect']}"]
    if result["counterexample"] is not None:
        point = ", ".join(f"{name} = {value}" for name, value in result["counterexample"].items())
        lines.append(f"counterexample: {point}")
    if result["reason"]:
        lines.append(f"reason: {result['reason']}")
    lines += [f"step {step['text']} is {step['verdict']}" for step in result["steps"] if step["verdict"] != "PROVED"]
    return "\n".join(lines)
