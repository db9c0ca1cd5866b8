"""Compiled heart of the search for a shift catalogue: heads move between kinds, kinds move, come and go, at a falling temperature."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats, Ints
from planner.shifts.kernel_random import _random

_LEAST = 1e-9  # a gain smaller than this is rounding


class Kinds(NamedTuple):
    """What does not change: kinds by number, and the number of the kind by start and length (-1: not allowed)."""

    start: Ints  # [K]
    length: Ints  # [K]
    number: Ints  # [slots, longest + 1]
    price: float


class Board(NamedTuple):
    """A plan: cover less demand by slot, heads, and the kinds used as a list with each kind's place in it (-1: not used)."""

    gap: Floats  # [days * slots]
    heads: Ints  # [K, days]
    total: Ints  # [K]
    used: Ints  # [K]
    place: Ints  # [K]
    open: Ints  # [1] how many are used
    cost: Floats  # [1]
    rng: np.ndarray  # [1] uint64
    old_heads: Ints  # working space
    old_gap: Floats  # working space
    best_heads: Ints
    best_cost: Floats  # [1]


@compiled(entry=False, arrays=False)
def _put(gap: Floats, first: int, length: int, heads: float) -> float:
    """Add `heads` (negative: take away) to `length` slots from `first` on; returns what the deviation grows by."""
    t, grown = first, 0.0
    for _ in range(length):
        if t >= len(gap):
            t -= len(gap)
        now = gap[t] + heads
        grown += abs(now) - abs(gap[t])
        gap[t] = now
        t += 1
    return grown


@compiled(entry=False, arrays=False)
def _ask(gap: Floats, first: int, length: int, heads: float) -> float:
    """What :func:`_put` would return, without doing it."""
    t, grown = first, 0.0
    for _ in range(length):
        if t >= len(gap):
            t -= len(gap)
        grown += abs(gap[t] + heads) - abs(gap[t])
        t += 1
    return grown


@compiled(entry=False, arrays=False)
def _book(board: Board, k: int, day: int, heads: int) -> None:
    """Write `heads` more of kind `k` into the plan, and the kind into or out of the list of those used."""
    board.heads[k, day] += heads
    board.total[k] += heads
    if board.total[k] > 0 and board.place[k] < 0:
        board.used[board.open[0]] = k
        board.place[k] = board.open[0]
        board.open[0] += 1
    elif board.total[k] == 0 and board.place[k] >= 0:
        board.open[0] -= 1
        last = board.used[board.open[0]]
        board.used[board.place[k]] = last
        board.place[last] = board.place[k]
        board.place[k] = -1


@compiled(entry=False, arrays=False)
def _any_used(board: Board) -> int:
    return int(board.used[int(_random(board.rng) * board.open[0])])


@compiled(entry=False, arrays=False)
def _near(kinds: Kinds, board: Board, k: int, reach: int) -> int:
    """A kind whose start, end or both lie at most `reach` slots from those of `k`; -1 when there is none there."""
    way = int(_random(board.rng) * 3)
    step = 1 + int(_random(board.rng) * reach)
    if _random(board.rng) < 0.5:
        step = -step
    start, length = kinds.start[k], kinds.length[k]
    if way != 1:
        start += step
    if way == 1:
        length += step
    elif way == 2:
        length -= step
    if start < 0 or start >= kinds.number.shape[0] or length < 1 or length >= kinds.number.shape[1]:
        return -1
    return int(kinds.number[start, length])


@compiled(entry=False, arrays=False)
def _move_head(kinds: Kinds, board: Board, limit: float) -> None:
    """One head goes over to another kind on the same day: mostly one in use, else a near one."""
    k = _any_used(board)
    day = int(_random(board.rng) * board.heads.shape[1])
    if board.heads[k, day] == 0:
        return
    j = _any_used(board) if _random(board.rng) < 0.85 else _near(kinds, board, k, 2)
    if j < 0 or j == k:
        return
    at = day * kinds.number.shape[0]
    grown = _put(board.gap, at + kinds.start[k], kinds.length[k], -1.0)
    grown += _put(board.gap, at + kinds.start[j], kinds.length[j], 1.0)
    if board.total[j] == 0:
        grown += kinds.price
    if board.total[k] == 1:
        grown -= kinds.price
    if grown <= limit:
        _book(board, k, day, -1)
        _book(board, j, day, 1)
        board.cost[0] += grown
    else:
        _put(board.gap, at + kinds.start[k], kinds.length[k], 1.0)
        _put(board.gap, at + kinds.start[j], kinds.length[j], -1.0)


@compiled(entry=False, arrays=False)
def _change_heads(kinds: Kinds, board: Board, limit: float) -> None:
    """One head of a kind, mostly one in use, is put in or taken out."""
    day = int(_random(board.rng) * board.heads.shape[1])
    some = board.open[0] > 0 and _random(board.rng) < 0.95
    k = _any_used(board) if some else int(_random(board.rng) * len(kinds.start))
    change = 1 if _random(board.rng) < 0.5 else -1
    if board.heads[k, day] + change < 0:
        return
    first = day * kinds.number.shape[0] + kinds.start[k]
    grown = _ask(board.gap, first, kinds.length[k], float(change))
    if board.total[k] == 0:
        grown += kinds.price
    elif board.total[k] + change == 0:
        grown -= kinds.price
    if grown <= limit:
        _put(board.gap, first, kinds.length[k], float(change))
        _book(board, k, day, change)
        board.cost[0] += grown


