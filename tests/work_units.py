"""Which tests `make test` keeps in one process: those that share something dear to make, and each file's own.

A unit goes to one of the processes as a whole, so that what its tests share for the session is made once there. Those of `LONG_FIRST` are
handed out first, so that no process is left alone with a long one at the end.
"""

from __future__ import annotations

import re
from typing import Any

from xdist.scheduler import LoadScopeScheduling

LONG_FIRST = (
    "acceptance swings",
    "acceptance bank_desk",
    "acceptance weekend",
    "tests/pipeline/test_pipeline_laws.py",
    "tests/cli/test_cli_commands.py",
    "tests/ui/test_ui_browser.py",
    "tests/shifts/test_shifts_design.py",
)
_FROM_FILES = re.compile(r"tests/acceptance/test_(\w+_from_files|same_input_same_plan)\.py")


def unit_of(nodeid: str) -> str:
    """Return the unit of a test: in the acceptance tests the plan they read, elsewhere the file."""
    path, _, test = nodeid.partition("::")
    if not _FROM_FILES.fullmatch(path):
        return path
    named = re.search(r"\[(swings|bank_desk|gift_shop)\b", test)
    return f"acceptance {named[1] if named else 'weekend'}"


class Units(LoadScopeScheduling):
    """Hands out whole units, the long ones first."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        for unit in reversed(LONG_FIRST):
            if unit in self.workqueue:
                self.workqueue.move_to_end(unit, last=False)
        super()._assign_work_unit(node)
