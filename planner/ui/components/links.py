"""The pages by name, so that any of them can point to any other."""

from __future__ import annotations

from typing import Any

import streamlit as st

_PAGES: dict[str, Any] = {}


def register(name: str, page: Any) -> Any:
    """Remember the page called `name` and return it. Every session registers the same pages, so they share one table."""
    _PAGES[name] = page
    return page


def link(name: str, label: str, *, icon: str | None = None) -> None:
    """Show a link to the page called `name`; nothing where that page does not exist."""
    if name in _PAGES:
        st.page_link(_PAGES[name], label=label, icon=icon)


def go(name: str) -> None:
    """Leave for the page called `name`."""
    if name in _PAGES:
        st.switch_page(_PAGES[name])