@compiled(entry=False, arrays=False)
def _move_kind(kinds: Kinds, board: Board, limit: float) -> None:
    """All heads of a kind go over to a near kind, which may be in use already."""
    k = _any_used(board)
    j = _near(kinds, board, k, 2)
    if j < 0:
        return
    grown = -kinds.price if board.total[j] > 0 else 0.0
    slots, days = kinds.number.shape[0], board.heads.shape[1]
    for day in range(days):
        heads = board.heads[k, day]
        if heads > 0:
            grown += _put(board.gap, day * slots + kinds.start[k], kinds.length[k], -float(heads))
            grown += _put(board.gap, day * slots + kinds.start[j], kinds.length[j], float(heads))
    for day in range(days):
        heads = board.heads[k, day]
        if heads > 0 and grown <= limit:
            _book(board, k, day, -heads)
            _book(board, j, day, heads)
        elif heads > 0:
            _put(board.gap, day * slots + kinds.start[k], kinds.length[k], float(heads))
            _put(board.gap, day * slots + kinds.start[j], kinds.length[j], -float(heads))
    if grown <= limit:
        board.cost[0] += grown


@compiled(entry=False, arrays=False)
def _best_used(kinds: Kinds, board: Board, day: int, but: int, change: int) -> tuple[int, float]:
    """The kind in use, other than `but`, whose head put in (1) or taken out (-1) on `day` helps most; -1 when none helps."""
    best, least = -1, -_LEAST
    for i in range(board.open[0]):
        j = board.used[i]
        if j == but or board.heads[j, day] + change < 0:
            continue
        grown = _ask(board.gap, day * kinds.number.shape[0] + kinds.start[j], kinds.length[j], float(change))
        if grown < least:
            best, least = j, grown
    return best, least


@compiled(entry=False, arrays=False)
def _close_kind(kinds: Kinds, board: Board, k: int) -> float:
    """Take a kind out of use, each of its heads replaced by the kind in use that fits best, if any does."""
    grown = 0.0
    for day in range(board.heads.shape[1]):
        at = day * kinds.number.shape[0]
        while board.heads[k, day] > 0:
            grown += _put(board.gap, at + kinds.start[k], kinds.length[k], -1.0)
            _book(board, k, day, -1)
            j, _ = _best_used(kinds, board, day, k, 1)
            if j >= 0:
                grown += _put(board.gap, at + kinds.start[j], kinds.length[j], 1.0)
                _book(board, j, day, 1)
    return grown


@compiled(entry=False, arrays=False)
def _open_kind(kinds: Kinds, board: Board, k: int) -> float:
    """Put heads of a kind in, each for the head of a used kind whose loss suits best, as long as that helps."""
    grown = 0.0
    for day in range(board.heads.shape[1]):
        at = day * kinds.number.shape[0]
        while True:
            more = _put(board.gap, at + kinds.start[k], kinds.length[k], 1.0)
            j, less = _best_used(kinds, board, day, k, -1)
            if j < 0:
                less = 0.0
            if more + less > -_LEAST:
                _put(board.gap, at + kinds.start[k], kinds.length[k], -1.0)
                break
            grown += more
            _book(board, k, day, 1)
            if j >= 0:
                grown += _put(board.gap, at + kinds.start[j], kinds.length[j], -1.0)
                _book(board, j, day, -1)
    return grown


@compiled(entry=False, arrays=False)
def _copy(to: Ints, of: Ints) -> None:
    for k in range(of.shape[0]):
        for day in range(of.shape[1]):
            to[k, day] = of[k, day]


@compiled(entry=False, arrays=False)
def _rebuild(kinds: Kinds, board: Board, limit: float) -> None:
    """A kind goes, another comes, or both, and the heads follow."""
    _copy(board.old_heads, board.heads)
    for t in range(len(board.gap)):
        board.old_gap[t] = board.gap[t]
    before, grown, what = board.open[0], 0.0, int(_random(board.rng) * 3)
    if what != 1 and before > 0:
        grown += _close_kind(kinds, board, _any_used(board))
    if what != 0:
        grown += _open_kind(kinds, board, int(_random(board.rng) * len(kinds.start)))
    grown += kinds.price * (board.open[0] - before)
    if grown <= limit:
        board.cost[0] += grown
        return
    for t in range(len(board.gap)):
        board.gap[t] = board.old_gap[t]
    for k in range(board.heads.shape[0]):
        for day in range(board.heads.shape[1]):
            change = board.old_heads[k, day] - board.heads[k, day]
            if change != 0:
                _book(board, k, day, change)


@compiled
def anneal_kinds(kinds: Kinds, board: Board, rounds: int, hot: float, cold: float) -> None:
    """Work `rounds` moves at temperatures falling from `hot` to `cold`; the best plan met stays in ``best_heads``."""
    heat, cooling = hot, (cold / hot) ** (1.0 / max(1, rounds))
    for _ in range(rounds):
        heat *= cooling
        draw = _random(board.rng)
        limit = -heat * np.log(_random(board.rng) + 1e-300)  # a move passes when it costs no more (Metropolis 1953)
        if draw < 0.03:
            _rebuild(kinds, board, limit)
        elif draw < 0.25 or board.open[0] == 0:
            _change_heads(kinds, board, limit)
        elif draw < 0.45:
            _move_kind(kinds, board, limit)
        else:
            _move_head(kinds, board, limit)
        if board.cost[0] < board.best_cost[0] - _LEAST:
            board.best_cost[0] = board.cost[0]
            _copy(board.best_heads, board.heads)
