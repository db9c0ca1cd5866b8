"""The shift catalogue as an integer model: a network of heads from slot to slot, with a price on every kind that is used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.shifts.catalogue_case import Case
from planner.solver import Model, Sense


@dataclass(frozen=True, eq=False)
class Window:
    """A model of `length` slots from `first` on: their deviation, and the kinds of the shifts that touch them.

    Its optimum is a lower bound on the whole: leaving out the deviation of other slots only lowers the cost of any plan. The last five
    arrays belong together: column, kind, day, and first and last slot in the window, of the heads of one kind on one day.
    """

    model: Model
    demand: Floats
    whole: bool
    opened: Ints  # [kinds] columns: the kind is used, -1 where it cannot be of use
    missed: Ints  # [length] columns
    exceeded: Ints  # [length] columns
    column: Ints
    kind: Ints
    day: Ints
    begin: Ints
    end: Ints


def window_model(case: Case, first: int, length: int) -> Window:
    """Build the model; it is of the whole horizon when `length` is.

    Rows say how cover changes from slot to slot, so a head has one +1 where its shift begins and one -1 where it ends: for given kinds
    this is a network flow, whose relaxation is whole (consecutive ones: Ahuja, Magnanti and Orlin 1993; over a cyclic horizon nearly so).
    """
    kind, day, begin, end = _shifts_in(case, first, length)
    whole = length == len(case.demand)
    demand = np.take(case.demand, first + np.arange(length), mode="wrap")
    useful = np.array(
        [useful_heads(np.take(demand, np.arange(a, b), mode="wrap")) for a, b in zip(begin, end, strict=True)], dtype=np.int64
    )
    kind, day, begin, end, useful = (part[useful > 0] for part in (kind, day, begin, end, useful))

    model = Model("shift_catalogue")
    column = model.add_columns("heads", len(kind), upper=useful, integer=True)
    used = np.unique(kind)
    opened = np.full(len(case.kinds), -1, dtype=np.int64)
    opened[used] = model.add_columns("open", len(used), upper=1, cost=case.kind_price, integer=True)
    missed = model.add_columns("missed", length, upper=demand, cost=1, integer=case.whole)
    exceeded = model.add_columns("exceeded", length, cost=1, integer=case.whole)

    rows = model.add_rows("cover", length, sense=Sense.EQ, rhs=np.diff(demand, prepend=0.0))
    model.add_terms(rows[begin], column, 1)
    inside = end < length
    model.add_terms(rows[end[inside]], column[inside], -1)
    wraps = end > length  # only over the whole, cyclic horizon: such a shift also covers the first slot
    model.add_terms(rows[0], column[wraps & (begin > 0)], 1)
    model.add_terms(rows[end[wraps] - length], column[wraps], -1)
    for columns, sign in ((missed, 1), (exceeded, -1)):
        model.add_terms(rows, columns, sign)
        model.add_terms(rows[1:], columns[:-1], -sign)

    links = model.add_rows("only_open_kinds", len(kind), sense=Sense.LE, rhs=0)
    model.add_terms(links, column, 1)
    model.add_terms(links, opened[kind], -useful)
    return Window(model, demand, whole, opened, missed, exceeded, column, kind, day, begin, end)


def useful_heads(demand: Floats) -> int:
    """Most heads of one shift that can be of use where `demand` is: beyond the median of demand under it, one head fewer is never worse,
    whatever else is planned."""
    middle = np.sort(demand)[(len(demand) - 1) // 2]
    return min((int(np.floor(middle)), int(np.ceil(middle))), key=lambda heads: (float(np.abs(heads - demand).sum()), heads))


def values_of(window: Window, heads: Ints) -> Floats:
    """Return the solver's values of a plan ``[K, days]``, its useless heads left out."""
    model = window.model
    values = np.zeros(model.n_columns)
    kept = np.minimum(heads[window.kind, window.day], model.upper[window.column])
    values[window.column] = kept
    values[window.opened[window.kind[kept > 0]]] = 1
    length = len(window.demand)
    change = np.zeros(2 * length + 1)
    np.add.at(change, window.begin, kept)
    np.subtract.at(change, window.end, kept)
    gap = np.cumsum(change)[:-1].reshape(2, -1).sum(axis=0) - window.demand
    values[window.missed], values[window.exceeded] = np.maximum(-gap, 0), np.maximum(gap, 0)
    return values


def heads_of(case: Case, window: Window, values: Floats) -> Ints:
    """Return the plan ``[K, days]`` that a solution of the whole horizon stands for."""
    heads = np.zeros((len(case.kinds), case.days), dtype=np.int64)
    heads[window.kind, window.day] = np.rint(values[window.column]).astype(np.int64)
    return heads


def _shifts_in(case: Case, first: int, length: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Kind, day, first slot and slot after the last, of all shifts within the window, cut off at its ends; over the whole horizon they
    are not cut and may end past it."""
    horizon = len(case.demand)
    kind = np.repeat(np.arange(len(case.kinds)), case.days)
    day = np.tile(np.arange(case.days), len(case.kinds))
    begin = (day * case.slots + case.start[kind] - first) % horizon
    end = begin + case.length[kind]
    if length == horizon:
        return kind, day, begin, end
    over = (begin >= length) & (end > horizon)  # begun before the window
    begin, end = np.where(over, 0, begin), np.where(over, end - horizon, end)
    inside = begin < length
    return kind[inside], day[inside], begin[inside], np.minimum(end[inside], length)
