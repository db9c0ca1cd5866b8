"""Cells of the summary's tables: shares, chances and windows in words, at a width."""

from __future__ import annotations

import math


def fit(cell: str, width: int, *, left: bool) -> str:
    """Return `cell` at `width`, cut with an ellipsis where it is longer."""
    cell = cell if len(cell) <= width else cell[: max(1, width - 1)] + "…"
    return cell.ljust(width) if left else cell.rjust(width)


def brief(cell: str, width: int) -> str:
    """Return `cell` without what stands in brackets where `width` has no room for it."""
    return cell if len(cell) <= width else cell.partition(" (")[0]


def chance(share: float | None) -> str:
    """Return a chance, rounded down so that only what holds in every scenario reads as certain."""
    return "-" if share is None else f"{math.floor(100 * share + 1e-6)}%"


def percent(share: float | None) -> str:
    """Return a share in whole percent."""
    return "-" if share is None else f"{100 * share:.0f}%"


def kept(met: int, windows: int, window: str) -> str:
    """Return in how many of the `windows`, each a `window`, a promise is met."""
    if not windows:
        return "no contacts"
    plural = "s" if windows != 1 else ""
    return f"{'met' if met == windows else 'SHORT'} {met}/{windows} {window}{plural}"
