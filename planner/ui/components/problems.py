"""What is wrong and what to do about it, for people; other people's words are shown as they are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.errors import Problem
from planner.ui.text import plain, words

LISTED = 100


def show_problems(problems: Sequence[Problem], heading: str) -> None:
    """Show every problem with its place and remedy under `heading`."""
    lines = [f"**{heading}** {words(len(problems), 'problem')}:", ""]
    for number, problem in enumerate(problems[:LISTED], 1):
        remedy = f"  \n{plain(problem.remedy, characters=600)}" if problem.remedy else ""
        lines.append(f"{number}. **{plain(problem.place)}**: {plain(problem.message, characters=600)}{remedy}")
    if len(problems) > LISTED:
        lines.append(f"\nand {len(problems) - LISTED:,} more.")
    st.error("\n".join(lines), icon=":material/error:")


def show_reasons(reasons: Sequence[str], heading: str) -> None:
    """Show why something cannot be done."""
    st.error("\n".join([f"**{heading}**", "", *(f"- {plain(r, characters=600)}" for r in reasons)]), icon=":material/block:")
