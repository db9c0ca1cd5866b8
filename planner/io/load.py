"""Loading an account: a folder with account.toml and tables becomes one checked `Account`, or a list of everything wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.domain.account import Account
from planner.domain.history import Tables
from planner.errors import DataError, Problem
from planner.io.build import Built, build_account
from planner.io.draft import Draft, read_settings
from planner.io.overrides import override as apply_override
from planner.io.overrides import override_problems
from planner.io.tables.find import read_tables
from planner.io.toml_file import account_file, read_toml


def load_account(path: str | Path, override: str | Mapping[str, Any] | None = None) -> Account:
    """Return the account at `path`, a folder or the account.toml in it, with a named `override` (or changes) laid over it.

    Raises DataError with every problem of settings, tables and named overrides. Nothing is written.
    """
    built = _load(path)
    if built.account is None:
        raise DataError(built.problems)
    return built.account if override is None else apply_override(built.account, override)


def account_problems(path: str | Path) -> tuple[Problem, ...]:
    """Return everything wrong with the account at `path`; nothing when it can be planned."""
    try:
        return _load(path).problems
    except DataError as error:
        return error.problems


def account_from(raw: Mapping[str, Any], tables: Tables, folder: str = "") -> Account:
    """Return the account of settings `raw`, as account.toml would hold them, and of `tables` already read.

    Raises DataError with every problem.
    """
    draft, problems = read_settings(raw)
    built = _built(draft, tables, problems, folder=folder)
    if built.account is None:
        raise DataError(built.problems)
    return built.account


def _load(path: str | Path) -> Built:
    file = account_file(Path(path))
    raw = read_toml(file)
    draft, problems = read_settings(raw, file=file.name)
    tables, table_problems = read_tables(file.parent, draft)
    folder = str(file.parent.resolve())
    return _built(draft, tables, [*problems, *table_problems], folder=folder, tables_read=not table_problems)


def _built(draft: Draft, tables: Tables, problems: list[Problem], *, folder: str, tables_read: bool = True) -> Built:
    built = build_account(draft, tables, problems, folder=folder, tables_read=tables_read)
    found = override_problems(draft, built.problems, tables, folder=folder, tables_read=tables_read)
    everything = (*built.problems, *found)
    return Built(None if everything else built.account, everything)
