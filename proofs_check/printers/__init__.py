"""Printers from the unevaluated term to other languages."""
