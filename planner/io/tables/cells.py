"""Checks of every text in a table: length, and texts that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from planner.errors import Problem
from planner.io import limits
from planner.io.names import FORMULA_SIGNS, shown
from planner.io.tables.header import OTHER
from planner.io.tables.listing import cell_place, listed

_NUMBER_OR_DASH = re.compile(r"[+-]?(\d[\d .,]*|\.\d+|)([eE][+-]?\d+)?%?\s*\Z")


def text_problems(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Return the problems of all texts in `frame`, numbers in text form aside."""
    problems: list[Problem] = []
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position]
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
            continue
        column = f"{position + 1}" if name.startswith(OTHER) else name
        codes, texts = pd.factorize(values, use_na_sentinel=True)
        faults = {i: fault for i, text in enumerate(texts) if isinstance(text, str) and (fault := cell_fault(text))}
        if faults:
            rows = np.flatnonzero(np.isin(codes, list(faults)))
            problems += _listed(frame, file, column, rows, [faults[c] for c in codes[rows]])
    return problems


def _listed(frame: pd.DataFrame, file: str, column: str, rows: np.ndarray, faults: list[tuple[str, str]]) -> list[Problem]:
    def tell(i: int, row: int) -> Problem:
        return Problem(cell_place(file, row, column), *faults[i])

    return listed(file, frame.index.to_numpy()[rows], tell, kind="texts like these")


def cell_fault(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a text and what to do about it, or None."""
    if len(text) > limits.CELL_CHARACTERS:
        return f"holds {len(text):,} characters", f"at most {limits.CELL_CHARACTERS:,} are read; shorten or delete it"
    if text.startswith(FORMULA_SIGNS) and not _NUMBER_OR_DASH.match(text):
        return f"{shown(text)} begins like a formula, which a spreadsheet would run", "begin with a letter or a digit"
    return None
