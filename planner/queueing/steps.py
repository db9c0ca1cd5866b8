"""Curves of service taken in steps: what each next server wins above a floor."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.queueing.curves import concave_majorant


def step_worths(ahead: Floats, floor: Floats) -> tuple[Floats, Floats, Floats]:
    """Return for curves ``[N, S + 1]`` above their `floor` ``[N]``: widths and worths ``[N, S]`` of the steps to each next whole server,
    the first one from the floor, worths falling; and the majorant's value at the floor ``[N]``."""
    most = ahead.shape[1] - 1
    rows = np.arange(len(ahead))
    below = np.minimum(np.floor(floor + 1e-9).astype(np.int64), most)
    part = np.clip(floor - below, 0.0, 1.0)
    above = np.minimum(below + 1, most)
    start = ahead[rows, below] * (1 - part) + ahead[rows, above] * part
    whole = np.arange(most + 1)[None, :]
    # below the floor a line too steep to matter: the majorant then starts at the floor
    raised = np.where(whole > below[:, None], ahead, -np.inf)
    raised[rows, below] = start - part * (ahead[rows, above] - ahead[rows, below])
    steep = 1e6 * (1.0 + np.abs(ahead).max(initial=0.0))
    raised = np.where(np.isneginf(raised), raised[rows, below][:, None] - steep * (below[:, None] - whole), raised)
    hull = concave_majorant(raised)
    worth = np.diff(hull, axis=1)
    step = np.arange(most)[None, :]
    width = np.where(step > below[:, None], 1.0, np.where(step == below[:, None], 1 - part[:, None], 0.0))
    first = np.minimum(below, most - 1)
    begin = np.where(below < most, hull[rows, first] + part * worth[rows, first], start)
    return width, np.where(width > 0, np.maximum(worth, 0.0), 0.0), begin
