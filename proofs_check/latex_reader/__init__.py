"""A LaTeX statement read into claim text, as a draft for its author to correct; never trusted, never evaluated."""
