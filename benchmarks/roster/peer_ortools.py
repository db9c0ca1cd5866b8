"""Shift scheduling in the style of the OR-tools sample, in a process of its own: a Boolean per employee, shift and day.

Reads ``{"required": [T], "kinds": [[cover as periods of the week] per day], "cost": [[per day]], ...}`` as JSON from standard input:
everybody hired works 5 of 7 days, one shift a day, any day another start (ours keep theirs all week); missing and surplus agents are
priced per period. Prints heads per kind and day.
"""

from __future__ import annotations

import json
import sys


def main(seconds: float) -> None:
    """Solve and print ``{"status": ..., "objective": ..., "bound": ..., "heads": [[per day] per kind], "agents": ...}``."""
    from ortools.sat.python import cp_model

    work = json.load(sys.stdin)
    kinds, days = range(len(work["cover"])), range(7)
    model = cp_model.CpModel()
    hired = [model.new_bool_var(f"hired_{e}") for e in range(work["employees"])]
    works = [[[model.new_bool_var(f"works_{e}_{k}_{d}") for d in days] for k in kinds] for e in range(work["employees"])]
    for e in range(work["employees"]):
        for d in days:
            model.add_at_most_one(works[e][k][d] for k in kinds)
        model.add(sum(works[e][k][d] for k in kinds for d in days) == work["days"] * hired[e])
    terms = []
    on: list[list[object]] = [[] for _ in work["required"]]
    heads = [[model.new_int_var(0, work["employees"], f"heads_{k}_{d}") for d in days] for k in kinds]
    for k in kinds:
        for d in days:
            model.add(heads[k][d] == sum(works[e][k][d] for e in range(work["employees"])))
            terms.append(round(1000 * work["cost"][k][d]) * heads[k][d])
            for t in work["cover"][k][d]:
                on[t].append(heads[k][d])
    most = work["employees"]
    for t, need in enumerate(work["required"]):
        under, over = model.new_int_var(0, need, f"under_{t}"), model.new_int_var(0, most, f"over_{t}")
        model.add(sum(on[t]) + under - over == need)
        terms += [round(1000 * work["under"]) * under, round(1000 * work["over"]) * over]
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        print(json.dumps({"status": solver.status_name(status)}))
        return
    found = [[solver.value(heads[k][d]) for d in days] for k in kinds]
    agents = sum(solver.value(h) for h in hired)
    result = {
        "status": solver.status_name(status),
        "objective": solver.objective_value / 1000,
        "bound": solver.best_objective_bound / 1000,
        "heads": found,
        "agents": agents,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(float(sys.argv[1]))
