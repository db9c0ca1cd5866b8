"""Which second skill, taught to how many, saves most: tried on the simulated floor."""
