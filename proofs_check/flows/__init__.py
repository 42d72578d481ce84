"""Flows given by a user as text or as a network file, and their records."""
