"""A statement in parts: which relations are hypotheses, which are claims, which kinds the variables have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from proofs_check.latex_reader.expressions import Expressions
from proofs_check.latex_reader.parts import Part, groups, parts_of
from proofs_check.latex_reader.tokens import RELATIONS, NotRead, Token, tokens_of
from proofs_check.latex_reader.tree import Node, claim_text, name

CONSERVED = re.compile(r"^(is|are|stays?|remains?)\b[^.]*\b(conserved|constant|invariant|preserved)\b", re.I)
BEYOND = (  # words that say something no claim can say
    (re.compile(r"\bprobabilit|\balmost surely\b|\bin expectation\b|\bw\.?h\.?p\b", re.I), "a probability"),
    (re.compile(r"\b(there exists?|there is|for some)\b", re.I), "that something exists"),
    (re.compile(r"\b(integers?|natural|matri(x|ces)|complex|random|convex|differentiable)\b", re.I), "such a kind"),
    (re.compile(r"\b(sufficiently|(large|small) enough|asymptotic)", re.I), "a limit without a number"),
)
NEGATION = re.compile(r"\b(not|never|no|nor|neither|none|cannot|fails?|false)\b", re.I)
DIMENSION = 2  # of a vector whose length is not said
Relation = list[Node | str]
IFF = "iff"  # a sign between two relations


@dataclass
class Draft:
    """What was read of a statement.

    Attributes
    ----------
    claims, hypotheses : texts of the claim language.    flow : velocities.
    kinds : of the variables, as in lemma files.
    notes : what was guessed.    missed : (LaTeX, reason) of what could not be read.
    sources : the LaTeX that a text was read from.
    """

    latex: str
    claims: list[str] = field(default_factory=list)
    hypotheses: list[str] = field(default_factory=list)
    flow: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """A relation, its role, and the LaTeX that it was read from."""

    relation: Relation
    role: str
    source: str


@dataclass
class Found:
    """What the parts read so far hold together: relations with their roles, vectors, and names as they stand."""

    read: list[Read] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # names before a comma: "x, y \\in R"
    vectors: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)
    spelled: dict[str, dict[str, None]] = field(default_factory=dict)
    components: dict[str, str] = field(default_factory=dict)  # the names x_1 by what may be a vector x
    named: list[str] = field(default_factory=list)  # every name that stood alone

    def take(self, reader: Expressions, draft: Draft) -> None:
        """Add what a reader noticed in its part."""
        draft.notes += reader.notes
        self.vectors |= reader.vectors
        self.sizes |= reader.sizes
        self.components |= reader.components
        for item, ways in reader.spelled.items():
            self.spelled.setdefault(item, {}).update(ways)


def read_statement(latex: str) -> Draft:
    """Read a LaTeX statement as far as it goes; nothing of it is evaluated or trusted.

    Raises
    ------
    NotRead
        When the statement is empty, too long, or holds characters that do not show.

    Examples
    --------
    >>> draft = read_statement(r"For $0 < x < 1$, $\\tanh^2 x \\le x$")
    >>> draft.hypotheses, draft.claims
    (['0 < x < 1'], ['tanh(x)**2 <= x'])
    """
    tokens = tokens_of(latex)
    if not tokens:
        raise NotRead("the statement is empty")
    draft = Draft(latex)
    found = Found()
    for group in groups(parts_of(tokens)):
        if len(group) == 1:
            _read_part(group[0], draft, found)
        else:
            _read_joined(group, draft, found)
    draft.missed += [(token.text, token.bad) for token in tokens if token.kind == "prose" and token.bad]
    prose = " ".join(token.text for token in tokens if token.kind == "prose")
    draft.notes += [f"{what} is not part of the claim language" for word, what in BEYOND if word.search(prose)]
    negation = NEGATION.search(prose)
    if negation is not None:
        draft.notes.append(f"the word '{negation[0]}' in the text was not read")
    for item, ways in found.spelled.items():
        if len(ways) > 1:
            draft.notes.append(f"{' and '.join(ways)} became the same name {item}")
    _sort_out(draft, found.read)
    _mark_velocities(found)
    _declare(draft, [one.relation for one in found.read], found.vectors, found.sizes)
    for item, component in found.components.items():
        if item in found.sizes:
            draft.notes.append(f"{component} was read as a name of its own, not as a component of {item}")
    for item in found.named:
        if item not in draft.kinds:
            draft.notes.append(f"{item} is named and is no variable of the draft: is it an index?")
    return draft


def _read_part(part: Part, draft: Draft, found: Found) -> None:
    """Read one part as a set's member, a relation, or a name that waits for its bound."""
    reader, source = Expressions(part.tokens), _source(draft.latex, part.tokens)
    try:
        if _membership(part.tokens, draft, found.waiting):
            found.waiting = []
            return
        relation = reader.relation()
    except NotRead as error:
        draft.missed.append((source, str(error)))
        return
    except RecursionError:
        draft.missed.append((source, "nested too deeply"))
        return
    if part.role == "aside":
        draft.missed.append((source, "an equivalence: write implies(..., ...) both ways"))
        return
    relation = _as_conserved(relation, part.after, draft)
    found.take(reader, draft)
    if len(relation) == 1:
        node = relation[0]
        if isinstance(node, Node) and node.op == "name" and part.role != "claim":
            found.waiting.append(node.text)
            found.named.append(node.text)
        else:
            draft.missed.append((source, "no relation such as = or \\le"))
        return
    if part.listed:
        found.read += [Read(other, part.role, source) for other in _for_each(found.waiting, relation)]
        found.waiting = []
    found.read.append(Read(relation, part.role, source))


