"""What shared people cost at least: the work that must be done in time, as a linear program over their shifts."""
