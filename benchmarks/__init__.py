"""Benchmarks of the toolkit, run by `make bench`."""
