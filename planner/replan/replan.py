"""A published plan and what happened since: the cheapest legal roster that disturbs few, as a whole new plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.domain.changes import Changes
from planner.domain.codec import encode, input_hash
from planner.domain.headline import cost_and_price, promises_kept, results_of, shortfall_hours
from planner.domain.plan import Plan, Provenance
from planner.domain.replanned import QueueService, Replanned, Stage
from planner.domain.requirement import Requirement
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, StopFlag, no_report
from planner.domain.targets import Window
from planner.errors import DataError
from planner.evaluation import evaluate, simulated_beside
from planner.keep_promises import lacking
from planner.replan.aim import carried_on, with_promises
from planner.replan.contracts import shares_broken
from planner.replan.decision import Decision, untouched
from planner.replan.demand import changed_demand
from planner.replan.facts import Facts, Place, facts_of
from planner.replan.held import margin_of, published_margin
from planner.replan.keep_windows import Kept, keep_windows
from planner.replan.listing import changes_of
from planner.replan.money import bill_of
from planner.replan.problem import Problem, holding, problem_of
from planner.replan.problems import problems_of
from planner.replan.rows import rows_of
from planner.replan.scope import Scope, scope_of
from planner.replan.verify import verify
from planner.replan.worth import worth_of
from planner.sizing import size
from planner.version import RESULTS_VERSION, VERSION

JUDGED = (
    "Promises of shared people are judged by simulation, in the published roster, untouched and as changed; the search for changes divides "
    "people between queues as the published plan did."
)
"""What notes say where promises are held to simulated levels."""
MOST_OPTIONS = 30_000
"""Shifts offered over all agents and dates above which the search keeps to the dates touched themselves, and says so."""


def replan(plan: Plan, changes: Changes, *, report: Report = no_report, stop: StopFlag | None = None) -> Plan:
    """Return `plan` after `changes`: the legal roster of least cost, its service, its bill, and what was changed (``Plan.replanned``).

    Cost is pay, priced shortfall of the requirement, which is sized anew for the changed demand, and a price for every change against the
    published roster. Nothing is changed where nothing was touched; without any change the roster comes back as it was. The proven bound
    and gap are those of the solve "replan", for changes of the groups and dates that its note names.

    Raises DataError with every problem of `changes`, InfeasibleError with reasons when locks, fixed shifts and rules leave no roster,
    CancelledError when stopped before there was one; stopped later it keeps the best.
    """
    if problems := problems_of(changes, plan):
        raise DataError(problems)
    stop = stop or NeverStop()
    account = replace(plan.account, events=(*plan.account.events, *changes.events))
    now = replace(plan, account=account)
    report(Progress(stage="requirement"))
    demand = changed_demand(plan.demand, account, changes)
    before = with_promises(plan.requirement, plan.demand, plan.account)
    requirement = before if demand is plan.demand else carried_on(before, size(demand, account))
    facts = facts_of(now, changes)
    report(Progress(stage="replan"))
    scope, problem, notes = _framed(facts, before, requirement)
    quiet = untouched(problem).places(problem)
    base = replace(now, demand=demand, requirement=requirement)
    quiet_plan = _evaluated(facts, problem, quiet, base, report)
    problem = _holding(plan, before, quiet_plan, problem)
    solves: tuple[SolveInfo, ...] = plan.solves
    best, result = quiet, quiet_plan
    if problem.slots or facts.fixed:

        def delivered(decision: Decision, aim: Problem) -> Plan:
            return _delivered(facts, aim, decision, quiet_plan, base, report)

        found = keep_windows(problem, delivered, report=report, stop=stop)
        best, result = found.decision.places(problem), found.plan
        solves = (replace(found.info, note=_note(scope, problem, found)),)
    listed = changes_of(problem, best, result.shifts, result.roster, quiet_plan.evaluation.shortfall)
    if missing := shortfall_hours(result) - shortfall_hours(plan):
        notes += _still_short(missing)
    if account.settings.skills == "simulated":
        notes += [JUDGED]
    notes += [f"With those who leave, {broken.sentence()}." for broken in shares_broken(plan, changes) if not broken.before]
    told = Replanned(
        from_sha256=plan.provenance.input_sha256,
        now=facts.now.isoformat().replace("+00:00", "Z"),
        changes=listed,
        published=_stage(plan),
        untouched=_stage(quiet_plan),
        replanned=_stage(result),
        service=_service(plan, quiet_plan, result),
        notes=tuple(notes),
    )
    if plan.evaluation.simulation is not None and result.evaluation.simulation is None:  # as the published plan was
        judged = simulated_beside(result.evaluation, result.shifts, demand, account, report=report, stop=stop)
        result = replace(result, evaluation=judged)
    final = replace(result, solves=solves, provenance=_provenance(now, changes, solves), replanned=told)
    verify(plan, final, changes)
    return final


def _holding(plan: Plan, before: Requirement, quiet: Plan, problem: Problem) -> Problem:
    """The problem with promises over windows, aimed as far ahead as the published plan shows that they must be."""
    promised = quiet.requirement.promised
    if promised is None or before.promised is None:
        return problem
    known = published_margin(before.promised, plan.evaluation.coverage.by_queue(), plan.evaluation, plan.account)
    return holding(problem, quiet.requirement, quiet.evaluation.coverage.by_queue(), margin_of(promised, known))


def _delivered(facts: Facts, problem: Problem, decision: Decision, quiet: Plan, base: Plan, report: Report) -> Plan:
    """What `decision` delivers, everybody's time divided as the program of windows has it."""
    held = problem.held
    if decision == untouched(problem) and (held is None or not lacking(quiet.evaluation, held.promised, facts.account).any()):
        return quiet
    if held is not None:
        needed = base.requirement
        planned = quiet.evaluation.coverage.by_queue() if needed.planned is None else needed.planned
        agents = worth_of(problem, decision)[1].agents
        meant = np.where(problem.span, agents, planned)
        base = replace(base, requirement=replace(needed, planned=np.where(needed.open, meant, np.nan)))
    return _evaluated(facts, problem, decision.places(problem), base, report)


