"""Planner for outsourced customer service: forecasts, exact queueing, legal shifts at least cost, and the service they deliver.

The public names are resolved on first use, so importing this package loads none of the heavy libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.version import VERSION

if TYPE_CHECKING:
    from planner.domain.account import Account as Account
    from planner.domain.plan import Plan as Plan
    from planner.domain.simulation import SimulationReport as SimulationReport
    from planner.errors import CancelledError as CancelledError
    from planner.errors import DataError as DataError
    from planner.errors import InfeasibleError as InfeasibleError
    from planner.errors import PlannerError as PlannerError
    from planner.evaluation import simulate as simulate
    from planner.explanation import explain as explain
    from planner.io import load_account as load_account
    from planner.io import load_changes as load_changes
    from planner.io import load_plan as load_plan
    from planner.io import new_account as new_account
    from planner.io import override as override
    from planner.offers import quote as quote
    from planner.pipeline import plan as plan
    from planner.pooling import Advice as Advice
    from planner.pooling import advise as advise
    from planner.replan import replan as replan
    from planner.report import export as export
    from planner.roster import assign as assign
    from planner.rules import check as check
    from planner.scenarios import compare as compare

__version__ = VERSION

_HOME = {
    "Account": "planner.domain.account",
    "assign": "planner.roster",
    "check": "planner.rules",
    "Plan": "planner.domain.plan",
    "SimulationReport": "planner.domain.simulation",
    "CancelledError": "planner.errors",
    "DataError": "planner.errors",
    "InfeasibleError": "planner.errors",
    "PlannerError": "planner.errors",
    "simulate": "planner.evaluation",
    "explain": "planner.explanation",
    "load_account": "planner.io",
    "load_changes": "planner.io",
    "load_plan": "planner.io",
    "new_account": "planner.io",
    "override": "planner.io",
    "quote": "planner.offers",
    "plan": "planner.pipeline",
    "Advice": "planner.pooling",
    "advise": "planner.pooling",
    "export": "planner.report",
    "replan": "planner.replan",
    "compare": "planner.scenarios",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