def _read_joined(parts: list[Part], draft: Draft, found: Found) -> None:
    """Read two relations with "iff" between them as two implications; all else around such words is not read."""
    several = "an equivalence of more than two relations"
    reason = several if parts[-1].role == "iff" else "joined by a word or an arrow that was not read"
    readers = [Expressions(part.tokens) for part in parts]
    if len(parts) == 2 and parts[1].role == "iff" and parts[0].role != "condition":
        try:
            left, right = (reader.relation() for reader in readers)
            if len(left) > 1 and len(right) > 1:
                for reader in readers:
                    found.take(reader, draft)
                draft.notes.append("an equivalence was read as two implications")
                source = _source(draft.latex, [*parts[0].tokens, *parts[1].tokens])
                found.read.append(Read([*left, IFF, *right], parts[0].role, source))
                return
            reason = "an equivalence of what is no relation"
        except NotRead as error:
            reason = f"an equivalence: {error}"
        except RecursionError:
            reason = "nested too deeply"
    draft.missed += [(_source(draft.latex, part.tokens), reason) for part in parts]


def _as_conserved(relation: Relation, after: str, draft: Draft) -> Relation:
    """Return ``d(...) == 0`` for an expression of which the words after it say that it is conserved."""
    if len(relation) != 1 or not isinstance(relation[0], Node) or not CONSERVED.search(after):
        return relation
    draft.notes.append(f"'{after[:40]}' was read as d(...) == 0")
    return [Node("d", (relation[0], name("t"))), "==", Node("number", text="0")]


def _for_each(names: list[str], relation: Relation) -> list[Relation]:
    """Return the bound of the last name of a list such as "a, b > 0" for the names before it."""
    first = relation[0]
    bounds = isinstance(first, Node) and first.op == "name" and _is_bound(relation)
    return [[name(item), *relation[1:]] for item in names] if bounds else []


def _membership(tokens: list[Token], draft: Draft, waiting: list[str]) -> bool:
    """Read ``x \\in`` a set; True when it was that."""
    at = next((i for i, token in enumerate(tokens) if token.kind == "command" and token.text == "in"), None)
    if at is None:
        return False
    left = Expressions(tokens[:at]).relation()
    if len(left) != 1 or not isinstance(left[0], Node) or left[0].op != "name":
        raise NotRead("the left side of \\in is not a name")
    names = [*waiting, left[0].text]
    text = "".join(token.text for token in tokens[at + 1 :])
    if re.fullmatch(r"\[[A-Za-z\d]+\]", text):
        raise NotRead("a set of indices: write all(... for j in range(n))")
    reals = re.fullmatch(
        r"(?:mathbb\{R\}|mathbbR|R)(?:_\{?(>0|\+|\+\+|>=0|geq?0)\}?)?(?:\^\{?([A-Za-z0-9]+)\}?)?", text
    )
    ends = re.fullmatch(r"([(\[])(-?[\d.]+|-?pi),(-?[\d.]+|-?pi)([)\]])", text)
    values = re.fullmatch(r"(?:\{|lbrace)(-?[\d.]+(?:,-?[\d.]+)*)(?:\}|rbrace)", text)
    for item in names:
        if reals and reals[2]:
            size = int(reals[2]) if reals[2].isdigit() and 1 <= int(reals[2]) <= 64 else DIMENSION
            draft.kinds[item] = {"vector": size}
            if not reals[2].isdigit():
                draft.notes.append(f"{item} was given the dimension {DIMENSION}")
        elif reals:
            draft.kinds[item] = (
                "real" if not reals[1] else "nonnegative" if "=" in reals[1] or "ge" in reals[1] else "positive"
            )
        elif ends:
            low, high = ("<" if ends[1] == "(" else "<="), ("<" if ends[4] == ")" else "<=")
            draft.kinds[item] = "real"
            draft.hypotheses.append(f"{ends[2]} {low} {item} {high} {ends[3]}")
        elif values:
            draft.kinds[item] = {"values": values[1].split(",")}
        else:
            raise NotRead("a set other than the reals, an interval with numbers, or finitely many numbers")
    return True


