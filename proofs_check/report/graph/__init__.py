"""The graph of which lemma uses which, as one SVG: layered from left to right, a band for each paper."""

from proofs_check.report.graph.draw import graph_svg

__all__ = ["graph_svg"]
