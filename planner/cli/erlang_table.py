"""The calculator over a range of one quantity: a row each, the one that just keeps the promise marked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from planner.cli.erlang_ask import Ask, Unknown
from planner.cli.erlang_figures import figures
from planner.cli.erlang_solve import Answer, NoAnswerError, limits_kept, solve
from planner.cli.erlang_text import law_words, scheduled_heads
from planner.cli.erlang_words import COUNTED, agents, listed, number, percent, promises, wrapped
from planner.domain.targets import Formula


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value of the range, its answer (without service where there is none, with the reason), and whether every limit is kept."""

    value: float
    answer: Answer
    reason: str = ""
    kept: bool = False


_HEADS = {"agents": "agents", "calls": "calls", "aht": "AHT s", "within": "within s", "patience": "patience s"}
_RISING = ("agents", "within")  # more of these is better
_FOUND = {Unknown.AGENTS: "agents", Unknown.CALLS: "calls", Unknown.AHT: "AHT s"}


def rows_of(ask: Ask) -> list[Row]:
    """Return a row for every value of the range."""
    assert ask.table is not None
    rows = []
    for value in ask.table.values:
        at: dict[str, Any] = {ask.table.axis: value}
        one = replace(ask, table=None, **at)
        try:
            answer = solve(one)
        except NoAnswerError as none:
            rows.append(Row(value=value, answer=Answer(ask=one, service=None), reason=str(none)))
            continue
        kept = answer.service is None or bool(limits_kept(answer.ask, answer.service, answer.ask.load))
        rows.append(Row(value=value, answer=answer, reason=answer.unbounded, kept=kept))
    return rows


def marked(ask: Ask, rows: list[Row]) -> int | None:
    """Return the first row that keeps the promise where more is better, else the last; None where none does, where
    each row is solved, and over patience, of which neither more nor less is better."""
    assert ask.table is not None
    if ask.unknown is not Unknown.NOTHING or ask.table.name == "patience":
        return None
    kept = [i for i, row in enumerate(rows) if row.kept]
    if not kept:
        return None
    return kept[0] if ask.table.name in _RISING else kept[-1]


def table_json(ask: Ask, rows: list[Row]) -> dict[str, Any]:
    """Return the table as plain data: every row has the keys of a single answer."""
    assert ask.table is not None
    return {
        "over": ask.table.name,
        "solved": ask.unknown.value,
        "marked_row": marked(ask, rows),
        "rows": [{**figures(row.answer), "reason": row.reason or None} for row in rows],
        "notes": list(ask.notes),
    }


def table_text(ask: Ask, rows: list[Row]) -> list[str]:
    """Return the lines of the table."""
    assert ask.table is not None
    lines = wrapped("", _title(ask), indent=0, width=0)
    mark = marked(ask, rows)
    head = [_HEADS[ask.table.name]]
    if ask.unknown in _FOUND:
        head.append(_FOUND[ask.unknown])
    if ask.shrinkage is not None:
        head.append("heads")
    head += ["level", "P(wait)", "ASA s", "give up", "occup.", "queue"]
    if ask.unknown is Unknown.NOTHING:
        head.append("kept")
    cells = [head, *(_cells(ask, row, len(head)) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    lines.append("")
    for i, line in enumerate(cells):
        lead = "> " if mark is not None and i == mark + 1 else "  "
        lines.append((lead + "  ".join(cell.rjust(w) for cell, w in zip(line, widths, strict=True))).rstrip())
    lines += ["", *_legend(ask, mark)]
    for reason in dict.fromkeys(r.reason for r in rows if r.reason):
        lines += wrapped("note:", reason, width=6)
    for note in ask.notes:
        lines += wrapped("note:", note, width=6)
    return lines


def _title(ask: Ask) -> str:
    given = []
    if ask.rate_per_h is not None:
        given.append(f"{number(round(ask.calls or 0.0, 9))} calls per {ask.per_words}")
    if ask.aht_s is not None:
        given.append(f"{number(ask.aht_s)} s each")
    if ask.agents is not None:
        given.append(agents(ask.agents))
    if ask.patience_s is not None:
        given.append(f"patience {number(ask.patience_s)} s")
    law = law_words(replace(ask, patience_s=1.0)) if ask.table and ask.table.name == "patience" else law_words(ask)
    return f"{', '.join(given)}; for {listed(promises(ask))} ({law})"


def _legend(ask: Ask, mark: int | None) -> list[str]:
    threshold = "in time" if ask.threshold_s is None else f"within {number(ask.threshold_s)} s"
    said = f"level: {COUNTED[Formula(ask.formula)].replace('in time', threshold)}. ASA: mean wait of calls answered."
    if ask.unknown in _FOUND:
        what = {Unknown.AGENTS: "the least agents", Unknown.CALLS: "the most calls", Unknown.AHT: "the longest AHT"}
        said += f" Each row shows {what[ask.unknown]} with which the promise is kept."
    elif mark is None and ask.table and ask.table.name != "patience":
        said += " No row keeps the promise."
    elif mark is not None:
        first = "first" if ask.table and ask.table.name in _RISING else "last"
        said += f" The row marked > is the {first} that keeps the promise."
    return wrapped("", said, width=0)


def _cells(ask: Ask, row: Row, width: int) -> list[str]:
    assert ask.table is not None
    per = ask.per_s / 3600
    cells = [number(round(row.value * (per if ask.table.name == "calls" else 1.0), 9))]
    answer = row.answer
    if answer.service is None:
        return [*cells, "any" if answer.unbounded else "–", *["–"] * (width - 2)]
    found = answer.service
    if ask.unknown in _FOUND:
        value = {Unknown.AGENTS: answer.ask.agents, Unknown.CALLS: answer.ask.calls, Unknown.AHT: answer.ask.aht_s}[ask.unknown]
        cells.append(number(round(value or 0.0, 9)))
    if ask.shrinkage is not None:
        cells.append(str(scheduled_heads(answer.ask)))
    cells += [
        percent(float(found.service_level), ask.target),
        percent(float(found.prob_wait)),
        _short(float(found.asa_answered_s)),
        percent(float(found.abandonment), ask.max_abandonment),
        percent(float(found.occupancy), ask.max_occupancy),
        _short(float(found.queue_length)),
    ]
    if ask.unknown is Unknown.NOTHING:
        cells.append("yes" if row.kept else "no")
    return cells


def _short(value: float) -> str:
    return "–" if math.isnan(value) else "endless" if math.isinf(value) else f"{value:.2f}"
