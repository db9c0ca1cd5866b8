"""Numbers of a table: text that is no number is named, then ranges are checked for all rows at once (pandera)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from planner.domain.grid import INTERVALS_S
from planner.errors import Problem
from planner.io.names import shown
from planner.io.tables.cells import text_problems
from planner.io.tables.listing import cell_place, listed
from planner.io.tables.spec import TableSpec

_FINITE = "must be finite; correct it, or leave out the row"
_ZERO_OR_MORE = "must be 0 or more; correct it, or leave out the row"
_ABOVE_ZERO = "must be above 0 seconds; leave the cell empty where it is not known"
_LENGTH = f"must be an interval length in seconds: {', '.join(map(str, INTERVALS_S))}"
_GIVEN = "is empty"


def number_columns(frame: pd.DataFrame, spec: TableSpec, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the number columns of `frame` as floats (NaN where there is none) and every problem of their cells."""
    problems: list[Problem] = []
    parsed, wrong = {}, {}
    for name in spec.numbers:
        if name in frame:
            parsed[name], wrong[name], found = _floats(frame, name, file, required=name == spec.count)
            problems += found
    numbers = pd.DataFrame(parsed, index=frame.index)
    if "aht_s" in numbers:
        # a mean over nothing is often exported as 0: it is unknown there, not a time
        nothing = numbers[spec.count].eq(0) | (numbers["handled"].eq(0) if "handled" in numbers else False)
        numbers.loc[nothing & numbers["aht_s"].eq(0), "aht_s"] = np.nan
    problems += _range_problems(numbers, wrong, spec, file)
    return numbers, problems


def _floats(frame: pd.DataFrame, name: str, file: str, *, required: bool) -> tuple[pd.Series, np.ndarray, list[Problem]]:
    values = frame[name]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype(np.float64), np.zeros(len(values), dtype=bool), []
    text = values.astype(object).map(lambda v: str(v).strip() if not isinstance(v, float) or v == v else "", na_action="ignore")
    given = text.notna() & (text != "")
    number = pd.to_numeric(text.where(given), errors="coerce").astype(np.float64)
    wrong = (given & number.isna()).to_numpy()
    already = {p.place for p in text_problems(frame[[name]], file)}

    def tell(i: int, row: int) -> Problem:
        return Problem(cell_place(file, row, name), f"{shown(text[row])} is not a number", _remedy(str(text[row]), required))

    found = listed(file, frame.index.to_numpy()[wrong], tell, kind=f"{name} is not a number")
    return number, wrong, [p for p in found if p.place not in already]


def _remedy(text: str, required: bool) -> str:
    if "," in text:
        return "write a decimal point, and no thousands separators: 1234.5"
    if text.casefold() in ("nan", "na", "n/a", "#n/a", "null", "none", "-", "--"):
        return (
            "leave out the whole row where the count is not known" if required else "leave the cell empty where it is not known"
        )
    return "write digits with a decimal point where needed"


def _range_problems(numbers: pd.DataFrame, wrong: dict[str, np.ndarray], spec: TableSpec, file: str) -> list[Problem]:
    try:
        _schema(spec, list(numbers.columns)).validate(numbers, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    problems: list[Problem] = []
    for (column, check), group in cases.groupby(["column", "check"], sort=False):
        rows = np.sort(group["index"].to_numpy(dtype=np.int64))
        rows = rows[~np.isin(rows, numbers.index.to_numpy()[wrong[column]])]
        message, _, remedy = (_GIVEN if check == "not_nullable" else str(check)).partition("; ")
        problems += _told(numbers, file, str(column), rows, message=message, remedy=remedy)
    return problems


def _told(numbers: pd.DataFrame, file: str, column: str, rows: np.ndarray, *, message: str, remedy: str) -> list[Problem]:
    def tell(i: int, row: int) -> Problem:
        value = numbers.at[row, column]
        if message == _GIVEN:
            return Problem(
                cell_place(file, row, column), "is empty", "write the count, 0 for none; leave out the row if it is not known"
            )
        return Problem(cell_place(file, row, column), f"{message}, got {value:g}", remedy)

    return listed(file, rows, tell, kind=f"{column} {message}")


def _schema(spec: TableSpec, columns: list[str]) -> Any:
    finite = pa.Check(np.isfinite, error=_FINITE)
    at_least_0 = pa.Check(lambda s: ~(s < 0) | np.isinf(s), error=_ZERO_OR_MORE)
    checks = {
        "aht_s": [finite, pa.Check(lambda s: (s > 0) | np.isinf(s), error=_ABOVE_ZERO)],
        "interval_s": [pa.Check.isin(INTERVALS_S, error=_LENGTH)],
    }
    return pa.DataFrameSchema(
        {name: pa.Column(float, checks.get(name, [finite, at_least_0]), nullable=name != spec.count) for name in columns}
    )
