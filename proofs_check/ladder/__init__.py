"""The rungs of the evidence ladder, each with what it adds to the result of one claim."""
