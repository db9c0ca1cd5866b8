"""Kernels that other kernels of this package call, and nobody else: read and written arrays are those they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from planner.compiled import compiled

_F = TypeVar("_F", bound=Callable[..., Any])


def inner(function: _F) -> _F:
    """Compile `function` to be called by other kernels."""
    return compiled(entry=False, arrays=False, inside=True)(function)


def inlined(function: _F) -> _F:
    """Compile `function` into its callers: for what the loop does all the time."""
    return compiled(entry=False, arrays=False, inline=True, inside=True)(function)


@inlined
def row(number: int) -> Any:
    """Return the number of a row of a table, 0 or more, without sign: the hottest loop then needs no code for places
    counted from the end."""
    return np.uint32(number)
