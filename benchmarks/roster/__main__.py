"""``python -m benchmarks.roster`` prints the tables of :mod:`benchmarks.roster.table`."""

from benchmarks.roster.table import main

main()