def _framed(facts: Facts, before: Requirement, after: Requirement) -> tuple[Scope, Problem, list[str]]:
    """The widest scope asked for that is not too large to solve."""
    notes = []
    reach = facts.changes.effort.reach_days
    while True:
        scope = scope_of(facts, before, after, reach_days=reach)
        problem = problem_of(facts, after, scope)
        if problem.options <= MOST_OPTIONS or reach == 0 or scope.everything:
            break
        notes.append(
            f"{problem.options:,} shifts would be on offer with changes up to {reach} days away from what is touched: re-planned with "
            f"changes up to {reach - 1} days away."
        )
        reach -= 1
    if problem.refused:
        kinds = ", ".join(f"{rule} of {group}" for group, rule in problem.refused)
        notes.append(f"Not offered, or not at every hour, since they break a labour rule by themselves: shifts {kinds}.")
    return scope, problem, notes


def _still_short(hours: float) -> list[str]:
    """What a planner can still do where more is short than was published."""
    if hours < 0.05:
        return []
    return [
        f"{hours:,.1f} agent-hours more than published stay short: a change would cost more than it brings, or nobody may work more. "
        "Allow overtime, move_breaks or a longer reach_days, take out locks, add agents, or lower the prices of changes."
    ]


def _evaluated(facts: Facts, problem: Problem, places: Sequence[Place], base: Plan, report: Report) -> Plan:
    report(Progress(stage="evaluation"))
    shifts, roster = rows_of(facts, places)
    evaluation = evaluate(shifts, base.demand, base.requirement, base.account)
    if base.account.settings.skills == "simulated":  # every roster is judged as the published one was
        evaluation = simulated_beside(evaluation, shifts, base.demand, base.account, report=report)
    bill = bill_of(facts, shifts, problem.weeks, places)
    return replace(base, shifts=shifts, roster=roster, evaluation=evaluation, bill=bill, replanned=None)


def _note(scope: Scope, problem: Problem, found: Kept) -> str:
    groups, dates = scope.size()
    where = (
        "the whole roster from now on" if scope.everything else f"changes of {groups} groups on {dates} dates, the rest kept"
    )
    again = "" if found.rounds == 1 else f"; {found.rounds} rounds until the labour rules had nothing to say"
    if found.aimed:
        again += (
            f"; aimed higher {'once' if found.aimed == 1 else f'{found.aimed} times'}, as the service delivered came out lower"
        )
    return f"bound holds for {where}: {len(problem.slots):,} agents' dates, {problem.options:,} shifts on offer{again}"


def _stage(plan: Plan) -> Stage:
    kept, promised = promises_kept(plan)
    return Stage(
        cost=float(cost_and_price(plan)[0].amount), shortfall_h=shortfall_hours(plan), promises_kept=kept, promises=promised
    )


def _service(before: Plan, quiet: Plan, after: Plan) -> tuple[QueueService, ...]:
    def level(plan: Plan, queue: str) -> float | None:
        found = results_of(plan, queue, Window.CONTRACT)
        return found[0].level if found else None

    return tuple(
        QueueService(
            queue=queue.id,
            published=level(before, queue.id),
            untouched=level(quiet, queue.id),
            replanned=level(after, queue.id),
            target=queue.target.level,
        )
        for queue in after.account.queues
    )


def _provenance(plan: Plan, changes: Changes, solves: tuple[SolveInfo, ...]) -> Provenance:
    text = json.dumps(encode(changes), sort_keys=True, separators=(",", ":"), allow_nan=False)
    both = hashlib.sha256(f"{input_hash(plan.account)} {plan.provenance.input_sha256} {text}".encode()).hexdigest()
    why = [plan.provenance.why_not_repeatable] if not plan.provenance.repeatable else []
    why += [f"{s.name}: {s.status.value}" for s in solves if not s.status.repeatable]
    return Provenance(
        version=VERSION,
        results_version=RESULTS_VERSION,
        input_sha256=both,
        seed=plan.provenance.seed,
        repeatable=not why,
        why_not_repeatable="; ".join(dict.fromkeys(why)),
    )
