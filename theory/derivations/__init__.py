"""One derivation a file, found by scanning; each defines ``derivation(**options) -> Derivation``."""
