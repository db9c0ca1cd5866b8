"""What one visitor's session remembers: handles only (folders, ids, small changes); plans and accounts live on disk and in caches."""

from __future__ import annotations

import atexit
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from planner.domain.account import Account
from planner.domain.codec import input_hash
from planner.domain.plan import Plan
from planner.errors import DataError, PlannerError, Problem
from planner.ui.library import Library, SavedPlan
from planner.ui.settings import Settings, read_settings
from planner.worker import JobQueue

_ACCOUNT, _OVERRIDE, _CHANGES, _PLAN, _JOB, _TOLD = "account", "override", "changes", "plan", "job", "told"
UNDO_STEPS = 50


@lru_cache(maxsize=1)
def job_queue() -> JobQueue:
    """Return the one line of jobs of this server: sessions come and go, jobs stay."""
    queue = JobQueue()
    atexit.register(queue.close)
    return queue


def settings() -> Settings:
    """Return the app's folders."""
    return read_settings()


def library() -> Library:
    """Return the plans on disk."""
    return Library(settings().plans)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The account of today's inputs, or every problem that keeps it from being one."""

    base: Account | None
    account: Account | None
    problems: tuple[Problem, ...] = ()
    sha256: str = ""


def account_folder() -> Path | None:
    """Return the chosen account's folder; None before one is chosen."""
    folder = st.session_state.get(_ACCOUNT)
    return Path(folder) if folder else None


def choose_account(folder: Path) -> None:
    """Work with the account in `folder` from now on, without a what-if and without changes."""
    st.session_state[_ACCOUNT] = str(folder)
    st.session_state[_OVERRIDE] = ""
    st.session_state[_CHANGES] = []


def override_name() -> str:
    """Return the named what-if applied; empty for none."""
    return str(st.session_state.get(_OVERRIDE, ""))


def choose_override(name: str) -> None:
    """Apply the named what-if `name` (empty: none); changes made on the page before are dropped."""
    st.session_state[_OVERRIDE] = name
    st.session_state[_CHANGES] = []


def changes() -> dict[str, Any]:
    """Return the changes made on the page, as an override."""
    steps = st.session_state.get(_CHANGES) or [{}]
    return dict(steps[-1])


def change(new: Mapping[str, Any]) -> None:
    """Make `new` the changes in force; `undo` goes back."""
    st.session_state[_CHANGES] = [*st.session_state.get(_CHANGES, []), dict(new)][-UNDO_STEPS:]


def undo() -> None:
    """Go back to the changes before the last ones."""
    st.session_state[_CHANGES] = st.session_state.get(_CHANGES, [])[:-1]


def can_undo() -> bool:
    """True when there is a change to take back."""
    return bool(st.session_state.get(_CHANGES))


def revision() -> str:
    """Return a text that differs whenever the shown figures do, for the keys of editors (their edits are kept by row position)."""
    return str(hash((st.session_state.get(_ACCOUNT), override_name(), json.dumps(changes(), sort_keys=True))))


def loaded() -> Loaded | None:
    """Return the account of today's inputs; None before one is chosen."""
    folder = account_folder()
    if folder is None:
        return None
    return _load(str(folder), _stamp(folder), override_name(), json.dumps(changes(), sort_keys=True))