def _sort_out(draft: Draft, read: list[Read]) -> None:
    """Decide what is a claim, what a hypothesis, what an equation of the flow."""
    plain = [one for one in read if one.role != "condition" and not _is_bound(one.relation)]
    others = [one for one in read if _velocity(one.relation) is None and (one in plain or one.role == "claim")]
    claims: list[Read] = []
    for one in read:
        velocity = _velocity(one.relation)
        if velocity is not None and (one.role == "condition" or others or (draft.flow and draft.missed)):
            draft.flow[velocity[0]] = claim_text(velocity[1])
            draft.sources[f"d({velocity[0]}) == {draft.flow[velocity[0]]}"] = one.source
        elif one.role == "condition" or (one.role == "unknown" and _is_bound(one.relation) and plain):
            draft.hypotheses.append(_text(one.relation, False))
            draft.sources[draft.hypotheses[-1]] = one.source
        else:
            claims.append(one)
    if not claims and draft.hypotheses and not draft.missed:
        draft.claims.append(draft.hypotheses.pop())
        draft.notes.append("the last condition was taken as the claim")
    for one in claims:
        draft.claims.append(_text(one.relation, bool(draft.flow)))
        draft.sources[draft.claims[-1]] = one.source
    nodes = [part for one in claims for part in one.relation if isinstance(part, Node)]
    if not draft.flow and any(_is_fixed(node) for node in nodes):
        draft.notes.append(
            "a derivative of what does not depend on its variable is 0: give [flow] and write d(...), or a [network]"
        )


def _is_bound(relation: Relation) -> bool:
    """Say whether a relation only bounds names by numbers, as conditions do."""
    return (
        all(isinstance(part, str) or (part.op in ("name", "number", "neg")) for part in relation)
        and "==" not in relation
        and IFF not in relation
    )


def _is_fixed(node: Node) -> bool:
    """Say whether a derivative in a node is by a variable that what is differentiated does not hold."""
    own = node.op == "d" and not node.args[1].names() <= node.args[0].names()
    return own or any(_is_fixed(arg) for arg in node.args)


def _velocity(relation: Relation) -> tuple[str, Node] | None:
    """Return the name and the velocity of an equation such as ``\\dot p = ...``."""
    if len(relation) != 3 or relation[1] != "==":
        return None
    left, right = relation[0], relation[2]
    if isinstance(left, Node) and isinstance(right, Node) and left.op == "d" and left.args[0].op == "name":
        return (left.args[0].text, right) if left.args[1] == name("t") else None
    return None


def _mark_velocities(found: Found) -> None:
    """Take the velocity of a vector as a vector."""
    for one in found.read:
        velocity = _velocity(one.relation)
        if velocity is not None and velocity[0] in found.vectors:
            marking = Expressions([])
            try:
                marking.mark(velocity[1])
            except NotRead:
                continue  # a function in it: noted when it was read
            found.vectors |= marking.vectors


def _text(relation: Relation, along_flow: bool) -> str:
    if IFF in relation:
        at = relation.index(IFF)
        left, right = _text(relation[:at], along_flow), _text(relation[at + 1 :], along_flow)
        return f"implies({left}, {right}) and implies({right}, {left})"
    return " ".join(part if isinstance(part, str) else claim_text(part, along_flow) for part in relation)


def _declare(draft: Draft, relations: list[Relation], vectors: set[str], sizes: dict[str, int]) -> None:
    used: dict[str, None] = dict.fromkeys(draft.flow)
    for relation in relations:
        for part in relation:
            if isinstance(part, Node):
                used |= dict.fromkeys(sorted(part.names()))
    written = " ".join([*draft.claims, *draft.hypotheses, *draft.flow.values()])
    for item in used:
        if item == "t" and not re.search(r"\bt\b", written):
            continue  # only d(..., t) along the flow named it
        if item in sizes:
            draft.kinds.setdefault(item, {"vector": sizes[item]})
        elif item in vectors and item not in draft.kinds:
            draft.kinds[item] = {"vector": DIMENSION}
            draft.notes.append(f"{item} was read as a vector and given the dimension {DIMENSION}")
        draft.kinds.setdefault(item, "real")


def _source(latex: str, tokens: list[Token]) -> str:
    """Return the LaTeX of some tokens, on one line."""
    start, last = tokens[0].at, tokens[-1]
    start -= latex[max(start - 1, 0) : start] == "\\" and latex[start : start + 1] != "\\"
    return " ".join(latex[start : last.at + len(last.text) + (last.kind == "command")].split())


__all__ = ["RELATIONS", "Draft", "read_statement"]
