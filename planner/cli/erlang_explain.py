"""Where the figures of an answer come from, step by step, for a client to check."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from planner.cli.erlang_ask import Ask, Unknown
from planner.cli.erlang_laws import law_steps
from planner.cli.erlang_solve import Answer, limits_kept, service
from planner.cli.erlang_steps import Step, digits
from planner.cli.erlang_text import scheduled_heads
from planner.cli.erlang_words import agents, limits, number, percent, seconds, short_percent
from planner.domain.targets import Formula, RingMoment, RingRule
from planner.queueing import square_root, square_root_agents


def explained(answer: Answer) -> list[Step]:
    """Return the steps from the input to the figures; none where no figure was found."""
    ask, found = answer.ask, answer.service
    steps = [] if ask.ring is None else [_ring(ask.ring)]
    if found is None:
        return steps
    steps.append(_load(ask))
    if ask.rate_per_h:
        steps += law_steps(answer)
        steps += _why_not_better(answer)
        steps += _rule_of_thumb(ask, float(found.service_level))
    return steps + _heads(ask)


def _ring(ring: RingRule) -> Step:
    from planner.reference import ring_country_name

    pause = ring.period_s - ring.ring_s
    n, period, tone = ring.rings, ring.period_s, ring.ring_s
    sums = {
        RingMoment.START: f"ring {n} starts after {n - 1} x {period:g}",
        RingMoment.END: f"ring {n} ends after {n - 1} x {period:g} + {tone:g}",
        RingMoment.BEFORE_NEXT: f"ring {n + 1} would start after {n} x {period:g}",
    }
    words = (
        f"ringing tone heard in {ring_country_name(ring.country)}: ring of {tone:g} s, pause of {pause:g} s; "
        f"{sums[ring.moment]} = {ring.threshold_s:g} s. Source: {ring.source}"
    )
    return Step(key="rings", label="rings", words=words, value=ring.threshold_s)


def _load(ask: Ask) -> Step:
    assert ask.rate_per_h is not None
    calls, aht = number(round(ask.rate_per_h, 9)), number(ask.aht_s or 0.0)
    words = f"a = calls per hour x AHT / 3600 = {calls} x {aht} / 3600 = {digits(ask.load)} erlang"
    return Step(key="load_erlang", label="load", words=words, value=ask.load)


def _why_not_better(answer: Answer) -> list[Step]:
    ask = answer.ask
    assert ask.agents is not None
    match ask.unknown:
        case Unknown.AGENTS if ask.agents >= 1:
            other = replace(ask, agents=ask.agents - 1)
            return [_one_step("one_agent_fewer", "why no fewer", f"{agents(ask.agents - 1)}", other)]
        case Unknown.CALLS:
            more = replace(ask, rate_per_h=(ask.rate_per_h or 0.0) + answer.step)
            return [_one_step("a_little_more_calls", "why no more", f"{number(round(more.calls or 0.0, 9))} calls", more)]
        case Unknown.AHT:
            longer = round((ask.aht_s or 0.0) + answer.step, 12)
            return [_one_step("a_little_longer_aht", "why no longer", f"{number(longer)} s", replace(ask, aht_s=longer))]
        case Unknown.THRESHOLD if answer.step > 0:
            less = round((ask.threshold_s or 0.0) - answer.step, 12)
            return [_one_step("a_little_less_threshold", "why no sooner", f"{number(less)} s", replace(ask, threshold_s=less))]
    return []


def _one_step(key: str, label: str, what: str, other: Ask) -> Step:
    found = service(other)
    level = float(found.service_level)
    if other.patience_s is None and other.rate_cv is None and other.load >= (other.agents or 0.0):
        words = f"with {what} the load of {digits(other.load)} erlang is not carried; the queue grows without end"
        return Step(key=key, label=label, words=words, value=level)
    said = []
    for x in limits(other, found):
        if not x.kept:
            given = (seconds if x.measure == "asa_answered_s" else percent)(x.delivered, x.promised)
            said.append(f"{given}, which misses the {x.name} ({x.amount})")
    kept = bool(limits_kept(other, found, other.load))
    words = f"with {what}: {'; '.join(said)}" if said else f"with {what} the limits are {'kept' if kept else 'missed'}"
    return Step(key=key, label=label, words=words, value=level)


def _rule_of_thumb(ask: Ask, level: float) -> list[Step]:
    unstable = ask.patience_s is None and (ask.agents or 0.0) <= ask.load
    if ask.rate_cv is not None or not ask.load > 0 or not ask.agents or unstable:
        return []
    root = math.sqrt(ask.load)
    given: dict[str, Any] = {
        "rate_per_h": ask.rate_per_h,
        "aht_s": ask.aht_s,
        "threshold_s": ask.threshold_s,
        "patience_s": ask.patience_s,
    }
    same = ask.patience_s is None or ask.formula == Formula.OFFERED
    of_all = "" if same else " of all calls"
    if ask.unknown is Unknown.AGENTS and ask.target is not None:
        rule = square_root_agents(**given, service_level=ask.target)
        alone = "" if ask.max_asa_s is ask.max_abandonment is ask.max_occupancy is None else " to the target alone"
        sign, beta = "-" if rule.beta < 0 else "+", abs(float(rule.beta))
        words = (
            f"square-root staffing: a + beta x sqrt(a) = {digits(ask.load)} {sign} {digits(beta)} x {digits(root)} = "
            f"{digits(float(rule.fractional))}, so {agents(int(rule.agents))} for {short_percent(ask.target)}{of_all}; "
            f"the exact answer{alone} is {int(rule.exact)}"
        )
        return [Step(key="rule_of_thumb_agents", label="rule of thumb", words=words, value=float(rule.fractional))]
    near = square_root(**given, agents=ask.agents or 0.0)
    exact = f"; the exact level is {percent(level)}" if same else ""
    words = (
        f"square-root staffing: beta = (N - a) / sqrt(a) = ({number(ask.agents or 0.0)} - {digits(ask.load)}) / {digits(root)} = "
        f"{digits(float(near.beta))}, for which the limit of large desks gives {percent(float(near.service_level))}{of_all}{exact}"
    )
    return [Step(key="rule_of_thumb_level", label="rule of thumb", words=words, value=float(near.service_level))]


def _heads(ask: Ask) -> list[Step]:
    heads = scheduled_heads(ask)
    if heads is None or ask.shrinkage is None or ask.agents is None:
        return []
    present = float(1 - ask.shrinkage)
    raw = digits(ask.agents / present)
    up = "" if raw == str(heads) else f", rounded up to {heads}"
    words = (
        f"{number(ask.agents)} on seat / (1 - {float(ask.shrinkage):g}) = {number(ask.agents)} / {present:g} = {raw}{up}: "
        f"{short_percent(present)} of those scheduled are on seat"
    )
    return [Step(key="scheduled_heads", label="heads", words=words, value=float(heads))]
