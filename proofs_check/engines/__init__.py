"""Engines of other people, each in a process of its own with limits: SMT solvers and Coq."""
