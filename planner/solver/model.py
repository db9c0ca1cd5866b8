"""A model in numbers: named blocks of variables and rows, joined by arrays of row, column and coefficient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Bools, Floats, Ints

Labels = Sequence[str] | Callable[[int], str] | None
"""What the items of a block are called: texts, a function of the position, or None for plain numbers."""


class Sense(StrEnum):
    """How a row compares its sum with its right-hand side."""

    LE = "<="
    EQ = "="
    GE = ">="


@dataclass(frozen=True)
class Block:
    """`count` variables or rows called `name`, numbered from `first` on; `label(i)` names the i-th of them."""

    name: str
    first: int
    count: int
    labels: Labels

    def label(self, position: int) -> str:
        """Return the full name of one item: ``block(label)``. Brackets would not survive PuLP's cleaning of names."""
        if self.labels is None:
            text = str(position)
        elif callable(self.labels):
            text = self.labels(position)
        else:
            text = self.labels[position]
        return f"{self.name}({text})"


@dataclass
class Model:
    """A minimisation under construction. Variables and rows are added in blocks, coefficients as index arrays.

    Nothing is kept per term but three numbers, so a model of a million coefficients costs megabytes and milliseconds until it is
    built into a PuLP problem. Every variable needs finite bounds below; an upper bound may be infinite.
    """

    name: str
    columns: list[Block] = field(default_factory=list)
    rows: list[Block] = field(default_factory=list)
    offset: float = 0.0
    _lower: list[Floats] = field(default_factory=list, repr=False)
    _upper: list[Floats] = field(default_factory=list, repr=False)
    _cost: list[Floats] = field(default_factory=list, repr=False)
    _integer: list[Bools] = field(default_factory=list, repr=False)
    _sense: list[list[Sense]] = field(default_factory=list, repr=False)
    _rhs: list[Floats] = field(default_factory=list, repr=False)
    _terms: list[tuple[Ints, Ints, Floats]] = field(default_factory=list, repr=False)

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return self.columns[-1].first + self.columns[-1].count if self.columns else 0

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.rows[-1].first + self.rows[-1].count if self.rows else 0

    def add_columns(
        self,
        name: str,
        count: int,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        integer: bool = False,
        labels: Labels = None,
    ) -> Ints:
        """Add `count` variables and return their numbers ``[count]``; bounds and cost broadcast."""
        first = self.n_columns
        self._check_name(name, self.columns)
        self.columns.append(Block(name, first, count, labels))
        for store, values in ((self._lower, lower), (self._upper, upper), (self._cost, cost)):
            store.append(_spread(values, count))
        self._integer.append(np.full(count, integer, dtype=np.bool_))
        return np.arange(first, first + count, dtype=np.int64)

    def add_rows(self, name: str, count: int, *, sense: Sense, rhs: ArrayLike, labels: Labels = None) -> Ints:
        """Add `count` rows without terms and return their numbers ``[count]``."""
        first = self.n_rows
        self._check_name(name, self.rows)
        self.rows.append(Block(name, first, count, labels))
        self._sense.append([sense] * count)
        self._rhs.append(_spread(rhs, count))
        return np.arange(first, first + count, dtype=np.int64)

    def add_terms(self, rows: ArrayLike, columns: ArrayLike, coefficients: ArrayLike) -> None:
        """Add coefficients: the three arguments broadcast together; a pair given twice adds up."""
        r, c, v = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64), np.asarray(coefficients, dtype=np.float64)
        )
        self._terms.append((r.ravel().copy(), c.ravel().copy(), v.ravel().copy()))

    def set_rhs(self, rows: Ints, values: ArrayLike) -> None:
        """Replace the right-hand sides of `rows`, which may come from several blocks."""
        whole = self.rhs
        whole[rows] = values
        self._rhs = [whole[b.first : b.first + b.count] for b in self.rows]

    def set_cost(self, columns: Ints, values: ArrayLike) -> None:
        """Replace the objective coefficients of `columns`."""
        whole = self.cost
        whole[columns] = values
        self._cost = [whole[b.first : b.first + b.count] for b in self.columns]

    def fix(self, columns: Ints, values: ArrayLike) -> None:
        """Hold `columns` at `values`."""
        self.set_bounds(columns, values, values)

    def set_bounds(self, columns: Ints, lower: ArrayLike, upper: ArrayLike) -> None:
        """Replace the bounds of `columns`."""
        for store, values in ((self._lower, lower), (self._upper, upper)):
            whole = np.concatenate(store)
            whole[columns] = values
            store[:] = [whole[b.first : b.first + b.count] for b in self.columns]

    def with_whole(self, columns: Ints) -> Model:
        """Return this model with whole numbers asked for in `columns`, and only there. It shares all else with this one."""
        inside: Bools = np.isin(np.arange(self.n_columns), columns)
        return replace(self, _integer=[inside[b.first : b.first + b.count] for b in self.columns])

    @property
    def lower(self) -> Floats:
        """Lower bounds of all variables."""
        return _joined(self._lower)

    @property
    def upper(self) -> Floats:
        """Upper bounds of all variables."""
        return _joined(self._upper)

    @property
    def cost(self) -> Floats:
        """Objective coefficients of all variables."""
        return _joined(self._cost)

    @property
    def integer(self) -> Bools:
        """True for variables that must be whole."""
        return np.concatenate(self._integer) if self._integer else np.zeros(0, dtype=np.bool_)

    @property
    def senses(self) -> list[Sense]:
        """Comparison of every row."""
        return [sense for block in self._sense for sense in block]

    @property
    def rhs(self) -> Floats:
        """Right-hand side of every row."""
        return _joined(self._rhs)

    def matrix(self) -> tuple[Ints, Ints, Floats]:
        """Return the coefficients by row: starts ``[rows + 1]``, columns and values, duplicates summed, zeros dropped."""
        from scipy.sparse import coo_array

        if not self._terms:
            return np.zeros(self.n_rows + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
        r, c, v = (np.concatenate([t[i] for t in self._terms]) for i in range(3))
        csr: Any = coo_array((v, (r, c)), shape=(self.n_rows, self.n_columns)).tocsr()
        csr.sum_duplicates()
        csr.eliminate_zeros()
        return csr.indptr.astype(np.int64), csr.indices.astype(np.int64), csr.data

    def _check_name(self, name: str, blocks: list[Block]) -> None:
        if any(block.name == name for block in blocks):
            raise ValueError(f"model {self.name} already has a block called {name}")


def _spread(values: ArrayLike, count: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (count,)).copy()


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)
