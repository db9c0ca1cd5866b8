"""Account: choose one, see what is wrong with it, edit the inputs that matter most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pandas as pd
import streamlit as st

from planner.domain.account import Account
from planner.errors import DataError
from planner.ui import session
from planner.ui.components.links import link
from planner.ui.components.problems import show_problems
from planner.ui.edits import Inputs, Row, changes_between, describe, inputs_of
from planner.ui.settings import account_folders, upload_folder
from planner.ui.text import number, plain, words
from planner.ui.uploads import SUFFIXES, save_upload

UPLOAD_MB = 25


def show() -> None:
    """Draw the page."""
    st.title("Account")
    st.caption("What is promised to whom, who can answer, and what an hour of theirs costs.")
    _choose()
    state = session.loaded()
    if state is None:
        return
    st.divider()
    if state.base is not None:
        _facts(state.account or state.base)
        _what_if(state.base)
    if state.problems:
        show_problems(state.problems, "This account cannot be planned yet.")
    if state.base is not None:
        _edit(state.base, state.account or state.base)
        if not state.problems:
            link("run", "Next: run a plan", icon=":material/arrow_forward:")


def _choose() -> None:
    disk, upload = st.columns(2, gap="large")
    with disk:
        folders = account_folders(session.settings())
        names = list(folders)
        current = next((n for n, f in folders.items() if f == session.account_folder()), None)
        picked = st.selectbox(
            "Account on this machine",
            names,
            index=names.index(current) if current else None,
            placeholder="Choose an account" if names else "No account folders found",
            disabled=not names,
            help="Sample accounts, and those in the folder the app was started with.",
        )
        if st.button("Open account", disabled=picked is None, type="secondary" if session.account_folder() else "primary"):
            session.choose_account(folders[str(picked)])
            st.rerun()
    with upload, st.form("upload", clear_on_submit=True, border=False):
        files = st.file_uploader(
            "Or upload an account",
            type=[s.lstrip(".") for s in SUFFIXES] + ["zip", "gz"],
            accept_multiple_files=True,
            max_upload_size=UPLOAD_MB,
            help="account.toml and its tables, or one zip of the folder. It stays on this machine.",
        )
        if st.form_submit_button("Use the upload"):
            _take_upload([(f.name, f.getvalue()) for f in files or []])


def _take_upload(files: Sequence[tuple[str, bytes]]) -> None:
    try:
        folder = save_upload(files, upload_folder(uuid4().hex))
    except DataError as error:
        show_problems(error.problems, "The upload was not taken.")
        return
    session.choose_account(folder)
    st.rerun()


def _facts(account: Account) -> None:
    st.header(plain(account.name))
    languages = sorted({q.language for q in account.queues})
    horizon = account.horizon
    a, b, c, d, e = st.columns(5)
    a.metric("Queues", number(len(account.queues)))
    listed = ", ".join(plain(x) for x in languages)
    b.metric("Languages", listed if len(languages) < 4 else number(len(languages)), help=None if len(languages) < 4 else listed)
    c.metric("Sites", number(len(account.sites)), help=", ".join(plain(f"{s.id} ({s.zone})") for s in account.sites))
    d.metric("Groups", number(len(account.groups)))
    e.metric("Horizon", words(horizon.days, "day"), help=f"From {horizon.start}, {plain(horizon.zone)}")


def _what_if(base: Account) -> None:
    names = ["", *sorted(str(n) for n in base.source.get("overrides", {}))]
    if len(names) == 1:
        return
    current = session.override_name()
    picked = st.selectbox(
        "What-if",
        names,
        index=names.index(current) if current in names else 0,
        format_func=lambda n: n or "None: the account as it is",
        help="Named what-ifs of the account. Choosing another drops the changes made below.",
        key=f"what-if:{session.account_folder()}:{current}",
    )
    if picked is not None and picked != current:
        session.choose_override(picked)
        st.rerun()


def _edit(base: Account, account: Account) -> None:
    before, now = inputs_of(base), inputs_of(account)
    st.subheader("Inputs")
    with st.form("inputs"):
        edited = _form(now, session.revision())
        submitted = st.form_submit_button("Apply changes", type="primary")
    if submitted:
        _apply(before, edited)
    _changes(before)


def _form(now: Inputs, revision: str) -> Inputs:
    a, b, c, d, e = st.columns([3, 2, 2, 2, 3])
    start = a.date_input("First day", value=now.start, key=f"start:{revision}")
    days = b.number_input("Days", 1, 92, now.days, key=f"days:{revision}")
    gap_pct = c.number_input(
        "Gap to stop at, %", 0.0, 100.0, now.gap_pct, 0.5, key=f"gap:{revision}", help="Stop when proven so near the cheapest."
    )
    limit = d.number_input("Time limit, s", 1.0, 86_400.0, now.time_limit_s, 10.0, format="%.0f", key=f"limit:{revision}")
    seed = e.number_input(
        "Seed", 0, 2**53 - 1, now.seed, key=f"seed:{revision}", help="The same seed gives the same demand scenarios."
    )
    queues = _editor("Queues", now.queues, _QUEUE_COLUMNS, ("id", "channel", "unit"), f"queues:{revision}")
    left, right = st.columns(2)
    with left:
        sites = _editor("Sites", now.sites, _SITE_COLUMNS, ("id", "currency"), f"sites:{revision}")
    with right:
        groups = _editor("Groups", now.groups, _GROUP_COLUMNS, ("id", "site"), f"groups:{revision}")
    return Inputs(
        start=start,
        days=int(days),
        seed=int(seed),
        gap_pct=float(gap_pct),
        time_limit_s=float(limit),
        queues=queues,
        sites=sites,
        groups=groups,
    )


def _editor(title: str, rows: Sequence[Row], columns: dict[str, Any], fixed: tuple[str, ...], key: str) -> tuple[Row, ...]:
    """Show an editable table. Its frame is always the figures in force, never its own output, and `key` changes with them."""
    st.markdown(f"**{title}**")
    frame = pd.DataFrame(list(rows), columns=list(rows[0]) if rows else [])
    edited = st.data_editor(
        frame,
        hide_index=True,
        num_rows="fixed",
        disabled=list(fixed),
        column_config=columns,
        placeholder="no limit",
        key=key,
        alt=f"{title}, editable",
    )
    return tuple({str(k): _cell(v) for k, v in row.items()} for row in edited.to_dict("records"))


def _cell(value: object) -> object:
    return None if value is None or (isinstance(value, float) and value != value) or value is pd.NA else value


_QUEUE_COLUMNS: dict[str, Any] = {
    "id": st.column_config.TextColumn("Queue"),
    "channel": st.column_config.TextColumn("Channel"),
    "scale": st.column_config.NumberColumn("Volume ×", min_value=0.001, max_value=1000.0, help="1.2 is a fifth more contacts."),
    "level_pct": st.column_config.NumberColumn("Level, %", min_value=0.1, max_value=100.0, help="Share promised in time."),
    "within": st.column_config.NumberColumn("Within", min_value=0.0, help="In the unit of the next column."),
    "unit": st.column_config.TextColumn("Unit"),
    "aht_s": st.column_config.NumberColumn(
        "AHT, s",
        min_value=0.1,
        help="Mean handling time in seconds. Where history records it, that counts until you change this; the shape of the day stays.",
    ),
}
_SITE_COLUMNS: dict[str, Any] = {
    "id": st.column_config.TextColumn("Site"),
    "seats": st.column_config.NumberColumn("Seats", min_value=1, step=1),
    "wage_per_h": st.column_config.NumberColumn("Wage per hour", min_value=0.0),
    "currency": st.column_config.TextColumn("In"),
}
_GROUP_COLUMNS: dict[str, Any] = {
    "id": st.column_config.TextColumn("Group"),
    "site": st.column_config.TextColumn("Site"),
    "min_heads": st.column_config.NumberColumn("Heads from", min_value=0, step=1),
    "max_heads": st.column_config.NumberColumn("to", min_value=0, step=1, help="Empty: as many as seats allow."),
}


def _apply(before: Inputs, edited: Inputs) -> None:
    new = changes_between(before, edited)
    if new == session.changes():
        st.toast("Nothing changed.")
        return
    problems = session.try_changes(new)
    if problems:
        show_problems(problems, "The changes were not applied.")
        return
    session.change(new)
    st.rerun()


def _changes(before: Inputs) -> None:
    lines = describe(before, session.changes())
    if lines:
        st.markdown("**Changed from the account as loaded**\n\n" + "\n".join(f"- {plain(line)}" for line in lines))
    with st.container(horizontal=True):
        undo = st.button(
            "Undo", disabled=not session.can_undo(), icon=":material/undo:", help="Take back the last changes applied."
        )
        reset = st.button(
            "Reset", disabled=not session.changes(), icon=":material/restart_alt:", help="Back to the account as loaded."
        )
    if undo:
        session.undo()
        st.rerun()
    if reset:
        session.change({})
        st.rerun()
