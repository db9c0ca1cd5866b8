"""What-ifs: partial tables laid over an account, checked as strictly as the account itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.domain.account import Account
from planner.domain.history import Tables
from planner.errors import DataError, Problem
from planner.io.build import build_account
from planner.io.draft import LISTS, NAMED_LISTS, Draft, read_settings
from planner.io.explain import as_problem
from planner.io.merge import REMOVE, merged
from planner.io.names import did_you_mean, label_fault, nearest, shown
from planner.io.places import FILE
from planner.io.tables.find import read_tables

CUSTOM = "custom"
"""Name of an override that has none."""


def override(account: Account, name_or_changes: str | Mapping[str, Any]) -> Account:
    """Return `account` with an override laid over it: the name of one of its own, or partial tables as account.toml would hold them.

    Tables merge key by key, lists of tables by id, other lists are replaced. The account's tables are kept unless ``tables`` itself is
    changed. The name of the override (or "custom") is recorded; further ones are joined to it with "+". No changes at all give the
    same account. Raises DataError with every problem.
    """
    if not account.source:
        message = "this account carries no settings to lay an override over"
        raise DataError(Problem("override", message, "load it from its folder again, then override it"))
    if isinstance(name_or_changes, str):
        name, changes = name_or_changes, _named(account, name_or_changes)
    else:
        name, changes = CUSTOM, name_or_changes
        if not changes:
            return account
    place = _place(FILE, name) if isinstance(name_or_changes, str) else "override"
    if problems := _form_problems(changes, place):
        raise DataError(problems)
    raw = merged(account.source, changes)
    draft, problems = read_settings(raw, file=place)
    tables, table_problems = _tables(account, raw, draft, place)
    built = build_account(
        draft,
        tables,
        [*_with_hints(problems, account.source, changes), *table_problems],
        folder=account.folder,
        override=_joined(account.override, name),
        tables_read=not table_problems,
    )
    if built.account is None:
        raise DataError(built.problems)
    return built.account


def override_problems(
    base: Draft, known: Sequence[Problem], tables: Tables, *, folder: str, tables_read: bool
) -> list[Problem]:
    """Return the problems that the named overrides in `base` add to the account's own, `known`."""
    raw, file = base.raw, base.file
    named = raw.get("overrides")
    if not isinstance(named, Mapping):
        return []
    problems: list[Problem] = []
    told = {(problem.message, problem.remedy) for problem in known}
    for name, changes in named.items():
        if fault := label_fault(str(name)):
            problems.append(as_problem(f"{file}: overrides", "", fault))
            continue
        place = _place(file, name)
        if not isinstance(changes, Mapping):
            continue  # named by the check of form
        found = _form_problems(changes, place, raw)
        if not found:
            laid = merged(raw, changes)
            draft, form = read_settings(laid, file=place)
            same = laid.get("tables") == raw.get("tables")
            built = build_account(
                draft, tables, _with_hints(form, raw, changes), folder=folder, override=name, tables_read=tables_read and same
            )
            found = list(built.problems)
        problems += [p for p in found if (p.message, p.remedy) not in told]
    return problems


def _named(account: Account, name: str) -> Mapping[str, Any]:
    if fault := label_fault(name):
        raise DataError(as_problem("override", "", fault))
    named = account.source.get("overrides", {})
    if name not in named:
        remedy = did_you_mean(name, named, what="overrides")
        raise DataError(Problem(f"{FILE}: overrides", f"there is no override {shown(name)}", remedy))
    found: Mapping[str, Any] = named[name]
    return found


def _place(file: str, name: str) -> str:
    return f"{file}: overrides {shown(name)}"


def _form_problems(changes: Mapping[str, Any], place: str, base: Mapping[str, Any] | None = None) -> list[Problem]:
    problems = []
    if "overrides" in changes:
        problems.append(Problem(place, "holds overrides of its own", "write each override under its own name"))
    problems += _removal_problems(changes, base, place)
    for name in LISTS:
        items = changes.get(name)
        if isinstance(items, Mapping):
            problems.append(Problem(place, f"{name} must be a list of tables", f"write double brackets: [[….{name}]]"))
        for i, item in enumerate(items if isinstance(items, list | tuple) and name in NAMED_LISTS else ()):
            if not (isinstance(item, Mapping) and isinstance(item.get("id"), str)):
                remedy = f"write the id of the one to change, or a new one to add to the {name}"
                problems.append(Problem(f"{place}: {name}[{i + 1}]", "has no id", remedy))
    return problems


def _removal_problems(changes: Any, base: Any, place: str) -> list[Problem]:
    """What is wrong with the lists of keys to take out, at any depth; with `base`, what is laid over, also keys it does not hold."""
    if isinstance(changes, list | tuple):
        listed = base if isinstance(base, list | tuple) else ()
        known = {item["id"]: item for item in listed if isinstance(item, Mapping) and isinstance(item.get("id"), str)}
        named = [(item, str(item["id"]) if isinstance(item, Mapping) and "id" in item else "") for item in changes]
        return [p for item, id in named for p in _removal_problems(item, known.get(id), f"{place} {shown(id)}")]
    if not isinstance(changes, Mapping):
        return []
    held = base if isinstance(base, Mapping) else None
    problems = []
    keys = changes.get(REMOVE, [])
    if not (isinstance(keys, list | tuple) and all(isinstance(key, str) for key in keys)):
        problems.append(
            Problem(f"{place}: {REMOVE}", f"is {shown(keys)}", 'list the keys to take out: remove = ["patience_s"]')
        )
    elif both := [key for key in keys if key in changes]:
        message = f"takes out {', '.join(both)}, which this override also writes"
        problems.append(Problem(f"{place}: {REMOVE}", message, "keep one of the two"))
    elif held is not None:
        for key in keys:
            if key not in held:
                problems.append(
                    Problem(f"{place}: {REMOVE}", f"there is no {shown(key)}", did_you_mean(key, held, what="keys"))
                )
    for key, value in changes.items():
        problems += _removal_problems(value, None if held is None else held.get(key), f"{place}: {key}")
    return problems


def _with_hints(problems: Sequence[Problem], base: Mapping[str, Any], changes: Mapping[str, Any]) -> list[Problem]:
    """Add "did you mean" to what is missing in a newly added item whose id resembles an existing one: it was meant as a change."""
    hints = {}
    for name in LISTS:
        known = _ids(base.get(name))
        for id in _ids(changes.get(name)):
            if id not in known and (near := nearest(id, known)):
                hints[f'"{id}"'] = f"this adds a new one; to change an existing one, did you mean {near}?"
    return [
        Problem(p.place, p.message, hint)
        if "missing" in p.message and (hint := next((h for id, h in hints.items() if id in p.place), ""))
        else p
        for p in problems
    ]


def _ids(items: Any) -> list[str]:
    listed = items if isinstance(items, list | tuple) else ()
    return [item["id"] for item in listed if isinstance(item, Mapping) and isinstance(item.get("id"), str)]


def _tables(account: Account, raw: Mapping[str, Any], draft: Draft, place: str) -> tuple[Tables, list[Problem]]:
    if raw.get("tables") == account.source.get("tables"):
        return account.tables, []
    if not account.folder:
        return account.tables, [
            Problem(place, "changes tables, but the account was not loaded from a folder", "leave tables out")
        ]
    return read_tables(Path(account.folder), draft)


def _joined(before: str, name: str) -> str:
    parts = [part for part in before.split("+") if part and part != name]
    return "+".join([*parts, name])
