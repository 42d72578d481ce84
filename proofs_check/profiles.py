"""The names of the profiles: how hard to look. Alone in a file, since every start of the command line reads them."""

PROFILES = ("quick", "ci", "deep")
USUAL = "ci"
