"""Where to look during the stretch of an interval in which a caller's prospects change: nodes of Gauss-Legendre quadrature."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats

_ORDERS = np.array([6, 8, 12, 16, 24])
_EVENTS = np.array([1.5, 4.0, 14.0, 48.0])  # events in a panel up to which each order but the last integrates to about 1e-12
_PANEL = 128.0  # and beyond which the stretch is halved towards both ends

ROOM = 8192
"""Nodes that no stretch exceeds."""


def _rules() -> tuple[Floats, Floats]:
    nodes = np.zeros((_ORDERS.size, _ORDERS.max()))
    weights = np.zeros_like(nodes)
    for row, order in enumerate(_ORDERS.tolist()):
        x, w = np.polynomial.legendre.leggauss(order)
        nodes[row, :order] = 0.5 * (x + 1.0)
        weights[row, :order] = 0.5 * w
    return nodes, weights


_NODES, _WEIGHTS = _rules()


@compiled(entry=False, arrays=False)
def place_nodes(steady: float, turn: float, end: float, pace: float, large: bool, nodes: Any) -> int:
    """Fill the rows of `nodes` with nodes and weights from `steady` to `turn` and on to `end`, in order; return their number.

    A long stretch, measured in events at `pace`, is cut in panels that shrink towards both ends, where a change has just been or is
    about to be. A `large` queue makes do with one order less.
    """
    count = 0
    for piece in range(2):
        low = steady if piece == 0 else turn
        length = (turn if piece == 0 else end) - low
        if length <= 0.0:
            continue
        halvings = 0
        while length * pace > _PANEL * 2.0**halvings:
            halvings += 1
        panels = max(1, 2 * halvings)
        start = 0.0
        for k in range(panels):
            stop = 0.5 ** (halvings - k) if k < halvings else 1.0 - 0.5 ** (k - halvings + 2)
            if k == panels - 1:
                stop = 1.0
            events = (stop - start) * length * pace
            row = 0
            while row < _EVENTS.size and events > _EVENTS[row]:
                row += 1
            if large and row > 0:
                row -= 1
            for j in range(_ORDERS[row]):
                nodes[0, count] = low + length * (start + (stop - start) * _NODES[row, j])
                nodes[1, count] = length * (stop - start) * _WEIGHTS[row, j]
                count += 1
            start = stop
    return count
