"""Download: the plan's files as they are on disk, and the plans kept on this machine."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from planner.io.plan_files import INPUTS, PAGE, SCENARIOS, SUMMARY, TABLES, WORKBOOK
from planner.ui import session
from planner.ui.archive import zip_plan
from planner.ui.components.nothing import plan_on_show
from planner.ui.library import plan_words
from planner.ui.text import plain

MAIN = (
    (PAGE, "Report", "text/html", "One page with every chart; opens offline in any browser.", ":material/web:"),
    (
        WORKBOOK,
        "Workbook",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "The same for a spreadsheet.",
        ":material/table_view:",
    ),
)
_MIME = {".csv": "text/csv", ".json": "application/json", ".npz": "application/octet-stream"}


def show() -> None:
    """Draw the page."""
    found = plan_on_show("Download", "The plan as a client gets it.")
    if found is None:
        return
    saved, _ = found
    name = f"plan-{saved.id}"
    columns = st.columns(3)
    with columns[0], st.container(border=True, height="stretch"):
        st.markdown("**Everything**  \nThe whole plan folder; the planner reads it back.")
        st.download_button(
            "Download the plan (zip)",
            data=lambda: zip_plan(saved.folder),
            file_name=f"{name}.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            type="primary",
            on_click="ignore",
            width="stretch",
        )
    for column, (file, label, mime, words, icon) in zip(columns[1:], MAIN, strict=True):
        path = saved.folder / file
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{label}**  \n{words}")
            _button(path, f"Download {file}", f"{name}{path.suffix}", mime, icon=icon, wide=True)
    st.subheader("Single files")
    files = [f for f in (SUMMARY, INPUTS, *TABLES, SCENARIOS) if (saved.folder / f).is_file()]
    grid = st.columns(4)
    for number, file in enumerate(files):
        path = saved.folder / file
        with grid[number % 4]:
            _button(path, file, file, _MIME.get(path.suffix, "application/octet-stream"), icon=":material/draft:", wide=False)
    _kept()


def _button(path: Path, label: str, name: str, mime: str, *, icon: str, wide: bool) -> None:
    st.download_button(
        label,
        data=path.read_bytes,
        file_name=name,
        mime=mime,
        icon=icon,
        key=f"file:{name}",
        on_click="ignore",
        disabled=not path.is_file(),
        width="stretch" if wide else "content",
        type="secondary" if wide else "tertiary",
    )


def _kept() -> None:
    """List the plans on disk and let one be removed."""
    st.subheader("Plans on this machine")
    library = session.library()
    plans = {p.id: p for p in library.plans()}
    st.caption(f"Kept in {plain(library.root)}; everyone who uses this server sees them.")
    a, b = st.columns([4, 1], vertical_alignment="bottom")
    picked = a.selectbox(
        "Plan to delete",
        list(plans),
        index=None,
        format_func=plan_words(plans.values()).__getitem__,
        placeholder="Choose a plan",
        key=f"delete:{len(plans)}",
    )
    if b.button("Delete", disabled=picked is None, icon=":material/delete:", width="stretch"):
        _confirm(str(picked), plans[str(picked)].label)


@st.dialog("Delete this plan?")
def _confirm(id: str, label: str) -> None:
    st.markdown(f"**{plain(label)}** and all its files will be removed from this machine.")
    a, b = st.columns(2)
    if a.button("Delete for good", type="primary", width="stretch", on_click=session.library().delete, args=(id,)):
        st.rerun()
    if b.button("Keep it", width="stretch"):
        st.rerun()
