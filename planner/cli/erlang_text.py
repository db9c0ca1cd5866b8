"""An answer of the calculator as a planner reads it."""

from __future__ import annotations

import math
from fractions import Fraction

from planner.cli.erlang_ask import Ask, Unknown
from planner.cli.erlang_solve import Answer, service
from planner.cli.erlang_words import (
    COUNTED,
    Limit,
    agents,
    interval,
    limits,
    listed,
    number,
    percent,
    promises,
    ring_words,
    seconds,
    short_percent,
    wrapped,
)
from planner.domain.targets import Formula


def scheduled_heads(ask: Ask) -> int | None:
    """Return the heads to schedule so that the agents are on seat after shrinkage, exactly rounded up; None where it is not given."""
    if ask.shrinkage is None or ask.agents is None:
        return None
    return math.ceil(Fraction(str(ask.agents)) / (1 - ask.shrinkage))


def law_words(ask: Ask) -> str:
    """Return the law the figures come from."""
    law = "Erlang C" if ask.patience_s is None else "Erlang A"
    return law if ask.rate_cv is None else f"{law}, averaged over the rate"


def text(answer: Answer) -> list[str]:
    """Return the lines of an answer."""
    if answer.service is None:
        lines = wrapped("", _unbounded(answer), indent=0, width=0)
        return [*lines, *(line for note in notes(answer) for line in wrapped("note:", note, width=6))]
    lines = wrapped("", _headline(answer), indent=0, width=0)
    lines += ["", *_given(answer.ask), "", *_delivered(answer)]
    said = notes(answer)
    if said:
        lines.append("")
    for note in said:
        lines += wrapped("note:", note, width=6)
    return lines


def _unbounded(answer: Answer) -> str:
    ask = answer.ask
    assert ask.agents is not None
    return f"{agents(ask.agents)} on seat, for {_joined(ask)}: {answer.unbounded}"


def _joined(ask: Ask) -> str:
    return listed(promises(ask))


def _headline(answer: Answer) -> str:
    ask, found = answer.ask, answer.service
    assert ask.agents is not None
    assert ask.rate_per_h is not None
    assert ask.aht_s is not None
    assert found is not None
    who, s = f"{agents(ask.agents)} on seat", "s" if ask.agents == 1 else ""
    match ask.unknown:
        case Unknown.AGENTS:
            if ask.agents == 0:
                return f"No agents are needed for {_joined(ask)}."
            return f"{who} {'is' if ask.agents == 1 else 'are'} needed for {_joined(ask)}."
        case Unknown.CALLS:
            return f"{who} can take at most {number(ask.calls or 0.0)} calls per {ask.per_words} for {_joined(ask)}."
        case Unknown.AHT:
            return f"{who} can bear calls of at most {number(ask.aht_s)} s for {_joined(ask)}."
        case Unknown.THRESHOLD:
            verdict = _verdict(answer) if len(promises(ask)) > 1 else "."
            return f"{who} give{s} {short_percent(ask.target or 0.0)} within {number(ask.threshold_s or 0.0)} s{verdict}"
        case _:
            if ask.rate_per_h == 0:
                return f"{who}: no calls, so no service level."
            level = percent(float(found.service_level), ask.target)
            return f"{who} give{s} {level} within {number(ask.threshold_s or 0.0)} s{_verdict(answer)}"


def _verdict(answer: Answer) -> str:
    assert answer.service is not None
    found = limits(answer.ask, answer.service)
    if not found:
        return "."
    if answer.required is None and all(x.kept for x in found):
        return ", as promised." if len(found) == 1 else ", and every limit is kept."
    needed = "" if answer.required is None else f"; {agents(answer.required)} would do"
    missed = [f"the {x.name} ({x.amount})" for x in found if not x.kept] or ["the load"]
    return f", which misses {listed(missed)}{needed}."


