"""A linear program laid over one like it, so that the other's basis is one of it: what it lacks is kept where it changes nothing.

Variables of the other program that this one lacks are held at nothing. Rows it lacks keep their terms, their right-hand sides moved to
what the bounds of the variables imply anyway: they forbid nothing, and a price on them keeps its sign. So a basis that was optimal stays
square, regular and, where costs and coefficients are the same, dual feasible, and the dual simplex method goes on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

from planner.domain.arrays import Bools, Floats, Ints
from planner.solver.model import Block, Model, Sense

_SIGN = {Sense.LE: -1, Sense.EQ: 0, Sense.GE: 1}
_COUNTED = frozenset({"service", "whole_service"})
"""Blocks whose labels end in a number that only counts; it shifts when something before it is left out."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """A linear program as arrays: bounds and cost by variable, bounds by row, coefficients by row (`starts`, `columns`, `values`)."""

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    starts: Ints
    columns: Ints
    values: Floats
    offset: float


@dataclass(frozen=True, eq=False)
class Overlay:
    """`program`: the variables and rows of a model first, then those only another one has. `columns` and `rows` say where each of the
    other's is."""

    program: Arrays
    columns: Ints
    rows: Ints


def arrays_of(model: Model) -> Arrays:
    """Return `model` as arrays, its whole-number conditions left out."""
    starts, columns, values = model.matrix()
    sign, rhs = _signs(model), model.rhs
    low, high = np.where(sign >= 0, rhs, -np.inf), np.where(sign <= 0, rhs, np.inf)
    return Arrays(model.cost, model.lower, model.upper, low, high, starts, columns, values, model.offset)


def laid_over(model: Model, other: Model) -> Overlay:
    """Return `model` with the variables and rows that only `other` has, found by name, in a way that changes no optimum."""
    mine, theirs = arrays_of(model), arrays_of(other)
    columns, rows = _places(model.columns, other.columns), _places(model.rows, other.rows)
    gone_column, gone_row = columns >= model.n_columns, rows >= model.n_rows
    if not gone_column.any() and not gone_row.any():
        return Overlay(mine, columns, rows)
    row_of = np.repeat(np.arange(other.n_rows), np.diff(theirs.starts))
    kept = gone_row[row_of] | gone_column[theirs.columns]
    shape = (model.n_rows + int(gone_row.sum()), model.n_columns + int(gone_column.sum()))
    of_mine = np.repeat(np.arange(model.n_rows), np.diff(mine.starts))
    matrix = coo_array(
        (
            np.r_[mine.values, theirs.values[kept]],
            (np.r_[of_mine, rows[row_of[kept]]], np.r_[mine.columns, columns[theirs.columns[kept]]]),
        ),
        shape=shape,
    ).tocsr()
    nothing = np.zeros(int(gone_column.sum()))
    lower, upper = np.r_[mine.lower, nothing], np.r_[mine.upper, nothing]
    least, most = _reach(matrix.indptr, matrix.indices, matrix.data, lower, upper)
    new = np.arange(shape[0]) >= model.n_rows
    low, high = np.r_[mine.row_lower, theirs.row_lower[gone_row]], np.r_[mine.row_upper, theirs.row_upper[gone_row]]
    program = Arrays(
        cost=np.r_[mine.cost, theirs.cost[gone_column]],
        lower=lower,
        upper=upper,
        row_lower=np.where(new, np.minimum(low, least), low),
        row_upper=np.where(new, np.maximum(high, most), high),
        starts=matrix.indptr.astype(np.int64),
        columns=matrix.indices.astype(np.int64),
        values=matrix.data,
        offset=mine.offset,
    )
    return Overlay(program, columns, rows)


def _signs(model: Model) -> Ints:
    return np.array([_SIGN[sense] for sense in model.senses], dtype=np.int64)


def _places(blocks: Sequence[Block], others: Sequence[Block]) -> Ints:
    """Where each variable (or row) of `others` is among those of `blocks`; those that are not follow behind, in their order."""
    here = {name: i for i, name in enumerate(_names(blocks))}
    found = [here.get(name, -1) for name in _names(others)]
    places = np.array(found, dtype=np.int64)
    gone: Bools = places < 0
    places[gone] = len(here) + np.arange(int(gone.sum()))
    return places


def _names(blocks: Sequence[Block]) -> list[str]:
    """Names that the same thing has in both models: a number that only counts becomes its place among its like."""
    found = []
    seen: Counter[str] = Counter()
    for block in blocks:
        for i in range(block.count):
            name = block.label(i)
            if block.name in _COUNTED:
                name = name.rpartition(",")[0]
                seen[name] += 1
                name = f"{name},{seen[name]}"
            found.append(name)
    return found


def _reach(starts: Ints, columns: Ints, values: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The least and the most each row can come to within the bounds of its variables."""
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    at_lower, at_upper = values * lower[columns], values * upper[columns]
    count = len(starts) - 1
    least: Floats = np.bincount(rows, weights=np.where(values > 0, at_lower, at_upper), minlength=count).astype(np.float64)
    most: Floats = np.bincount(rows, weights=np.where(values > 0, at_upper, at_lower), minlength=count).astype(np.float64)
    return least, most
