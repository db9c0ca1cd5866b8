"""The finished plan: every stage's result, and how it came to be."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.account import Account
from planner.domain.arrays import ArrayEq
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation
from planner.domain.money import Bill
from planner.domain.replanned import Replanned
from planner.domain.requirement import Requirement
from planner.domain.roster import Roster
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import SolveInfo


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What made a plan (C10): product version, version of the results' meaning, hash of the input, seed, and whether the same
    input gives the same plan again (C14), with the reason when not."""

    version: str
    results_version: str
    input_sha256: str
    seed: int
    repeatable: bool
    why_not_repeatable: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan(ArrayEq):
    """Everything from forecast to bill for one account; `replanned` says how it came from a published plan, if it did."""

    account: Account
    demand: Demand
    requirement: Requirement
    shifts: ShiftPlan
    roster: Roster
    evaluation: Evaluation
    bill: Bill
    solves: tuple[SolveInfo, ...]
    provenance: Provenance
    replanned: Replanned | None = None

    def summary(self) -> str:
        """Return the plan in a page of plain text: people, service, cost, proof, and what is short."""
        from planner.domain.summary import summarise

        return summarise(self)
