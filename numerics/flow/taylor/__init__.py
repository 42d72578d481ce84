"""Taylor's method on scaled integers: 15 to 2000 digits for any program, with dense output and an error estimate."""
