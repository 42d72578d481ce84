"""The report: one HTML file and one LaTeX file, built from the JSON that the commands print and nothing else."""
