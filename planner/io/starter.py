"""A first account to change into one's own: commented settings and a small history, the same every time."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np

from planner.domain.grid import TimeGrid
from planner.errors import DataError, Problem
from planner.io.places import FILE

_SEED = 20_260_101
_START, _WEEKS, _ZONE = date(2026, 9, 14), 8, "Europe/London"
_VOICE_PER_H, _EMAIL_PER_H = 6.0, 2.5
_DAY = {"uk_voice": (1.15, 1.05, 1.0, 1.0, 0.95, 0.7, 0.0), "uk_email": (1.2, 1.1, 1.0, 1.0, 0.9, 0.6, 0.6)}


def new_account(directory: str | Path) -> Path:
    """Write the starter account into `directory` and return its path; it appears as a whole or not at all.

    Raises DataError when the directory holds anything already.
    """
    folder = Path(directory)
    _refuse_used(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".new-account-", dir=folder.parent))
        try:
            (draft / FILE).write_bytes(files("planner.io").joinpath("starter.toml").read_bytes())
            (draft / "history.csv").write_bytes(starter_history().encode())
            draft.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            os.replace(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise DataError(
            Problem(str(folder), f"cannot be written: {error.strerror or error}", "choose another folder")
        ) from error
    return folder


def starter_history() -> str:
    """Return the starter's history table as CSV: eight weeks of half-hours of two queues, drawn from a stored seed."""
    rng = np.random.default_rng(_SEED)
    grid = TimeGrid.for_days(zone=_ZONE, start=_START, days=7 * _WEEKS, interval_s=1800)
    clock = grid.clock(_ZONE)
    hour = clock.minute / 60
    # two humps of a working day, around 11:00 and 15:30; letters come at all hours, most in the evening
    shape = {
        "uk_voice": 0.25 + np.exp(-(((hour - 11) / 2) ** 2)) + 0.8 * np.exp(-(((hour - 15.5) / 2) ** 2)),
        "uk_email": 0.2 + np.exp(-(((hour - 12) / 4) ** 2)) + 0.9 * np.exp(-(((hour - 20) / 2.5) ** 2)),
    }
    opens = (clock.weekday < 5) & (hour >= 8) & (hour < 20) | (clock.weekday == 5) & (hour >= 9) & (hour < 17)
    lines = ["interval_start,queue,offered,aht_s"]
    for queue, per_h, aht_s in (("uk_voice", _VOICE_PER_H, 270.0), ("uk_email", _EMAIL_PER_H, 360.0)):
        busy = rng.gamma(40.0, 1 / 40.0, size=7 * _WEEKS)[clock.day - clock.day[0]]
        mean = per_h * grid.interval_h * shape[queue] * np.asarray(_DAY[queue])[clock.weekday] * busy
        offered = rng.poisson(mean)
        handled_s = rng.gamma(np.maximum(offered, 1) * 2.0, aht_s / 2.0) / np.maximum(offered, 1)
        for i, start in enumerate(grid.starts()):
            if queue == "uk_email" or opens[i]:
                aht = f"{handled_s[i]:.0f}" if offered[i] else ""
                lines.append(f"{start:%Y-%m-%dT%H:%M:%S}Z,{queue},{offered[i]},{aht}")
    return "\n".join(lines) + "\n"


def _refuse_used(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        what = "is a folder that holds files" if folder.is_dir() else "is a file"
        raise DataError(Problem(str(folder), what, "name a new or empty folder; nothing has been written"))
