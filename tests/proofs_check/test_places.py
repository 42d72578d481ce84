"""Positions in TOML files: the scanner finds every key and every character of every text where tomllib reads it."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.places import KeyPath, find_places
from proofs_check.registry import SUITE, lemma_files

TRICKY = r"""
a.b."c d" = "x\ty\u00e9\"z" # [not a table]
'quoted = key' = '''
first line
it''s''''
[t] # ]
list = [ "one", ['two', "three"], { k = "four", "l".m = [1, "five"] }, # "no"
  "six" ]
long = \"\"\"
  line \
     joined, "two" quotes \\
  end\"\"\"\"\"
when = 1979-05-27T07:32:00Z
[[claim]]
text = "x > 0"
[claim.inner]
k = "deep"
[[claim]]
text = ''
[[claim.part]]
text = "p"
[[claim.part]]
text = "q"
[t.'u.v']
w = "end"
""".replace('\\"\\"', '""').replace('"\\"', '""')


def texts(node: object, path: KeyPath = ()) -> dict[KeyPath, str]:
    """Return every text that tomllib read, by its path of keys."""
    if isinstance(node, str):
        return {path: node}
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return {p: text for key, value in items for p, text in texts(value, (*path, key)).items()}


def agree(source: str) -> None:
    places = find_places(source)
    assert {text.path: text.value for text in places.texts} == texts(tomllib.loads(source))
    for text in places.texts:
        assert len(text.offsets) == len(text.value)
        for char, offset in zip(text.value, text.offsets, strict=True):
            assert places.source[offset] in (char, "\\")
        assert text.path in places.keys


def test_every_text_of_the_suite_is_where_tomllib_reads_it() -> None:
    for path in lemma_files(SUITE):
        agree(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_form_of_key_and_text(newline: str) -> None:
    agree(TRICKY.replace("\n", newline))


def basic(text: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08X}" if c in '"\\' or not c.isprintable() else c for c in text) + '"'


KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True), st.text(max_size=4).map(basic))
VALUES = st.recursive(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=6).map(basic),
        st.text('ab =[]{}#,."\\', max_size=6).map(lambda s: f"'{s}'"),
        st.text("ab\n'# \\", max_size=6)
        .filter(lambda s: "'''" not in s and not s.endswith("'"))
        .map(lambda s: f"'''{s}'''"),
        st.sampled_from(["1", "-0.5e3", "true", "2020-01-01"]),
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"[ {', '.join(parts)} ]"),
    max_leaves=5,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(["", "[t]", "[[a]]", "[a.x]"]), KEYS, VALUES), max_size=6))
def test_positions_agree_with_tomllib(entries: list[tuple[str, str, str]]) -> None:
    source = "".join(f"{header}\n{key} = {value} # c\n" for header, key, value in entries)
    try:
        tomllib.loads(source)
    except tomllib.TOMLDecodeError:  # a key or table given twice
        return
    agree(source)


def test_lines_and_columns_count_from_one() -> None:
    places = find_places("'é' = 1\n[[claim]]\n  text = 'x'\n")
    assert places.line_and_column(places.keys[("é",)]) == (1, 1)
    assert places.line_and_column(places.keys[("claim", 0)]) == (2, 1)
    assert places.line_and_column(places.keys[("claim", 0, "text")]) == (3, 3)
    assert places.line(places.keys[("claim", 0, "text")]) == "text = 'x'"


def test_text_that_is_not_toml_gives_what_was_read(tmp_path: Path) -> None:
    assert find_places('a = 1\nb = "never ends').keys == {("a",): 0, ("b",): 6}
    for broken in ("[", "[[a", "a = [1, ", "= 3", "a = {", '"', "a.", "\\"):
        find_places(broken)
