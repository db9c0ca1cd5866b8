"""The command `planner`: exit code 0 done, 1 not possible (with reasons), 2 bad input (all problems listed)."""

from planner.cli.app import main

__all__ = ["main"]
