"""An explanation kept in the folder of the plan it is about."""

from __future__ import annotations

import json
from pathlib import Path

from planner.domain.codec import decode
from planner.errors import DataError, Problem
from planner.explanation import Explanation
from planner.io.plan_files import WHY


def load_why(dir: str | Path) -> Explanation | None:
    """Return the explanation kept in the plan folder `dir` (``planner explain --report`` writes it); None where there is none.

    Raises DataError when it cannot be read.
    """
    path = Path(dir) / WHY
    if not path.is_file():
        return None
    try:
        return decode(Explanation, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            Problem(WHY, f"cannot be read as an explanation: {error}", "delete the file, or run planner explain --report again")
        ) from error