def _given(ask: Ask) -> list[str]:
    assert ask.rate_per_h is not None
    assert ask.agents is not None
    found = ask.unknown
    calls = interval(ask, ask.rate_per_h)
    rows = [("calls", calls, found is Unknown.CALLS)]
    if ask.per_s != 3600:
        rows.append(("calls of an hour", number(round(ask.rate_per_h, 6)), False))
    if ask.rate_cv is not None:
        rows.append(("calls vary by", f"{short_percent(ask.rate_cv)} (standard deviation over mean)", False))
    rows += [
        ("mean handling time", f"{number(ask.aht_s or 0.0)} s", found is Unknown.AHT),
        ("load", f"{number(round(ask.load, 6))} erlang", False),
        ("agents on seat", number(ask.agents), found is Unknown.AGENTS),
    ]
    if (heads := scheduled_heads(ask)) is not None:
        rows.append(("heads to schedule", f"{heads} at {short_percent(float(ask.shrinkage or 0))} shrinkage", False))
    patience = "nobody gives up" if ask.patience_s is None else f"{number(ask.patience_s)} s on average"
    rows.append(("patience", f"{patience} ({law_words(ask)})", False))
    threshold = f"{number(ask.threshold_s or 0.0)} s"
    rows.append(("answered in time", f"within {threshold}", found is Unknown.THRESHOLD))
    if ask.ring is not None:
        rows[-1] = ("answered in time", f"within {threshold}, {ring_words(ask.ring)}", False)
    rows.append(("formula", ask.formula, False))
    rows.append(("level counts", COUNTED[Formula(ask.formula)], False))
    return [f"  {name:<24}{value}{'   <- found' if mark else ''}" for name, value, mark in rows]


def _delivered(answer: Answer) -> list[str]:
    ask, found = answer.ask, answer.service
    assert found is not None
    verdicts = {x.measure: f"{_word(x)} {x.amount}: {'kept' if x.kept else 'MISSED'}" for x in limits(ask, found)}
    if ask.rate_per_h == 0:
        verdicts = {}
    rows = [
        ("service level", "service_level", percent(float(found.service_level), ask.target)),
        ("probability of waiting", "prob_wait", percent(float(found.prob_wait))),
        ("mean wait, answered", "asa_answered_s", seconds(float(found.asa_answered_s), ask.max_asa_s)),
        ("mean wait, all calls", "mean_wait_s", seconds(float(found.mean_wait_s))),
        ("giving up", "abandonment", percent(float(found.abandonment), ask.max_abandonment)),
        ("occupancy", "occupancy", percent(float(found.occupancy), ask.max_occupancy)),
        ("calls waiting, mean", "queue_length", seconds(float(found.queue_length)).removesuffix(" s")),
    ]
    return [f"  {name:<24}{value:<14}{verdicts.get(measure, '')}".rstrip() for name, measure, value in rows]


def _word(limit: Limit) -> str:
    return "target" if limit.name == "target" else "limit"


def notes(answer: Answer) -> list[str]:
    """Return what else there is to be said about an answer."""
    ask, found = answer.ask, answer.service
    said = [*ask.notes, *answer.notes]
    if found is None or ask.agents is None:
        return said
    if ask.rate_per_h and ask.patience_s is None and ask.rate_cv is None and math.isinf(float(found.mean_wait_s)):
        least = math.floor(ask.load) + 1
        said.append(
            f"{number(round(ask.load, 6))} erlang are too much for {agents(ask.agents)}: where nobody gives up the queue grows "
            f"without end; {least} carry the load"
        )
    if ask.rate_cv is not None and ask.patience_s is None and math.isinf(float(found.mean_wait_s)):
        said.append(
            "on the busiest days the load is above the agents; where nobody gives up the mean wait over all days is then endless"
        )
    if ask.unknown is Unknown.CALLS and ask.rate_per_h is not None and ask.rate_per_h < 1:
        one = float(service(ask, rate_per_h=1.0).service_level)
        said.append(f"less than one call an hour: one an hour would get {percent(one)}")
    if ask.unknown is Unknown.AGENTS and ask.agents == 0 and ask.rate_per_h:
        said.append(f"{percent(float(found.abandonment_within))} give up in time, and this formula counts them as served")
    if ask.patience_s is None and ask.formula != Formula.OFFERED:
        said.append("without --patience nobody gives up, and all five formulas are the same")
    return said
