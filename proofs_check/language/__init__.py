"""The claim language: text is parsed by `ast` against a white-list into unevaluated terms; nothing is ever executed."""
