"""Why: what stands in a plan's way, what a little more would cost, and who is needed for what."""
