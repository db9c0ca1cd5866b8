"""On real histories the choice keeps up with what is known to be hard to beat, and its intervals cover what came.

The data sets are not the product's to ship; where they are absent these tests are skipped.
"""

import importlib.util
import sys
import time
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from demand_accounts import account, market, noisy_queues, queue

from forecasts import MODELS
from planner.demand import forecast_demand
from planner.domain.history import Series
from planner.domain.queues import HolidayPolicy, OpeningHours, OpenSpan, Volume


def _benchmark() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "forecast_accuracy.py"
    spec = importlib.util.spec_from_file_location("forecast_accuracy", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bench = _benchmark()


def source(file: str):
    found = next(s for s in bench.SOURCES if s.file == file)
    if not (bench.data_folder() / file).exists():
        pytest.skip(f"no {file} in {bench.data_folder()}")
    return found


@pytest.mark.parametrize(
    ("file", "names", "wape", "against_average"),
    [
        ("bank_us_2003_30min.csv.gz", None, 0.068, 0.97),
        ("bank_il_1999_30min.csv.gz", None, 0.30, 0.95),
        ("axa_fr_2011_2013_30min.csv.gz", ("cat", "telephonie", "services", "tech_inter"), 0.22, 1.0),
        ("online_retail_orders_30min.csv.gz", None, 0.53, 0.97),
    ],
)
def test_choice_is_at_least_as_good_as_four_week_averages(
    file: str, names: tuple[str, ...] | None, wape: float, against_average: float
) -> None:
    series = bench.load(source(file), bench.data_folder())
    score = bench.score({name: m for name, m in series.items() if names is None or name in names})
    assert score.wape("chosen") <= wape
    assert score.wape("chosen") <= against_average * score.wape("average_4_weeks")
    assert score.wape("chosen") <= 0.9 * score.wape("week_naive")
    assert 0.78 <= score.coverage <= 0.93


def test_half_a_year_of_five_minutes_makes_a_two_week_plan_in_two_seconds() -> None:
    file = source("bank_us_2003_5min.csv.gz").file
    table = pd.read_csv(bench.data_folder() / file)
    start = (pd.to_datetime(table["interval_start"], utc=True) - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1)
    counts = table["offered"].to_numpy(dtype=float)
    history = Series(id="q", interval_s=300, start_s=start.to_numpy(), counts=counts, aht_s=np.full(len(counts), np.nan))
    hours = OpeningHours(tuple(OpenSpan(day, 420, 1260) for day in range(5)), HolidayPolicy.CLOSED)
    plan = account(
        history=(history,),
        queues=(queue(opening=hours, volume=Volume(scale=0.05)),),
        markets=(
            market(zone="America/New_York", opening=hours, holidays=(date(2003, 5, 26), date(2003, 7, 4), date(2003, 9, 1))),
        ),
        zone="America/New_York",
        start=date(2003, 9, 15),
        days=14,
        scenarios=200,
    )
    began = time.process_time()
    demand = forecast_demand(plan)
    assert time.process_time() - began < 2
    daily = np.nansum(demand.contacts[0].reshape(14, 96), axis=1)
    recorded = pd.Series(counts).groupby(table["interval_start"].str.slice(0, 10)).sum()
    assert 0.05 * recorded.min() < daily[daily > 0].min()
    assert daily[daily > 0].max() < 0.05 * recorded.max()
    assert (daily > 0).tolist() == ([True] * 5 + [False] * 2) * 2
    choice = demand.choices[0]
    assert set(dict(choice.wape)) == set(MODELS)
    assert "0.2% of the recorded contacts lie outside opening hours" in choice.reason
    assert "up to 18 days ahead" in choice.reason  # a Friday, seen from a Monday


def test_twenty_queues_of_half_a_year_take_under_five_seconds() -> None:
    history, queues = noisy_queues(20)
    plan = account(history=history, queues=queues, scenarios=200)
    began = time.process_time()
    forecast_demand(plan)
    assert time.process_time() - began < 5
