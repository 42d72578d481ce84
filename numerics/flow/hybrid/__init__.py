"""Flows through events at any precision, by Taylor series."""
