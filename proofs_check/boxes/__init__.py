"""Proofs of inequalities over boxes, as certificates of kind cover (docs/certificates.md).

Reading order: `span` (intervals), `shared` and `enclose` (ranges of terms over a box), `region` (the bounds that the
domain gives), `clear` and `rewriting` (terms rewritten so that their signs show), `forms` (how a relation is proved on
one box), `split` (where boxes are cut), `prove` (the whole claim). Nothing here is trusted: the small checker replays
every certificate with code of its own.
"""
