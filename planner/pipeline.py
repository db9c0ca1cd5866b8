"""The line, on one screen: forecast, size, shifts, roster, evaluation, bill."""

from __future__ import annotations

from planner.demand import forecast_demand
from planner.domain.account import Account
from planner.domain.codec import input_hash
from planner.domain.plan import Plan, Provenance
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, StopFlag, no_report
from planner.economics import bill
from planner.errors import InfeasibleError
from planner.evaluation import evaluate, simulated_beside, simulated_in_full
from planner.explanation import why_not
from planner.keep_promises import keep_promises
from planner.roster import staff_shifts
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
    try:
        kept = keep_promises(requirement, demand, account, report=report, stop=stop)
    except InfeasibleError as error:
        raise InfeasibleError((*error.reasons, *why_not(requirement, account, report=report, stop=stop))) from error
    report(Progress(stage="roster"))
    shifts, roster, ended = staff_shifts(kept.shifts, account, requirement=kept.requirement, report=report, stop=stop)
    solves = (*kept.solves, *ended)
    report(Progress(stage="evaluation"))
    same = shifts is kept.shifts
    evaluation = kept.evaluation if same else evaluate(shifts, demand, kept.requirement, account)
    evaluation = simulated_beside(evaluation, shifts, demand, account, report=report, stop=stop)
    return Plan(
        account=account,
        demand=demand,
        requirement=kept.requirement,
        shifts=shifts,
        roster=roster,
        evaluation=evaluation,
        bill=bill(shifts, account),
        solves=solves,
        provenance=_provenance(account, solves, simulated=simulated_in_full(evaluation, demand, account)),
    )


def _provenance(account: Account, solves: tuple[SolveInfo, ...], *, simulated: bool) -> Provenance:
    by_clock = [f"{s.name}: {s.status.value.replace('_', ' ')}" for s in solves if not s.status.repeatable]
    by_clock += [] if simulated else ["simulation: cancelled"]
    return Provenance(
        version=VERSION,
        results_version=RESULTS_VERSION,
        input_sha256=input_hash(account),
        seed=account.settings.seed,
        repeatable=not by_clock,
        why_not_repeatable="; ".join(by_clock),
    )
