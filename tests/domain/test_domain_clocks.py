"""Due times by hand: every kind of clock, clock changes of both directions, holidays, holiday mode, zones off the full hour."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.clocks import Calendar, Clock, DateSpan, DayRule, HolidayMode, HourRule
from planner.domain.spans import OpenSpan

ALL = tuple(range(7))
BERLIN, NEW_YORK, KOLKATA, CHATHAM, CAIRO = (
    Calendar(zone=zone) for zone in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "Africa/Cairo")
)


def daily(from_h: float, to_h: float, days: tuple[int, ...] = ALL) -> tuple[OpenSpan, ...]:
    return tuple(OpenSpan(day, int(from_h * 60), int(to_h * 60)) for day in days)


def due(rule: HourRule | DayRule, local: str, calendar: Calendar, fold: int = 0) -> str:
    zone = ZoneInfo(calendar.zone)
    arrival = datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold)
    (found,) = rule.due_utc_s(np.array([int(arrival.timestamp())]), calendar).tolist()
    return datetime.fromtimestamp(found, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


WALL, OFFICE, DAYTIME = (
    HourRule(hours=24),
    HourRule(hours=8, spans=daily(9, 17, (0, 1, 2, 3, 4))),
    HourRule(hours=8, spans=daily(8, 21)),
)
THREE_DAYS = DayRule(days=3)
LAZADA = DayRule(days=0, cut_off_min=18 * 60, due_min=19 * 60, weekdays=ALL)


@pytest.mark.parametrize(
    ("rule", "calendar", "arrival", "expected"),
    [
        (WALL, BERLIN, "2026-11-10 15:30", "2026-11-11 15:30"),
        (WALL, BERLIN, "2026-03-28 12:00", "2026-03-29 13:00"),  # the night lacks an hour: 24 hours end later by the wall
        (WALL, BERLIN, "2026-10-24 12:00", "2026-10-25 11:00"),
        (WALL, KOLKATA, "2026-11-10 15:45", "2026-11-11 15:45"),
        # eight hours between 08:00 and 21:00
        (DAYTIME, BERLIN, "2026-11-10 10:00", "2026-11-10 18:00"),
        (DAYTIME, BERLIN, "2026-11-10 13:00", "2026-11-10 21:00"),  # run out on the stroke: due then, not the next morning
        (DAYTIME, BERLIN, "2026-11-10 20:00", "2026-11-11 15:00"),
        (DAYTIME, BERLIN, "2026-11-10 23:59", "2026-11-11 16:00"),
        (DAYTIME, BERLIN, "2026-11-11 03:00", "2026-11-11 16:00"),
        (DAYTIME, KOLKATA, "2026-11-10 20:30", "2026-11-11 15:30"),
        (DAYTIME, CHATHAM, "2026-11-10 20:15", "2026-11-11 15:15"),
        # a window across the missing hour of Berlin's 29 March, 02:00 to 03:00
        (HourRule(hours=3, spans=daily(1, 5)), BERLIN, "2026-03-29 00:30", "2026-03-29 05:00"),
        (HourRule(hours=4, spans=daily(1, 5)), BERLIN, "2026-03-29 00:30", "2026-03-30 02:00"),
        # and across the repeated hour of 25 October: five hours lie between 01:00 and 05:00
        (HourRule(hours=5, spans=daily(1, 5)), BERLIN, "2026-10-25 00:30", "2026-10-25 05:00"),
        (HourRule(hours=2, spans=daily(1, 5)), BERLIN, "2026-10-25 00:30", "2026-10-25 02:00"),
        # office hours over a weekend
        (OFFICE, BERLIN, "2026-11-13 16:00", "2026-11-16 16:00"),
        (OFFICE, BERLIN, "2026-11-14 12:00", "2026-11-16 17:00"),
        (OFFICE, NEW_YORK, "2026-10-30 16:00", "2026-11-02 16:00"),  # the weekend has 49 hours, none of which count
        # three business days: the day of arrival is none of them
        (THREE_DAYS, NEW_YORK, "2026-11-09 10:00", "2026-11-13 00:00"),
        (THREE_DAYS, NEW_YORK, "2026-11-12 23:59", "2026-11-18 00:00"),
        (THREE_DAYS, NEW_YORK, "2026-11-14 10:00", "2026-11-20 00:00"),  # Saturday's belongs to Monday
        (THREE_DAYS, NEW_YORK, "2026-03-05 10:00", "2026-03-11 00:00"),  # over the change of 8 March
        (DayRule(days=1, cut_off_min=840, due_min=1020), BERLIN, "2026-11-10 13:59", "2026-11-11 17:00"),
        (DayRule(days=1, cut_off_min=840, due_min=1020), BERLIN, "2026-11-10 14:00", "2026-11-12 17:00"),
        # in by 18:00, due at 19:00
        (LAZADA, KOLKATA, "2026-11-10 17:59", "2026-11-10 19:00"),
        (LAZADA, KOLKATA, "2026-11-10 18:00", "2026-11-11 19:00"),
        (LAZADA, BERLIN, "2026-03-28 18:30", "2026-03-29 19:00"),
        (LAZADA, BERLIN, "2026-10-24 18:30", "2026-10-25 19:00"),
        # Cairo's clocks go forward at midnight: 24 April 2026 starts at 01:00, which is when the 23rd ends
        (DayRule(days=0, weekdays=ALL), CAIRO, "2026-04-23 12:00", "2026-04-24 01:00"),
    ],
)  # fmt: skip
def test_due_instants_are_those_reckoned_by_hand(rule, calendar, arrival, expected) -> None:
    assert due(rule, arrival, calendar) == expected


def test_a_cut_off_in_a_repeated_hour_is_its_first_pass() -> None:
    rule = DayRule(days=0, cut_off_min=150, due_min=600, weekdays=ALL)
    assert due(rule, "2026-10-25 02:29", BERLIN) == "2026-10-25 10:00"
    assert due(rule, "2026-10-25 02:45", BERLIN) == "2026-10-26 10:00"
    assert due(rule, "2026-10-25 02:15", BERLIN, fold=1) == "2026-10-26 10:00"


def test_public_holidays_and_holiday_mode_do_not_count_unless_said() -> None:
    germany = Calendar(zone="Europe/Berlin", holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
    assert due(THREE_DAYS, "2026-12-22 10:00", germany) == "2026-12-29 00:00"
    assert due(DayRule(days=3, public_holidays=True), "2026-12-22 10:00", germany) == "2026-12-26 00:00"
    assert due(LAZADA, "2026-12-24 19:00", germany) == "2026-12-27 19:00"
    assert due(HourRule(hours=24, public_holidays=False), "2026-12-24 12:00", germany) == "2026-12-27 12:00"
    assert due(WALL, "2026-12-24 12:00", germany) == "2026-12-25 12:00"
    closed = Calendar(zone="Europe/Berlin", paused=DateSpan(date(2026, 8, 1), date(2026, 8, 14)).days())
    assert due(WALL, "2026-07-31 18:00", closed) == "2026-08-15 18:00"
    assert due(WALL, "2026-08-03 18:00", closed) == "2026-08-16 00:00"
    assert due(LAZADA, "2026-08-03 12:00", closed) == "2026-08-15 19:00"


def test_a_platform_without_holiday_mode_runs_on() -> None:
    closed = Calendar(zone="Europe/Berlin", paused=DateSpan(date(2026, 8, 1), date(2026, 8, 14)).days())
    arrival = np.array([int(datetime(2026, 8, 3, 12, tzinfo=UTC).timestamp())])
    runs, stops = (Clock(rule=WALL, holiday_mode=mode) for mode in (HolidayMode.RUNS, HolidayMode.STOPS))
    assert runs.due_utc_s(arrival, closed) == arrival + 86_400
    assert stops.due_utc_s(arrival, closed) > arrival + 86_400
    assert runs.is_plain(closed)
    assert not stops.is_plain(closed)
    assert stops.is_plain(BERLIN)


RULES = st.one_of(
    st.builds(
        HourRule,
        hours=st.floats(0.05, 100),
        spans=st.sampled_from([(), daily(8, 21), daily(9, 17, (0, 1, 2, 3, 4)), (*daily(0, 2.5), *daily(22, 24)), daily(1.5, 3, (6,))]),
        public_holidays=st.booleans(),
    ),
    st.builds(
        lambda days, cut_off, later, weekdays, public: DayRule(
            days=days,
            cut_off_min=cut_off,
            due_min=min(1440, cut_off + later) if days == 0 else max(1, later),
            weekdays=weekdays,
            public_holidays=public,
        ),
        st.integers(0, 6),
        st.integers(1, 1440),
        st.integers(0, 1440),
        st.sampled_from([ALL, (0, 1, 2, 3, 4), (2,)]),
        st.booleans(),
    ),
)  # fmt: skip
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
)
HOURS = st.lists(st.integers(0, 370 * 24 * 3600), min_size=2, max_size=60)


@given(rule=RULES, zone=st.sampled_from(ZONES), after=HOURS)
@settings(max_examples=120, deadline=None)
def test_due_is_never_before_arrival_and_rises_with_it(rule, zone, after) -> None:
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    arrivals = start + np.sort(np.array(after))
    calendar = Calendar(
        zone=zone, holidays=frozenset({date(2026, 4, 6), date(2026, 10, 26)}), paused=frozenset({date(2026, 3, 30)})
    )
    found = rule.due_utc_s(arrivals, calendar)
    assert (found >= arrivals).all()
    assert (np.diff(found) >= 0).all()
    for n in range(0, len(arrivals), 7):  # one at a time gives the same
        assert rule.due_utc_s(arrivals[n : n + 1], calendar) == found[n]


@given(zone=st.sampled_from(ZONES), after=HOURS, spans=st.sampled_from([daily(8, 21), daily(0, 24), daily(1.5, 3)]))
@settings(max_examples=40, deadline=None)
def test_as_many_hours_run_as_the_clock_says(zone, after, spans) -> None:
    arrivals = int(datetime(2026, 2, 1, tzinfo=UTC).timestamp()) // 60 * 60 + 60 * (np.array(after[:4]) // 60)
    calendar = Calendar(zone=zone)
    found = HourRule(hours=2, spans=spans).due_utc_s(arrivals, calendar)
    for arrival, ends in zip(arrivals.tolist(), found.tolist(), strict=True):
        minutes = np.arange(arrival, ends, 60)
        local = [datetime.fromtimestamp(int(m), ZoneInfo(zone)) for m in minutes]
        of_day = np.array([t.hour * 60 + t.minute for t in local])
        assert ((of_day >= spans[0].from_min) & (of_day < spans[0].to_min)).sum() == 120


def test_a_clock_that_never_runs_out_is_an_error() -> None:
    always_off = Calendar(zone="UTC", paused=DateSpan(date(2026, 1, 1), date(2060, 1, 1)).days())
    at = np.array([int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())])
    for rule in (HourRule(hours=1, spans=daily(8, 9)), THREE_DAYS):
        with pytest.raises(ValueError, match="never runs out"):
            rule.due_utc_s(at, always_off)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: HourRule(hours=0), "hours must be above 0"),
        (lambda: DayRule(days=-1), "days must be 0 or more"),
        (lambda: DayRule(days=0, cut_off_min=1080, due_min=1000), "at the cut-off or later"),
        (lambda: DayRule(days=2, weekdays=()), "no day of the week counts"),
        (lambda: DateSpan(date(2026, 1, 2), date(2026, 1, 1)), "before it starts"),
    ],
)
def test_nothing_is_born_wrong(make, said) -> None:
    with pytest.raises(ValueError, match=said):
        make()
