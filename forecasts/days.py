"""History as a matrix of local days and slots of the day; what was not recorded is NaN, never zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class DayMatrix:
    """Counts of one series by local day and slot of the day.

    `first_day` counts days since 1970-01-01 on the local calendar; row ``d`` is day ``first_day + d``. `values` ``[D, S]`` holds the
    count of each of the S equal slots of a day, NaN where there is no record. `holidays` ``[D]`` marks public holidays.
    """

    first_day: int
    values: Floats
    holidays: Bools

    @classmethod
    def from_records(
        cls, *, day: ArrayLike, slot: ArrayLike, counts: ArrayLike, slots: int, holidays: ArrayLike = ()
    ) -> DayMatrix:
        """Return the matrix of records ``(day, slot, count)``, each array ``[N]``, for days of `slots` slots.

        Several records of one slot (the hour an autumn clock change repeats) are averaged, so that the day stays comparable with
        others: its 25 hours are two hours at the rate of one slot. `holidays` lists day numbers. Raises ValueError without a record.
        """
        days = np.asarray(day, dtype=np.int64)
        if not days.size:
            raise ValueError("a history needs at least one record")
        first = int(days.min())
        rows = days - first
        shape = (int(rows.max()) + 1, slots)
        cell = rows * slots + np.asarray(slot, dtype=np.int64)
        number = np.bincount(cell, minlength=shape[0] * slots)
        total = np.bincount(cell, weights=np.asarray(counts, dtype=np.float64), minlength=shape[0] * slots)
        with np.errstate(invalid="ignore"):
            values = np.where(number > 0, total / np.maximum(number, 1), np.nan).reshape(shape)
        return cls(first, values, np.isin(first + np.arange(shape[0]), np.asarray(holidays, dtype=np.int64)))

    @property
    def days(self) -> Ints:
        """Day numbers of the rows, ``[D]``."""
        return self.first_day + np.arange(len(self.values), dtype=np.int64)

    @property
    def last_day(self) -> int:
        """The last day with a record."""
        return self.first_day + len(self.values) - 1

    @property
    def weekday(self) -> Ints:
        """Weekday of the rows, 0 for Monday, ``[D]``."""
        return weekday_of(self.days)

    @property
    def recorded(self) -> Bools:
        """True where there is a record, ``[D, S]``."""
        return ~np.isnan(self.values)

    def until(self, day: int, *, at_most: int | None = None) -> DayMatrix:
        """Return the rows up to and including `day`, the last `at_most` of them; raises ValueError when that leaves no record."""
        stop = day - self.first_day + 1
        start = 0 if at_most is None else max(0, stop - at_most)
        seen = np.flatnonzero(self.recorded[start : max(stop, 0)].any(axis=1))
        if not seen.size:
            raise ValueError("a history needs at least one record")
        low, high = start + int(seen[0]), start + int(seen[-1]) + 1
        return DayMatrix(self.first_day + low, self.values[low:high], self.holidays[low:high])


def weekday_of(days: ArrayLike) -> Ints:
    """Return the weekday of day numbers since 1970-01-01 (a Thursday), 0 for Monday."""
    weekday: Ints = (np.asarray(days, dtype=np.int64) + 3) % 7
    return weekday
