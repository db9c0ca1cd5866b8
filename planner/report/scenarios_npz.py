"""scenarios.npz: the demand futures a plan was judged against, with their labels, as bytes that depend on nothing else."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.plan import Plan
from planner.io.plan_files import utc_text


def scenarios_npz(plan: Plan) -> bytes:
    """Return the file's bytes; the same plan gives the same bytes.

    Arrays: `contacts` ``[K, Q, T]`` whole contacts of each future, `rates` ``[K, Q, T]`` expected contacts of each future (both NaN
    where no contact can arrive), and the labels of their axes: `scenario` ``[K]``, `queue` ``[Q]``, `interval_start_utc` ``[T]``.
    `quantile_level` holds the exact probabilities of the quantile columns of demand.csv.
    """
    demand = plan.demand
    return _archive(
        {
            "contacts": demand.scenarios,
            "rates": demand.rates,
            "scenario": np.arange(len(demand.scenarios)),
            "queue": np.array(demand.queues, dtype=np.str_),
            "interval_start_utc": np.array([utc_text(start) for start in demand.grid.starts()], dtype=np.str_),
            "quantile_level": np.array(demand.levels, dtype=np.float64),
        }
    )


def _archive(arrays: dict[str, NDArray[Any]]) -> bytes:
    """Like `numpy.savez_compressed`, which stamps every member with the time of day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    return target.getvalue()
