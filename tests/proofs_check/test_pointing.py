"""Errors of lemma files point to the file, the line and the column, show the text and suggest the nearest name."""

import time
from pathlib import Path

import pytest

from proofs_check.lemma import LemmaError, from_text, read_lemma
from proofs_check.registry import find, usable
from proofs_check.verify import verify_lemmas

HEAD = 'name = "a"\n[variables]\nx = "real"\nspeed = "real"\n[flow]\nx = "speed"\n[define]\ntwice = "2*x"\n'
CLAIM = "[[claim]]\ntext = "


def marked(text: str) -> tuple[str, int, int]:
    """Return the text without its mark ``@`` and the line and column of the mark."""
    before = text[: text.index("@")]
    return text.replace("@", "", 1), before.count("\n") + 1, len(before) - before.rfind("\n")


KEY_ERRORS = [
    ('name = "a"\n@clam = 1\n', "unknown key 'clam': did you mean 'claim'? in 'clam = 1'"),
    ('name = "a"\n@[variabels]\nx = "real"\n', "did you mean 'variables'"),
    ("x = @?\n", "not TOML: Invalid value in 'x = ?'"),
    ("@reviewed = 1\n[[claim]]\ntext = '1 > 0'\n", "reviewed=1 must be true or false"),
    ('[[claim]]\ntext = "1 > 0"\n[[claim]]\ntext = "1 > 0"\n@expct = "PROVED"\n', "did you mean 'expect'"),
    ('[[claim]]\ntext = "1 > 0"\n  @expect = "proved"\n', "expect='proved' is none of"),
    ('@[[claim]]\nname = "c"\n', "claim 1: text must be an expression"),
    ('[[claim]]\ntext = "1 > 0"\n[[twin]]\ntext = "1 < 0"\n@without = ["x > 1"]\n', "which is no hypothesis"),
    ('[network]\nwidth = 2\n@dimensoin = 2\n[[claim]]\ntext = "1 > 0"\n', "did you mean 'dimension'"),
    ('[define]\na = "1"\n@b = 2\n[[claim]]\ntext = "1 > 0"\n', "define.b must be an expression"),
    ('[trajectory]\nalong = "flow"\n@untill = 2\n[[claim]]\ntext = "1 > 0"\n', "did you mean 'until'"),
    ('[trajectory]\nalong = "flow"\nuntil = 2\n@digits = 0\n[[claim]]\ntext = "1 > 0"\n', "digits=0 must be"),
    ('title = "a"\n@statement = "a\\u001b[2Jb"\n[[claim]]\ntext = "1 > 0"\n', "U+001B does not show"),
    ('title = "a"\n@assumes = ["a\\u202Eb"]\n[[claim]]\ntext = "1 > 0"\n', "U+202E does not show"),
]


@pytest.mark.parametrize(("text", "reason"), KEY_ERRORS, ids=[reason for _, reason in KEY_ERRORS])
def test_error_about_a_key_points_to_it(text: str, reason: str) -> None:
    text, line, column = marked(text)
    with pytest.raises(LemmaError) as error:
        from_text(text, Path("folder/a.toml"))
    assert str(error.value).startswith(f"folder/a.toml:{line}:{column}: ")
    assert reason in str(error.value) and "\n" not in str(error.value)
    assert error.value.path == Path("folder/a.toml")


CLAIM_ERRORS = [
    (HEAD + CLAIM + '"x + @spede > 0"\n', "did you mean 'speed'"),
    (HEAD + CLAIM + '"@xp(x) > 0"\n', "unknown function 'xp': did you mean 'exp'"),
    (HEAD + CLAIM + "'x > 0'\n" + CLAIM + "'d(twice) == @vv'\n", "unknown name 'vv'"),
    (HEAD + CLAIM + '"x >\\t\\u0030 +\\u0020@spede"\n', "did you mean 'speed'"),
    (HEAD + CLAIM + '"""\n  x > 0 and\n  @tiwce > 0"""\n', "did you mean 'twice'"),
    (HEAD.replace('"2*x"', '"2*@y"') + CLAIM + '"x > 0"\n', "unknown name 'y'"),
    (HEAD.replace('x = "speed"', 'x = "1 + @sped"') + CLAIM + '"d(x) > 0"\n', "did you mean 'speed'"),
    ('hypotheses = ["@z > 0"]\n' + HEAD + CLAIM + '"x > 0"\n', "unknown name 'z'"),
    (HEAD + CLAIM + '"x > 0"\nhints = ["x", "@z"]\n', "unknown name 'z'"),
    (HEAD + CLAIM + '"x > 0"\n[[twin]]\ntext = "x @≤ 0"\n', "U+2264) at column 3 is not part"),
    (HEAD + CLAIM + '"x @≤ 0"\n', "write <="),
    (HEAD + CLAIM + '"x + @("\n', "not an expression"),
    (HEAD + CLAIM + '"x > 0 and @lambda"\n', "not an expression"),
    (HEAD + CLAIM + '"@x"\n', "is a number, not a claim"),
    (HEAD.replace('speed = "real"', '@speed = "reel"') + CLAIM + '"x > 0"\n', "is no kind"),
    (
        HEAD.replace('x = "real"', '@exp = "real"').replace("[flow]\nx", "[flow]\nspeed") + CLAIM + '"1 > 0"\n',
        "shadows",
    ),
    ('[network]\n@width = 40\n[[claim]]\ntext = "1 > 0"\n', "width=40 must be"),
]


