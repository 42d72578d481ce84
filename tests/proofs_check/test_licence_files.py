"""Licences in lemma files: the table, the scope, and what the suite asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs_check.lemma import LemmaError, from_text, read_lemma
from proofs_check.licence.examine import examine_licence
from proofs_check.registry import SUITE, lemma_files
from proofs_check.scope import scope
from proofs_check.verify import verify_lemmas
from tests.proofs_check.licence_example import PATH, lemma, licence_of


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('licence = "symmetry"', "is none of"),
        ('licence = "finite support"', "sizes="),
        ('licence = "finite support"\nsizes = ["width"]', "must name some of"),
        ('licence = "finite support"\nsizes = ["dims", "dims"]', "must name some of"),
        ('licence = "finite support"\nsizes = ["dims"]\nstart = { a = 1 }', "unknown key"),
        ('licence = "finite support"\nsizes = ["dims"]\nvectors = { u = "width" }', "is none of"),
        ('licence = "induction"\nclaim = "a == a"', "start must give"),
        ('licence = "induction"\nstart = { a = 1 }', "claim must be"),
        ('licence = "invariant"', "claim must be"),
        ('licence = "invariant"\nclaim = "a == a"\ncofactors = "0"', "cofactors must be a list"),
        ('licence = "invariant"\nclaim = "a == a"\ncofactors = [[1.5]]', "cofactors must be"),
        ('licence = "invariant"\nclaim = "a == a"\nitems = ["a"]', "unknown key"),
        ('licence = "closed form"\nstart = { a = 1 }', "flow and start must give"),
        ('licence = "closed form"\nstart = { a = 1 }\nflow = { a = "a" }\nkinds = { a = "odd" }', "kinds must be"),
    ],
)
def test_a_malformed_table_is_an_error_that_says_what_to_mend(table: str, message: str) -> None:
    with pytest.raises(LemmaError, match=message):
        from_text(f'name = "a"\n[variables]\na = "real"\n[general]\n{table}\n[[claim]]\ntext = "a == a"', PATH)


def test_squares_for_an_unknown_claim_are_refused() -> None:
    found = licence_of("v[0] == v[0]", general='squares = { "other" = "v[0]**2" }')
    assert not found.granted and "no claim of the lemma" in found.reason


def test_a_claim_that_is_not_proved_gives_no_licence() -> None:
    declared = lemma("d(dot(w[0], w[0]) - v[0]**2) == 0", "v[0] == 1")
    found = examine_licence(declared)
    assert found is not None and not found.granted and "claim 2" in found.reason


def test_without_a_licence_the_scope_names_the_sizes() -> None:
    declared = lemma("v[0] == v[0]")
    assert "width 2 on 2 samples in dimension 2" in scope(declared.claims[0].statement)
    assert "for these sizes" in scope(declared.claims[0].statement)


def test_with_a_licence_the_scope_is_every_size_from_the_least_on() -> None:
    result = verify_lemmas([lemma("v[1]*x[0][1] - v[1]*x[0][1] == 0*e[0]")], use_cache=False)[0].to_json()
    assert "every width >= 2 on every number of samples in every dimension >= 2" in result["scope"]
    assert "for these sizes" not in result["scope"] and result["expected"]


ASKING = [path for path in lemma_files(SUITE) if "[general]" in path.read_text(encoding="utf-8")]


def test_some_lemmas_of_the_suite_ask_for_a_licence() -> None:
    assert len(ASKING) >= 10


@pytest.mark.parametrize("path", ASKING, ids=lambda path: path.stem)
def test_every_licence_that_the_suite_asks_for_is_granted(path: Path) -> None:
    found = examine_licence(read_lemma(path))
    assert found is not None and found.granted, found.reason if found else ""
