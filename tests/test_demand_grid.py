"""From the history's slots on the market's clock to the plan's grid: every contact kept, on days of 23 and 25 hours too."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from demand_accounts import ALWAYS, OFFICE, account, market, queue, series, wave
from hypothesis import given
from hypothesis import strategies as st

from planner.demand import forecast_demand
from planner.demand.slots import SlotMap
from planner.domain.grid import TimeGrid, local_clock, to_utc
from planner.domain.queues import Channel, OpeningHours, OpenSpan

ZONES = ("Europe/London", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "UTC")


def slot_map(
    *,
    interval_s: int,
    grid_s: int,
    zone: str,
    opening: OpeningHours = ALWAYS,
    start: date = date(2026, 11, 9),
    phase_s: int = 0,
):
    grid = TimeGrid.for_days(zone=zone, start=start, days=7, interval_s=grid_s)
    return SlotMap(queue=queue(opening=opening), market=market(zone=zone), grid=grid, interval_s=interval_s, phase_s=phase_s)


@given(
    interval=st.sampled_from([300, 600, 900, 1200, 1800, 3600, 21_600, 86_400]),
    grid=st.sampled_from([300, 600, 900, 1200, 1800, 3600]),
    zone=st.sampled_from(ZONES),
    seed=st.integers(0, 1000),
)
def test_whole_days_keep_their_total_on_any_grid(interval: int, grid: int, zone: str, seed: int) -> None:
    slots = slot_map(interval_s=interval, grid_s=grid, zone=zone, start=date(2026, 6, 1))
    means = np.random.default_rng(seed).gamma(1, 5, (len(slots.days), slots.slots))
    got = slots.to_grid(means, gather=True)
    day = local_clock(zone, slots.epoch_s).day
    if interval >= grid:  # coarser grids cut days in zones with half-hour offsets
        for number in np.unique(day[slots.inside])[1:-1]:
            assert got[day == number].sum() == pytest.approx(means[slots.days == number].sum(), rel=1e-9)
    inside = got[slots.inside].sum()
    whole = means[np.isin(slots.days, np.unique(day[slots.inside]))].sum()
    assert inside == pytest.approx(whole, rel=1e-9)


def test_half_hours_split_into_quarters_and_five_minutes_add_up() -> None:
    wide = slot_map(interval_s=1800, grid_s=900, zone="UTC")
    means = np.random.default_rng(1).gamma(2, 5, (len(wide.days), 48))
    half = wide.to_grid(means, gather=True)[wide.inside].reshape(-1, 2)
    np.testing.assert_allclose(half[:, 0], half[:, 1])
    np.testing.assert_allclose(half.sum(axis=1), means[(wide.days >= 20_766) & (wide.days < 20_773)].ravel())
    fine = slot_map(interval_s=300, grid_s=900, zone="UTC")
    means = np.random.default_rng(2).gamma(2, 5, (len(fine.days), 288))
    quarter = fine.to_grid(means, gather=True)[fine.inside]
    np.testing.assert_allclose(quarter, means[(fine.days >= 20_766) & (fine.days < 20_773)].reshape(-1, 3).sum(axis=1))


def test_a_slot_partly_open_keeps_its_contacts_or_its_share() -> None:
    late = OpeningHours((OpenSpan(0, 495, 600),))  # from 08:15 on Mondays
    slots = slot_map(interval_s=1800, grid_s=900, zone="UTC", opening=late)
    means = np.full((len(slots.days), 48), 10.0)
    gathered = slots.to_grid(means, gather=True)[slots.inside]
    shared = slots.to_grid(means, gather=False)[slots.inside]
    assert gathered[32:40].tolist() == [0, 10, 5, 5, 5, 5, 5, 5]
    assert shared[32:40].tolist() == [0, 5, 5, 5, 5, 5, 5, 5]
    assert gathered[40:].sum() == 0


@pytest.mark.parametrize(
    ("zone", "day", "hours", "first"),
    [
        ("Europe/London", date(2026, 10, 25), 25, date(2026, 5, 4)),
        ("Europe/London", date(2026, 3, 29), 23, date(2025, 10, 6)),
        ("Australia/Sydney", date(2026, 10, 4), 23, date(2026, 4, 13)),
        ("Australia/Sydney", date(2026, 4, 5), 25, date(2025, 10, 13)),
    ],
)
def test_profiles_stay_on_the_market_clock_across_a_clock_change(zone: str, day: date, hours: int, first: date) -> None:
    history = series("q", wave, zone=zone, first=first, last=day)
    plan = account(history=(history,), zone=zone, start=day, days=2, interval_s=1800)
    demand = forecast_demand(plan)
    assert demand.grid.size == 2 * (hours + 24)
    clock = demand.grid.clock(zone)
    truth = wave(clock.day, clock.weekday, clock.minute)
    assert np.abs(demand.contacts[0] - truth).sum() < 0.03 * truth.sum()
    peak = np.argmax(demand.contacts[0][2 * hours :])
    assert 690 <= clock.minute[2 * hours :][peak] <= 750


def test_clock_changes_inside_the_history_bend_nothing() -> None:
    history = series("q", wave, first=date(2026, 3, 2), last=date(2026, 11, 9))
    demand = forecast_demand(account(history=(history,), interval_s=1800))
    clock = demand.grid.clock("Europe/London")
    truth = wave(clock.day, clock.weekday, clock.minute)
    assert np.abs(demand.contacts[0] - truth).sum() < 0.02 * truth.sum()
    assert demand.contacts[0].sum() == pytest.approx(truth.sum(), rel=0.01)


def test_hourly_records_of_a_half_hour_zone_land_on_their_half_hours() -> None:
    def rate(day: np.ndarray, weekday: np.ndarray, minute: np.ndarray) -> np.ndarray:
        return np.where((minute >= 570) & (minute < 1110), 60.0, 0.0)  # 09:30 to 18:30

    history = series("q", rate, zone="Asia/Kolkata", first=date(2026, 8, 3), last=date(2026, 11, 9), interval_s=3600)
    demand = forecast_demand(account(history=(history,), zone="Asia/Kolkata", interval_s=1800))
    minute = demand.grid.clock("Asia/Kolkata").minute
    busy = (minute >= 570) & (minute < 1110)
    np.testing.assert_allclose(demand.contacts[0, busy], 30, rtol=0.02)
    assert demand.contacts[0, ~busy].max() < 0.5


def test_a_market_elsewhere_is_forecast_on_its_own_clock() -> None:
    history = series("q", wave, zone="America/New_York", first=date(2026, 5, 4), last=date(2026, 11, 8))
    plan = account(history=(history,), markets=(market(zone="America/New_York"),), interval_s=1800)
    demand = forecast_demand(plan)
    clock = demand.grid.clock("America/New_York")
    truth = wave(clock.day, clock.weekday, clock.minute)
    assert np.abs(demand.contacts[0] - truth).sum() < 0.03 * truth.sum()


def test_closed_intervals_are_absent_and_deferred_work_arrives_at_any_hour() -> None:
    voice, email = queue("q", opening=OFFICE), queue("e", channel=Channel.EMAIL, opening=OFFICE)
    history = tuple(series(id, wave, first=date(2026, 5, 4), last=date(2026, 11, 9)) for id in ("q", "e"))
    holiday = date(2026, 11, 11)
    demand = forecast_demand(account(history=history, queues=(voice, email), markets=(market(holidays=(holiday,)),)))
    clock = demand.grid.clock("Europe/London")
    open_ = (
        (clock.weekday < 5) & (clock.minute >= 480) & (clock.minute < 1080) & (clock.day != (holiday - date(1970, 1, 1)).days)
    )
    assert (demand.expected[0] == open_).all()
    for array in (demand.contacts, demand.aht_s, *demand.quantiles, *demand.scenarios, *demand.rates):
        assert (np.isnan(array[0]) == ~open_).all()
        assert np.isfinite(array[1]).all()
    assert demand.expected[1].all()


def test_history_outside_opening_hours_is_left_out_and_told() -> None:
    history = series("q", lambda d, w, m: np.full(m.shape, 10.0), first=date(2026, 5, 4), last=date(2026, 11, 9))
    demand = forecast_demand(account(history=(history,), queues=(queue(opening=OFFICE),)))
    np.testing.assert_allclose(demand.contacts[0, demand.expected[0]], 5, rtol=1e-6)
    assert "70.2% of the recorded contacts lie outside opening hours" in demand.choices[0].reason


def test_records_after_the_horizon_starts_are_not_looked_at() -> None:
    def doubled(day: np.ndarray, weekday: np.ndarray, minute: np.ndarray) -> np.ndarray:
        return wave(day, weekday, minute) * np.where(day >= 20_766, 2, 1)

    early = series("q", wave, first=date(2026, 5, 4), last=date(2026, 11, 9))
    whole = series("q", doubled, first=date(2026, 5, 4), last=date(2026, 12, 9))
    assert (whole.start_s >= to_utc("Europe/London", date(2026, 11, 9), 0).timestamp()).any()
    first, second = (forecast_demand(account(history=(h,))) for h in (early, whole))
    told = replace(first.choices[0], reason=second.choices[0].reason)
    assert "1,440 rows from the horizon's start on are left out" in told.reason
    assert replace(first, choices=(told,)) == second
