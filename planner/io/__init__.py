"""The edge in: account.toml and its tables become one checked `Account`; every problem found is told at once.

Names are resolved on first use, so importing this package loads none of the heavy libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.io.changes import load_changes
    from planner.io.codec import decode, encode, input_hash
    from planner.io.describe import describe_fields, settings_schema
    from planner.io.load import account_from, account_problems, load_account
    from planner.io.names import safe_path
    from planner.io.overrides import override
    from planner.io.plan_folder import load_plan
    from planner.io.starter import new_account

_HOMES = {
    "account_from": "load",
    "account_problems": "load",
    "decode": "codec",
    "describe_fields": "describe",
    "encode": "codec",
    "input_hash": "codec",
    "load_account": "load",
    "load_changes": "changes",
    "load_plan": "plan_folder",
    "new_account": "starter",
    "override": "overrides",
    "safe_path": "names",
    "settings_schema": "describe",
}

__all__ = [
    "account_from",
    "account_problems",
    "decode",
    "describe_fields",
    "encode",
    "input_hash",
    "load_account",
    "load_changes",
    "load_plan",
    "new_account",
    "override",
    "safe_path",
    "settings_schema",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"planner.io.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
