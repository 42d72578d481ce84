"""A bug of ours is exit code 3 in one line; only a ValueError in our own words is about the user's input."""

from __future__ import annotations

import json

import pytest

from proofs_check.cli import engine, exits, main


def fail_with(error: BaseException):
    """Return a function that raises ``error``, whatever it is given."""

    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("ours"),
        RecursionError("deep"),
        KeyError("k"),
        ValueError("two\nlines"),
        MemoryError(),
        AssertionError(),
    ],
)
def test_internal_error_is_one_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RACEPROOF_DEBUG", raising=False)
    monkeypatch.setattr(engine, "decide_claim", fail_with(error))
    assert main(["refute", "x > 0"]) == exits.INTERNAL
    out, line = capsys.readouterr()
    assert out == ""
    assert line.count("\n") == 1
    assert type(error).__name__ in line
    assert "RACEPROOF_DEBUG=1" in line
    assert "Traceback" not in line


def test_internal_error_shows_its_traceback_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RACEPROOF_DEBUG", "1")
    monkeypatch.setattr(engine, "decide_claim", fail_with(ZeroDivisionError("ours")))
    assert main(["refute", "x > 0"]) == exits.INTERNAL
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert "ZeroDivisionError: ours" in error


def test_value_error_of_a_library_is_internal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "decide_claim", lambda *_: json.loads("{"))
    assert main(["refute", "x > 0"]) == exits.INTERNAL
    assert "internal error: JSONDecodeError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (KeyboardInterrupt(), exits.INTERRUPTED, "raceproof: stopped by Ctrl-C; nothing half-written is left\n"),
        (exits.UsageError("a\nb"), exits.USAGE, "raceproof: error: a b\n"),
        (
            OSError(28, "No space left on device", "out"),
            exits.USAGE,
            "raceproof: error: No space left on device 'out'\n",
        ),
    ],
)
def test_every_end_of_a_command_is_one_line(
    error: BaseException, code: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "decide_claim", fail_with(error))
    assert main(["refute", "x > 0"]) == code
    assert capsys.readouterr().err == line


@pytest.mark.parametrize(
    ("lemmas", "strict", "code"),
    [
        ([("PROVED", True)], True, exits.AS_EXPECTED),
        ([("REFUTED", True), ("CERTIFIED", True)], True, exits.AS_EXPECTED),
        ([("OPEN", True)], False, exits.AS_EXPECTED),
        ([("OPEN", True), ("PROVED", True)], True, exits.UNDECIDED),
        ([("SUPPORTED", True)], True, exits.UNDECIDED),
        ([("OPEN", True), ("PROVED", False)], True, exits.UNEXPECTED),
        ([("PROVED", False)], False, exits.UNEXPECTED),
    ],
)
def test_suite_exit_code_weighs_unexpected_over_undecided(lemmas: list, strict: bool, code: int) -> None:
    suite = [{"verdict": verdict, "expected": expected} for verdict, expected in lemmas]
    assert exits.of_suite(suite, strict) == code