def try_changes(new: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Return what is wrong with the account once `new` is applied; nothing when it can be planned."""
    folder = account_folder()
    if folder is None:
        return ()
    return _load(str(folder), _stamp(folder), override_name(), json.dumps(dict(new), sort_keys=True)).problems


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells that files of `folder` have changed: names, sizes, times."""
    try:
        found = [(path.name, path.stat()) for path in folder.iterdir() if path.is_file()]
    except OSError:
        return ()
    return tuple(sorted((name, s.st_size, s.st_mtime_ns) for name, s in found))


@st.cache_resource(max_entries=16, show_spinner="Reading the account …")  # shared between sessions: frozen, never changed
def _load(folder: str, stamp: tuple[tuple[str, int, int], ...], override: str, changes_json: str) -> Loaded:
    from planner import io

    base = None
    try:
        base = io.load_account(Path(folder), override or None)
        changed = json.loads(changes_json)
        account = io.override(base, changed) if changed else base
    except DataError as error:
        return Loaded(base=base, account=None, problems=error.problems)
    except PlannerError as error:
        return Loaded(base=base, account=None, problems=(Problem("account", str(error)),))
    except OSError as error:
        return Loaded(base=None, account=None, problems=(Problem("account", f"cannot be read: {error.strerror}"),))
    return Loaded(base=base, account=account, sha256=input_hash(account))


def shown() -> tuple[SavedPlan, Plan] | None:
    """Return the plan on show; None when there is none yet."""
    saved = library().find(st.session_state.get(_PLAN) or "")
    return None if saved is None else (saved, read_plan(saved))


def shown_id() -> str:
    """Return the id of the plan on show; empty for none."""
    return str(st.session_state.get(_PLAN) or "")


def show(id: str) -> None:
    """Put the plan `id` on show."""
    st.session_state[_PLAN] = id


def read_plan(saved: SavedPlan) -> Plan:
    """Return the plan in a folder of the library."""
    return _read_plan(str(saved.folder), saved.input_sha256, saved.made.timestamp())


@st.cache_resource(max_entries=6, show_spinner="Opening the plan …")  # shared between sessions: frozen, never changed
def _read_plan(folder: str, sha256: str, made: float) -> Plan:
    from planner.io import load_plan

    return load_plan(Path(folder))


def job_id() -> str:
    """Return the id of this session's job, at work or ended; empty for none."""
    return str(st.session_state.get(_JOB) or "")


def watch(id: str) -> None:
    """Make the job `id` this session's."""
    st.session_state[_JOB] = id


def job_of(page: str, plan: str) -> str:
    """Return the id of the job that `page` last started about `plan` in this session, at work or ended; empty for none."""
    return str(st.session_state.get(f"{_JOB}:{page}:{plan}") or "")


def watch_on(page: str, plan: str, id: str) -> None:
    """Make the job `id` the one that `page` watches while `plan` is on show: jobs about other plans are none of its business."""
    st.session_state[f"{_JOB}:{page}:{plan}"] = id


def tell_once(id: str) -> bool:
    """Return True the first time it is asked about the job `id` in this session."""
    told: frozenset[str] = st.session_state.get(_TOLD, frozenset())
    st.session_state[_TOLD] = told | {id}
    return id not in told


def is_stale(saved: SavedPlan) -> bool | None:
    """Return whether `saved` was made from other inputs than today's; None when it cannot be told or is another account's plan."""
    now = loaded()
    if now is None or now.account is None:
        return None
    if saved.input_sha256 == now.sha256:
        return False
    asked = library().asked(saved.id)
    return True if asked is not None and asked.account == str(account_folder()) else None


def sync_address() -> None:
    """Let the address say which job and plan this session has, so that a reload finds them again; take over what it says at first."""
    for key in (_PLAN, _JOB):
        told = st.query_params.get(key, "")
        if told and not st.session_state.get(key):
            known = library().find(told) is not None or job_queue().view(told) is not None
            if known:
                st.session_state[key] = told
                _take_inputs(told)
        mine = st.session_state.get(key)
        if mine and st.query_params.get(key) != mine:
            st.query_params[key] = mine
        elif not mine and key in st.query_params:
            del st.query_params[key]


def _take_inputs(id: str) -> None:
    """Take over the inputs that the plan `id` was asked for, unless this session has chosen its own."""
    asked = library().asked(id)
    if asked is None or st.session_state.get(_ACCOUNT) or not (Path(asked.account) / "account.toml").is_file():
        return
    st.session_state[_ACCOUNT], st.session_state[_OVERRIDE] = asked.account, asked.override
    st.session_state[_CHANGES] = [dict(asked.changes)] if asked.changes else []
