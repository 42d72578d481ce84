"""Flows through events in double precision, by DOP853 with dense output."""
