"""Breaks of one shift that lie a least time apart: which starts can be had together, and how their numbers tell.

A break may start once the one before has started `wait` seconds ago: that one's minutes and the least gap. Of a break's starts only those
are of use that have a partner among the next one's and the last one's; once the rest is taken out, whoever chooses from any start on
always finds the next.

Heads whose shifts offer the same starts are counted, not followed: x(a) of them take the first break at a, y(b) the second at b, as many
of the one as of the other. Personal breaks can be dealt from such numbers exactly when for every b

    sum of y over starts up to b  <=  sum of x over starts up to b - wait.

Necessary: whoever takes the second by b took the first by b - wait. Sufficient: give the k-th earliest first break to the head with the
k-th earliest second one, b. At least k second breaks start by b, so by the row at least k first ones start by b - wait, and the k-th is
one of them. As every pair is made in order of start, the same dealing serves a third break and every further one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

Starts = tuple[int, ...]
"""Instants or minutes at which a break may start, in order."""


def kept_apart(starts: Sequence[Starts], waits: Sequence[int]) -> tuple[Starts, ...]:
    """Return of each break's `starts` those that can be had with some start of every other; all empty where there are none.

    `waits` say for each break but the first how long after the start of the one before it may start.
    """
    kept = [tuple(starts[0])] if starts else []
    for wait, later in zip(waits, starts[1:], strict=True):
        earliest = kept[-1][0] + wait if kept[-1] else None
        kept.append(tuple(s for s in later if earliest is not None and s >= earliest))
    for n in range(len(kept) - 2, -1, -1):
        latest = kept[n + 1][-1] - waits[n] if kept[n + 1] else None
        kept[n] = tuple(s for s in kept[n] if latest is not None and s <= latest)
    return tuple(kept)


def one_by_one(starts: Sequence[Starts], waits: Sequence[int]) -> Starts:
    """Return one start for each break, near the middle of its own, far enough apart; `starts` as `kept_apart` leaves them."""
    chosen: list[int] = []
    for n, own in enumerate(starts):
        earliest = chosen[-1] + waits[n - 1] if chosen else own[0]
        chosen.append(max(own[len(own) // 2], next(s for s in own if s >= earliest)))
    return tuple(chosen)


def together(starts: Sequence[Starts], waits: Sequence[int]) -> Iterator[Starts]:
    """Yield every choice of one start for each break that keeps them apart."""
    for chosen in product(*starts):
        if all(b >= a + wait for (a, b), wait in zip(pairwise(chosen), waits, strict=True)):
            yield chosen


def bound(earlier: Starts, later: Starts, wait: int) -> bool:
    """True when some start of `earlier` rules out some of `later`: the numbers of both need rows."""
    return bool(earlier) and bool(later) and later[0] < earlier[-1] + wait


def counted(earlier: Starts, later: Starts, wait: int) -> tuple[tuple[int, int], ...]:
    """Return the rows that keep two breaks apart, as pairs (n, m): no more heads take one of the first n starts of `later` than took one
    of the first m of `earlier`. Rows that others imply are left out."""
    rows: list[tuple[int, int]] = []
    m = 0
    for n, start in enumerate(later, 1):
        while m < len(earlier) and earlier[m] + wait <= start:
            m += 1
        if m == len(earlier):
            break  # everybody has had the earlier one
        if rows and rows[-1][1] == m:
            rows.pop()
        rows.append((n, m))
    return tuple(rows)
