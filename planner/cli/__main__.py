"""`python -m planner.cli`: the command without its script."""

from planner.cli import main

main()
