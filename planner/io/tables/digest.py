"""A fingerprint of what tables say, whatever file format they came in."""

from __future__ import annotations

import hashlib

import numpy as np

from planner.domain.history import Tables


def tables_sha256(tables: Tables) -> str:
    """Return the SHA-256 of the series' contents: ids, intervals, times, counts and handling times; file format and row order aside."""
    digest = hashlib.sha256()
    for kind, series in (("history", tables.history), ("drivers", tables.drivers)):
        for one in sorted(series, key=lambda s: s.id):
            digest.update(f"{kind}\n{one.id}\n{one.interval_s}\n{len(one.start_s)}\n".encode())
            digest.update(np.ascontiguousarray(one.start_s, dtype="<i8").tobytes())
            for values in (one.counts, one.aht_s):
                plain = np.where(np.isnan(values), np.nan, values + 0.0)  # one NaN, and no negative zero
                digest.update(np.ascontiguousarray(plain, dtype="<f8").tobytes())
    return digest.hexdigest()
