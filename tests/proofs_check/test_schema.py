"""The JSON schema of lemma files agrees with the reader: it takes every lemma, and knows the same keys."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from proofs_check import project, schema
from proofs_check.lemma import (
    CLAIM_KEYS,
    ENCLOSED_CLAIM_KEYS,
    ENCLOSED_TWIN_KEYS,
    KEYS,
    TWIN_KEYS,
    LemmaError,
    from_text,
)
from proofs_check.registry import SUITE, lemma_files

jsonschema = pytest.importorskip("jsonschema")
LEMMA = '[variables]\nx = "real"\n[[claim]]\ntext = "x > 0"\n'
TRAJECTORY = (
    '[trajectory]\nalong = "flow"\nuntil = 1\n[trajectory.network]\nx = [[1]]\ny = [1]\nw = [["1/2 +- 1/8"]]\nv = [1]\n'
    '[[claim]]\ntext = "v[0] > 0"\nwhere = "t > 0"\n'
)


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema.Draft7Validator.check_schema(schema.lemma_schema())
    return jsonschema.Draft7Validator(schema.lemma_schema())


def test_shipped_schema_is_the_one_made_from_the_reader() -> None:
    shipped = (Path(schema.__file__).parent / project.SCHEMA).read_text(encoding="utf-8")
    assert shipped == schema.schema_text(), "write proofs_check/lemma.schema.json again with schema.schema_text()"


def test_every_lemma_of_the_suite_is_valid(validator: Any) -> None:
    files = lemma_files(SUITE)
    assert len(files) > 100
    for path in files:
        errors = list(validator.iter_errors(tomllib.loads(path.read_text(encoding="utf-8"))))
        assert not errors, (path.name, errors[0].message, list(errors[0].path))


def test_templates_are_valid_and_name_the_schema(validator: Any) -> None:
    for path in project.TEMPLATES.glob("lemma_*.toml"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("#:schema ./lemma.schema.json\n")
        assert validator.is_valid(tomllib.loads(text))


def test_keys_are_those_of_the_reader() -> None:
    made = schema.lemma_schema()
    assert set(made["properties"]) == set(KEYS)
    assert set(made["properties"]["claim"]["items"]["properties"]) == {*CLAIM_KEYS, *ENCLOSED_CLAIM_KEYS}
    assert set(made["properties"]["twin"]["items"]["properties"]) == {*TWIN_KEYS, *ENCLOSED_TWIN_KEYS}


def test_every_key_says_what_it_is_for() -> None:
    made = schema.lemma_schema()["properties"]
    tables = [made, made["claim"]["items"]["properties"], made["twin"]["items"]["properties"]]
    for key, entry in ((key, entry) for table in tables for key, entry in table.items()):
        assert entry.get("description"), key
        assert set(entry) - {"description"}, f"{key} is not described by the schema"


def accepted(text: str) -> bool:
    try:
        from_text(text, Path("a.toml"))
    except LemmaError:
        return False
    return True


CHANGED = [
    (LEMMA, True),
    (TRAJECTORY, True),
    (LEMMA.replace("[variables]", "clam = 1\n[variables]"), False),
    (LEMMA.replace("text", "txt"), False),
    (LEMMA + 'expect = "TRUE"\n', False),
    (LEMMA + 'steps = ["x"]\n', False),
    (LEMMA + 'steps = [["x", "r", "!="]]\n', False),
    (LEMMA + 'steps = [["x", "r", "<="]]\n', True),
    (LEMMA + "hints = 3\n", False),
    ('reviewed = "no"\n' + LEMMA, False),
    ("reviewed = false\n" + LEMMA, True),
    ("relu_at_zero = 2\n" + LEMMA, False),
    ("uses = 3\n" + LEMMA, False),
    ("[network]\nwidht = 2\n" + LEMMA, False),
    ("[network]\nwidth = 2\n" + LEMMA, True),
    ("[flow]\nx = 1\n" + LEMMA, False),
    (LEMMA.replace("[[claim]]", "[claim]"), False),
    ('[variables]\nx = "real"\n', False),
    (TRAJECTORY.replace("until", "untl"), False),
    (TRAJECTORY.replace("y = ", "z = "), False),
    (TRAJECTORY.replace('along = "flow"', 'along = "path"'), False),
]


@pytest.mark.parametrize(("text", "right"), CHANGED, ids=[str(i) for i in range(len(CHANGED))])
def test_schema_and_reader_agree(validator: Any, text: str, right: bool) -> None:
    assert accepted(text) is right
    assert validator.is_valid(tomllib.loads(text)) is right


def test_schema_is_plain_json() -> None:
    assert json.loads(schema.schema_text()) == schema.lemma_schema()
