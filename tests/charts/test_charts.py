import math
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from factories import make_account, make_plan, tiny_plan

from planner import charts
from planner.charts.clocks import to_interval_ends, wall_axis
from planner.charts.gantt import _gaps
from planner.charts.gaps import blocks, by_day_and_hour, gap
from planner.charts.theme import diverging, label
from planner.domain.grid import TimeGrid
from planner.domain.plan import Plan
from planner.domain.queues import Channel
from planner.domain.shifts import PlacedBreak
from planner.errors import PlannerError

ALL = (
    charts.capacity_by_site,
    charts.cost_breakdown,
    charts.coverage_by_hour,
    charts.coverage_heatmap,
    charts.coverage_lines,
    charts.demand_forecast,
    charts.roster_gantt,
    charts.service_by_day,
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def wide() -> Plan:
    account = make_account(languages=3, channels=(Channel.VOICE, Channel.EMAIL), days=3, interval_s=1800)
    return make_plan(account, heads=2, scenarios=4, kinds=4, duties=2)


@pytest.mark.parametrize("build", ALL, ids=lambda f: f.__name__)
def test_every_chart_has_title_description_and_named_axes(build: object, plan: Plan) -> None:
    figure = build(plan)  # type: ignore[operator]
    assert figure.layout.title.text
    assert len(charts.alt(figure)) > 20
    words = [axis.title.text for axis in [*figure.select_xaxes(), *figure.select_yaxes()] if axis.title.text]
    assert words, "no axis says what it shows"


@pytest.mark.parametrize("build", ALL, ids=lambda f: f.__name__)
def test_without_plotly_the_extra_is_named(build: object, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n == "plotly" or n.startswith("plotly.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(PlannerError, match=r"third-ring\[ui\]"):
        build(plan)  # type: ignore[operator]


@pytest.mark.parametrize("build", ALL, ids=lambda f: f.__name__)
def test_a_plan_with_nobody_can_be_drawn(build: object, plan: Plan) -> None:
    nobody = replace(
        plan,
        shifts=replace(plan.shifts, shifts=(), tours=()),
        roster=replace(plan.roster, agents=(), assignments=()),
        bill=replace(plan.bill, cost=()),
    )
    assert build(nobody).to_json()  # type: ignore[operator]


def test_the_heat_map_is_coverage_less_requirement(plan: Plan) -> None:
    figure = charts.coverage_heatmap(plan)
    assert np.allclose(np.asarray(figure.data[0].z, dtype=float), gap(plan), equal_nan=True)
    assert list(figure.data[0].y) == list(plan.requirement.queues)


def test_short_intervals_are_marked_not_only_coloured(plan: Plan) -> None:
    figure = charts.coverage_heatmap(plan)
    assert figure.data[1].marker.symbol == "triangle-down"
    assert len(figure.data[1].x) == int((np.nan_to_num(plan.evaluation.shortfall) >= 0.5).sum()) > 0


def test_cells_of_the_map_begin_where_their_intervals_do(plan: Plan) -> None:
    cells = charts.coverage_heatmap(plan).data[0]
    grid = plan.demand.grid
    first = grid.start_utc.astimezone(ZoneInfo(grid.zone)).replace(tzinfo=None)
    assert datetime.fromisoformat(cells.x0) - timedelta(milliseconds=cells.dx) / 2 == first
    assert cells.text[0][0] == f"{first:%a %d %b %H:%M}"


def test_steps_reach_the_end_of_the_last_interval_of_every_run() -> None:
    nan = math.nan
    heights = to_interval_ends(np.array([nan, 2.0, 3.0, nan, nan, 5.0]))
    assert np.array_equal(heights, [nan, 2.0, 3.0, 3.0, nan, 5.0, 5.0], equal_nan=True)


def test_a_target_is_seen_where_there_is_but_one_day() -> None:
    figure = charts.service_by_day(
        make_plan(make_account(languages=1, channels=(Channel.VOICE,), days=1, interval_s=1800), heads=1, scenarios=2)
    )
    assert [trace.mode for trace in figure.data] == ["lines+markers", "markers"]


def test_by_hour_shows_signed_numbers_on_the_customers_clock(wide: Plan) -> None:
    figure = charts.coverage_by_hour(wide, queue="de_voice")
    assert "Europe/Berlin" in figure.layout.xaxis.title.text
    shown = [text for row in figure.data[0].text for text in row if text]
    assert any(text.startswith("+") for text in shown)
    assert any(text.startswith("−") for text in shown)


def test_coverage_lines_follow_one_queue_or_one_language(wide: Plan) -> None:
    of_queue = charts.coverage_lines(wide, queue="de_voice")
    at = wide.requirement.queues.index("de_voice")
    drawn = np.asarray(of_queue.data[1].y, dtype=float)
    there = ~np.isnan(wide.requirement.agents[at])
    assert np.allclose(drawn[:-1][there], wide.requirement.agents[at][there])
    assert not np.isnan(drawn[1:][there]).any(), "every interval is drawn up to its end"
    of_language = charts.coverage_lines(wide, language="de")
    need = np.asarray(of_language.data[1].y, dtype=float)
    assert need[20] == pytest.approx(np.nansum(wide.requirement.agents[[2, 3], 20]))
    with pytest.raises(KeyError):
        charts.coverage_lines(wide, language="tlh")
    with pytest.raises(KeyError):
        charts.coverage_lines(wide, queue="nowhere")


def test_switches_show_one_choice_at_a_time(wide: Plan) -> None:
    for figure in (charts.coverage_lines(wide), charts.demand_forecast(wide), charts.coverage_by_hour(wide)):
        buttons = figure.layout.updatemenus[0].buttons
        shown = np.array([button.args[0]["visible"] for button in buttons])
        assert shown.shape[1] == len(figure.data)
        assert (shown.sum(axis=0) == 1).all()
        active = figure.layout.updatemenus[0].active or 0
        assert [bool(trace.visible) for trace in figure.data] == shown[active].tolist()


def test_the_gantt_reads_on_the_sites_clock_and_the_customers(plan: Plan) -> None:
    site = charts.roster_gantt(plan, clock="site", site="manila")
    london = charts.roster_gantt(plan, clock="Europe/London", site="manila")
    starts = [datetime.fromisoformat(base) for base in site.data[0].base]
    away = [datetime.fromisoformat(base) for base in london.data[0].base]
    assert {(a - b).total_seconds() / 3600 for a, b in zip(starts, away, strict=True)} == {8.0}
    assert "site's own clock" in site.layout.xaxis.title.text
    assert "Europe/London" in london.layout.xaxis.title.text


def test_the_gantts_switch_offers_every_clock(wide: Plan) -> None:
    figure = charts.roster_gantt(wide)
    names = [button.label for button in figure.layout.updatemenus[0].buttons]
    assert names[0] == "site's own clock"
    assert any("Europe/Berlin" in name for name in names)
    assert names[-1] == "UTC"
    for button in figure.layout.updatemenus[0].buttons:
        assert len(button.args[0]["base"]) == len(button.args[0]["x"]) == len(figure.data)
        assert [len(b) for b in button.args[0]["base"]] == [len(trace.base) for trace in figure.data]


def test_break_variants_of_a_shift_are_one_bar_with_all_heads(wide: Plan) -> None:
    figure = charts.roster_gantt(wide, by="shift", site="manila", clock="site")
    heads = sum(int(text) for text in figure.data[0].text)
    assert heads == sum(s.heads for s in wide.shifts.shifts if s.site == "manila")
    by_agent = charts.roster_gantt(wide, by="agent", clock="site")
    assert sum(len(trace.base) for trace in by_agent.data[:2]) == len(wide.roster.assignments)
    with pytest.raises(ValueError, match="shift or agent"):
        charts.roster_gantt(wide, by="team")


def test_bars_keep_wall_clock_ends_when_clocks_change() -> None:
    account = make_account(languages=1, channels=(Channel.VOICE,), days=2, interval_s=3600, start=date(2026, 10, 24))
    plan = make_plan(account, heads=1, scenarios=1, kinds=4)
    figure = charts.roster_gantt(plan, clock="Europe/London", site="lisbon")
    lengths = {x / 3_600_000 for x in figure.data[0].x}
    assert lengths == {7.0, 8.0}  # the shift over the repeated hour looks an hour short on the wall


def test_costs_add_up_by_site_language_and_group(wide: Plan) -> None:
    total = float(wide.bill.total_cost().amount)
    for by in ("site", "language", "group"):
        figure = charts.cost_breakdown(wide, by=by)
        bars = [trace for trace in figure.data if trace.type == "bar"]
        assert sum(sum(trace.x) for trace in bars) == pytest.approx(total)
    with pytest.raises(ValueError, match="site, language, group"):
        charts.cost_breakdown(wide, by="moon")


def test_service_levels_are_those_of_the_daily_windows(plan: Plan) -> None:
    voice = plan.account.queue("gb_voice")
    days = charts.daily_levels(plan, voice)
    from_sla = [r.level for r in plan.evaluation.sla if r.clause == "gb_voice" and r.window.value == "day"]
    assert [d.level for d in days] == from_sla
    without = replace(plan, evaluation=replace(plan.evaluation, sla=()))
    assert [d.level for d in charts.daily_levels(without, voice)] == pytest.approx(from_sla)
    assert [d.level for d in charts.daily_levels(without, plan.account.queue("gb_email"))] == [None, None]


def test_the_forecast_of_all_queues_spreads_over_scenario_sums(plan: Plan) -> None:
    figure = charts.demand_forecast(plan)
    sums = np.nansum(plan.demand.scenarios, axis=1)
    assert np.allclose(np.asarray(figure.data[0].y, dtype=float), np.quantile(sums, 0.9, axis=0))


def test_capacity_by_site_counts_heads_outside_breaks(plan: Plan) -> None:
    figure = charts.capacity_by_site(plan, site="manila")
    assert np.asarray(figure.data[0].y, dtype=float).max() == plan.evaluation.capacity.scheduled[0].max()
    with pytest.raises(KeyError):
        charts.capacity_by_site(plan, site="moon")


def test_a_thousand_bars_are_drawn_quickly() -> None:
    import time

    account = make_account(languages=4, channels=(Channel.VOICE,), days=7, interval_s=3600)
    plan = make_plan(account, heads=4, scenarios=1, kinds=5)
    assert len(plan.roster.assignments) > 1000
    charts.roster_gantt(plan, by="agent")
    start = time.process_time()
    text = charts.roster_gantt(plan, by="agent").to_json()
    assert time.process_time() - start < 2.0
    assert len(text) < 1_500_000


def test_labels_are_harmless_and_short() -> None:
    assert label("<a href='x'>\x07y</a>") == "&lt;a href='x'&gt; y&lt;/a&gt;"
    assert len(label("x" * 200, 20)) == 20


def test_axes_run_evenly_and_tell_of_clock_changes() -> None:
    grid = TimeGrid.for_days(zone="Europe/London", start=date(2026, 10, 24), days=3, interval_s=1800)
    axis = wall_axis(grid, "Asia/Kolkata")
    assert axis.x0 == "2026-10-24T04:30:00"
    assert axis.dx == 1_800_000
    assert "UTC+05:30" in axis.title
    assert "clocks change on 25 October" in wall_axis(grid, "Europe/London").title


def test_colours_meet_white_at_zero() -> None:
    scale = diverging(1.0, 3.0)
    assert scale[2] == [0.25, "#f7f7f7"]
    assert [stop for stop, _ in scale] == sorted(stop for stop, _ in scale)


def test_blocks_keep_every_interval_and_leave_the_rest_missing() -> None:
    values = np.arange(10.0).reshape(2, 5)
    joined = blocks(values, 2)
    assert joined.shape == (2, 3, 2)
    assert np.isnan(joined[:, -1, 1]).all()
    assert np.nansum(joined) == values.sum()


def test_hours_without_anything_stay_empty_and_days_merely_touched_are_left_out() -> None:
    day, minute = np.array([1, 1, 2, 2, 3]), np.array([0, 30, 0, 30, 0])
    days, mean = by_day_and_hour(np.array([1.0, 3.0, np.nan, np.nan, np.nan]), day, minute)
    assert days.tolist() == [1, 2]
    assert mean[0, 0] == 2.0
    assert np.isnan(mean[1]).all()
    assert np.isnan(mean[0, 1:]).all()
    assert by_day_and_hour(np.array([1.0, 3.0, np.nan, np.nan, 5.0]), day, minute)[0].tolist() == [1, 2, 3]


def test_the_map_marks_what_is_below_its_least_alone(plan: Plan) -> None:
    none = replace(plan.evaluation, shortfall=np.where(plan.requirement.open, 0.0, np.nan))
    assert not len(charts.coverage_heatmap(replace(plan, evaluation=none)).data[1].x)


def test_a_planned_block_is_named_where_its_agent_works() -> None:
    shift = next(iter(tiny_plan().shifts.shifts))
    start = shift.start_utc + timedelta(hours=1)
    training = PlacedBreak(start_utc=start, end_utc=start + timedelta(hours=1), paid=True, block="training")
    held = replace(shift, breaks=(*shift.breaks, training))
    assert _gaps(held.breaks, "UTC").startswith("<br>training ")
    assert _gaps(shift.breaks, "UTC") == ""
