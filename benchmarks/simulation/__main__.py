"""``python -m benchmarks.simulation`` prints the tables of speed, of shared skills and of a planned week."""

from benchmarks.simulation import skills, speed, week

speed.main()
skills.main()
week.main()
