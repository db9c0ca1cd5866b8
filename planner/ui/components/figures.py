"""Charts on a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"]}


def show_figure(figure: Any, *, alt: str, key: str) -> None:
    """Show a Plotly `figure`; `alt` says in a sentence what it shows, for those who cannot see it."""
    st.plotly_chart(figure, theme=None, key=f"figure:{key}", config=CONFIG, alt=alt)
