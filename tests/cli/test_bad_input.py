"""Lemma files and certificates from a stranger: one line that says what and where, the right code, no harm."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from proofs_check.cli import exits, main
from tests.cli.conftest import Run, one_line_error

HEAD = '[variables]\nx = "real"\n[witness]\nx = 1\n'


def stating(text: str) -> str:
    """Return a lemma file of one claim about a real x."""
    return f"{HEAD}[[claim]]\ntext = '''{text}'''\n"


LEMMAS = {
    "unknown name": (stating("x + zz >= 0"), "unknown name 'zz'"),
    "attribute": (stating("x.__class__ >= 0"), "attribute access"),
    "statement": (stating("import os"), "not an expression"),
    "assignment": (stating("(x := 3) > 0"), "assignment"),
    "number": (stating("x + 1"), "write a relation"),
    "other call": (stating("eval(x) >= 0"), "unknown function 'eval'"),
    "brackets": (stating("(" * 5_000 + "x" + ")" * 5_000 + " >= 0"), "nested deeper than 80"),
    "minus signs": (stating("-" * 5_000 + "x >= 0"), "more than 40 unary operators"),
    "power": (stating("x**99999999999 >= 0"), "exponent 99999999999"),
    "power tower": (stating("9**9**9**9 >= 0"), "exponent"),
    "digits": (stating(f"x >= {'9' * 6_000}"), "6000 digits"),
    "nul": (f'{HEAD}[[claim]]\ntext = "x \\u0000 >= 0"\n', "U+0000"),
    "10 MB of brackets": (stating("(" * 5_000_000 + "x" + ")" * 5_000_000), "at most 200,000"),
    "nested TOML lists": ("a = " + "[" * 90_000, "not TOML"),
    "nested TOML tables": ("a = " + "{a=" * 40_000, "not TOML"),
    "empty": ("", "no [[claim]]"),
    "misspelt key": (stating("x >= 0").replace("[[claim]]", "[[claims]]"), "did you mean 'claim'?"),
    "variable shadows": ('[variables]\nexp = "real"\n[[claim]]\ntext = "exp >= 0"\n', "'exp' shadows"),
    "definition shadows": (f'{HEAD}[define]\ntanh = "x"\n[[claim]]\ntext = "tanh >= 0"\n', "'tanh' shadows"),
    "circle": (f'name = "lemma"\nuses = ["lemma"]\n{stating("x >= 0")}', "circle"),
    "huge network": ('[network]\nwidth = 1000000\n[[claim]]\ntext = "w[0][0] >= 0"\n', "width=1000000"),
    "witness": ('[variables]\nx = "real"\n[witness]\nx = "1/0"\n[[claim]]\ntext = "x >= 0"\n', "x='1/0'"),
    "infinite": (f"relu_at_zero = inf\n{stating('x >= 0')}", "relu_at_zero=inf"),
}


@pytest.mark.parametrize("kind", LEMMAS)
def test_lemma_file_that_cannot_be_used(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, part = LEMMAS[kind]
    path = tmp_path / "lemma.toml"
    path.write_text(text, encoding="utf-8")
    start = time.monotonic()
    code = main(["verify", str(path), "--jobs", "1"])
    out, error = capsys.readouterr()
    assert (code, out) == (exits.USAGE, ""), error
    assert error.count("\n") == 1 and len(error) < 1_000
    assert part in error
    assert "lemma" in error
    assert time.monotonic() - start < 10


def test_lemma_file_that_is_not_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lemma.toml"
    path.write_bytes(b"\xff\xfe\x00" * 30)
    assert main(["verify", str(path)]) == exits.USAGE
    assert capsys.readouterr().err == f"raceproof: error: {path}: not UTF-8 text\n"


def test_unsatisfiable_hypotheses_are_vacuous_and_unexpected(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "lemma.toml").write_text(f'hypotheses = ["x > 1", "x < 0"]\n{stating("x >= 0")}')
    done = raceproof("verify", "lemma.toml", "--json")
    assert (done.returncode, done.stderr) == (exits.UNEXPECTED, "")
    assert json.loads(done.stdout)["summary"] == {"VACUOUS": 1}


def test_division_that_may_be_by_zero_is_refuted_as_undefined(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "lemma.toml").write_text(stating("x/x == 1"))
    done = raceproof("verify", "lemma.toml", "--json")
    assert (done.returncode, done.stderr) == (exits.UNEXPECTED, "")
    (claim,) = json.loads(done.stdout)["lemmas"][0]["claims"]
    assert (claim["verdict"], claim["counterexample"]) == ("REFUTED", {"x": "0"})
    assert claim["reason"].startswith("undefined")


@pytest.fixture(scope="module")
def certificate(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict:
    """A certificate that the checker accepts."""
    from tests.cli.conftest import COMMAND

    claim = [*COMMAND, "refute", "tanh(x) >= x - x**3/4", "--for", "0 <= x <= 1", "--json"]
    done = subprocess.run(claim, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["certificate"]


def nested(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"point": {"x": "0"}},
        {"point": {"x": "2"}},
        {"point": {"x": "1/0"}},
        {"point": {"x": "nan"}},
        {"point": {"x": 0.5}},
        {"point": {}},
        {"point": {"x": "1/2", "y": "1"}},
        {"point": {"x": "9" * 100_000}},
        {"point": {"x": nested(500)}},
        {"point": None},
        {"kind": "trust me"},
        {"format": "raceproof-certificate/99"},
        {"statement": None},
        {"statement": nested(500)},
        {"statement": {"text": "(" * 10_000}},
    ],
)
def test_tampered_certificate_is_rejected(
    certificate: dict, change: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(certificate))
    assert main(["replay", str(path)]) == exits.AS_EXPECTED
    path.write_text(json.dumps({**certificate, **change}))
    capsys.readouterr()
    start = time.monotonic()
    assert main(["replay", str(path)]) == exits.UNEXPECTED
    out, error = capsys.readouterr()
    assert out.startswith("REJECTED")
    assert (error, "Traceback" in out, len(out) < 2_000) == ("", False, True)
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b'{"format": ', b"[]", b"null", b'{"format"}', b"{}", b"\xff\xfe", b"[" * 10**6, b"9" * 5_000],
)
def test_file_that_is_no_certificate(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(content)
    assert main(["replay", str(path)]) == exits.USAGE
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1 and str(path) in error and len(error) < 1_000


def test_certificate_that_is_too_large_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "certificate.json"
    with path.open("wb") as stream:
        stream.truncate(65 * 2**20)
    assert main(["replay", str(path)]) == exits.USAGE
    assert "larger than 64 MiB; not read: give it in parts" in capsys.readouterr().err


def test_results_of_thousands_of_lemmas_are_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a folder of 5,000 lemmas report.json had 17.3 MB and `verify --json` 21.8 MB."""
    assert main(["refute", "x**2 > 0", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    lemmas = [{"name": "padding", "statement": "x" * (22 * 2**20), "claims": [result], "twins": []}]
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"lemmas": lemmas}))
    assert main(["replay", str(path)]) == 0
    assert capsys.readouterr().out.startswith("accepted  counterexample to: x**2 > 0")


def test_folder_without_lemmas_is_one_line(raceproof: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "empty" in one_line_error(raceproof("verify", "empty"), exits.USAGE)


@pytest.mark.parametrize(
    ("text", "said"), [("TODO", "claim 1: no claim written yet"), ("zz >= 0", "claim 1: unknown name 'zz'")]
)
def test_unusable_claim_in_a_folder_is_bad_input(process: Run, tmp_path: Path, text: str, said: str) -> None:
    for name, claim in (("a", "x**2 >= 0"), ("b", text)):  # two files are verified in processes of their own
        (tmp_path / f"{name}.toml").write_text(f'[variables]\nx = "real"\n[[claim]]\ntext = "{claim}"\n')
    line = one_line_error(process("verify", ".", "--jobs", "2", "--no-cache"), exits.USAGE)
    assert "b.toml:4:" in line and said in line
