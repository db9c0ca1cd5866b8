"""An explanation kept with its plan: in the folder as why.json, and as a section of the report."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from planner.domain.codec import encode
from planner.domain.plan import Plan
from planner.errors import PlannerError
from planner.explanation import Explanation
from planner.io.plan_files import PAGE, WHY
from planner.report.html import html
from planner.report.json_text import json_text


def keep_why(plan: Plan, found: Explanation, dir: str | Path) -> Path:
    """Write `found` into the folder `dir` of `plan` and draw the report anew with it; return the report's path.

    Each file is replaced in one step. Raises ValueError for an explanation without an overview, PlannerError when the disk refuses.
    """
    if found.overview is None:
        raise ValueError("only an overview is kept with a plan")
    folder = Path(dir)
    try:
        _replaced(folder / WHY, json_text(encode(found)))
        _replaced(folder / PAGE, html(plan, found))
    except OSError as error:
        raise PlannerError(f"cannot write into {folder}: {error.strerror or error}") from error
    return folder / PAGE


def _replaced(path: Path, text: str) -> None:
    work = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        work.write_text(text, encoding="utf-8")
        os.replace(work, path)
    finally:
        work.unlink(missing_ok=True)