@pytest.mark.parametrize(("text", "reason"), CLAIM_ERRORS, ids=[str(i) for i in range(len(CLAIM_ERRORS))])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_error_about_a_claim_points_to_the_character(tmp_path: Path, text: str, reason: str, newline: str) -> None:
    text, line, column = marked(text)
    path = tmp_path / "a.toml"
    path.write_bytes(text.replace("\n", newline).encode())
    with pytest.raises(LemmaError) as error:
        verify_lemmas([read_lemma(path)], use_cache=False, level=0)
    assert f"{path}:{line}:{column}: " in str(error.value)
    assert reason in str(error.value) and "\n" not in str(error.value)


def test_error_in_a_worker_process_points_too(tmp_path: Path) -> None:
    for name, claim in (("a", "x > 0"), ("b", "x + zz > 0")):
        (tmp_path / f"{name}.toml").write_text(f"[variables]\nx = 'real'\n{CLAIM}'{claim}'\n")
    with pytest.raises(LemmaError, match=r"b\.toml:4:13: claim 1: unknown name 'zz'"):
        verify_lemmas(find([str(tmp_path)]), jobs=2, use_cache=False, level=0)


def write(folder: Path, name: str, uses: list[str]) -> None:
    (folder / f"{name}.toml").write_text(f'uses = {uses!r}\n[variables]\nx = "real"\n[[claim]]\ntext = "x**2 >= 0"\n')


def test_five_thousand_lemmas_in_one_chain_are_read_and_ordered_soon(tmp_path: Path) -> None:
    for i in range(5_000):
        write(tmp_path, f"l{i}", [f"l{i + 1}"] if i < 4_999 else [])
    start = time.monotonic()
    lemmas = find([str(tmp_path)])
    ordered, problems = usable(lemmas)
    assert time.monotonic() - start < 20
    assert [lemma.name for lemma in ordered[:2]] == ["l4999", "l4998"] and len(ordered) == 5_000 and not problems


def test_long_circle_is_one_line_of_readable_length(tmp_path: Path) -> None:
    for i in range(1_000):
        write(tmp_path, f"l{i}", [f"l{(i + 1) % 1_000}"])
    ordered, problems = usable(find([str(tmp_path)]))
    assert not ordered and len(problems) == 1_000
    assert any("l5 -> ... (989 more) -> l" in str(error) for error in problems.values())
    assert all(len(str(error)) < 1_000 for error in problems.values())


def test_what_cannot_be_used_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name, uses in {"good": [], "one": ["two"], "two": ["one"], "three": ["two"], "four": ["god"]}.items():
        write(tmp_path, name, uses)
    ordered, problems = usable(find([str(tmp_path)]))
    assert [lemma.name for lemma in ordered] == ["good"]
    assert set(problems) == {"one", "two", "three", "four"}
    assert "did you mean 'good'" in str(problems["four"])


def test_lemma_that_uses_itself_is_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "self", ["self"])
    _, problems = usable(find([str(tmp_path)]))
    assert "self -> self" in str(problems["self"])


@pytest.mark.parametrize("reviewed", [True, False])
def test_a_lemma_that_was_not_reviewed_is_at_most_open(tmp_path: Path, reviewed: bool) -> None:
    head = "" if reviewed else "reviewed = false\n"
    body = '[variables]\nx = "real"\n[[claim]]\ntext = "x**2 >= 0"\n[[twin]]\ntext = "x**2 > 0"\n'
    (tmp_path / "mine.toml").write_text(head + body)
    (tmp_path / "user.toml").write_text('uses = ["mine"]\n' + body)
    mine, user = (result.to_json() for result in verify_lemmas(find([str(tmp_path)]), use_cache=False))
    assert (mine["verdict"], user["verdict"]) == (("PROVED", "PROVED") if reviewed else ("OPEN", "OPEN"))
    assert mine["expected"] is user["expected"] is reviewed
    assert [c["verdict"] for c in mine["claims"]] == ["PROVED" if reviewed else "OPEN"]
    assert ("not yet reviewed by its author" in mine["claims"][0]["reason"]) is not reviewed
    assert mine["twins"][0]["verdict"] == "REFUTED"


def test_a_false_lemma_is_refuted_reviewed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('reviewed = false\n[variables]\nx = "real"\n[[claim]]\ntext = "x > 0"\n')
    (result,) = verify_lemmas(find([str(tmp_path)]), use_cache=False)
    assert result.verdict == "REFUTED"
