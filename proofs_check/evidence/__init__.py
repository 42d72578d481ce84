"""Engines that gather evidence for a claim, one rung of the ladder a file."""
