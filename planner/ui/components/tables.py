"""Tables that stay quick when long, and can be taken away as CSV that no spreadsheet runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from planner.io.plan_files import disarm
from planner.ui.text import NONE

LAZY_ROWS = 2_000
"""Longer tables are sent to the browser as they are scrolled, not at once."""


def show_table(
    frame: pd.DataFrame, *, alt: str, name: str, columns: Mapping[str, Any] | None = None, height: int | str = "auto"
) -> None:
    """Show `frame` and offer it as ``name.csv``; `alt` tells a screen reader what it holds."""
    rest: dict[str, Any] = {"lazy": True, "height": 420} if len(frame) > LAZY_ROWS else {"height": height}
    st.dataframe(
        frame, hide_index=True, column_config=dict(columns or {}), placeholder=NONE, key=f"table:{name}", alt=alt, **rest
    )
    st.download_button(
        "Download these rows (CSV)",
        data=lambda: csv_bytes(frame),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"csv:{name}",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return `frame` as CSV in UTF-8 with a byte order mark (so that spreadsheets read accents), texts and headers disarmed."""
    safe = frame.rename(columns={c: disarm(str(c)) for c in frame.columns})
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]) and not pd.api.types.is_datetime64_any_dtype(safe[column]):
            safe[column] = safe[column].map(lambda v: disarm(v) if isinstance(v, str) else v)
    return str(safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")
