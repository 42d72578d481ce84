"""Claims about a trajectory: gradient flow or descent from a start, enclosed in balls, and what the enclosures decide.

Read in this order: `path` (what an enclosure offers), `outcomes` (three-valued logic), `stretch_values` (a term over
a stretch of time), `scan` (a formula over times), `moments` (`at` and `first`), `decide` (one claim), `examine` (a
lemma).
docs/claims.md says what a claim means, docs/soundness.md why a verdict is right.
"""
