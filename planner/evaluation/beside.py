"""Beside the computed service of a finished plan, the simulated one."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.account import Account
from planner.domain.demand import Demand
from planner.domain.evaluation import Evaluation
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import Progress, Report, StopFlag, no_report
from planner.evaluation.by_simulation import simulate_shifts
from planner.evaluation.judged import judged
from planner.evaluation.promised_rows import enough
from planner.simulation.run import STAGE
from planner.small_desk import small_desks

JUDGED, JUDGED_CONTACTS = 400, 80_000
"""Horizons simulated at most where the settings ask for fewer, and the contacts of one promise that are enough."""


def simulated_beside(
    evaluation: Evaluation,
    shifts: ShiftPlan,
    demand: Demand,
    account: Account,
    *,
    report: Report = no_report,
    stop: StopFlag | None = None,
) -> Evaluation:
    """Return `evaluation` with the report of as many simulated horizons as the account's settings ask for, drawn by its seed, and with
    what queues served by one to three people at once can promise.

    Of shared people judged by simulation there are more of them (`judged_often`). Unchanged where they ask for none, or where `stop` was
    set before it began; a later `stop` keeps the horizons done by then.
    """
    wanted = judged_often(evaluation, account)
    if wanted < 1 or (stop is not None and stop.is_set()):
        return evaluation
    report(Progress(stage=STAGE))
    found = simulate_shifts(
        account, demand, shifts, evaluation.sla, replications=wanted, seed=account.settings.seed, report=report, stop=stop
    )
    stopped = stop is not None and stop.is_set()
    desks = () if stopped else small_desks(shifts, demand, account, replications=wanted, seed=account.settings.seed)
    found_here = replace(evaluation, simulation=found, small_desks=desks)
    return judged(found_here, account) if account.settings.skills == "simulated" else found_here


def judged_often(evaluation: Evaluation, account: Account) -> int:
    """Return how many horizons are simulated: what the account's settings ask for, and where promises are held to what is simulated as
    many more, up to `JUDGED`, as the smallest of them takes to be told within a few tenths of a point."""
    asked = account.settings.simulations
    if asked < 1 or account.settings.skills != "simulated":
        return asked
    return enough(evaluation.sla, account, contacts=JUDGED_CONTACTS, least=asked, most=max(asked, JUDGED))


def simulated_in_full(evaluation: Evaluation, demand: Demand, account: Account) -> bool:
    """True where `evaluation` was simulated as often as the account's settings ask for, futures included; a stop may have prevented it."""
    found, wanted = evaluation.simulation, judged_often(evaluation, account)
    if wanted < 1:
        return True
    return found is not None and found.replications == wanted and found.futures == (wanted if len(demand.rates) else 0)
