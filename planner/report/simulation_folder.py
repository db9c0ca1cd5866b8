"""A simulation as a small folder of its own: the tables of `planner simulate --out`."""

from __future__ import annotations

import os
from pathlib import Path

from planner.domain.simulation import SimulationReport
from planner.errors import DataError, Problem
from planner.report.destination import replaced_whole
from planner.report.json_text import json_text
from planner.report.simulation_tables import occupancy_table, simulation_summary, simulation_table, windows_table

FILES = ("simulation.csv", "occupancy.csv", "simulated_sla.csv", "simulation.json")
"""What the folder holds: by queue and interval, by group and interval, by promise and window, and its size and seed."""


def check_simulation_destination(dir: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Return the absolute path that a simulation can be written to; raise DataError for a file, an existing folder without `force`, and,
    force or not, a folder that holds anything but a simulation. Nothing is written."""
    path, place = Path(dir).resolve(), str(dir)
    if path.exists() and not path.is_dir():
        raise DataError(Problem(place, "is a file, a simulation is written to a folder", "choose another folder"))
    if path.is_dir():
        strange = sorted(entry.name for entry in path.iterdir() if entry.name not in FILES)
        if strange:
            said = f"holds what is no part of a simulation: {', '.join(strange[:3])}"
            raise DataError(Problem(place, said, "choose another folder; the plan's own is left as it is"))
        if not force:
            raise DataError(
                Problem(place, "already exists", "choose another folder, or add --force to replace the simulation in it")
            )
    above = next(parent for parent in path.parents if parent.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise DataError(Problem(place, f"{above} cannot be written to", "choose another folder or change its permissions"))
    return path


def export_simulation(report: SimulationReport, dir: str | os.PathLike[str], *, force: bool = False) -> Path:
    """Write `report` to the folder `dir`, whole or not at all, and return its absolute path; refusals as in
    `check_simulation_destination`, PlannerError when the disk refuses."""
    target = check_simulation_destination(dir, force=force)
    texts = (
        simulation_table(report),
        occupancy_table(report),
        windows_table(report),
        json_text(simulation_summary(report)),
    )
    with replaced_whole(target) as folder:
        for name, text in zip(FILES, texts, strict=True):
            (folder / name).write_bytes(text.encode())
    return target
