"""Single waits, answered and given up, as the share of customers whose patience had ended by then."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from planner.domain.arrays import Bools, Floats
from planner.domain.waiting import GaveUp, RecordedWaits
from planner.errors import DataError, Problem
from planner.io.names import did_you_mean, shown
from planner.io.tables.cells import text_problems
from planner.io.tables.listing import cell_place, listed
from planner.io.tables.read import read_cells
from planner.io.tables.spec import WAITS

MOST_STEPS = 500
"""Most steps kept of one queue's estimate, spread evenly over those who gave up: the estimate is exact at each."""

_MOST_WAIT_S = 10_000_000.0
_TRUTH = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}


def read_waits(path: Path, *, known: Collection[str], ignore_unknown: bool = False) -> tuple[RecordedWaits, ...]:
    """Return by queue the product-limit estimate of patience from the waits in the table at `path`.

    Rows of queues not among `known` are errors unless `ignore_unknown`. Who was answered was more patient than the wait, who was
    answered at once says nothing (`planner.queueing.EmpiricalPatience.from_waits`). Raises DataError with everything wrong.
    """
    frame = read_cells(path, WAITS)
    problems = text_problems(frame, path.name)
    waits, found = _seconds(frame, path.name)
    problems += found
    gone, found = _truths(frame, path.name)
    problems += found
    queues = frame["queue"].astype(object).map(lambda v: str(v).strip(), na_action="ignore").to_numpy()
    if not ignore_unknown:
        problems += _unknown(frame, queues, path.name, known)
    if frame.empty:
        problems.append(Problem(path.name, "has a header but no rows", "add rows, or leave the table out of the account"))
    if problems:
        raise DataError(problems)
    return tuple(_estimate(id, waits[queues == id], gone[queues == id], path.name) for id in known if (queues == id).any())


def _estimate(queue: str, waits_s: Floats, gave_up: Bools, file: str) -> RecordedWaits:
    from planner.queueing.patience import EmpiricalPatience

    waited = (waits_s > 0) | gave_up
    if not (waits_s[gave_up] > 0).any():
        message = f"nobody in {queue} gave up after a wait above 0 s: patience cannot be told from it"
        raise DataError(Problem(file, message, "add waits that ended so, or write another patience_law"))
    law = EmpiricalPatience.from_waits(waits_s, gave_up)
    shares = 1.0 - law.staying
    kept = np.arange(law.times_s.size)
    if kept.size > MOST_STEPS:
        even = np.searchsorted(shares, np.linspace(shares[0], shares[-1], MOST_STEPS))
        kept = np.unique(np.concatenate([[0], np.minimum(even, kept[-1]), kept[-1:]]))
    steps = tuple(GaveUp(wait_s=float(law.times_s[n]), share=float(shares[n])) for n in kept)
    return RecordedWaits(queue=queue, waited=int(waited.sum()), gave_up=int(gave_up.sum()), steps=steps)


def _seconds(frame: pd.DataFrame, file: str) -> tuple[Floats, list[Problem]]:
    values = pd.to_numeric(frame["wait_s"], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~((values >= 0) & (values <= _MOST_WAIT_S))

    def tell(_: int, row: int) -> Problem:
        message = f"{shown(frame.at[row, 'wait_s'])} is no number of seconds from 0 to {_MOST_WAIT_S:,.0f}"
        return Problem(cell_place(file, row, "wait_s"), message, "write seconds with a decimal point where needed")

    return values, listed(file, frame.index.to_numpy()[wrong], tell, kind="wait_s is no number of seconds")


def _truths(frame: pd.DataFrame, file: str) -> tuple[Bools, list[Problem]]:
    texts = frame["gave_up"].map(lambda v: str(v).strip().casefold())
    wrong = ~texts.isin(list(_TRUTH)).to_numpy()

    def tell(_: int, row: int) -> Problem:
        message = f"{shown(frame.at[row, 'gave_up'])} is neither true nor false"
        return Problem(cell_place(file, row, "gave_up"), message, "write true for who gave up, false for who was answered")

    values = texts.map(_TRUTH).fillna(value=False).to_numpy(dtype=np.bool_)
    return values, listed(file, frame.index.to_numpy()[wrong], tell, kind="gave_up is neither true nor false")


def _unknown(frame: pd.DataFrame, queues: np.ndarray, file: str, known: Collection[str]) -> list[Problem]:
    wrong = ~pd.Series(queues).isin(list(known)).to_numpy()

    def tell(i: int, _: int) -> Problem:
        id = str(queues[wrong][i])
        return Problem(
            cell_place(file, int(frame.index[wrong][i]), "queue"), f"{shown(id)} is not a queue", did_you_mean(id, known)
        )

    return listed(file, frame.index.to_numpy()[wrong], tell, kind="no queue")
