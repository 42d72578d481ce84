"""What happens at an event: which kinks are reached, which modes follow, how the guards start."""
