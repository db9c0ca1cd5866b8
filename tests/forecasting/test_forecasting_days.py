"""The day matrix keeps gaps as gaps and repeated hours comparable."""

import numpy as np
import pytest

from forecasts import DayMatrix, weekday_of


def test_intervals_without_a_record_stay_unknown() -> None:
    matrix = DayMatrix.from_records(day=[10, 12], slot=[0, 1], counts=[3.0, 0.0], slots=2)
    assert matrix.values[0, 0] == 3
    assert matrix.values[2, 1] == 0
    assert np.isnan(matrix.values[[0, 1, 1, 2], [1, 0, 1, 0]]).all()


def test_a_slot_recorded_twice_holds_the_mean() -> None:
    matrix = DayMatrix.from_records(day=[5, 5, 5], slot=[2, 2, 3], counts=[10, 20, 4], slots=4)
    assert matrix.values[0, 2] == 15
    assert matrix.values[0, 3] == 4


def test_a_history_without_records_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one record"):
        DayMatrix.from_records(day=[], slot=[], counts=[], slots=48)
    with pytest.raises(ValueError, match="at least one record"):
        DayMatrix.from_records(day=[9], slot=[0], counts=[1], slots=1).until(8)


def test_until_forgets_later_and_older_days() -> None:
    matrix = DayMatrix.from_records(day=np.arange(20, 40), slot=np.zeros(20), counts=np.arange(20), slots=1, holidays=[30])
    part = matrix.until(31, at_most=5)
    assert part.days.tolist() == [27, 28, 29, 30, 31]
    assert part.values[:, 0].tolist() == [7, 8, 9, 10, 11]
    assert part.holidays.tolist() == [False, False, False, True, False]


def test_day_zero_was_a_thursday() -> None:
    assert weekday_of([0, 4, -1]).tolist() == [3, 0, 2]
