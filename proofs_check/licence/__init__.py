"""Licences: what lets a claim that was checked at a few sizes speak about every size.

`table` reads `[general]` of a lemma file; `indexed`, `calculus`, `network`, `parameters` and `reading` turn a claim's
syntax tree into a polynomial with summation signs that are not written out; `support` reads off the sizes that decide
it; `gates` and `squares` know the hypotheses and inequalities that are covered; `finite_support` and `induction` state
what has to be proved, and `examine` has it proved by the ladder.
The theorems behind it are in docs/soundness.md.
"""
