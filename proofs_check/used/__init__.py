"""What the proofs of a suite rest on: assumptions that a certificate needs, and lemmas that state the same."""
