"""A model with some of its rows left out or added up: relaxations by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.domain.arrays import Ints
from planner.solver.model import Block, Model, Sense

Key = Callable[[Block, int], str | None]
"""What a row, the i-th of its block, becomes part of: rows of a block with the same key are added up; None leaves the row out."""


def regrouped(model: Model, key: Key) -> Model:
    """Return `model` with the rows of each block added up by `key`; rows whose key is None are gone.

    Whatever satisfies some rows satisfies their sum and fewer of them, so every solution of `model` is one of the result: its optimum
    is a lower bound on that of `model`. Variables are the same and keep their numbers. Raises ValueError where rows of different
    comparisons would be added up.
    """
    senses, rhs = model.senses, model.rhs
    result = Model(model.name, offset=model.offset)
    for n, block in enumerate(model.columns):
        result.columns.append(block)
        result._lower.append(model._lower[n].copy())
        result._upper.append(model._upper[n].copy())
        result._cost.append(model._cost[n].copy())
        result._integer.append(model._integer[n].copy())
    target = np.full(model.n_rows, -1, dtype=np.int64)
    for block in model.rows:
        members: dict[str, list[int]] = {}
        for i in range(block.count):
            name = key(block, i)
            if name is not None:
                members.setdefault(name, []).append(block.first + i)
        if not members:
            continue
        first = [rows[0] for rows in members.values()]
        for rows in members.values():
            if len({senses[r] for r in rows}) > 1:
                raise ValueError(f"rows of block {block.name} with different comparisons cannot be added up")
        numbers = _add(
            result, block, list(members), [senses[r] for r in first], [float(rhs[r].sum()) for r in members.values()]
        )
        for number, rows in zip(numbers.tolist(), members.values(), strict=True):
            target[rows] = number
    for r, c, v in model._terms:
        kept = target[r] >= 0
        if kept.any():
            result.add_terms(target[r[kept]], c[kept], v[kept])
    return result


def _add(model: Model, block: Block, labels: list[str], senses: list[Sense], rhs: list[float]) -> Ints:
    numbers = model.add_rows(block.name, len(labels), sense=senses[0], rhs=rhs, labels=labels)
    model._sense[-1] = list(senses)
    return numbers
