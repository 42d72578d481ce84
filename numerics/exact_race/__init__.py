"""The early race in exact arithmetic: mpmath floats of any precision, or rigorous Arb balls."""
