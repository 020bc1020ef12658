"""Facts of the simulated world, as CSV."""
