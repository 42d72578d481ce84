"""Licences: what lets a claim that was checked at a few sizes speak about every size.

`table` reads `[general]` of a lemma file; `indexed`, `calculus`, `network`, `parameters` and `reading` turn a claim's
syntax tree into a polynomial with summation signs that are not written out; `support` reads off the sizes that decide
it; `gates` and `squares` know the hypotheses and inequalities that are covered; `finite_support`, `induction`,
`invariant` and `closed_form` state what has to be proved (`motion` and `parts` are shared), and `examine` has it proved
by the ladder.
The theorems behind it are in docs/soundness.md.
"""
