"""The gradient flow itself: located gate events, sliding along kinks, any precision, and rigorous enclosures."""
