"""The line, on one screen: forecast, size, shifts, roster, evaluation, bill."""

from __future__ import annotations

from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.codec import input_hash
from planner.domain.plan import Plan, Provenance
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, StopFlag, no_report
from planner.economics import bill
from planner.evaluation import evaluate
from planner.roster import staff_shifts
from planner.shifts import design_shifts
from planner.sizing import size
from planner.version import RESULTS_VERSION, VERSION


def plan(account: Account, *, report: Report = no_report, stop: StopFlag | None = None) -> Plan:
    """Plan `account` from forecast to bill.

    `report` is told how far the work has come; setting `stop` ends the solving soon and keeps the best roster found so far.
    Raises DataError for input that cannot be planned, InfeasibleError when no roster can meet the account's limits,
    CancelledError when stopped before there was one.
    """
    stop = stop or NeverStop()
    report(Progress(stage="forecast"))
    demand = forecast_demand(account, report)
    report(Progress(stage="requirement"))
    requirement = size(demand, account)
    report(Progress(stage="shifts"))
    shifts, solves = design_shifts(requirement, account, report=report, stop=stop)
    report(Progress(stage="roster"))
    shifts, roster, ended = staff_shifts(shifts, account, report=report, stop=stop)
    solves = (*solves, *ended)
    report(Progress(stage="evaluation"))
    evaluation = evaluate(shifts, demand, requirement, account)
    return Plan(
        account=account,
        demand=demand,
        requirement=requirement,
        shifts=shifts,
        roster=roster,
        evaluation=evaluation,
        bill=bill(shifts, account),
        solves=solves,
        provenance=_provenance(account, solves),
    )


def _provenance(account: Account, solves: tuple[SolveInfo, ...]) -> Provenance:
    by_clock = [f"{s.name}: {s.status.value}" for s in solves if not s.status.repeatable]
    return Provenance(
        version=VERSION,
        results_version=RESULTS_VERSION,
        input_sha256=input_hash(account),
        seed=account.settings.seed,
        repeatable=not by_clock,
        why_not_repeatable="; ".join(by_clock),
    )
