"""Certificates of kind cover, written by hand, as the checker takes them."""

from proofs_check.checker import replay

FORMAT = "raceproof-certificate/1"
INFINITE = ("-oo", "oo")


def cover(text, variables, leaves, hypotheses=(), names=("x",), **more):
    statement = {"text": text, "variables": variables, "hypotheses": list(hypotheses), **more}
    certificate = {"format": FORMAT, "statement": statement, "kind": "cover", "names": list(names)}
    return replay({**certificate, "cases": [[{"box": box, "form": form} for box, form in leaves]]})


def accepted(*args, **more):
    return cover(*args, **more).accepted
