"""Few different shifts: which (start, length) a desk should offer all week, and how many heads on each, so that cover follows demand.

The minimum shift design problem of Musliu, Schaerf and Slany (2004, "Local search for shift design"): least
``slot length x (over + under) + price per kind of shift used``, over a cyclic horizon.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Ints
from planner.domain.solve import NeverStop, Progress, Report, SolveInfo, Status, StopFlag, no_report
from planner.shifts.catalogue_anneal import annealing
from planner.shifts.catalogue_case import Case, ShiftKind, checked_case
from planner.shifts.catalogue_proof import Proof

SEARCH_BEFORE_PROOF = 4
"""Runs of the search whose plans the proof of a small case starts from."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The kinds of shift used, and the heads of each on each day ``[kinds, days]``."""

    kinds: tuple[ShiftKind, ...]
    heads: Ints


def least_catalogue(
    demand: ArrayLike,
    kinds: Sequence[tuple[int, int]],
    *,
    days: int = 7,
    slot_min: float,
    weight: float,
    seconds: float,
    seed: int = 0,
    runs: int = 14,
    stop: StopFlag | None = None,
    report: Report = no_report,
) -> tuple[Catalogue, SolveInfo]:
    """Return the catalogue of least ``slot_min x (over + under) + weight x kinds used``, and how the search for it ended.

    `demand` ``[days * slots]`` in heads wraps round at its end; `kinds` are the allowed (start slot of the day, slots long); `slot_min`
    is the length of a slot and `weight` the price of a kind, both in minutes. A search of `runs` annealing runs, every second one twice as
    long as the one before, works beside a proof by integer programming; it ends when a plan is proved least, when the runs are done,
    after `seconds`, or when `stop` is set, always with the best plan so far and a valid lower bound. The search repeats itself for the
    same `seed`; how far search and proof come in `seconds` is the machine's.
    Raises ValueError for input that makes no sense.
    """
    began = time.perf_counter()
    if not slot_min > 0:
        raise ValueError(f"slot_min must be a positive number of minutes, got {slot_min:g}")
    if not seconds >= 0:
        raise ValueError(f"seconds must be 0 or more, got {seconds:g}")
    case = checked_case(demand, kinds, days=days, kind_price=weight / slot_min)
    flag = stop if stop is not None else NeverStop()
    proof = Proof(case, began + seconds)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="shift-catalogue") as pool:
        try:
            status, (cost, heads) = _search(case, seed, runs, proof, pool, flag, _Teller(report, slot_min, began))
        finally:
            proof.stop.set()
    if proof.heads is not None and proof.cost < cost - 1e-9:
        cost, heads = proof.cost, proof.heads
    bound = min(proof.bound, cost)
    if cost <= bound + 1e-9:
        status = Status.OPTIMAL
    info = SolveInfo(
        name="shift catalogue",
        status=status,
        objective=cost * slot_min,
        bound=bound * slot_min,
        seconds=time.perf_counter() - began,
        solver=" and ".join(word for word in ("annealing", proof.solver) if word),
        variables=proof.variables,
        rows=proof.rows,
    )
    used = np.flatnonzero(heads.any(axis=1))
    return Catalogue(tuple(case.kinds[k] for k in used.tolist()), heads[used]), info


def _search(
    case: Case, seed: int, runs: int, proof: Proof, pool: ThreadPoolExecutor, stop: StopFlag, tell: _Teller
) -> tuple[Status, tuple[float, Ints]]:
    """Anneal, with the proof beside it: at once where it is by windows, else from the fifth run on or from the end of the runs. Then wait
    for the proof."""
    work: Future[None] | None = None
    cost, heads, last = np.inf, np.zeros((len(case.kinds), case.days), dtype=np.int64), 0
    own = heads
    found = annealing(case, seed, runs)
    more = True
    while True:
        if more:
            step = next(found, None)
            more = step is not None
            if step is not None:
                if step[0] != last:
                    proof.add_kinds(own)
                last, cost, heads, own = step
        if work is None and (last >= SEARCH_BEFORE_PROOF or not proof.small or not more):
            proof.add_kinds(own)
            proof.start_from(cost, heads)
            work = pool.submit(proof.work)
        tell(min(cost, proof.cost), proof.bound)
        if min(cost, proof.cost) <= proof.bound + 1e-9:
            return Status.OPTIMAL, (cost, heads)
        if stop.is_set():
            return Status.CANCELLED, (cost, heads)
        if proof.left <= 0:
            return Status.TIME_LIMIT, (cost, heads)
        if work is not None and work.done():
            work.result()
            if not more:
                return Status.ROUNDS_DONE, (cost, heads)
        if not more:
            time.sleep(0.02)


class _Teller:
    """Reports at most twice a second."""

    def __init__(self, report: Report, slot_min: float, began: float) -> None:
        self._report, self._slot_min, self._began, self._last = report, slot_min, began, 0.0

    def __call__(self, best: float, bound: float) -> None:
        now = time.perf_counter()
        if now - self._last >= 0.5:
            self._last = now
            self._report(
                Progress(stage="catalogue", best=best * self._slot_min, bound=bound * self._slot_min, seconds=now - self._began)
            )
