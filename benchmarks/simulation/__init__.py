"""How fast the simulated floor runs, and what shared skills are worth on it, against peers in the same run."""
