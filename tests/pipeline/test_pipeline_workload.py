"""From account.toml to a finished plan with all that drives the workload, held to figures solved by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import planner

ONE_QUEUE = Path(__file__).resolve().parents[2] / "sample_data" / "one_queue"
CALLS = """fcr = 0.7
volume = { counts = "first" }
"""
JOURNEY = """
  [[queues.reasons]]
  id = "where_is_my_order"
  phase = "after"
  share = 0.6
  aht_s = 120
  [[queues.reasons]]
  id = "return"
  phase = "after"
  share = 0.4
  aht_s = 270
  [[queues.repeats]]
  share = 0.8
  mean_h = 20
  [[queues.escalations]]
  queue = "experts"
  share = 0.1
  handover_s = 60
  aht_s = 400
  [queues.bot]
  contained = 0.2
  leak = 0.25
  aht_uplift = 0.1

[[queues]]
id = "experts"
market = "uk"
channel = "voice"
aht_s = 300
volume = { source = "none" }
target = { level = 0.8, within_s = 60, window = "day" }
"""


def test_a_day_of_800_calls_by_hand(tmp_path: Path) -> None:
    """800 first contacts: 640 past the bot at 198 s and 40 leaked at 180 s; gain 0.3 x 0.8: 680 / 0.76 contacts in all."""
    folder = shutil.copytree(ONE_QUEUE, tmp_path / "account")
    text = (folder / "account.toml").read_text(encoding="utf-8")
    text = text.replace("aht_s = 180 # no patience: nobody gives up, Erlang C\n", CALLS)
    text = text.replace('  window = "day"\n', f'  window = "day"\n{JOURNEY}', 1)
    (folder / "account.toml").write_text(text, encoding="utf-8")
    plan = planner.plan(planner.load_account(folder))
    calls, experts = plan.demand.workload
    total = 680 / 0.76
    assert (calls.wanted, calls.contained, calls.leaked, calls.contacts) == pytest.approx((800, 160, 40, total))
    seconds = 640 * 198 + 40 * 180 + (total - 680) * 180 + total * 0.1 * 60
    assert calls.hours == pytest.approx(seconds / 3600)
    assert calls.as_recorded_h == pytest.approx(40.0)
    assert experts.contacts == pytest.approx(total / 10)
    assert experts.hours == pytest.approx(total / 10 * 460 / 3600)
    assert np.nansum(plan.demand.contacts, axis=1) == pytest.approx([total, total / 10])
    worked = np.nansum(plan.demand.contacts * plan.demand.aht_s) / 3600
    assert worked == pytest.approx(calls.hours + experts.hours)
    assert "What drives the workload" in plan.summary()
    planner.export(plan, tmp_path / "plan")
    again = planner.load_plan(tmp_path / "plan")
    assert (again.account, again.demand) == (plan.account, plan.demand)
