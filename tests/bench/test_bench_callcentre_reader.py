"""Reading call-centre weeks: every problem is listed at once, with its place."""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from planner.errors import DataError

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from callcentre_instance import read_instance  # noqa: E402

from benchmarks.roster.five_languages import five_languages  # noqa: E402

FOLDER = os.environ.get("CALLCENTRE_INSTANCES", "")


@pytest.fixture
def written(tmp_path):
    def write(change=None) -> Path:
        week = json.loads(json.dumps(five_languages(scale=0.1)))
        if change is not None:
            change(week)
        path = tmp_path / "week.json"
        path.write_text(json.dumps(week), encoding="utf-8")
        return path

    return write


def test_a_week_is_read_whole(written) -> None:
    week = read_instance(written())
    assert (week.size, week.day, week.step, week.days) == (672, 96, 2, 5)
    assert week.languages == ("EN", "ES", "PT", "DE", "FR")
    assert [team.ahead for team in week.teams] == [32, -20, -20, 12, 12, 12, 12, -20]
    assert week.teams[5].skills == (3, 4)
    assert (week.teams[5].least, week.teams[5].most, week.teams[0].most) == (1, 1, None)
    assert week.night.sum() == 32
    assert week.types[2].breaks == ((1, 6, 9), (2, 12, 18), (1, 22, 26))


def test_wages_rise_with_the_share_of_the_shift_at_night(written) -> None:
    week = read_instance(written())
    # 8 h at 6.5, 7.5 of them paid; in Manila 22:00 is 14:00 UTC, period 56
    assert week.duty_wage(0, 2, 0) == pytest.approx(6.5 * 7.5)
    assert week.duty_wage(0, 2, 56) == pytest.approx(6.5 * 7.5 * 1.25)
    assert week.duty_wage(0, 2, 56 - 8) == pytest.approx(6.5 * 7.5 * (1 + 0.25 * 24 / 32))


def _several(week: dict) -> None:
    week["required"]["DE"][3] = -1
    week["calls_per_period"]["FR"] = week["calls_per_period"]["FR"][:-1]
    week["groups"][0]["skills"] = ["EN", "NL"]
    week["groups"][1]["utc_offset_h"] = 5.1
    week["groups"][6]["min_heads"], week["groups"][6]["max_heads"] = 3, 2
    del week["groups"][6]["heads"]
    week["shift_types"]["9h"]["br"][1] = [4, 19, 14]
    week["night_premium"]["local"] = "ten to six"
    week["tour"] = "four days on, two off"
    week["service_target"]["level"] = 80


def test_all_problems_are_listed_at_once(written) -> None:
    with pytest.raises(DataError) as caught:
        read_instance(written(_several))
    said = str(caught.value)
    for part in (
        "required.DE[3]: must be 0 or more, got -1",
        "calls_per_period.FR: must be a list of 672 numbers, got 671 values",
        "groups[0].skills: must name languages of the file, got ['EN', 'NL']",
        "groups[1].utc_offset_h: is no whole number of 15-minute periods",
        "groups[6].max_heads: 2 is below the least heads, 3",
        "shift_types.9h.br[1]: must be [length, first offset, last offset]",
        "night_premium.local: must be hours like 22:00-06:00, got 'ten to six'",
        "tour: is not understood",
        "service_target.level: must lie between 0 and 1, got 80",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("periods", 671, "671 periods of 15 minutes are no week"),
        ("cyclic_week", False, "only weeks that repeat are solved"),
        ("languages", [], "must be a list of different names"),
        ("start_step_minutes", 50, "does not divide a day"),
        ("under_cost_per_agent_period", 0, "must be a number above 0"),
        ("groups", [], "at least one group"),
        ("shift_types", {}, "at least one type"),
        ("shift_types", {"day": {"L": 96, "paid": 97, "br": []}}, "L must be below 96"),
        ("service_target", {"model": "Erlang X"}, 'of model "Erlang C"'),
    ],
)
def test_a_value_out_of_range_is_named(written, key, value, says) -> None:
    with pytest.raises(DataError) as caught:
        read_instance(written(lambda week: week.update({key: value})))
    assert says in str(caught.value)


def test_what_is_no_week_is_refused(tmp_path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_instance(tmp_path / "absent.json")
    (tmp_path / "list.json").write_text("[1, 2]")
    with pytest.raises(DataError, match="holds no JSON object"):
        read_instance(tmp_path / "list.json")


@pytest.mark.skipif(not FOLDER, reason="CALLCENTRE_INSTANCES names no folder")
@pytest.mark.parametrize(("name", "optimum"), [("one_language", 19_508.9), ("one_language_x10", 149_393.4)])
def test_the_linear_relaxation_is_the_published_one(name, optimum) -> None:
    from callcentre_problem import problem_of

    from planner.domain.account import Settings
    from planner.shifts.tour_model import tour_model
    from planner.solver import SolveOptions, relaxed, solve

    built = tour_model(problem_of(read_instance(Path(FOLDER) / f"{name}.json"), settings=Settings()))
    info = solve(relaxed(built.model), SolveOptions(lp_method="ipm", crossover=False)).info
    assert info.objective == pytest.approx(optimum, abs=0.06)
    assert info.bound == pytest.approx(optimum, abs=0.06)


def test_the_made_week_has_five_languages_and_about_530_agents_work() -> None:
    week = five_languages()
    assert week == five_languages()
    work = {language: sum(row) for language, row in week["required"].items()}
    assert list(work) == ["EN", "ES", "PT", "DE", "FR"]
    assert 500 < sum(work.values()) / 113 < 560  # an agent fills about 113 quarter-hours of requirement a week
    assert len(week["groups"]) == 8
    assert sum(len(g["skills"]) == 2 for g in week["groups"]) == 3
    assert {g["utc_offset_h"] for g in week["groups"]} == {8, 3, -5}
    closed = [t for t in range(672) if week["calls_per_period"]["DE"][t] == 0]
    assert closed
    assert not np.array(week["required"]["DE"])[closed].any()
