"""An answer of the calculator as plain data: the figures of the text, unrounded, with their units in the names."""

from __future__ import annotations

import math
from typing import Any

from planner.cli.erlang_ask import Ask, Unknown
from planner.cli.erlang_solve import Answer, limits_kept
from planner.cli.erlang_text import notes, scheduled_heads
from planner.cli.erlang_words import limits, within


def figures(answer: Answer) -> dict[str, Any]:
    """Return the figures of one answer."""
    ask = answer.ask
    return {
        **_asked(ask),
        **_service(answer),
        "solved": ask.unknown.value,
        "unbounded": bool(answer.unbounded),
        "unbounded_because": answer.unbounded or None,
        **_promised(answer),
        "agents_required": answer.required if ask.unknown is not Unknown.AGENTS else ask.agents,
        "notes": notes(answer),
    }


def _asked(ask: Ask) -> dict[str, Any]:
    known = ask.rate_per_h is not None and ask.aht_s is not None
    return {
        "calls_per_hour": ask.rate_per_h,
        "calls_per_interval": None if ask.calls is None else round(ask.calls, 9),
        "interval_s": ask.per_s,
        "aht_s": ask.aht_s,
        "load_erlang": ask.load if known else None,
        "agents": ask.agents,
        "agents_found": ask.unknown is Unknown.AGENTS,
        "shrinkage": None if ask.shrinkage is None else float(ask.shrinkage),
        "scheduled_heads": scheduled_heads(ask),
        "threshold_s": ask.threshold_s,
        "threshold_in_words": None if ask.threshold_s is None else within(ask),
        "patience_s": ask.patience_s,
        "rate_cv": ask.rate_cv,
        "target": ask.target,
        "max_asa_s": ask.max_asa_s,
        "max_abandonment": ask.max_abandonment,
        "max_occupancy": ask.max_occupancy,
        "definition": ask.formula,
        "law": "Erlang C" if ask.patience_s is None else "Erlang A",
    }


def _service(answer: Answer) -> dict[str, Any]:
    found = answer.service
    measures = (
        "service_level", "prob_wait", "abandonment", "abandonment_within", "asa_answered_s", "mean_wait_s", "mean_virtual_wait_s",
        "occupancy", "queue_length",
    )  # fmt: skip
    if found is None:
        return dict.fromkeys((*measures, "answered_within"))
    return {**{name: float(getattr(found, name)) for name in measures}, "answered_within": answer.in_time}


def _promised(answer: Answer) -> dict[str, Any]:
    ask, found = answer.ask, answer.service
    if found is None or not ask.limited:
        return {"limits": [], "limits_kept": None}
    rows = [
        {
            "measure": x.measure,
            "limit": x.promised,
            "delivered": x.delivered if math.isfinite(x.delivered) else None,
            "kept": x.kept,
        }
        for x in limits(ask, found)
    ]
    return {"limits": rows, "limits_kept": bool(limits_kept(ask, found, ask.load))}
