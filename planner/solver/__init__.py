"""Linear and integer models as named blocks, built into PuLP problems and solved; the only importer of PuLP and HiGHS."""

from planner.solver.model import Model, Sense
from planner.solver.options import SolveOptions
from planner.solver.run import relaxed, solve
from planner.solver.solution import Solution
from planner.solver.warm import solve_from, solve_linear

__all__ = ["Model", "Sense", "Solution", "SolveOptions", "relaxed", "solve", "solve_from", "solve_linear"]
