"""Call-centre weeks through the shift engine: what the last line claims is what the checker recomputes, and never below the bound."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from callcentre_instance import read_instance  # noqa: E402

from benchmarks.roster.daily import daily_work  # noqa: E402
from benchmarks.roster.five_languages import five_languages, only  # noqa: E402
from benchmarks.roster.ours_daily import daily_problem, fixed_breaks  # noqa: E402
from planner.domain.account import Settings  # noqa: E402
from planner.shifts.design import design  # noqa: E402


def run(module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)


def small_week(languages: tuple[str, ...] = ("PT",)) -> dict:
    """Two lengths of shift every four hours, a twelfth of the made week's calls."""
    week = five_languages(scale=1 / 12)
    if len(languages) == 1:
        week = only(week, languages[0])
    week["shift_types"] = {name: week["shift_types"][name] for name in ("4h", "8h")}
    week["start_step_minutes"] = 240
    return week


@pytest.fixture
def week_file(tmp_path) -> Path:
    path = tmp_path / "week.json"
    path.write_text(json.dumps(small_week()), encoding="utf-8")
    return path


@pytest.mark.parametrize("options", [(), ("--level", 0.8, "--window", "day", "--floor", 0.5)])
def test_a_solution_file_says_what_the_last_line_claims(week_file, tmp_path, options) -> None:
    out = tmp_path / "solution.json"
    done = run("callcentre", week_file, "--seconds", 8, "--out", out, *options)
    assert done.returncode == 0, done.stderr
    objective, bound, seconds = map(float, done.stdout.splitlines()[-1].split())
    assert 0 < bound <= objective
    assert seconds < 30
    checked = run("check_callcentre", week_file, out, *options)
    assert checked.returncode == 0, checked.stderr
    assert float(checked.stdout.splitlines()[-1]) == pytest.approx(objective, abs=1e-3)


def test_bilinguals_time_is_divided_in_the_file(tmp_path) -> None:
    path, out = tmp_path / "week.json", tmp_path / "solution.json"
    week = small_week(tuple(five_languages()["languages"]))
    path.write_text(json.dumps(week), encoding="utf-8")
    done = run("callcentre", path, "--seconds", 8, "--out", out)
    assert done.returncode == 0, done.stderr
    tours = json.loads(out.read_text(encoding="utf-8"))["tours"]
    assert any("split" in tour for tour in tours)
    checked = run("check_callcentre", path, out)
    assert checked.returncode == 0, checked.stderr
    objective = float(done.stdout.splitlines()[-1].split()[0])
    assert float(checked.stdout.splitlines()[-1]) == pytest.approx(objective, rel=1e-6)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--level", 80), "--level: must lie between 0 and 1, got 80"),
        (("--level", 0.4, "--floor", 0.5), "--floor: 0.5 is above the level, 0.4"),
        (("--seconds", 0), "--seconds: must be above 0"),
    ],
)
def test_a_bad_option_ends_with_one_clear_message(week_file, options, says) -> None:
    done = run("callcentre", week_file, *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_daily_work_has_breaks_in_the_middle_and_stays_within_the_day(week_file) -> None:
    instance = read_instance(week_file)
    work = daily_work(instance)
    assert len(work.cost) == (96 - 16) // 16 + 1 + (96 - 32) // 16 + 1
    first8 = work.kinds.index(1)
    assert work.starts[first8] == 0
    assert [t for t in range(32) if not work.cover[first8][t]] == [7, 15, 16, 24]  # windows 6-9, 12-18 and 22-26
    assert sum(map(sum, work.required)) == instance.required.sum()


def test_a_day_of_the_peers_model_is_solved_to_its_end(week_file) -> None:
    instance = read_instance(week_file)
    work = daily_work(instance)
    settings = Settings(gap=0.0, time_limit_s=10)
    answer, (info, *_) = design(daily_problem(instance, work, 0, hard=False, settings=settings))
    heads = [answer.agents.tolist()] + [[0] * len(work.cost)] * 6
    off = work.price(heads)[1] - sum(map(sum, work.required[1:]))
    assert off == pytest.approx(info.objective)
    assert info.bound == pytest.approx(info.objective)


def test_fixed_breaks_leave_one_choice(week_file) -> None:
    week = fixed_breaks(read_instance(week_file), types=("8h",), step=4)
    assert week.step == 4
    assert [s.breaks for s in week.types] == [((1, 7, 7), (2, 15, 15), (1, 24, 24))]
