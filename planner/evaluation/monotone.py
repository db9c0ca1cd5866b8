"""Monotone cubic interpolation down the columns of a table: no overshoot between computed points."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats


def interpolate_columns(nodes: Floats, values: Floats, at: Floats) -> Floats:
    """Return ``[K, T]``: column t of `values` ``[N, T]``, given at the equally spaced `nodes` ``[N]``, read at ``at[:, t]``.

    Piecewise cubic Hermite with the slopes of Fritsch and Butland (SIAM J. Sci. Stat. Comput. 5, 1984): where the values rise or
    fall throughout, so does the curve. `at` beyond the nodes is read at the nearest end. Needs two nodes or more.
    """
    step = nodes[1] - nodes[0]
    place = np.clip((at - nodes[0]) / step, 0.0, len(nodes) - 1.0)
    left = np.minimum(place.astype(np.int64), len(nodes) - 2)
    u = place - left
    slope = _slopes(np.diff(values, axis=0))
    column = np.arange(values.shape[1])
    y0, y1, d0, d1 = values[left, column], values[left + 1, column], slope[left, column], slope[left + 1, column]
    rise = y1 - y0
    result: Floats = y0 + u * (d0 + u * (3 * rise - 2 * d0 - d1 + u * (d0 + d1 - 2 * rise)))
    return result


def _slopes(rise: Floats) -> Floats:
    """Slopes at the nodes, per step: the harmonic mean of the neighbouring rises, 0 where they change sign."""
    before, after = rise[:-1], rise[1:]
    same = before * after > 0
    total = np.where(same, before + after, 1.0)
    inner = np.where(same, 2 * before * after / total, 0.0)
    return np.concatenate([_end(rise[:1], rise[1:2]), inner, _end(rise[-1:], rise[-2:-1])])


def _end(rise: Floats, next_rise: Floats) -> Floats:
    """Slope at an end: three-point formula, limited so that the curve stays monotone."""
    if not next_rise.size:
        return rise
    slope = 1.5 * rise - 0.5 * next_rise
    slope = np.where(slope * rise > 0, slope, 0.0)
    return np.where((rise * next_rise < 0) & (np.abs(slope) > 3 * np.abs(rise)), 3 * rise, slope)
