"""The checker of call-centre weeks: an objective worked out by hand, and one refusal for each way to break the rules."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def toy_week() -> dict:
    """Hours as periods; one agent wanted Monday to Friday 09 to 18 UTC; a site an hour behind UTC."""
    wanted = [1 if hour // 24 < 5 and 9 <= hour % 24 < 18 else 0 for hour in range(168)]
    return {
        "periods": 168,
        "period_minutes": 60,
        "cyclic_week": True,
        "languages": ["PT"],
        "calls_per_period": {"PT": [6.0 * w for w in wanted]},
        "aht_seconds": {"PT": 300},
        "service_target": {"level": 0.8, "seconds": 20, "model": "Erlang C"},
        "required": {"PT": wanted},
        "groups": [{"site": "A", "utc_offset_h": -1, "skills": ["PT"], "wage_per_hour": 10}],
        "shift_types": {"8h": {"L": 8, "paid": 7, "br": [[1, 3, 4]]}},
        "start_step_minutes": 120,
        "under_cost_per_agent_period": 4.0,
        "over_cost_per_agent_period": 0.05,
        "night_premium": {"rate": 0.25, "local": "22:00-06:00"},
        "tour": "5 of 7 days, same start and length all week",
    }


def tour(start: int = 8, days: tuple[int, ...] = (0, 1, 2, 3, 4), offset: int = 3, heads: int = 1, **more: object) -> dict:
    breaks = {str(d): [[offset]] * heads for d in days}
    return {"group": 0, "kind": "8h", "start": start, "heads": heads, "days": list(days), "breaks": breaks, **more}


@pytest.fixture
def judged(tmp_path):
    def judge(tours: list[dict], *options: object, week: dict | None = None) -> subprocess.CompletedProcess[str]:
        paths = tmp_path / "week.json", tmp_path / "solution.json"
        for path, data in zip(paths, (week or toy_week(), {"tours": tours}), strict=True):
            path.write_text(json.dumps(data), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.check_callcentre", *map(str, (*paths, *options))]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    return judge


def objective(done: subprocess.CompletedProcess[str]) -> float:
    assert done.returncode == 0, done.stderr
    return float(done.stdout.splitlines()[-1])


def test_nobody_at_work_costs_every_missing_hour(judged) -> None:
    assert objective(judged([])) == 45 * 4.0


def test_the_day_tour_costs_its_wages_and_the_hours_it_leaves_short(judged) -> None:
    # 08 to 16 local is 09 to 17 UTC: 7 paid hours at 10 on 5 days; the break and the last hour stay short
    assert objective(judged([tour()])) == 5 * 7 * 10 + 5 * 2 * 4.0


def test_a_night_over_the_week_s_end_pays_its_share_of_premium_and_is_all_above_requirement(judged) -> None:
    # 20 to 04 local: 6 of 8 hours at night, whoever takes the break when; Sunday's shift ends on Monday, 7 hours present each
    night = 5 * 7 * 10 * (1 + 0.25 * 6 / 8) + 5 * 7 * 0.05
    assert objective(judged([tour(), tour(start=20, days=(2, 3, 4, 5, 6), offset=4)])) == pytest.approx(390 + night)


def test_heads_of_one_line_may_take_their_breaks_apart(judged) -> None:
    line = tour(heads=2)
    for rows in line["breaks"].values():
        rows[1] = [4]
    # two heads: only the last hour is short; six of their eight hours have one too many
    assert objective(judged([line])) == pytest.approx(700 + 5 * 4.0 + 5 * 6 * 0.05)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (tour(days=(0, 1, 2, 3)), "works the days [0, 1, 2, 3], not 5"),
        (tour(days=(0, 1, 2, 3, 4, 5)), "not 5 different ones"),
        (tour() | {"days": [0, 1, 2, 3, 3]}, "not 5 different ones"),
        (tour() | {"days": [0, 1, 2, 3, 7]}, "from 0 to 6"),
        (tour(start=7), "starts in slot 7"),
        (tour(start=24), "starts in slot 24"),
        (tour(offset=2), "a break starts at 2, its window is 3 to 4"),
        (tour(offset=5), "a break starts at 5, its window is 3 to 4"),
        (tour(offset=3.5), "a break starts at 3.5"),
        (tour() | {"heads": 1.5}, "heads must be a whole number"),
        (tour() | {"heads": 2}, "breaks of 1 heads, but 2 work"),
        (tour() | {"breaks": {str(d): [[3]] for d in range(4)}}, "has breaks on days"),
        (tour() | {"breaks": {str(d): [[]] for d in range(5)}}, "takes the breaks [], 1 are due"),
        (tour() | {"kind": "9h"}, "no shift type '9h'"),
        (tour() | {"group": 1}, "no group 1"),
        (tour(split={"EN": 1}), "gives time to EN, which it does not speak"),
        (tour(split={"PT": 1.5}), "must be a number from 0 to 1"),
        (tour(split={"PT": [1] * 9}), "or 168 of them"),
    ],
)
def test_a_broken_rule_is_named(judged, wrong, says) -> None:
    done = judged([wrong])
    assert done.returncode == 1
    assert says in done.stderr
    assert not done.stdout


def bilingual_week() -> dict:
    week = toy_week()
    week["languages"] = ["PT", "ES"]
    for key in ("calls_per_period", "required"):
        week[key]["ES"] = week[key]["PT"]
    week["aht_seconds"]["ES"] = 300
    week["groups"] = [{"site": "A", "utc_offset_h": -1, "skills": ["PT", "ES"], "wage_per_hour": 10, "heads": 1}]
    return week


def test_a_bilingual_s_time_counts_where_it_is_given_and_the_rest_is_above_requirement(judged) -> None:
    half = tour(split={"PT": 0.5, "ES": 0.5})
    assert objective(judged([half], week=bilingual_week())) == pytest.approx(350 + 4.0 * (90 - 35))
    idle = tour(split={"PT": [0.0] * 168, "ES": [1.0 if t % 24 != 10 else 0.0 for t in range(168)]})
    assert objective(judged([idle], week=bilingual_week())) == pytest.approx(350 + 4.0 * (90 - 30) + 5 * 0.05)


@pytest.mark.parametrize(
    ("tours", "says"),
    [
        ([tour(split={"PT": 0.6, "ES": 0.6})], "gives away 1.2 of its time in period 0"),
        ([tour()], "needs a split"),
        ([tour(split={"PT": 1}), tour(split={"PT": 1})], "2 heads, the file asks for 1 to 1"),
        ([], "0 heads, the file asks for 1 to 1"),
    ],
)
def test_bilinguals_are_held_to_their_time_and_headcount(judged, tours, says) -> None:
    done = judged(tours, week=bilingual_week())
    assert done.returncode == 1
    assert says in done.stderr


def served_week() -> dict:
    """Six calls an hour of 300 s from 09 to 17 UTC on weekdays: half an erlang, C(1) = 1/2, C(2) = 1/10."""
    week = toy_week()
    week["calls_per_period"] = {"PT": [6.0 if t // 24 < 5 and 9 <= t % 24 < 17 else 0.0 for t in range(168)]}
    return week


PAIR = [tour(), tour(offset=4)]


def test_a_level_over_a_window_leaves_only_wages_in_the_objective(judged) -> None:
    # one agent in the two hours of a break, two otherwise: (2 (1 - e^(-1/30) / 2) + 6 (1 - e^(-1/10) / 10)) / 8 = 0.8112
    for window in ("week", "day"):
        assert objective(judged(PAIR, "--level", 0.811, "--window", window, "--floor", 0.5, week=served_week())) == 700
    short = judged(PAIR, "--level", 0.812, week=served_week())
    assert short.returncode == 1
    assert "level 0.81" in short.stderr


def test_a_day_is_held_to_the_level_on_its_own(judged) -> None:
    week = served_week()
    week["calls_per_period"]["PT"] = [1.9 * c if t < 24 else c for t, c in enumerate(week["calls_per_period"]["PT"])]
    third = [tour(), tour(offset=4), tour(days=(0, 1, 2, 3, 4), offset=3)]
    assert judged(third, "--level", 0.85, "--window", "week", "--floor", 0.05, week=week).returncode == 0
    day = judged(third, "--level", 0.85, "--window", "day", "--floor", 0.05, week=week)
    assert "PT, day from period 0" in day.stderr
    assert len(day.stderr.splitlines()) == 1


def test_the_floor_holds_in_every_period(judged) -> None:
    # one agent reaches 1 - e^(-1/30) / 2 = 0.516, two reach 1 - e^(-1/10) / 10 = 0.910
    assert judged(PAIR, "--level", 0.5, "--floor", 0.51, week=served_week()).returncode == 0
    done = judged(PAIR, "--level", 0.5, "--floor", 0.52, week=served_week())
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 10
    assert "PT, period 12: 1 agents, below the floor" in done.stderr


def test_an_unreadable_file_ends_with_code_2(judged) -> None:
    broken = copy.deepcopy(toy_week())
    del broken["groups"]
    assert judged([], week=broken).returncode == 2
