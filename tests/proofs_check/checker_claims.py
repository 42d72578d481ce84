"""Statements for the checker: proofs and counterexamples handed to it as certificates."""

from proofs_check.checker import replay

FORMAT = "raceproof-certificate/1"


def statement(text, variables, **more):
    return {"text": text, "variables": variables, **more}


def prove(text, variables, hints=(), **more):
    certificate = {
        "format": FORMAT,
        "kind": "proof",
        "hints": list(hints),
        "statement": statement(text, variables, **more),
    }
    return replay(certificate)


def refute(text, variables, point, why="false", **more):
    certificate = {"format": FORMAT, "kind": "counterexample", "point": point, "why": why}
    return replay({**certificate, "statement": statement(text, variables, **more)})


def network(**more):
    return {"width": 2, "dimension": 2, "samples": 2, "loss": "any", **more}


X, XY = {"x": "real"}, {"x": "real", "y": "real"}
