"""Model arrays into a PuLP problem, in bulk: one expression per row, no sum per term."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pulp

from planner.solver.model import Block, Model, Sense

_SENSE = {Sense.LE: pulp.LpConstraintLE, Sense.EQ: pulp.LpConstraintEQ, Sense.GE: pulp.LpConstraintGE}


def to_pulp(model: Model) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Return `model` as a PuLP problem, with its variables in the model's order."""
    problem = pulp.LpProblem(model.name, pulp.LpMinimize)
    whole = model.integer
    variables = [
        problem.add_variable(name, float(low), None if np.isinf(up) else float(up), pulp.LpInteger if w else pulp.LpContinuous)
        for name, low, up, w in zip(_names(model.columns), model.lower, model.upper, whole, strict=True)
    ]
    costs = model.cost
    problem.objective = pulp.LpAffineExpression(
        [(variables[j], float(costs[j])) for j in np.flatnonzero(costs)], constant=model.offset, name="cost"
    )
    starts, columns, values = model.matrix()
    cells = list(zip([variables[j] for j in columns.tolist()], values.tolist(), strict=True))
    for name, (a, b), sense, rhs in zip(
        _names(model.rows), pairwise(starts.tolist()), model.senses, model.rhs.tolist(), strict=True
    ):
        expression = pulp.LpAffineExpression(cells[a:b])
        problem.addConstraint(pulp.LpConstraint(expression, _SENSE[sense], name, rhs))
    return problem, variables


def lp_text(model: Model) -> str:
    """Return `model` in CPLEX LP format, as PuLP words it: for reading, and for tests that hold a constraint to its text."""
    problem, variables = to_pulp(model)
    lines = ["Minimize", problem.objective.asCplexLpAffineExpression("cost", include_constant=False).rstrip("\n"), "Subject To"]
    lines += [row.asCplexLpConstraint(name).rstrip("\n") for name, row in problem._constraints.items()]
    lines.append("Bounds")
    lines += [" " + v.asCplexLpVariable() for v in variables if v.upBound is not None or v.lowBound != 0]
    whole = [v.name for v in variables if v.isInteger()]
    if whole:
        lines += ["Generals", *whole]
    return "\n".join([*lines, "End"]) + "\n"


def _names(blocks: list[Block]) -> list[str]:
    return [block.label(i) for block in blocks for i in range(block.count)]
