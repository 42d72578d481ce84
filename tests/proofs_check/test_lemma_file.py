"""Lemma files: read strictly, with errors that name the file and the mend."""

import time
from pathlib import Path

import pytest

from proofs_check.examine import Effort, examine
from proofs_check.language.statement import Statement
from proofs_check.lemma import LemmaError, from_text, read_lemma
from proofs_check.registry import find, with_uses
from proofs_check.verify import examine_lemma, verify_lemmas

HEAD = 'name = "a"\n'
BODY = '[variables]\nx = "real"\n[[claim]]\ntext = "x**2 >= 0"\n'
BAD = [
    ("name = ", "not TOML"),
    (HEAD + "clam = 1\n" + BODY, "did you mean 'claim'"),
    (HEAD + '[variables]\nx = "real"\n', "no [[claim]]"),
    (HEAD + '[variables]\nx = "real"\n[claim]\ntext = "x == x"\n', "double brackets"),
    (HEAD + '[[claim]]\nname = "c"\n', "must be an expression"),
    (HEAD + BODY + 'expect = "TRUE"\n', "is none of"),
    (HEAD + BODY + 'steps = ["x"]\n', "a step is"),
    (HEAD + BODY + 'steps = [["x", "r", "!="]]\n', "is none of"),
    (HEAD + BODY + '[[twin]]\ntext = "x > 0"\nwithout = ["x > 1"]\n', "no hypothesis"),
    (HEAD + BODY + '[[twin]]\ntext = "x > 0"\nvariables = { y = "real" }\n', "no variable"),
    (HEAD + "relu_at_zero = 0.5\n" + BODY, "must be 0 or 1"),
    (HEAD + "uses = 3\n" + BODY, "must be a list"),
    ('name = "../../etc"\n' + BODY, "letters, digits"),
    (HEAD + "source = 3\n" + BODY, "source must be"),
]


@pytest.mark.parametrize(("text", "reason"), BAD, ids=[b[1] for b in BAD])
def test_malformed_lemma_files_are_one_line_errors(text: str, reason: str) -> None:
    with pytest.raises(LemmaError) as error:
        from_text(text, Path("folder/a.toml"))
    assert "folder/a.toml" in str(error.value) and reason in str(error.value)


@pytest.mark.parametrize(
    "claim", ["zz > 0", "x.real > 0", "__import__('os')", "open('x') == 1", "x", "(" * 300, "exp(x", "lambda: 0"]
)
def test_claims_outside_the_language_name_the_file_and_claim(claim: str) -> None:
    text = HEAD + BODY + f"[[claim]]\nname = 'second'\ntext = {claim!r}\n".replace("'", '"', 0)
    lemma = from_text(text.replace('\\"', '"'), Path("a.toml"))
    with pytest.raises(LemmaError, match=r"a\.toml:8:\d+: second"):
        examine_lemma(lemma)


def test_missing_binary_and_huge_files_are_one_line_errors(tmp_path: Path) -> None:
    with pytest.raises(LemmaError, match="No such file"):
        read_lemma(tmp_path / "none.toml")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LemmaError, match="UTF-8"):
        read_lemma(tmp_path / "b.toml")
    (tmp_path / "c.toml").write_text("#" * 300_000, encoding="utf-8")
    with pytest.raises(LemmaError, match="bytes"):
        read_lemma(tmp_path / "c.toml")


def _write(folder: Path, name: str, uses: list[str], claim: str = "x**2 >= 0") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(
        f'name = "{name}"\nuses = {uses!r}\n[variables]\nx = "real"\n[[claim]]\ntext = "{claim}"\n', encoding="utf-8"
    )
    return path


def test_circular_uses_and_unknown_uses_are_errors(tmp_path: Path) -> None:
    _write(tmp_path, "one", ["two"])
    _write(tmp_path, "two", ["one"])
    with pytest.raises(LemmaError, match="one -> two -> one"):
        with_uses(find([str(tmp_path)]))
    with pytest.raises(LemmaError, match="did you mean"):
        with_uses(find([str(_write(tmp_path, "three", ["balance_cons"]))]))


def test_two_lemmas_of_one_name_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    _write(tmp_path, "one", [])
    _write(tmp_path / "sub", "one", [])
    with pytest.raises(LemmaError, match="two lemmas of one name"):
        find([str(tmp_path)])


def test_unknown_names_suggest_the_nearest_lemma(tmp_path: Path) -> None:
    with pytest.raises(LemmaError, match="did you mean"):
        find(["balance_cons"])
    with pytest.raises(LemmaError, match="no lemma files"):
        find([str(tmp_path)])


def test_a_lemma_is_never_better_than_what_it_uses(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RACEPROOF_CACHE", str(tmp_path / "cache"))
    _write(tmp_path, "weak", [], "exp(x) > x")
    _write(tmp_path, "false", [], "x > 0")
    on_weak, on_false = (_write(tmp_path, f"on_{name}", [name], "x**2 + 1 > 0") for name in ("weak", "false"))
    own = find([str(tmp_path / "weak.toml"), str(tmp_path / "false.toml")])
    weak, false = (r.verdict for r in verify_lemmas(own, level=1))  # the search alone supports and refutes
    assert (weak, false) == ("SUPPORTED", "REFUTED")
    results = verify_lemmas(
        find([str(on_weak), str(on_false), str(tmp_path / "weak.toml"), str(tmp_path / "false.toml")]), level=1
    )
    assert [r.verdict for r in results[:2]] == ["SUPPORTED", "OPEN"]
    assert not results[0].expected and not results[1].expected


def test_a_lemma_that_squares_forty_times_ends_soon() -> None:
    squares = "\n".join(f'a{i + 1} = "a{i}*a{i}"' for i in range(40))
    text = f'name = "bomb"\n[variables]\nx = "real"\n[define]\na0 = "x + x"\n{squares}\n[[claim]]\ntext = "a40 >= 0"\n'
    start = time.monotonic()
    verdict = examine_lemma(from_text(text, Path("bomb.toml")))["claims"][0]["verdict"]
    assert verdict in ("OPEN", "SUPPORTED", "PROVED")  # a square it is; what counts is that it ends
    assert time.monotonic() - start < 60


def test_a_toml_integer_of_many_digits_is_a_one_line_error() -> None:
    with pytest.raises(LemmaError, match="not TOML"):
        from_text("x = " + "9" * 6_000, Path("a.toml"))


def test_a_claim_that_takes_too_long_is_open_and_says_so() -> None:
    result = examine(Statement("x**2 >= 0", {"x": "real"}), effort=Effort(limit=0.001))
    assert result.verdict == "OPEN" and "stopped after" in result.reason


def test_path_may_be_text(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[variables]\nx = "real"\n[[claim]]\ntext = "x == x"\n', encoding="utf-8")
    assert read_lemma(str(path)) == read_lemma(path)
    with pytest.raises(LemmaError, match=r"nope\.toml: No such file"):
        read_lemma("nope.toml")
