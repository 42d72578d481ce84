"""The checker's covers: no certificate that was tampered with, no random form for a false claim, is accepted."""

import copy
import json
import random
from fractions import Fraction

import pytest

from proofs_check.boxes.prove import Limits, Reason, prove_by_boxes
from proofs_check.checker import replay, replay_text
from proofs_check.language.elaborate import elaborate
from proofs_check.language.statement import Statement
from tests.proofs_check.box_covers import INFINITE, cover
from tests.proofs_check.test_boxes import FALSE, GOALS


def certificates():
    found = []
    for text, variables in GOALS:
        statement = Statement(text, variables)
        certificate = prove_by_boxes(statement, elaborate(statement), Limits(seconds=20))
        assert not isinstance(certificate, Reason)
        found.append(json.loads(json.dumps(certificate)))
    return found


def moved(rng, end):
    if end in INFINITE:
        return str(rng.randint(-5, 5))
    return str(Fraction(end) + rng.choice([-1, 1]) * Fraction(rng.choice([1, 5]), rng.choice([2, 10, 10**6, 10**12])))


def tampered(rng, certificate):
    """A copy that is wrong for certain: leaves that do not tile, forms that are none, or a statement that is false."""
    new = copy.deepcopy(certificate)
    leaves = rng.choice(new["cases"])
    leaf = rng.choice(leaves)
    how = rng.randrange(8)
    if how == 0:
        leaves.remove(leaf)
    elif how == 1:
        leaves.append(copy.deepcopy(leaf))
    elif how == 2 and leaf["box"]:
        side = rng.choice(leaf["box"])
        which = rng.randrange(2)
        side[which] = moved(rng, side[which])
    elif how == 3:
        leaf["form"] = rng.choice(
            ["proved", None, [], ["rise"], ["outside", 99], ["outside", -1], 0, ["pieces", "natural"]]
        )
    elif how == 4:
        new["cases"].append(copy.deepcopy(new["cases"][0]))
    elif how == 5:
        new["names"] = new["names"] + ["z"] if rng.random() < 0.5 else [*new["names"], *new["names"][:1], "w"]
    elif how == 6:
        leaf["box"] = [["-oo", "oo"], *leaf["box"]]
    else:
        new["statement"]["text"] = f"not ({new['statement']['text']})"
    return new


@pytest.mark.slow
def test_cover_rejects_tampered_certificates():
    rng = random.Random(7)
    originals = certificates()
    assert all(replay(c).accepted for c in originals)
    count = 0
    while count < 600:
        original = rng.choice(originals)
        new = tampered(rng, original)
        if new != original:
            count += 1
            assert not replay_text(json.dumps(new)).accepted, new


@pytest.mark.slow
def test_cover_rejects_the_certificate_of_another_claim():
    originals = certificates()
    false = {"x": [t for t, v in FALSE if v == {"x": "real"}]}
    for certificate in originals:
        for text in false["x"]:
            new = {**certificate, "statement": {"text": text, "variables": {"x": "real"}}}
            assert not replay(new).accepted, (text, certificate)


def random_form(rng, depth):
    if depth == 0 or rng.random() < 0.4:
        return rng.choice(["natural", "mean", "zero"])
    kind = rng.random()
    if kind < 0.7:
        side, where = rng.choice(["low", "high"]), rng.choice(["", "face", "slope"])
        return ["rise", "x", side, where, random_form(rng, depth - 1), random_form(rng, depth - 1)]
    if kind < 0.85:
        return ["pieces", random_form(rng, depth - 1), random_form(rng, depth - 1)]
    if kind < 0.92:
        return ["invert", "x", random_form(rng, depth - 1)]
    return ["outside", 0] if kind < 0.95 else ["factor", "1", "1", "natural", random_form(rng, depth - 1)]


ONE_VARIABLE = [(text, variables) for text, variables in FALSE if list(variables) == ["x"]]


@pytest.mark.parametrize(("text", "variables"), ONE_VARIABLE, ids=[text for text, _ in ONE_VARIABLE])
def test_cover_accepts_no_form_for_a_false_claim(text, variables):
    rng = random.Random(text)
    kind = variables["x"]
    ends = {"nonnegative": ("0", "oo"), "positive": ("0", "oo"), "real": INFINITE}
    low, high = ends[kind] if isinstance(kind, str) else ("0", "1")
    inner = [Fraction(q) for q in ("0", "1/7", "1/3", "1/2", "1", "2", "-1", "1e-10", "1e-9")]
    inner = [q for q in inner if (low == "-oo" or q > Fraction(low)) and (high == "oo" or q < Fraction(high))]
    for _ in range(60):
        cuts = [str(q) for q in sorted(rng.sample(inner, rng.randint(0, min(4, len(inner)))))]
        sides = zip([low, *cuts], [*cuts, high], strict=True)
        leaves = [([list(side)], random_form(rng, 4)) for side in sides]
        result = cover(text, variables, leaves)
        assert not result.accepted, leaves
        assert "failed" not in result.reason, result.reason
