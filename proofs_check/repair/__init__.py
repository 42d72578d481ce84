"""What is wrong with a false claim, and what is true instead: docs/repair.md."""
