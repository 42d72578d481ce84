"""A small checker that replays certificates with the standard library alone.

The checker shares no code with the rest of the toolkit: it parses the statement of a certificate again
(`docs/claims.md`), and accepts or rejects its evidence (`docs/certificates.md`). It raises nothing and evaluates
no text: every failure is a rejection with one line of reason.

Why a proof that is accepted is right. Fix a point of the domain.

1. *Obligations* are what the nodes of a term need: a denominator is not zero, the argument of `log` is positive,
   a derivative rule applies, and so on. They are collected from the terms as written, before any simplification,
   and each is decided by the sign rules from facts that hold at the point and from terms that lie strictly inside
   the node; so, by induction on terms, every node of the claim has a value at the point.
2. *Invariant of normal forms*: where the obligations of a term hold, its normal form num/den has den != 0 and
   value*den = num. Each step keeps it: a denominator is added for a division only, whose divisor is not zero
   there; the rewriting rules of the generators hold wherever their arguments are defined; a rule that needs a
   sign asks the sign rules first; cancelling removes a factor of den, and that is not zero. Variables, `exp` and
   other generators without a relation may get negative exponents, again by division only.
   So a numerator that reduces to zero proves that the value is zero.
3. *Sign rules* bound the value of a term by intervals from the declared kinds, the hypotheses and the ranges of
   the functions. A hypothesis counts as defined and true, for that is what the domain says; one whose derivative
   rules are not proved to apply is not used at all.

Reading order, front to back; each file imports only files named before it, and nothing else of the toolkit.

===================== ==========================================================================================
`limits`              the limits, the exception `Reject`, the clock
`fields`              JSON values: objects with known keys, lists, exact numbers
`parse`               one expression from text to a syntax tree
`terms`, `formulas`   expressions as graphs, with substitution and derivatives; relations between them
`network`             the two-layer network as terms
`reading`             from syntax trees to terms and formulas
`statement`           variables, definitions, motion, domain, claim
`intervals`           rational enclosures of the functions at a point
`evaluate`            terms and formulas at a point
`polynomials`         polynomials with relations; factors
`ranges`              ranges of reals, and what the functions make of them
`quotients`, `facts`  quotients of polynomials; the sign rules for them
`functions`           exp, log, roots, gates and angles of quotients
`algebra`             normal forms and ranges of terms
`prover`              obligations; one formula from hypotheses
`proof`               certificates of kind proof and chain
`boxes`, `leaves`     boxes and ranges of terms over them; proofs on one box
`cover`               certificates of kind cover
`squares`             certificates of kind squares: sums of products that would be positive
`counterexample`      certificates of kind counterexample
`certificate`         the verdict on one certificate; the command line
===================== ==========================================================================================
"""

from proofs_check.checker.certificate import Result, main, replay, replay_text, truth_at
from proofs_check.checker.limits import Reject

__all__ = ["Reject", "Result", "main", "replay", "replay_text", "truth_at"]
