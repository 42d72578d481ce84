"""Claims, lemmas, evidence and verdicts."""
