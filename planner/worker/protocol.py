"""What parent and child say to each other: one JSON object a line, plain data only."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from planner.domain.solve import Progress
from planner.errors import DataError, Problem

REQUEST_BYTES = 64 * 1024 * 1024
"""The longest request line taken; big numbers belong in the account's tables."""


NEEDED = {"plan": ("account", "out"), "replan": ("plan", "file", "out"), "explain": ("plan", "out")}
NEEDED |= {"advise": ("plan", "out"), "share": ("account", "out")}
"""Kinds of jobs, and what a request for each must say."""


_ASKED: dict[str, frozenset[str]] = {
    "explain": frozenset({"queue", "interval", "agent", "time_limit_s"}),
    "advise": frozenset({"teach", "premium", "groups", "skills", "time_limit_s"}),
}
"""What a question of each kind may say."""


class Ending(StrEnum):
    """How a job ended."""

    DONE = "done"  # there is a plan
    DATA = "data"  # bad input: every problem is listed
    INFEASIBLE = "infeasible"  # no roster can do it: the reasons are listed
    CANCELLED = "cancelled"  # stopped before there was a plan to keep
    KILLED = "killed"  # ended from outside: by hand after its grace, by the system for want of memory, by a crash
    ERROR = "error"  # the disk refused, memory ran out, or a fault of this program


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a job is asked for.

    `kind` says what: "plan" an account, "replan" the finished plan in the folder `plan` after the changes in `file`, or
    "explain" that plan: `question` holds the arguments of :func:`planner.explanation.explain`, and the answer is written to
    `out` as JSON; an overview is kept in the plan's folder as well. "advise" says which second skill pays in that plan,
    `question` being the arguments of :func:`planner.pooling.advise`, and "share" what an account's clients save on one
    desk; both answers are written to `out` as JSON. `account` is an account folder, or the settings of one as a mapping (what
    ``account.toml`` holds) with `tables` the folder its tables lie in. `override` names one of the account's
    what-ifs; `changes` are applied on top of it. The plan is written to `out`, which must not exist. After `limit_s` seconds
    the job stops as if cancelled; it may use `memory_mb` of memory (None: no limit).
    """

    account: str | Mapping[str, Any] = ""
    out: str
    kind: str = "plan"
    plan: str = ""
    file: str = ""
    question: Mapping[str, Any] = field(default_factory=dict)
    tables: str = ""
    override: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    limit_s: float | None = None
    memory_mb: int | None = None

    def to_json(self) -> str:
        """Return the request as one line of JSON; raise ValueError for what JSON cannot hold."""
        return json.dumps(asdict(self), allow_nan=False, default=_plain)


def parse_request(line: str | bytes) -> Request:
    """Return the request in one line of JSON; raise DataError naming everything wrong with it."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(Problem("request", f"is not a line of JSON: {error}")) from error
    if not isinstance(data, dict):
        raise DataError(Problem("request", f"must be a JSON object, got {type(data).__name__}"))
    problems = list(_request_problems(data))
    if problems:
        raise DataError(problems)
    return Request(**data)


def _request_problems(data: dict[str, Any]) -> list[Problem]:
    found: list[Problem] = []
    kinds: dict[str, tuple[tuple[type, ...], str]] = {
        "account": ((str, dict), "a folder or an object"),
        "out": ((str,), "a folder"),
        "kind": ((str,), "a word"),
        "plan": ((str,), "a plan folder"),
        "file": ((str,), "a file of changes"),
        "question": ((dict,), "an object"),
        "tables": ((str,), "a folder"),
        "override": ((str,), "a name"),
        "changes": ((dict,), "an object"),
        "limit_s": ((int, float, type(None)), "a number of seconds"),
        "memory_mb": ((int, type(None)), "a whole number of megabytes"),
    }
    for key, value in data.items():
        if key not in kinds:
            found.append(Problem(f"request: {key}", "is not known", f"known are {', '.join(kinds)}"))
            continue
        types, wanted = kinds[key]
        if not isinstance(value, types) or isinstance(value, bool):
            found.append(Problem(f"request: {key}", f"must be {wanted}, got {type(value).__name__}"))
        elif isinstance(value, int | float) and not (math.isfinite(value) and value > 0):
            found.append(Problem(f"request: {key}", f"must be above zero, got {value}"))
        elif isinstance(value, str) and "\0" in value:
            found.append(Problem(f"request: {key}", "must not hold a NUL character"))
    kind = data.get("kind", "plan")
    if kind not in NEEDED:
        found.append(Problem("request: kind", f"is not known: {kind!s:.40}", f"known are {', '.join(NEEDED)}"))
    found += [Problem(f"request: {key}", "is missing") for key in NEEDED.get(str(kind), ("out",)) if not data.get(key)]
    known = _ASKED.get(str(kind), frozenset())
    question = data.get("question")
    if isinstance(question, dict) and not known.issuperset(question):
        found.append(Problem("request: question", "holds keys that are not known", f"known are {', '.join(sorted(known))}"))
    if isinstance(data.get("account"), dict) and not data.get("tables"):
        found.append(Problem("request: tables", "is missing", "name the folder of the tables when the account is an object"))
    return found


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()  # dates and instants, as TOML and JSON readers take them
    if type(value).__name__ == "Decimal":
        return str(value)
    raise TypeError(f"a request holds plain data only, got {type(value).__name__}")


def progress_message(progress: Progress) -> dict[str, Any]:
    """Return the message of `progress`, with its gap; figures that are missing or not finite are null."""
    best, bound = _finite(progress.best), _finite(progress.bound)
    return {
        "kind": "progress",
        "stage": progress.stage,
        "share": _finite(progress.share),
        "best": best,
        "bound": bound,
        "gap": gap(best, bound),
        "seconds": _finite(progress.seconds),
    }


def read_progress(message: Mapping[str, Any]) -> Progress:
    """Return the progress in a message made by `progress_message`."""
    return Progress(
        stage=str(message.get("stage", "")),
        share=message.get("share"),
        best=message.get("best"),
        bound=message.get("bound"),
        seconds=float(message.get("seconds") or 0.0),
    )


def gap(best: float | None, bound: float | None) -> float | None:
    """Return how far at most `best` lies above the optimum, as a share of it; None while either figure is missing."""
    if best is None or bound is None or best == 0:
        return None
    return max(0.0, (best - bound) / abs(best))


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
