import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.io.plan_files import disarm, rearm
from planner.report.csv_text import csv_text, number_cell, number_cells, text_cells

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))


@given(TEXT)
def test_disarming_is_undone_exactly(text: str) -> None:
    assert rearm(disarm(text)) == text


@given(TEXT)
def test_disarmed_text_never_starts_like_a_formula(text: str) -> None:
    assert not disarm(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(st.tuples(TEXT, st.floats(allow_nan=False)), max_size=20))
def test_any_reader_of_csv_gets_back_what_was_written(rows: list[tuple[str, float]]) -> None:
    texts, numbers = [t for t, _ in rows], [n for _, n in rows]
    written = csv_text(("text", "number"), [text_cells(texts), number_cells(np.array(numbers, dtype=np.float64))])
    back = list(csv.reader(io.StringIO(written, newline="")))
    assert back[0] == ["text", "number"]
    assert [rearm(row[0]) for row in back[1:]] == texts
    assert [float(row[1]) for row in back[1:]] == numbers


def test_a_missing_number_is_an_empty_cell() -> None:
    assert number_cells(np.array([np.nan, np.inf, 0.1])) == ["", "inf", "0.1"]
    assert number_cell(None) == number_cell(float("nan")) == ""


def test_negative_numbers_are_not_disarmed() -> None:
    assert number_cells(np.array([-1.5])) == ["-1.5"]


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="argument 2"):
        csv_text(("a", "b"), [["1"], ["1", "2"]])
    with pytest.raises(ValueError, match="1 names for 2 columns"):
        csv_text(("a",), [["1"], ["1"]])
