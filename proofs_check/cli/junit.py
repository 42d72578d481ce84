"""Verdicts as JUnit XML, for the dashboards of continuous integration."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from proofs_check.cli.exits import UNDECIDED_VERDICTS
from proofs_check.report.characters import holdable
from proofs_check.report.lemma_notes import lemma_notes
from proofs_check.report.unexpected import unexpected_lines


def junit_xml(suite: dict[str, Any], times: bool = True) -> bytes:
    """Return a verified suite as JUnit XML: an unexpected lemma is a failure, an undecided one is skipped.

    Parameters
    ----------
    suite : what `verify --json` prints.
    times : say how long each lemma took; without, the same verdicts give the same bytes.

    Examples
    --------
    >>> b'tests="0"' in junit_xml({"lemmas": []})
    True
    """
    lemmas = suite["lemmas"]
    unexpected = [lemma for lemma in lemmas if not lemma["expected"]]
    undecided = [lemma for lemma in lemmas if lemma["expected"] and lemma["verdict"] in UNDECIDED_VERDICTS]
    root = ElementTree.Element(
        "testsuite",
        name="raceproof verify",
        tests=str(len(lemmas)),
        failures=str(len(unexpected)),
        skipped=str(len(undecided)),
    )
    if times:
        root.set("time", f"{sum(lemma['seconds'] for lemma in lemmas):.3f}")
    for lemma in lemmas:
        case = ElementTree.SubElement(
            root,
            "testcase",
            classname=holdable(lemma["source"].get("key", "")),
            name=holdable(lemma["name"]),
        )
        if times:
            case.set("time", f"{lemma['seconds']:.3f}")
        if lemma in unexpected:
            lines = unexpected_lines(lemma)
            message = f"{lemma['verdict']} at rung {lemma['level']} is not as expected"
            failure = ElementTree.SubElement(case, "failure", message=holdable(": ".join([message, *lines[:1]])))
            failure.text = holdable("\n".join(lines))
        elif lemma in undecided:
            said = "; ".join([f"undecided: {lemma['verdict']}", *lemma_notes(lemma)])
            ElementTree.SubElement(case, "skipped", message=holdable(said))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
